"""Work: what both engines do to a report: read it, tag it, make its record; whatever fails becomes a Failure."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator

from khcn_ner.document import Document
from khcn_ner.errors import InputError, KhcnNerError
from khcn_ner.records import ModelInfo, assemble, report_json
from khcn_ner.scale.inputs import Identified, read_item
from khcn_ner.scale.output import Failure
from khcn_ner.tagging.tagger import TaggedDocument, Tagger


def read(identified: Identified, *, time_limit_s: float) -> Document | Failure:
    """Read an item."""
    try:
        return read_item(identified, time_limit_s=time_limit_s)
    except KhcnNerError as error:
        return refused(identified, error)
    except Exception as error:  # a reader's own: one report must not end a batch
        return failed(identified.id, identified.item.source, "reader", error)


def refused(identified: Identified, error: KhcnNerError) -> Failure:
    """Tell why an item can't be read, by its place in IN, whatever path this process knows it by."""
    item = identified.item
    where = error.where.replace(item.path, item.source) if item.path is not None else error.where
    return Failure(identified.id, item.source, InputError(**error.parts(where=where)))


def tag(tagger: Tagger, documents: Iterable[Document]) -> Iterator[TaggedDocument | Failure]:
    """Tag documents in their order; where the tagger fails on several at once, each is tried alone."""
    begun: deque[Document] = deque()
    feed = _Feed(documents, begun)
    while not feed.is_over:
        try:
            for tagged in tagger.tag_many(feed):
                begun.popleft()
                yield tagged
        except Exception:
            if feed.has_failed:
                raise  # not the tagger's failure
            while begun:
                document = begun.popleft()
                try:
                    yield tagger.tag(document)
                except Exception as error:
                    yield failed(document.id, document.source or "", "tagger", error)


class _Feed:
    """Documents on their way into the tagger, those begun kept in mind; goes on after the tagger has failed."""

    def __init__(self, documents: Iterable[Document], begun: deque[Document]) -> None:
        self._documents = iter(documents)
        self._begun = begun
        self.is_over = False
        self.has_failed = False

    def __iter__(self) -> Iterator[Document]:
        return self

    def __next__(self) -> Document:
        try:
            document = next(self._documents)
        except StopIteration:
            self.is_over = True
            raise
        except BaseException:
            self.has_failed = True
            raise
        self._begun.append(document)
        return document


def make_record(document: Document, model: ModelInfo) -> str | Failure:
    """Make a tagged document's record, as JSON in one line."""
    try:
        return report_json(assemble(document, model=model))
    except Exception as error:
        return failed(document.id, document.source or "", "record", error)


def failed(content_id: str, source: str, stage: str, error: BaseException) -> Failure:
    """Tell an error that nobody has foreseen."""
    reason = f"{type(error).__name__}: {error}".splitlines()[0][:200]
    told = InputError(
        source,
        found=f"a report that the {stage} fails on ({reason})",
        expected="a usual report",
        remedy="save it again, or report this as a defect",
    )
    return Failure(content_id, source, told)
