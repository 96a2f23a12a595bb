import pytest
from hypothesis import given
from hypothesis import strategies as st

from khcn_ner.records.quantities import approximation_before, normalise_quantity

# text, value, unit, dimension
PLAIN = [
    ("1.934.000đ", 1934000, "VND", "currency"),
    ("30.000.000 đồng", 30000000, "VND", "currency"),
    ("14.600.000đồng", 14600000, "VND", "currency"),
    ("1,934,000 đồng", 1934000, "VND", "currency"),
    ("500.000 VNĐ", 500000, "VND", "currency"),
    ("15 triệu đồng", 15000000, "VND", "currency"),
    ("15 triệu", 15000000, "VND", "currency"),
    ("1,26 tỷ đồng", 1260000000, "VND", "currency"),
    ("1,26 tỉ đồng", 1260000000, "VND", "currency"),
    ("1 tỷ 200 triệu", 1200000000, "VND", "currency"),
    ("16 tỷ 200triệu đồng", 16200000000, "VND", "currency"),
    ("200 tỷ 500 triệu 300 nghìn đồng", 200500300000, "VND", "currency"),
    ("1 triệu 250.000 đồng", 1250000, "VND", "currency"),
    ("3.250,5 triệu", 3250500000, "VND", "currency"),
    ("45 tr.đ", 45000000, "VND", "currency"),
    ("45 tr đồng", 45000000, "VND", "currency"),
    ("2.850 trđ", 2850000000, "VND", "currency"),
    ("1,2 nghìn tỷ đồng", 1200000000000, "VND", "currency"),
    ("5 trăm triệu đồng", 500000000, "VND", "currency"),
    ("50 nghìn đồng", 50000, "VND", "currency"),
    ("1 triệu rưỡi", 1500000, "VND", "currency"),
    ("hai tỷ đồng", 2000000000, "VND", "currency"),
    ("một tỷ rưỡi", 1500000000, "VND", "currency"),
    ("Sáu tỷ hai trăm linh hai triệu đồng", 6202000000, "VND", "currency"),
    ("640.000 USD", 640000, "USD", "currency"),
    ("3,9 triệu USD", 3900000, "USD", "currency"),
    ("$5.000", 5000, "USD", "currency"),
    ("20.000 EUR", 20000, "EUR", "currency"),
    ("120 triệu đồng/ha", 120000000, "VND/ha", "currency"),
    ("4,3 triệu đồng/người/tháng", 4300000, "VND/người/tháng", "currency"),
    ("112.000 đ/kg", 112000, "VND/kg", "currency"),
    ("37%", 37, "%", "percent"),
    ("92 %", 92, "%", "percent"),
    ("22,4%", 22.4, "%", "percent"),
    ("5,4%/năm", 5.4, "%/năm", "percent"),
    ("12 phần trăm", 12, "%", "percent"),
    ("2,6 điểm phần trăm", 2.6, "điểm phần trăm", "percent"),
    ("1,8 ha", 1.8, "ha", "area"),
    ("12.5 ha", 12.5, "ha", "area"),
    ("1500m2", 1500, "m2", "area"),
    ("800 m²", 800, "m2", "area"),
    ("3 km2", 3, "km2", "area"),
    ("200 kg", 200, "kg", "mass"),
    ("0,4g", 0.4, "g", "mass"),
    ("1,15 tấn", 1.15, "tấn", "mass"),
    ("1 tấn 200 kg", 1200, "kg", "mass"),
    ("60 m3", 60, "m3", "volume"),
    ("500 l", 500, "lít", "volume"),
    ("250 ml", 250, "ml", "volume"),
    ("12 km", 12, "km", "length"),
    ("1,5 mét", 1.5, "m", "length"),
    ("3 năm", 3, "năm", "duration"),
    ("hai năm", 2, "năm", "duration"),
    ("36 tháng", 36, "tháng", "duration"),
    ("2 năm 6 tháng", 30, "tháng", "duration"),
    ("1 giờ 30 phút", 90, "phút", "duration"),
    ("6,5 tấn/ha", 6.5, "tấn/ha", "other"),
    ("120 kg/giờ", 120, "kg/giờ", "other"),
    ("35°C", 35, "°C", "other"),
    ("âm 86°C", -86, "°C", "other"),
    ("110 kV", 110, "kV", "other"),
    ("2,9 lần", 2.9, "lần", "other"),
    ("89,4 điểm", 89.4, "điểm", "other"),
    ("02 dự án", 2, "dự án", "count"),
    ("99đề tài", 99, "đề tài", "count"),
    ("8.069 hộp", 8069, "hộp", "count"),
    ("8 069 hộp", 8069, "hộp", "count"),
    ("5 nghìn cây", 5000, "cây", "count"),
    ("40 triệu con", 40000000, "con", "count"),
    ("1,5 triệu lượt", 1500000, "lượt", "count"),
    ("500 cuốn/số", 500, "cuốn/số", "count"),
    ("02 (hai) dự án", 2, "dự án", "count"),
    ("mười hai xã", 12, "xã", "count"),
    ("hai mươi lăm người", 25, "người", "count"),
    ("năm khoản", 5, "khoản", "count"),
    ("một trăm linh năm hộ", 105, "hộ", "count"),
    ("Ba dự án", 3, "dự án", "count"),
    ("23 giấy chứng nhận", 23, "giấy chứng nhận", "count"),
    ("20 ngày công", 20, "ngày công", "count"),
    ("05 CC", 5, "CC", "count"),
    ("75", 75, None, "count"),
    ("12.5", 12.5, None, "count"),
    ("khoảng 30 hộ", 30, "hộ", "count"),
    ("37% đảng viên", 37, "%", "percent"),
    ("1,8 ha đất", 1.8, "ha", "area"),
]

