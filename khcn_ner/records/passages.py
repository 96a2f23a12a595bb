"""Passages: the lines, headings, sentences and clauses of a report's text around a place in it.

Offsets are code points, ends exclusive.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

import regex

from khcn_ner.document import Document, PlaceKind
from khcn_ner.labels import Label

# A full stop ends a sentence only before white space and an upper-case letter, a sign or the end, and not after an
# abbreviation (TS., TP., đ/c.) or a list number (1.).
_SENTENCE_END = regex.compile(r"\n+|(?<=[.!?…])(?=\s+[\p{Lu}\d“\"+\-–(•]|\s*$)")
_ABBREVIATION = regex.compile(
    r"(?:^|[\s(;,“\"])(?:\p{Lu}{1,3}|\p{L}\p{Ll}?S|PGS\.TS|GS\.TS|TT|Tp|Th\.?S|BS\.?CK\p{L}*)\.$"
    r"|(?:^|\n)\s*(?:[\dIVX]+|[a-z])\.$"
)
_CLAUSE_END = regex.compile(r";")
_NUMBERED = regex.compile(
    r"^\s*(?:(?:phần|chương|mục|phiên|điều)\s+(?:thứ\s+)?[\p{L}\d]+|[IVX]{1,5}\s*[./)\-–:]|[A-ZĐ]\s*[./)\-–]|"
    r"\d{1,2}(?:\.\d{1,2})*\s*[./)\-–])"
    r"\s*",
    regex.IGNORECASE,
)
# Lines of a web page that are no part of the report (annotation guidelines: navigation carries no labels).
NAVIGATION = regex.compile(
    r"»|›|\|.*\||^\s*(?:trang chủ|trang nhất|home)\b|cỡ chữ|lượt xem|cập nhật|đăng lúc|đăng ngày|ngày đăng|"
    r"in trang|gửi bạn|^\s*a-\s*a|^\s*ảnh\s*:|in bài viết"
    r"|^\s*(?:thứ\s+\p{L}+|chủ nhật)\s*,|^\s*email|^\s*tác giả|^\s*\[|bản in",
    regex.IGNORECASE,
)
# What the reader of a file with structure knows better than the line's looks.
_NEVER_HEADINGS = (PlaceKind.CELL, PlaceKind.HEADER, PlaceKind.FOOTER, PlaceKind.FOOTNOTE)
_BULLET = regex.compile(r"^\s*[-–+*•]")


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of the text."""

    start: int
    end: int


def content_start(text: str, start: int, end: int) -> int:
    """Give where `text[start:end]` begins without the white space at its beginning; nothing is copied."""
    while start < end and text[start].isspace():
        start += 1
    return start


def content_end(text: str, start: int, end: int) -> int:
    """Give where `text[start:end]` ends without the white space at its end; nothing is copied."""
    while end > start and text[end - 1].isspace():
        end -= 1
    return end


