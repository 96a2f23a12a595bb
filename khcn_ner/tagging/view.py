"""What a pre-trained encoder reads of a text: the text in, the pieces of its words out, each tied to its characters.

The view is a second string: the words in their order with one space between them, the syllables of a word joined by
`_`, tone marks placed as in PhoBERT's pre-training, and at every line break the piece that ends a sequence. As every
unit stands between spaces, no piece lies across two of them, and nothing in a text can pass for a special piece.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import regex
from numpy.typing import NDArray
from tokenizers import Tokenizer

from khcn_ner.document import Span
from khcn_ner.tagging.folder import ViewSettings
from khcn_ner.tagging.phobert import number_table
from khcn_ner.tagging.segment import Segment, load_segmenter, rdr_tones, split_at_borders, word_units
from khcn_ner.tagging.windows import SPACE_PIECE, EncodedDocument, IntArray, encode_document, piece_borders
from khcn_ner.tokens import TokenOffsets

# Views are encoded in stretches of about this many units, as in khcn_ner.tagging.windows.
_STRETCH = 4_000

_SPACE = regex.compile(r"[\s\p{C}]+")


class Reader(Protocol):
    """Turns texts into what a model reads."""

    def read(self, text: str) -> EncodedDocument:
        """Cut a text into units and pieces."""

    def read_gold(self, text: str, spans: Sequence[Span]) -> tuple[EncodedDocument, int]:
        """Do the same for training, words split where a span's border cuts them; also give how many were."""


@dataclass(frozen=True, slots=True)
class PieceReader:
    """Reads the text itself: the compact model's way. A unit is a token."""

    tokenizer: Tokenizer

    def read(self, text: str) -> EncodedDocument:
        """Cut a text into tokens and pieces."""
        return encode_document(self.tokenizer, text)

    def read_gold(self, text: str, spans: Sequence[Span]) -> tuple[EncodedDocument, int]:  # noqa: ARG002 (a Reader)
        """Do the same; no token is ever split."""
        return self.read(text), 0


@dataclass(frozen=True, slots=True)
class ViewReader:
    """Reads a view of the text: the way of encoders with a tokenizer of their own. A unit is a word.

    `line_mark` is the piece for a line break; `numbers` turns the tokenizer's numbers into the model's, None where
    they are the same.
    """

    tokenizer: Tokenizer
    segment: Segment
    line_mark: str
    numbers: NDArray[np.int64] | None = None

    def read(self, text: str) -> EncodedDocument:
        """Cut a text into words and pieces."""
        return self._encode(text, word_units(text, self.segment(text)))

    def read_gold(self, text: str, spans: Sequence[Span]) -> tuple[EncodedDocument, int]:
        """Do the same with words split where a span's border cuts them, and count those words."""
        units, n_split = split_at_borders(text, word_units(text, self.segment(text)), spans)
        return self._encode(text, units), n_split

    def _encode(self, text: str, units: list[TokenOffsets]) -> EncodedDocument:
        ids: list[IntArray] = []
        owners: list[IntArray] = []
        for first in range(0, len(units), _STRETCH):
            stretch = units[first : first + _STRETCH]
            before = units[first - 1][1] if first else None
            view, starts, ends = render(text, stretch, line_mark=self.line_mark, previous_end=before)
            encoding = self.tokenizer.encode(view, add_special_tokens=False)
            numbers = np.array(encoding.ids, np.int64)
            owner = _owners(np.array(encoding.offsets, np.int64).reshape(-1, 2), starts, ends)
            owner[numbers == self.tokenizer.token_to_id(SPACE_PIECE)] = -1
            ids.append(numbers if self.numbers is None else self.numbers[numbers])
            owners.append(np.where(owner >= 0, owner + first, -1))
        all_ids = np.concatenate(ids) if ids else np.zeros(0, np.int64)
        owner = np.concatenate(owners) if owners else np.zeros(0, np.int64)
        first_piece = np.full(len(units), -1, np.int64)
        pieces = np.flatnonzero(owner >= 0)[::-1]
        first_piece[owner[pieces]] = pieces  # the last write, of the lowest piece, stays
        unit_starts = np.array([start for start, _ in units], np.int64)
        border = piece_borders(text, np.zeros(len(all_ids), bool), unit_starts, first_piece)
        return EncodedDocument(units, all_ids, first_piece, border)


def make_reader(tokenizer: Tokenizer, view: ViewSettings | None) -> Reader:
    """Give the reader that a model folder's manifest asks for.

    Raises:
        ModelError: the segmenter is not installed, or lacks its model.
    """
    if view is None:
        return PieceReader(tokenizer)
    numbers = None
    if view.unknown_from is not None:
        n_internal = tokenizer.get_vocab_size(with_added_tokens=True)
        numbers = number_table(n_internal, unknown_from=view.unknown_from, aliases=view.aliases, unknown=view.unknown)
    return ViewReader(tokenizer, load_segmenter(view.segmenter), view.line_mark, numbers)


def render(
    text: str, units: Sequence[TokenOffsets], *, line_mark: str, previous_end: int | None = None
) -> tuple[str, IntArray, IntArray]:
    r"""Write the view of some units, and where each begins and ends in it.

    `previous_end` is where the unit before them ends, None if there is none.

    Example:
        >>> render("Sở Khoa học\n12/6", [(0, 2), (3, 11), (12, 14), (14, 15), (15, 16)], line_mark="</s>")[0]
        'Sở Khoa_học </s> 12 / 6'
    """
    parts: list[str] = []
    starts, ends = np.zeros(len(units), np.int64), np.zeros(len(units), np.int64)
    length = 0
    for number, (start, end) in enumerate(units):
        if previous_end is not None and "\n" in text[previous_end:start]:
            parts.append(line_mark)
            length += len(line_mark) + 1
        word = rdr_tones(_SPACE.sub("_", text[start:end]))
        parts.append(word)
        starts[number], ends[number] = length, length + len(word)
        length += len(word) + 1
        previous_end = end
    return " ".join(parts), starts, ends


def _owners(offsets: IntArray, starts: IntArray, ends: IntArray) -> IntArray:
    """Give the unit that each piece stands for, -1 for none; shape (piece,)."""
    owner = np.searchsorted(ends, offsets[:, 0], side="right")
    inside = owner < len(starts)
    inside[inside] = (starts[owner[inside]] < offsets[inside, 1]) & (offsets[inside, 0] < offsets[inside, 1])
    owners: IntArray = np.where(inside, owner, -1)
    return owners
