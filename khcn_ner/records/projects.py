"""Projects: PROJECT spans in, one record a title out, from the words around it.

What stands before a title, opens its list or heads it gives its kind and level ("đề tài cấp tỉnh “…”"); what follows
up to the next title gives lead, partners, years and budget; project_status.py reads how far it is and
project_places.py where.
"""

from __future__ import annotations

import regex

from khcn_ner.document import Document, Span
from khcn_ner.labels import Label
from khcn_ner.records.model import Budget, DateRecord, Dimension, Interval, Project
from khcn_ner.records.organisations import Bodies, kind_of
from khcn_ner.records.passages import Passage, Passages
from khcn_ner.records.people import without_honorifics
from khcn_ner.records.project_context import Context, Surroundings
from khcn_ner.records.project_places import place_in_sentence, place_in_title
from khcn_ner.records.project_status import goes_on, grade_said, is_task, status_of_all, status_said
from khcn_ner.records.quantities import normalise_quantity
from khcn_ner.records.span_index import SpanIndex, spans_of
from khcn_ner.records.table_units import in_table_unit, table_units

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
# `Chủ nhiệm: TS. X` speaks from a sentence or a line of its own; `do TS. X làm chủ nhiệm` only from the title's.
_LEAD_FIELD = regex.compile(
    r"(?:chủ nhiệm|cnđt|cnda|cnnv|người đứng đầu)(?:\s+(?:đề tài|dự án|nhiệm vụ))?\s*[:\-–]\s*$", regex.IGNORECASE
)
_LEAD_BEFORE = regex.compile(
    r"(?<!\p{L})(?:chủ nhiệm|do|của|nhóm của|chủ nhiệm là)(?:\s+(?:đề tài|dự án|nhiệm vụ))?(?:\s+là)?\s*$",
    regex.IGNORECASE,
)
_AT_ONCE = regex.compile(r"[\s”“\"»)]*[-–(:,\n]?\s*")
_PARTNER_FIELD = regex.compile(
    r"(?:chủ trì|thực hiện|phối hợp|chuyển giao|ĐVCT|CQCT|TCCT|ĐVPH)\s*:\s*(?:[^;\n]{0,120},\s*)?$", regex.IGNORECASE
)
_LEAD_AFTER = regex.compile(
    r"^[^.;\n]{0,90}?(?:làm\s+chủ nhiệm|chủ nhiệm|chủ trì|phụ trách|đứng đầu|làm trưởng nhóm|thực hiện)",
    regex.IGNORECASE,
)
_PARTNER_BEFORE = regex.compile(
    r"(?:chủ trì|thực hiện|phối hợp|chuyển giao|cùng|với|và|do|của|đơn vị|cơ quan|tổ chức|hợp tác|bảo trợ|thuê|giao|"
    r"ứng dụng)\s*(?:[:\-–]|là(?=\s))?\s*(?:với\s+)?$",
    regex.IGNORECASE,
)
_PARTNER_AFTER = regex.compile(
    r"^\s*[,)]?\s*(?:\([^)]{0,40}\)\s*)?(?:làm\s+|cam kết\s+)?(?:chủ trì|thực hiện|phối hợp|đặt hàng|bảo trợ|"
    r"chuyển giao|"
    r"triển khai|đối ứng)",
    regex.IGNORECASE,
)
_BUDGET = regex.compile(
    r"(?:kinh phí|(?<!\p{L})KP|dự toán|tổng vốn|tổng mức|ngân sách|vốn|trị giá|dự kiến|tổng số tiền|tài trợ|"
    r"hỗ trợ)[^.;\n]{0,40}$",
    regex.IGNORECASE,
)
# (dự kiến 900 triệu đồng, 2 năm); – Tên đề tài: nội dung. 980 triệu, 24 tháng: what opens a bracket or a sentence.
_AMOUNT_ALONE = regex.compile(r"(?:^[\s”\"»]*[,:(–\-]|\s[–\-])\s*$")
_MONEY_LABEL = regex.compile(r"(?<!\p{L})(?:KP|kinh phí)\s*:?\s*$", regex.IGNORECASE)
_AMOUNT_OF_ITEM = regex.compile(r"[.;]\s+$")
_LONG_TIME = regex.compile(r"(?:thời gian|thực hiện|từ|giai đoạn|trong|\()\s*[^.;]{0,25}$", regex.IGNORECASE)
# b) Cấp tỉnh: quản lý 31 nhiệm vụ; a) Cấp quốc gia
_LEVEL_ITEM = regex.compile(
    r"\n\s*(?:[a-zđ]\)|[-–+•*]|[\d.]+\)?)?\s*(?:các\s+)?(?:nhiệm vụ\s+|đề tài\s+|dự án\s+)?(?:KH&CN\s+)?"
    r"cấp\s+(?:quốc gia|nhà nước|bộ|tỉnh|thành phố|cơ sở)\s*(?:[:\n(])",
    regex.IGNORECASE,
)
_TASK_LEVEL = regex.compile(
    rf"{_KIND.pattern}(?:[\s,]+(?:KH&CN|khoa học và công nghệ|đề tài|dự án))*\s+{_LEVEL.pattern}"
)
_OF_SOME = regex.compile(r"trong (?:đó|ấy)[^.;:]*$", regex.IGNORECASE)
_PART = regex.compile(r"\s*(?:[IVX]+\s*[.)-]|phần\s)", regex.IGNORECASE)
# UBND tỉnh phê duyệt danh mục nhiệm vụ: whose list it is, is whose level.
_APPROVED_BY = regex.compile(r"(?<!\p{L})(?P<level>tỉnh|thành phố)\s+(?:\p{L}+\s+){0,2}?duyệt(?!\p{L})")
# Viện X triển khai dự án “…”; cùng Trường Y làm đề tài “…”
_CARRIES_OUT = regex.compile(
    r"\s*,?\s*(?:(?:đã|đang|tự|cũng|tiếp tục|được giao)\s+){0,2}(?:triển khai|thực hiện|chủ trì|hoàn thành|làm|"
    r"phối hợp|"
    r"nghiên cứu|xây dựng|ứng dụng)(?!\p{L})"
)
_WITH = regex.compile(r"(?<!\p{L})(?:cùng|với|phối hợp)\s*$", regex.IGNORECASE)
_NOT_CARRYING_OUT = regex.compile(
    r"\d|:|(?<!\p{L})(?:đề xuất|trình|duyệt|công nhận|nghiệm thu|giao|kiểm tra|tổ chức|đánh giá|góp ý|ý kiến|tư vấn|"
    r"đề nghị|hội thảo|thẩm định|hội đồng)(?!\p{L})",
    regex.IGNORECASE,
)
# Viện đang làm đề tài, đề tài trọng điểm của Viện, Đơn vị chủ trì đề tài: the report's own body.
_OWN_HEAD = regex.compile(
    r"(?<!\p{L})(?P<head>Sở|Viện|Trung tâm|Trường|Chi cục|Cục|Công ty|Đơn vị)(?=\s+\p{Ll})(?!\s+(?:trực thuộc|"
    r"phối hợp:))"
)
# Hiện nay Trung tâm đang chủ trì 04 đề tài, gồm: who leads all of a list.
_LEADS_LIST = regex.compile(r"\s*,?\s*(?:(?:hiện|đã|đang|tiếp tục|được giao)\s+){0,3}chủ trì(?!\p{L})")
_SECTION = 3000
_OPENS_LINE = 60
_TASK_OF = regex.compile(r"(?i:đề tài|dự án|nhiệm vụ)\s+(?:\p{L}+\s+){0,2}của\s*$")
_BESIDE_LEAD = regex.compile(r"\s*(?:[,(]|[–-]\s|(?:ở|thuộc|công tác tại)\s)\s*")
# BS thú y kiêm nhiệm: a person's occupation between the degree and the name.
_OCCUPATION = regex.compile(r"(?<!\p{L})(?:BS|KS|CN|ThS|TS|DS|KTV)\.?(?:\s\p{Ll}+){1,4}\s*$")


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


