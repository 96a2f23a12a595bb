import pytest

from khcn_ner.corpus.inline import inline_document
from khcn_ner.corpus.suspects import find_suspects


def rules(marked):
    document = inline_document(marked, name="a")
    return [(one.rule, document.text[one.start : one.end]) for one in find_suspects(document)]


@pytest.mark.parametrize(
    ("marked", "found"),
    [
        ("[[ORG|Trung tâm]] họp", [("bare-head", "Trung tâm")]),
        ("[[ORG|Đảng uỷ]] họp", [("bare-head", "Đảng uỷ")]),
        ("[[PER|đồng chí Lê Tám]]", [("title-in-name", "đồng chí Lê Tám")]),
        ("[[PER|TS. Lê Tám]]", [("title-in-name", "TS. Lê Tám")]),
        ("[[PER|Lê Tám 2]]", [("digit-in-name", "Lê Tám 2")]),
        ("[[DATE|đầu năm]]", [("date-without-number", "đầu năm")]),
        ("trong năm [[DATE|2021]]", [("date-word-left-out", "2021")]),
        ("từ ngày [[DATE|06/10]]", [("date-word-left-out", "06/10")]),
        ("[[QUANTITY|trên 80 lượt]]", [("approximation-inside", "trên 80 lượt")]),
        ("[[QUANTITY|nhiều lượt]]", [("quantity-without-number", "nhiều lượt")]),
        ("[[PROJECT|Nuôi ong]]", [("short-title", "Nuôi ong")]),
        ("[[PROJECT|dự án Nuôi ong lấy mật]]", [("task-word-inside", "dự án Nuôi ong lấy mật")]),
        ("hỗ trợ 30.000.000 đồng", [("unmarked-amount", "30.000.000 đồng")]),
        ("có 163/440 PTĐ", [("unmarked-amount", "163/440 PTĐ")]),
        ("đạt 37%", [("unmarked-amount", "37%")]),
        ("[[ORG|UBND tỉnh]] và UBND tỉnh", [("unmarked-repeat", "UBND tỉnh")]),
    ],
)
def test_what_the_guidelines_leave_out_is_a_suspect(marked, found):
    assert rules(marked) == found


@pytest.mark.parametrize(
    "marked",
    [
        "[[ORG|Trung tâm Ứng dụng]] họp [[DATE|ngày 06/10]]",
        "nhiệm kỳ [[DATE|2020-2025]], [[DATE|quý III]], [[DATE|tháng Tám]]",
        "[[QUANTITY|hai dự án]], trên [[QUANTITY|80 lượt]]",
        "Quyết định số 49/2014/QĐ-UBND, ISO 9001:2015, mục 1, cơ sở",
        "[[ORG|JICA]] họp, JICA nói",  # too short to be told from other things
        "[[PROJECT|Nuôi ong lấy mật]]",
        "[[ORG|UBND tỉnh Hà Nam]] thuộc UBND tỉnh",
        "[[ORG|UBND tỉnh]] và UBND tỉnhlẻ",
    ],
)
def test_what_they_keep_is_none(marked):
    assert rules(marked) == []
