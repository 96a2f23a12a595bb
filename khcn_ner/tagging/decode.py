"""Decoding: tag scores of a document's tokens in, valid BIO tags and scored spans out.

Scores are log probabilities of one tag a token, or, of a model with a CRF on top, emissions with a matrix of learnt
transitions. I- tags that continue nothing are ruled out in both.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from khcn_ner.document import Span
from khcn_ner.labels import TAGS
from khcn_ner.tagging.temperature import DECIMALS, tempered
from khcn_ner.tokens import TokenOffsets, tags_to_spans

FloatArray = NDArray[np.float32]
WideArray = NDArray[np.float64]

# The best scores of the paths so far in; for each next tag the best score before it and the tag it came from out.
_Step = Callable[[WideArray], tuple[WideArray, NDArray[np.int64]]]


def log_softmax(scores: FloatArray) -> FloatArray:
    """Turn scores into log probabilities along the last axis.

    Shape: (token, tag) in and out.
    """
    shifted = scores - scores.max(axis=-1, keepdims=True)
    normalised: FloatArray = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return normalised


@functools.cache
def _begins_and_insides(tags: tuple[str, ...]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    begins = np.array([index for index, tag in enumerate(tags) if tag.startswith("B-")])
    return begins, np.array([tags.index(f"I-{tags[index][2:]}") for index in begins])


def forbidden_transitions(tags: tuple[str, ...]) -> NDArray[np.bool_]:
    """Say which tag may not follow which in BIO.

    Shape: (tag before, tag).
    """
    begins, insides = _begins_and_insides(tags)
    forbidden = np.zeros((len(tags), len(tags)), bool)
    forbidden[:, insides] = True
    forbidden[begins, insides] = forbidden[insides, insides] = False
    return forbidden


def best_tags(
    scores: FloatArray, *, tags: tuple[str, ...] = TAGS, transitions: FloatArray | None = None
) -> NDArray[np.int64]:
    """Find the most probable tag sequence in which every I- continues a span of its own label.

    Shape: scores (token, tag), transitions (tag before, tag); (token,) of tag indices out.
    Source: Viterbi's algorithm with the transitions that BIO forbids left out
    (https://en.wikipedia.org/wiki/Viterbi_algorithm).

    Example:
        >>> scores = np.full((2, len(TAGS)), -9.0, np.float32)
        >>> scores[0, TAGS.index("B-PER")], scores[1, TAGS.index("I-ORG")], scores[1, TAGS.index("I-PER")] = 0, 0, -1
        >>> [TAGS[index] for index in best_tags(scores)]
        ['B-PER', 'I-PER']
    """
    n_tokens = len(scores)
    if n_tokens == 0:
        return np.zeros(0, np.int64)
    _, insides = _begins_and_insides(tags)
    came_from = np.zeros((n_tokens, len(tags)), np.int64)
    total = scores[0].astype(np.float64)
    total[insides] = -np.inf
    step = _free_step(tags) if transitions is None else _learnt_step(tags, transitions)
    for token in range(1, n_tokens):
        before, came_from[token] = step(total)
        total = before + scores[token]
    best = np.empty(n_tokens, np.int64)
    best[-1] = total.argmax()
    for token in range(n_tokens - 1, 0, -1):
        best[token - 1] = came_from[token, best[token]]
    return best


def _free_step(tags: tuple[str, ...]) -> _Step:
    """Give a Viterbi step without learnt transitions: it needs no matrix."""
    begins, insides = _begins_and_insides(tags)

    def step(total: WideArray) -> tuple[WideArray, NDArray[np.int64]]:
        best = int(total.argmax())
        # From any tag to O and B-; to I-X from the better of B-X and I-X.
        begun, continued = total[begins], total[insides]
        before = np.full(len(tags), total[best])
        before[insides] = np.maximum(begun, continued)
        came_from = np.full(len(tags), best)
        came_from[insides] = np.where(continued > begun, insides, begins)
        return before, came_from

    return step


def _learnt_step(tags: tuple[str, ...], transitions: FloatArray) -> _Step:
    allowed = _allowed(tags, transitions)

    def step(total: WideArray) -> tuple[WideArray, NDArray[np.int64]]:
        paths = total[:, None] + allowed
        return paths.max(axis=0), paths.argmax(axis=0)

    return step


def _allowed(tags: tuple[str, ...], transitions: FloatArray) -> WideArray:
    return np.where(forbidden_transitions(tags), -np.inf, transitions.astype(np.float64))


def marginals(scores: FloatArray, *, tags: tuple[str, ...], transitions: FloatArray) -> FloatArray:
    """Give each tag's probability at each token over all valid sequences, with learnt transitions.

    Shape: scores (token, tag), transitions (tag before, tag); (token, tag) of probabilities out.
    Source: the forward-backward algorithm (https://en.wikipedia.org/wiki/Forward%E2%80%93backward_algorithm).
    """
    n_tokens = len(scores)
    if n_tokens == 0:
        return np.zeros((0, len(tags)), np.float32)
    emissions = scores.astype(np.float64)
    allowed = _allowed(tags, transitions)
    forward, backward = np.empty_like(emissions), np.zeros_like(emissions)
    forward[0] = emissions[0]
    forward[0, _begins_and_insides(tags)[1]] = -np.inf
    for token in range(1, n_tokens):
        forward[token] = emissions[token] + _log_sum(forward[token - 1][:, None] + allowed, axis=0)
    for token in range(n_tokens - 2, -1, -1):
        backward[token] = _log_sum(allowed + emissions[token + 1] + backward[token + 1], axis=1)
    joint = forward + backward
    probabilities: FloatArray = np.exp(joint - _log_sum(joint, axis=1)[:, None]).astype(np.float32)
    return probabilities


def _log_sum(values: WideArray, *, axis: int) -> WideArray:
    largest = values.max(axis=axis, keepdims=True)
    largest = np.where(np.isfinite(largest), largest, 0.0)
    with np.errstate(divide="ignore"):
        summed: WideArray = np.log(np.exp(values - largest).sum(axis=axis)) + largest.squeeze(axis)
    return summed


def decode_spans(
    tokens: Sequence[TokenOffsets],
    scores: FloatArray,
    *,
    tags: tuple[str, ...] = TAGS,
    transitions: FloatArray | None = None,
    temperature: float = 1.0,
) -> list[Span]:
    """Read scored spans out of the tag scores of a document's tokens.

    Shape: scores (token, tag). A span's score is the lowest of the probabilities of its tags and of
    its not going on with the token after it: the span is right only if all of these are. `temperature` then calibrates
    it (khcn_ner.tagging.temperature).
    """
    if transitions is None:
        log_probabilities = log_softmax(scores)
        best = best_tags(log_probabilities, tags=tags)
        probabilities = np.exp(log_probabilities)
    else:
        best = best_tags(scores, tags=tags, transitions=transitions)
        probabilities = marginals(scores, tags=tags, transitions=transitions)
    spans = tags_to_spans(tokens, [tags[index] for index in best])
    starts = np.flatnonzero(np.isin(best, _begins_and_insides(tags)[0]))
    scored: list[Span] = []
    for span, start in zip(spans, starts, strict=True):
        stop = start + 1
        inside = tags.index(f"I-{span.label}")
        while stop < len(best) and best[stop] == inside:
            stop += 1
        score = float(probabilities[np.arange(start, stop), best[start:stop]].min())
        if stop < len(best):
            score = min(score, 1.0 - float(probabilities[stop, inside]))
        calibrated = tempered(round(min(max(score, 0.0), 1.0), DECIMALS), temperature)
        scored.append(Span(span.start, span.end, span.label, calibrated))
    return scored
