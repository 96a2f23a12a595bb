"""The report as a whole: its title, number, own body, period and event, read from its opening."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import regex

from khcn_ner.document import Document, Span
from khcn_ner.labels import Label
from khcn_ner.records.dates import normalise_date
from khcn_ner.records.model import DateRecord, Event, Period, Precision
from khcn_ner.records.organisations import Bodies, kind_of, spell_out
from khcn_ner.records.passages import NAVIGATION, Passage, Passages
from khcn_ner.records.places import main_province, province_at_end
from khcn_ner.records.span_index import SpanIndex, spans_of

_OPENING = 1800
_LETTERHEAD = regex.compile(
    r"^\s*(?:cộng h|.{0,90}độc lập\s*[-–]|(?:cổng|trang)\s+thông tin|tin\s+(?:hoạt động|tức|trong|nổi bật)\b|"
    r"số\s*:|số\s+\d+[/-]|kính gửi|nơi nhận|đảng cộng sản|mẫu số|"
    r"[\p{L}\s.]{2,40},\s*ngày\s|đơn vị lập|v/v)",
    regex.IGNORECASE,
)
_DOCUMENT_TYPE = regex.compile(
    r"(?:báo cáo|kế hoạch|biên bản|thông báo|tờ trình|kết luận|đề án|chương trình|quyết định|công văn|ghi chú|"
    r"hướng dẫn|nghị quyết)(?:\s+(?:họp|cuộc họp|làm việc|hội nghị|nghiệm thu|kiểm tra|nhanh|tóm tắt|tổng kết|"
    r"sơ kết|thanh tra|kỹ thuật tổng hợp|tổng hợp|chuyên đề|"
    r"kỹ thuật|thống kê(?: số \d+)?))?\s*",
    regex.IGNORECASE,
)
_MENU = regex.compile(
    r"(?<!\p{L})(?:trang chủ|giới thiệu|tin tức|văn bản|dịch vụ công|hỏi đáp|liên hệ|sơ đồ|thư viện|tin hoạt động|"
    r"thủ tục)"
    r"(?!\p{L})",
    regex.IGNORECASE,
)
_VERBS_IN_TITLES = regex.compile(
    r"họp|tổ chức|tổng kết|sơ kết|hội nghị|kết quả|triển khai|đẩy mạnh|tăng cường|hoàn thành|báo cáo|công bố|"
    r"nghiệm thu",
    regex.IGNORECASE,
)
_TITLE_PERIOD = regex.compile(
    r"(?:\d{1,2}|sáu|chín|ba)\s*(?:tháng|t)\s*(?:(?:đầu|cuối)\s*năm\s*(?:\d{4})?|/\s*\d{4})|(?:quý|quí|"
    r"q\.?)\s*(?:IV|III|II|I|[1-4])\s*(?:/|năm|-)\s*\d{4}"
    r"|tháng\s*\d{1,2}\s*(?:/|năm)\s*\d{4}|năm\s*\d{4}",
    regex.IGNORECASE,
)
# Chuyện một năm, nhìn lại năm qua: the year of the report, without its number.
_WHOLE_YEAR = regex.compile(r"(?<!\p{L})(?:một năm|năm qua)(?!\p{L})", regex.IGNORECASE)
# A period that the report looks ahead to: `phương hướng, nhiệm vụ trọng tâm 3 tháng cuối năm`.
_AHEAD = regex.compile(
    r"(?<!\p{L})(?:phương hướng|nhiệm vụ|kế hoạch|giao ước|trọng tâm|triển khai|việc|giải pháp|"
    r"chương trình công tác|KH)"
    r"(?:[\s,]+(?:phương hướng|nhiệm vụ|công tác|trọng tâm|kế hoạch|giải pháp|thi đua|hoạt động|chủ yếu|tâm|"
    r"và|trong|của|cho|KH&CN|NV|KH))*\s*$",
    regex.IGNORECASE,
)
_FROM_ON = regex.compile(r"(?<!\p{L})(?:từ|kể từ|bắt đầu)\s*$", regex.IGNORECASE)
_TOLD = regex.compile(r"(?:kết quả|tình hình|sơ kết|tổng kết|đánh giá)[^.;\n]{0,60}$", regex.IGNORECASE)
_HALF_TOLD = regex.compile(r"nửa (?:chặng|năm|đầu)|sơ kết|giữa năm|nửa đầu", regex.IGNORECASE)
_COMPARED = regex.compile(r"(?:so với|cùng kỳ|cùng kì|so cùng kỳ)[\p{L}\s]{0,20}$", regex.IGNORECASE)
_PERIOD_PRECISIONS = (Precision.HALF, Precision.MONTHS, Precision.QUARTER)

_EVENT_KIND = regex.compile(
    r"(?<!\p{L})(?<!phòng |tuần )(?:hội nghị|hội thảo|hội thi|tọa đàm|toạ đàm|đại hội|phiên họp|cuộc họp|buổi họp|"
    r"buổi làm việc|lễ [\p{L}]+(?: [\p{L}]+)?|lớp tập huấn"
    r"|diễn đàn|ngày hội|họp báo|họp|tập huấn|giao ban|sơ kết|tổng kết|làm việc)(?!\p{L})",
    regex.IGNORECASE,
)
_AT_OR_WITH = regex.compile(
    r"(?<!\p{L})(?:tại|hội trường|trụ sở|của|cùng|với|phòng|cho|tại\s[^,.;]{1,25},)\s*$", regex.IGNORECASE
)
_BETWEEN = regex.compile(r"(?:buổi làm việc|cuộc họp|hội nghị|cuộc làm việc|tọa đàm)\s+giữa\s+", regex.IGNORECASE)
_OF = regex.compile(r"(?:trực thuộc|thuộc|của)\s*$")
_HELD = r"(?:tổ chức|họp|sơ kết|tổng kết|khai mạc|phối hợp|tiến hành|chủ trì|mở|làm việc|công bố)"
_IS_HELD = regex.compile(_HELD + r"|diễn ra")
_HOLDS = regex.compile(rf"[\s(\p{{L}}&)]{{0,25}}?\s*(?:đã\s+|vừa\s+)?{_HELD}(?!\p{{L}})")
_CHAIRED = regex.compile(r"(?<!\p{L})(?:chủ trì|điều hành)(?!\p{L})", regex.IGNORECASE)
_NO_CHAIR = regex.compile(
    r"chủ trì (?:thực hiện|đề tài|dự án|nhiệm vụ|tham mưu|xây dựng|,? ?phối hợp)", regex.IGNORECASE
)
_BODY_IN_CHARGE = regex.compile(r"(?:đơn vị|cơ quan|tổ chức|được|giao)\s*$", regex.IGNORECASE)
# Chủ trì hội nghị là ông X; dưới sự chủ trì của đồng chí X
_CHAIR_AFTER = regex.compile(r"chủ trì(?:\s+(?:\p{Ll}+\s+){0,4}?(?:là|có|gồm|:)|\s+của|\s*:)\s*", regex.IGNORECASE)
# Đồng chí Giám đốc chủ trì cuộc họp: whoever was named with that office before
_CHAIR_BY_OFFICE = regex.compile(
    r"(?P<title>(?:Phó\s+)?(?:Giám đốc|Chủ tịch|Chi cục trưởng|Viện trưởng|Bí thư))(?:\s+Sở)?\s*$"
)
_LINE = regex.compile(r"[^\n]+")


@dataclass(frozen=True, slots=True)
class Opening:
    """The report's title, whole lines, with where it stands."""

    title: str | None
    start: int
    end: int


