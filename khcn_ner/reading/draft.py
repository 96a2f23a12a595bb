"""The draft of a Document: pieces of a file's text in, one after another; text, places and warnings out.

A reader calls `add` for each paragraph, cell or heading in reading order. Each becomes a line of the text (its own line
breaks stay), mended, with the place that it came from.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import regex

from khcn_ner.document import Document, Metadata, Place, PlaceKind
from khcn_ner.errors import InputError
from khcn_ner.reading.encodings import ONLY_UNICODE, Conversion, from_legacy, legacy_letters, told_conversion
from khcn_ner.reading.mend import Mender
from khcn_ner.reading.packed import Packed

# A report is a few hundred pages at most; what is beyond these is no report, and would not fit the memory promised.
MAX_CHARACTERS = 60_000_000
MAX_PLACES = 1_000_000
_N_WAITING = 2000

_PARAGRAPHS = (PlaceKind.PARAGRAPH, PlaceKind.HEADING, PlaceKind.LIST_ITEM)
_BLANKS = regex.compile(r"[ \t\r\f\v]+")
_AROUND_BREAKS = regex.compile(r" ?\n ?")
# Signs of symbol fonts, where Word keeps the dots of its lists.
_PRIVATE = regex.compile(r"[\ue000-\uf8ff]")


@dataclass(slots=True)
class Draft:
    """What has been read of one file so far; `where` names the file in errors."""

    where: str
    warnings: list[str] = field(default_factory=list)
    metadata: Metadata | None = None
    _packed: Packed = field(default_factory=Packed)
    _n_characters: int = 0
    _n_pieces: int = 0
    _n_paragraphs: int = 0
    _mender: Mender = field(default_factory=Mender)
    # The first pieces wait until they show whether the text is in the letters of old fonts.
    _waiting: list[tuple[str, Place]] | None = field(default_factory=list)
    _legacy: str | None = None
    _conversion: Conversion = field(default_factory=Conversion)

    def add(
        self,
        text: str,
        kind: PlaceKind,
        *,
        page: int | None = None,
        table: int | None = None,
        row: int | None = None,
        cell: int | None = None,
        line: int | None = None,
        level: int | None = None,
    ) -> None:
        """Add a piece of the text; one without a visible sign adds nothing.

        Raises:
            InputError: the file has more text or more pieces than a report can have.
        """
        text = _PRIVATE.sub("", text)
        if not text.strip():
            return
        paragraph = None
        if kind in _PARAGRAPHS and line is None:
            self._n_paragraphs += 1
            paragraph = self._n_paragraphs
        self._n_characters += len(text) + 1
        self._n_pieces += 1
        check_size(self.where, n_characters=self._n_characters, n_places=self._n_pieces)
        place = Place(0, 0, kind, page, table, row, cell, paragraph, line, level)
        if self._waiting is None:
            self._pack(text, place)
            return
        self._waiting.append((text, place))
        if len(self._waiting) >= _N_WAITING:
            self._pack_waiting()

    def warn(self, warning: str) -> None:
        """Tell of something mended, lost or left out; said twice, it is kept once."""
        if warning not in self.warnings:
            self.warnings.append(warning)

    def pack(self, *, report_id: str, source: str) -> Packed:
        """Finish the draft.

        Raises:
            InputError: the file holds no text.
        """
        self._pack_waiting()
        packed = self._packed
        if not packed.places:
            raise InputError(self.where, found="no text", expected="a report's text", remedy="remove the file")
        if self._legacy is not None:
            self.warn(told_conversion(f"letters of {self._legacy} fonts", self._legacy, self._conversion))
        packed.id, packed.source, packed.metadata = report_id, source, self.metadata
        packed.warnings = (*self.warnings, *self._mender.warnings())
        return packed

    def finish(self, *, report_id: str, source: str) -> Document:
        """Make the Document.

        Raises:
            InputError: the file holds no text.
        """
        return self.pack(report_id=report_id, source=source).unpack()

    def _pack_waiting(self) -> None:
        """Tell by the first pieces whether the text is in the letters of TCVN3 or VNI fonts, and pack them."""
        if self._waiting is None:
            return
        waiting, self._waiting = self._waiting, None
        sample = "\n".join(text for text, _ in waiting)
        if not sample.isascii() and not ONLY_UNICODE.search(sample):
            self._legacy = legacy_letters(sample)
        for text, place in waiting:
            self._pack(text, place)

    def _pack(self, text: str, place: Place) -> None:
        # First the letters: TCVN3's ư is Unicode's soft hyphen, which mending takes out.
        if self._legacy is not None:
            text = from_legacy(self._legacy, text, self._conversion)
        text = _AROUND_BREAKS.sub("\n", _BLANKS.sub(" ", self._mender.mend(text))).strip()
        if text:  # something beside invisible signs
            start = self._packed.n_characters
            self._packed.places.append(replace(place, start=start, end=start + len(text)))
            self._packed.add_text(f"{text}\n")


def check_size(where: str, *, n_characters: int, n_places: int) -> None:
    """Refuse what is no report.

    Raises:
        InputError: more text, or more lines, cells and paragraphs, than a report can have.
    """
    if n_characters > MAX_CHARACTERS or n_places > MAX_PLACES:
        found = f"more than {MAX_CHARACTERS:,} characters" if n_characters > MAX_CHARACTERS else "more lines or cells"
        raise InputError(
            where,
            found=found,
            expected=f"a report of at most {MAX_CHARACTERS:,} characters in {MAX_PLACES:,} lines or cells",
            remedy="split the file",
        )
