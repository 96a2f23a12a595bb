import pytest

from khcn_ner.document import Document, Span
from khcn_ner.evaluation import calibrate, keep_scored, score, threshold_curve
from khcn_ner.labels import Label

TEXT = "ab " * 20
GOLD = Document("a", TEXT, tuple(Span(3 * n, 3 * n + 2, Label.ORG) for n in range(10)))
PREDICTED = GOLD.with_spans(
    [Span(3 * n, 3 * n + 2, Label.ORG if n < 6 else Label.PER, (n + 1) / 10) for n in range(10)]
)


def test_ece_is_the_mean_distance_by_hand():
    calibration = calibrate([GOLD], [PREDICTED])
    by_hand = sum(abs((n < 6) - (n + 1) / 10) for n in range(9)) + abs(0 - 1.0)
    assert calibration.n_spans == 10
    # 0.9 and 1.0 share the last bin, both wrong; the others have a bin each.
    assert calibration.ece == pytest.approx(by_hand / 10)


def test_the_curve_equals_scoring_what_is_kept():
    for cut in threshold_curve([GOLD], [PREDICTED]):
        assert cut.counts == score([GOLD], [keep_scored(PREDICTED, cut.min_score)], n_resamples=10).micro


def test_spans_without_scores_have_neither():
    assert calibrate([GOLD], [GOLD]) is None
    assert threshold_curve([GOLD], [GOLD]) == []
