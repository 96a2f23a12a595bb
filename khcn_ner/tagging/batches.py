"""Batches: windows of many documents in, grouped by length into batches of a runtime's shape, their scores out.

A window's place in a batch and its companions never change its scores: every batch of a length has the same number of
rows, empty ones filled up.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np

from khcn_ner.tagging.runtimes import Runtime
from khcn_ner.tagging.windows import FloatArray, IntArray


@dataclass(slots=True, eq=False)
class Batch:
    """Windows of one rounded length, a row each, and their scores once they are there; shape (row, piece, tag)."""

    length: int
    rows: list[IntArray] = field(default_factory=list)
    scores: Future[FloatArray] = field(default_factory=Future)


@dataclass(frozen=True, slots=True)
class Row:
    """Where the scores of one window will be."""

    batch: Batch
    number: int
    n_pieces: int


class Batcher:
    """Fills batches with windows and has them scored in worker threads.

    `frame` is the number of the piece before a window, after it, and of the one that fills a row up. A batch is handed
    over when it is full, or when somebody waits for it. Each stream of documents has a Batcher of its own; the pool is
    shared.

    Example:
        >>> Batcher.rounded(13, step=8, longest=252), Batcher.rounded(251, step=8, longest=252)
        (16, 252)
    """

    def __init__(
        self, runtime: Runtime, pool: ThreadPoolExecutor, *, frame: tuple[int, int, int], longest: int
    ) -> None:
        self._runtime = runtime
        self._pool = pool
        self._begin, self._end, self._fill = frame
        self._longest = longest
        self._open: dict[int, Batch] = {}
        self._lock = threading.Lock()
        self._is_closed = False

    @staticmethod
    def rounded(length: int, *, step: int, longest: int) -> int:
        """Give the length of the batch that a window of a length goes into."""
        return min(-(-length // step) * step, longest)

    def add(self, pieces: IntArray) -> Row:
        """Take a window's pieces, unframed."""
        length = self.rounded(len(pieces) + 2, step=self._runtime.length_step, longest=self._longest)
        with self._lock:
            batch = self._open.setdefault(length, Batch(length))
            batch.rows.append(pieces)
            row = Row(batch, len(batch.rows) - 1, len(pieces))
            if len(batch.rows) == self._runtime.n_rows:
                self._hand_over(length)
        return row

    def scores_of(self, row: Row) -> FloatArray:
        """Wait for the scores of a window; shape (piece of the window, tag)."""
        with self._lock:
            if self._open.get(row.batch.length) is row.batch:
                self._hand_over(row.batch.length)
        whole: FloatArray = row.batch.scores.result()[row.number, 1 : 1 + row.n_pieces]
        return whole

    def close(self) -> None:
        """Give up what has not been scored yet."""
        self._is_closed = True

    def _hand_over(self, length: int) -> None:
        self._pool.submit(self._score, self._open.pop(length))

    def _score(self, batch: Batch) -> None:
        if self._is_closed:
            batch.scores.cancel()
            return
        try:
            batch.scores.set_result(self._runtime.score(*self._framed(batch.rows, batch.length)))
        except BaseException as error:
            batch.scores.set_exception(error)

    def _framed(self, rows: Sequence[IntArray], length: int) -> tuple[IntArray, IntArray]:
        """Write windows as the runtime takes them: framed, filled up, with a mask; shape (row, piece) twice."""
        input_ids = np.full((self._runtime.n_rows, length), self._fill, np.int64)
        mask = np.zeros_like(input_ids)
        # A row without a window shows one piece, since the mean over none has no value.
        mask[:, 0] = 1
        for row, pieces in enumerate(rows):
            end = len(pieces) + 1
            input_ids[row, 0], input_ids[row, 1:end], input_ids[row, end] = self._begin, pieces, self._end
            mask[row, : end + 1] = 1
        return input_ids, mask
