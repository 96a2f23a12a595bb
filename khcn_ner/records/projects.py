"""Projects: PROJECT spans in, one record a title out, from the words around it.

What stands before a title gives its kind and level ("đề tài cấp tỉnh “…”", carried through a list), what follows up to
the next title gives lead, partners, years, status and budget; the title itself says the place.
"""

from __future__ import annotations

from dataclasses import dataclass

import regex

from khcn_ner.document import Document, Span
from khcn_ner.labels import Label
from khcn_ner.records.model import Budget, DateRecord, Dimension, Interval, Project
from khcn_ner.records.organisations import Bodies
from khcn_ner.records.passages import Passage, Passages
from khcn_ner.records.people import without_honorifics
from khcn_ner.records.places import province_at_end
from khcn_ner.records.quantities import normalise_quantity
from khcn_ner.records.span_index import SpanIndex, spans_of
from khcn_ner.records.table_units import TableUnit, in_table_unit, table_units
from khcn_ner.syllables import fold

_KINDS = {
    "đề tài": "đề tài", "đt": "đề tài", "dự án": "dự án", "da": "dự án", "đề án": "đề án", "đa": "đề án",
    "nhiệm vụ": "nhiệm vụ", "nv": "nhiệm vụ",
}  # fmt: skip
_KIND = regex.compile(
    r"(?<![\p{L}\d])(?:đề tài|dự án|đề án|nhiệm vụ|Đề tài|Dự án|Đề án|Nhiệm vụ|ĐỀ TÀI|DỰ ÁN|ĐỀ ÁN|NHIỆM VỤ|ĐT|"
    r"DA|ĐA|NV)(?![\p{L}])"
)
_LEVEL = regex.compile(
    r"cấp\s+(?P<level>nhà nước|quốc gia|bộ|tỉnh|thành phố|cơ sở|huyện|ngành|trường|viện hàn lâm|viện|đhqg|"
    r"đại học)(?!\p{L})",
    regex.IGNORECASE,
)
_LEVEL_FIELD = regex.compile(
    r"cấp quản lý\s*:\s*(?P<level>nhà nước|quốc gia|bộ|tỉnh|thành phố|cơ sở)", regex.IGNORECASE
)
_PLACE = regex.compile(
    r"(?:^|\s)(?:tại|ở|trên địa bàn)\s+(?P<place>(?:các\s+)?(?:\p{Lu}|tỉnh|thành phố|huyện|quận|thị xã|xã|"
    r"phường|vùng|địa bàn|TP)[^;]*)$"
)
_PLACE_OF = regex.compile(r"(?P<place>(?:các\s+)?(?:tỉnh|thành phố|TP\.?|huyện|quận|thị xã|xã|phường)\s+\p{Lu}[^;]*)$")
# `Chủ nhiệm: TS. X` speaks from a sentence or a line of its own; `do TS. X làm chủ nhiệm` only from the title's.
_LEAD_FIELD = regex.compile(
    r"(?:chủ nhiệm|cnđt|cnda|người đứng đầu)(?:\s+(?:đề tài|dự án|nhiệm vụ))?\s*[:\-–]\s*$", regex.IGNORECASE
)
_LEAD_BEFORE = regex.compile(
    r"(?<!\p{L})(?:chủ nhiệm|do|của|nhóm của|chủ nhiệm là)(?:\s+(?:đề tài|dự án))?\s*$", regex.IGNORECASE
)
_AT_ONCE = regex.compile(r"[\s”“\"»)]*[-–(:,\n]?\s*")
_PARTNER_FIELD = regex.compile(
    r"(?:chủ trì|thực hiện|phối hợp|chuyển giao)\s*:\s*(?:[^;\n]{0,120},\s*)?$", regex.IGNORECASE
)
_LEAD_AFTER = regex.compile(
    r"^[^.;\n]{0,90}?(?:làm\s+chủ nhiệm|chủ nhiệm|chủ trì|phụ trách|đứng đầu|làm trưởng nhóm|thực hiện)",
    regex.IGNORECASE,
)
_PARTNER_BEFORE = regex.compile(
    r"(?:chủ trì|thực hiện|phối hợp|chuyển giao|cùng|với|và|do|của|đơn vị|cơ quan|tổ chức|hợp tác|bảo trợ|"
    r"ứng dụng)\s*[:\-–]?\s*(?:với\s+)?$",
    regex.IGNORECASE,
)
_PARTNER_AFTER = regex.compile(
    r"^\s*[,)]?\s*(?:\([^)]{0,40}\)\s*)?(?:làm\s+)?(?:chủ trì|thực hiện|phối hợp|đặt hàng|bảo trợ|chuyển giao|"
    r"triển khai|đối ứng)",
    regex.IGNORECASE,
)
_FIELD_LINE = regex.compile(
    r"\s*[-–+•*]?\s*(?:chủ nhiệm|chủ trì|tổ chức chủ trì|cơ quan chủ trì|đơn vị chủ trì|kinh phí|"
    r"tổng kinh phí|thời gian|cấp quản lý|phối hợp|người đứng đầu|dự toán)",
    regex.IGNORECASE,
)
_STATUS_WORDS = (
    ("nghiệm thu", r"nghiệm thu|bảo vệ cấp|xếp loại"),
    ("đề xuất", r"đề xuất|đăng ký|kiến nghị|xin ý kiến|danh mục đặt hàng|vào danh mục"),
    ("tuyển chọn", r"tuyển chọn|giao trực tiếp|xét duyệt"),
    ("tạm dừng", r"tạm dừng|dừng thực hiện|đình chỉ|thanh lý"),
    ("gia hạn", r"gia hạn"),
    ("triển khai", (r"đang (?:chủ trì |được )?(?:thực hiện|triển khai)|triển khai thực hiện|chuyển tiếp|"
                       r"tiếp tục (?:thực hiện|triển khai)|đã trồng|đẩy nhanh tiến độ")),
    ("phê duyệt", r"phê duyệt|mở mới"),
)  # fmt: skip
_STATUSES = tuple((status, regex.compile(rf"(?<!\p{{L}})(?:{words})(?!\p{{L}})")) for status, words in _STATUS_WORDS)
_GRADE = regex.compile(
    r"(?:xếp loại|đạt loại|loại|kết quả)\s*:?\s*(?P<grade>xuất sắc|giỏi|khá|đạt|không đạt|[ABC](?![\p{L}]))",
    regex.IGNORECASE,
)
_BUDGET = regex.compile(r"(?:kinh phí|dự toán|tổng vốn|tổng mức|ngân sách|vốn|trị giá)[^.;\n]{0,40}$", regex.IGNORECASE)
_LIST_SIGNS = regex.compile(r"[\s\d.)+•*\-–“\"]*")
_END_SIGNS = regex.compile(r"[ .;”\"\n]*")
_LONG_TIME = regex.compile(r"(?:thời gian|thực hiện|từ|giai đoạn|trong|\()\s*[^.;]{0,25}$", regex.IGNORECASE)
_REACH = 320
# 3 Nghiên cứu …, - “Nghiên cứu …: a title that opens its line is a row of a list or a table.
_ROW_START = regex.compile(
    r"^\s*(?:\d{1,3}\s*[.)]?|[-–+•*]|[a-zđ]\))?[\s“\"]*(?:(?:đề tài|dự án|đề án|nhiệm vụ)\s*:?\s*[“\"]?)?$",
    regex.IGNORECASE,
)
# b) Cấp tỉnh: quản lý 31 nhiệm vụ
_LEVEL_ITEM = regex.compile(
    r"\n\s*(?:[a-zđ]\)|[-–+•*]|[\d.]+\)?)?\s*(?:các\s+)?(?:nhiệm vụ\s+|đề tài\s+|dự án\s+)?(?:KH&CN\s+)?"
    r"cấp\s+(?:quốc gia|nhà nước|bộ|tỉnh|thành phố|cơ sở)\s*:",
    regex.IGNORECASE,
)
_DONE = regex.compile(r"(?<!\p{L})(?:đã|được|mở rộng|phối hợp|do)(?!\p{L})")
_GOES_ON = regex.compile(
    r"(?<!\p{L})(?:đúng tiến độ|chậm tiến độ|tiến độ|đang|thực hiện|triển khai|chủ trì|kiểm tra|thanh tra)(?!\p{L})"
)


