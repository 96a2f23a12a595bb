"""Items: a number in its clause in, the noun phrase that it counts or measures out.

The phrase stands after a count ("12 cơ sở kinh doanh xăng dầu"), before a measure ("kinh phí …: 30 triệu đồng") or
before a bare number ("nhãn hiệu 37"); where there is none, what it goes on from has it ("giảm từ 23% xuống 6,5%").
"""

from __future__ import annotations

from dataclasses import dataclass

import regex

from khcn_ner.document import Span
from khcn_ner.records.clauses import AMOUNT, DAY, NAME, Clauses
from khcn_ner.records.figure_tables import Cell, ColumnKind
from khcn_ner.records.model import Dimension, NormalisedQuantity
from khcn_ner.records.passages import Passage
from khcn_ner.records.verbs import Verb

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
    "KH&CN": "khoa học và công nghệ", "KHCN": "khoa học và công nghệ",
    "CCHC": "cải cách hành chính", "XDCB": "xây dựng cơ bản", "MSMV": "mã số mã vạch",
    "CBCCVC": "cán bộ, công chức, viên chức",
}  # fmt: skip

MEASURED = regex.compile(
    r"(?<!\p{L})(?:(?:tổng )?(?:kinh phí|diện tích|doanh thu|số tiền|vốn|mức|dự toán|quyết toán|giá trị|"
    r"nguồn|thu nhập)|"
    r"năng suất|sản lượng|tỷ lệ|tỉ lệ|giá|mật độ|công suất|thời gian|thời hạn|ngân sách|lợi nhuận|lãi|dung tích|"
    r"khối lượng|trọng lượng|chiều dài|chiều cao|chiều rộng|đường kính|độ (?:ẩm|cao|mặn|bền|đạm|phì|dốc|sâu|"
    r"dày|sáng|ồn|co rút|che phủ|đứt|pH)|nhiệt độ|nồng độ|sai số|hàm lượng|"
    r"quy mô|số lượng|lũy kế|chỉ tiêu|lương|học phí|chi phí|nguồn thu|đối ứng|tiền|số dư|lượng|số \p{L}+|"
    r"tổng thu|thu (?:sự nghiệp|ngân sách|dịch vụ)|tổng chi|liều|hiệu suất|hiệu lực)(?!\p{L})",
    regex.IGNORECASE,
)
# An item's noun phrase ends before these words, which begin what happened to it, where or when.
_STOP = regex.compile(
    r"(?<!\p{L})(?:được|đã|đang|sẽ|tại|trên|của|cho|với|để|do|trong|từ|theo|đạt|là|có|bắt đầu|tham gia|"
    r"thực hiện|đăng ký|bằng|sang|so|gồm|bao gồm|bị|chưa|không|còn|nhằm|phục vụ"
    r"|ở|vào|ra|khi|sau|trước|mà|nên|đến|đều|cùng|như|về|nếu|vì|xin|làm|vi phạm|xếp loại|"
    r"đề nghị|vượt|thấp|cao|tăng|thêm|thay|"
    r"giảm|(?<!doanh )thu(?! nhập| phí)|(?<!trực )thuộc|liên quan|phát|qua|tới|dự(?! án| thảo| toán| phòng|"
    r" bị)|sử dụng|nộp|phải|"
    r"lưu thông|cả năm|tặng|hoàn thành|mỗi|thì|chỉ|vẫn|cũng|rồi|hiện|xuống|lên|lại|gửi|đưa|nơi|hay|"
    r"tương đương|và\s+(?:\d|"
    r"phân phối|đang|đã|được|có|cho))(?!\p{L})"
)
_COORDINATED = (
    r"dự án|đề tài|đề án|nhiệm vụ|bài|cá nhân|tổ chức(?! thành| các| được|\s\p{L}+\s▣)|doanh nghiệp|"
    r"viên chức|công chức|người lao động|"
    "video|phóng sự|cơ sở|hợp tác xã|hiệu chuẩn|xã|phường|thị trấn|huyện|thành phố|tập thể|đơn vị|cơ quan"
)
_PHRASE = regex.compile(rf"[^,.;:()\n“”\"/]*(?:(?:,|/)\s*(?:{_COORDINATED})(?!\p{{L}})[^,.;:()\n“”\"/]*)*")
_LABEL_BEFORE = regex.compile(r"(?:^|[;\n.]|(?<=\s)[-–+•]|\))\s*(?P<label>\p{L}[^:;\n.]{2,55}?)\s*:\s*$")
# Those that act: a verb after them says what they did, not what kind they are.
_ACTORS = frozenset(
    "người hộ nhân viên sinh biểu dân chúng chí thể sĩ sư gia phó hữu lao nghiệp chức vấn bộ khách sản giáo trưởng "
    "đảng đoàn hội công bạn em cháu cô anh chị quan xã phường huyện tỉnh trường tộc khẩu vị".split()
)
_KINDS = frozenset(
    "sản xuất|kinh doanh|quản lý|nghiên cứu|hoạt động|lao động|hợp tác|chế biến|nuôi|trồng|công tác|tiêu biểu|"
    "khởi nghiệp|vận hành|giảng dạy|kiểm tra|thanh tra|tư vấn|chuyển giao|kiểm định|dịch vụ|xuất khẩu|bảo vệ|"
    "thí nghiệm|"
    "thử nghiệm|phân phối|nhập khẩu|chuyển tiếp|mở mới|kinh tế|bảo quản".split("|")
)
# A word for how things are packed, which says nothing of what they are.
_CLASSIFIERS = frozenset("lô cái chiếc con cây bộ trường hợp lượt lần kỳ ca".split())
_JOINT_AT_END = regex.compile(r"\s*(?:,\s*)?(?:(?<!\p{L})(?:và|cùng|với)\s*)?$")
_PAPERS = frozenset({"đơn", "hồ sơ", "phiếu", "giấy"})
_HANDS_IN = frozenset({"nộp", "gửi"})  # what becomes of a paper, not what it is for
_PUBLISHES = frozenset({"đăng", "đăng tải", "phát sóng"})
_NEWS = frozenset({"tin", "bài", "viết", "sự"})
_SHARE_BESIDE = regex.compile(r"\s*\([▣\s]{1,14}\)\s*")
# What things are packed in: said of a thing that was named before.
_PACKED = frozenset("cuốn bản hộp chai gói túi lọ bộ tờ quyển bao thùng".split())
_JOINS = frozenset({"là", "gồm", "bao gồm", "ra", "cần", "chiếm"})
GOES_ON = regex.compile(
    r"[^,;.:()\n▣]{0,45}?(?<!\p{L})(?:xuống|lên|còn|đến|tới|thành|sang|so với|tương đương|±)(?:\s+(?:còn|chỉ|"
    r"tới|đến|mức))*\s*"
    r"|\s*±\s*", regex.IGNORECASE
)  # fmt: skip
# Tổng số đề tài, dự án quản lý trong năm là 38; Số nhiệm vụ đang quản lý: 74.
_SUM_OF = regex.compile(
    r"(?<!\p{L})(?:tổng )?số (?P<thing>(?:đề tài|dự án|nhiệm vụ|đề án|sáng kiến|hồ sơ|đơn|văn bằng)"
    r"(?:, (?:đề tài|dự án|nhiệm vụ|đề án))*)(?!\p{L})[^,;.:()\n▣]{0,40}?(?:là|:)\s*$",
    regex.IGNORECASE,
)
_TRAILING = regex.compile(
    r"(?<![\s:,(–-])"
    r"(?:[\s:,(–-]|(?<!\p{L})(?:được|đối với|cho|tại|là|gồm|với|trên|gần|khoảng|hơn|trong|bao gồm|của|các|từ|"
    r"về|ở|(?<!sai )số|tổng số|lũy kế|có|và|ước|chưa đến|không quá|dưới|xong|ít nhất|tổng cộng|trong đó|"
    r"kết quả|xuống|lên|đến|"
    r"còn|chỉ|mới|đã|(?<!văn |đồng )bằng|tương đương|cả năm|tối thiểu|tối đa|chừng|cả thảy|hiện nay|đến nay))+$",
    regex.IGNORECASE,
)
_OPENING = regex.compile(
    r"^(?:(?:và|với|về|đã|đang|được|hơn|còn|gồm|trong đó|mới|bằng|sau|xuống|khi|cùng|thì|lên|riêng|trong khi|"
    r"theo(?! dõi)|"
    r"trong năm|trong kỳ|cả|chỉ|các|những|mỗi|từ|bình quân)(?:\s+|$))+",
    regex.IGNORECASE,
)
_NUMBER_OF = regex.compile(r"số lượng(?: là)?$", regex.IGNORECASE)
_GRADE = regex.compile(
    r"xuất sắc|giỏi|khá|đạt|không đạt|trung bình|yếu|cấp \p{L}+(?:\s\p{L}+)?|chuyển tiếp|mở mới|loại \p{L}+|"
    r"hạng \p{L}+|nam|nữ",
    regex.IGNORECASE,
)
# What money is, by the verb that moves it, where nothing else names it.
_MONEY = {
    "phạt": "tiền phạt", "xử phạt": "tiền phạt", "thưởng": "tiền thưởng", "thu": "tiền thu", "thu được": "tiền thu",
    "nộp": "số tiền", "thu hồi": "số tiền", "truy thu": "số tiền",
}  # fmt: skip
_MOVES_MONEY = regex.compile(r"(?<!\p{L})(?:xử phạt|phạt|thưởng|thu được|thu hồi|truy thu|thu|nộp)(?!\p{L})", regex.I)
_TOTAL = regex.compile(r"(?:tổng )?cộng|tổng(?: số)?$", regex.IGNORECASE)
_UNNAMED = {Dimension.AREA: "diện tích", Dimension.DURATION: "thời gian"}


