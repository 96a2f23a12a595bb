from datetime import date

import pytest

from khcn_ner.records.places import (
    DISTRICTS,
    MERGED_ON,
    PROVINCES,
    PROVINCES_NOW,
    district_at_end,
    main_province,
    official_name,
    province_at_end,
    province_now,
)

# Source: Nghị quyết 202/2025/QH15, Điều 1: what became of the provinces that were joined to others.
JOINED = {
    "Tuyên Quang": {"Hà Giang"}, "Lào Cai": {"Yên Bái"}, "Thái Nguyên": {"Bắc Kạn"},
    "Phú Thọ": {"Hòa Bình", "Vĩnh Phúc"},
    "Bắc Ninh": {"Bắc Giang"}, "Hưng Yên": {"Thái Bình"}, "Hải Phòng": {"Hải Dương"},
    "Ninh Bình": {"Hà Nam", "Nam Định"}, "Quảng Trị": {"Quảng Bình"}, "Đà Nẵng": {"Quảng Nam"},
    "Quảng Ngãi": {"Kon Tum"}, "Gia Lai": {"Bình Định"}, "Khánh Hòa": {"Ninh Thuận"},
    "Lâm Đồng": {"Đắk Nông", "Bình Thuận"}, "Đắk Lắk": {"Phú Yên"}, "Hồ Chí Minh": {"Bà Rịa - Vũng Tàu", "Bình Dương"},
    "Đồng Nai": {"Bình Phước"}, "Tây Ninh": {"Long An"}, "Cần Thơ": {"Sóc Trăng", "Hậu Giang"},
    "Vĩnh Long": {"Bến Tre", "Trà Vinh"}, "Đồng Tháp": {"Tiền Giang"}, "Cà Mau": {"Bạc Liêu"},
    "An Giang": {"Kiên Giang"},
}  # fmt: skip
UNCHANGED = {
    "Hà Nội", "Huế", "Lai Châu", "Điện Biên", "Sơn La", "Lạng Sơn", "Quảng Ninh", "Thanh Hóa", "Nghệ An", "Hà Tĩnh",
    "Cao Bằng",
}  # fmt: skip


def test_sixty_three_provinces_became_thirty_four() -> None:
    before = {official_name(name) for name in PROVINCES}
    assert (len(before), len(PROVINCES_NOW), MERGED_ON) == (63, 34, date(2025, 7, 1))
    assert set(PROVINCES_NOW) == UNCHANGED | JOINED.keys()
    assert {province_now(name) for name in PROVINCES} == set(PROVINCES_NOW)


@pytest.mark.parametrize(("now", "joined"), JOINED.items())
def test_each_joined_province_is_known(now: str, joined: set[str]) -> None:
    before = {name for name in PROVINCES if province_now(name) == now and official_name(name) != official_name(now)}
    spelled_otherwise = {"Đăk Nông", "Đắc Nông", "Đăk Lăk", "Đắc Lắc", "Bắc Cạn"}
    assert before - spelled_otherwise == joined
    assert province_now(now) == now


@pytest.mark.parametrize("name", sorted(UNCHANGED))
def test_eleven_provinces_are_as_they_were(name: str) -> None:
    assert [one for one in PROVINCES if province_now(one) == name and official_name(one) != official_name(name)] == []


@pytest.mark.parametrize(
    ("name", "province"),
    [
        ("Sở Khoa học và Công nghệ tỉnh Cao Bằng", "Cao Bằng"),
        ("SỞ Y TẾ BÀ RỊA-VŨNG TÀU", "Bà Rịa - Vũng Tàu"),
        ("Trường Đại học Khoa học Huế", "Huế"),
        ("Sở Y tế tỉnh Đăk Lăk", "Đăk Lăk"),
        ("Trung tâm Khuyến nông", None),
    ],
)
def test_finds_the_province_at_the_end(name: str, province: str | None) -> None:
    assert province_at_end(name) == province


def test_hue_has_one_name_among_its_names() -> None:
    assert {official_name(name) for name in ("Huế", "Thừa Thiên Huế", "Thừa Thiên - Huế")} == {"huế"}


@pytest.mark.parametrize(
    ("text", "district"),
    [
        ("vườn nhãn tạp Sông Mã", "Sông Mã"),
        ("dọc sông mã", None),
        ("ở Quận 1", None),
        ("Trùng Khánh", "Trùng Khánh"),
        ("", None),
    ],
)
def test_finds_the_district_at_the_end(text: str, district: str | None) -> None:
    assert district_at_end(text) == district
    assert district is None or district in DISTRICTS


def test_the_first_lines_decide_where_no_province_leads() -> None:
    assert (
        main_province("SỞ Y TẾ VĨNH LONG\n" + "a " * 100 + "Cần Thơ, Đồng Tháp, Sóc Trăng cùng làm. " * 30)
        == "Vĩnh Long"
    )
    assert main_province("a " * 100 + "Hà Nội và Huế") is None
