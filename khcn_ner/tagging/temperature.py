"""Scores that mean what they say: scores of dev's spans, and which were right, in; one temperature out.

A span's score is the lowest probability of its tags, and a fine-tuned network is surer than it should be. Its log odds
are divided by one number, the temperature, that makes the right and the wrong spans of dev most likely. That changes
neither which spans are found nor the order of their scores.

It is fitted to spans and not to tags, since the chance of a span to be right is what a score is read as; nearly all
tags are O, and easy. A temperature a label is not worth its four numbers more (docs/accuracy.md).

Source: Guo et al. 2017, "On Calibration of Modern Neural Networks", section 4.2 (https://arxiv.org/abs/1706.04599).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

# A span's score, 0..1, and whether gold has the span.
Scored = tuple[float, bool]

# Scores are written with four decimals: 1.0 stands for whatever is nearer to it than to 0.9999.
DECIMALS = 4
_NEAREST = 0.5 * 10**-DECIMALS
# The temperatures that are looked at, and how many wrong spans say anything about it; our choices.
COLDEST, HOTTEST = 0.2, 5.0
FEWEST_WRONG = 10
_STEPS = 60
_N_FOLDS = 5


def tempered(score: float, temperature: float) -> float:
    """Give a span's calibrated score, 0..1.

    Example:
        >>> tempered(0.9, 2.0), tempered(0.9, 1.0)
        (0.75, 0.9)
    """
    if temperature == 1.0:
        return score
    return round(1 / (1 + math.exp(-_log_odds(score) / temperature)), DECIMALS)


def fit_temperature(scored: Iterable[Scored]) -> float:
    """Give the temperature under which what was right and what was wrong is most likely, from 0.2 to 5.

    1 where fewer than ten spans are wrong: they say too little.

    Example:
        >>> round(fit_temperature([(0.9, True)] * 75 + [(0.9, False)] * 25), 3)
        2.0
    """
    known = [(_log_odds(score), is_right) for score, is_right in scored]
    if sum(not is_right for _, is_right in known) < FEWEST_WRONG:
        return 1.0
    # Convex in 1 / temperature (a logistic regression without a constant), so bisection finds where the slope is 0.
    low, high = 1 / HOTTEST, 1 / COLDEST
    for _ in range(_STEPS):
        middle = (low + high) / 2
        slope = sum(odds * (1 / (1 + math.exp(-odds * middle)) - is_right) for odds, is_right in known)
        low, high = (middle, high) if slope < 0 else (low, middle)
    return round(2 / (low + high), 3)


def cross_fitted(documents: Sequence[Sequence[Scored]]) -> list[Scored]:
    """Give the calibrated scores of documents, each with the temperature of the others: four fifths of them.

    What a temperature does to the scores it was fitted to looks better than it is.
    """
    calibrated: list[Scored] = []
    n_folds = min(_N_FOLDS, len(documents))
    for fold in range(n_folds):
        others = [scored for number, one in enumerate(documents) if number % n_folds != fold for scored in one]
        temperature = fit_temperature(others)
        held_out = (scored for number, one in enumerate(documents) if number % n_folds == fold for scored in one)
        calibrated += [(tempered(score, temperature), is_right) for score, is_right in held_out]
    return calibrated


def _log_odds(score: float) -> float:
    inside = min(max(score, _NEAREST), 1 - _NEAREST)
    return math.log(inside / (1 - inside))
