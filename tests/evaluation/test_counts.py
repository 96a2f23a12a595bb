import pytest

from khcn_ner.evaluation import Counts, SchemeCounts, TokenCounts


def test_ratios_follow_from_counts():
    counts = Counts(true_positives=3, false_positives=1, false_negatives=3)
    assert (counts.precision, counts.recall, counts.support, counts.n_predicted) == (0.75, 0.5, 6, 4)
    assert counts.f1 == pytest.approx(0.6)


@pytest.mark.parametrize(
    ("counts", "precision", "recall", "f1"),
    [
        (Counts(), None, None, None),
        (Counts(false_positives=2), 0.0, None, 0.0),
        (Counts(false_negatives=2), None, 0.0, 0.0),
        (Counts(true_positives=2), 1.0, 1.0, 1.0),
    ],
)
def test_zero_denominators_give_none(counts, precision, recall, f1):
    assert (counts.precision, counts.recall, counts.f1) == (precision, recall, f1)


def test_counts_add_up():
    assert Counts(1, 2, 3) + Counts(10, 20, 30) == Counts(11, 22, 33)
    assert SchemeCounts(1, 2, 3, 4, 5) + SchemeCounts(1, 1, 1, 1, 1) == SchemeCounts(2, 3, 4, 5, 6)
    assert TokenCounts(1, 2, 3) + TokenCounts(1, 1, 1) == TokenCounts(2, 3, 4)


def test_partial_pairs_earn_half_a_point():
    counts = SchemeCounts(correct=2, partial=2, missed=1, spurious=2)
    assert (counts.support, counts.n_predicted) == (5, 6)
    assert (counts.precision, counts.recall) == (3 / 6, 3 / 5)
    assert counts.f1 == pytest.approx(2 * 0.5 * 0.6 / 1.1)


def test_undefined_scheme_and_token_ratios_are_none():
    assert (SchemeCounts().precision, SchemeCounts().recall, SchemeCounts().f1) == (None, None, None)
    assert TokenCounts().accuracy is None