@dataclass(frozen=True, slots=True)
class Tail:
    """What follows a number: its noun's words, where they end, and the verb that begins what the noun did."""

    words: str
    end: int
    predicate: Verb | None


def trim(phrase: str) -> str | None:
    """Give a phrase without the words and signs that only join it to what is around it, or None if nothing is left.

    Example:
        >>> trim("và tổng kinh phí là: ")
        'tổng kinh phí'
    """
    balanced = phrase.count("(") == phrase.count(")")
    phrase = _TRAILING.sub("", " ".join(phrase.split()).rstrip(" .…"))
    phrase = _OPENING.sub("", phrase.strip(' ,.;:-–()+“”"…'))
    if phrase.count("(") > phrase.count(")"):
        phrase = f"{phrase})" if balanced else phrase[: phrase.rindex("(")].rstrip(" ,")
    return phrase or None


def read_tail(clauses: Clauses, span: Span, unit: str | None, end: int, *, is_count: bool) -> Tail:
    """Read what follows a number up to `end`, the next number or its clause's end.

    A verb after the noun is what it did where the noun can act ("42 cá nhân đăng ký"), or a result ("02 mẫu không
    đạt"); after another noun it says what kind of thing it is ("07 lớp tập huấn").
    """
    end = min(end, span.end + 110)
    text, masked = clauses.text, clauses.masked
    if unit is None and regex.match(r"\s+\p{Lu}|\s*$", masked[span.end : span.end + 3]):
        return Tail("", span.end, None)  # a table's cell: 878,0 Mới thả …
    match = _PHRASE.match(masked, span.end, end)
    phrase_end = match.end() if match is not None else span.end
    stop = _STOP.search(masked, span.end, phrase_end)
    noun_end = stop.start() if stop is not None else phrase_end
    for sign in (NAME, AMOUNT, DAY):
        at = masked.find(sign, span.end, noun_end)
        noun_end = at if at >= 0 else noun_end
    share = _SHARE_BESIDE.match(masked, phrase_end, end)  # 86/109 xã (78,9%) công bố lại
    told_from = share.end() if share is not None else phrase_end
    clause_verbs = clauses.verbs(span.end, min(clauses.segment_end(told_from, end), end))
    words_before = (unit or "").lower().split()
    predicate = None
    for verb in clause_verbs:
        between = masked[span.end : verb.start].lower().split()
        head = ([*words_before, *between] or [""])[-1]
        joined = head == "và"
        can_act = head in _ACTORS or (len(between) <= 4 and (words_before or [""])[-1] in _ACTORS)
        acts = can_act and (verb.is_strong or verb.is_result) and verb.word not in _KINDS
        is_paper = (unit or "").lower() in _PAPERS and not between and verb.word not in _HANDS_IN
        if is_paper and not verb.is_marked and not verb.is_result:
            continue  # 42 đơn đăng ký
        if verb.word == "đạt" and (unit or "").lower() == "phiếu":
            continue  # 02 phiếu đạt: a vote for it
        if verb.word in _PUBLISHES and head in _NEWS:
            predicate = verb  # 168 tin, bài đăng trên cổng
            break
        if verb.word in _JOINS or (verb.is_of_noun and verb.start < noun_end):
            continue
        beside = not is_count and not between and verb.is_strong  # 850 triệu đồng mua 01 bộ
        if verb.start >= noun_end or acts or joined or beside or (verb.is_result and not verb.is_strong):
            predicate = verb
            break
    if predicate is not None and predicate.start < noun_end:
        noun_end = predicate.start
    joint = _JOINT_AT_END.search(masked, span.end, noun_end)
    noun_end = joint.start() if joint is not None else noun_end
    return Tail(" ".join(text[span.end : noun_end].split()[:9]), noun_end, predicate)


