"""Training windows: gold Documents in, one row a window out (piece numbers and tag numbers)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from khcn_ner.document import Document
from khcn_ner.labels import TAGS
from khcn_ner.tagging.view import Reader
from khcn_ner.tagging.windows import EncodedDocument, Window, count_cut_spans, cut_windows
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
    """What was counted while windows were made; the last three are losses to report.

    `n_spans_cut_by_windows` no window holds whole; `n_spans_cutting_tokens` begin or end inside a token, or, where
    words are not split at gold borders, inside a word; `n_split_words` were split there.
    """

    n_pieces: int
    n_windows: int
    n_spans: int
    n_spans_cut_by_windows: int
    n_spans_cutting_tokens: int
    n_split_words: int


def window_documents(
    documents: Sequence[Document], reader: Reader, *, max_pieces: int, overlap: int, split_words: bool
) -> tuple[list[WindowedDocument], FeatureCounts]:
    """Cut documents into windows and count what the cutting costs.

    `max_pieces` counts the document's pieces, without the two that frame a window. `split_words` splits words at gold
    borders, as is right for training and never for scoring.
    """
    windowed: list[WindowedDocument] = []
    n_pieces = n_windows = n_spans = n_cut = n_inside = n_split_words = 0
    for document in documents:
        encoded, n_split = reader.read_gold(document.text, document.spans if split_words else ())
        n_split_words += n_split
        windows = cut_windows(encoded.border, max_pieces=max_pieces, overlap=overlap)
        ranges, n_cutting = align(encoded.tokens, document.spans)
        windowed.append(WindowedDocument(document, encoded, windows, spans_to_tags(encoded.tokens, document.spans)))
        n_pieces += sum(window.piece_end - window.piece_start for window in windows)
        n_windows += len(windows)
        n_spans += len(document.spans)
        n_cut += count_cut_spans(encoded, ranges, windows)
        n_inside += n_cutting
    return windowed, FeatureCounts(n_pieces, n_windows, n_spans, n_cut, n_inside, n_split_words)


def window_rows(
    windowed: Sequence[WindowedDocument], *, bos: int, eos: int, tags: Sequence[str] = TAGS
) -> list[dict[str, list[int]]]:
    """Give one row a window: `input_ids` framed by `bos` and `eos`, and `labels` with a tag a first piece."""
    rows: list[dict[str, list[int]]] = []
    index = {tag: number for number, tag in enumerate(tags)}
    for item in windowed:
        labels = np.full(len(item.encoded.ids), IGNORED, np.int64)
        spoken = item.encoded.first_piece >= 0
        tag_numbers = np.array([index[tag] for tag in item.tags], np.int64)
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
