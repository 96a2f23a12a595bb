"""Compare two predictions of the same gold documents: paired differences, a p-value, what B fixed and broke."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from khcn_ner.document import Document, Span
from khcn_ner.evaluation.causes import Cause, find_causes
from khcn_ner.evaluation.counts import Counts
from khcn_ner.evaluation.interval import FEW_DOCUMENTS
from khcn_ner.evaluation.mistakes import Mistake, MistakeKind, find_mistakes
from khcn_ner.evaluation.scores import Scores, score
from khcn_ner.labels import LABELS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# The chance of calling two equal models different that is accepted, 0..1.
SIGNIFICANCE = 0.05
_BLOCK = 500  # trials at once, so that memory stays small


@dataclass(frozen=True, slots=True)
class Difference:
    """Strict F1 of B less that of A, over all labels or one, on the same documents.

    `low` and `high` are the 95 % interval of the difference by resampling documents in pairs; `p_value` is the chance
    of a difference at least as great if A and B were alike. All are None where an F1 is undefined.
    """

    first: Counts
    second: Counts
    low: float | None
    high: float | None
    p_value: float | None

    @property
    def value(self) -> float | None:
        """F1 of B less F1 of A, -1..1."""
        one, other = self.first.f1, self.second.f1
        return None if one is None or other is None else other - one

    @property
    def is_told(self) -> bool:
        """Tell whether the difference is more than chance: a small p-value, and an interval without 0."""
        if self.p_value is None or self.low is None or self.high is None:
            return False
        return self.p_value < SIGNIFICANCE and not self.low <= 0 <= self.high


@dataclass(frozen=True, slots=True)
class Change:
    """A mistake that only one of the two makes: of A, which B fixed, or of B, which A did not make."""

    is_fixed: bool
    mistake: Mistake
    causes: tuple[Cause, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two predictions side by side; `names` are A's and B's."""

    names: tuple[str, str]
    gold: Sequence[Document]
    first: Sequence[Document]
    second: Sequence[Document]
    scores: tuple[Scores, Scores]
    micro: Difference
    labels: Mapping[str, Difference]
    changes: Sequence[Change]
    flags: tuple[str, ...]

    @property
    def n_fixed(self) -> int:
        """Number of mistakes of A that B does not make."""
        return sum(change.is_fixed for change in self.changes)

    @property
    def n_broken(self) -> int:
        """Number of mistakes of B that A does not make."""
        return len(self.changes) - self.n_fixed

    @property
    def verdict(self) -> str:
        """Say which is better, or that it can't be told, with the numbers for it."""
        value, low, high, p_value = self.micro.value, self.micro.low, self.micro.high, self.micro.p_value
        if value is None or low is None or high is None or p_value is None:
            return "Nothing to compare: neither gold nor predictions have a span."
        if not self.changes:
            return "A and B make the same mistakes."
        numbers = f"B {value:+.3f} F1, 95 % interval {low:+.3f} to {high:+.3f}, p = {p_value:.4f}"
        if not self.micro.is_told:
            return f"No difference can be told: {numbers}."
        return f"{'B' if value > 0 else 'A'} is better: {numbers}."


def compare(
    gold: Sequence[Document],
    first: Sequence[Document],
    second: Sequence[Document],
    *,
    names: tuple[str, str] = ("A", "B"),
    n_trials: int = 10_000,
    seed: int = 0,
) -> Comparison:
    """Compare two predictions of the same gold documents; `n_trials` for the interval and for the p-value.

    Raises:
        InputError: the documents can't be compared.
        SpanError: a span has an unknown label.

    Example:
        >>> from khcn_ner.labels import Label
        >>> gold = [Document(str(n), "Sở KH&CN họp", (Span(0, 8, Label.ORG),)) for n in range(12)]
        >>> comparison = compare(gold, [one.with_spans([]) for one in gold], gold)
        >>> comparison.n_fixed, comparison.micro.value, comparison.micro.is_told
        (12, 1.0, True)
    """
    scores = score(gold, first), score(gold, second)
    micros = [[document.micro for document in one.documents] for one in scores]
    by_label = {
        label: [[document.labels[label] for document in one.documents] for one in scores] for label in LABELS
    }  # fmt: skip
    return Comparison(
        names=names,
        gold=gold,
        first=first,
        second=second,
        scores=scores,
        micro=measure_difference(micros[0], micros[1], n_trials=n_trials, seed=seed),
        labels={
            label: measure_difference(one, other, n_trials=n_trials, seed=seed)
            for label, (one, other) in by_label.items()
        },
        changes=list(_changes(gold, first, second)),
        flags=_flags(len(gold)),
    )


