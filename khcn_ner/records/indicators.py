"""Indicators: QUANTITY spans in, one record a number out, with what it counts, what was done, by whom, in which time.

A percentage that qualifies a count ("163/440 PTĐ … (đạt 37%)") becomes that indicator's `percent` and no indicator of
its own. `part_of` is the index, in the list given, of the whole that "trong đó" divides.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise

import regex

from khcn_ner.document import Document, Span
from khcn_ner.labels import Label
from khcn_ner.records.abbreviations import defined_abbreviations, expand
from khcn_ner.records.model import DateRecord, Dimension, Indicator, Interval, NormalisedQuantity, Precision
from khcn_ner.records.organisations import Bodies
from khcn_ner.records.passages import Passages, content_end, content_start
from khcn_ner.records.quantities import approximation_before, normalise_quantity
from khcn_ner.records.span_index import SpanIndex, spans_of
from khcn_ner.records.table_units import TableUnit, in_table_unit, table_units, unit_at
from khcn_ner.syllables import fold

# Abbreviations of counted things. Source: the reports' own use and Luật Đo lường 2011 (phương tiện đo, PTĐ).
COUNTED = {
    "PTĐ": "phương tiện đo", "ĐTDA": "đề tài, dự án", "ĐT": "đề tài", "DA": "dự án", "NV": "nhiệm vụ",
    "GCN": "giấy chứng nhận",
    "GP": "giấy phép", "HS": "hồ sơ", "DN": "doanh nghiệp", "CS": "cơ sở", "VBQPPL": "văn bản quy phạm pháp luật",
    "HTX": "hợp tác xã",
    "SK": "sáng kiến", "CBCC": "cán bộ, công chức", "TC": "tổ chức", "HV": "học viên", "ĐV": "đảng viên",
    "CC": "công chức", "VC": "viên chức",
}  # fmt: skip

# The same inside an item's words; Source: the names of the standards, laws and documents themselves.
ITEMS = {
    **{short: full for short, full in COUNTED.items() if len(short) > 2},
    "HTQLCL": "hệ thống quản lý chất lượng", "SHTT": "sở hữu trí tuệ", "SHCN": "sở hữu công nghiệp",
    "CNTT": "công nghệ thông tin", "ATBX": "an toàn bức xạ", "TĐC": "tiêu chuẩn đo lường chất lượng",
    "ĐMST": "đổi mới sáng tạo", "TTHC": "thủ tục hành chính", "HCNN": "hành chính nhà nước",
    "NSNN": "ngân sách nhà nước",
    "CCHC": "cải cách hành chính", "XDCB": "xây dựng cơ bản", "MSMV": "mã số mã vạch",
    "CBCCVC": "cán bộ, công chức, viên chức",
}  # fmt: skip

_VERBS = (
    "duy trì|tăng cường|đẩy mạnh|tiếp tục|theo dõi|quản lý|đôn đốc|triển khai|thực hiện|tham mưu|tổ chức|"
    "hoàn thành|thẩm định|trình|xây dựng|cho ý kiến|hỗ trợ|giải quyết"
    "|kiểm tra|thanh tra|giám sát|khảo sát|hướng dẫn|chủ trì|phối hợp|kiểm định|hiệu chuẩn|thử nghiệm|"
    "kiểm xạ|sản xuất|tiêu thụ|cung cấp|xuất bản|phát sóng"
    "|phát hành|cập nhật|đăng tải|đăng ký|đăng|phát|viết|thu mua|thu được|thu hút|thu|cấy|gieo trồng|trồng|"
    "nuôi|nhân giống|nhân|thả|chăm sóc|cấp|gia hạn|tiếp nhận|nhận"
    "|nghiệm thu|tuyển chọn|xác định|phê duyệt|ban hành|công nhận|xử phạt|xử lý|phạt|giải ngân|bố trí|"
    "phân bổ|nộp|quyên góp|ủng hộ|tặng|trao|kết nạp|chuyển giao|ứng dụng"
    "|đào tạo|tập huấn|bồi dưỡng|cử|tham gia|tham dự|đề xuất|đánh giá|rà soát|soát xét|lấy|đo|phân tích|"
    "phân lập|điều tra|phát hiện|nhắc nhở|cảnh cáo|mở|lắp đặt|lắp"
    "|in|bán|mua|sửa chữa|sửa|đầu tư|chi|sử dụng|huy động|vận động|thăm|khen thưởng|đề nghị|xét|chọn|"
    "tạo|chế tạo|nghiên cứu|chế biến|công bố|góp ý|bảo vệ|lưu giữ"
    "|kiểm kê|thống kê|tra cứu|tư vấn|giới thiệu|quảng bá|kết nối|ký kết|ký|tiết kiệm|giảm|tăng|đạt|có|chiếm|"
    "thành lập|bảo hộ|nâng cấp|vận hành|giao|tiến hành|áp dụng|chuyển đổi|cấp mới|sưu tầm|số hóa|phỏng vấn|"
    "ghi|chụp|xác lập|đang quản lý|hòa giải|tiếp|trả|chuyển tiếp|làm|ra|khai thác|thuê|nạp|bổ sung|gửi|"
    "thụ lý|tiêu hủy|thu hồi"
)
# Words that look like a verb but belong to a noun: cấp tỉnh, đo lường, chăn nuôi, cơ sở sản xuất.
_VERB = regex.compile(
    r"(?<![\p{L}])(?<!chăn |cơ sở |hộ |hàng |tổ |cột |máy |trạm |thiết bị |cá |công |thư |phòng "
    r"|quy trình |vật liệu |phương tiện |dự án |chất |ý kiến )"
    r"(?!cấp (?:tỉnh|quốc gia|bộ|nhà nước|cơ sở|huyện|xã|thành phố|trên|dưới|ủy|\d)|"
    r"đo lường|chi (?:cục|bộ|đoàn|nhánh|phí|tiết)|có liên quan|"
    r"tổ chức, cá nhân|tổ chức, doanh nghiệp|tham mưu,)"
    rf"(?:{'|'.join(sorted(_VERBS.split('|'), key=len, reverse=True))})(?![\p{{L}}])",
    regex.IGNORECASE,
)
_WEAK_VERBS = {"có", "đạt", "tăng", "giảm", "chiếm", "là", "ra"}
# Tăng 15 %, giảm 05 biên chế, có 43 viên chức: the verb right beside a number says what became of it.
_WEAK_BESIDE = regex.compile(
    r"(?<!\p{L})(?P<verb>tăng|giảm|đạt|chiếm|có|sống|vượt|giữ|rút|gồm|chi|thu|nhận|còn|cần)"
    r"(?:\s+(?:thêm|được|trên|hơn|khoảng|gần|còn|xuống|lên|hiện|ở|mức|thành|nhẹ|bình quân|dưới|tới|đến))*\s*$",
    regex.IGNORECASE,
)
_LEADING_WORDS = regex.compile(
    r"^(?:(?:đã|đang|sẽ|được|cũng|còn|tiếp tục|trong đó|kết quả|và|đến nay|hiện nay)\s+)+", regex.IGNORECASE
)
# The match begins where a run of such signs begins, never within one.
_TRAILING = regex.compile(
    r"(?<![\s:,(–-])"
    r"(?:[\s:,(–-]|(?<!\p{L})(?:được|đối với|cho|tại|là|gồm|với|trên|gần|khoảng|hơn|trong|bao gồm|của|các|từ|"
    r"về|ở|số|tổng số|lũy kế|có|và|ước|chưa đến|không quá|dưới|xong|ít nhất|tổng cộng|trong đó|kết quả))+$",
    regex.IGNORECASE,
)

# An item's noun phrase ends before these words, which begin what happened to it.
_ITEM_STOP = regex.compile(
    r"(?<!\p{L})(?:được|đã|đang|sẽ|tại|trên|của|cho|với|để|do|trong|từ|theo|đạt|là|có|bắt đầu|tham gia|"
    r"thực hiện|đăng ký|bằng|sang|so với|gồm|bao gồm|bị|chưa|không|còn|nhằm|phục vụ"
    r"|ở|vào|ra|khi|sau|trước|mà|nên|đến|đều|cùng|như|về|nếu|vì|xin|làm|hướng dẫn|vi phạm|vượt|thấp|cao|tăng|"
    r"giảm|thu|(?<!trực )thuộc|liên quan|phát|qua|tới|dự(?! án| thảo)|sử dụng|nộp|phải|lưu thông|và\s+(?:\d|"
    r"phân phối|đang|đã|được|có|cho))(?!\p{L})"
)
_COORDINATED = (
    "dự án|đề tài|đề án|nhiệm vụ|bài|cá nhân|tổ chức|doanh nghiệp|viên chức|công chức|người lao động|"
    "video|phóng sự|cơ sở|hợp tác xã|hiệu chuẩn|xã|phường|thị trấn|huyện|thành phố|tập thể|đơn vị|cơ quan"
)
_MEASURED = regex.compile(
    r"(?<!\p{L})(?:tổng kinh phí|kinh phí|tổng diện tích|diện tích|tổng doanh thu|doanh thu|tổng số tiền|"
    r"số tiền|năng suất|sản lượng|tỷ lệ|tỉ lệ|tổng vốn|vốn|giá trị|giá|thu nhập|mật độ|công suất|thời gian"
    r"|dự toán|ngân sách|tổng mức|mức|lợi nhuận|lãi|dung tích|khối lượng|trọng lượng|chiều dài|độ ẩm|nhiệt độ|"
    r"quy mô|số lượng|lũy kế|chỉ tiêu|lương|học phí|chi phí|nguồn thu|đối ứng)(?!\p{L})",
    regex.IGNORECASE,
)
_NOT_SHARE = regex.compile(r"tỷ lệ|tỉ lệ|tăng|giảm|vượt|cao hơn|thấp hơn|trong đó|mục tiêu", regex.IGNORECASE)
_SHARE = regex.compile(
    r"(?:^|[\s,(])(?:đạt|bằng|chiếm|tương đương|tương ứng|=|đạt tỷ lệ|đạt tỉ lệ|\()\s*(?:trên|gần|khoảng|hơn|"
    r"tỷ lệ|tỉ lệ|xấp xỉ)?\s*$",
    regex.IGNORECASE,
)
_OBJECT_BEFORE = regex.compile(
    r"(?<!\p{L})(?:của|cho|với|trình|từ|gửi|tại|thuộc|về|trên|theo|cùng|và|bởi|ở|phê duyệt|sang|là|gồm|đến|"
    r"như|mời|tới|để|vào|đề nghị|được|kiến nghị)\s*$",
    regex.IGNORECASE,
)
_ACTS = regex.compile(
    rf"\s*(?:\([^)]*\)\s*)?(?:đã|đang|sẽ|được|cũng|tiếp tục|vừa|còn|luôn|{_VERBS}|:)(?!\p{{L}})", regex.IGNORECASE
)
_WHOLE_MARK = regex.compile(r"trong đó", regex.IGNORECASE)
_ITEM = regex.compile(rf"[^,.;:()\n“”\"/]*(?:(?:,|/)\s*(?:{_COORDINATED})(?!\p{{L}})[^,.;:()\n“”\"/]*)*")
_PHRASE = regex.compile(r"[^,:()\n“”\"+•]+")
_AGENT = regex.compile(r"(?:;|\bdo)\s*$")
_TITLE_BEFORE = regex.compile(r"(?:Thủ tướng|Giám đốc|Chủ tịch)\s*$")
_LABEL_BEFORE = regex.compile(r"(?:^|[;\n.]|(?<=\s)[-–+•]|\))\s*(?P<label>\p{L}[^:;\n.]{2,55}?)\s*:\s*$")
_LIST_SIGNS = regex.compile(r"[ \-–+]*")
_TOP_HEADING = regex.compile(r"(?:[IVX]{1,5}|[A-ZĐ])\s*[./)\-–:](?!\d)|(?i:phần)\s|\p{Lu}[\p{Lu}\s]{9}")
_LOOKS_AHEAD = regex.compile(r"phương hướng|trọng tâm|mục tiêu|chỉ tiêu|kế hoạch năm|thời gian tới", regex.IGNORECASE)
_PLANS = regex.compile(r"hướng|nhiệm vụ|kế hoạch|mục tiêu|chỉ tiêu|dự kiến|giải pháp", regex.IGNORECASE)
_NO_PERIOD_BEFORE = regex.compile(r"(?:so với|cùng kỳ|cùng kì|từ|ngày|số \S+|kế hoạch|bắt đầu[\p{L}\s]*)\s*$")


@dataclass(slots=True)
class _Draft:
    """One quantity on its way to an indicator."""

    span: Span
    amount: NormalisedQuantity
    assumed: tuple[str, ...] = ()
    percent: int | float | None = None
    folded: bool = False


def _amount_of(document: Document, span: Span, columns: list[TableUnit]) -> tuple[NormalisedQuantity, tuple[str, ...]]:
    """Read an amount; a table's bare number has the unit that the table's head says, which is assumed."""
    surface = document.surface(span)
    amount = normalise_quantity(surface)
    told = in_table_unit(surface, amount, span.start, columns)
    return (told, ("unit",)) if told is not None else (amount, ())


def _fold_percentages(document: Document, drafts: list[_Draft]) -> None:
    """Give a count the percentage that the text says it is: `(đạt 37%)`, `đạt 44%`, `(83%)`."""
    text = document.text
    for base, share in pairwise(drafts):
        gap = text[base.span.end : share.span.start]
        if share.amount.unit != "%" or share.amount.value is None or share.amount.value_to is not None:
            continue
        if base.amount.dimension in (Dimension.PERCENT, Dimension.DURATION, None) or len(gap) > 110:
            continue
        if regex.search(r"[;\n]|\.\s|\)\s*\S", gap) or _NOT_SHARE.search(gap) or not _SHARE.search(gap):
            continue
        after_comma = gap.rsplit(",", 1)[1] if "," in gap and "(" not in gap else ""
        if after_comma and not regex.match(r"\s*(?:đạt|bằng|chiếm|tương đương|tương ứng)", after_comma):
            continue
        following = text[share.span.end : share.span.end + 30].lower()
        if regex.match(r"\s*(?:so với|so cùng|cùng kỳ|cùng kì)", following):
            continue
        base.percent, share.folded = share.amount.value, True


def _trim(phrase: str) -> str | None:
    balanced = phrase.count("(") == phrase.count(")")
    phrase = _TRAILING.sub("", " ".join(phrase.split()).rstrip(" .…"))
    phrase = regex.sub(
        r"^(?:(?:và|với|về|đã|đang|được|hơn|còn|gồm|trong đó|mới|bằng|sau|xuống|khi|cùng|thì|lên)(?:\s+|$))+",
        "",
        phrase.strip(' ,.;:-–()+“”"…'),
    )
    if phrase.count("(") > phrase.count(")"):
        phrase = f"{phrase})" if balanced else phrase[: phrase.rindex("(")].rstrip(" ,")
    return phrase or None


def _noun_after(document: Document, passages: Passages, span: Span, next_start: int) -> str:
    """Give the words after a number up to the end of its noun phrase."""
    text = document.text
    end = min(passages.clause(span.end - 1).end, next_start, span.end + 90)
    tail = text[span.end : end]
    stop = _ITEM_STOP.search(tail)
    tail = tail[: stop.start()] if stop else tail
    match = _ITEM.match(tail)
    words = (match[0] if match else "").split()
    verb = next((index for index, word in enumerate(words) if index > 8), None)
    return " ".join(words[:verb])


def _noun_before(text: str, start: int, limit: int) -> str | None:
    """Give the noun that a measure or a bare number belongs to: `diện tích 1500m2`, `dung tích 44/486`."""
    head = text[max(limit, start - 90) : start]
    matches = list(_MEASURED.finditer(head))
    cut = max(head.rfind(sign) for sign in ";:,(\n.+")
    if matches and not regex.search(r"[;\n]|\d", head[matches[-1].end() :]):
        return _trim(head[matches[-1].start() :])
    tail = head[cut + 1 :] if cut >= 0 else head
    if not tail.strip() and cut > 0 and head[cut] in ":(":
        tail = regex.split(r"[;,(\n.:+]", head[:cut])[-1]
    words = tail.split()
    return _trim(" ".join(words)) if 0 < len(words) <= 12 else None


def _item(document: Document, passages: Passages, draft: _Draft, previous_end: int, next_start: int) -> str | None:
    text, unit = document.text, draft.amount.unit
    clause_start = max(passages.clause(draft.span.start).start, previous_end)
    counted = draft.amount.dimension is Dimension.COUNT and unit is not None
    after = _noun_after(document, passages, draft.span, next_start)
    if counted and unit is not None:
        thing = unit.split("/")[0]  # 500 cuốn/số
        spelled = COUNTED.get(thing, thing)
        label = _LABEL_BEFORE.search(text, max(clause_start, draft.span.start - 80), draft.span.start)
        if label is not None and not after.strip(" ,") and not _VERB.match(label["label"]):
            return _trim(label["label"])  # - Cột đo xăng dầu: 684/720 cột
        joined = f"{spelled} {after}" if not after.startswith((",", "/")) else spelled + after
        return _trim(joined)
    before = _noun_before(text, draft.span.start, clause_start)
    measured = before is not None and _MEASURED.match(before)
    if before is not None and not measured and _VERB.match(before):
        before = None
    if measured or draft.amount.dimension in (Dimension.CURRENCY, Dimension.DURATION):
        return before
    # 60 kg giun giống names the thing after its measure; 44/486 after a noun is counted before it.
    if unit is not None and after.strip(" ,"):
        return _trim(after)
    return before or _trim(after)


def _masked(document: Document) -> str:
    """Give the text with names and titles blanked out, so that no verb is found inside them."""
    pieces, position = [], 0
    for span in document.spans:
        if span.label is not Label.QUANTITY and span.label is not Label.DATE:
            pieces += [document.text[position : span.start], "□" * (span.end - span.start)]
            position = span.end
    return "".join(pieces) + document.text[position:]


def _is_activity(phrase: str) -> bool:
    verb = _VERB.match(phrase)
    return verb is not None and (verb[0].lower() not in _WEAK_VERBS or len(phrase.split()) > 3)


def _own_start(text: str, clause_start: int, previous: Span | None, span: Span) -> int:
    """Give where the words begin that can govern a number: past what the number before it governs."""
    if previous is None or previous.end <= clause_start:
        return clause_start
    between = text[previous.end : span.start]
    joint = regex.search(
        r"[,:;(+\n]|(?<!\p{L})(?:và|với|cùng)\s*$|(?<!\p{L})và(?=\s+(?:cho|tổ chức|thực hiện|kiểm|hướng|tiêu|"
        r"cấp|xử|thu))",
        between,
    )
    return previous.end + joint.end() if joint else previous.start


def _activity_before(text: str, masked: str, start: int, end: int) -> str | None:
    """Give the verb phrase that governs a number: from the verb that opens it to the number."""
    found: int | None = None
    for segment in reversed(list(_PHRASE.finditer(masked[start:end]))):
        content = segment[0].lstrip(" -–")
        left = start + segment.end() - len(content)
        lead = _LEADING_WORDS.match(content)
        skipped = lead.end() if lead else 0
        verb = _VERB.search(content, skipped)
        if found is not None:
            # Duy trì theo dõi, quản lý, đôn đốc …: a run of verbs is one activity.
            if verb is None or verb.start() != skipped or len(content.split()) > 9:
                break
            found = left + verb.start()
        elif verb is not None and (verb[0].lower() not in _WEAK_VERBS or len(content.split()) > 2):
            found = left + verb.start()
            if verb.start() > skipped:
                break
    if found is None:
        return None
    words = " ".join(text[found:end].split()[:18])
    # Quản lý, theo dõi, đôn đốc | đối với các nhiệm vụ …: what it is done to is no part of the doing.
    about = regex.search(r"(?<=\p{L}\s)(?:đối với|cho các|trên địa bàn|trên diện tích|tới các)(?!\p{L})", words)
    phrase = _trim(words[: about.start()] if about is not None else words)
    return phrase if phrase is not None and _is_activity(phrase) else None


def _activity_after(text: str, masked: str, start: int, end: int) -> str | None:
    """Give the verb phrase that a counted subject does: `42 cá nhân đăng ký danh hiệu …`."""
    match = regex.match(
        r"[^,.;:()\n]{0,60}?(?=(?<!\p{L})(?:đã|được|đang|tham gia|đăng ký|viết|nộp|nhận|đạt|hoàn thành|làm|"
        r"thực hiện|xin|vi phạm)(?!\p{L}))",
        masked[start:end],
    )
    if match is None:
        return None
    at = start + match.end()
    lead = _LEADING_WORDS.match(masked[at:end])
    at += lead.end() if lead else 0
    tail = regex.match(r"[^,.;:()\n]*", text[at:end])
    phrase = _trim(" ".join((tail[0] if tail else "").split()[:16]))
    return phrase if phrase is not None and _is_activity(phrase) else None


def _acts(text: str, start: int, span: Span, *, is_first: bool) -> tuple[bool, bool]:
    """Tell whether a body, read from `start` on, can be the subject, and whether a verb after it says that it is."""
    said = content_end(text, start, span.start)
    opens = (
        said - content_start(text, start, said) <= 2
        or _AGENT.search(text[max(start, said - 3) : span.start]) is not None
        # Ngày 6/10, Sở X …: but in a list of guests a comma makes no subject.
        or (is_first and span.start - start <= 70 and text[start:said].endswith(","))
    )
    acts = _ACTS.match(text[span.end : span.end + 60]) is not None
    is_subject = (
        (opens or acts)
        and not _OBJECT_BEFORE.search(text[max(start, span.start - 14) : span.start])
        and not _TITLE_BEFORE.search(text[max(start, said - 12) : span.start])
    )
    return is_subject, acts


class _Context:
    """What the text around a number says of it, beyond the number itself."""

    def __init__(self, document: Document, bodies: Bodies, passages: Passages, dates: tuple[DateRecord, ...]) -> None:
        self.document = document
        self.bodies = bodies
        self.passages = passages
        self.organisations = spans_of(document, Label.ORG)
        self.dates = SpanIndex(dates)
        self._lead_in: dict[int, str | None] = {}
        # Numbers of one sentence ask for the same stretches: what was read from a start is kept, at each place what
        # holds after so many of the bodies or dates from there on.
        self._subjects: defaultdict[int, list[str | None]] = defaultdict(lambda: [None])
        self._dated: defaultdict[int, list[DateRecord | None]] = defaultdict(lambda: [None])

    def _subject(self, start: int, end: int) -> str | None:
        """Give the body that acts between two offsets: the last one not governed by a preposition."""
        numbers = self.organisations.numbers_in(start, end)
        known = self._subjects[start]
        for number in numbers[len(known) - 1 :]:
            span = self.organisations.spans[number]
            is_subject, acts = _acts(self.document.text, start, span, is_first=number == numbers[0])
            named = is_subject and (acts or known[-1] is None)
            known.append(self.bodies.name_at(span) if named else known[-1])
        return known[len(numbers)]

    def _last_dated(self, start: int, end: int) -> DateRecord | None:
        """Give the last date between two offsets that says when what follows it was."""
        numbers = self.dates.numbers_in(start, end)
        known = self._dated[start]
        for number in numbers[len(known) - 1 :]:
            record = self.dates.spans[number]
            known.append(record if _dates_what_follows(self.document.text, start, record) else known[-1])
        return known[len(numbers)]

    def organisation(self, span: Span) -> tuple[str | None, tuple[str, ...]]:
        sentence = self.passages.sentence(span.start)
        line = self.passages.line(span.start)
        found = self._subject(sentence.start, span.start)
        if found is not None:
            return found, ()
        if line.start < sentence.start:
            # The body that opens a paragraph is still its subject in a later sentence, as far as can be told.
            first = self.passages.sentence(line.start)
            opener = self.organisations.first_in(line.start, line.start + 4)
            found = self._subject(line.start, min(first.end, opener.end)) if opener is not None else None
            if found is not None:
                return found, ("organisation",)
        # "…, Sở X triển khai các nhiệm vụ như sau:" speaks for the paragraphs below it.
        lead_in = self._body_of_lead_in(line.start)
        return lead_in, ("organisation",) if lead_in else ()

    def _body_of_lead_in(self, line_start: int) -> str | None:
        if line_start not in self._lead_in:
            text = self.document.text
            found = None
            end = line_start
            for _ in range(60):
                end = content_end(text, 0, end)
                if end <= 0:
                    break
                start = text.rfind("\n", 0, end) + 1
                if any(heading.start >= start and heading.end <= end + 1 for heading in self.passages.headings[-1:]):
                    break
                if text[end - 1] == ":":
                    last = self.passages.sentence(end - 1)
                    found = self._subject(max(start, last.start), end)
                    break
                end = start
            self._lead_in[line_start] = found
        return self._lead_in[line_start]

    def _plan_of(self, report: Interval | None) -> DateRecord | None:
        """Give the time that the opening says the report looks ahead to: `…; phương hướng, nhiệm vụ năm 2017`."""
        if report is None or report.from_ is None:
            return None
        for record in self.dates.starting_in(0, 2500):
            before = self.document.text[max(0, record.start - 60) : record.start]
            later = record.from_ is not None and record.from_ > report.from_
            if later and record.precision is not Precision.DAY and _LOOKS_AHEAD.search(before):
                return record
        return None

    def _planned(self, span: Span, report: Interval | None) -> DateRecord | None:
        """Give the time that the heading above a number plans for: `II. NHIỆM VỤ TRỌNG TÂM NĂM 2022`."""
        for heading in self.passages.headings_above(span.start, n_most=8):
            words = self.document.text[heading.start : heading.end]
            dated = [one for one in self.dates.starting_in(heading.start, heading.end) if one.from_ is not None]
            if dated and _PLANS.search(words):
                return dated[-1]
            if _LOOKS_AHEAD.search(words):
                return self._plan_of(report)
            if _TOP_HEADING.match(words):
                return None
        return None

    def period(self, span: Span, report: Interval | None) -> Interval | None:
        clause = self.passages.clause(span.start)
        sentence = self.passages.sentence(span.start)
        record = self._last_dated(clause.start, span.start) or self._last_dated(
            sentence.start, min(span.start, sentence.start + 80)
        )
        if record is None:
            record = self._planned(span, report)
        if record is None:
            return report
        first = record.from_
        if record.precision is Precision.DAY and report is not None and report.from_ and first:
            first = min(report.from_, first)  # đến ngày 10/9: from the period's beginning
        return Interval(from_=first, to=record.to)


def _dates_what_follows(text: str, start: int, record: DateRecord) -> bool:
    """Tell whether a date, read from `start` on, is the time of the numbers after it."""
    if record.from_ is None:
        return False
    before = text[max(0, record.start - 30) : record.start].lower()
    after = text[record.end : record.end + 12]
    is_day, is_year = record.precision is Precision.DAY, record.precision in (Precision.YEAR, Precision.YEARS)
    opens = _LIST_SIGNS.fullmatch(text, start, record.start) is not None
    if is_year and not opens and not before.rstrip().endswith(("trong", "cả", "toàn")):
        return False  # Lịch khoa học năm 2020 is that year's calendar, not its period
    if _NO_PERIOD_BEFORE.search(before):
        return False
    if is_day and not regex.search(r"(?:đến|tính đến|trong)\s*$", before):
        return False
    return not (record.precision is Precision.YEARS and regex.match(r"\s*(?:của|và)\s", after))


def _same_thing(one: Indicator, other: Indicator) -> bool:
    if one.unit is None or other.unit is None:
        return one.dimension is other.dimension
    spelled = [fold(COUNTED.get(unit, unit)) for unit in (one.unit, other.unit)]
    items = [fold(item or "") for item in (one.item, other.item)]
    return spelled[0] == spelled[1] or items[0].startswith(spelled[1]) or items[1].startswith(spelled[0])


def _link_parts(document: Document, passages: Passages, indicators: list[Indicator]) -> list[Indicator]:
    """Point the numbers after "trong đó" at the nearest number of the same thing before it."""
    linked = list(indicators)
    places = SpanIndex(indicators)
    for mark in _WHOLE_MARK.finditer(document.text):
        sentence = passages.sentence(mark.start())
        line_end = passages.line(mark.start()).end
        opened = document.text.count("(", sentence.start, mark.start()) > document.text.count(
            ")", sentence.start, mark.start()
        )
        closing = document.text.find(")", mark.end()) if opened else -1
        end = closing if closing >= 0 else min(sentence.end, line_end)
        listed = regex.match(r"[\p{L}\s]{0,20}:", document.text[mark.end() : mark.end() + 22]) is not None
        clause = passages.clause(mark.start())
        if not opened and not listed:
            end = min(end, clause.end)
        last: int | None = None
        wholes = places.numbers_in(clause.start, mark.start())
        for index in places.numbers_in(mark.end(), end):
            one = linked[index]
            if one.dimension is Dimension.PERCENT:
                continue
            whole = next((before for before in reversed(wholes) if _same_thing(linked[before], one)), None)
            if one.unit is None and last is not None:
                whole = last  # 64 đề xuất …, trong đó 22 đề xuất về …, 15 về …
            if whole is None:
                if not opened and one.dimension is Dimension.COUNT:
                    break  # the sentence has gone on to something else
                continue
            smaller = one.value is not None and (linked[whole].value or 0) >= one.value
            if not (smaller or opened or listed):
                continue
            linked[index] = one.model_copy(update={"part_of": whole})
            last = whole
    return linked


def _link_bracketed(document: Document, indicators: list[Indicator]) -> list[Indicator]:
    """Point numbers at the count that they divide: `05 đề tài (xuất sắc 01, khá 03, đạt 01)`, `31 …, gồm 22 …, 09 …`.

    Without a "trong đó" only parts that add up to the whole, or bare ones that don't exceed it, are surely its parts.
    """
    text, linked, places = document.text, list(indicators), SpanIndex(indicators)
    index = 0
    while index < len(linked):
        whole = linked[index]
        opening = regex.match(
            r"[^()\n;.:]{0,80}?(?P<sign>\(|:|,?\s*(?:gồm|bao gồm|chia ra|gồm có)(?!\p{L}))",
            text[whole.end : whole.end + 90],
        )
        index += 1
        if opening is None or whole.dimension is not Dimension.COUNT or whole.value is None:
            continue
        start = whole.end + opening.end()
        if index < len(linked) and linked[index].start < start:
            continue
        bracket = opening["sign"] == "("
        stop = regex.compile(r"[)\n]" if bracket else r"[.;\n](?!\d)").search(text, start)
        end = stop.start() if stop else len(text)
        parts = places.numbers_in(start, min(end, start + 400))
        counted = [linked[n] for n in parts if linked[n].dimension is Dimension.COUNT and linked[n].value is not None]
        total = sum(one.value or 0 for one in counted)
        if not counted or len(counted) != len(parts) or any(linked[n].part_of is not None for n in parts):
            continue
        bare = all(one.unit is None or _same_thing(one, whole) for one in counted)
        if (len(counted) > 1 and total == whole.value and bare) or (bracket and bare and total <= whole.value):
            for n in parts:
                linked[n] = linked[n].model_copy(update={"part_of": index - 1})
    return linked


def _passed_and_failed(text: str, parts: list[Indicator]) -> bool:
    """Tell whether one part is what passed and the other what failed: `đạt 498 PTĐ, không đạt 17 PTĐ`."""
    around = [text[max(0, one.start - 25) : one.end + 25].lower() for one in parts]
    failed = [
        regex.search(
            r"(?:không|chưa) (?:đạt|hợp lệ|đảm bảo|bảo đảm)[^,;]{0,25}$",
            text[max(0, one.start - 35) : one.start].lower(),
        )
        or regex.match(r"[^,;]{0,25}(?:không|chưa) đạt", text[one.end : one.end + 35].lower())
        for one in parts
    ]
    return sum(found is not None for found in failed) == 1 and all("đạt" in words for words in around)


def _contradictions(text: str, indicators: list[Indicator]) -> list[str]:
    warnings = []
    for one in indicators:
        if one.of and one.value is not None and one.percent is not None and one.unit != "%":
            said, counted = float(one.percent), 100.0 * one.value / one.of
            if abs(said - counted) > 1.0:
                warnings.append(
                    f"indicator at {one.start}: {one.text!r} is {counted:.1f} %, the text says {one.percent} %"
                )
        if one.of is not None and one.value is not None and one.value > one.of and one.value_to is None:
            warnings.append(f"indicator at {one.start}: {one.text!r} counts more than its total")
    parts_of: defaultdict[int | None, list[Indicator]] = defaultdict(list)
    for one in indicators:
        if one.value is not None:
            parts_of[one.part_of].append(one)
    for index, whole in enumerate(indicators):
        parts = parts_of.get(index, [])
        if not parts or whole.value is None:
            continue
        total = sum(one.value for one in parts if one.value is not None)
        if any(one.value is not None and one.value > whole.value for one in parts):
            warnings.append(f"indicator at {whole.start}: a part of {whole.text!r} is larger than the whole")
        elif len(parts) > 1 and total > whole.value and all(one.value != whole.value for one in parts):
            warnings.append(f"indicator at {whole.start}: the parts of {whole.text!r} add up to {total:g}")
        elif len(parts) == 2 and total != whole.value and _passed_and_failed(text, parts):
            warnings.append(f"indicator at {whole.start}: passed and failed of {whole.text!r} add up to {total:g}")
    return warnings


def find_indicators(
    document: Document,
    bodies: Bodies,
    passages: Passages,
    dates: tuple[DateRecord, ...],
    period: Interval | None,
) -> tuple[tuple[Indicator, ...], tuple[str, ...]]:
    """Make an indicator of every QUANTITY span that is no other's percentage, and give the warnings that came up."""
    columns = table_units(document.text)
    meanings = {**ITEMS, **defined_abbreviations(document.text)}
    drafts = [
        _Draft(span, *_amount_of(document, span, columns)) for span in document.spans if span.label is Label.QUANTITY
    ]
    _fold_percentages(document, drafts)
    warnings = [f"quantity at {draft.span.start}: {draft.amount.warning}" for draft in drafts if draft.amount.warning]
    context = _Context(document, bodies, passages, dates)
    spans = document.spans
    position = {span.start: index for index, span in enumerate(spans)}
    masked = _masked(document)
    indicators: list[Indicator] = []
    activity_of_sentence: dict[int, str | None] = {}
    previous: Span | None = None
    for draft in drafts:
        if draft.folded:
            previous = draft.span
            continue
        span, amount = draft.span, draft.amount
        index = position[span.start]
        previous_end = spans[index - 1].end if index else 0
        next_start = spans[index + 1].start if index + 1 < len(spans) else len(document.text)
        clause, sentence = passages.clause(span.start), passages.sentence(span.start)
        item = _item(document, passages, draft, previous_end, next_start)
        measured = _MEASURED.search(document.text, max(clause.start, span.start - 60), span.start)
        own_start = _own_start(document.text, clause.start, previous, span)
        own_end = max(own_start, measured.start()) if measured else span.start
        activity = _activity_before(document.text, masked, own_start, own_end)
        beside = _WEAK_BESIDE.search(masked, max(clause.start, previous_end, span.start - 40), span.start)
        if beside is not None and amount.dimension is Dimension.PERCENT:
            activity = beside["verb"]
        if activity is None and not measured:
            activity = _activity_after(document.text, masked, span.end, min(clause.end, next_start))
        if activity is None and beside is not None:
            activity = beside["verb"]
        if activity is None:
            activity = activity_of_sentence.get(sentence.start)
        elif own_start == clause.start:
            activity_of_sentence[sentence.start] = activity
        previous = span
        organisation, assumed = context.organisation(span)
        item = expand(item, meanings) if item is not None else None
        if item is None and amount.dimension is Dimension.CURRENCY and "/" not in (amount.unit or ""):
            column = unit_at(span.start, columns) if draft.assumed else None
            item, assumed = (column.item if column is not None and column.item else "kinh phí"), (*assumed, "item")
        indicators.append(
            Indicator(
                text=document.surface(span), start=span.start, end=span.end, score=span.score,
                value=amount.value, value_to=amount.value_to, of=amount.of,
                percent=draft.percent,
                unit=amount.unit, dimension=amount.dimension,
                approximation=approximation_before(document.text[max(0, span.start - 40) : span.start]),
                item=item, activity=activity,
                section=passages.section(span.start), organisation=organisation,
                period=context.period(span, period), part_of=None, assumed=(*assumed, *draft.assumed),
            )
        )  # fmt: skip
    indicators = _link_bracketed(document, _link_parts(document, passages, indicators))
    return tuple(indicators), (*warnings, *_contradictions(document.text, indicators))
