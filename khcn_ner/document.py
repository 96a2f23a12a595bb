"""Document, Span and Place: the plain frozen values that every stage takes and gives."""

from __future__ import annotations

import hashlib
import unicodedata
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import overload

from khcn_ner.errors import SpanError


@dataclass(frozen=True, slots=True)
class Span:
    """A labelled stretch `[start, end)` of a document's text, in code points.

    `label` is a Label, or a name where a corpus has labels of its own; `score` the model's probability of
    the span in 0..1, or None for gold.

    Raises:
        SpanError: `start` is negative, `end` is not past it, or the score lies outside 0..1.

    Example:
        >>> from khcn_ner.labels import Label
        >>> Span(0, 3, Label.ORG)
        Span(start=0, end=3, label=<Label.ORG: 'ORG'>, score=None)
    """

    start: int
    end: int
    label: str
    score: float | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise SpanError(
                f"span {self.label} [{self.start}, {self.end})",
                found=f"start {self.start} and end {self.end}",
                expected="0 <= start < end",
                remedy="correct the offsets",
            )
        if self.score is not None and not 0.0 <= self.score <= 1.0:
            raise SpanError(
                f"span {self.label} [{self.start}, {self.end})",
                found=f"score {self.score}",
                expected="a probability from 0 to 1",
                remedy="correct the score",
            )


class PlaceKind(StrEnum):
    """What a stretch of the text is in the file it came from."""

    LINE = "line"
    PARAGRAPH = "paragraph"
    HEADING = "heading"
    LIST_ITEM = "list item"
    CELL = "cell"
    HEADER = "header"
    FOOTER = "footer"
    FOOTNOTE = "footnote"
    TEXT_BOX = "text box"


@dataclass(frozen=True, slots=True)
class Place:
    """Where `[start, end)` of a document's text stands in its file: what is known of page, table, paragraph or line.

    Numbers count from 1, as a reader does: pages, tables and paragraphs through the file, rows through their table,
    cells through their row (by the columns that they begin in, where the file tells which are merged), lines through
    the file or, where there are pages, through their page. `level` is the depth of a heading or a list item.

    Example:
        >>> str(Place(0, 9, PlaceKind.CELL, page=3, table=2, row=4, cell=1))
        'p. 3, table 2, row 4'
    """

    start: int
    end: int
    kind: PlaceKind
    page: int | None = None
    table: int | None = None
    row: int | None = None
    cell: int | None = None
    paragraph: int | None = None
    line: int | None = None
    level: int | None = None

    def __str__(self) -> str:
        told = [self.kind.value] if self.kind in _APART else []
        numbers = (
            ("p.", self.page),
            ("table", self.table),
            ("row", self.row),
            ("paragraph", self.paragraph),
            ("line", self.line),
        )
        return ", ".join(told + [f"{name} {number}" for name, number in numbers if number is not None])


class Places(Sequence[Place]):
    """Places kept as numbers: a Place takes some 200 bytes, its numbers 40, and a table has a place a cell.

    Example:
        >>> places = Places([Place(0, 2, PlaceKind.LINE, line=1)])
        >>> places[0].line, len(places), places == (Place(0, 2, PlaceKind.LINE, line=1),)
        (1, 1, True)
    """

    __slots__ = ("numbers",)

    def __init__(self, places: Iterable[Place] = (), *, numbers: array[int] | None = None) -> None:
        self.numbers = array("i") if numbers is None else numbers
        for place in places:
            self.append(place)

    def append(self, place: Place) -> None:
        """Add a place behind the others."""
        rest = (place.page, place.table, place.row, place.cell, place.paragraph, place.line, place.level)
        self.numbers.extend((place.start, place.end, _KINDS.index(place.kind)))
        self.numbers.extend(_NO_NUMBER if number is None else number for number in rest)

    def __len__(self) -> int:
        return len(self.numbers) // _N_NUMBERS

    @overload
    def __getitem__(self, index: int) -> Place: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Place, ...]: ...

    def __getitem__(self, index: int | slice) -> Place | tuple[Place, ...]:
        if isinstance(index, slice):
            return tuple(self[number] for number in range(*index.indices(len(self))))
        at = range(len(self))[index] * _N_NUMBERS
        start, end, kind, *rest = self.numbers[at : at + _N_NUMBERS]
        return Place(start, end, _KINDS[kind], *(None if number == _NO_NUMBER else number for number in rest))

    def __eq__(self, other: object) -> bool:
        return tuple(self) == tuple(other) if isinstance(other, Places | tuple) else NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return f"Places({list(self)!r})"


