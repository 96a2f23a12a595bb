"""Harm done to texts: a gold document in, the same with its text spoilt in one way and its spans in their places out.

    upper      all in capitals
    unmarked   no tone marks and no other marks of letters: So Khoa hoc va Cong nghe
    tones      tone marks of oa, oe, uy on the other vowel: hoà for hòa and hòa for hoà
    ocr        what a scanner misreads: marks lost or changed, letters and figures mixed up, spaces lost or put in
    glued      no space after punctuation
    wrapped    lines broken at 80 columns, as in text out of a PDF
    spaced     spaces doubled or no-break
    alike      letters of other alphabets that look the same

A way lists the edits that a text allows; how many of them are made is drawn from a seed.
"""

from __future__ import annotations

import random
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import accumulate

import regex

from khcn_ner.document import Document, Span

# A stretch `[start, end)` of a text, and what is written in its place.
Edit = tuple[int, int, str]
Way = Callable[[str, random.Random], Iterator[Edit]]

COLUMNS = 80
# The share of its edits that a way makes unless told otherwise, 0..1; 1 where it isn't named. Our choices.
RATES = {"ocr": 0.02, "spaced": 0.5, "alike": 0.05}

_LETTER = regex.compile(r"\p{L}\p{M}*")
_AFTER_PUNCTUATION = regex.compile(r"(?<=[.,;:!?)\]”]) (?=\S)")
_LINE = regex.compile(r"[^\n]+")
_NEXT_WORD = regex.compile(r" (?=(\S+))")
_TONES = ("\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
_HOOK, _TILDE = "\u0309", "\u0303"

# What programs that read print mix up, either way; one sign for one, then two for one.
_MISREAD_PAIRS = ("l1", "I1", "O0", "o0", "S5", "B8", "Z2", "ce", "nu", "il", "tf", ",.", ";:", "-–")
_MISREAD = {one: other for pair in _MISREAD_PAIRS for one, other in (tuple(pair), tuple(reversed(pair)))}
_MISREAD_TWO = {"rn": "m", "cl": "d", "vv": "w", "ii": "n", "m": "rn", "w": "vv"}
# How often a word is torn after a letter, beside the letter being misread; our choice.
_TORN = 0.1
# Source: the confusables of Unicode's security mechanisms, https://www.unicode.org/reports/tr39/
_ALIKE = dict(zip("aceopxyijsABCEHIKMOPSTXĐđ", "асеорхуіјѕАВСЕНІКМОРЅТХÐð", strict=True))


def _late_forms() -> dict[str, str]:
    """Give each rime whose tone mark has two places, in any case: with it on the first vowel, and on the second."""
    forms: dict[str, str] = {}
    for rime in (written for low in ("oa", "oe", "uy") for written in (low, low.title(), low.upper())):
        first, second = tuple(rime)
        for tone in _TONES:
            late = unicodedata.normalize("NFC", first + second + tone)
            forms[unicodedata.normalize("NFC", first + tone + second)] = late
    return forms


_LATE = _late_forms()
_EARLY = {late: early for early, late in _LATE.items()}
_SWAPPED = {**_LATE, **_EARLY}
# At a syllable's end alone: toàn has one place, and the u of quý is no vowel.
_TWO_PLACES = regex.compile(r"(?<![qQ])\L<rimes>(?!\p{L})", rimes=_SWAPPED)


def late_tones(text: str) -> str:
    """Put the tone marks of oa, oe and uy on the second vowel.

    Example:
        >>> late_tones("hòa, Ủy, toàn, quý"), early_tones("hoà, Uỷ, toàn, quý")
        ('hoà, Uỷ, toàn, quý', 'hòa, Ủy, toàn, quý')
    """
    return str(_TWO_PLACES.sub(lambda match: _LATE.get(match[0], match[0]), text))


def early_tones(text: str) -> str:
    """Put the tone marks of oa, oe and uy on the first vowel."""
    return str(_TWO_PLACES.sub(lambda match: _EARLY.get(match[0], match[0]), text))


def perturb(document: Document, kind: str, *, seed: int | str, rate: float | None = None) -> Document:
    """Give a document with its text spoilt in one of the ways that `WAYS` names.

    `rate` is the share of its edits that are made, 0..1; None for that in `RATES`.

    Example:
        >>> document = Document("a", "Sở KH&CN, Hà Nam", (Span(0, 8, "ORG"), Span(10, 16, "ORG")))
        >>> spoilt = perturb(document, "glued", seed=1)
        >>> spoilt.text, [spoilt.surface(span) for span in spoilt.spans]
        ('Sở KH&CN,Hà Nam', ['Sở KH&CN', 'Hà Nam'])
    """
    draw = random.Random(f"{seed} {document.id} {kind}")
    share = RATES.get(kind, 1.0) if rate is None else rate
    return edited(document, [edit for edit in WAYS[kind](document.text, draw) if draw.random() < share])


def edited(document: Document, edits: Iterable[Edit]) -> Document:
    """Make edits, given left to right, and map the spans onto the new text.

    Left out is an edit that reaches into the one before it or over a span's border, that takes away a space between two
    words at a border (no reader could find that border again), or that a mark follows (it would join what is written).
    """
    text = document.text
    borders = {place for span in document.spans for place in (span.start, span.end)}
    made = list(_apart(edit for edit in edits if _is_safe(text, edit, borders)))
    starts, ends = [start for start, _, _ in made], [end for _, end, _ in made]
    grown = [0, *accumulate(len(new) - (end - start) for start, end, new in made)]
    pieces: list[str] = []
    at = 0
    for start, end, new in made:
        pieces += [text[at:start], new]
        at = end
    # What is put in at a border stays outside the span: before its start, behind its end.
    spans = tuple(
        Span(
            span.start + grown[bisect_right(ends, span.start)],
            span.end + grown[bisect_left(starts, span.end)],
            span.label,
        )
        for span in document.spans
    )
    return Document(document.id, "".join([*pieces, text[at:]]), spans, source=document.source)


def _apart(edits: Iterable[Edit]) -> Iterator[Edit]:
    last = -1
    for edit in edits:
        if edit[0] >= last:
            yield edit
            last = edit[1]


def _is_safe(text: str, edit: Edit, borders: set[int]) -> bool:
    start, end, new = edit
    if any(place in borders for place in range(start + 1, end)) or unicodedata.combining(text[end : end + 1] or " "):
        return False
    if new == "" and (start in borders or end in borders):
        return not (text[start - 1 : start].isalnum() and text[end : end + 1].isalnum()) and not (
            start in borders and end in borders
        )
    return True


def _upper(text: str, _: random.Random) -> Iterator[Edit]:
    for place, sign in enumerate(text):
        # One letter for one: ß would become two.
        if sign.upper() != sign and len(sign.upper()) == 1:
            yield place, place + 1, sign.upper()


def _unmarked(text: str, _: random.Random) -> Iterator[Edit]:
    for match in _LETTER.finditer(text):
        bare = _bare(match[0])
        if bare != match[0]:
            yield match.start(), match.end(), bare


def _bare(letter: str) -> str:
    return unicodedata.normalize("NFD", letter)[0].translate({ord("đ"): "d", ord("Đ"): "D"})


def _swapped_tones(text: str, _: random.Random) -> Iterator[Edit]:
    for match in _TWO_PLACES.finditer(text):
        yield match.start(), match.end(), _SWAPPED[match[0]]


def _misread(text: str, draw: random.Random) -> Iterator[Edit]:
    for place, sign in enumerate(text):
        possible: list[tuple[int, str]] = []  # how many signs are misread, and as what
        if sign == " ":
            possible.append((1, ""))
        if sign in _MISREAD:
            possible.append((1, _MISREAD[sign]))
        possible += [(len(seen), read) for seen, read in _MISREAD_TWO.items() if text.startswith(seen, place)]
        if sign.isalpha():
            possible += [(1, other) for other in _other_marks(sign)]
            if draw.random() < _TORN:
                possible.append((1, f"{sign} "))
        if possible:
            length, read = draw.choice(possible)
            yield place, place + length, read


def _other_marks(letter: str) -> list[str]:
    """List what is seen of a letter whose marks are not seen, or seen as others."""
    decomposed = unicodedata.normalize("NFD", letter)
    bare = _bare(letter)
    toneless = unicodedata.normalize("NFC", "".join(sign for sign in decomposed if sign not in _TONES))
    swapped = decomposed.translate({ord(_HOOK): _TILDE, ord(_TILDE): _HOOK})
    others = {bare, toneless, unicodedata.normalize("NFC", swapped)} - {letter}
    return sorted(others)


def _glued(text: str, _: random.Random) -> Iterator[Edit]:
    for match in _AFTER_PUNCTUATION.finditer(text):
        yield match.start(), match.end(), ""


def _wrapped(text: str, _: random.Random) -> Iterator[Edit]:
    for line in _LINE.finditer(text):
        begin = line.start()
        for space in _NEXT_WORD.finditer(text, line.start(), line.end()):
            if space.end(1) - begin > COLUMNS and space.start() > begin:
                yield space.start(), space.end(), "\n"
                begin = space.end()


def _spaced(text: str, draw: random.Random) -> Iterator[Edit]:
    for place, sign in enumerate(text):
        if sign == " ":
            yield place, place + 1, draw.choice(("  ", "\u00a0"))


def _alike(text: str, _: random.Random) -> Iterator[Edit]:
    for place, sign in enumerate(text):
        if sign in _ALIKE:
            yield place, place + 1, _ALIKE[sign]


WAYS: Mapping[str, Way] = {
    "upper": _upper,
    "unmarked": _unmarked,
    "tones": _swapped_tones,
    "ocr": _misread,
    "glued": _glued,
    "wrapped": _wrapped,
    "spaced": _spaced,
    "alike": _alike,
}
