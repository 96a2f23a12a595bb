import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khcn_ner.tagging.decode import decode_spans
from khcn_ner.tagging.temperature import COLDEST, HOTTEST, cross_fitted, fit_temperature, tempered
from tests.tagging.test_decode import scores_for, tokens

SEEDED = settings(derandomize=True, deadline=None)


def drawn(temperature, *, n_spans=4000, seed=1):
    """Draw scores that are too sure, or not sure enough, by a known temperature."""
    random = np.random.default_rng(seed)
    odds = random.normal(1.5, 1.5, n_spans)
    is_right = random.random(n_spans) < 1 / (1 + np.exp(-odds))
    scores = 1 / (1 + np.exp(-odds * temperature))
    return [(float(score), bool(right)) for score, right in zip(scores, is_right, strict=True)]


def likelihood(scored, temperature):
    odds = [(math.log(score / (1 - score)) / temperature, right) for score, right in scored]
    return -sum(math.log1p(math.exp(-one if right else one)) for one, right in odds)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 1.5, 3.0])
def test_a_known_temperature_is_found_again(temperature):
    assert fit_temperature(drawn(temperature)) == pytest.approx(temperature, rel=0.1)


def test_no_other_temperature_is_likelier():
    scored = drawn(1.7, n_spans=500)
    best = fit_temperature(scored)
    for other in np.linspace(0.3, 4.0, 75):
        assert likelihood(scored, best) >= likelihood(scored, other) - 1e-4


def test_few_mistakes_say_nothing():
    assert fit_temperature([(0.6, True)] * 500 + [(0.6, False)] * 9) == 1.0
    assert fit_temperature([]) == 1.0


def test_temperatures_stay_within_their_bounds():
    assert fit_temperature([(0.99, False)] * 50 + [(0.99, True)] * 50) == HOTTEST
    assert fit_temperature([(0.6, True)] * 5000 + [(0.4, False)] * 50) == COLDEST


@SEEDED
@given(st.lists(st.floats(0, 1), min_size=2), st.floats(COLDEST, HOTTEST))
def test_calibrated_scores_are_probabilities_in_the_same_order(scores, temperature):
    calibrated = [tempered(score, temperature) for score in sorted(scores)]
    assert all(0 <= score <= 1 for score in calibrated)
    assert calibrated == sorted(calibrated)


def test_a_document_is_calibrated_by_the_others():
    honest, boastful = drawn(1.0, n_spans=300), drawn(4.0, n_spans=300, seed=2)
    calibrated = cross_fitted([honest, boastful])
    assert calibrated[:300] == [(tempered(score, fit_temperature(boastful)), right) for score, right in honest]
    assert calibrated[300:] == [(tempered(score, fit_temperature(honest)), right) for score, right in boastful]


def test_more_documents_than_folds_share_a_temperature():
    documents = [drawn(2.0, n_spans=50, seed=seed) for seed in range(12)]
    calibrated = cross_fitted(documents)
    others = [scored for number, one in enumerate(documents) if number % 5 != 0 for scored in one]
    held_out = [*documents[0], *documents[5], *documents[10]]
    temperature = fit_temperature(others)
    assert calibrated[:150] == [(tempered(score, temperature), right) for score, right in held_out]
    assert len(calibrated) == 600


def test_decoding_finds_the_same_spans_whatever_the_temperature():
    scores = scores_for({"B-ORG": 0.9}, {"I-ORG": 0.6}, {"B-PER": 0.55}, {"O": 0.99})
    plain, warm = (decode_spans(tokens(4), scores, temperature=one) for one in (1.0, 2.0))
    assert [(span.start, span.end, span.label) for span in warm] == [(0, 3, "ORG"), (4, 5, "PER")]
    assert [span.score for span in warm] == [tempered(span.score, 2.0) for span in plain]
