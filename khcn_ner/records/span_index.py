"""Span index: stretches of the text that don't overlap in, those at an offset or in a range of offsets out.

A report has thousands of spans, and almost every record looks for those around it: each look-up is a bisection, so
that the records of a long report take time in proportion to its length.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import Generic, Protocol, TypeVar

from khcn_ner.document import Document, Span
from khcn_ner.labels import Label


class Stretch(Protocol):
    """Anything that stands at `[start, end)` in the text: a span, a date's record, a passage."""

    @property
    def start(self) -> int:
        """Give the offset of its first character."""

    @property
    def end(self) -> int:
        """Give the offset past its last character."""


S = TypeVar("S", bound=Stretch)


class SpanIndex(Generic[S]):
    """Stretches in order of their starts, free of overlap, looked up by offset.

    Example:
        >>> index = SpanIndex([Span(0, 8, Label.ORG), Span(12, 20, Label.ORG)])
        >>> index.over(7), index.over(8)
        (Span(start=0, end=8, label=<Label.ORG: 'ORG'>, score=None), None)
        >>> index.numbers_in(8, 100)
        range(1, 2)
    """

    def __init__(self, spans: Iterable[S]) -> None:
        self.spans: Sequence[S] = tuple(spans)
        self._starts = [span.start for span in self.spans]
        self._ends = [span.end for span in self.spans]

    def _at(self, number: int) -> S | None:
        return self.spans[number] if 0 <= number < len(self.spans) else None

    def numbers_in(self, start: int, end: int) -> range:
        """Give the places in `spans` of those that start in `[start, end)`."""
        first = bisect_left(self._starts, start)
        return range(first, bisect_left(self._starts, end, first))

    def starting_in(self, start: int, end: int) -> Sequence[S]:
        """Give those that start in `[start, end)`."""
        numbers = self.numbers_in(start, end)
        return self.spans[numbers.start : numbers.stop]

    def first_in(self, start: int, end: int) -> S | None:
        """Give the first that starts in `[start, end)`."""
        found = self.first_from(start)
        return found if found is not None and found.start < end else None

    def first_from(self, position: int) -> S | None:
        """Give the first that starts at an offset or after it."""
        return self._at(bisect_left(self._starts, position))

    def starting_at(self, position: int) -> S | None:
        """Give the one that starts at an offset."""
        return self.first_in(position, position + 1)

    def last_by(self, position: int) -> S | None:
        """Give the last that ends at an offset or before it."""
        return self._at(bisect_right(self._ends, position) - 1)

    def over(self, position: int) -> S | None:
        """Give the one that covers the character at an offset."""
        found = self._at(bisect_right(self._starts, position) - 1)
        return found if found is not None and position < found.end else None

    def overlapping(self, start: int, end: int) -> Sequence[S]:
        """Give those that share a character with `[start, end)`."""
        first = bisect_right(self._ends, start)
        return self.spans[first : bisect_left(self._starts, end, first)]


def spans_of(document: Document, label: Label) -> SpanIndex[Span]:
    """Index the spans of one label."""
    return SpanIndex(span for span in document.spans if span.label is label)
