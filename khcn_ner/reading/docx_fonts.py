"""Legacy fonts in Word documents: runs with their fonts in, Unicode text out.

`.VnTime`, `.VnArial` … show TCVN3 (`.VnTimeH` shows small letters as capitals), `VNI-Times` … show VNI. A run in such
a font is converted unless its letters are Unicode's already, which Word then shows in another font. Runs are joined
first: a syllable may lie across two.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from typing import Protocol

from khcn_ner.reading.capitals import restore_capitals
from khcn_ner.reading.encodings import ONLY_UNICODE
from khcn_ner.reading.spelling import evidence
from khcn_ner.reading.tcvn3 import tcvn3_to_unicode
from khcn_ner.reading.vni import vni_to_unicode


class RunText(Protocol):
    """A run: its text and its font's name."""

    @property
    def text(self) -> str:
        """The run's text."""

    @property
    def font(self) -> str | None:
        """The name of its font."""


class FontText:
    """Joins runs to text and counts what it converted."""

    def __init__(self) -> None:
        self._n_runs: Counter[str] = Counter()

    def read(self, runs: Sequence[RunText]) -> str:
        """Join a paragraph's runs, those in legacy fonts converted.

        Example:
            >>> from collections import namedtuple
            >>> run = namedtuple("run", "text font")
            >>> FontText().read([run("Së KH", ".VnTime"), run("&CN ", None), run("së ", ".VnTimeH")])
            'Sở KH&CN SỞ '
        """
        parts: list[str] = []
        for font, group in itertools.groupby(runs, key=lambda run: _legacy(run.font)):
            grouped = list(group)
            text = "".join(run.text for run in grouped)
            begins = not "".join(parts).strip()
            parts.append(text if font is None else self._convert(text, font, begins=begins, n_runs=len(grouped)))
        return "".join(parts)

    def _convert(self, text: str, font: str, *, begins: bool, n_runs: int) -> str:
        capitals = font == "TCVN3 capitals"
        converted = vni_to_unicode(text) if font == "VNI" else tcvn3_to_unicode(text)
        if ONLY_UNICODE.search(text) or evidence(converted).share < evidence(text).share:
            return text.upper() if capitals else text
        if converted != text:
            self._n_runs[font.removesuffix(" capitals")] += n_runs
        if font == "TCVN3":
            converted = restore_capitals(converted, begins=begins).text
        return converted.upper() if capitals else converted

    def warnings(self) -> list[str]:
        """Say which runs were converted."""
        return [
            f"{number:,} run{'s' if number > 1 else ''} in {name} fonts converted"
            + (" (a capital vowel with a tone inside a sentence may read small)" if name == "TCVN3" else "")
            for name, number in self._n_runs.items()
        ]


def _legacy(font: str | None) -> str | None:
    if font is None:
        return None
    name = font.strip().lower()
    if name.startswith(".vn"):
        return "TCVN3 capitals" if name.endswith("h") else "TCVN3"
    return "VNI" if name.startswith("vni") else None