def _is_letterhead(content: str, organisations: SpanIndex[Span], line: Passage) -> bool:
    if _LETTERHEAD.match(content):
        return True
    letters = [character for character in content if character.isalpha()]
    capitals = bool(letters) and all(character.isupper() for character in letters)
    numbers = organisations.numbers_in(0, line.start + 3)
    if numbers and organisations.spans[numbers[-1]].end >= line.start + len(content) - 1:
        return True  # a body's name alone on its line
    body = kind_of(regex.sub(r"^TT\.?\s", "trung tâm ", content)) is not None
    return capitals and len(content) <= 110 and body and not _VERBS_IN_TITLES.search(content)


def find_title(document: Document, passages: Passages) -> Opening:
    """Find the first line that is a title: no navigation, letterhead, number or date line."""
    organisations = spans_of(document, Label.ORG)
    lines = [(line, document.text[line.start : line.end].strip()) for line in passages.lines()[:60]]
    for number, (line, content) in enumerate(lines):
        if sum(character.isalpha() for character in content) < 8 and not _DOCUMENT_TYPE.fullmatch(content):
            continue
        if (
            NAVIGATION.search(content)
            or len(_MENU.findall(content)) >= 3
            or _is_letterhead(content, organisations, line)
        ):
            continue
        start = line.start + document.text[line.start : line.end].index(content[0])
        end = start + len(content)
        if _DOCUMENT_TYPE.fullmatch(content):
            for following, more in lines[number + 1 : number + 4]:
                if (not more and end > start + len(content)) or more.startswith("("):
                    break
                if more and (_LETTERHEAD.match(more) or len(more) > 300 or regex.match(r"[IVX\d]+\.\s", more)):
                    break
                if more:
                    end = following.start + len(document.text[following.start : following.end].rstrip())
        elif len(content) > 300:
            return Opening(None, 0, 0)
        return Opening(" ".join(document.text[start:end].split()), start, end)
    return Opening(None, 0, 0)


