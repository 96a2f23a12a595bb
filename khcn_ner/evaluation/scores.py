"""Score predicted against gold documents: two equally long rows of Documents in, Scores out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import fmean

from khcn_ner.document import Document, Span
from khcn_ner.evaluation.counts import Counts, SchemeCounts, TokenCounts
from khcn_ner.evaluation.interval import Interval, resample_f1
from khcn_ner.evaluation.matching import Worth, overlap, pair_spans, same_borders
from khcn_ner.evaluation.pairing import check_paired
from khcn_ner.labels import LABELS
from khcn_ner.tokens import align, spans_to_tags, token_offsets


class Scheme(StrEnum):
    """When a predicted span counts as right.

    strict: same borders and label. exact: same borders, any label. partial: as exact, and half a point for any
    overlap. type: same label and any overlap.

    Source: SemEval-2013 task 9.1, https://aclanthology.org/S13-2056/.
    """

    STRICT = "strict"
    EXACT = "exact"
    PARTIAL = "partial"
    TYPE = "type"


@dataclass(frozen=True, slots=True)
class MacroScores:
    """Plain means over the labels for which the number is defined, each 0..1; `n_labels` of them have an F1."""

    precision: float | None
    recall: float | None
    f1: float | None
    n_labels: int


@dataclass(frozen=True, slots=True)
class DocumentScores:
    """One document's counts: strict a label, each scheme, and tokens."""

    id: str
    labels: Mapping[str, Counts]
    schemes: Mapping[Scheme, SchemeCounts]
    tokens: TokenCounts

    @property
    def micro(self) -> Counts:
        """Strict counts over all labels."""
        return sum(self.labels.values(), Counts())


@dataclass(frozen=True, slots=True)
class Scores:
    """All documents' counts, summed and one by one.

    `labels` has every label, also those that do not occur; an interval is None where its strict F1 is.
    """

    labels: Mapping[str, Counts]
    schemes: Mapping[Scheme, SchemeCounts]
    tokens: TokenCounts
    documents: tuple[DocumentScores, ...]
    micro_f1_interval: Interval | None
    label_f1_intervals: Mapping[str, Interval | None]

    @property
    def micro(self) -> Counts:
        """Strict counts over all labels."""
        return sum(self.labels.values(), Counts())

    @property
    def macro(self) -> MacroScores:
        """Strict means over labels; one that neither gold nor prediction has is left out."""
        counts = list(self.labels.values())
        f1s = [one.f1 for one in counts if one.f1 is not None]
        return MacroScores(
            precision=_mean(one.precision for one in counts),
            recall=_mean(one.recall for one in counts),
            f1=_mean(f1s),
            n_labels=len(f1s),
        )


def score(
    gold: Sequence[Document],
    predicted: Sequence[Document],
    *,
    labels: Sequence[str] = LABELS,
    n_resamples: int = 2000,
    seed: int = 0,
) -> Scores:
    """Score predicted against gold documents, paired in order.

    `n_resamples` and `seed` are those of the intervals of strict F1.

    Raises:
        InputError: there is no document, the numbers differ, an id occurs twice, or a pair differs in id or text.
        SpanError: a span has an unknown label.

    Example:
        >>> from khcn_ner.labels import Label
        >>> gold = Document("a", "Sở KH&CN họp", (Span(0, 8, Label.ORG),))
        >>> scores = score([gold], [gold.with_spans([Span(0, 8, Label.ORG), Span(9, 12, Label.PER)])])
        >>> scores.micro
        Counts(true_positives=1, false_positives=1, false_negatives=0)
        >>> scores.labels[Label.ORG].f1, scores.macro.f1
        (1.0, 0.5)
    """
    check_paired(gold, predicted, labels=labels)
    documents = tuple(_score_document(one, other, labels) for one, other in zip(gold, predicted, strict=True))
    return Scores(
        labels={label: sum((one.labels[label] for one in documents), Counts()) for label in labels},
        schemes={scheme: sum((one.schemes[scheme] for one in documents), SchemeCounts()) for scheme in Scheme},
        tokens=sum((one.tokens for one in documents), TokenCounts()),
        documents=documents,
        micro_f1_interval=resample_f1([one.micro for one in documents], n_resamples=n_resamples, seed=seed),
        label_f1_intervals={
            label: resample_f1([one.labels[label] for one in documents], n_resamples=n_resamples, seed=seed)
            for label in labels
        },
    )


def _score_document(gold: Document, predicted: Document, labels: Sequence[str]) -> DocumentScores:
    return DocumentScores(
        id=gold.id,
        labels=_count_labels(gold.spans, predicted.spans, labels),
        schemes={scheme: _count_scheme(gold.spans, predicted.spans, scheme) for scheme in Scheme},
        tokens=_count_tokens(gold, predicted),
    )


def _count_labels(gold: Sequence[Span], predicted: Sequence[Span], labels: Sequence[str]) -> dict[str, Counts]:
    counts: dict[str, Counts] = {}
    for label in labels:
        wanted = {(span.start, span.end) for span in gold if span.label == label}
        given = {(span.start, span.end) for span in predicted if span.label == label}
        counts[label] = Counts(len(wanted & given), len(given - wanted), len(wanted - given))
    return counts


def _count_scheme(gold: Sequence[Span], predicted: Sequence[Span], scheme: Scheme) -> SchemeCounts:
    """Count under one scheme with the pairing that earns most, then has most pairs, then shares most characters."""

    def worth(one: Span, other: Span) -> Worth:
        return _half_points(one, other, scheme), 1, overlap(one, other)

    counts = SchemeCounts()
    for one, other in pair_spans(gold, predicted, worth):
        if one is None:
            counts += SchemeCounts(spurious=1)
        elif other is None:
            counts += SchemeCounts(missed=1)
        else:
            half_points = _half_points(one, other, scheme)
            counts += (SchemeCounts(incorrect=1), SchemeCounts(partial=1), SchemeCounts(correct=1))[half_points]
    return counts


def _half_points(gold: Span, predicted: Span, scheme: Scheme) -> int:
    """Give what an overlapping pair earns: 2 if correct, 1 if partial, 0 if incorrect."""
    match scheme:
        case Scheme.STRICT:
            return 2 * (same_borders(gold, predicted) and gold.label == predicted.label)
        case Scheme.EXACT:
            return 2 * same_borders(gold, predicted)
        case Scheme.PARTIAL:
            return 1 + same_borders(gold, predicted)
        case Scheme.TYPE:
            return 2 * (gold.label == predicted.label)


def _count_tokens(gold: Document, predicted: Document) -> TokenCounts:
    tokens = token_offsets(gold.text)
    gold_tags = spans_to_tags(tokens, gold.spans)
    predicted_tags = spans_to_tags(tokens, predicted.spans)
    n_correct = sum(one == other for one, other in zip(gold_tags, predicted_tags, strict=True))
    n_cut_spans = align(tokens, gold.spans)[1] + align(tokens, predicted.spans)[1]
    return TokenCounts(len(tokens), n_correct, n_cut_spans)


def _mean(values: Iterable[float | None]) -> float | None:
    defined = [value for value in values if value is not None]
    return fmean(defined) if defined else None
