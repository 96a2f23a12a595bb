"""What a project's title stands in: its clause, its list with the words that open it, its row, the headings above.

    PROJECT span ─▶ surroundings ─▶ kind, level, status, people, bodies, money (projects.py)

All windows are bounded, so that a long report takes time in proportion to its length.
"""

from __future__ import annotations

from dataclasses import dataclass

import regex

from khcn_ner.document import Document, Span
from khcn_ner.labels import Label
from khcn_ner.records.passages import Passage, Passages
from khcn_ner.records.span_index import SpanIndex, spans_of

_REACH = 320
_BACK = 200
_MOST_ITEMS = 60
_LONGEST_LEAD_IN = 400
_LIST_SIGNS = regex.compile(r"[\s\d.)+•*\-–“\"]*")
_END_SIGNS = regex.compile(r"[ .;”\"\n]*")
_FIELD_LINE = regex.compile(
    r"\s*[-–+•*]?\s*(?:chủ nhiệm|chủ trì|tổ chức chủ trì|cơ quan chủ trì|đơn vị chủ trì|kinh phí|CNĐT|CNDA|ĐVCT|"
    r"CQCT|TCCT|KP|"
    r"tổng kinh phí|thời gian|cấp quản lý|phối hợp|người đứng đầu|dự toán|kết quả|xếp loại|đơn vị phối hợp|mục tiêu)",
    regex.IGNORECASE,
)
# 3 Nghiên cứu …, - “Nghiên cứu …: a title that opens its line is a row of a list or a table.
_ROW_START = regex.compile(
    r"^\s*(?:\(?\d{1,3}\s*[.)]?|[-–+•*]|[a-zđ][.)])?[\s“\"]*(?:(?:đề tài|dự án|đề án|nhiệm vụ|ĐT|DA|ĐA|"
    r"NV)\s*:?\s*[“\"«]?)?$",
    regex.IGNORECASE,
)
_MARKER = regex.compile(r"\s*(?P<marker>[-–+•*]|\(?\d{1,3}(?=\s*[.)\s])|[a-zđ][.)](?=\s))")
_BETWEEN_LISTED = regex.compile(
    r"[\s”“\"'»«;,.:\-–+•*\d)(]*(?:và|cùng)?[\s”“\"'»«\d.]*(?:(?:đề tài|dự án|nhiệm vụ|ĐT|DA|NV)[\s“\"«:]*)?"
)
# TT Tên nhiệm vụ Cơ quan chủ trì: a table's head, and above it what the table is of.
_TABLE_HEAD = regex.compile(r"\s*(?:S?TT|Số TT)(?!\p{L})", regex.IGNORECASE)
_CAPTION = regex.compile(r"\s*(?:biểu|bảng|phụ lục|danh mục)(?!\p{L})", regex.IGNORECASE)
_LONGEST_LABEL = 60
# nổi bật là đề tài …: the words before it say what it is an example of.
_EXAMPLE = regex.compile(
    r"\s*(?:nổi bật|trong (?:đó|ấy|số)|gồm|bao gồm|tiêu biểu|điển hình|cụ thể|kế đến|tiếp đến|đáng chú ý|như)(?!\p{L})",
    regex.IGNORECASE,
)
_TOPIC = regex.compile(r"\s*(?:[-–+•*]|\d+[.)])?\s*(?P<topic>Về\s[^.:;\n]{3,90})[.:]")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What stands before a title, up to the previous one, and after it, up to the next one."""

    before: str
    clause: Passage  # the words of its own clause before it
    lead_in: str  # the words that open its list: `cho gia hạn 06 tháng đối với hai đề tài`
    topic: str  # the words that open its paragraph: `Về tuyển chọn nhiệm vụ mới`
    tail: Passage
    own_end: int  # where its own clause, or in a list its own item, ends
    sentence_end: int
    later_end: int  # where the next title or heading begins
    listed: bool  # only separators stand between the previous title and this one
    joined: bool  # its sentence goes on from the previous title, with nothing but signs before it in its clause
    in_row: bool  # it opens its line


class Context:
    """Looks titles' surroundings up in one document."""

    def __init__(self, document: Document, passages: Passages) -> None:
        self.text = document.text
        self.passages = passages
        self.titles: SpanIndex[Span] = spans_of(document, Label.PROJECT)
        self._headings = SpanIndex(passages.headings)

    def around(self, index: int) -> Surroundings:
        """Give what stands around the title of that number."""
        span = self.titles.spans[index]
        following = self.titles.spans[index + 1] if index + 1 < len(self.titles.spans) else None
        previous_end = self.titles.spans[index - 1].end if index else 0
        start = max(0, span.start - _BACK, previous_end)
        before = self.text[start : span.start]
        line = self.passages.line(span.start)
        in_row = span.start - line.start <= 40 and (_ROW_START.search(self.text[line.start : span.start]) is not None)
        tail = Passage(span.end, self._tail_end(span, following))
        sentence_end = min(self.passages.sentence(span.end - 1).end, tail.end)
        heading = self._headings.first_from(span.end)
        clause = Passage(self._clause_start(start, span.start), span.start)
        return Surroundings(
            before=before,
            clause=clause,
            lead_in=self._lead_in(span, line),
            topic=self._topic(line),
            tail=tail,
            own_end=min(self.passages.line(span.end - 1).end, tail.end)
            if in_row and self._is_item(line, span)
            else self._clause_end(span.end, sentence_end),
            sentence_end=sentence_end,
            later_end=min(
                span.end + 10 * _REACH,
                following.start if following is not None else len(self.text),
                heading.start if heading is not None else len(self.text),
            ),
            listed=index > 0 and start == previous_end and _BETWEEN_LISTED.fullmatch(before) is not None,
            joined=previous_end > self.passages.sentence(span.start).start and not in_row and self._is_bare(clause),
            in_row=in_row,
        )

    def _is_item(self, line: Passage, span: Span) -> bool:
        """Tell whether a title that opens its line opens an item: `đề tài X` without a marker may begin a paragraph."""
        has_marker = _MARKER.match(self.text, line.start, span.start + 1) is not None
        return has_marker or not regex.search(r"\p{L}", self.text[line.start : span.start])

    def _tail_end(self, span: Span, following: Span | None) -> int:
        """Give where the words about a title end: its line, and the field lines (Chủ nhiệm: …) below it."""
        limit = min(len(self.text), span.end + _REACH)
        if following is not None:
            limit = min(limit, following.start)
        line = self.passages.line(span.end - 1)
        opens = _LIST_SIGNS.fullmatch(self.text, self.passages.line(span.start).start, span.start)
        if opens and _END_SIGNS.fullmatch(self.text, span.end, line.end):
            return limit  # a title alone on its line: a flattened table's cells follow it
        end = line.end
        while end < limit and _FIELD_LINE.match(self.text, end):
            end = self.passages.line(end).end
        return min(end, limit)

    def _clause_start(self, start: int, end: int) -> int:
        """Give where the clause before a title begins, with the one before it where the title is its example."""
        sentence = self.passages.sentence(end).start
        borders = {start, max(start, sentence)}
        if sentence > start:
            borders.add(max(start, self.passages.sentence(sentence - 1).start))
        borders |= {match.end() for match in regex.finditer(r"[;\n]", self.text, pos=start, endpos=end)}
        *before, at = sorted(borders)
        return before[-1] if before and _EXAMPLE.match(self.text, at, end) else at

    def _is_bare(self, clause: Passage) -> bool:
        return _BETWEEN_LISTED.fullmatch(self.text, clause.start, clause.end) is not None

    def _clause_end(self, start: int, end: int) -> int:
        stop = regex.search(r"[;\n]", self.text[start:end])
        return start + stop.start() if stop is not None else end

    def _topic(self, line: Passage) -> str:
        found = _TOPIC.match(self.text, line.start, line.end)
        return found["topic"] if found is not None else ""

    def _lead_in(self, span: Span, line: Passage) -> str:
        """Give the words that open the list a title is in: those before its sentence's colon, or above its lines."""
        sentence = self.passages.sentence(span.start)
        first = self.titles.first_in(sentence.start, span.start + 1)
        opening = self.text[sentence.start : first.start if first is not None else span.start]
        before, colon, _ = opening.rpartition(":")
        if colon and regex.search(r"\p{L}{2,}.*\s", before) and len(before) <= _LONGEST_LEAD_IN:
            return _last_clause(before)
        marker = _MARKER.match(self.text, line.start, span.start + 1)
        return self._opening_of_lines(line, marker["marker"]) if marker is not None else ""

    def _opening_of_lines(self, line: Passage, marker: str) -> str:
        """Give the end of the line above a list whose items begin with one kind of marker.

        Between items with numbers there may be lines of prose, so that their list begins above the first.
        """
        kind, at = _marker_kind(marker), line.start
        is_open = kind == "number" and int(marker.strip("(")) > 1  # the first item is still to come
        for _ in range(_MOST_ITEMS):
            if at == 0:
                return ""
            above = self.passages.line(at - 1)
            at = above.start
            content = self.text[above.start : above.end].strip()
            if not content or _FIELD_LINE.match(content):
                continue
            found = _MARKER.match(self.text, above.start, above.end)
            if found is not None and _marker_kind(found["marker"]) == kind:
                is_open = is_open and int(found["marker"].strip("(")) > 1
                continue
            if is_open or _TABLE_HEAD.match(content):
                continue
            if _CAPTION.match(content):
                return content
            if found is not None and not content.endswith((":", ".", ";")) and len(content) <= _LONGEST_LABEL:
                continue  # * Khoa Điện: the label of a group of items
            if (
                self._headings.starting_at(above.start + self.text[above.start : above.end].index(content[0]))
                is not None
            ):
                return ""
            if content.endswith(":"):
                return _last_clause(content[:-1])
            return content if kind == "number" and len(content) <= _LONGEST_LEAD_IN else ""
        return ""


def _marker_kind(marker: str) -> str:
    return "number" if marker.strip("(").isdigit() else "letter" if marker[0].isalpha() else marker


def _last_clause(text: str) -> str:
    """Give the last clause of a lead-in, with the one before it where it only says `trong đó` or `gồm`."""
    clauses = regex.split(r"[.](?=\s)|[;\n]", text)
    last = clauses[-1]
    while len(clauses) > 1 and (_EXAMPLE.match(last) or len(last.strip()) < 15):
        clauses.pop()
        last = f"{clauses[-1]}; {last}"
    return str(last)
