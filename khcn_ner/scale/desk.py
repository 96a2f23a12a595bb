"""The desk: reports pass it from stage to stage; what is done already or fails is taken out, and all is counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from khcn_ner.document import Document
from khcn_ner.scale.inputs import Identified
from khcn_ner.scale.output import Claim, Failure, Output, told_as_input_error
from khcn_ner.scale.progress import Counts, Watcher
from khcn_ner.tagging.tagger import TaggedDocument


class Desk:
    """Where reports pass from one stage to the next: what fails goes into quarantine, and all is counted."""

    def __init__(self, output: Output, counts: Counts, watcher: Watcher) -> None:
        self._output = output
        self._counts = counts
        self._watcher = watcher

    def unclaimed(self, found: Iterable[Identified]) -> Iterator[Identified]:
        """Leave out what is in the output already."""
        for one in found:
            with told_as_input_error(self._output.folder):
                claim = self._output.index.claim(one)
            self._counts.n_met += 1
            self._counts.n_done_before += claim is Claim.DONE
            self._counts.n_duplicates += claim is Claim.DUPLICATE
            self._watcher.update(self._counts)
            if claim is Claim.NEW:
                yield one

    def sound(self, read: Iterable[Document | Failure]) -> Iterator[Document]:
        """Leave out what can't be read."""
        for one in read:
            if isinstance(one, Failure):
                self.set_aside(one)
            else:
                yield one

    def counted(self, tagged: Iterable[TaggedDocument | Failure]) -> Iterator[Document]:
        """Count pieces and windows; leave out what can't be tagged."""
        for one in tagged:
            if isinstance(one, Failure):
                self.set_aside(one)
                continue
            self.count(one.n_pieces, one.n_windows, one.n_unseen_characters)
            yield one.document

    def count(self, n_pieces: int, n_windows: int, n_characters_unseen: int) -> None:
        """Count what the tagger has seen of a report."""
        self._counts.n_pieces += n_pieces
        self._counts.n_windows += n_windows
        self._counts.n_characters_unseen += n_characters_unseen

    def keep(self, record: str | Failure) -> None:
        """Write a record."""
        if isinstance(record, Failure):
            self.set_aside(record)
            return
        self._counts.n_records += 1
        if self._output.add(record):
            self._counts.n_shards += 1
            self._watcher.say("shard", n_records=self._counts.n_records)
        self._watcher.update(self._counts)

    def set_aside(self, failure: Failure) -> None:
        """Put into quarantine."""
        self._output.quarantine(failure)
        self._counts.n_quarantined += 1
        self._watcher.say("quarantined", id=failure.id, source=failure.source, error=str(failure.error))
        self._watcher.update(self._counts)
