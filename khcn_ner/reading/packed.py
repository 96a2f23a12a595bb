"""A Document packed small: pieces of text and their places in, one after another; the Document out.

A text of Vietnamese takes two bytes a letter as `str` and 1.3 as UTF-8, a Place some 200 bytes and its numbers 40. So a
reader keeps UTF-8 and numbers, which also go between processes as they are, and the Document is made at the end, the
packed text let go of as it is read.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from khcn_ner.document import Document, Metadata, Place, PlaceKind

# UTF-8 is kept in blocks of about so many characters.
_BLOCK = 1 << 18
_KINDS = tuple(PlaceKind)
_N_NUMBERS = 10
_NONE = -1


@dataclass(slots=True)
class Packed:
    """A Document on its way: blocks of UTF-8, the numbers of its places, and what is told of it."""

    id: str = ""
    source: str | None = None
    metadata: Metadata | None = None
    warnings: tuple[str, ...] = ()
    n_characters: int = 0
    blocks: list[bytes] = field(default_factory=list)
    numbers: array[int] = field(default_factory=lambda: array("i"))
    _last: list[str] = field(default_factory=list)
    _n_last: int = 0

    @property
    def n_places(self) -> int:
        """How many places there are."""
        return len(self.numbers) // _N_NUMBERS

    def add_text(self, text: str) -> None:
        """Add to the text."""
        self._last.append(text)
        self.n_characters += len(text)
        self._n_last += len(text)
        if self._n_last >= _BLOCK:
            self.close()

    def close(self) -> None:
        """Turn what was added last into a block."""
        if self._last:
            self.blocks.append("".join(self._last).encode("utf-8"))
            self._last, self._n_last = [], 0

    def add_place(self, place: Place) -> None:
        """Add a place; places come in the text's order."""
        rest = (place.page, place.table, place.row, place.cell, place.paragraph, place.line, place.level)
        self.numbers.extend((place.start, place.end, _KINDS.index(place.kind)))
        self.numbers.extend(_NONE if number is None else number for number in rest)

    def unpack(self, blocks: Iterable[bytes] | None = None) -> Document:
        """Make the Document, of its own blocks or those given; it can be made once, since they are let go of."""
        self.close()
        own, self.blocks = self.blocks, []
        text = text_of(_taken(own) if blocks is None else blocks)
        places = tuple(_places(self.numbers))
        self.numbers = array("i")
        return Document(
            self.id, text, source=self.source, places=places, metadata=self.metadata, warnings=self.warnings
        )


def text_of(blocks: Iterable[bytes]) -> str:
    """Give the text of blocks of UTF-8, each let go of before the next.

    A string that only one name holds grows where it is; joining a list would hold the text twice.
    """
    text = ""
    for block in blocks:
        text += block.decode("utf-8")
    return text


def _taken(blocks: list[bytes]) -> Iterator[bytes]:
    blocks.reverse()
    while blocks:
        yield blocks.pop()


def _places(numbers: array[int]) -> Iterator[Place]:
    for at in range(0, len(numbers), _N_NUMBERS):
        start, end, kind, *rest = numbers[at : at + _N_NUMBERS]
        yield Place(start, end, _KINDS[kind], *(None if number == _NONE else number for number in rest))
