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

import regex

from khcn_ner.reading.capitals import restore_capitals
from khcn_ner.reading.encodings import ONLY_UNICODE
from khcn_ner.reading.spelling import evidence
from khcn_ner.reading.tcvn3 import tcvn3_to_unicode
from khcn_ner.reading.vni import vni_to_unicode

# Signs that Word keeps in the places of its font Symbol. Source: the Symbol column of Unicode's mapping tables
# (https://www.unicode.org/Public/MAPPINGS/VENDORS/ADOBE/symbol.txt).
_SYMBOLS = {
    0xA2: "′", 0xA3: "≤", 0xAE: "→", 0xB0: "°", 0xB1: "±", 0xB2: "″", 0xB3: "≥", 0xB4: "×", 0xB8: "÷", 0xB9: "≠",
    0xBB: "≈", 0xC6: "∅", 0x2D: "-", 0x44: "Δ", 0x53: "Σ", 0x57: "Ω", 0x61: "α", 0x62: "β", 0x64: "δ", 0x67: "γ",
    0x6C: "λ", 0x6D: "µ", 0x70: "π", 0x73: "σ",
}  # fmt: skip
_IN_SYMBOL = regex.compile(r"[\uf020-\uf0ff]")


def symbol(code: str | None, font: str | None) -> str:
    """Give the sign that a `sym` element shows, or nothing where it is an ornament.

    Example:
        >>> symbol("F0B3", "Symbol"), symbol("F0A7", "Wingdings")
        ('≥', '')
    """
    try:
        number = int(code or "", 16)
    except ValueError:
        return ""
    if (font or "").strip().lower() == "symbol":
        return _SYMBOLS.get(number & 0xFF, "")
    return chr(number) if 0x20 <= number < 0xD800 else ""


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
            text = "".join(_text(run) for run in grouped)
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


def _text(run: RunText) -> str:
    """Give a run's text, signs of the font Symbol read."""
    if run.font is None or run.font.strip().lower() != "symbol":
        return run.text
    return _IN_SYMBOL.sub(lambda match: _SYMBOLS.get(ord(match[0]) & 0xFF, ""), run.text)


def _legacy(font: str | None) -> str | None:
    if font is None:
        return None
    name = font.strip().lower()
    if name.startswith(".vn"):
        return "TCVN3 capitals" if name.endswith("h") else "TCVN3"
    return "VNI" if name.startswith("vni") else None
