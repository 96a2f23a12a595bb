"""The draft of a Document: pieces of a file's text in, one after another; text, places and warnings out.

A reader calls `add` for each paragraph, cell or heading in reading order. Each becomes a line of the text (its own line
breaks stay), mended, with the place that it came from.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import regex

from khcn_ner.document import Document, Metadata, Place, PlaceKind
from khcn_ner.errors import InputError
from khcn_ner.reading.encodings import ONLY_UNICODE, from_legacy, legacy_letters, told_conversion
from khcn_ner.reading.mend import Mender

# A report is a few hundred pages at most; what is beyond these is no report, and would not fit the memory promised.
MAX_CHARACTERS = 60_000_000
MAX_PLACES = 1_000_000

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
    _parts: list[str] = field(default_factory=list)
    _places: list[Place] = field(default_factory=list)
    _n_characters: int = 0
    _n_paragraphs: int = 0
    _mender: Mender = field(default_factory=Mender)

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
        self._places.append(Place(0, len(text), kind, page, table, row, cell, paragraph, line, level))
        self._parts.append(text)
        self._n_characters += len(text) + 1
        check_size(self.where, n_characters=self._n_characters, n_places=len(self._places))

    def warn(self, warning: str) -> None:
        """Tell of something mended, lost or left out; said twice, it is kept once."""
        if warning not in self.warnings:
            self.warnings.append(warning)

    def finish(self, *, report_id: str, source: str) -> Document:
        """Make the Document.

        Raises:
            InputError: the file holds no text.
        """
        # First the letters: TCVN3's ư is Unicode's soft hyphen, which mending takes out.
        self._read_legacy_letters()
        parts, places, start = self._parts, list[Place](), 0
        for index, place in enumerate(self._places):
            part = _AROUND_BREAKS.sub("\n", _BLANKS.sub(" ", self._mender.mend(parts[index]))).strip()
            # In the raw piece's stead, so that a long text is not held twice.
            parts[index] = f"{part}\n" if part else ""
            if part:  # something beside invisible signs
                places.append(replace(place, start=start, end=start + len(part)))
                start += len(part) + 1
        if not places:
            raise InputError(self.where, found="no text", expected="a report's text", remedy="remove the file")
        return Document(
            id=report_id,
            text="".join(parts),
            source=source,
            places=tuple(places),
            metadata=self.metadata,
            warnings=(*self.warnings, *self._mender.warnings()),
        )

    def _read_legacy_letters(self) -> None:
        """Convert a text that is in the letters of TCVN3 or VNI fonts throughout."""
        sample = "\n".join(self._parts[:2000])
        found = None if sample.isascii() or ONLY_UNICODE.search(sample) else legacy_letters(sample)
        if found is None:
            return
        converted = [from_legacy(found, part) for part in self._parts]
        self._parts = [part for part, _ in converted]
        n_restored = None if found == "VNI" else sum(number or 0 for _, number in converted)
        self.warn(told_conversion(f"letters of {found} fonts", n_restored))


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