def find_number(text: str) -> str | None:
    """Find the report's own number: a `Số: 914/BC-SKHCN` line in the opening."""
    match = regex.search(
        r"(?:^|\n|"
        r"\()\s*[Ss]ố\s*:?\s*(?P<number>\d{1,5}\s*[/\-]\s*[\p{Lu}\d][\p{L}\d&/\-]*(?:(?<=-)\s?\p{Lu}{2}[\p{L}&/\-]*)?)",
        text[:_OPENING],
    )
    return regex.sub(r"\s", "", match["number"]) if match else None


def find_issuer(
    document: Document, bodies: Bodies, opening: Opening, event: Event | None
) -> tuple[str | None, str | None, tuple[str, ...]]:
    """Find the report's own body: its letterhead's, its event's host, or the Sở it names most.

    Returns:
        The issuer's name with its province; the name as `bodies` know it; and ["issuer"] if the province was added.
    """
    name = _letterhead_body(document, bodies, opening)
    if (
        name is None
        and event is not None
        and event.host is not None
        and kind_of(event.host) in ("sở", "bộ", "trung tâm", "chi cục", "viện", "cục")
    ):
        name = event.host
    if name is None:
        name = _title_body(document, bodies, opening) or _most_named(bodies)
    if name is None:
        return None, None, ()
    if (
        kind_of(name) in ("sở", "chi cục", "trung tâm")
        and province_at_end(name) is None
        and not regex.search(r"(?:tỉnh|thành phố)\s+\p{Lu}", name)
    ):
        province = main_province(document.text)
        if province is not None and province not in name:
            return f"{name} {province}", name, ("issuer",)
    return name, name, ()


def _title_body(document: Document, bodies: Bodies, opening: Opening) -> str | None:
    """Give the unit whose work a headline tells: the only body that it names, if that is no Sở or higher."""
    named = spans_of(document, Label.ORG).starting_in(opening.start, opening.end)
    names = {bodies.name_at(span) for span in named}
    name = names.pop() if len(names) == 1 else None
    return name if name is not None and kind_of(name) in ("trung tâm", "chi cục", "viện", "công ty", "trường") else None


def _most_named(bodies: Bodies) -> str | None:
    counts: Counter[str] = Counter()
    for record in bodies.records:
        counts[record.name] += len(record.mentions)
        if record.parent is not None:
            counts[record.parent] += 1  # Văn phòng Sở X names the Sở too
    counted = sorted(
        (
            (n_mentions, name)
            for name, n_mentions in counts.items()
            if kind_of(name) == "sở" and "khoa học" in name.lower()
        ),
        reverse=True,
    )
    if not counted or (len(counted) > 1 and counted[0][0] == counted[1][0]):
        return None
    return counted[0][1]


def _letterhead_body(document: Document, bodies: Bodies, opening: Opening) -> str | None:
    """Give the last body above the title or the number line that stands alone on its line."""
    found: str | None = None
    organisations = spans_of(document, Label.ORG)
    limit = opening.start if opening.title else min(len(document.text), 400)
    for match in _LINE.finditer(document.text, 0, limit):
        content = match[0].strip()
        letters = [character for character in content if character.isalpha()]
        if len(letters) < 6 or not all(character.isupper() for character in letters):
            continue
        kind = kind_of(spell_out(content))
        if kind in (None, "ubnd", "hđnd"):
            continue
        span = organisations.first_in(match.start(), match.end())
        found = (bodies.name_at(span) if span is not None else None) or spell_out(content)
    return found