@dataclass(frozen=True, slots=True)
class _Surroundings:
    """What stands before a title, up to the previous one, and after it, up to the next one."""

    before: str
    tail: Passage
    listed: bool  # only separators stand between the previous title and this one


def _tail_end(document: Document, passages: Passages, span: Span, following: Span | None) -> int:
    """Give where the words about a title end: its line, and the field lines (Chủ nhiệm: …) below it."""
    limit = min(len(document.text), span.end + _REACH)
    if following is not None:
        limit = min(limit, following.start)
    line = passages.line(span.end - 1)
    if _LIST_SIGNS.fullmatch(document.text, passages.line(span.start).start, span.start) and _END_SIGNS.fullmatch(
        document.text, span.end, line.end
    ):
        return limit  # a title alone on its line: a flattened table's cells follow it
    end = line.end
    while end < limit and _FIELD_LINE.match(document.text, end):
        end = passages.line(end).end
    return min(end, limit)


def _surroundings(document: Document, passages: Passages, spans: list[Span], index: int) -> _Surroundings:
    span = spans[index]
    following = spans[index + 1] if index + 1 < len(spans) else None
    start = max(0, span.start - 200, spans[index - 1].end if index else 0)
    between = document.text[start : span.start]
    listed = (
        index > 0
        and start == spans[index - 1].end
        and regex.fullmatch(r"[\s”“\"'»«;,.:\-–+•*\d)(và]*", between) is not None
    )
    tail = Passage(span.end, _tail_end(document, passages, span, following))
    return _Surroundings(between, tail, listed)