class Passages:
    """The passages of one document, found once and looked up by offset."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.text = document.text
        self._lines = [0, *(match.end() for match in regex.finditer(r"\n", self.text))]
        self._sentences = self._find_sentences()
        self._clauses = self._find_clauses()
        self.headings = self._find_headings()
        self._heading_starts = [heading.start for heading in self.headings]

    def _find_sentences(self) -> list[int]:
        borders = [0]
        spans = iter(self.document.spans)
        span = next(spans, None)
        for match in _SENTENCE_END.finditer(self.text):
            position = match.end()
            while span is not None and span.end <= match.start():
                span = next(spans, None)
            inside = span is not None and span.start < match.start() and match.start() < span.end
            if inside or (not match[0] and _ABBREVIATION.search(self.text[max(0, position - 10) : position])):
                continue
            if position > borders[-1]:
                borders.append(position)
        return borders

    def _find_clauses(self) -> list[int]:
        starts = [span.start for span in self.document.spans]
        borders = set(self._sentences)
        for match in _CLAUSE_END.finditer(self.text):
            index = bisect_right(starts, match.start()) - 1
            if index < 0 or match.start() >= self.document.spans[index].end:
                borders.add(match.end())
        return sorted(borders)

    def _around(self, borders: list[int], position: int) -> Passage:
        index = bisect_right(borders, position)
        end = borders[index] if index < len(borders) else len(self.text)
        return Passage(borders[index - 1], end)

    def line(self, position: int) -> Passage:
        """Give the line around an offset, its end of line included."""
        return self._around(self._lines, position)

    def lines(self) -> list[Passage]:
        """Give all lines in order."""
        return [self._around(self._lines, start) for start in self._lines]

    def sentence(self, position: int) -> Passage:
        """Give the sentence around an offset."""
        return self._around(self._sentences, position)

    def clause(self, position: int) -> Passage:
        """Give the clause (up to `;` or the sentence's end) around an offset."""
        return self._around(self._clauses, position)

    def section(self, position: int) -> str | None:
        """Give the text of the nearest heading above an offset."""
        heading = self.heading(position)
        return None if heading is None else " ".join(self.text[heading.start : heading.end].split())

    def headings_above(self, position: int, *, n_most: int) -> list[Passage]:
        """Give the headings above an offset, at most so many, the nearest first."""
        index = bisect_right(self._heading_starts, position)
        near = self.headings[max(0, index - n_most) : index]
        return [heading for heading in reversed(near) if heading.end <= position]

    def heading(self, position: int) -> Passage | None:
        """Give the nearest heading above an offset."""
        index = bisect_right(self._heading_starts, position) - 1
        if index < 0:
            return None
        heading = self.headings[index]
        if heading.end > position:
            index -= 1
            if index < 0:
                return None
            heading = self.headings[index]
        return heading

    def is_heading(self, position: int) -> bool:
        """Tell whether an offset stands in a heading."""
        index = bisect_right(self._heading_starts, position) - 1
        return index >= 0 and position < self.headings[index].end

    def _find_headings(self) -> list[Passage]:
        found = []
        lines = [(line, self.text[line.start : line.end].strip()) for line in self.lines()]
        filled = [(line, content) for line, content in lines if content]
        labels: dict[int, set[str]] = {}
        for span in self.document.spans:
            labels.setdefault(self.line(span.start).start, set()).add(span.label)
        for number, (line, content) in enumerate(filled):
            following = filled[number + 1][1] if number + 1 < len(filled) else ""
            place = self.document.place_at(line.start)
            kind = place.kind if place is not None else PlaceKind.LINE
            if kind in _NEVER_HEADINGS or number == 0:
                continue
            if kind is PlaceKind.HEADING or _is_heading(content, labels.get(line.start, set()), following):
                start = line.start + self.text[line.start : line.end].index(content[0])
                found.append(Passage(start, start + len(content)))
        return found


def _is_heading(content: str, labels: set[str], following: str) -> bool:
    if (
        len(content) > 120
        or not following
        or labels & {Label.PROJECT, Label.PER, Label.QUANTITY}
        or NAVIGATION.search(content)
    ):
        return False
    numbered = _NUMBERED.match(content)
    if regex.search(r"[;,…]$|\.\.\.$|[^\d IVX]\.\s+\p{Lu}", content[numbered.end() if numbered else 0 :]) or (
        _BULLET.match(content)
    ):
        return False
    letters = [character for character in content if character.isalpha()]
    if len(letters) < 4:
        return False
    if numbered:
        # A numbered paragraph ends its sentence; a heading doesn't.
        return not content.endswith(".") or len(content) <= 60
    if all(character.isupper() for character in letters) and len(content) >= 8:
        return not regex.match(r"CỘNG H|ĐỘC LẬP|KT\.|TM\.|(?:PHÓ )?GIÁM ĐỐC|NƠI NHẬN|BÁO CÁO$|UBND|SỞ |ỦY BAN", content)
    short = len(content) <= 70 and content[0].isupper() and not regex.search(r"[.:!?)]$", content)
    return short and len(following) > 150 and not labels