def find_period(
    document: Document, dates: tuple[DateRecord, ...], opening: Opening, *, year: int | None
) -> Period | None:
    """Find the time that the report is about: the title's, else the first `… tháng đầu năm`, `quý …`."""
    text = document.text
    usable = [
        record
        for record in dates
        if record.from_ is not None and not _COMPARED.search(text[max(0, record.start - 40) : record.start])
    ]
    in_title = [record for record in usable if opening.start <= record.start < opening.end]
    in_title = [record for record in in_title if not _begins_with(text[opening.start : record.start], record)]
    wanted = (*_PERIOD_PRECISIONS, Precision.YEAR, Precision.MONTH)
    for record in in_title:
        ahead = _AHEAD.search(text[opening.start : record.start])
        half_told = record.precision is Precision.YEAR and _HALF_TOLD.search(opening.title or "")
        if half_told and any(later.precision is Precision.HALF and later.start < _OPENING for later in usable):
            break
        if record.precision in wanted and (not ahead or record is in_title[0]):
            return _period(record)
    if not in_title and (unmarked := _unmarked_period(text, opening, year)) is not None:
        return unmarked
    later = [record for record in usable if record.start >= opening.end]
    for limit in (_OPENING, len(text)):
        for record in later:
            before = text[max(0, record.start - 90) : record.start]
            is_ahead = _AHEAD.search(before) is not None and _TOLD.search(before) is None
            # Far into the text only `… tháng đầu năm` is surely the report's period; a quarter may be any.
            if record.start >= _OPENING and (record.precision is Precision.QUARTER or _month(record) != 1):
                continue
            if (
                record.start < limit
                and record.precision in _PERIOD_PRECISIONS
                and not is_ahead
                and _in_one_year(record)
            ):
                return _period(record)
    for record in later:
        if (
            record.start < _OPENING
            and record.precision is Precision.YEAR
            and record.from_
            and record.from_.year == year
        ):
            return _period(record)
    return None


def _unmarked_period(text: str, opening: Opening, year: int | None) -> Period | None:
    """Read a title's time that no span marks: `quý I/2024`, or a year told without its number (`chuyện một năm`)."""
    if opening.title is None:
        return None
    match = _TITLE_PERIOD.search(text, opening.start, opening.end)
    if match is not None and not _FROM_ON.search(opening.title.rpartition(" năm ")[0]):
        read = normalise_date(match[0], year=year)
        if read.from_ is not None:
            start, end = match.span()
            return Period(text=match[0], from_=read.from_, to=read.to, assumed=read.assumed, start=start, end=end)
    said = _WHOLE_YEAR.search(text, opening.start, opening.end)
    if said is None or year is None:
        return None
    first, last = date(year, 1, 1), date(year, 12, 31)
    return Period(text=said[0], from_=first, to=last, assumed=("from", "to"), start=said.start(), end=said.end())


def _begins_with(before: str, record: DateRecord) -> bool:
    """Tell whether a year is only when something begins: `thực hiện từ năm 2023`."""
    return record.precision is Precision.YEAR and _FROM_ON.search(before) is not None


def _month(record: DateRecord) -> int | None:
    return record.from_.month if record.from_ is not None else None


def _in_one_year(record: DateRecord) -> bool:
    return (
        record.part is None
        and record.from_ is not None
        and record.to is not None
        and record.from_.year == record.to.year
    )


def _period(record: DateRecord) -> Period:
    return Period(
        text=record.text, from_=record.from_, to=record.to, assumed=record.assumed, start=record.start, end=record.end
    )