def _label(clauses: Clauses, start: int, end: int) -> Passage:
    """Give the segment that ends at a number, or the one before the sign right before it; after any name or date."""
    segments = clauses.segments(max(start, end - 110), end)
    label = segments[-1]
    if not clauses.text[label.start : label.end].strip(" –-") and len(segments) > 1:
        sign = clauses.text[segments[-2].end]
        label = segments[-2] if sign in ":(" else label
    masked = clauses.masked[label.start : label.end]
    cut = max(masked.rfind(sign) for sign in (NAME, AMOUNT, DAY)) + 1
    return Passage(label.start + cut, label.end)


def noun_before(clauses: Clauses, start: int, end: int) -> str | None:
    """Give the noun phrase before a number: `diện tích 1500m2`, `nhãn hiệu 37`, `phân đạm giảm 22 kg`."""
    head = clauses.masked[max(start, end - 110) : end]
    left = end - len(head)
    near = [one for one in MEASURED.finditer(head) if not regex.search(r"[;\n,▣]", head[one.end() :])]
    if near:
        # Tỷ lệ vốn đối ứng is one noun; phòng chuẩn khối lượng giữ nhiệt độ measures the last one.
        between = Passage(left + near[0].end(), left + near[-1].start())
        apart = regex.search(r"(?<!\p{L})(?:ở|tại|với)(?!\p{L})", clauses.masked[between.start : between.end]) or any(
            verb.is_strong and not verb.is_of_noun for verb in clauses.verbs(between.start, between.end)
        )
        return trim(_before_predicate(clauses, left + near[-1 if apart else 0].start(), end))
    label = _label(clauses, start, end)
    verbs = clauses.verbs(label.start, label.end)
    change = verbs[-1] if verbs and not verbs[-1].is_strong and verbs[-1].word not in _JOINS else None
    if change is not None and len(clauses.text[change.end : label.end].split()) <= 2:
        label = Passage(label.start, change.start)
    words = clauses.text[label.start : label.end].split()
    return trim(" ".join(words)) if 0 < len(words) <= 14 else None


