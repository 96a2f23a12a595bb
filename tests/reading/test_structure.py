import pytest

from khcn_ner.reading.structure import looks_like_heading, marker_level


@pytest.mark.parametrize(
    ("line", "level"),
    [
        ("Phần thứ nhất", 1),
        ("CHƯƠNG II: KẾT QUẢ", 1),
        ("A. Kết quả", 1),
        ("I. Kết quả", 2),
        ("IV- NHIỆM VỤ", 2),
        ("IV - NHIỆM VỤ", 2),
        ("3. Xăng dầu", 3),
        ("3/ Xăng dầu", 3),
        ("1.2. Vàng", 4),
        ("1.2.3 Vàng", 5),
        ("b) Cân", 6),
        ("đ) Cân", 6),
        ("- Nhãn", 7),
        ("• Nhãn", 7),
        ("+ Nhãn", 8),
        ("2.000 hộ", None),
        ("12.5 kg", 4),
        ("Năm 2022", None),
        ("", None),
    ],
)
def test_marker_gives_the_depth(line, level):
    assert marker_level(line) == level


@pytest.mark.parametrize(
    ("line", "stands_out", "is_heading"),
    [
        ("I. KẾT QUẢ ĐO LƯỜNG", False, True),
        ("1. Hoạt động đo lường", True, True),
        ("1. Hoạt động đo lường", False, False),
        ("1. Kiểm định 25 cột đo.", True, False),
        ("SỞ KHOA HỌC VÀ CÔNG NGHỆ", True, False),
        ("1. " + "Hoạt động " * 20, True, False),
    ],
)
def test_heading_is_short_numbered_and_stands_out(line, stands_out, is_heading):
    assert looks_like_heading(line, stands_out=stands_out) is is_heading
