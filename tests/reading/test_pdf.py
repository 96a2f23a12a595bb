import making
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khcn_ner.document import PlaceKind
from khcn_ner.errors import InputError
from khcn_ner.reading import ocr
from khcn_ner.reading.draft import Draft
from khcn_ner.reading.pdf import _joined, read_pdf
from khcn_ner.reading.pdf_lines import Line

LONG = (
    "Ngày 06/10/2021, Sở Khoa học và Công nghệ tỉnh Hòa Bình tổ chức họp giao ban 9 tháng đầu năm 2021, đánh giá kết "
    "quả thực hiện nhiệm vụ; đồng chí Bùi Văn Thắng chủ trì. Kinh phí hỗ trợ là 30.000.000 đồng cho 12 đơn vị."
)
TABLE = [
    ("TT", "Tên nhiệm vụ", "Kinh phí"),
    ("1", "Nghiên cứu quy trình nuôi cấy mô cây lan kim tuyến tại huyện Mai Châu, tỉnh Hòa Bình", "1.680 triệu đồng"),
    ("2", "Ứng dụng chế phẩm sinh học", "865"),
]


def texts(document):
    return [document.text[place.start : place.end] for place in document.places]


def test_lines_are_joined_to_paragraphs(read):
    document = read(
        making.as_pdf(["I. KẾT QUẢ ĐO LƯỜNG", LONG, "- Kiểm định 25 cột đo;", "- Kiểm tra 40 mẫu."]), "a.pdf"
    )
    assert texts(document) == ["I. KẾT QUẢ ĐO LƯỜNG", LONG, "- Kiểm định 25 cột đo;", "- Kiểm tra 40 mẫu."]
    assert [place.kind.value for place in document.places] == ["heading", "paragraph", "list item", "list item"]
    assert str(document.places[1]) == "p. 1, paragraph 2"


def test_cells_are_told_by_table_and_row(read):
    document = read(making.as_pdf([LONG, TABLE, LONG]), "a.pdf")
    assert texts(document) == [LONG, *(cell for row in TABLE for cell in row), LONG]
    cells = [(place.table, place.row, place.cell) for place in document.places[1:-1]]
    assert cells == [(1, row, cell) for row in (1, 2, 3) for cell in (1, 2, 3)]
    assert str(document.place_at(document.text.index("Nghiên"))) == "p. 1, table 1, row 2"


def test_headers_and_page_numbers_are_dropped_and_paragraphs_go_on_over_pages(read, reports):
    words = [word for word in " ".join(reports.values()).split() if word.isalpha()]
    many = [f"{number}. {' '.join(words[number * 60 :][: 40 + number])}" for number in range(1, 40)]
    document = read(making.as_pdf(many, header="Lưu hành nội bộ"), "a.pdf")
    assert texts(document) == many
    assert document.places[-1].page > 2
    n_pages = document.places[-1].page
    assert document.warnings == (f"left out as headers or footers: {n_pages} lines, like “Lưu hành nội bộ”",)


def line(text):
    return Line(text, page=1, left=70, right=500, base=700, size=11, bold=False, first_word=20)


@pytest.mark.parametrize(
    ("first", "second", "joined"),
    [
        ("kết quả nghi-", "ên cứu", "kết quả nghiên cứu"),
        ("máy X-", "quang", "máy X-quang"),
        ("giai đoạn 2011-", "2020", "giai đoạn 2011-2020"),
        ("Hòa Bình -", "Hà Nội", "Hòa Bình - Hà Nội"),
        ("tỉnh Hòa", "Bình", "tỉnh Hòa Bình"),
    ],
)
def test_hyphens_at_line_ends(first, second, joined):
    assert _joined([line(first), line(second)]) == joined


def test_encrypted_pdf_is_told(refused):
    assert refused(making.as_pdf([LONG], password="bí mật 1"), "a.pdf") == (
        "a.pdf: found an encrypted PDF, expected a PDF without a password; save it without its password"
    )