def find_event(
    document: Document, bodies: Bodies, passages: Passages, dates: tuple[DateRecord, ...], opening: Opening
) -> Event | None:
    """Find the meeting that the report tells of: the first sentence of the opening with a day, a meeting and a body."""
    text = document.text
    organisations, people = spans_of(document, Label.ORG), spans_of(document, Label.PER)
    # A letterhead's report tells of no meeting, unless at once; news tells of one in its opening.
    official = opening.title is not None and _DOCUMENT_TYPE.match(opening.title) is not None
    reach = (opening.end if opening.title else 0) + (500 if official else _OPENING)
    for record in dates:
        if record.start >= reach or record.precision is not Precision.DAY or record.start < opening.start:
            continue
        sentence = passages.sentence(record.start)
        before_date = text[max(sentence.start, record.start - 20) : record.start].lower()
        if regex.search(r"thời gian\s*:?\s*(?:từ\s*)?$", before_date):
            titled = _EVENT_KIND.search(opening.title or "")
            in_title = organisations.first_in(opening.start, opening.end)
            if titled is not None:
                host = bodies.name_at(in_title) if in_title is not None else None
                return Event(date=record.from_, kind=titled[0].lower(), host=host, start=record.start, end=record.end)
        if regex.search(r"(?:đến|tính đến|trước|sau|từ|đến hết|số \S+)\s*$", before_date):
            continue
        kind = _EVENT_KIND.search(text, record.end, sentence.end) or _EVENT_KIND.search(
            text, sentence.start, record.start
        )
        host = _host(document, bodies, organisations.starting_in(sentence.start, sentence.end), record)
        host = host or _host_between(document, bodies, organisations, reach)
        if kind is None or (kind[0].lower() == "làm việc" and (host is None or official)):
            continue
        if host is None and not _IS_HELD.search(text, sentence.start, sentence.end):
            continue
        if regex.search(
            r"(?:phục vụ|kết luận|theo|trước|nghị quyết)\s+(?:\p{L}+\s){0,2}$",
            text[max(sentence.start, kind.start() - 25) : kind.start()].lower()[-25:],
        ):
            continue
        chair = _chair(document, people, passages, sentence)
        return Event(
            date=record.from_, kind=kind[0].lower(), host=host, chair=chair, start=record.start, end=record.end
        )
    return None


def _host(document: Document, bodies: Bodies, spans: Sequence[Span], record: DateRecord) -> str | None:
    """Tell which of a sentence's bodies held the meeting."""
    for index, span in enumerate(spans):
        after = document.text[span.end : span.end + 60].lower()
        before = document.text[max(0, span.start - 25) : span.start].lower()
        if _AT_OR_WITH.search(before) and not before.rstrip().endswith(","):
            continue
        if _HOLDS.match(after):
            # Chi bộ 3 trực thuộc Đảng ủy X họp: the meeting is the first body's.
            first = index
            while first > 0 and _OF.search(document.text[spans[first - 1].end : spans[first].start]):
                first -= 1
            return bodies.name_at(spans[first])
    for span in spans:
        before = document.text[max(0, span.start - 25) : span.start].lower()
        if span.start >= record.end and not _AT_OR_WITH.search(before):
            return bodies.name_at(span)
    return None


def _host_between(document: Document, bodies: Bodies, organisations: SpanIndex[Span], reach: int) -> str | None:
    """Give the first of the two bodies that a meeting is said to be between."""
    said = _BETWEEN.search(document.text, 0, reach)
    span = organisations.starting_at(said.end()) if said is not None else None
    return bodies.name_at(span) if span is not None else None


def _chair(document: Document, people: SpanIndex[Span], passages: Passages, sentence: Passage) -> str | None:
    text = document.text
    reach = min(len(text), sentence.end + 700)
    for match in _CHAIRED.finditer(text, sentence.start, reach):
        at = match.start()
        own = passages.sentence(at)
        before = text[max(own.start, at - 40) : at]
        if _NO_CHAIR.match(text, at) or _BODY_IN_CHARGE.search(before):
            continue
        after = _CHAIR_AFTER.match(text, at)
        person = people.first_in(after.end(), min(own.end, after.end() + 40)) if after is not None else None
        if person is None:
            earlier = people.last_by(at)
            person = earlier if earlier is not None and earlier.start >= own.start else None
        office = _CHAIR_BY_OFFICE.search(before)
        if person is None and office is not None:
            person = _with_office(text, people, office["title"], start=sentence.start, end=at)
        if person is not None:
            return " ".join(document.surface(person).split())
    return None


def _with_office(text: str, people: SpanIndex[Span], title: str, *, start: int, end: int) -> Span | None:
    """Give the person whose name that office follows between two offsets."""
    for person in people.starting_in(start, end):
        if regex.match(rf"\s*[,(–-]\s*{title}(?!\p{{L}})", text[person.end : person.end + 40]):
            return person
    return None
