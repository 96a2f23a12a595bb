import making
import pytest

from khcn_ner.document import Metadata
from khcn_ner.reading.html_furniture import is_furniture

BLOCKS = [
    "Hòa Bình: Giao ban 9 tháng đầu năm 2021",
    "Ngày 06/10/2021, Sở Khoa học và Công nghệ tỉnh Hòa Bình tổ chức họp giao ban 9 tháng đầu năm 2021.",
    "Đồng chí Bùi Văn Thắng – Giám đốc Sở KH&CN chủ trì. Kinh phí hỗ trợ là 30.000.000 đồng cho 12 đơn vị.",
    [("TT", "Chỉ tiêu"), ("1", "Kiểm định 163/440 PTĐ")],
]
AROUND = ("Trang chủ", "Lượt xem", "Facebook", "Cà Mau", "online", "Giấy phép", "quangCao", "99 dự án")


@pytest.fixture
def page():
    return making.as_html(BLOCKS, title="Tin giao ban")


def test_main_text_is_read_without_what_is_around_it(read, page):
    document = read(page, "a.html")
    told = [document.text[place.start : place.end] for place in document.places]
    assert told == ["Tin giao ban", *BLOCKS[:3], "TT", "Chỉ tiêu", "1", "Kiểm định 163/440 PTĐ"]
    assert not [word for word in AROUND if word in document.text]


def test_title_date_and_byline_are_metadata(read, page):
    assert read(page, "a.htm").metadata == Metadata(title="Tin giao ban", date="2021-10-07", byline="Lê Văn Tám")


def test_places_tell_paragraphs_and_cells(read, page):
    document = read(page, "a.html")
    assert str(document.place_at(document.text.index("163"))) == "table 1, row 2"
    assert str(document.place_at(document.text.index("Ngày"))) == "paragraph 3"
    assert document.places[0].kind.value == "heading"


def test_lists_have_numbers_and_levels(read):
    body = (
        "<h2>Kết quả công tác đo lường, chất lượng quý III năm 2021</h2>"
        "<p>Sở Khoa học và Công nghệ tỉnh Hòa Bình đã triển khai các nhiệm vụ sau đây trong quý III năm 2021:</p>"
        "<ol><li>Kiểm định 25 cột đo xăng dầu trên địa bàn tỉnh<ul><li>đạt 24 cột đo</li></ul></li>"
        "<li>Kiểm tra 40 mẫu hàng hóa lưu thông</li></ol>"
    )
    page = f'<html><head><meta charset="utf-8"></head><body><article>{body}</article></body></html>'
    document = read(page.encode(), "a.html")
    items = [
        (place.level, document.text[place.start : place.end])
        for place in document.places
        if place.kind.value == "list item"
    ]
    assert items == [
        (1, "1. Kiểm định 25 cột đo xăng dầu trên địa bàn tỉnh"),
        (2, "- đạt 24 cột đo"),
        (1, "2. Kiểm tra 40 mẫu hàng hóa lưu thông"),
    ]


@pytest.mark.parametrize("write", [making.as_tcvn3, making.as_vni, making.as_cp1258])
@pytest.mark.parametrize("charset", ["", "windows-1252", "x-user-defined", "iso-8859-1"])
def test_pages_of_old_encodings_are_converted(read, page, write, charset):
    declared = f'<meta charset="{charset}">' if charset else ""
    old = write(page.decode().replace('<meta charset="utf-8">', declared))
    document = read(old, "a.html")
    assert BLOCKS[1] in document.text
    assert any(warning.startswith("converted from") for warning in document.warnings)


def test_charset_that_is_wrong_is_told(read, page):
    document = read(page.replace(b'charset="utf-8"', b'charset="utf-16"'), "a.html")
    assert BLOCKS[1] in document.text
    assert "the page says that it is in utf-16, and is not" in document.warnings


def test_pictures_in_the_page_are_cut_out(read, page):
    picture = b'<img src="data:image/png;base64,' + b"iVBORw0KGgo" * 2_500_000 + b'">'
    document = read(page.replace(b"<h1>", picture + b"<h1>"), "a.html")
    assert BLOCKS[1] in document.text


def test_page_without_text_is_refused(refused):
    message = refused(b"<html><body><script>var x = 1</script></body></html>", "a.html")
    assert message.startswith("a.html: found a web page without a main text")


def test_page_larger_than_any_is_refused(refused, page):
    assert "bytes without its pictures" in refused(page + b"<p>x</p>" * 3_000_000, "a.html")


REPORT = (
    "Ngày 14/7/2023, Sở Khoa học và Công nghệ tỉnh Lào Cai họp. Sở đã nghiệm thu 09 đề tài.",
    "Đồng chí Giám đốc Sở đề nghị các phòng tập trung cho việc kiểm định 3.120 phương tiện đo.",
)
DATA = "<table><tr><td>TT</td><td>Chỉ tiêu</td></tr><tr><td>Tổng</td><td>345</td></tr></table>"
LINKS = (
    "<tr><td><table><tr><td>{}</td></tr><tr><td>» <a href='#'>Sở kiểm tra 15 cơ sở</a> (12/07/2023)</td></tr></table>"
)
PORTAL = f"""<html><head><meta charset="utf-8"><title>Tin</title></head><body><form><table>
<tr><td><table><tr><td><a href="#">Trang chủ</a></td><td><a href="#">Liên hệ</a></td></tr></table></td></tr>
<tr><td><table><tr><td>Thống kê truy cập</td></tr><tr><td>Trực tuyến: 12</td></tr><tr><td>Tổng: 345.678</td></tr>
</table></td><td><table><tr><td><b>Sơ kết 6 tháng</b></td></tr><tr><td>14/07/2023 4:35:00 CH</td></tr><tr><td>
<div><p>{REPORT[0]}</p><p>{REPORT[1]}</p><div>Trong đó:<br>- Thanh tra 42 cơ sở;<br>- Xử phạt 27 triệu đồng.</div>{DATA}
</div></td></tr><tr><td><b>Các tin khác:</b></td></tr>{LINKS.format("")}</td></tr></table></td></tr>
{LINKS.format("Thông báo")}</td></tr>
<tr><td>© Bản quyền Sở KH&amp;CN<br>Điện thoại: 0214.3840.123</td></tr></table></form></body></html>"""


def test_page_laid_out_in_tables_gives_its_report_alone(read):
    document = read(PORTAL.encode(), "a.htm")
    told = [(place.kind.value, document.text[place.start : place.end]) for place in document.places]
    assert told == [
        ("paragraph", "Sơ kết 6 tháng"),
        *[("paragraph", line) for line in REPORT],
        ("paragraph", "Trong đó:"),
        ("list item", "- Thanh tra 42 cơ sở;"),
        ("list item", "- Xử phạt 27 triệu đồng."),
        ("cell", "TT"),
        ("cell", "Chỉ tiêu"),
        ("cell", "Tổng"),
        ("cell", "345"),
    ]
    assert document.warnings[0].startswith("left out as the page's own: 6 lines, like “Thống kê truy cập”")


@pytest.mark.parametrize(
    "line",
    [
        "Lượt xem tăng 12% so với cùng kỳ",
        "Hôm nay: 25 đại biểu dự họp",
        "Tổng: 345",
        "Ngày 14/7/2023 Sở họp",
    ],
)
def test_a_report_s_own_lines_are_no_furniture(line):
    assert not is_furniture(line)
