"""Annotations of other tools → Documents: a text and offsets as they come in, a checked NFC Document out.

A text that is not NFC is normalised and its offsets are moved along; offsets that count UTF-16 units, as older
versions of browser tools wrote them, are told by the surfaces that come with them.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import regex

from khcn_ner.document import Document, Span
from khcn_ner.errors import CorpusError, SpanError
from khcn_ner.labels import LABELS, Label


@dataclass(frozen=True, slots=True)
class Marked:
    """A span as another tool wrote it: `[start, end)` in its own text, a label's name, maybe the surface."""

    start: int
    end: int
    label: str
    surface: str | None = None
    score: float | None = None


def incoming_document(where: str, name: str, text: str, marked: Sequence[Marked]) -> Document:
    """Make a Document of a text and the spans marked in it.

    `where` names the place in the file, for errors.

    Raises:
        CorpusError: a label is unknown, offsets leave the text or contradict the surface, spans overlap.

    Example:
        >>> incoming_document("a.json", "a", "Sơ\u0309 Y te\u0302\u0301", [Marked(0, 10, "ORG")]).spans
        (Span(start=0, end=7, label=<Label.ORG: 'ORG'>, score=None),)
    """
    for number, span in enumerate(marked, start=1):
        _check(f"{where}, span {number}", text, span)
    places = [(span.start, span.end) for span in marked]
    if any(span.surface is not None and text[span.start : span.end] != span.surface for span in marked):
        places = _from_utf16(where, text, marked)
    if not unicodedata.is_normalized("NFC", text):
        borders = _borders(text)
        places = [(_moved(borders, start, step=-1), _moved(borders, end, step=1)) for start, end in places]
        text = unicodedata.normalize("NFC", text)
    try:
        spans = tuple(
            Span(start, end, Label(span.label), span.score) for (start, end), span in zip(places, marked, strict=True)
        )
        return Document(name, text, spans, source=None)
    except SpanError as error:
        raise CorpusError(**error.parts(where=f"{where}, {error.where}")) from error


def _check(where: str, text: str, span: Marked) -> None:
    if span.label not in LABELS:
        found, expected = f"unknown label {span.label}", f"one of {', '.join(LABELS)}"
        raise CorpusError(where, found=found, expected=expected, remedy="relabel or remove the span")
    if not 0 <= span.start < span.end <= _n_utf16(text):
        found, expected = f"start {span.start} and end {span.end}", f"0 <= start < end <= {len(text)}"
        raise CorpusError(where, found=found, expected=expected, remedy="export the annotation of this text again")


def _n_utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _from_utf16(where: str, text: str, marked: Sequence[Marked]) -> list[tuple[int, int]]:
    """Read all offsets as UTF-16 units, which must give every surface that is known."""
    units = text.encode("utf-16-le")
    places: list[tuple[int, int]] = []
    for number, span in enumerate(marked, start=1):
        before = units[: 2 * span.start].decode("utf-16-le", errors="ignore")
        inside = units[2 * span.start : 2 * span.end].decode("utf-16-le", errors="ignore")
        if span.surface is not None and inside != span.surface:
            raise CorpusError(
                f"{where}, span {number}",
                found=f"surface {span.surface!r}",
                expected=f"{text[span.start : span.end]!r}, which stands at {span.start}-{span.end}",
                remedy="export the annotation of this text again",
            )
        places.append((len(before), len(before) + len(inside)))
    return places


# A letter with the marks on it, and Hangul's parts with theirs: NFC composes nothing over their edges.
_CLUSTER = regex.compile(r"[\u1100-\u11ff\uac00-\ud7a3]+\p{M}*|\P{M}\p{M}*|\p{M}+")
# A letter has a mark or two; beyond so many signs a cluster is not cut.
_MOST_CUTS = 16


def _borders(text: str) -> tuple[list[int], list[int]]:
    """Give the places where a text can be cut without cutting what NFC composes: in the text, and in its NFC."""
    raw, composed, start = [0], [0], 0
    for match in _CLUSTER.finditer(text):
        cluster, whole = match[0], unicodedata.normalize("NFC", match[0])
        for cut in range(1, len(cluster) if len(cluster) <= _MOST_CUTS else 1):
            before = unicodedata.normalize("NFC", cluster[:cut])
            if before + unicodedata.normalize("NFC", cluster[cut:]) == whole:
                raw.append(match.start() + cut)
                composed.append(start + len(before))
        raw.append(match.end())
        start += len(whole)
        composed.append(start)
    return raw, composed


def _moved(borders: tuple[list[int], list[int]], offset: int, *, step: int) -> int:
    """Give the place in the NFC text of a place in the text; inside a composed letter, that of the letter's edge."""
    raw, composed = borders
    return composed[bisect_right(raw, offset) - 1 if step < 0 else bisect_left(raw, offset)]