OF = [
    ("06/08 sáng kiến", 6, 8, "sáng kiến"),
    ("163/440 PTĐ", 163, 440, "PTĐ"),
    ("14/14 tập thể", 14, 14, "tập thể"),
    ("11/1.015", 11, 1015, None),
    ("94/100 điểm", 94, 100, "điểm"),
    ("312/640 triệu đồng", 312000000, 640000000, "VND"),
    ("1,94/2,8 tỷ đồng", 1940000000, 2800000000, "VND"),
    ("9.820/14.500 trđ", 9820000000, 14500000000, "VND"),
    ("38 / 50 ha", 38, 50, "ha"),
]

RANGES = [
    ("3-5 ha", 3, 5, "ha"),
    ("3 – 5 ha", 3, 5, "ha"),
    ("từ 3 đến 5 ha", 3, 5, "ha"),
    ("12-15 tấn/ha", 12, 15, "tấn/ha"),
    ("82%-85%", 82, 85, "%"),
    ("2,1-2,8 MPa", 2.1, 2.8, "MPa"),
    ("3-5 triệu đồng", 3000000, 5000000, "VND"),
    ("110.000-130.000đ/trái", 110000, 130000, "VND/trái"),
    ("7 - 9 nhiệm vụ", 7, 9, "nhiệm vụ"),
]

UNREADABLE = ["hàng trăm", "một số", "1.2.3", "trăm triệu đồng", "", "hai phần ba", "20m x 30m", "9" * 40]


@pytest.mark.parametrize(("text", "value", "unit", "dimension"), PLAIN)
def test_reads_value_and_unit(text: str, value: float, unit: str | None, dimension: str) -> None:
    found = normalise_quantity(text)
    assert (found.value, found.unit, found.dimension) == (value, unit, dimension)
    assert (found.value_to, found.of, found.warning) == (None, None, None)


@pytest.mark.parametrize(("text", "value", "of", "unit"), OF)
def test_reads_x_of_y(text: str, value: float, of: float, unit: str | None) -> None:
    found = normalise_quantity(text)
    assert (found.value, found.of, found.unit, found.value_to) == (value, of, unit, None)


@pytest.mark.parametrize(("text", "value", "value_to", "unit"), RANGES)
def test_reads_a_range(text: str, value: float, value_to: float, unit: str) -> None:
    found = normalise_quantity(text)
    assert (found.value, found.value_to, found.unit, found.of) == (value, value_to, unit, None)


@pytest.mark.parametrize("text", UNREADABLE)
def test_never_guesses(text: str) -> None:
    found = normalise_quantity(text)
    assert (found.value, found.unit, found.dimension) == (None, None, None)
    assert found.warning is not None


def test_warns_of_a_range_upside_down() -> None:
    assert normalise_quantity("5-3 ha").warning is not None


@pytest.mark.parametrize(
    ("before", "approximation"),
    [
        ("cấy được trên ", "more than"),
        ("thu hơn ", "more than"),
        ("ít nhất ", "more than"),
        ("gần ", "nearly"),
        ("khoảng ", "about"),
        ("ước ", "about"),
        ("trên dưới ", "about"),
        ("dưới ", "less than"),
        ("chưa đến ", "less than"),
        ("không quá ", "less than"),
        ("mật độ ", None),
        ("tiêu thụ được ", None),
        ("", None),
    ],
)
def test_reads_the_approximation_from_the_words_before(before: str, approximation: str | None) -> None:
    assert approximation_before(before) == approximation


@given(st.integers(min_value=0, max_value=10**15))
def test_reads_every_integer_with_grouping_dots(value: int) -> None:
    assert normalise_quantity(f"{value:,}".replace(",", ".") + " hộp").value == value


@given(st.decimals(min_value=0, max_value=999, places=2, allow_nan=False, allow_infinity=False))
def test_reads_every_decimal_with_a_comma(value: object) -> None:
    assert normalise_quantity(f"{value} ha".replace(".", ",")).value == float(str(value))


@given(st.text(max_size=60))
def test_any_text_gives_a_value_or_a_warning(text: str) -> None:
    found = normalise_quantity(text)
    assert found.value is not None or found.warning is not None


_WORDS = st.sampled_from(
    ["hai", "mươi", "trăm", "tỷ", "triệu", "rưỡi", "năm", "1.200", "3,5", "/", "-", "đồng", "%", "ha", "x"]
)


@given(st.lists(_WORDS, max_size=8))
def test_any_run_of_number_words_is_handled(words: list[str]) -> None:
    for text in (" ".join(words), "".join(words)):
        found = normalise_quantity(text)
        assert found.value is not None or found.warning is not None
