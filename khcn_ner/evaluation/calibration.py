"""What a span's score is worth: predicted spans with scores in; reliability, its error and a threshold curve out."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from khcn_ner.document import Document
from khcn_ner.evaluation.counts import Counts, ratio

N_BINS = 10
# The lowest scores a curve is drawn for, 0..1.
CUTS = tuple(n / 50 for n in range(50))


@dataclass(frozen=True, slots=True)
class Bin:
    """The spans with a score in `[low, high)`, or up to 1 in the last bin: how many, how many right, scores' sum."""

    low: float
    high: float
    n_spans: int
    n_right: int
    sum_of_scores: float

    @property
    def share_right(self) -> float | None:
        """Share of the spans that are right, 0..1."""
        return ratio(self.n_right, self.n_spans)

    @property
    def mean_score(self) -> float | None:
        """Mean score, 0..1."""
        return self.sum_of_scores / self.n_spans if self.n_spans else None


@dataclass(frozen=True, slots=True)
class Calibration:
    """How far scores tell the chance of being right."""

    bins: tuple[Bin, ...]

    @property
    def n_spans(self) -> int:
        """Number of predicted spans with a score."""
        return sum(one.n_spans for one in self.bins)

    @property
    def ece(self) -> float:
        """Expected calibration error, 0..1: mean distance of mean score and share right, weighted by spans.

        Source: Guo et al., On Calibration of Modern Neural Networks (2017), equation 3.
        """
        return sum(abs(one.n_right - one.sum_of_scores) for one in self.bins) / self.n_spans


@dataclass(frozen=True, slots=True)
class Cut:
    """Strict micro counts if spans with a score under `min_score` are dropped."""

    min_score: float
    counts: Counts


def keep_scored(document: Document, min_score: float) -> Document:
    """Give a document without the spans whose score is under `min_score`; spans without a score stay.

    Example:
        >>> from khcn_ner.document import Span
        >>> from khcn_ner.labels import Label
        >>> document = Document("a", "Sở KH&CN họp", (Span(0, 2, Label.ORG, 0.2), Span(9, 12, Label.DATE, 0.9)))
        >>> [span.start for span in keep_scored(document, 0.5).spans]
        [9]
    """
    return document.with_spans(span for span in document.spans if span.score is None or span.score >= min_score)


def calibrate(gold: Sequence[Document], predicted: Sequence[Document]) -> Calibration | None:
    """Sort scored spans into ten bins of equal width; None if no predicted span has a score.

    Example:
        >>> from khcn_ner.document import Span
        >>> from khcn_ner.labels import Label
        >>> gold = Document("a", "Sở KH&CN họp", (Span(0, 8, Label.ORG),))
        >>> calibration = calibrate([gold], [gold.with_spans([Span(0, 8, Label.ORG, 0.75)])])
        >>> calibration.ece
        0.25
    """
    return calibrate_scores(one for document in scored_spans(gold, predicted) for one in document)


def calibrate_scores(scored: Iterable[tuple[float, bool]]) -> Calibration | None:
    """Sort scores, each with whether its span is right, into ten bins of equal width; None if there is none."""
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(N_BINS)]
    for score, is_right in scored:
        bins[min(int(score * N_BINS), N_BINS - 1)].append((score, is_right))
    if not any(bins):
        return None
    return Calibration(
        tuple(
            Bin(
                low=number / N_BINS,
                high=(number + 1) / N_BINS,
                n_spans=len(members),
                n_right=sum(is_right for _, is_right in members),
                sum_of_scores=sum(score for score, _ in members),
            )
            for number, members in enumerate(bins)
        )
    )


def threshold_curve(gold: Sequence[Document], predicted: Sequence[Document]) -> list[Cut]:
    """Count strictly for each lowest score in `CUTS`; empty if a predicted span has no score."""
    scored = sorted(one for document in scored_spans(gold, predicted) for one in document)
    if not scored or len(scored) < sum(len(document.spans) for document in predicted):
        return []
    n_gold = sum(len(document.spans) for document in gold)
    scores = [score for score, _ in scored]
    right_from = [0] * (len(scored) + 1)  # how many of the spans from here on are right
    for index in range(len(scored) - 1, -1, -1):
        right_from[index] = right_from[index + 1] + scored[index][1]
    curve: list[Cut] = []
    for min_score in CUTS:
        first = bisect_left(scores, min_score)
        n_right = right_from[first]
        curve.append(Cut(min_score, Counts(n_right, len(scored) - first - n_right, n_gold - n_right)))
    return curve


def scored_spans(gold: Sequence[Document], predicted: Sequence[Document]) -> list[list[tuple[float, bool]]]:
    """List for each document its scored spans' scores, and whether gold has each with these borders and label.

    Example:
        >>> from khcn_ner.document import Span
        >>> gold = Document("a", "Sở KH&CN họp", (Span(0, 8, "ORG"),))
        >>> scored_spans([gold], [gold.with_spans([Span(0, 8, "ORG", 0.9), Span(9, 12, "PER", 0.4)])])
        [[(0.9, True), (0.4, False)]]
    """
    scored: list[list[tuple[float, bool]]] = []
    for one, other in zip(gold, predicted, strict=True):
        wanted = {(span.start, span.end, span.label) for span in one.spans}
        scored.append(
            [
                (span.score, (span.start, span.end, span.label) in wanted)
                for span in other.spans
                if span.score is not None
            ]
        )
    return scored
