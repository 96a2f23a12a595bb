"""Dynamic batching: Documents of many requests in, tagged a batch at a time by one thread, each answer to its asker.

    submit(document) ─▶ waiting ─▶ batch ─▶ tag_many ─▶ the document's own Future

A batch is what waits when the thread is free, up to a number of documents or characters; for the first document's
company the thread waits a few milliseconds.
"""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass

from khcn_ner.document import Document
from khcn_ner.tagging.tagger import TaggedDocument

TagMany = Callable[[Iterable[Document]], Iterator[TaggedDocument]]
Answer = Future[TaggedDocument]


@dataclass(frozen=True, slots=True)
class BatchSize:
    """How much is tagged together: a batch is closed by what is reached first. One long document is a batch."""

    max_documents: int = 16
    max_characters: int = 20_000
    wait_s: float = 0.005


class Batcher:
    """Tags what requests submit, in one thread of its own.

    A document whose Future is cancelled while it waits gives up its place. One that `tag_many` raises for gets that
    error; its neighbours are tagged again, each alone. `on_batch` is told each batch's number of documents.

    Example:
        >>> from khcn_ner.tagging.tagger import Tagger
        >>> batcher = Batcher(Tagger.load().tag_many, max_waiting=8)
        >>> batcher.submit(Document("a", "Sở KH&CN tỉnh Hà Nam họp.")).result().document.spans[0].label
        <Label.ORG: 'ORG'>
        >>> batcher.close()
    """

    def __init__(
        self,
        tag_many: TagMany,
        *,
        max_waiting: int,
        size: BatchSize | None = None,
        on_batch: Callable[[int], None] | None = None,
    ) -> None:
        self._tag_many = tag_many
        self._max_waiting = max_waiting
        self._size = size if size is not None else BatchSize()
        self._on_batch = on_batch
        self._waiting: dict[Answer, Document] = {}  # in the order of arrival
        self._is_closed = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._work, name="khcn-ner-tagging", daemon=True)
        self._thread.start()

    @property
    def n_waiting(self) -> int:
        """Number of documents that wait for a batch."""
        return len(self._waiting)

    @property
    def is_running(self) -> bool:
        """Tell whether documents are still tagged."""
        return self._thread.is_alive() and not self._is_closed

    def submit(self, document: Document) -> Answer:
        """Put a document in line; its Future gives it tagged.

        Raises:
            queue.Full: as many documents wait as may, or the batcher is closed.
        """
        answer: Answer = Future()
        with self._changed:
            if self._is_closed or len(self._waiting) >= self._max_waiting:
                raise queue.Full
            self._waiting[answer] = document
            self._changed.notify()
        answer.add_done_callback(self._forget)
        return answer

    def close(self) -> None:
        """Tag what still waits, then end the thread."""
        with self._changed:
            self._is_closed = True
            self._changed.notify()
        self._thread.join()

    def _forget(self, answer: Answer) -> None:
        with self._changed:
            self._waiting.pop(answer, None)

    def _work(self) -> None:
        while (batch := self._next_batch()) is not None:
            taken = [(answer, document) for answer, document in batch if answer.set_running_or_notify_cancel()]
            if taken:
                if self._on_batch is not None:
                    self._on_batch(len(taken))
                self._tag(taken)

    def _next_batch(self) -> list[tuple[Answer, Document]] | None:
        """Wait for documents and take a batch of them; None after closing, once none is left."""
        with self._changed:
            while not self._waiting:
                if self._is_closed:
                    return None
                self._changed.wait()
            until = time.monotonic() + self._size.wait_s
            while not self._is_closed and not self._is_enough() and (left := until - time.monotonic()) > 0:
                self._changed.wait(left)
            return self._take()

    def _is_enough(self) -> bool:
        n_characters = sum(len(document.text) for document in self._waiting.values())
        return len(self._waiting) >= self._size.max_documents or n_characters >= self._size.max_characters

    def _take(self) -> list[tuple[Answer, Document]]:
        batch: list[tuple[Answer, Document]] = []
        n_characters = 0
        for answer, document in self._waiting.items():
            n_characters += len(document.text)
            if batch and (len(batch) >= self._size.max_documents or n_characters > self._size.max_characters):
                break
            batch.append((answer, document))
        for answer, _ in batch:
            del self._waiting[answer]
        return batch

    def _tag(self, batch: list[tuple[Answer, Document]]) -> None:
        left = list(reversed(batch))
        if len(batch) > 1:
            # Whatever one document raises, the others must not suffer: who has no answer yet is tagged alone.
            with contextlib.suppress(Exception):
                for tagged in self._tag_many([document for _, document in batch]):
                    _check_same(left[-1][1], tagged)
                    left.pop()[0].set_result(tagged)
        for answer, document in reversed(left):
            self._tag_alone(answer, document)

    def _tag_alone(self, answer: Answer, document: Document) -> None:
        try:
            (tagged,) = self._tag_many([document])
            _check_same(document, tagged)
        except Exception as error:  # goes to the request that asked for it
            answer.set_exception(error)
        else:
            answer.set_result(tagged)


def _check_same(document: Document, tagged: TaggedDocument) -> None:
    """Make sure that an answer is that of the document asked for.

    Raises:
        RuntimeError: it is another's.
    """
    if tagged.document.id != document.id or tagged.document.text != document.text:
        raise RuntimeError(f"tag_many answered {tagged.document.id} for {document.id}")
