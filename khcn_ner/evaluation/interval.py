"""An interval for F1 by resampling documents: one Counts a document in, an Interval out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from khcn_ner.evaluation.counts import Counts

# With few documents the percentile bootstrap covers less than it says; the limit of ten is our choice.
# Source: Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapters 13 and 14.
FEW_DOCUMENTS = 10

_BLOCK = 100  # resamples drawn at once, so that memory stays at 100 numbers a document


@dataclass(frozen=True, slots=True)
class Interval:
    """Where F1 would lie, had other documents of the same kind been scored.

    `low` and `high` are in 0..1, `level` is the wanted coverage in 0..1. `flags` says in words why the
    interval is not to be relied on; it is empty for a sound one. `n_undefined` counts the resamples without
    any span, which were left out.

    Example:
        >>> Interval(0.8, 0.9, level=0.95, n_resamples=2000, n_undefined=0).is_sound
        True
    """

    low: float
    high: float
    level: float
    n_resamples: int
    n_undefined: int
    flags: tuple[str, ...] = ()

    @property
    def is_sound(self) -> bool:
        """Tell whether nothing speaks against relying on the interval."""
        return not self.flags


def resample_f1(
    documents: Sequence[Counts], *, level: float = 0.95, n_resamples: int = 2000, seed: int = 0
) -> Interval | None:
    """Give the percentile interval of micro F1 over resampled documents; None where F1 itself is undefined.

    Documents are drawn with replacement, as many as there are, since the mistakes within one report depend on
    one another. The same counts and seed give the same interval.

    Source: Efron and Tibshirani, An Introduction to the Bootstrap (1993), section 13.3.

    Raises:
        ValueError: `level` lies outside 0..1 or `n_resamples` is not positive.

    Example:
        >>> interval = resample_f1([Counts(9, 1, 1), Counts(5, 5, 5)] * 10)
        >>> 0.6 < interval.low < 0.7 < interval.high < 0.8
        True
    """
    if not 0 < level < 1 or n_resamples < 1:
        raise ValueError(f"level {level} and n_resamples {n_resamples}: expected 0 < level < 1 and n_resamples >= 1")
    if sum(documents, Counts()).f1 is None:
        return None
    import numpy as np

    hits = np.array([2 * counts.true_positives for counts in documents], dtype=np.int64)  # (document,)
    spans = np.array([counts.support + counts.n_predicted for counts in documents], dtype=np.int64)  # (document,)
    generator = np.random.default_rng(seed)
    shares = np.full(len(documents), 1 / len(documents))  # (document,)
    values: list[float] = []
    for first in range(0, n_resamples, _BLOCK):
        size = min(_BLOCK, n_resamples - first)
        draws = generator.multinomial(len(documents), shares, size=size)  # (resample, document)
        n_spans = draws @ spans  # (resample,)
        defined = n_spans > 0
        values.extend(((draws @ hits)[defined] / n_spans[defined]).tolist())
    tail = (1 - level) / 2
    low, high = np.quantile(values, [tail, 1 - tail]).tolist() if values else (0.0, 1.0)
    n_undefined = n_resamples - len(values)
    flags = _flags(len(documents), low == high, n_undefined, n_resamples)
    return Interval(low, high, level=level, n_resamples=n_resamples, n_undefined=n_undefined, flags=flags)


def _flags(n_documents: int, has_no_width: bool, n_undefined: int, n_resamples: int) -> tuple[str, ...]:
    flags: list[str] = []
    if n_documents == 1:
        flags.append("one document only: resampling it says nothing about others")
    elif n_documents < FEW_DOCUMENTS:
        flags.append(f"only {n_documents} documents: the interval is likely too narrow")
    if n_documents > 1 and has_no_width:
        flags.append("all resamples score alike: the interval has no width")
    if n_undefined:
        flags.append(f"{n_undefined} of {n_resamples} resamples held no span and were left out")
    return tuple(flags)