def _level_said(before: str, own_tail: str, tail: str) -> str | None:
    kinds = list(_KIND.finditer(before))
    near = before[kinds[-1].start() :] if kinds else before[-60:]
    for text in (near, own_tail[:80]):
        match = _LEVEL.search(text)
        if match:
            return _level_name(match["level"])
    match = _LEVEL_FIELD.search(tail)
    return f"cấp {match['level'].lower()}" if match else None


def _level_of_list(lead_in: str) -> str | None:
    """Read the level from the words that open a list: `02 nhiệm vụ cấp tỉnh gồm`, `nhiệm vụ UBND tỉnh phê duyệt`."""
    said = list(_LEVEL.finditer(lead_in)) or list(_APPROVED_BY.finditer(lead_in))
    return _level_name(said[-1]["level"]) if said else None


def _kind_of_list(*texts: str) -> str | None:
    """Read the kind from the first text that names one and no other."""
    for text in texts:
        kinds = {_KINDS[match[0].lower()] for match in _KIND.finditer(text) if len(match[0]) > 2}
        if len(kinds) == 1:
            return kinds.pop()
    return None


def _kind_in_brackets(tail: str) -> str | None:
    """Read the kind that stands in brackets after a title: `(dự án nông thôn miền núi)`."""
    match = regex.match(r"\s*[”“\"»]*\s*\((?P<kind>đề tài|dự án|đề án|nhiệm vụ)(?!\p{L})", tail)
    return match["kind"] if match else None


