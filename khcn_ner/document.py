"""Document and Span: the plain frozen values that every stage takes and gives."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace

from khcn_ner.errors import SpanError


@dataclass(frozen=True, slots=True)
class Span:
    """A labelled stretch `[start, end)` of a document's text, in code points.

    `label` is a Label, or a name where a corpus has labels of its own; `score` the model's probability of
    the span in 0..1, or None for gold.

    Raises:
        SpanError: `start` is negative, `end` is not past it, or the score lies outside 0..1.

    Example:
        >>> from khcn_ner.labels import Label
        >>> Span(0, 3, Label.ORG)
        Span(start=0, end=3, label=<Label.ORG: 'ORG'>, score=None)
    """

    start: int
    end: int
    label: str
    score: float | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise SpanError(
                f"span {self.label} [{self.start}, {self.end})",
                found=f"start {self.start} and end {self.end}",
                expected="0 <= start < end",
                remedy="correct the offsets",
            )
        if self.score is not None and not 0.0 <= self.score <= 1.0:
            raise SpanError(
                f"span {self.label} [{self.start}, {self.end})",
                found=f"score {self.score}",
                expected="a probability from 0 to 1",
                remedy="correct the score",
            )


@dataclass(frozen=True, slots=True)
class Document:
    """A report's text (NFC) with the spans known about it, sorted and free of overlap.

    `id` names the report (its file's stem); `source` is the file name it came from, if any.

    Raises:
        SpanError: the text is not NFC, or a span exceeds the text or overlaps its predecessor.

    Example:
        >>> document = Document("a", "Sở KH&CN họp", (Span(0, 8, "ORG"),))
        >>> document.surface(document.spans[0])
        'Sở KH&CN'
    """

    id: str
    text: str
    spans: tuple[Span, ...] = ()
    source: str | None = None

    def __post_init__(self) -> None:
        if not unicodedata.is_normalized("NFC", self.text):
            raise SpanError(
                self.id,
                found="text that is not in Unicode normal form C",
                expected="NFC, since offsets count NFC code points",
                remedy="normalise the text with unicodedata.normalize('NFC', text) first",
            )
        ordered = tuple(sorted(self.spans, key=lambda span: (span.start, span.end)))
        object.__setattr__(self, "spans", ordered)
        previous: Span | None = None
        for number, span in enumerate(ordered, start=1):
            if span.end > len(self.text):
                raise SpanError(
                    f"{self.id}, span {number} ({span.label})",
                    found=f"end {span.end}",
                    expected=f"at most the text's length {len(self.text)}",
                    remedy="re-export the annotation for this text",
                )
            if previous is not None and span.start < previous.end:
                raise SpanError(
                    f"{self.id}, span {number} ({span.label})",
                    found=f"[{span.start}, {span.end}) overlapping [{previous.start}, {previous.end})",
                    expected="spans without overlap",
                    remedy="keep the outermost of the two",
                )
            previous = span

    @property
    def text_sha256(self) -> str:
        """Hexadecimal SHA-256 of the text's UTF-8 bytes."""
        return hashlib.sha256(self.text.encode("utf-8")).hexdigest()

    def surface(self, span: Span) -> str:
        """Give the text that a span covers."""
        return self.text[span.start : span.end]

    def with_spans(self, spans: Iterable[Span]) -> Document:
        """Give the same document with other spans."""
        return replace(self, spans=tuple(spans))
