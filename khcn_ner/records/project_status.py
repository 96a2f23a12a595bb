"""How far a project is and how it was graded: the words around its title in, `status` and `grade` out.

    table row or list item ─▶ clause ─▶ sentence ─▶ lead-in of its list ─▶ heading ─▶ report's title

The first of these that tells decides; of several statuses in one of them the latest counts (docs/gold-records.md).
"""

from __future__ import annotations

from collections.abc import Iterable

import regex

from khcn_ner.syllables import fold

# What is only planned hasn't happened: `dự kiến nghiệm thu`, `sẽ nghiệm thu trong quý IV`.
_AHEAD = regex.compile(
    r"(?<!\p{L})(?:sẽ|dự kiến|chuẩn bị|chưa|kế hoạch|sắp|trước khi|đợi tới ngày)(?:\s+\p{L}+){0,2}\s*$",
    regex.IGNORECASE,
)
_NOT_YET = regex.compile(r"(?<!\p{L})(?:chưa|chờ|đề nghị|xin|để)(?:\s+\p{L}+){0,3}\s*$")
_WORDS = (
    ("nghiệm thu", (
        r"nghi[ệê]m thu|bảo vệ cấp|xếp loại|công nhận kết quả|hoàn thành (?:và )?bàn giao|"
        r"(?:chuyển|bàn) giao kết quả|đã (?:được )?(?:chuyển|bàn) giao|(?<!chưa )xong(?=\s*[.;]|\s*$)|"
        r"đưa kết quả (?:\p{L}+ ){0,3}(?:ứng dụng|vào)"
    )),
    ("đề xuất", (
        r"đề xuất|đăng ký|kiến nghị|(?:xin|lấy) ý kiến|(?:vào|trình|xây dựng) danh mục|"
        r"danh mục (?:\p{L}+ ){0,3}đặt hàng|"
        r"đặt hàng|chờ (?:thẩm định|xét|phê duyệt)|ủng hộ|đang xét|(?:trình|chuẩn bị|"
        r"soạn) (?:[\p{L}&]+,? ){0,6}(?:đề án|dự án|nhiệm vụ|phê duyệt)|(?:đã|đang) trình"
    )),
    ("tuyển chọn", r"tuyển chọn|giao trực tiếp|xét duyệt|xét chọn"),
    ("tạm dừng", r"tạm dừng|dừng (?:thực hiện|triển khai)|(?:đề nghị|xin|cho|phải) dừng|đình chỉ|thanh lý|chấm dứt"),
    ("gia hạn", r"gia hạn|kéo dài thời gian|lùi (?:thời gian|thời hạn|đến|sang)"),
    ("triển khai", (
        r"đang (?:\p{L}+ ){0,2}(?:thực hiện|triển khai|làm)|triển khai thực hiện|chuyển tiếp|"
        r"tiếp tục (?:\p{L}+ ){0,2}(?:thực hiện|triển khai)|đã trồng|đẩy nhanh tiến độ|(?:đúng|chậm|kiểm tra|"
        r"báo cáo) tiến độ|"
        r"\d+\s?% khối lượng|chậm \d+ tháng"
    )),
    ("phê duyệt", r"phê duyệt|mở mới|(?<!xét |kiểm |thẩm |soát )duyệt"),
)  # fmt: skip
_STATUSES = tuple((status, regex.compile(rf"(?<!\p{{L}})(?:{words})(?!\p{{L}})")) for status, words in _WORDS)
_GOES_ON = regex.compile(
    r"(?<!\p{L})(?:tiến độ|đang|thực hiện|triển khai|chủ trì|kiểm tra|thanh tra|làm|chạy thử|khảo nghiệm|"
    r"phân tích)(?!\p{L})"
)
# What a heading or the report's title says of all that stands under it.
_OF_ALL = (
    ("nghiệm thu", regex.compile(r"nghiệm thu(?!\p{L})")),
    ("đề xuất", regex.compile(r"(?<!\p{L})(?:đề xuất(?! (?:giải pháp|kiến nghị|xử lý))|đăng ký|đặt hàng)(?!\p{L})")),
    ("tuyển chọn", regex.compile(r"tuyển chọn(?!\p{L})")),
    ("triển khai", regex.compile(r"(?:chuyển tiếp|đang (?:thực hiện|triển khai))(?!\p{L})")),
    ("phê duyệt", regex.compile(r"(?:mở mới|phê duyệt)(?!\p{L})")),
)
# Projects of a contest, and drafts that a body was only asked about, are no one's tasks under way.
_NO_TASK = regex.compile(
    r"(?<!\p{L})(?:cuộc thi|đi thi|dự thi|giải (?:nhất|nhì|ba|khuyến khích)|dự án khởi nghiệp|(?:tham gia|"
    r"góp) ý kiến)(?!\p{L})"
)