def measure_difference(
    first: Sequence[Counts], second: Sequence[Counts], *, n_trials: int = 10_000, seed: int = 0
) -> Difference:
    """Measure the difference of micro F1 between paired counts, one a document.

    Interval: documents are drawn with replacement, the same for both sides (paired percentile bootstrap).
    p-value: approximate randomisation; in each trial the two sides of every document change places or not, at even
    chances, and p is the share of trials, the observed one among them, that differ at least as much.

    Source: Noreen, Computer-Intensive Methods for Testing Hypotheses (1989), chapter 2; Yeh, More accurate tests for
    the statistical significance of result differences (2000), https://aclanthology.org/C00-2137/; Efron and Tibshirani
    (1993), section 13.3.
    """
    totals = sum(first, Counts()), sum(second, Counts())
    if totals[0].f1 is None or totals[1].f1 is None:
        return Difference(*totals, None, None, None)
    import numpy as np

    sides = (first, second)
    hits = np.array([[2.0 * one.true_positives for one in side] for side in sides])  # (side, document)
    spans = np.array([[float(one.support + one.n_predicted) for one in side] for side in sides])  # (side, document)
    observed = abs(totals[1].f1 - totals[0].f1)
    generator = np.random.default_rng(seed)
    n_documents = len(first)
    differences: list[float] = []
    n_as_great = 0
    for begin in range(0, n_trials, _BLOCK):
        size = min(_BLOCK, n_trials - begin)
        draws = generator.multinomial(n_documents, [1 / n_documents] * n_documents, size=size)  # (trial, document)
        resampled = _f1(draws @ hits[1], draws @ spans[1]) - _f1(draws @ hits[0], draws @ spans[0])  # (trial,)
        differences.extend(resampled[~np.isnan(resampled)].tolist())
        swaps = generator.integers(0, 2, size=(size, n_documents))  # (trial, document)
        moved = swaps @ (hits[1] - hits[0]), swaps @ (spans[1] - spans[0])  # (trial,) from B to A
        one = _f1(hits[0].sum() + moved[0], spans[0].sum() + moved[1])
        other = _f1(hits[1].sum() - moved[0], spans[1].sum() - moved[1])
        # Equal sums taken in another order may differ in the last bits.
        n_as_great += int((np.abs(other - one) >= observed - 1e-12).sum())
    low, high = np.quantile(differences, [0.025, 0.975]).tolist()
    return Difference(*totals, low, high, (n_as_great + 1) / (n_trials + 1))


def _f1(hits: NDArray[np.float64], spans: NDArray[np.float64]) -> NDArray[np.float64]:
    """Divide, giving NaN where there is no span.

    Shape: (trial,) all.
    """
    import numpy as np

    undefined = np.full(len(spans), np.nan)
    values: NDArray[np.float64] = np.divide(hits, spans, out=undefined, where=spans > 0)
    return values


def _changes(gold: Sequence[Document], first: Sequence[Document], second: Sequence[Document]) -> Iterator[Change]:
    """List the mistakes only one side makes, by document and place; those of A are the fixed ones."""
    sides = (first, second)
    mistakes = [find_mistakes(gold, side) for side in sides]
    causes = [find_causes(gold, side, found) for side, found in zip(sides, mistakes, strict=True)]
    places = {document.id: number for number, document in enumerate(gold)}
    changes: list[Change] = []
    for own, other, is_fixed in ((0, 1, True), (1, 0, False)):
        theirs: dict[str, list[Mistake]] = {}
        for mistake in mistakes[other]:
            theirs.setdefault(mistake.document_id, []).append(mistake)
        for mistake, why in zip(mistakes[own], causes[own], strict=True):
            if not any(_same_trouble(mistake, one) for one in theirs.get(mistake.document_id, ())):
                changes.append(Change(is_fixed, mistake, why))
    yield from sorted(changes, key=lambda one: (places[one.mistake.document_id], one.mistake.start, not one.is_fixed))


def _same_trouble(one: Mistake, other: Mistake) -> bool:
    """Tell whether two mistakes are about the same gold span, or are spurious spans in the same place."""
    if one.gold is not None or other.gold is not None:
        return one.gold == other.gold
    return one.kind is other.kind is MistakeKind.SPURIOUS and _meet(one.spans[0], other.spans[0])


def _meet(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _flags(n_documents: int) -> tuple[str, ...]:
    if n_documents == 1:
        return ("one document only: neither interval nor p-value says anything about others",)
    flags: list[str] = []
    if n_documents < FEW_DOCUMENTS:
        flags.append(f"only {n_documents} documents: the interval is likely too narrow")
    least = 2 / 2**n_documents  # all documents the same way, either way
    if least >= SIGNIFICANCE:
        flags.append(f"with {n_documents} documents no p-value can be under {least:.3f}")
    return tuple(flags)
