"""The local engine: threads hash and read, this process tags, processes make records, all at once.

    items ─▶ hash (threads) ─▶ claim ─▶ read (threads) ─▶ tag (here) ─▶ record (processes) ─▶ shard (here)

Every stage pulls from the one before it and holds a set number of reports, whatever the batch's size; the order of
the reports is that of IN all the way.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from khcn_ner.document import Document
from khcn_ner.reading import TIME_LIMIT_S
from khcn_ner.reading.guard import close_readers, end_readers
from khcn_ner.records import ModelInfo
from khcn_ner.scale import work
from khcn_ner.scale.desk import Desk
from khcn_ner.scale.inputs import Item, identify
from khcn_ner.scale.output import Failure, Output
from khcn_ner.scale.progress import Counts, Watcher
from khcn_ner.tagging.tagger import Tagger

Given = TypeVar("Given")
Made = TypeVar("Made")

_HASHED_AHEAD = 64


@dataclass(frozen=True, slots=True)
class LocalSettings:
    """How the local engine runs; nothing of it changes the output but `time_limit_s`, which sets slow reports aside.

    `readers` threads read, each with a reader process for what is not plain text; `record_makers` processes make
    records.
    """

    readers: int
    record_makers: int
    time_limit_s: float = TIME_LIMIT_S

    @classmethod
    def for_this_machine(cls, *, workers: int | None = None, time_limit_s: float | None = None) -> LocalSettings:
        """Choose by the number of cores, or take `workers` of each kind."""
        n_cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        return cls(
            readers=workers or min(8, n_cores),
            record_makers=workers or max(1, min(8, n_cores // 2)),
            time_limit_s=time_limit_s or TIME_LIMIT_S,
        )


def run_local(
    items: Iterable[Item], output: Output, tagger: Tagger, *, settings: LocalSettings, counts: Counts, watcher: Watcher
) -> None:
    """Turn the items that are not in the output yet into records there.

    Raises:
        InputError: IN can't be listed or OUT can't be written.
    """
    model = ModelInfo(name=tagger.manifest.name, version=tagger.manifest.version)
    desk = Desk(output, counts, watcher)
    ahead = 2 * settings.readers + 2
    with contextlib.ExitStack() as held:
        held.callback(close_readers)
        hashing = held.enter_context(_threads("hash", settings.readers))
        reading = held.enter_context(_threads("read", settings.readers))
        makers = held.enter_context(
            RecordMakers(settings.record_makers, model=model, time_limit_s=settings.time_limit_s)
        )
        new = desk.unclaimed(in_order(hashing, identify, items, ahead=_HASHED_AHEAD))
        read = in_order(reading, partial(work.read, time_limit_s=settings.time_limit_s), new, ahead=ahead)
        tagged = desk.counted(work.tag(tagger, desk.sound(read)))
        for record in makers.records(tagged):
            desk.keep(record)


@contextlib.contextmanager
def _threads(name: str, number: int) -> Iterator[ThreadPoolExecutor]:
    """Give threads that stop when the batch ends, however it ends."""
    pool = ThreadPoolExecutor(number, thread_name_prefix=f"khcn-ner-{name}")
    try:
        yield pool
    except BaseException:
        end_readers()  # whoever waits for one is told at once
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def in_order(
    pool: ThreadPoolExecutor, do: Callable[[Given], Made], given: Iterable[Given], *, ahead: int
) -> Iterator[Made]:
    """Do something with each of what is given in the pool's threads, at most `ahead` at once; the order stays.

    Example:
        >>> with ThreadPoolExecutor(2) as pool:
        ...     list(in_order(pool, str.upper, "abc", ahead=2))
        ['A', 'B', 'C']
    """
    begun: deque[Future[Made]] = deque()
    for one in given:
        begun.append(pool.submit(do, one))
        if len(begun) >= ahead:
            yield begun.popleft().result()
    while begun:
        yield begun.popleft().result()


class RecordMakers:
    """Processes that make records; one that ends or takes too long is replaced, and the report that did it told."""

    def __init__(self, number: int, *, model: ModelInfo, time_limit_s: float) -> None:
        self._number = number
        self._model = model
        self._time_limit_s = time_limit_s
        self._begun: deque[tuple[Document, Future[str | Failure]]] = deque()
        self._pool = self._start()

    def _start(self) -> ProcessPoolExecutor:
        # Not forked: the threads of this process and of onnxruntime would not be there, but their locks would.
        spawned = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(self._number, mp_context=spawned, initializer=_prepare_process)

    def __enter__(self) -> RecordMakers:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._stop(at_once=kind is not None)

    def _stop(self, *, at_once: bool) -> None:
        if at_once:
            # `kill_workers` does this from Python 3.14 on.
            for process in list((self._pool._processes or {}).values()):
                process.kill()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def records(self, documents: Iterable[Document]) -> Iterator[str | Failure]:
        """Make the records of tagged documents, in their order."""
        for document in documents:
            self._submit(document)
            if len(self._begun) > 2 * self._number:
                yield self._next()
        while self._begun:
            yield self._next()

    def _submit(self, document: Document) -> None:
        try:
            future = self._pool.submit(work.make_record, document, self._model)
        except BrokenProcessPool as error:
            future = Future()
            future.set_exception(error)
        self._begun.append((document, future))

    def _next(self) -> str | Failure:
        document, future = self._begun.popleft()
        try:
            return future.result(timeout=self._time_limit_s)
        except TimeoutError as error:
            return self._after(document, error)
        except BrokenProcessPool:
            self._replace()
            # Which of the reports ended the process nobody knows, so this one gets processes of its own.
            waiting, self._begun = self._begun, deque()
            try:
                return self._pool.submit(work.make_record, document, self._model).result(timeout=self._time_limit_s)
            except (BrokenProcessPool, TimeoutError) as error:
                return self._after(document, error)
            finally:
                for one, _ in waiting:
                    self._submit(one)

    def _after(self, document: Document, error: Exception) -> Failure:
        """Tell the report that ended the processes, and give the others new ones."""
        self._replace()
        waiting, self._begun = self._begun, deque()
        for one, _ in waiting:
            self._submit(one)
        reason = error if str(error) else TimeoutError(f"no end after {self._time_limit_s:g} seconds")
        return work.failed(document.id, document.source or "", "record", reason)

    def _replace(self) -> None:
        self._stop(at_once=True)
        self._pool = self._start()


def _prepare_process() -> None:
    """Leave Ctrl-C to the parent, and end with it even where it is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        with contextlib.suppress(OSError):
            parent.join()
        os._exit(1)
