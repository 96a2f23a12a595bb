"""Periods of figures: a number in its clause in, the first and last day of the time that it is for out.

That is the time that its clause says, or a day that its sentence opens with; else that of the plan's or year's heading
above it; else the report's own.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import regex

from khcn_ner.document import Document, Span
from khcn_ner.records.model import DateRecord, Interval, Precision
from khcn_ner.records.passages import Passage, Passages
from khcn_ner.records.span_index import SpanIndex

_LIST_SIGNS = regex.compile(r"(?:[ \-–+•*]|\d{1,2}[.)]|\p{L}\))*")
_TOP_HEADING = regex.compile(r"(?:[IVX]{1,5}|[A-ZĐ])\s*[./)\-–:](?!\d)|(?i:phần)\s|\p{Lu}[\p{Lu}\s]{9}")
_LOOKS_AHEAD = regex.compile(r"phương hướng|trọng tâm|mục tiêu|chỉ tiêu|kế hoạch năm|thời gian tới", regex.IGNORECASE)
_PLANS = regex.compile(
    r"hướng|nhiệm vụ|kế hoạch|mục tiêu|chỉ tiêu|dự kiến|giải pháp|công việc|việc phải làm|sẽ|tiếp theo|chương trình",
    regex.IGNORECASE,
)
_NO_PERIOD_BEFORE = regex.compile(
    r"(?:so với|cùng kỳ|cùng kì|từ|trước|trước ngày|ngày|số \S+|kế hoạch|bắt đầu[\p{L}\s]*|số|so|so cùng kỳ)\s*$"
)
# So với cùng kỳ compares; cùng kỳ năm 2017 mới 31% tells of then.
_SAME_TIME = regex.compile(r"(?<!so với )(?<!so )(?:cùng kỳ|cùng kì)\s*$", regex.IGNORECASE)
_COMPARES = regex.compile(r"(?<!\p{L})(?:so với|so|hơn)(?:\s+\S+){0,3}\s*$", regex.IGNORECASE)
_WHOLE_YEAR = regex.compile(r"[\p{L}\s,]{0,14}?(?<!\p{L})cả năm(?!\p{L})(?!\s*(?:◇|\d))", regex.IGNORECASE)
_WHOLE_BEFORE = regex.compile(r"(?<!\p{L})cả năm(?:\s+(?:là|đạt|được|ước))*\s*$", regex.IGNORECASE)
_SAME_BEFORE = regex.compile(r"(?<!\p{L})(?:cùng kỳ|cùng kì)\s*$", regex.IGNORECASE)
_YEAR_ALONE = regex.compile(r"(?:^|[,;(]|lũy kế|\p{L}{2}\s)\s*năm\s*$", regex.IGNORECASE)
_OPENS_UNTIL = regex.compile(r"(?:tính )?(?:đến|hết)", regex.IGNORECASE)
_ON_DAY = regex.compile(r"(?:đến|tính đến|trong|họp)(?:\s+ngày)?\s*$")
_OWNED = regex.compile(r"\s*(?:của|và)\s")
_TO_NOW = regex.compile(r"\s*(?:đến nay|tới nay|trở lại đây)")
_IN = regex.compile(r"(?:trong|của|cho)\s*$", regex.IGNORECASE)
_SAYS_YEAR = regex.compile(
    r"\s*(?:(?:là|đạt|ước|:|được|có|giao|cấp|dự kiến|thêm|phê duyệt|bố trí|chi)\s*){1,4}", regex.IGNORECASE
)
# What was done where the report's meeting was held.
_ON_OCCASION = regex.compile(r"[\s–+*-]*(?:nhân\s+)?dịp này(?!\p{L})", regex.IGNORECASE)
# Quyết định số 18/QĐ-SKHCN ngày 11/6/2021: phạt …: a document's day is that of what it orders.
_ORDERED = regex.compile(
    r"(?:quyết định|công văn|thông báo) số [^\s:]+(?: của [^:\n]{1,60}?)?(?: ngày)?\s*$", regex.IGNORECASE
)
_GOES_ON = regex.compile(r"\s*(?:đã|đang|có)\s", regex.IGNORECASE)
_UNTIL = regex.compile(r"(?:đến|tính đến|hết|tính đến hết|đến hết)\s*$", regex.IGNORECASE)


class PeriodFinder:
    """Finds the time that each number of a document is for."""

    def __init__(
        self,
        document: Document,
        passages: Passages,
        dates: tuple[DateRecord, ...],
        report: Interval | None,
        meeting: date | None,
    ) -> None:
        self.text = document.text
        self.passages = passages
        self.dates = SpanIndex(dates)
        self.report = report
        self.meeting = meeting
        # Numbers of one sentence ask for the same stretches: what was read from a start is kept, at each place what
        # holds after so many dates from there on.
        self._dated: defaultdict[int, list[DateRecord | None]] = defaultdict(lambda: [None])

    def find(
        self, span: Span, *, start: int, next_start: int, is_cell: bool = False, of_meeting: bool = False
    ) -> Interval | None:
        """Give the time that a number is for.

        Args:
            span: the number.
            start: where its own words begin.
            next_start: where the next number begins.
            is_cell: it is the money of a row, and for the time that the row says.
            of_meeting: it tells of the meeting that the report is about.
        """
        if is_cell:
            line = self.passages.line(span.start)
            beside = self.dates.last_by(span.start)
            if beside is not None and beside.start >= line.start and beside.from_ is not None:
                return Interval(from_=beside.from_, to=beside.to)
        clause = self.passages.clause(span.start)
        sentence = self.passages.sentence(span.start)
        said = self._after(span, min(clause.end, next_start)) or self._beside(start, span.start)
        if said is not None:
            return said
        record = self._last_dated(clause.start, span.start) or self._last_dated(
            sentence.start, min(span.start, sentence.start + 80)
        )
        of_meeting = of_meeting or _ON_OCCASION.match(self.text, sentence.start, sentence.end) is not None
        if record is None and of_meeting and self.meeting is not None:
            return Interval(from_=self.meeting, to=self.meeting)
        record = record or self._of_paragraph(sentence) or self._planned(span)
        return self.report if record is None else self._interval(record)

    def _of_paragraph(self, sentence: Passage) -> DateRecord | None:
        """Give the time that a paragraph opens with, for a sentence that goes on with a verb: `Đã nghiệm thu 03/10`."""
        line = self.passages.line(sentence.start)
        if sentence.start <= line.start or _GOES_ON.match(self.text, sentence.start) is None:
            return None
        before = self.passages.sentence(sentence.start - 1)
        record = self.dates.first_in(before.start, before.start + 12)
        return record if record is not None and _dates_what_follows(self.text, before.start, record) else None

    def _interval(self, record: DateRecord) -> Interval:
        first = record.from_
        before = self.text[max(0, record.start - 12) : record.start]
        is_until = _UNTIL.search(before) is not None or _OPENS_UNTIL.match(record.text)
        is_fine = record.precision in (Precision.DAY, Precision.MONTH, Precision.QUARTER)
        if is_fine and self.report is not None and self.report.from_ and first and is_until:
            first = min(self.report.from_, first)  # đến ngày 10/9: from the period's beginning
        since = _TO_NOW.match(self.text, record.end)
        if since is not None or record.text.lower().endswith("đến nay"):
            return Interval(from_=first, to=self.report.to if self.report is not None else record.to)
        return Interval(from_=first, to=record.to)

    def _after(self, span: Span, end: int) -> Interval | None:
        """Read a time that follows a number: `giao 07 nhiệm vụ trong quý IV`, `1,4 triệu cây cùng kỳ 2019`."""
        record = self.dates.first_in(span.end, min(end, span.end + 70))
        if record is not None and record.from_ is not None:
            said = self.text[span.end : record.start]
            text = record.text.lower()
            same_time = _SAME_TIME.search(said) or text.startswith(("cùng kỳ", "cùng kì"))
            if same_time and not _COMPARES.search(said) and not regex.search(r"[,;.]|\bso\b", said):
                return self._same_time(record)
            until = regex.search(r"(?:tính đến|đến hết|tính đến hết)\s*$", said) or text.startswith("tính đến")
            inside = regex.search(r"(?<!\p{L})trong\s*$", said) or text.startswith("trong ")
            if (until or inside) and not regex.search(r"[,;.]", said):
                return self._interval(record)
        if self._is_short() and regex.match(r"[\p{L}\s]{0,12}\(năm\)", self.text[span.end : span.end + 20]):
            return self._whole_year()
        match = _WHOLE_YEAR.match(self.text, span.end, min(end, span.end + 30))
        return self._whole_year() if match is not None else None

    def _beside(self, start: int, end: int) -> Interval | None:
        """Read a time right before a number: `Lợi nhuận năm 2020 là 86.400`, `cùng kỳ năm 2017 mới 31%`."""
        record = self.dates.last_by(end)
        if record is None or record.start < start or record.from_ is None:
            said = self.text[max(start, end - 60) : end]
            whole = _WHOLE_BEFORE.search(said)
            if _SAME_BEFORE.search(said) and not _COMPARES.search(said):
                return self._year_before()
            if whole is None and self._is_short():
                whole = _YEAR_ALONE.search(said)
            return self._whole_year() if whole is not None else None
        before, between = self.text[max(start, record.start - 20) : record.start], self.text[record.end : end]
        text = record.text.lower()
        if (_SAME_TIME.search(before) or text.startswith(("cùng kỳ", "cùng kì"))) and len(between) <= 30:
            return None if _COMPARES.search(before) else self._same_time(record)
        says = _SAYS_YEAR.fullmatch(between) is not None and between.strip()
        if record.precision is Precision.YEAR and says:
            return None if _NO_PERIOD_BEFORE.search(before.lower()) else Interval(from_=record.from_, to=record.to)
        return None

    def _is_short(self) -> bool:
        """Tell whether the report's time is part of a year, so that năm alone means the whole one."""
        report = self.report
        return (
            report is not None
            and report.from_ is not None
            and report.to is not None
            and (report.to - report.from_).days < 300
        )

    def _year_before(self) -> Interval | None:
        report = self.report
        if report is None or report.from_ is None or report.to is None:
            return None
        first, last = report.from_, report.to
        return Interval(
            from_=first.replace(year=first.year - 1, day=min(first.day, 28)),
            to=last.replace(year=last.year - 1, day=min(last.day, 28) if last.month == 2 else last.day),
        )

    def _whole_year(self) -> Interval | None:
        day = self.report.to if self.report is not None else None
        return None if day is None else Interval(from_=date(day.year, 1, 1), to=date(day.year, 12, 31))

    def _same_time(self, record: DateRecord) -> Interval:
        """Give the report's own months in another year."""
        report, year = self.report, record.to.year if record.to is not None else None
        if report is None or report.from_ is None or report.to is None or year is None:
            return Interval(from_=record.from_, to=record.to)
        if record.precision is not Precision.YEAR or report.from_.year != report.to.year:
            return Interval(from_=record.from_, to=record.to)
        last = report.to.replace(year=year, day=min(report.to.day, 28) if report.to.month == 2 else report.to.day)
        return Interval(from_=report.from_.replace(year=year), to=last)

    def _last_dated(self, start: int, end: int) -> DateRecord | None:
        """Give the last date between two offsets that says when what follows it was."""
        numbers = self.dates.numbers_in(start, end)
        known = self._dated[start]
        for number in numbers[len(known) - 1 :]:
            record = self.dates.spans[number]
            known.append(record if _dates_what_follows(self.text, start, record) else known[-1])
        return known[len(numbers)]

    def _plan_of(self) -> DateRecord | None:
        """Give the time that the opening says the report looks ahead to: `…; phương hướng, nhiệm vụ năm 2017`."""
        if self.report is None or self.report.from_ is None:
            return None
        for record in self.dates.starting_in(0, 2500):
            before = self.text[max(0, record.start - 60) : record.start]
            later = record.from_ is not None and record.from_ > self.report.from_
            if later and record.precision is not Precision.DAY and _LOOKS_AHEAD.search(before):
                return record
        return None

    def _planned(self, span: Span) -> DateRecord | None:
        """Give the time that the heading above a number plans for: `II. NHIỆM VỤ TRỌNG TÂM NĂM 2022`, `6. NĂM 2022`."""
        for heading in self.passages.headings_above(span.start, n_most=8):
            words = self.text[heading.start : heading.end]
            dated = [one for one in self.dates.starting_in(heading.start, heading.end) if one.from_ is not None]
            if dated and (_PLANS.search(words) or self._is_later(dated[-1])):
                return dated[-1]
            if _LOOKS_AHEAD.search(words):
                return self._plan_of()
            if _TOP_HEADING.match(words):
                return None
        return None

    def _is_later(self, record: DateRecord) -> bool:
        """Tell whether a time begins where the report's own ends, or later."""
        last = self.report.to if self.report is not None else None
        return (
            last is not None
            and record.from_ is not None
            and record.from_ > last
            and record.precision is not Precision.DAY
        )