def scanned(*texts):
    """Write a PDF of pictures of text, as scanners do."""
    import io

    from PIL import Image, ImageDraw, ImageFont
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen import canvas

    stream = io.BytesIO()
    pages = canvas.Canvas(stream)
    font = ImageFont.truetype(str(making.font_path()), 44)
    for text in texts:
        picture = Image.new("L", (1654, 800), 255)
        ImageDraw.Draw(picture).multiline_text((80, 80), text, font=font, fill=0, spacing=24)
        pages.drawImage(ImageReader(picture), 0, 400, width=595, height=288)
        pages.showPage()
    pages.save()
    return stream.getvalue()


SCANNED = "Sở Khoa học và Công nghệ tỉnh Hòa Bình\nkiểm định được 163 phương tiện đo."


def test_scanned_pdf_is_told_where_nothing_reads_it(refused, monkeypatch):
    monkeypatch.setattr(ocr, "missing", lambda: "install Tesseract")
    assert refused(scanned(SCANNED), "a.pdf") == (
        "a.pdf: found a scanned PDF, 1 page without text, expected a PDF with text, or OCR for Vietnamese; "
        "install Tesseract, or run OCR on it first"
    )


def test_pictures_stand_among_the_pages_of_text(read, monkeypatch):
    monkeypatch.setattr(ocr, "missing", lambda: None)
    monkeypatch.setattr(ocr, "read_picture", lambda picture: ["Đọc\ntừ ảnh."])
    import io

    import pypdfium2

    mixed = pypdfium2.PdfDocument.new()
    for part in (making.as_pdf([LONG]), scanned(SCANNED), making.as_pdf([TABLE])):
        mixed.import_pages(pypdfium2.PdfDocument(part))
    stream = io.BytesIO()
    mixed.save(stream)
    document = read(stream.getvalue(), "a.pdf")
    assert texts(document)[:3] == [LONG, "Đọc từ ảnh.", "TT"]
    assert [place.page for place in document.places[:3]] == [1, 2, 3]


@pytest.mark.skipif(ocr.missing() is not None, reason=f"no OCR for Vietnamese: {ocr.missing()}")
def test_scanned_pdf_is_read_by_ocr(read):
    document = read(scanned(SCANNED), "a.pdf")
    assert " ".join(document.text.split()) == " ".join(SCANNED.split())
    assert document.warnings == ("read by OCR, which makes mistakes: pages 1",)
    assert document.places[0].page == 1


_SOUND = making.as_pdf([LONG, TABLE], compress=False)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, len(_SOUND) - 1),
    st.integers(0, 2000),
    st.sampled_from([b"", b"/Kids", b"endobj", b"-1", b"\xff" * 9, b"999999999999", b"BT ET", b"<</Type/Page>>"]),
)
def test_any_change_is_read_or_refused(at, n_cut, inserted):
    import io

    draft = Draft("a.pdf")
    try:
        read_pdf(io.BytesIO(_SOUND[:at] + inserted + _SOUND[at + n_cut :]), draft)
        draft.finish(report_id="a", source="a.pdf")
    except InputError as error:
        assert str(error).startswith("a.pdf: found ")


def test_two_columns_are_read_one_after_the_other(read, reports):
    lines = [line.strip() for line in reports["bac-giang-2019-radiation-ip-web"].splitlines() if len(line.strip()) > 80]
    table = [("TT", "Chỉ tiêu", "Số lượng"), ("1", "Cột đo", "25"), ("2", "Công tơ", "1.250")]
    header = "BẢN TIN KHOA HỌC VÀ CÔNG NGHỆ TỈNH ĐỒNG THÁP - SỐ 3/2023"
    blocks = [*lines[:6], table, *lines[6:14]]
    document = read(making.as_newsletter(blocks, header=header), "a.pdf")
    found = [document.text[place.start : place.end] for place in document.places if place.kind is not PlaceKind.CELL]
    assert found == [header, *lines[:14]]
    cells = [(place.row, document.text[place.start : place.end]) for place in document.places if place.table]
    assert cells == [(number, cell) for number, row in enumerate(table, start=1) for cell in row]
    assert "left out as headers or footers" in document.warnings[0]


def test_signs_at_infinity_are_read(read):
    data = making.as_pdf(["Sở họp.", "Kinh phí 25 triệu."], compress=False)
    # Spaces between words that no number can tell.
    damaged = data.replace(b" Tm ", b" Tm -" + b"9" * 60 + b".5 Tw ")
    assert "25" in read(damaged, "a.pdf").text