def _before_predicate(clauses: Clauses, start: int, end: int) -> str:
    """Give a measured noun's words without what is told of it: `tỷ lệ hộ nghèo | giảm từ`, `kinh phí | được giao`."""
    told = regex.compile(
        r"(?<!\p{L})(?:được|đã|do|còn|chỉ|giảm|tăng|đạt|chiếm|vượt|hao hụt|cao hơn|thấp hơn|trở lại|là|"
        r"ước)(?!\p{L}|\s+(?:thêm|trưởng))"
    ).search(clauses.text, start + 3, end)
    return clauses.text[start : told.start()] if told else clauses.text[start:end]


@dataclass(frozen=True, slots=True)
class Before:
    """The number before one in its sentence, as far as its item goes."""

    item: str | None
    end: int
    unit: str | None
    dimension: Dimension | None
    thing: str | None = None  # the item of the last count with a unit, which bare numbers after it divide


class ItemFinder:
    """Finds the item of each number of a document, taken in order."""

    def __init__(self, clauses: Clauses) -> None:
        self.clauses = clauses

    def find(
        self, span: Span, amount: NormalisedQuantity, tail: Tail, start: int, before: Before | None
    ) -> tuple[str | None, bool]:
        """Give the item, and whether it is only assumed.

        Args:
            span: the number.
            amount: what it says.
            tail: what follows it.
            start: where the words begin that can belong to it.
            before: the number before it in its sentence.
        """
        gap = self.clauses.masked[before.end : span.start] if before is not None else ""
        same = before is not None and (_same_kind(before, amount) or "tương đương" in gap)
        if before is not None and before.item and same and GOES_ON.fullmatch(gap):
            return before.item, False
        if amount.dimension is Dimension.COUNT and amount.unit is not None:
            return self._counted(span, amount.unit, tail, start, before), False
        summed = self.sum_of(span, amount, start)
        return (summed, False) if summed is not None else self._measured(span, amount, tail, start, before)

    def _said(self, start: int, span: Span) -> str:
        return str(self.clauses.text[max(start, span.start - 20) : span.start].rstrip())

    def _counted(self, span: Span, unit: str, tail: Tail, start: int, before: Before | None) -> str | None:
        thing = unit.split("/", maxsplit=1)[0]  # 500 cuốn/số
        spelled = COUNTED.get(thing, thing)
        after = tail.words.strip(" ,")
        label = _LABEL_BEFORE.search(self.clauses.text, max(start, span.start - 80), span.start)
        if label is not None and not after and not self._opens_with_verb(label.start("label"), label.end("label")):
            return trim(label["label"])  # - Cột đo xăng dầu: 684/720 cột
        if thing.lower() in _PACKED and not after:
            if (
                before is not None
                and before.thing
                and (before.unit == unit or _NUMBER_OF.search(self._said(start, span)))
            ):
                return before.thing  # 8.069 hộp trà, tiêu thụ được 8.000 hộp; 02 số tài liệu, số lượng 1.000 cuốn
            named = self._before_bracket(start, span)
            if named is not None:
                return named
        if thing.lower() in _CLASSIFIERS and not after:
            named = noun_before(self.clauses, start, span.start)
            if named is not None and not self._has_verb(start, span.start):
                return named  # nước mắm đóng chai 21/24 lô
        return trim(spelled + tail.words if tail.words.startswith((",", "/")) else f"{spelled} {tail.words}")

    def sum_of(self, span: Span, amount: NormalisedQuantity, start: int) -> str | None:
        """Give what a bare number is the sum of: `Tổng số đề tài, dự án quản lý trong năm là 38`."""
        if amount.unit is not None or amount.dimension is not Dimension.COUNT:
            return None
        said = _SUM_OF.search(self.clauses.masked, max(start, span.start - 110), span.start)
        return self.clauses.text[said.start("thing") : said.end("thing")] if said is not None else None

    def _measured(
        self, span: Span, amount: NormalisedQuantity, tail: Tail, start: int, before: Before | None
    ) -> tuple[str | None, bool]:
        named = noun_before(self.clauses, start, span.start)
        if named is not None and before is not None and before.thing and _GRADE.fullmatch(named):
            return f"{before.thing} {named.lower()}", True  # 05 đề tài (xuất sắc 01, khá 03)
        after = trim(tail.words) if tail.words.strip(" ,") else None
        is_measure = named is not None and MEASURED.match(named) is not None
        if named is not None and not is_measure and self._governed(start, span.start, named):
            named = None
        if is_measure:
            return named, False
        if amount.dimension is Dimension.CURRENCY:
            return self._money(span, named, start, before)
        if amount.dimension is Dimension.DURATION:
            after = None  # 06 tháng đối với …: nothing is made of months
        divided = self._divided(span, amount, named, start, before)
        if divided is not None:
            return divided, True
        # 60 kg giun giống: what is measured stands after the measure.
        found = after if amount.unit is not None and after is not None else None
        found = found or named or after or (amount.unit if amount.unit == "điểm" else None)
        if found is not None:
            return found, False
        is_share = amount.dimension is Dimension.PERCENT and before is not None
        unnamed = _UNNAMED.get(amount.dimension) if amount.dimension is not None else None
        assumed = before.item if is_share and before is not None else unnamed  # cấp 44 văn bằng, tăng 15,8%
        return assumed, assumed is not None

    def _divided(
        self, span: Span, amount: NormalisedQuantity, named: str | None, start: int, before: Before | None
    ) -> str | None:
        """Give the item of a bare number that divides a count before it: `31 đề tài, trong đó chuyển tiếp 19`."""
        if amount.unit is not None or before is None or before.thing is None or before.dimension is not Dimension.COUNT:
            return None
        if named is not None and not self._has_change(start, span.start):
            return None
        said = _label(self.clauses, start, span.start)
        label = trim(self.clauses.text[said.start : said.end])
        return f"{before.thing} {label.lower()}" if label and len(label.split()) <= 4 else before.thing

    def _money(self, span: Span, named: str | None, start: int, before: Before | None) -> tuple[str | None, bool]:
        if named is not None:
            return named, False
        near = before is not None and ";" not in self.clauses.masked[before.end : span.start]
        if near and before is not None and before.dimension is Dimension.CURRENCY and before.item is not None:
            return before.item, True
        moved = list(_MOVES_MONEY.finditer(self.clauses.masked, max(start, span.start - 40), span.start))
        return (_MONEY[moved[-1][0].lower()], True) if moved else (None, False)

    def _before_bracket(self, start: int, span: Span) -> str | None:
        """Give the noun that a bracket counts: `Xuất bản Lịch khoa học (2.000 cuốn)`."""
        if not self._said(start, span).endswith("("):
            return None
        segments = self.clauses.segments(start, span.start)
        before = segments[-2] if len(segments) > 1 else segments[-1]
        verbs = [verb for verb in self.clauses.verbs(before.start, before.end) if verb.is_strong]
        first = verbs[0].end if verbs else before.start
        masked = self.clauses.masked[first : before.end]
        name = regex.search(r"[□▣◇]", masked)
        return trim(self.clauses.text[first : first + name.start()] if name else self.clauses.text[first : before.end])

    def _has_change(self, start: int, end: int) -> bool:
        """Tell whether a verb such as có or còn stands right before a bare number, whose thing was named before."""
        label = _label(self.clauses, start, end)
        verbs = self.clauses.verbs(label.start, label.end)
        return (
            bool(verbs) and verbs[-1].word in ("có", "còn", "ra") and not self.clauses.text[verbs[-1].end : end].strip()
        )

    def _opens_with_verb(self, start: int, end: int) -> bool:
        verbs = self.clauses.verbs(start, end)
        return bool(verbs) and verbs[0].start == start and verbs[0].is_strong

    def _has_verb(self, start: int, end: int) -> bool:
        segment = self.clauses.segments(start, end)[-1]
        return any(verb.is_strong and not verb.is_of_noun for verb in self.clauses.verbs(segment.start, segment.end))

    def _governed(self, start: int, end: int, named: str) -> bool:
        """Tell whether the words before a number are a verb and its own words, not a noun."""
        segment = _label(self.clauses, start, end)
        at = self.clauses.text.find(named.split(maxsplit=1)[0], segment.start, segment.end)
        verbs = self.clauses.verbs(segment.start, segment.end)
        free = [verb for verb in verbs if not verb.is_of_noun and verb.word not in _JOINS]
        told = free[-1:] if free and not free[-1].is_strong and free[-1].start > at >= 0 else []
        return any(verb not in told for verb in free)


