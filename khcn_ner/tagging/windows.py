"""Windows over a document's pieces: text in, piece arrays and window borders out, scores merged back.

A document is encoded once, whole, and cut into windows of at most `max_pieces` at line or sentence
borders, each overlapping the next; every piece is then spoken for by the window in which it stands
most central.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import regex
from numpy.typing import NDArray
from tokenizers import Tokenizer

from khcn_ner.tokens import TokenOffsets, token_offsets

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float32]

# Texts are encoded in stretches of about this many characters, so that the encoder's own bookkeeping
# (some hundred bytes a piece) stays small whatever the text's length.
_STRETCH = 20_000

# A space that no piece has taken in stands alone as this piece; it speaks for no token.
SPACE_PIECE = "▁"

_LINE, _SENTENCE, _TOKEN = 3, 2, 1
_INVISIBLE = regex.compile(r"[\s\p{C}]")
_SENTENCE_ENDS = frozenset(".;!?…")


@dataclass(frozen=True, slots=True)
class EncodedDocument:
    """A text as the model reads it.

    `tokens` are what is decided one by one: tokens, or words where the text was segmented. `ids[i]` is
    piece i's number; `first_piece[t]` the piece that speaks for token t, -1 where none does;
    `border[i]` says how good a window border the place before piece i is: 3 a line begins there,
    2 a sentence, 1 a token, 0 inside a token.
    """

    tokens: list[TokenOffsets]
    ids: IntArray  # (piece,)
    first_piece: IntArray  # (token,)
    border: NDArray[np.int8]  # (piece,)


@dataclass(frozen=True, slots=True)
class Window:
    """The pieces `[piece_start, piece_end)` of a document."""

    piece_start: int
    piece_end: int


def encode_document(tokenizer: Tokenizer, text: str) -> EncodedDocument:
    """Cut a text into tokens and pieces and find where windows may begin."""
    tokens = token_offsets(text)
    ids, starts, ends = _encode(tokenizer, text)
    token_starts = np.array([start for start, _ in tokens], np.int64)
    token_ends = np.array([end for _, end in tokens], np.int64)
    # The first token that ends after the piece begins, if it begins before the piece ends.
    owner = np.searchsorted(token_ends, starts, side="right")
    is_space = ids == tokenizer.token_to_id(SPACE_PIECE)
    held = (owner < len(tokens)) & ~is_space
    held[held] = token_starts[owner[held]] < ends[held]
    first_piece = np.full(len(tokens), -1, np.int64)
    pieces = np.flatnonzero(held)[::-1]
    first_piece[owner[pieces]] = pieces  # the last write, of the lowest piece, stays
    _lend_pieces(first_piece, token_starts, starts, ends)
    return EncodedDocument(tokens, ids, first_piece, piece_borders(text, is_space, token_starts, first_piece))


def _lend_pieces(first_piece: IntArray, token_starts: IntArray, starts: IntArray, ends: IntArray) -> None:
    """Let the piece that covers a token speak for it where normalisation has joined tokens (⅓ beside a digit)."""
    for token in np.flatnonzero(first_piece < 0):
        piece = int(np.searchsorted(starts, token_starts[token], side="right")) - 1
        if piece >= 0 and ends[piece] > token_starts[token]:
            first_piece[token] = piece


def piece_borders(
    text: str, is_space: NDArray[np.bool_], token_starts: IntArray, first_piece: IntArray
) -> NDArray[np.int8]:
    """Say how good a window border the place before each piece is, as EncodedDocument has it; shape (piece,)."""
    border = np.zeros(len(is_space), np.int8)
    for token in np.flatnonzero(first_piece >= 0):
        token_start = int(token_starts[token])
        gap_start = token_start
        while gap_start > 0 and text[gap_start - 1].isspace():
            gap_start -= 1
        gap = text[gap_start:token_start]
        if "\n" in gap or gap_start == 0:
            strength = _LINE
        elif gap and text[gap_start - 1] in _SENTENCE_ENDS:
            strength = _SENTENCE
        else:
            strength = _TOKEN
        piece = int(first_piece[token])
        border[piece - 1 if piece > 0 and is_space[piece - 1] else piece] = strength
    return border


def _encode(tokenizer: Tokenizer, text: str) -> tuple[IntArray, IntArray, IntArray]:
    ids: list[NDArray[np.int64]] = []
    starts: list[NDArray[np.int64]] = []
    ends: list[NDArray[np.int64]] = []
    for stretch_start, stretch_end in _stretches(text):
        encoding = tokenizer.encode(text[stretch_start:stretch_end], add_special_tokens=False)
        offsets = np.array(encoding.offsets, np.int64).reshape(-1, 2) + stretch_start
        ids.append(np.array(encoding.ids, np.int64))
        starts.append(offsets[:, 0])
        ends.append(offsets[:, 1])
    if not ids:
        empty = np.zeros(0, np.int64)
        return empty, empty, empty
    return np.concatenate(ids), np.concatenate(starts), np.concatenate(ends)


def _stretches(text: str) -> list[tuple[int, int]]:
    """Cut a text where white space begins, so that each stretch is encoded as it would be in the whole."""
    stretches: list[tuple[int, int]] = []
    start = 0
    while len(text) - start > _STRETCH:
        limit = start + _STRETCH
        end = next((place for place in range(limit, start, -1) if _begins_space(text, place)), limit)
        stretches.append((start, end))
        start = end
    if start < len(text):
        stretches.append((start, len(text)))
    return stretches


def _begins_space(text: str, place: int) -> bool:
    return bool(_INVISIBLE.match(text[place])) and not _INVISIBLE.match(text[place - 1])


def cut_windows(border: NDArray[np.int8], *, max_pieces: int, overlap: int) -> list[Window]:
    """Pack pieces into windows of at most `max_pieces`, neighbours sharing about `overlap` pieces.

    A window ends at the last line border in its second half, else sentence border, else token border.

    Example:
        >>> cut_windows(np.ones(10, np.int8), max_pieces=6, overlap=2)
        [Window(piece_start=0, piece_end=6), Window(piece_start=4, piece_end=10)]
    """
    n_pieces = len(border)
    windows: list[Window] = []
    start = 0
    while n_pieces - start > max_pieces:
        end = _best_border(border, lowest=start + max_pieces // 2 + overlap // 2, highest=start + max_pieces)
        windows.append(Window(start, end))
        start = _best_border(border, lowest=max(start + 1, end - overlap - overlap // 2), highest=end - overlap)
    if start < n_pieces:
        windows.append(Window(start, n_pieces))
    return windows


def _best_border(border: NDArray[np.int8], *, lowest: int, highest: int) -> int:
    """Give the latest place in `[lowest, highest]` among the strongest borders there."""
    lowest = min(lowest, highest)
    places = border[lowest : highest + 1]
    return highest - int(np.argmax(places[::-1]))


def centrality(window: Window, n_pieces: int) -> IntArray:
    """Give each piece's distance from the nearer cut edge of its window; a document's own edge is no cut.

    Shape: (piece of the window,).
    """
    pieces = np.arange(window.piece_start, window.piece_end)
    far = n_pieces + 1
    left = pieces - window.piece_start if window.piece_start > 0 else np.full(len(pieces), far)
    right = window.piece_end - 1 - pieces if window.piece_end < n_pieces else np.full(len(pieces), far)
    nearer: IntArray = np.minimum(left, right)
    return nearer


class MergedScores:
    """Collects tag scores window by window, keeping for each piece those of its most central window.

    `scores` has shape (piece, tag); `seen` says which pieces any window has scored.
    """

    def __init__(self, n_pieces: int, n_tags: int) -> None:
        self.scores: FloatArray = np.zeros((n_pieces, n_tags), np.float32)
        self._best = np.full(n_pieces, -1, np.int64)

    @property
    def seen(self) -> NDArray[np.bool_]:
        """Which pieces have been scored; shape (piece,)."""
        return self._best >= 0

    def add(self, window: Window, scores: FloatArray) -> None:
        """Take one window's scores, shape (piece of the window, tag)."""
        place = slice(window.piece_start, window.piece_end)
        central = centrality(window, len(self._best))
        better = central > self._best[place]
        self.scores[place][better] = scores[better]
        self._best[place][better] = central[better]


def token_scores(document: EncodedDocument, merged: MergedScores) -> tuple[FloatArray, int]:
    """Give each token the scores of its first piece, and count the characters no window has seen.

    Shape: (token, tag). An unseen token scores 0 for every tag.
    """
    seen = document.first_piece >= 0
    seen[seen] = merged.seen[document.first_piece[seen]]
    scores = np.zeros((len(document.tokens), merged.scores.shape[1]), np.float32)
    scores[seen] = merged.scores[document.first_piece[seen]]
    n_unseen = sum(document.tokens[index][1] - document.tokens[index][0] for index in np.flatnonzero(~seen))
    return scores, n_unseen


def count_cut_spans(
    document: EncodedDocument, token_ranges: Sequence[tuple[int, int]], windows: Sequence[Window]
) -> int:
    """Count the spans, given as token ranges, that no window holds whole."""
    n_cut = 0
    for token_start, token_end in token_ranges:
        pieces = document.first_piece[token_start:token_end]
        pieces = pieces[pieces >= 0]
        if len(pieces) == 0:
            continue
        first, last = int(pieces[0]), int(pieces[-1])
        n_cut += not any(window.piece_start <= first and last < window.piece_end for window in windows)
    return n_cut
