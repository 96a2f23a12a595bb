import functools
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from khcn_ner.document import Span
from khcn_ner.labels import LABELS, TAG_INDEX, TAGS, Label
from khcn_ner.tagging.decode import best_tags, decode_spans, log_softmax
from khcn_ner.tokens import tags_to_spans

SEEDED = settings(derandomize=True, deadline=None)

SCORES = arrays.arrays(
    np.float32,
    st.tuples(st.integers(0, 30), st.just(len(TAGS))),
    elements=st.floats(-1e4, 1e4, width=32) | st.sampled_from([0.0, 1.0]),
)


def tokens(n_tokens):
    return [(2 * index, 2 * index + 1) for index in range(n_tokens)]


def may_follow(before, tag):
    return not tag.startswith("I-") or before in (f"B-{tag[2:]}", tag)


@functools.cache
def valid_sequences(n_tokens):
    """List all valid tag sequences of a length, as tag numbers (sequence, token)."""
    sequences = [(tag,) for tag in TAGS if not tag.startswith("I-")]
    for _ in range(n_tokens - 1):
        sequences = [(*known, tag) for known, tag in itertools.product(sequences, TAGS) if may_follow(known[-1], tag)]
    return np.array([[TAG_INDEX[tag] for tag in sequence] for sequence in sequences])


def scores_for(*probabilities):
    """Write rows of {tag: probability} as scores; what is left of 1 goes to the other tags evenly."""
    rows = []
    for given_ones in probabilities:
        rest = (1 - sum(given_ones.values())) / (len(TAGS) - len(given_ones))
        rows.append([np.log(given_ones.get(tag, rest)) for tag in TAGS])
    return np.array(rows, np.float32)


@SEEDED
@given(SCORES)
def test_tags_are_valid_whatever_the_scores(scores):
    tags = [TAGS[index] for index in best_tags(log_softmax(scores))]
    assert all(may_follow(before, tag) for before, tag in zip(["O", *tags], tags, strict=False))


@pytest.mark.parametrize("n_tokens", [1, 2, 3, 4, 5])
def test_tags_are_the_best_of_all_valid_sequences(n_tokens):
    sequences = valid_sequences(n_tokens)
    random = np.random.default_rng(n_tokens)
    for sharpness in (0.1, 1.0, 5.0, 30.0):
        for _ in range(5):
            log_probabilities = log_softmax((random.normal(size=(n_tokens, len(TAGS))) * sharpness).astype(np.float32))
            totals = log_probabilities.astype(np.float64)[np.arange(n_tokens), sequences].sum(axis=1)
            assert best_tags(log_probabilities).tolist() == sequences[totals.argmax()].tolist()


def test_log_softmax_gives_log_probabilities():
    scores = np.array([[1.0, 2.0, 3.0], [1e4, 0.0, -1e4]], np.float32)
    probabilities = np.exp(log_softmax(scores))
    assert probabilities.sum(axis=1) == pytest.approx([1, 1])
    assert probabilities[0] == pytest.approx(np.exp([1, 2, 3]) / np.exp([1, 2, 3]).sum(), rel=1e-5)


def test_no_tokens_give_no_spans():
    empty = np.zeros((0, len(TAGS)), np.float32)
    assert best_tags(empty).tolist() == []
    assert decode_spans([], empty) == []


def test_span_scores_its_least_probable_tag():
    scores = scores_for({"B-ORG": 0.9}, {"I-ORG": 0.6}, {"I-ORG": 0.8}, {"O": 0.99})
    assert decode_spans(tokens(4), scores) == [Span(0, 5, Label.ORG, 0.6)]


def test_span_that_might_go_on_scores_less():
    scores = scores_for({"B-ORG": 0.9}, {"O": 0.55, "I-ORG": 0.4})
    assert decode_spans(tokens(2), scores) == [Span(0, 1, Label.ORG, 0.6)]


def test_span_before_a_likely_inside_of_another_label_keeps_its_score():
    scores = scores_for({"B-ORG": 0.9}, {"O": 0.55, "I-PER": 0.4})
    assert decode_spans(tokens(2), scores) == [Span(0, 1, Label.ORG, 0.9)]


def test_span_at_the_end_of_the_text_scores_its_tags_alone():
    assert decode_spans(tokens(1), scores_for({"B-DATE": 0.7})) == [Span(0, 1, Label.DATE, 0.7)]


def test_neighbouring_spans_are_scored_apart():
    scores = scores_for({"B-PER": 0.9}, {"B-PER": 0.7}, {"I-PER": 0.8})
    assert decode_spans(tokens(3), scores) == [Span(0, 1, Label.PER, 0.9), Span(2, 5, Label.PER, 0.7)]


@pytest.mark.parametrize("label", LABELS)
def test_every_label_can_be_decoded(label):
    scores = scores_for({f"B-{label}": 0.9}, {f"I-{label}": 0.9})
    assert decode_spans(tokens(2), scores) == [Span(0, 3, label, 0.9)]


def test_outside_everywhere_is_no_span():
    assert decode_spans(tokens(3), scores_for({"O": 0.9}, {"O": 0.5}, {"O": 0.9})) == []


@SEEDED
@given(SCORES)
def test_decoded_spans_are_those_of_the_tags_with_probabilities(scores):
    places = tokens(len(scores))
    spans = decode_spans(places, scores)
    bare = tags_to_spans(places, [TAGS[index] for index in best_tags(log_softmax(scores))])
    assert [(span.start, span.end, span.label) for span in spans] == [
        (span.start, span.end, span.label) for span in bare
    ]
    assert all(0 <= span.score <= 1 for span in spans)
