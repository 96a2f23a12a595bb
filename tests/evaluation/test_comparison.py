import pytest

from khcn_ner.document import Document, Span
from khcn_ner.evaluation import Counts, compare, write_comparison
from khcn_ner.evaluation.comparison import measure_difference
from khcn_ner.labels import Label

TEXT = "Sở KH&CN Lạng Giang nghiệm thu 12 đề tài ngày 3/5/2021"
GOLD = [Document(str(n), TEXT, (Span(0, 19, Label.ORG), Span(31, 40, Label.QUANTITY))) for n in range(12)]


def test_swapping_the_sides_turns_the_difference_round():
    one, other = [Counts(8, 2, 2)] * 10, [Counts(9, 1, 1)] * 6 + [Counts(7, 2, 3)] * 4
    there, back = measure_difference(one, other), measure_difference(other, one)
    assert there.value == pytest.approx(-back.value)
    assert (there.low, there.high) == pytest.approx((-back.high, -back.low))
    assert there.p_value == back.p_value


def test_p_value_equals_the_exact_one_of_all_swaps():
    # B is better in every one of 6 documents: only 2 of the 64 ways to swap differ as much.
    difference = measure_difference([Counts(1, 1, 1)] * 6, [Counts(2, 0, 0)] * 6, n_trials=20_000)
    assert difference.p_value == pytest.approx(2 / 64, abs=0.005)


def test_alike_predictions_are_not_told_apart():
    comparison = compare(GOLD, GOLD, GOLD, n_trials=500)
    assert comparison.changes == []
    assert comparison.micro.p_value == 1.0
    assert comparison.verdict == "A and B make the same mistakes."


def test_fixed_and_broken_are_told_once_each(tmp_path):
    first = [one.with_spans([Span(0, 8, Label.ORG), Span(31, 40, Label.QUANTITY)]) for one in GOLD]
    second = [one.with_spans([Span(0, 19, Label.ORG), Span(46, 54, Label.DATE)]) for one in GOLD]
    comparison = compare(GOLD[:1], first[:1], second[:1], n_trials=500)
    told = [(one.is_fixed, str(one.mistake.kind)) for one in comparison.changes]
    assert told == [(True, "border"), (False, "missed"), (False, "spurious")]
    assert "one document only" in comparison.flags[0]
    page = write_comparison(tmp_path, comparison, title="<b>").read_text(encoding="utf-8")
    assert "<b>&" not in page and "fixed: border" in page and "broken: spurious" in page


def test_a_mistake_both_make_is_neither_fixed_nor_broken():
    short = [one.with_spans([Span(0, 8, Label.ORG), one.spans[1]]) for one in GOLD]
    shorter = [one.with_spans([Span(3, 8, Label.ORG), one.spans[1]]) for one in GOLD]
    assert compare(GOLD, short, shorter, n_trials=100).changes == []
