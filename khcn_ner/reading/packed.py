"""A Document packed small: pieces of text and their places in, one after another; the Document out.

A text of Vietnamese takes two bytes a letter as `str` and 1.3 as UTF-8. So a reader keeps UTF-8, which also goes
between processes as it is, and the Document is made at the end, the packed text let go of as it is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from khcn_ner.document import Document, Metadata, Places

# UTF-8 is kept in blocks of about so many characters.
_BLOCK = 1 << 18


@dataclass(slots=True)
class Packed:
    """A Document on its way: blocks of UTF-8, its places, and what is told of it."""

    id: str = ""
    source: str | None = None
    metadata: Metadata | None = None
    warnings: tuple[str, ...] = ()
    n_characters: int = 0
    blocks: list[bytes] = field(default_factory=list)
    places: Places = field(default_factory=Places)
    _last: list[str] = field(default_factory=list)
    _n_last: int = 0

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

    def unpack(self, blocks: Iterable[bytes] | None = None) -> Document:
        """Make the Document, of its own blocks or those given; it can be made once, since they are let go of."""
        self.close()
        own, self.blocks = self.blocks, []
        text = text_of(_taken(own) if blocks is None else blocks)
        return Document(
            self.id, text, source=self.source, places=self.places, metadata=self.metadata, warnings=self.warnings
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
