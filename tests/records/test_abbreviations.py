import pytest

from khcn_ner.records.abbreviations import defined_abbreviations, expand


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hệ thống quản lý chất lượng (HTQLCL)", {"HTQLCL": "Hệ thống quản lý chất lượng"}),
        ("theo dõi phương tiện đo (gọi tắt là PTĐ)", {"PTĐ": "phương tiện đo"}),
        ("khoa học và công nghệ (viết tắt: KHCN)", {"KHCN": "khoa học và công nghệ"}),
        ("ban chỉ đạo (sau đây gọi tắt là “BCĐ”)", {"BCĐ": "ban chỉ đạo"}),
    ],
)
def test_words_before_a_bracket_define_what_their_initials_spell(text: str, expected: dict[str, str]) -> None:
    assert defined_abbreviations(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "đạt kế hoạch (PTĐ)",  # other initials
        "phương tiện đo (ptđ)",  # no capitals
        "phương tiện đo (PTĐ đã kiểm định)",  # more than an abbreviation
        "(PTĐ)",
        "phương tiện\nđo (PTĐ)",  # not one line
    ],
)
def test_other_brackets_define_nothing(text: str) -> None:
    assert defined_abbreviations(text) == {}


def test_the_first_definition_counts() -> None:
    assert defined_abbreviations("trung tâm (TT); thanh tra (TT)") == {"TT": "trung tâm"}


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("kiểm định PTĐ", "kiểm định phương tiện đo"),
        ("phương tiện đo PTĐ", "phương tiện đo PTĐ"),  # spelled out beside it
        ("kiểm định PTĐ-2", "kiểm định PTĐ-2"),  # part of a code
        ("kiểm định ptđ", "kiểm định ptđ"),
        ("ISO", "ISO"),
    ],
)
def test_expand_spells_out_whole_words(phrase: str, expected: str) -> None:
    assert expand(phrase, {"PTĐ": "phương tiện đo"}) == expected
