import pytest

from khcn_ner.evaluation import Counts, resample_f1

MIXED = [Counts(9, 1, 2), Counts(4, 4, 1), Counts(7, 0, 3), Counts(2, 1, 0)] * 5


def test_interval_holds_the_score_and_is_sound():
    interval = resample_f1(MIXED)
    f1 = sum(MIXED, Counts()).f1
    assert 0 <= interval.low < f1 < interval.high <= 1
    assert interval.is_sound and interval.n_undefined == 0


def test_same_seed_gives_the_same_interval_and_another_seed_nearly():
    assert resample_f1(MIXED, seed=3) == resample_f1(MIXED, seed=3)
    one, other = resample_f1(MIXED, seed=3), resample_f1(MIXED, seed=4)
    assert one != other
    assert (one.low, one.high) == pytest.approx((other.low, other.high), abs=0.02)


def test_wider_level_gives_a_wider_interval():
    narrow, wide = resample_f1(MIXED, level=0.5), resample_f1(MIXED, level=0.99)
    assert wide.low < narrow.low < narrow.high < wide.high


def test_interval_is_that_of_resampling_one_by_one():
    import numpy as np

    generator = np.random.default_rng(1)
    f1s = []
    for _ in range(4000):
        drawn = generator.integers(0, len(MIXED), len(MIXED))
        f1s.append(sum((MIXED[index] for index in drawn), Counts()).f1)
    interval = resample_f1(MIXED, n_resamples=4000)
    assert (interval.low, interval.high) == pytest.approx(tuple(np.quantile(f1s, [0.025, 0.975])), abs=0.01)


@pytest.mark.parametrize(
    ("documents", "flag"),
    [
        ([Counts(3, 1, 1)], "one document only"),
        ([Counts(3, 1, 1), Counts(1, 1, 1)], "only 2 documents"),
        ([Counts(3, 0, 0)] * 20, "no width"),
        ([Counts()] * 19 + [Counts(1, 1, 0)], "held no span and were left out"),
    ],
)
def test_degenerate_intervals_are_flagged(documents, flag):
    interval = resample_f1(documents)
    assert not interval.is_sound
    assert flag in "; ".join(interval.flags)


def test_one_document_gives_its_score_twice():
    interval = resample_f1([Counts(1, 1, 1)])
    assert (interval.low, interval.high) == (0.5, 0.5)


def test_undefined_f1_has_no_interval():
    assert resample_f1([Counts(), Counts()]) is None
    assert resample_f1([]) is None


@pytest.mark.parametrize("options", [{"level": 1.0}, {"level": 0.0}, {"n_resamples": 0}])
def test_impossible_options_are_refused(options):
    with pytest.raises(ValueError, match="expected 0 < level < 1"):
        resample_f1(MIXED, **options)