_KINDS = tuple(PlaceKind)
_N_NUMBERS = 10
_NO_NUMBER = -1
_APART = (PlaceKind.HEADER, PlaceKind.FOOTER, PlaceKind.FOOTNOTE, PlaceKind.TEXT_BOX)


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a file says of its report beside the text: title, date (ISO 8601) and byline."""

    title: str | None = None
    date: str | None = None
    byline: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A report's text (NFC) with the spans known about it, sorted and free of overlap.

    `id` names the report (its file's stem); `source` is the file name it came from, if any. What the reader knows of
    the file: `places`, in the text's order and free of overlap; `metadata`; `warnings`, what was mended or lost.

    Raises:
        SpanError: the text is not NFC, a span exceeds the text or overlaps its predecessor, or a place does.

    Example:
        >>> document = Document("a", "Sở KH&CN họp", (Span(0, 8, "ORG"),))
        >>> document.surface(document.spans[0])
        'Sở KH&CN'
    """

    id: str
    text: str
    spans: tuple[Span, ...] = ()
    source: str | None = None
    places: Sequence[Place] = ()
    metadata: Metadata | None = None
    warnings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self._check_places()
        if not unicodedata.is_normalized("NFC", self.text):
            raise SpanError(
                self.id,
                found="text that is not in Unicode normal form C",
                expected="NFC, since offsets count NFC code points",
                remedy="normalise the text with unicodedata.normalize('NFC', text) first",
            )
        ordered = tuple(sorted(self.spans, key=lambda span: (span.start, span.end)))
        object.__setattr__(self, "spans", ordered)
        previous: Span | None = None
        for number, span in enumerate(ordered, start=1):
            if span.end > len(self.text):
                raise SpanError(
                    f"{self.id}, span {number} ({span.label})",
                    found=f"end {span.end}",
                    expected=f"at most the text's length {len(self.text)}",
                    remedy="re-export the annotation for this text",
                )
            if previous is not None and span.start < previous.end:
                raise SpanError(
                    f"{self.id}, span {number} ({span.label})",
                    found=f"[{span.start}, {span.end}) overlapping [{previous.start}, {previous.end})",
                    expected="spans without overlap",
                    remedy="keep the outermost of the two",
                )
            previous = span

    def _check_places(self) -> None:
        end = 0
        for number, place in enumerate(self.places, start=1):
            if not end <= place.start <= place.end <= len(self.text):
                raise SpanError(
                    f"{self.id}, place {number}",
                    found=f"[{place.start}, {place.end}) after {end} in a text of length {len(self.text)}",
                    expected="places in the text's order, without overlap",
                    remedy="make the document with a reader of khcn_ner.reading",
                )
            end = place.end

    def place_at(self, position: int) -> Place | None:
        """Tell where a character of the text stands in the file, or None where the reader didn't say.

        Example:
            >>> Document("a", "Sở họp", places=(Place(0, 2, PlaceKind.LINE, line=1),)).place_at(1).line
            1
        """
        index = bisect_right(self.places, position, key=lambda place: place.start) - 1
        if index < 0 or self.places[index].end <= position:
            return None
        return self.places[index]

    @property
    def text_sha256(self) -> str:
        """Hexadecimal SHA-256 of the text's UTF-8 bytes."""
        return hashlib.sha256(self.text.encode("utf-8")).hexdigest()

    def surface(self, span: Span) -> str:
        """Give the text that a span covers."""
        return self.text[span.start : span.end]

    def with_spans(self, spans: Iterable[Span]) -> Document:
        """Give the same document with other spans."""
        return replace(self, spans=tuple(spans))