def _kind_before(before: str) -> str | None:
    """Give the kind said last before a title, if the words between are only of its list or level."""
    matches = list(_KIND.finditer(before))
    if not matches:
        return None
    last = matches[-1]
    gap = before[last.end() :]
    if len(gap) > 90 or regex.search(r"[.!?]\s+\p{Lu}|\n\s*\n", gap):
        return None
    # "04 đề tài, 01 dự án gồm: “…”" names two kinds: neither is this title's.
    if (
        regex.search(r"(?:gồm|sau|là)\s*:?[\s“\"\-+:]*$", gap)
        and len(matches) > 1
        and len(before) - matches[-2].start() < 60
    ):
        first, second = (_KINDS[match[0].lower()] for match in matches[-2:])
        return first if first == second else None
    return _KINDS[last[0].lower()]


def _level_name(said: str) -> str:
    word = " ".join(said.split()).lower()
    return f"cấp {({'nhà nước': 'Nhà nước', 'bộ': 'Bộ', 'đhqg': 'ĐHQG'}).get(word, word)}"


def _level(before: str, tail: str) -> str | None:
    kinds = list(_KIND.finditer(before))
    near = before[kinds[-1].start() :] if kinds else before[-60:]
    for text in (near, tail[:80]):
        match = _LEVEL.search(text)
        if match:
            return _level_name(match["level"])
    match = _LEVEL_FIELD.search(tail)
    return f"cấp {match['level'].lower()}" if match else None


def _kind_in_brackets(tail: str) -> str | None:
    """Read the kind that stands in brackets after a title: `(dự án nông thôn miền núi)`."""
    match = regex.match(r"\s*[”“\"»]*\s*\((?P<kind>đề tài|dự án|đề án|nhiệm vụ)(?!\p{L})", tail)
    return match["kind"] if match else None


def place_in_title(title: str) -> str | None:
    """Give the place that a title ends with.

    Example:
        >>> place_in_title("Trồng thử nghiệm cây dẻ tại huyện Trùng Khánh, tỉnh Cao Bằng")
        'huyện Trùng Khánh, tỉnh Cao Bằng'
    """
    title = " ".join(title.split())
    for pattern in (_PLACE, _PLACE_OF):
        matches = list(pattern.finditer(title, overlapped=True))
        # The last "tại" of a title names its place; for "tại xã X, huyện Y" the longest name is wanted.
        if matches:
            match = matches[-1] if pattern is _PLACE else matches[0]
            if len(match["place"]) <= 120:
                place = regex.split(
                    r"\s+(?:đến năm|giai đoạn|năm \d|phục vụ|nhằm|theo|bằng|và giải pháp)", match["place"]
                )[0]
                return regex.sub(r"^địa bàn\s+", "", place).strip(' .,”"') or None
    return province_at_end(title)


