"""The Tagger: a model folder in, then Documents in and Documents with scored spans out.

It runs on onnxruntime and needs neither torch nor transformers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from khcn_ner.borders import tidy
from khcn_ner.document import Document
from khcn_ner.errors import ModelError
from khcn_ner.tagging.decode import decode_spans
from khcn_ner.tagging.folder import SERVING_WEIGHTS, TOKENIZER, Manifest, check_file, embedded_model, read_manifest
from khcn_ner.tagging.view import Reader, make_reader
from khcn_ner.tagging.windows import EncodedDocument, FloatArray, MergedScores, Window, cut_windows, token_scores


@dataclass(frozen=True, slots=True)
class TaggedDocument:
    """A document with the spans found, and what was counted on the way.

    `n_unseen_characters` must be 0: characters other than white space that no window has shown the model.
    """

    document: Document
    n_pieces: int
    n_windows: int
    n_unseen_characters: int


class Tagger:
    """Finds spans in documents with the model of one folder.

    Example:
        >>> tagger = Tagger.load()
        >>> found = tagger.tag(Document("a", "Đồng chí Lê Văn Tám, Giám đốc Sở KH&CN tỉnh Hà Nam, chủ trì.")).document
        >>> [found.surface(span) for span in found.spans]
        ['Lê Văn Tám', 'Sở KH&CN tỉnh Hà Nam']
    """

    def __init__(self, manifest: Manifest, reader: Reader, session: onnxruntime.InferenceSession) -> None:
        self.manifest = manifest
        self._reader = reader
        self._session = session
        learnt = manifest.transitions
        self._transitions = None if learnt is None else np.array(learnt, np.float32)

    @classmethod
    def load(cls, folder: Path | None = None, *, threads: int | None = None) -> Tagger:
        """Load the model of a folder, or the one embedded in the package.

        `threads` limits the threads of one inference; None takes one a core.

        Raises:
            ModelError: the folder is incomplete, changed, or of another version, or its segmenter is not installed.
        """
        folder = folder if folder is not None else embedded_model()
        manifest = read_manifest(folder)
        tokenizer_path = check_file(folder, manifest, TOKENIZER)
        weights_path = check_file(folder, manifest, SERVING_WEIGHTS)
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        # Turn the 8-bit weights back to float32 once, while loading.
        options.add_session_config_entry("session.disable_quant_qdq", "1")
        options.intra_op_num_threads = threads or 0
        try:
            session = onnxruntime.InferenceSession(
                str(weights_path), sess_options=options, providers=["CPUExecutionProvider"]
            )
            tokenizer = Tokenizer.from_file(str(tokenizer_path))
        except Exception as error:  # both libraries raise types of their own that derive from Exception alone
            raise ModelError(
                str(folder),
                found=str(error).splitlines()[0],
                expected="a loadable model",
                remedy="copy the folder again",
            ) from error
        return cls(manifest, make_reader(tokenizer, manifest.view), session)

    def tag(self, document: Document) -> TaggedDocument:
        """Find the spans of a document; its own spans are replaced."""
        encoded = self._reader.read(document.text)
        windows = cut_windows(encoded.border, max_pieces=self.manifest.max_pieces, overlap=self.manifest.overlap)
        merged = MergedScores(len(encoded.ids), len(self.manifest.tags))
        # One by one: on a CPU, batches of 4 and 8 windows were slower (they fall out of its cache).
        for window in windows:
            merged.add(window, self._score(encoded, window))
        scores, n_unseen = token_scores(encoded, merged)
        found = decode_spans(encoded.tokens, scores, tags=self.manifest.tags, transitions=self._transitions)
        tidied = (tidy(document.text, span) for span in found)
        return TaggedDocument(
            document=document.with_spans(span for span in tidied if span is not None),
            n_pieces=len(encoded.ids),
            n_windows=len(windows),
            n_unseen_characters=n_unseen,
        )

    def tag_many(self, documents: Iterable[Document]) -> Iterator[TaggedDocument]:
        """Find the spans of many documents, in their order."""
        for document in documents:
            yield self.tag(document)

    def _score(self, encoded: EncodedDocument, window: Window) -> FloatArray:
        pieces = encoded.ids[window.piece_start : window.piece_end]
        input_ids = np.concatenate([[self.manifest.bos], pieces, [self.manifest.eos]])[None]  # (1, piece)
        inputs = {"input_ids": input_ids, "attention_mask": np.ones_like(input_ids)}
        (logits,) = self._session.run(["logits"], inputs)  # (1, piece, tag)
        scores: FloatArray = logits[0, 1:-1]
        return scores
