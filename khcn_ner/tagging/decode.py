"""Decoding: tag scores of a document's tokens in, valid BIO tags and scored spans out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from khcn_ner.document import Span
from khcn_ner.labels import TAGS
from khcn_ner.tokens import TokenOffsets, tags_to_spans

FloatArray = NDArray[np.float32]

_BEGINS = np.array([index for index, tag in enumerate(TAGS) if tag.startswith("B-")])
_INSIDES = np.array([TAGS.index(f"I-{TAGS[index][2:]}") for index in _BEGINS])


def log_softmax(scores: FloatArray) -> FloatArray:
    """Turn scores into log probabilities along the last axis.

    Shape: (token, tag) in and out.
    """
    shifted = scores - scores.max(axis=-1, keepdims=True)
    normalised: FloatArray = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return normalised


def best_tags(log_probabilities: FloatArray) -> NDArray[np.int64]:
    """Find the most probable tag sequence in which every I- continues a span of its own label.

    Shape: (token, tag) in; (token,) of tag indices out.
    Source: Viterbi's algorithm with the transitions that BIO forbids left out
    (https://en.wikipedia.org/wiki/Viterbi_algorithm).

    Example:
        >>> scores = np.full((2, len(TAGS)), -9.0, np.float32)
        >>> scores[0, TAGS.index("B-PER")], scores[1, TAGS.index("I-ORG")], scores[1, TAGS.index("I-PER")] = 0, 0, -1
        >>> [TAGS[index] for index in best_tags(scores)]
        ['B-PER', 'I-PER']
    """
    n_tokens = len(log_probabilities)
    if n_tokens == 0:
        return np.zeros(0, np.int64)
    came_from = np.zeros((n_tokens, len(TAGS)), np.int8)
    total = log_probabilities[0].astype(np.float64)
    total[_INSIDES] = -np.inf
    for token in range(1, n_tokens):
        best = int(total.argmax())
        # From any tag to O and B-; to I-X from the better of B-X and I-X.
        begun, continued = total[_BEGINS], total[_INSIDES]
        before = np.full(len(TAGS), total[best])
        before[_INSIDES] = np.maximum(begun, continued)
        came_from[token] = best
        came_from[token, _INSIDES] = np.where(continued > begun, _INSIDES, _BEGINS)
        total = before + log_probabilities[token]
    tags = np.empty(n_tokens, np.int64)
    tags[-1] = total.argmax()
    for token in range(n_tokens - 1, 0, -1):
        tags[token - 1] = came_from[token, tags[token]]
    return tags


def decode_spans(tokens: Sequence[TokenOffsets], scores: FloatArray) -> list[Span]:
    """Read scored spans out of the tag scores of a document's tokens.

    Shape: scores (token, tag). A span's score is the lowest of the probabilities of its tags and of
    its not going on with the token after it: the span is right only if all of these are.
    """
    log_probabilities = log_softmax(scores)
    tags = best_tags(log_probabilities)
    probabilities = np.exp(log_probabilities)
    spans = tags_to_spans(tokens, [TAGS[index] for index in tags])
    starts = np.flatnonzero(np.isin(tags, _BEGINS))
    scored: list[Span] = []
    for span, start in zip(spans, starts, strict=True):
        stop = start + 1
        inside = TAGS.index(f"I-{span.label}")
        while stop < len(tags) and tags[stop] == inside:
            stop += 1
        score = float(probabilities[np.arange(start, stop), tags[start:stop]].min())
        if stop < len(tags):
            score = min(score, 1.0 - float(probabilities[stop, inside]))
        scored.append(Span(span.start, span.end, span.label, round(min(max(score, 0.0), 1.0), 4)))
    return scored