class _Row:
    """The cells that follow a title in a flattened table: bodies, people, times and amounts with nothing between."""

    def __init__(self, document: Document, cells: SpanIndex[Span], tail: Passage) -> None:
        self._text = document.text
        self._tail = tail
        self._cells = cells

    def holds(self, position: int) -> bool:
        """Tell whether only cells, signs and degrees stand between the title and an offset."""
        rest, at = [], self._tail.start
        cells = [span for span in self._cells.starting_in(self._tail.start, position) if span.end <= position]
        for span in cells:
            rest.append(without_honorifics(self._text[at : span.start]))
            at = span.end
        rest.append(without_honorifics(self._text[at:position]))
        # (dự án nông thôn miền núi) after a title says of what kind it is.
        between = regex.sub(r"^\s*[”“\"»]*\s*\([^()\n]{0,60}\)", "", "\x00".join(rest))
        between = regex.sub(r"(?:thú y )?kiêm nhiệm", "", between)
        return regex.search(r"[\p{L}.;]\p{L}|[:;]|\p{L}{2,}|\.\s", between) is None


def _lead(document: Document, people: SpanIndex[Span], row: _Row, tail: Passage, sentence_end: int) -> str | None:
    for span in people.starting_in(tail.start, tail.end):
        before = without_honorifics(document.text[tail.start : span.start])
        after = document.text[span.end : tail.end]
        near = span.start < sentence_end
        cell = before.endswith("\n") and after.startswith("\n")
        if (
            _LEAD_FIELD.search(before)
            or cell
            or row.holds(span.start)
            or (near and (_LEAD_BEFORE.search(before) or _LEAD_AFTER.match(after) or _AT_ONCE.fullmatch(before)))
        ):
            return " ".join(document.surface(span).split())
    return None


def _partners(
    document: Document,
    bodies: Bodies,
    organisations: SpanIndex[Span],
    *,
    row: _Row,
    tail: Passage,
    sentence_end: int,
) -> tuple[str, ...]:
    names: list[str] = []
    n_taken = 0
    for span in organisations.starting_in(tail.start, tail.end):
        before = document.text[tail.start : span.start]
        after = document.text[span.end : tail.end]
        cell = before.endswith("\n") and after.startswith("\n")
        listed = n_taken > 0 and regex.search(r"(?:,|và|cùng)\s*$", before) is not None
        near = span.start < sentence_end
        said = _PARTNER_AFTER.match(after) or _PARTNER_BEFORE.search(before) or _AT_ONCE.fullmatch(before)
        if _PARTNER_FIELD.search(before) or cell or row.holds(span.start) or (near and (said or listed)):
            names.append(bodies.name_at(span) or document.surface(span))
            n_taken += 1
    return tuple(dict.fromkeys(names))


def _budget(
    document: Document, quantities: SpanIndex[Span], row: _Row, tail: Passage, columns: list[TableUnit]
) -> Budget | None:
    for span in quantities.starting_in(tail.start, tail.end):
        surface = document.surface(span)
        amount = normalise_quantity(surface)
        amount = in_table_unit(surface, amount, span.start, columns) or amount
        before = document.text[tail.start : span.start]
        bare = regex.search(r"(?:^[\s”\"»]*[,:(–\-]|\s[–\-])\s*$", before)
        if (
            amount.dimension is Dimension.CURRENCY
            and "/" not in (amount.unit or "")
            and (_BUDGET.search(before) or bare or row.holds(span.start))
        ):
            value = amount.of if amount.of is not None else amount.value
            return Budget(text=surface, value=value, unit=amount.unit, start=span.start, end=span.end)
    return None


def _years(document: Document, dates: SpanIndex[DateRecord], row: _Row, tail: Passage) -> Interval | None:
    for record in dates.starting_in(tail.start, tail.end):
        if record.from_ is None or record.to is None:
            continue
        before = document.text[tail.start : record.start]
        long = (record.to - record.from_).days > 200
        said = _LONG_TIME.search(before)
        if long and (said or row.holds(record.start) or not regex.search(r"\p{L}{2,}", before)):
            return Interval(from_=record.from_, to=record.to)
    return None


