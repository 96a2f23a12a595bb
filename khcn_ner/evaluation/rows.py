"""Spans in their sentence, one side under the other: what to show in, rows for a table that filters and pages out.

A row has a context (the sentence) and lines over it, each with the spans of one side; the lines stand one under the
other, so that borders that differ are seen at once.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from khcn_ner.document import Document, Span

# A place where a sentence ends: a line's end, or white space after a closing mark.
_SENTENCE_END = re.compile(r"\n|(?<=[.!?…;])[ \t]+")
_LONGEST_SIDE = 160  # characters of context on either side


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the browser: what it is filtered by, and the sentence with the spans of each side."""

    number: int
    kind: str
    document_number: int
    labels: tuple[str, ...]
    causes: tuple[str, ...]
    score: float | None
    start: int
    text: str
    lines: tuple[tuple[Span, ...], ...]

    def segments(self, spans: Sequence[Span]) -> list[tuple[str, Span | None]]:
        """Cut the sentence where the spans of one line begin and end."""
        pieces: list[tuple[str, Span | None]] = []
        at = self.start
        for span in spans:
            pieces.append((self.text[at - self.start : span.start - self.start], None))
            pieces.append((self.text[span.start - self.start : span.end - self.start], span))
            at = span.end
        pieces.append((self.text[at - self.start :], None))
        return [piece for piece in pieces if piece[0]]


def sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """Give the borders of the sentence around `[start, end)`, of at most 160 characters to each side.

    Example:
        >>> text = "Sở họp. Bà Mơ chủ trì. Hết."
        >>> first, last = sentence_around(text, 11, 13)
        >>> text[first:last]
        'Bà Mơ chủ trì.'
    """
    low, high = max(0, start - _LONGEST_SIDE), min(len(text), end + _LONGEST_SIDE)
    first = low
    for match in _SENTENCE_END.finditer(text, low, start):
        first = match.end()
    if first == low and low:
        space = text.find(" ", low, start)
        first = space + 1 if space >= 0 else low
    after = _SENTENCE_END.search(text, end, high)
    if after is not None:
        return first, after.start()
    space = text.rfind(" ", end, high) if high < len(text) else -1
    return first, space if space >= 0 else high


def spans_within(document: Document, start: int, end: int) -> tuple[Span, ...]:
    """List a document's spans that share a character with `[start, end)`."""
    first = max(0, bisect_right(document.spans, start, key=lambda span: span.start) - 1)
    last = bisect_right(document.spans, end - 1, key=lambda span: span.start)
    return tuple(span for span in document.spans[first:last] if span.end > start)


def make_row(
    number: int,
    kind: str,
    document_number: int,
    sides: Sequence[Document],
    *,
    spans: Sequence[Span],
    causes: Sequence[str] = (),
    score: float | None = None,
) -> Row:
    """Put what is between the first and the last of `spans` into its sentence; `sides` are one text marked by each."""
    start, end = min(span.start for span in spans), max(span.end for span in spans)
    lines = tuple(spans_within(side, start, end) for side in sides)
    shown = [span for line in lines for span in line]
    text = sides[0].text
    # A piece of a torn span may begin before the mistake itself.
    first, last = sentence_around(
        text, min([start, *(span.start for span in shown)]), max([end, *(span.end for span in shown)])
    )
    labels = tuple(dict.fromkeys(span.label for span in spans))
    return Row(number, kind, document_number, labels, tuple(causes), score, first, text[first:last], lines)


def rows_json(
    rows: Sequence[Row], *, line_names: Sequence[str], documents: Sequence[Document], pages: Mapping[str, str]
) -> str:
    """Write rows for the page's script, with nothing in it that could end the element that holds it.

    Keys are short since there may be many rows: n number, k kind, d document, l labels, c causes, s score, t text,
    L lines of [start, end, label] within the text.
    """
    data = {
        "lines": list(line_names),
        "documents": [{"id": document.id, "page": pages.get(document.id)} for document in documents],
        "rows": [
            {
                "n": row.number,
                "k": row.kind,
                "d": row.document_number - 1,
                "l": [str(label) for label in row.labels],
                "c": [str(cause) for cause in row.causes],
                "s": row.score,
                "t": row.text,
                "L": [[[s.start - row.start, s.end - row.start, str(s.label)] for s in line] for line in row.lines],
            }
            for row in rows
        ],
    }
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")