_WORDED = r"xuất sắc|giỏi|khá|không đạt|đạt(?= yêu cầu|\s*[.,;:)(”\"\n]|$)"
_GRADE = rf"(?P<grade>{_WORDED})"
_GRADE_OR_LETTER = rf"(?P<grade>{_WORDED}|[ABC](?![\p{{L}}\d]))"
_SAID = r"(?:xếp(?:\s+loại)?|(?<!các |chủng )loại|kết quả|mức|đánh giá)(?:\s+(?:đạt|loại|mức|ở mức|là))*\s*:?\s*[“\"]?"
_GRADED = regex.compile(rf"(?<!\p{{L}}){_SAID}{_GRADE}(?!\s*\d)", regex.IGNORECASE)
_GRADED_LATER = regex.compile(
    rf"(?<!\p{{L}})(?:xếp loại(?: chung)?|xếp|đạt loại|đánh giá (?:xếp )?loại)\s*:?\s*[“\"]?(?:đạt\s+|loại\s+)?"
    rf"{_GRADE_OR_LETTER}(?!\s*\d)",
    regex.IGNORECASE,
)
# “…”: Khá. Hội đồng đề nghị nhân rộng.
_GRADED_AT_ONCE = regex.compile(rf"[\s”“\"»]*[:–-]\s*{_GRADE}(?=\s*(?:[.;,)(\n]|$))", regex.IGNORECASE)
_ACCEPTED_AS = regex.compile(
    rf"nghiệm thu[^.;\n]{{0,40}}?[,:(]\s*(?:đạt\s+)?(?:loại\s+)?{_GRADE}(?!\s*\d)", regex.IGNORECASE
)


def status_said(texts: Iterable[str]) -> str | None:
    """Give the status that the first of some texts tells.

    Example:
        >>> status_said(["dự án", "Cho gia hạn 06 tháng đối với hai đề tài"])
        'gia hạn'
        >>> status_said(["sẽ nghiệm thu trong quý IV"]) is None
        True
    """
    for text in texts:
        lowered = text.lower()
        for status, pattern in _STATUSES:
            found = pattern.search(lowered)
            if found is None:
                continue
            before = lowered[: found.start()]
            if status == "phê duyệt" and _NOT_YET.search(before):
                return "đề xuất"
            if not (status == "nghiệm thu" and _AHEAD.search(before)):
                return status
    return None


def status_of_all(texts: Iterable[str]) -> str | None:
    """Give the status that the first of some headings or titles tells of all projects under it."""
    for text in texts:
        lowered = text.lower()
        if "," in lowered:
            continue  # a headline: GIẢI NGÂN KHÁ, NGHIỆM THU CÒN CHẬM
        status = next((status for status, pattern in _OF_ALL if pattern.search(lowered)), None)
        if status is not None:
            return status
    return None


def goes_on(texts: Iterable[str]) -> bool:
    """Tell whether a text tells of work on a project."""
    return any(_GOES_ON.search(text.lower()) for text in texts)


def is_task(texts: Iterable[str]) -> bool:
    """Tell whether nothing says that a project is only a contest's or a draft of others."""
    return not any(_NO_TASK.search(text.lower()) for text in texts)


def grade_said(near: str, later: str) -> str | None:
    """Give the grade that the words after a title say, or that its council gave further on.

    Example:
        >>> grade_said("” do TS. X làm chủ nhiệm, được xếp loại Khá (85/100 điểm)", "")
        'khá'
        >>> grade_said("nghiệm thu 05 đề tài (xuất sắc 01, khá 03)", "")
    """
    found = (
        _GRADED_AT_ONCE.match(near)
        or _GRADED_LATER.search(near)
        or _GRADED.search(near)
        or _ACCEPTED_AS.search(near)
        or _GRADED_LATER.search(later)
    )
    if found is None:
        return None
    grade = found["grade"]
    return grade.upper() if len(grade) == 1 else fold(grade)
