"""Training windows: gold Documents in, one row a window out (piece numbers and tag numbers)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from tokenizers import Tokenizer

from khcn_ner.document import Document
from khcn_ner.labels import TAG_INDEX
from khcn_ner.tagging.windows import EncodedDocument, Window, count_cut_spans, cut_windows, encode_document
from khcn_ner.tokens import align, spans_to_tags

# A piece with this tag takes no part in the loss: it isn't its token's first.
IGNORED = -100


@dataclass(frozen=True, slots=True)
class WindowedDocument:
    """A document as pieces and windows, with the tag of every token."""

    document: Document
    encoded: EncodedDocument
    windows: list[Window]
    tags: list[str]


@dataclass(frozen=True, slots=True)
class FeatureCounts:
    """What was counted while windows were made; the last two are losses to report.

    `n_spans_cut_by_windows` no window holds whole; `n_spans_cutting_tokens` begin or end inside a token.
    """

    n_pieces: int
    n_windows: int
    n_spans: int
    n_spans_cut_by_windows: int
    n_spans_cutting_tokens: int


def window_documents(
    documents: Sequence[Document], tokenizer: Tokenizer, *, max_pieces: int, overlap: int
) -> tuple[list[WindowedDocument], FeatureCounts]:
    """Cut documents into windows and count what the cutting costs.

    `max_pieces` counts the document's pieces, without the two that frame a window.
    """
    windowed: list[WindowedDocument] = []
    n_pieces = n_windows = n_spans = n_cut = n_inside = 0
    for document in documents:
        encoded = encode_document(tokenizer, document.text)
        windows = cut_windows(encoded.border, max_pieces=max_pieces, overlap=overlap)
        ranges, n_cutting = align(encoded.tokens, document.spans)
        windowed.append(WindowedDocument(document, encoded, windows, spans_to_tags(encoded.tokens, document.spans)))
        n_pieces += sum(window.piece_end - window.piece_start for window in windows)
        n_windows += len(windows)
        n_spans += len(document.spans)
        n_cut += count_cut_spans(encoded, ranges, windows)
        n_inside += n_cutting
    return windowed, FeatureCounts(n_pieces, n_windows, n_spans, n_cut, n_inside)


def window_rows(windowed: Sequence[WindowedDocument], *, bos: int, eos: int) -> list[dict[str, list[int]]]:
    """Give one row a window: `input_ids` framed by `bos` and `eos`, and `labels` with a tag a first piece."""
    rows: list[dict[str, list[int]]] = []
    for item in windowed:
        labels = np.full(len(item.encoded.ids), IGNORED, np.int64)
        spoken = item.encoded.first_piece >= 0
        tag_numbers = np.array([TAG_INDEX[tag] for tag in item.tags], np.int64)
        labels[item.encoded.first_piece[spoken]] = tag_numbers[spoken]
        for window in item.windows:
            place = slice(window.piece_start, window.piece_end)
            rows.append(
                {
                    "input_ids": [bos, *item.encoded.ids[place].tolist(), eos],
                    "labels": [IGNORED, *labels[place].tolist(), IGNORED],
                }
            )
    return rows
