"""What is counted, and the ratios derived from it; a ratio with a zero denominator is None."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Counts:
    """Spans found, wrongly found and not found; they add up over labels and documents.

    Source: precision, recall and F as in van Rijsbergen, Information Retrieval, 2nd ed. (1979), chapter 7.

    Example:
        >>> counts = Counts(8, 2, 4) + Counts(1, 0, 0)
        >>> counts.support, counts.recall, Counts().f1
        (13, 0.6923076923076923, None)
    """

    true_positives: int = 0
    false_positives: int = 0
    false_negatives: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.true_positives + other.true_positives,
            self.false_positives + other.false_positives,
            self.false_negatives + other.false_negatives,
        )

    @property
    def support(self) -> int:
        """Number of gold spans."""
        return self.true_positives + self.false_negatives

    @property
    def n_predicted(self) -> int:
        """Number of predicted spans."""
        return self.true_positives + self.false_positives

    @property
    def precision(self) -> float | None:
        """Share of the predicted spans that are right, 0..1; None if nothing was predicted."""
        return ratio(self.true_positives, self.n_predicted)

    @property
    def recall(self) -> float | None:
        """Share of the gold spans that were found, 0..1; None if there is no gold."""
        return ratio(self.true_positives, self.support)

    @property
    def f1(self) -> float | None:
        """Harmonic mean of precision and recall, 0..1; None if there is neither gold nor prediction."""
        return ratio(2 * self.true_positives, self.support + self.n_predicted)


@dataclass(frozen=True, slots=True)
class SchemeCounts:
    """What became of each gold and predicted span under one matching scheme.

    `correct`, `incorrect` and `partial` count pairs of a gold and a predicted span; `missed` gold spans and
    `spurious` predicted spans are in no pair. A partial pair earns half a point.

    Source: SemEval-2013 task 9.1, https://aclanthology.org/S13-2056/, after MUC-5, https://aclanthology.org/M93-1007/.

    Example:
        >>> SchemeCounts(correct=1, partial=1, spurious=2).precision
        0.375
    """

    correct: int = 0
    incorrect: int = 0
    partial: int = 0
    missed: int = 0
    spurious: int = 0

    def __add__(self, other: SchemeCounts) -> SchemeCounts:
        return SchemeCounts(
            self.correct + other.correct,
            self.incorrect + other.incorrect,
            self.partial + other.partial,
            self.missed + other.missed,
            self.spurious + other.spurious,
        )

    @property
    def support(self) -> int:
        """Number of gold spans ("possible" in the source)."""
        return self.correct + self.incorrect + self.partial + self.missed

    @property
    def n_predicted(self) -> int:
        """Number of predicted spans ("actual" in the source)."""
        return self.correct + self.incorrect + self.partial + self.spurious

    @property
    def precision(self) -> float | None:
        """Points a predicted span, 0..1; None if nothing was predicted."""
        return ratio(2 * self.correct + self.partial, 2 * self.n_predicted)

    @property
    def recall(self) -> float | None:
        """Points a gold span, 0..1; None if there is no gold."""
        return ratio(2 * self.correct + self.partial, 2 * self.support)

    @property
    def f1(self) -> float | None:
        """Harmonic mean of precision and recall, 0..1; None if there is neither gold nor prediction."""
        return ratio(2 * self.correct + self.partial, self.support + self.n_predicted)


@dataclass(frozen=True, slots=True)
class TokenCounts:
    """Tokens, and those whose BIO tag is the same in gold and prediction.

    `n_cut_spans` counts the gold and predicted spans that begin or end inside a token; tags hold them widened.

    Example:
        >>> (TokenCounts(10, 9) + TokenCounts(10, 10)).accuracy
        0.95
    """

    n_tokens: int = 0
    n_correct: int = 0
    n_cut_spans: int = 0

    def __add__(self, other: TokenCounts) -> TokenCounts:
        return TokenCounts(
            self.n_tokens + other.n_tokens,
            self.n_correct + other.n_correct,
            self.n_cut_spans + other.n_cut_spans,
        )

    @property
    def accuracy(self) -> float | None:
        """Share of tokens with the right tag, 0..1; None if the text has no token."""
        return ratio(self.n_correct, self.n_tokens)


def ratio(part: int, whole: int) -> float | None:
    """Divide, or give None where there is nothing to divide by."""
    return part / whole if whole else None
