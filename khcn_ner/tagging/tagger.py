"""The Tagger: a model folder in, then Documents in and Documents with scored spans out.

With onnxruntime or OpenVINO it needs neither torch nor transformers (khcn_ner.tagging.runtimes).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from khcn_ner.borders import tidy
from khcn_ner.document import Document
from khcn_ner.tagging.ahead import begun_ahead
from khcn_ner.tagging.batches import Batcher, Row
from khcn_ner.tagging.decode import decode_spans
from khcn_ner.tagging.folder import SERVING_WEIGHTS, TOKENIZER, Manifest, check_file, embedded_model, read_manifest
from khcn_ner.tagging.runtimes import AUTO, Runtime, load_runtime, loading
from khcn_ner.tagging.view import Reader, make_reader
from khcn_ner.tagging.windows import EncodedDocument, MergedScores, Window, cut_windows, token_scores

# How far `tag_many` works ahead: so many pieces a worker's row, a document counting for at least so many.
_PIECES_AHEAD = 8_192
_LEAST_PIECES = 128


@dataclass(frozen=True, slots=True)
class TaggedDocument:
    """A document with the spans found, and what was counted on the way.

    `n_unseen_characters` must be 0: characters other than white space that no window has shown the model.
    """

    document: Document
    n_pieces: int
    n_windows: int
    n_unseen_characters: int


@dataclass(frozen=True, slots=True)
class _Begun:
    """A document whose windows are being scored."""

    document: Document
    encoded: EncodedDocument
    windows: list[Window]
    rows: list[Row]

    @property
    def size(self) -> int:
        """What it counts for in the pieces ahead."""
        return max(len(self.encoded.ids), _LEAST_PIECES)


class Tagger:
    """Finds spans in documents with the model of one folder.

    A document's spans and scores are the same whether it is tagged alone or among others, and however many threads
    there are; another runtime rounds differently.

    Example:
        >>> tagger = Tagger.load()
        >>> found = tagger.tag(Document("a", "Đồng chí Lê Văn Tám, Giám đốc Sở KH&CN tỉnh Hà Nam, chủ trì.")).document
        >>> [found.surface(span) for span in found.spans]
        ['Lê Văn Tám', 'Sở KH&CN tỉnh Hà Nam']
    """

    def __init__(self, manifest: Manifest, reader: Reader, runtime: Runtime) -> None:
        self.manifest = manifest
        self._reader = reader
        self._runtime = runtime
        self._pool = ThreadPoolExecutor(runtime.n_workers, thread_name_prefix="khcn_ner-tagging")
        learnt = manifest.transitions
        self._transitions = None if learnt is None else np.array(learnt, np.float32)

    @classmethod
    def load(cls, folder: Path | None = None, *, threads: int | None = None, runtime: str = AUTO) -> Tagger:
        """Load the model of a folder, or the one embedded in the package.

        `threads` limits how many cores are used; None takes one thread a core. `runtime` is a name of
        `khcn_ner.tagging.runtimes.RUNTIMES`, or "auto" for the fastest that is installed and fits this CPU.

        Raises:
            ModelError: the folder is incomplete, changed, or of another version, its segmenter or the runtime's
                library is not installed, or there is no such runtime.
        """
        folder = folder if folder is not None else embedded_model()
        manifest = read_manifest(folder)
        tokenizer_path = check_file(folder, manifest, TOKENIZER)
        weights_path = check_file(folder, manifest, SERVING_WEIGHTS)
        loaded = load_runtime(runtime, weights_path, threads=threads, is_compact=manifest.view is None)
        with loading(tokenizer_path):
            tokenizer = Tokenizer.from_file(str(tokenizer_path))
        return cls(manifest, make_reader(tokenizer, manifest.view), loaded)

    @property
    def runtime(self) -> str:
        """What scores the windows: the library, its version and the arithmetic, for logs."""
        return self._runtime.description

    def tag(self, document: Document) -> TaggedDocument:
        """Find the spans of a document; its own spans are replaced."""
        batcher = self._batcher()
        return self._finish(self._begin(document, batcher), batcher)

    def tag_many(self, documents: Iterable[Document]) -> Iterator[TaggedDocument]:
        """Find the spans of many documents, in their order.

        Documents are taken and cut into pieces in a thread of its own, ahead of the scoring, which has threads of its
        own too; so reading, scoring and what is done with the results overlap. At most some hundred windows are ahead
        of the document that was given last, so memory stays flat. An error that `documents` raises is raised after the
        documents before it were given.

        Example:
            >>> texts = ["Lê Văn Tám chủ trì.", "Không có gì."]
            >>> many = Tagger.load().tag_many(Document(str(number), text) for number, text in enumerate(texts))
            >>> [len(tagged.document.spans) for tagged in many]
            [1, 0]
        """
        batcher = self._batcher()
        ahead = begun_ahead(
            documents,
            lambda document: self._begin(document, batcher),
            size_of=lambda begun: begun.size,
            most=_PIECES_AHEAD * self._runtime.n_workers * self._runtime.n_rows,
        )
        with closing(batcher), closing(ahead):
            for begun in ahead:
                yield self._finish(begun, batcher)

    def _batcher(self) -> Batcher:
        manifest = self.manifest
        frame = (manifest.bos, manifest.eos, manifest.pad)
        return Batcher(self._runtime, self._pool, frame=frame, longest=manifest.max_pieces + 2)

    def _begin(self, document: Document, batcher: Batcher) -> _Begun:
        """Cut a document into windows and have them scored."""
        encoded = self._reader.read(document.text)
        windows = cut_windows(encoded.border, max_pieces=self.manifest.max_pieces, overlap=self.manifest.overlap)
        rows = [batcher.add(encoded.ids[window.piece_start : window.piece_end]) for window in windows]
        return _Begun(document, encoded, windows, rows)

    def _finish(self, begun: _Begun, batcher: Batcher) -> TaggedDocument:
        """Wait for a document's scores and read its spans out of them."""
        document, encoded = begun.document, begun.encoded
        merged = MergedScores(len(encoded.ids), len(self.manifest.tags))
        for window, row in zip(begun.windows, begun.rows, strict=True):
            merged.add(window, batcher.scores_of(row))
        scores, n_unseen = token_scores(encoded, merged)
        found = decode_spans(
            encoded.tokens, scores, tags=self.manifest.tags, transitions=self._transitions,
            temperature=self.manifest.temperature,
        )  # fmt: skip
        tidied = (tidy(document.text, span) for span in found)
        return TaggedDocument(
            document=document.with_spans(span for span in tidied if span is not None),
            n_pieces=len(encoded.ids),
            n_windows=len(begun.windows),
            n_unseen_characters=n_unseen,
        )
