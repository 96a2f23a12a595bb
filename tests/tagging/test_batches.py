"""Windows grouped by length into batches of one shape."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from khcn_ner.tagging.batches import Batcher
from khcn_ner.tagging.windows import FloatArray, IntArray

BEGIN, END, FILL = 1, 2, 3


class Recorder:
    """A runtime whose scores are the pieces' numbers, and that keeps the shapes it was given."""

    description = "recorder"
    n_workers = 2
    length_step = 8

    def __init__(self, n_rows: int) -> None:
        self.n_rows = n_rows
        self.given: list[tuple[IntArray, IntArray]] = []

    def score(self, input_ids: IntArray, attention_mask: IntArray) -> FloatArray:
        self.given.append((input_ids, attention_mask))
        if 99 in input_ids:
            raise RuntimeError("piece 99")
        return input_ids[:, :, None].astype(np.float32)


@pytest.fixture(scope="module")
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as executor:
        yield executor


def batcher_of(runtime: Recorder, pool: ThreadPoolExecutor) -> Batcher:
    return Batcher(runtime, pool, frame=(BEGIN, END, FILL), longest=22)


def test_each_window_gets_its_own_scores(pool: ThreadPoolExecutor) -> None:
    runtime = Recorder(n_rows=3)
    batcher = batcher_of(runtime, pool)
    draw = np.random.default_rng(0)
    windows = [draw.integers(10, 90, draw.integers(1, 21)) for _ in range(50)]
    rows = [batcher.add(window) for window in windows]
    for window, row in zip(windows, rows, strict=True):
        assert batcher.scores_of(row)[:, 0].tolist() == window.tolist()
    assert {given.shape for given, _ in runtime.given} == {(3, 8), (3, 16), (3, 22)}


def test_full_batches_hold_windows_of_one_length(pool: ThreadPoolExecutor) -> None:
    runtime = Recorder(n_rows=2)
    batcher = batcher_of(runtime, pool)
    rows = [batcher.add(np.full(length, 7)) for length in (4, 20, 5, 19)]
    for row in rows:
        batcher.scores_of(row)
    assert sorted(mask.sum() for _, mask in runtime.given) == [4 + 5 + 4, 20 + 19 + 4]


def test_a_row_without_a_window_shows_one_piece(pool: ThreadPoolExecutor) -> None:
    runtime = Recorder(n_rows=2)
    batcher = batcher_of(runtime, pool)
    batcher.scores_of(batcher.add(np.array([7, 8])))
    ((input_ids, mask),) = runtime.given
    assert input_ids.tolist() == [[BEGIN, 7, 8, END, *[FILL] * 4], [FILL] * 8]
    assert mask.tolist() == [[1, 1, 1, 1, 0, 0, 0, 0], [1, 0, 0, 0, 0, 0, 0, 0]]


def test_a_failing_runtime_is_told_to_whoever_waits(pool: ThreadPoolExecutor) -> None:
    batcher = batcher_of(Recorder(n_rows=1), pool)
    good, bad = batcher.add(np.array([7])), batcher.add(np.array([99]))
    assert batcher.scores_of(good).shape == (1, 1)
    with pytest.raises(RuntimeError, match="piece 99"):
        batcher.scores_of(bad)


def test_nothing_more_is_scored_once_closed(pool: ThreadPoolExecutor) -> None:
    runtime = Recorder(n_rows=1)
    batcher = batcher_of(runtime, pool)
    batcher.close()
    assert batcher.add(np.array([7])).batch.scores is not None
    pool.submit(int).result()
    assert runtime.given == []