_BRACKET_AT_START = regex.compile(r"^\s*[”“\"»]*\s*\([^()\n]{0,60}\)")
_WORDS_BETWEEN = regex.compile(r"[\p{L}.;]\p{L}|[:;]|\p{L}{2,}|\.\s")


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
            rest.append(_without_titles(self._text[at : span.start]))
            at = span.end
        rest.append(_without_titles(self._text[at:position]))
        # (dự án nông thôn miền núi) after a title says of what kind it is.
        between = _BRACKET_AT_START.sub("", "\x00".join(rest))
        return _WORDS_BETWEEN.search(between) is None


def _without_titles(before: str) -> str:
    return str(_OCCUPATION.sub("", without_honorifics(before)))


class _Reader:
    """Reads the facts about the titles of one document."""

    def __init__(
        self,
        document: Document,
        bodies: Bodies,
        passages: Passages,
        dates: tuple[DateRecord, ...],
        *,
        title: str | None,
        own_body: str | None,
    ) -> None:
        self.document, self.bodies, self.passages = document, bodies, passages
        self.own_body = own_body
        self.text = document.text
        self.report_title = title or ""
        self.context = Context(document, passages)
        self._cells = SpanIndex(document.spans)
        self._columns = table_units(document.text)
        self._people, self._organisations, self._quantities = (
            spans_of(document, label) for label in (Label.PER, Label.ORG, Label.QUANTITY)
        )
        self._dates = SpanIndex(dates)

    def read(self, index: int, previous: Project | None) -> Project:
        """Make the record of one title; `previous` is the one before it in its list."""
        span = self.context.titles.spans[index]
        around = self.context.around(index)
        row = _Row(self.document, self._cells, around.tail)
        kind, level = self._kind_and_level(span, around, previous if around.listed or around.joined else None)
        previous = previous if around.listed else None
        title = self.document.surface(span)
        tail = self.text[around.tail.start : around.tail.end]
        own_tail = self.text[span.end : around.own_end]
        grade = grade_said(tail, self.text[span.end : around.later_end])
        status, assumed = self._status(span, around, previous, kind=kind, grade=grade)
        found = self._lead(row, around)
        lead = " ".join(self.document.surface(found).split()) if found is not None else None
        return Project(
            title=title,
            start=span.start,
            end=span.end,
            score=span.score,
            kind=kind,
            level=level,
            lead=lead,
            partners=self._partners(row, around, found),
            place=place_in_title(title) or place_in_sentence(own_tail),
            years=self._years(row, around.tail),
            status=status,
            grade=grade,
            budget=self._budget(row, around),
            assumed=assumed,
        )

    def _kind_and_level(
        self, span: Span, around: Surroundings, previous: Project | None
    ) -> tuple[str | None, str | None]:
        tail = self.text[around.tail.start : around.tail.end]
        level = _level_said(around.before, self.text[span.end : around.own_end], tail) or _level_of_list(around.lead_in)
        kind = _kind_before(around.before) or _kind_in_brackets(tail)
        if previous is not None:
            kind, level = kind or previous.kind, level or previous.level
        level = level or self._level_of_paragraph(span) or self._level_of_item(span)
        above = self._above(span.start)
        kind = kind or _kind_of_list(around.lead_in, around.topic)
        if around.in_row or around.listed:
            kind = kind or _kind_of_list(*above, self.report_title)
            level = level or next((found for found in map(_level_of_heading, above) if found is not None), None)
        return kind, level or _level_of_heading(self.report_title)

    def _above(self, start: int) -> list[str]:
        """Give the headings above a title, up to the nearest one of a part (`II. …`)."""
        headings = self.passages.headings_above(start, n_most=4)
        texts = [self.text[heading.start : heading.end] for heading in headings]
        part = next((number for number, text in enumerate(texts) if _PART.match(text)), len(texts))
        return texts[: part + 1]

    def _level_of_item(self, span: Span) -> str | None:
        """Read the level that opens the items around a title: `b) Cấp tỉnh: quản lý 31 nhiệm vụ`."""
        heading = self.passages.heading(span.start)
        start = max(0, span.start - 1500, heading.start - 1 if heading is not None else 0)
        items = list(_LEVEL_ITEM.finditer(self.text, start, span.start))
        return _level_of_heading(items[-1][0]) if items else None

    def _level_of_paragraph(self, span: Span) -> str | None:
        """Read the level of the tasks that the paragraph up to a title is about."""
        start = max(self.passages.line(span.start).start, span.start - 1000)
        said = [
            match
            for match in _TASK_LEVEL.finditer(self.text, start, span.start)
            if self.context.titles.first_in(match.end(), match.end() + 4) is None  # đề tài cấp cơ sở “…” is another's
        ]
        levels = {_level_name(match["level"]) for match in said}
        of_some = bool(said) and _OF_SOME.search(self.text[max(start, said[-1].start() - 20) : said[-1].start()])
        return levels.pop() if len(levels) == 1 and not of_some else None

    def _status(
        self, span: Span, around: Surroundings, previous: Project | None, *, kind: str | None, grade: str | None
    ) -> tuple[str | None, tuple[str, ...]]:
        clause = self.text[around.clause.start : around.clause.end]
        own_tail = regex.split(r";|\n", self.text[span.end : around.sentence_end])[0]
        row = self.text[span.end : around.tail.end].split("\n")[0] if around.in_row else ""
        status = status_said((clause, own_tail, around.lead_in, row))
        if grade is not None and status in (None, "triển khai"):
            return "nghiệm thu", ()
        if status is None and previous is not None:
            return previous.status, previous.assumed
        if status is None and goes_on((clause, own_tail)):
            status = "triển khai"
        status = (
            status or status_said((around.topic,)) or status_of_all((*self._above(span.start)[:2], self.report_title))
        )
        if status is None and (kind not in (None, "đề án") or (kind is None and around.in_row)) and is_task((clause,)):
            # Nothing is said of proposing, choosing or accepting it: a project that is told of is under way.
            return "triển khai", ("status",)
        return status, ()

    def _lead(self, row: _Row, around: Surroundings) -> Span | None:
        tail = around.tail
        for span in self._people.starting_in(tail.start, tail.end):
            before = without_honorifics(self.text[tail.start : span.start])
            after = self.text[span.end : tail.end]
            near = span.start < (around.own_end if around.in_row else around.sentence_end)
            cell = before.endswith("\n") and after.startswith("\n")
            said = _LEAD_BEFORE.search(before) or _LEAD_AFTER.match(after) or _AT_ONCE.fullmatch(before)
            if (
                _LEAD_FIELD.search(before)
                or cell
                or row.holds(span.start)
                or (near and (said or self._beside(span, tail)))
            ):
                return span
        return None

    def _beside(self, person: Span, tail: Passage) -> bool:
        """Tell whether a person stands behind the body that carries a project out: `: Viện X, TS. Y`."""
        body = self._organisations.last_by(person.start)
        if body is None or body.start < tail.start:
            return False
        joint = without_honorifics(self.text[body.end : person.start])
        before = self.text[tail.start : body.start]
        partner = _AT_ONCE.fullmatch(before) or _PARTNER_BEFORE.search(before)
        return partner is not None and regex.fullmatch(r"\s*[,(–-]\s*", joint) is not None

    def _partners(self, row: _Row, around: Surroundings, lead: Span | None) -> tuple[str, ...]:
        tail = around.tail
        names = [self._name(span) for span in self._partners_before(around)]
        names = names or self._leading_list(around)
        meant = self._bare_actor(around.clause)
        names += [meant] if meant is not None else []
        n_taken = 0
        end = around.own_end if around.in_row else min(around.sentence_end, around.own_end)
        for span in self._organisations.starting_in(tail.start, tail.end):
            before = self.text[tail.start : span.start]
            after = self.text[span.end : tail.end]
            cell = before.endswith("\n") and after.startswith("\n")
            listed = n_taken > 0 and regex.search(r"(?:,|và|cùng)\s*$", before) is not None
            said = (
                _PARTNER_AFTER.match(after)
                or _PARTNER_BEFORE.search(before)
                or _AT_ONCE.fullmatch(before)
                or self._lead_is_of(span, lead)
            )
            if (
                _PARTNER_FIELD.search(before)
                or cell
                or row.holds(span.start)
                or (span.start < end and (said or listed))
            ):
                names.append(self._name(span))
                n_taken += 1
        return tuple(dict.fromkeys(names))

    def _name(self, body: Span) -> str:
        return self.bodies.name_at(body) or self.document.surface(body)

    def _lead_is_of(self, body: Span, lead: Span | None) -> bool:
        """Tell whether a body stands beside the lead as his: `do TS. X (Viện Y) làm chủ nhiệm`."""
        return lead is not None and _BESIDE_LEAD.fullmatch(self.text, lead.end, body.start) is not None

    def _partners_before(self, around: Surroundings) -> list[Span]:
        """Give the bodies that a title's clause says to carry it out: `Viện X triển khai dự án “…”`."""
        start, end = around.clause.start, around.clause.end
        if not _KIND.search(self.text, start, end):
            return []
        found = []
        for span in self._organisations.starting_in(start, end):
            gap = self.text[span.end : end]
            for other in self._organisations.starting_in(span.end, end):
                gap = gap.replace(self.document.surface(other), "")
            acts = _CARRIES_OUT.match(self.text, span.end, end) or _WITH.search(self.text[start : span.start])
            if acts and not _NOT_CARRYING_OUT.search(gap):
                found.append(span)
        return found

    def _leading_list(self, around: Surroundings) -> list[str]:
        """Give the body that the words opening a title's list say to lead all of it."""
        end = around.clause.end
        start = self.text.rfind(around.lead_in, max(0, end - _SECTION), end) if around.lead_in else -1
        if start < 0:
            return []
        stop = start + len(around.lead_in)
        for body in self._organisations.starting_in(start, stop):
            if _LEADS_LIST.match(self.text, body.end, stop):
                return [self._name(body)]
        for match in _OWN_HEAD.finditer(self.text, start, stop):
            if self._organisations.over(match.start()) is None and _LEADS_LIST.match(self.text, match.end(), stop):
                name = self._last_subject(match["head"].lower(), match.start())
                return [name] if name is not None else []
        return []

    def _last_subject(self, kind: str, at: int) -> str | None:
        """Give the body that a bare head speaks of: the report's own, else the last of its kind that opens a line."""
        if self.own_body is not None and kind_of(self.own_body) == kind:
            return self.own_body
        for body in reversed(self._organisations.starting_in(max(0, at - _SECTION), at)):
            opens = body.start - self.passages.line(body.start).start < _OPENS_LINE
            if opens and kind_of(self._name(body)) == kind:
                return self._name(body)
        return None

    def _bare_actor(self, clause: Passage) -> str | None:
        """Give the body that a title's clause names by its bare head: the one of its heading, or the report's own."""
        for match in _OWN_HEAD.finditer(self.text, clause.start, clause.end):
            acts = _CARRIES_OUT.match(self.text, match.end(), clause.end)
            of_it = _TASK_OF.search(self.text, clause.start, match.start())
            if self._organisations.over(match.start()) is not None or not (acts or of_it):
                continue
            if _NOT_CARRYING_OUT.search(self.text[match.end() : clause.end]):
                return None
            kinds = (match["head"].lower(),)
            heading = self.passages.heading(clause.end)
            headed = self._organisations.first_in(heading.start, heading.end) if heading is not None else None
            for name in (self._name(headed) if headed is not None else None, self.own_body):
                if name is not None and ("đơn vị" in kinds or kind_of(name) in kinds):
                    return name
        return None

    def _budget(self, row: _Row, around: Surroundings) -> Budget | None:
        tail = around.tail
        for span in self._quantities.starting_in(tail.start, tail.end):
            surface = self.document.surface(span)
            amount = normalise_quantity(surface)
            before = self.text[tail.start : span.start]
            in_cell = _MONEY_LABEL.search(before) is not None or row.holds(span.start)
            amount = in_table_unit(surface, amount, span.start, self._columns, whole=in_cell) or amount
            of_item = around.in_row and span.start < around.own_end and _AMOUNT_OF_ITEM.search(before)
            if (
                amount.dimension is Dimension.CURRENCY
                and "/" not in (amount.unit or "")
                and (_BUDGET.search(before) or _AMOUNT_ALONE.search(before) or of_item or row.holds(span.start))
            ):
                value = amount.of if amount.of is not None else amount.value
                return Budget(text=surface, value=value, unit=amount.unit, start=span.start, end=span.end)
        return None

    def _years(self, row: _Row, tail: Passage) -> Interval | None:
        for record in self._dates.starting_in(tail.start, tail.end):
            if record.from_ is None or record.to is None:
                continue
            before = self.text[tail.start : record.start]
            long = (record.to - record.from_).days > 200
            said = _LONG_TIME.search(before)
            if long and (said or row.holds(record.start) or not regex.search(r"\p{L}{2,}", before)):
                return Interval(from_=record.from_, to=record.to)
        return None


def _level_of_heading(text: str) -> str | None:
    said = _LEVEL.search(text)
    return _level_name(said["level"]) if said is not None else None


def find_projects(
    document: Document,
    bodies: Bodies,
    passages: Passages,
    dates: tuple[DateRecord, ...],
    report_title: str | None = None,
    *,
    own_body: str | None = None,
) -> tuple[Project, ...]:
    """Make a record of every PROJECT span, in order; `own_body` is the name of the report's own body."""
    reader = _Reader(document, bodies, passages, dates, title=report_title, own_body=own_body)
    projects: list[Project] = []
    for index in range(len(reader.context.titles.spans)):
        projects.append(reader.read(index, projects[-1] if projects else None))
    return tuple(projects)
