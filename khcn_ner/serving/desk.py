"""The desk: requests with reports in, answers out; who may come in, who waits, and for how long.

    place free? ─▶ receive ─▶ read (threads) ─▶ tag (Batcher) ─▶ answer (threads)

A request keeps its place until it is answered, its time is over, or its sender has gone. The event loop itself neither
reads, tags nor assembles.
"""

from __future__ import annotations

import asyncio
import queue
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Self

from fastapi import Request, Response
from starlette.requests import ClientDisconnect

from khcn_ner.document import Document
from khcn_ner.errors import InputError
from khcn_ner.serving.batching import Batcher
from khcn_ner.serving.intake import Body, FileBody, check_length, receive
from khcn_ner.serving.limits import Limits
from khcn_ner.serving.metrics import Metrics
from khcn_ner.serving.refusals import RefusalError, busy, refused
from khcn_ner.tagging.tagger import Tagger

Finish = Callable[[Document], Response]


@dataclass(frozen=True, slots=True)
class _Staff:
    """The threads that work while the desk is open: one that tags, one that reads files, two for all else."""

    batcher: Batcher
    files: ThreadPoolExecutor
    texts: ThreadPoolExecutor


class Desk:
    """Answers requests with one Tagger, within limits, as long as it is open: within a `with` block."""

    def __init__(self, tagger: Tagger, limits: Limits) -> None:
        self._tagger = tagger
        self._limits = limits
        self._n_running = 0
        self._staff: _Staff | None = None
        self.metrics = Metrics(tagger.manifest, n_waiting=self._n_waiting, n_running=lambda: self._n_running)

    def __enter__(self) -> Self:
        """Open: start the threads."""
        batcher = Batcher(
            self._tagger.tag_many, max_waiting=self._limits.max_requests, on_batch=self.metrics.count_batch
        )
        # Files go to the one reader process one after another; a slow one must not keep texts and answers waiting.
        self._staff = _Staff(batcher, files=ThreadPoolExecutor(1), texts=ThreadPoolExecutor(2))
        return self

    def __exit__(self, *_: object) -> None:
        """Close: tag what is still waiting, then end the threads."""
        staff, self._staff = self._staff, None
        if staff is not None:
            staff.batcher.close()
            staff.files.shutdown(cancel_futures=True)
            staff.texts.shutdown(cancel_futures=True)

    @property
    def is_open(self) -> bool:
        """Tell whether requests are answered."""
        return self._staff is not None and self._staff.batcher.is_running

    def _n_waiting(self) -> int:
        return self._staff.batcher.n_waiting if self._staff is not None else 0

    def _who(self) -> _Staff:
        if self._staff is None:
            raise busy("server", found="a server that is closed", expected="one that runs")
        return self._staff

    async def answer(self, request: Request, finish: Finish) -> Response:
        """Answer a request that carries a report.

        Raises:
            RefusalError: 400, 413, 415 and 422 as `receive`; 408, its body took too long; 422, its report can't be
                read; 503, all places are taken; 504, its time is over.
        """
        with self._place():
            until = asyncio.get_running_loop().time() + self._limits.time_limit_s
            try:
                async with asyncio.timeout_at(until):
                    body = await receive(request, self._limits)
            except TimeoutError as error:
                raise self._late(408, "a body that was not whole") from error
            except ClientDisconnect as error:
                raise _gone() from error
            return await self._while_asked(request, self._answer(body, finish), until=until)

    @contextmanager
    def _place(self) -> Iterator[None]:
        if self._n_running >= self._limits.max_requests:
            raise busy(
                "server",
                found=f"{self._n_running} requests in work",
                expected=f"fewer than {self._limits.max_requests}",
            )
        self._n_running += 1
        try:
            yield
        finally:
            self._n_running -= 1

    async def _while_asked(
        self, request: Request, work: Coroutine[object, object, Response], *, until: float
    ) -> Response:
        """Do a request's work until it is done, its time is over or its sender has gone."""
        task, gone = asyncio.ensure_future(work), asyncio.ensure_future(_sender_gone(request))
        try:
            left = until - asyncio.get_running_loop().time()
            await asyncio.wait((task, gone), timeout=left, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                return task.result()
            raise _gone() if gone.done() else self._late(504, "no answer")
        finally:
            for one in (task, gone):
                one.cancel()
            await asyncio.gather(task, gone, return_exceptions=True)

    async def _answer(self, body: Body, finish: Finish) -> Response:
        staff = self._who()
        document = await self._read(body, staff.files if isinstance(body, FileBody) else staff.texts)
        try:
            tagged = await asyncio.wrap_future(staff.batcher.submit(document))
        except queue.Full as error:
            raise busy("server", found="a full queue", expected="a free place in it") from error
        self.metrics.count_tagged(tagged)
        return await asyncio.wrap_future(staff.texts.submit(finish, tagged.document))

    async def _read(self, body: Body, threads: ThreadPoolExecutor) -> Document:
        reading: Future[Document] = threads.submit(body.read)
        try:
            document = await asyncio.wrap_future(reading)
        except InputError as error:
            raise refused(422, error) from error
        finally:
            # One that was given up before a thread took it is nobody's to close.
            if isinstance(body, FileBody) and reading.cancel():
                body.close()
        check_length(document.text, document.source or "text", self._limits)
        return document

    def _late(self, status_code: int, found: str) -> RefusalError:
        return RefusalError(
            status_code,
            "server",
            found=f"{found} after {self._limits.time_limit_s:g} seconds",
            expected="a report that takes less",
            remedy="send it again later, or in parts",
        )


async def _sender_gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _gone() -> RefusalError:
    """Nobody reads this; the status is nginx's, for the metrics."""
    return RefusalError(
        499, "client", found="a closed connection", expected="one that waits", remedy="wait for the answer"
    )
