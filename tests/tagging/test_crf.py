"""The CRF against sums over all sequences, and its decoding in numpy."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import torch

from khcn_ner.labels import bio_tags
from khcn_ner.tagging.crf import Crf
from khcn_ner.tagging.decode import best_tags, decode_spans, forbidden_transitions, marginals
from khcn_ner.tagging.features import IGNORED

TAGS = bio_tags(["X", "Y"])


def scores_of(sequence, emissions, transitions) -> float:
    total = sum(emissions[place, tag] for place, tag in enumerate(sequence))
    return float(total + sum(transitions[a, b] for a, b in itertools.pairwise(sequence)))


def allowed_sequences(n_tokens: int, *, at_start: bool):
    forbidden = forbidden_transitions(TAGS)
    for sequence in itertools.product(range(len(TAGS)), repeat=n_tokens):
        if at_start and TAGS[sequence[0]].startswith("I-"):
            continue
        if not any(forbidden[a, b] for a, b in itertools.pairwise(sequence)):
            yield sequence


@pytest.fixture
def numbers():
    random = np.random.default_rng(5)
    return (
        random.normal(size=(4, len(TAGS))).astype(np.float32),
        random.normal(size=(len(TAGS), len(TAGS))).astype(np.float32),
    )


def test_the_loss_is_the_negative_log_probability_of_whole_sequences(numbers) -> None:
    emissions, transitions = numbers
    crf = Crf(TAGS)
    with torch.no_grad():
        crf.transitions.copy_(torch.from_numpy(transitions))
    # Pieces that speak for no token stand between; a second window is shorter, a third has no token at all.
    logits = torch.zeros(3, 6, len(TAGS))
    labels = torch.full((3, 6), IGNORED)
    gold = (1, 2, 0, 3)
    for place, (token, tag) in zip((0, 2, 3, 5), enumerate(gold), strict=True):
        logits[0, place], labels[0, place] = torch.from_numpy(emissions[token]), tag
    logits[1, 1], labels[1, 1] = torch.from_numpy(emissions[0]), 4
    expected = 0.0
    for sequence, n_tokens in ((gold, 4), ((4,), 1)):
        total = math.log(
            sum(math.exp(scores_of(s, emissions, transitions)) for s in allowed_sequences(n_tokens, at_start=False))
        )
        expected += total - scores_of(sequence, emissions, transitions)
    assert crf(logits, labels).item() == pytest.approx(expected / 5, abs=1e-4)


def test_a_batch_without_any_token_has_no_loss_and_no_nan() -> None:
    loss = Crf(TAGS)(torch.zeros(1, 3, len(TAGS), requires_grad=True), torch.full((1, 3), IGNORED))
    loss.backward()
    assert loss.item() == 0


def test_decoding_finds_the_best_of_all_sequences_with_transitions(numbers) -> None:
    emissions, transitions = numbers
    best = max(allowed_sequences(4, at_start=True), key=lambda s: scores_of(s, emissions, transitions))
    assert best_tags(emissions, tags=TAGS, transitions=transitions).tolist() == list(best)


def test_marginals_are_sums_over_all_sequences(numbers) -> None:
    emissions, transitions = numbers
    sequences = list(allowed_sequences(4, at_start=True))
    weights = np.array([math.exp(scores_of(sequence, emissions, transitions)) for sequence in sequences])
    expected = np.zeros_like(emissions)
    for sequence, weight in zip(sequences, weights / weights.sum(), strict=True):
        expected[np.arange(4), sequence] += weight
    assert np.allclose(marginals(emissions, tags=TAGS, transitions=transitions), expected, atol=1e-5)


def test_no_token_decodes_to_nothing() -> None:
    nothing, flat = np.zeros((0, len(TAGS)), np.float32), np.zeros((len(TAGS), len(TAGS)), np.float32)
    assert decode_spans([], nothing, tags=TAGS, transitions=flat) == []
    assert marginals(nothing, tags=TAGS, transitions=flat).shape == (0, len(TAGS))


def test_transitions_decide_where_emissions_do_not() -> None:
    transitions = np.zeros((len(TAGS), len(TAGS)), np.float32)
    transitions[TAGS.index("B-X"), TAGS.index("I-X")] = 3.0
    emissions = np.zeros((2, len(TAGS)), np.float32)
    emissions[0, TAGS.index("B-X")] = 1.0
    (span,) = decode_spans([(0, 2), (3, 5)], emissions, tags=TAGS, transitions=transitions)
    assert (span.start, span.end, span.label) == (0, 5, "X")
    assert span.score is not None
    assert 0.5 < span.score < 1
