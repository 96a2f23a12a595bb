from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khcn_ner.document import Document, Span
from khcn_ner.errors import InputError
from khcn_ner.evaluation import Mistake, find_mistakes, score
from khcn_ner.labels import LABELS, Label

TEXT = "Trung tâm Ứng dụng tiến bộ Bình Sơn họp sáng 4/7"


def document(*spans, name="a"):
    return Document(name, TEXT, tuple(Span(start, end, label) for start, end, label in spans))


@st.composite
def documents(draw, name="a"):
    cuts = sorted(draw(st.sets(st.integers(0, len(TEXT)), max_size=14)))
    ranges = [pair for pair in pairwise(cuts) if draw(st.booleans())]
    return document(*((start, end, draw(st.sampled_from(LABELS))) for start, end in ranges), name=name)


@pytest.mark.parametrize(
    ("gold", "predicted", "kind"),
    [
        ((0, 9, Label.ORG), None, "missed"),
        (None, (0, 9, Label.ORG), "spurious"),
        ((0, 9, Label.ORG), (0, 18, Label.ORG), "border"),
        ((0, 9, Label.ORG), (0, 9, Label.PROJECT), "label"),
        ((0, 9, Label.ORG), (6, 18, Label.PROJECT), "label and border"),
    ],
)
def test_each_kind(gold, predicted, kind):
    sides = [document(*([span] if span else [])) for span in (gold, predicted)]
    (mistake,) = find_mistakes(sides[:1], sides[1:])
    spans = [Span(*span) if span else None for span in (gold, predicted)]
    assert mistake == Mistake("a", kind, *spans)


def test_touching_spans_are_a_missed_and_a_spurious_one():
    mistakes = find_mistakes([document((0, 9, Label.ORG))], [document((9, 18, Label.ORG))])
    assert [one.kind for one in mistakes] == ["missed", "spurious"]


def test_a_gold_span_goes_with_the_prediction_that_covers_most_of_it():
    gold = document((0, 18, Label.ORG))
    predicted = document((0, 5, Label.ORG), (6, 18, Label.PROJECT))
    mistakes = find_mistakes([gold], [predicted])
    assert [(one.kind, one.predicted.start) for one in mistakes] == [("spurious", 0), ("label and border", 6)]


def test_scores_of_predictions_do_not_matter():
    gold = document((0, 9, Label.ORG))
    assert find_mistakes([gold], [gold.with_spans([Span(0, 9, Label.ORG, 0.7)])]) == []


def test_mistakes_come_by_document_and_place():
    gold = [document((20, 26, Label.ORG), (0, 9, Label.ORG), name="b"), document((0, 5, Label.PER), name="a")]
    mistakes = find_mistakes(gold, [document(name="b"), document(name="a")])
    assert [(one.document_id, one.start, one.end) for one in mistakes] == [("b", 0, 9), ("b", 20, 26), ("a", 0, 5)]


def test_no_documents_are_refused():
    with pytest.raises(InputError, match="no documents"):
        find_mistakes([], [])


@given(documents())
def test_prediction_equal_to_gold_has_no_mistakes(gold):
    assert find_mistakes([gold], [gold]) == []
    assert score([gold], [gold], n_resamples=10).micro.f1 == (1.0 if gold.spans else None)


@settings(deadline=None)
@given(documents(), documents())
def test_mistakes_account_for_every_wrong_span_once(gold, predicted):
    mistakes = find_mistakes([gold], [predicted])
    micro = score([gold], [predicted], n_resamples=10).micro
    wrong_gold = [one.gold for one in mistakes if one.gold]
    wrong_predicted = [one.predicted for one in mistakes if one.predicted]
    assert len(set(wrong_gold)) == len(wrong_gold) == micro.false_negatives
    assert len(set(wrong_predicted)) == len(wrong_predicted) == micro.false_positives
    assert set(gold.spans) - set(wrong_gold) == set(predicted.spans) - set(wrong_predicted)


@given(documents(), documents())
def test_swapping_the_sides_swaps_the_mistakes(gold, predicted):
    there = find_mistakes([gold], [predicted])
    back = find_mistakes([predicted], [gold])
    swap = {"missed": "spurious", "spurious": "missed"}
    n_shared = sum(one.gold is not None and one.predicted is not None for one in there)
    assert n_shared == sum(one.gold is not None and one.predicted is not None for one in back)
    alone = sorted(str(one.kind) for one in there if one.kind in swap)
    assert alone == sorted(swap[one.kind] for one in back if one.kind in swap)