def _same_kind(before: Before, amount: NormalisedQuantity) -> bool:
    return before.unit == amount.unit or before.dimension is amount.dimension


def read_label(clauses: Clauses, cell: Cell) -> tuple[str | None, str | None]:
    """Read the label of a table's row as the item of its numbers and, where it opens with a verb, what was done.

    Money in a table of money is `kinh phí` for what the row names, or what the table's head calls it.
    """
    words = " ".join(clauses.text[cell.label.start : cell.label.end].split())
    words = regex.sub(r"(?i)(?<!\p{L})(\p{L}+(?: \p{L}+)?) \1$", r"\1", words)  # Thử nghiệm mẫu | mẫu
    head = cell.table_item
    is_money = head is not None and cell.unit not in (None, "%")
    if cell.kind in (ColumnKind.MONEY, ColumnKind.TIME):
        return ("kinh phí" if cell.kind is ColumnKind.MONEY else "thời gian thực hiện"), None
    if is_money and head is not None:
        if _TOTAL.match(words) or not regex.match(r"(?:tổng )?(?:kinh phí|dự toán|vốn)", head, regex.IGNORECASE):
            return head, None
        return f"kinh phí {words[:1].lower()}{words[1:]}", None
    verb = next(iter(clauses.verbs(cell.label.start, cell.label.end)), None)
    opens = verb is not None and verb.start == cell.label.start and verb.is_strong
    if opens and verb is not None:
        rest = words[len(verb.word) :].strip()
        return (rest or words), verb.word
    return trim(words), None