def _status(before: str, sentence: str, row: str) -> str | None:
    """Read what has become of a project: from its clause, its sentence, else, in a table, from the rest of its row."""
    clause = regex.split(r"[.;\n]", before)[-1] if before else ""
    own_tail = regex.split(r";|\n", sentence)[0]
    for text in (clause.lower(), own_tail.lower(), regex.split(r"\n", row)[0].lower()):
        for status, pattern in _STATUSES:
            if pattern.search(text):
                return status
    for text in (clause.lower(), own_tail.lower()):
        if _GOES_ON.search(text):
            return "triển khai"
    return None


def _from_headings(
    document: Document, passages: Passages, start: int, title: str | None
) -> tuple[str | None, str | None]:
    """Read kind and level from the headings above a title in a list, the nearest first, and from the report's title."""
    above = [document.text[heading.start : heading.end] for heading in passages.headings_above(start, n_most=4)]
    listed = list(_LEVEL_ITEM.finditer(document.text, max(0, start - 1500), start))
    above = [match[0] for match in listed[-1:]] + above
    kind = level = None
    for text in (*above, title or ""):
        said = _LEVEL.search(text)
        if level is None and said is not None:
            level = _level_name(said["level"])
        kinds = {_KINDS[match[0].lower()] for match in _KIND.finditer(text) if len(match[0]) > 2}
        if kind is None and len(kinds) == 1:
            kind = kinds.pop()
    return kind, level


def find_projects(
    document: Document,
    bodies: Bodies,
    passages: Passages,
    dates: tuple[DateRecord, ...],
    report_title: str | None = None,
) -> tuple[Project, ...]:
    """Make a record of every PROJECT span, in order."""
    columns, cells = table_units(document.text), SpanIndex(document.spans)
    spans = [span for span in document.spans if span.label is Label.PROJECT]
    people, organisations, quantities = (spans_of(document, label) for label in (Label.PER, Label.ORG, Label.QUANTITY))
    date_index = SpanIndex(dates)
    projects: list[Project] = []
    for index, span in enumerate(spans):
        around = _surroundings(document, passages, spans, index)
        tail = document.text[around.tail.start : around.tail.end]
        kind, level = _kind_before(around.before), _level(around.before, tail)
        sentence_end = min(passages.sentence(span.end - 1).end, around.tail.end)
        line_start = passages.line(span.start).start
        opens = span.start - line_start <= 40
        in_row = opens and _ROW_START.search(document.text[line_start : span.start]) is not None
        status = _status(around.before, document.text[around.tail.start : sentence_end], tail if in_row else "")
        if around.listed and projects:
            previous = projects[-1]
            kind, level, status = kind or previous.kind, level or previous.level, status or previous.status
        above = _from_headings(document, passages, span.start, report_title)
        if in_row or around.listed:
            kind, level = kind or _kind_in_brackets(tail) or above[0], level or above[1]
        said = _LEVEL.search(report_title or "")
        level = level or (_level_name(said["level"]) if said is not None else None)
        title = document.surface(span)
        grade = _GRADE.search(tail)
        row = _Row(document, cells, around.tail)
        lead = _lead(document, people, row, around.tail, sentence_end)
        partners = _partners(document, bodies, organisations, row=row, tail=around.tail, sentence_end=sentence_end)
        assumed: tuple[str, ...] = ()
        if status is None and kind is not None and (lead or partners or in_row or _DONE.search(tail[:160])):
            # Nothing is said of proposing, choosing or accepting it: a project with its people is under way.
            accepted = regex.search("nghiệm thu", report_title or "", regex.IGNORECASE)
            status, assumed = ("nghiệm thu" if accepted else "triển khai"), ("status",)
        projects.append(
            Project(
                title=title,
                start=span.start,
                end=span.end,
                score=span.score,
                kind=kind,
                level=level,
                lead=lead,
                partners=partners,
                place=place_in_title(title),
                years=_years(document, date_index, row, around.tail),
                status=status,
                grade=fold(grade["grade"]).upper()
                if grade and len(grade["grade"]) == 1
                else (fold(grade["grade"]) if grade else None),
                budget=_budget(document, quantities, row, around.tail, columns),
                assumed=assumed,
            )
        )
    return tuple(projects)
