"""What a segmenter costs: gold Documents in, how many span borders fall inside its words out.

A model that decides a tag a word can't begin or end a span inside one. So the share of gold spans with both borders at
word borders bounds its recall, and thereby its F1.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from khcn_ner.document import Document
from khcn_ner.tagging.segment import Segment, word_units


@dataclass(frozen=True, slots=True)
class Conflicts:
    """How many borders and spans there are, and how many of each lie inside words of the segmenter."""

    n_borders: int
    n_borders_inside: int
    n_spans: int
    n_spans_out_of_reach: int

    @property
    def share_inside(self) -> float | None:
        """The share of borders inside words, 0..1; None without a border."""
        return self.n_borders_inside / self.n_borders if self.n_borders else None

    @property
    def f1_ceiling(self) -> float | None:
        """The highest strict micro F1 that is possible, 0..1; None without a span.

        A perfect model finds every span within reach and, in place of each one out of reach, none.
        """
        if not self.n_spans:
            return None
        recall = 1 - self.n_spans_out_of_reach / self.n_spans
        return 2 * recall / (1 + recall)


def count_conflicts(documents: Iterable[Document], segment: Segment) -> Conflicts:
    """Count the gold borders inside a segmenter's words, and the spans that have one.

    Example:
        >>> from khcn_ner.document import Span
        >>> document = Document("a", "Sở Khoa học và họp", (Span(0, 11, "ORG"),))
        >>> conflicts = count_conflicts([document], lambda text: [(3, 14)])
        >>> conflicts.n_borders_inside, conflicts.n_borders, conflicts.f1_ceiling
        (1, 2, 0.0)
    """
    n_borders = n_inside = n_spans = n_out = 0
    for document in documents:
        units = word_units(document.text, segment(document.text))
        starts, ends = {start for start, _ in units}, {end for _, end in units}
        for span in document.spans:
            bad = (span.start not in starts) + (span.end not in ends)
            n_borders += 2
            n_inside += bad
            n_spans += 1
            n_out += bad > 0
    return Conflicts(n_borders, n_inside, n_spans, n_out)
