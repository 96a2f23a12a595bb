"""How Vietnamese a text's letters are: words in, the share that Vietnamese spelling allows out.

Only words with a letter beyond ASCII count: read in a wrong encoding they are the ones that change.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import regex

from khcn_ner.syllables import syllables

# What stands between white space, ASCII signs and digits: signs of other encodings stay part of their word.
_WORD = regex.compile(r"[A-Za-z\x7f-\U0010ffff--\s]+", regex.V1)
# Signs that Vietnamese text holds beside words.
_BESIDE = "“”‘’–—…«»°²³·•×±→≥≤½¼\u00ad\u200b\ufeff"
_SPLIT = regex.compile(f"[{_BESIDE}]+")
_STOP = regex.compile(r"(?:c|ch|k|p|t)$")
_GRAVE_HOOK_TILDE = "\u0300\u0309\u0303"


@cache
def _known() -> frozenset[str]:
    return frozenset(syllable for syllable in syllables() if _may_be_spoken(syllable))


def _may_be_spoken(syllable: str) -> bool:
    """A syllable that ends in a stop has no tone but acute and dot below, which tells encodings apart."""
    if not _STOP.search(syllable):
        return True
    return not any(mark in _GRAVE_HOOK_TILDE for mark in unicodedata.normalize("NFD", syllable))


def is_syllable(word: str) -> bool:
    """Tell whether Vietnamese spelling allows a word (lower case, NFC)."""
    return word in _known()


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words with a letter beyond ASCII, and how many of them Vietnamese spells."""

    n_words: int
    n_vietnamese: int

    @property
    def share(self) -> float:
        """Share of Vietnamese words among those that count, 0 where none does."""
        return self.n_vietnamese / self.n_words if self.n_words else 0.0


def marked_words(text: str) -> Iterator[str]:
    """Give the words with a letter beyond ASCII, lower case and NFC."""
    for match in _WORD.finditer(text):
        if match[0].isascii():
            continue
        for word in _SPLIT.split(match[0]):
            if word and not word.isascii():
                yield unicodedata.normalize("NFC", word).lower()


def evidence(text: str) -> Evidence:
    """Count how many marked words of a text are Vietnamese.

    Example:
        >>> evidence("Sở Khoa học và Công nghệ"), evidence("Së Khoa häc vµ C«ng nghÖ")
        (Evidence(n_words=5, n_vietnamese=5), Evidence(n_words=4, n_vietnamese=0))
    """
    known = _known()
    n_words = n_vietnamese = 0
    for word in marked_words(text):
        n_words += 1
        n_vietnamese += word in known
    return Evidence(n_words, n_vietnamese)
