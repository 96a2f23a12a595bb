"""Mend what Unicode leaves to chance: text of any normal form in, NFC text without look-alikes out.

What the text keeps: every visible sign but the ones below, line ends, tabs. What is mended, each counted:

- decomposed letters are composed (NFC);
- spaces that are not the ASCII space (no-break, thin, ideographic …) become one; nothing moves;
- invisible signs (zero-width space and joiners beside letters, word joiner, byte order mark, soft hyphen) go; later
  offsets move by one each;
- Ð, ð (eth) and Ɖ, ɖ (African d) become Đ, đ, which Vietnamese spells; nothing moves.

Offsets of a Document count the mended text.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from dataclasses import dataclass, field

import regex

_SPACES = regex.compile(r"[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_INVISIBLE = regex.compile(
    r"[\u200b\u2060\ufeff\u00ad\u180e]|(?<=[\p{L}\p{M}\d])[\u200c\u200d]|[\u200c\u200d](?=[\p{L}\d])"
)
_LOOK_ALIKES = {"Ð": "Đ", "ð": "đ", "Ɖ": "Đ", "ɖ": "đ"}
_LOOK_ALIKE = regex.compile("[" + "".join(_LOOK_ALIKES) + "]")


@dataclass(slots=True)
class Mender:
    """Mends a report's pieces one after another and counts what it mended."""

    counts: Counter[str] = field(default_factory=Counter)

    def mend(self, text: str) -> str:
        """Give the text mended.

        Example:
            >>> mender = Mender()
            >>> mender.mend("Sơ\u0309\u00a0KH&CN tỉnh Đắk\u200b Lắk")
            'Sở KH&CN tỉnh Đắk Lắk'
            >>> mender.warnings()
            ('mended: 1 mark joined to its letter, 1 no-break or other space, 1 invisible sign',)
        """
        if text.isascii():
            return text
        text, n_invisible = _INVISIBLE.subn("", text)
        text, n_spaces = _SPACES.subn(" ", text)
        text, n_alike = _LOOK_ALIKE.subn(lambda match: _LOOK_ALIKES[match[0]], text)
        self.counts.update({"spaces": n_spaces, "invisible": n_invisible, "alike": n_alike})
        if unicodedata.is_normalized("NFC", text):
            return text
        composed = unicodedata.normalize("NFC", text)
        self.counts["decomposed"] += max(1, len(text) - len(composed))
        return composed

    def warnings(self) -> tuple[str, ...]:
        """Say in one line what was mended, or nothing."""
        kinds = (
            ("decomposed", "mark joined to its letter", "marks joined to their letters"),
            ("spaces", "no-break or other space", "no-break or other spaces"),
            ("invisible", "invisible sign", "invisible signs"),
            ("alike", "Ð, ð or Ɖ for Đ, đ", "Ð, ð or Ɖ for Đ, đ"),
        )
        told = [f"{self.counts[kind]:,} {one if self.counts[kind] == 1 else many}" for kind, one, many in kinds
                if self.counts[kind]]  # fmt: skip
        return (f"mended: {', '.join(told)}",) if told else ()
