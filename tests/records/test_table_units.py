import pytest

from khcn_ner.records.quantities import normalise_quantity
from khcn_ner.records.table_units import in_table_unit, table_units, unit_at


@pytest.mark.parametrize(
    ("text", "unit", "item"),
    [
        ("Tên nhiệm vụ; kinh phí (triệu đồng)\n", "triệu đồng", "kinh phí"),
        ("Tổng dự toán (trđ)", "trđ", "Tổng dự toán"),
        ("Bảng kê, ĐVT: triệu đồng", "triệu đồng", None),
        ("Đơn vị tính: tỷ đồng", "tỷ đồng", None),
        ("Các khoản dưới đây tính bằng triệu đồng:", "triệu đồng", None),
    ],
)
def test_a_head_says_a_unit_of_money(text: str, unit: str, item: str | None) -> None:
    said = unit_at(len(text), table_units(text))
    assert said is not None
    assert (said.unit, said.item) == (unit, item)


@pytest.mark.parametrize("text", ["", "kinh phí 30 triệu đồng", "số lượng (cái)", "đơn vị: Phòng Tài chính"])
def test_other_words_say_none(text: str) -> None:
    assert unit_at(len(text), table_units(text)) is None


def test_a_unit_holds_from_its_place_to_the_next_caption() -> None:
    text = "Mở đầu.\nBiểu 1. Kinh phí (triệu đồng)\n1 Mua sắm 12,5\nBiểu 2. Đơn\n1 Nhãn hiệu 9,5\n"
    units = table_units(text)
    assert unit_at(3, units) is None
    assert unit_at(text.index("12,5"), units) is not None
    assert unit_at(text.index("9,5"), units) is None


def test_a_bare_number_with_a_decimal_comma_is_read_in_it() -> None:
    units = table_units("kinh phí (triệu đồng)")
    amount = in_table_unit("6.200,5", normalise_quantity("6.200,5"), 30, units)
    assert amount is not None
    assert (amount.value, amount.unit) == (6_200_500_000, "VND")


@pytest.mark.parametrize("surface", ["12", "12 đơn", "3,5 ha", "12/40", "3,5-4,5"])
def test_a_number_that_may_count_something_is_left_as_it_is(surface: str) -> None:
    units = table_units("kinh phí (triệu đồng)")
    assert in_table_unit(surface, normalise_quantity(surface), 30, units) is None