def _dates_what_follows(text: str, start: int, record: DateRecord) -> bool:
    """Tell whether a date, read from `start` on, is the time of the numbers after it."""
    if record.from_ is None:
        return False
    before = text[max(0, record.start - 30) : record.start].lower()
    after = text[record.end : record.end + 12]
    is_day, is_year = record.precision is Precision.DAY, record.precision in (Precision.YEAR, Precision.YEARS)
    opens = _LIST_SIGNS.fullmatch(text, start, record.start) is not None
    said = before.rstrip()
    if is_year and not opens and not said.endswith(("trong", "cả", "toàn")):
        return False  # Lịch khoa học năm 2020 is that year's calendar, not its period
    if is_day and after.lstrip().startswith(":") and _orders(text, start, record.start):
        return True
    is_range = record.from_ != record.to and is_day
    since = said.endswith("từ") and (is_range or _TO_NOW.match(text, record.end) is not None)
    if since and _LIST_SIGNS.fullmatch(said[:-2].rsplit("\n", 1)[-1].rsplit(".", 1)[-1]):
        return True
    is_compared = _NO_PERIOD_BEFORE.search(before) is not None and not (opens and is_day) and not since
    # A table's 8/2021-8/2023 is the time of its row's project.
    is_figures = record.precision is Precision.MONTHS and not record.text[:1].isalpha() and not _IN.search(said)
    is_some_day = is_day and not is_range and not _ON_DAY.search(before)
    is_owned = record.precision is Precision.YEARS and _OWNED.match(after) is not None
    return not (is_compared or is_owned or (not opens and (is_figures or is_some_day)))


def _orders(text: str, start: int, position: int) -> bool:
    """Tell whether a day is that of a document that opens a list's item and orders what follows it."""
    signs = _LIST_SIGNS.match(text, start, position)
    return _ORDERED.fullmatch(text, signs.end() if signs is not None else start, position) is not None
