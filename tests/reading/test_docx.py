import io
import re
import zipfile

import making
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khcn_ner.document import Metadata, PlaceKind
from khcn_ner.errors import InputError
from khcn_ner.reading.docx import read_docx
from khcn_ner.reading.docx_parts import _written
from khcn_ner.reading.draft import Draft


def repacked(data, changes):
    """Give a ZIP file with some of its parts changed, or new ones."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in archive.namelist():
            if name not in changes:
                new.writestr(name, archive.read(name))
        for name, part in changes.items():
            new.writestr(name, part)
    return stream.getvalue()


def body_of(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read("word/document.xml")


def told(document):
    return [(place.kind.value, document.text[place.start : place.end]) for place in document.places]


@pytest.fixture
def rich(read):
    return read(making.rich_docx(), "rich.docx")


def test_every_part_is_read_in_order_and_told_apart(rich):
    assert told(rich) == [
        ("heading", "BÁO CÁO QUÝ III/2021"),
        ("heading", "I. Kết quả đo lường"),
        ("list item", "I.1. Kiểm định 25 cột đo;"),
        ("list item", "I.2. Kiểm tra 40 mẫu;"),
        ("list item", "- đạt 38 mẫu."),
        ("paragraph", "Kinh phí 15 triệu đồng."),
        ("paragraph", "Sở Khoa học và Công nghệ họp với Chi cục Đo lường HÒA BÌNH"),
        ("paragraph", "Đoạn có hộp."),
        ("text box", "Nơi nhận: UBND tỉnh"),
        ("cell", "TT"),
        ("cell", "Chỉ tiêu"),
        ("cell", "1"),
        ("cell", "163/440 PTĐ"),
        ("footnote", "Theo Quyết định số 12/QĐ-SKHCN."),
        ("header", "Sở KH&CN tỉnh Hòa Bình"),
    ]


def test_places_tell_page_table_row_and_cell(rich):
    place = rich.place_at(rich.text.index("163"))
    assert (place.page, place.table, place.row, place.cell) == (2, 1, 2, 2)
    assert str(place) == "p. 2, table 1, row 2"
    assert str(rich.place_at(0)) == "p. 1, paragraph 1"
    assert [place.level for place in rich.places[:5]] == [1, 2, 2, 2, 3]


def test_old_fonts_are_told(rich):
    assert rich.warnings == (
        "3 runs in TCVN3 fonts converted (a capital vowel with a tone inside a sentence may read small)",
        "1 run in VNI fonts converted",
    )


def test_title_date_and_author_are_metadata(rich):
    assert rich.metadata == Metadata(title="Báo cáo quý III", date="2013-12-23", byline="Lê Văn Tám")


def test_unicode_in_an_old_font_stays(read):
    run = making.run_xml("Sở Khoa học tỉnh Đắk Lắk", making.font_xml(".VnTime"))
    document = read(making.rich_docx(making.paragraph_xml(run)), "a.docx")
    assert document.text.startswith("Sở Khoa học tỉnh Đắk Lắk\n")
    assert document.warnings == ()


def test_document_in_old_letters_throughout_is_converted(read):
    run = making.run_xml(making.in_vni("Sở Khoa học và Công nghệ tỉnh họp"))
    data = making.rich_docx(making.paragraph_xml(run))
    data = repacked(data, {"word/header1.xml": b"<x/>", "word/footnotes.xml": b"<x/>"})
    body = re.sub(rb"<w:tbl>.*</w:tbl>", b"", body_of(data), flags=re.DOTALL)
    document = read(repacked(data, {"word/document.xml": body}), "a.docx")
    assert document.text == "Sở Khoa học và Công nghệ tỉnh họp\n"
    assert document.warnings == ("converted from letters of VNI fonts",)


def test_paragraph_whose_end_is_deleted_goes_on(read):
    deleted = '<w:rPr><w:del w:id="3" w:author="a"/></w:rPr>'
    data = making.rich_docx(
        making.paragraph_xml(making.run_xml("Kiểm định "), properties=deleted),
        making.paragraph_xml(making.run_xml("25 cột đo.")),
    )
    assert read(data, "a.docx").text.startswith("Kiểm định 25 cột đo.\n")


def test_moved_text_is_read_where_it_went(read):
    data = making.rich_docx(
        making.paragraph_xml(f'<w:moveFrom w:id="4">{making.run_xml("cũ")}</w:moveFrom>', making.run_xml("một")),
        making.paragraph_xml(f'<w:moveTo w:id="5">{making.run_xml("mới")}</w:moveTo>'),
    )
    assert read(data, "a.docx").text.startswith("một\nmới\n")


def test_entities_are_not_expanded(read):
    body = body_of(making.as_docx(["Sở họp"]))
    bomb = b'<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    body = re.sub(rb"<\?xml[^>]*\?>", lambda found: found[0] + bomb, body).replace(
        "Sở họp".encode(), "Sở &b; họp".encode()
    )
    assert "aaaa" not in read(repacked(making.as_docx(["Sở họp"]), {"word/document.xml": body}), "a.docx").text


def test_external_entity_is_not_read(read, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("BÍ MẬT", encoding="utf-8")
    body = body_of(making.as_docx(["Sở họp"]))
    entity = f'<!DOCTYPE d [<!ENTITY a SYSTEM "{secret.as_uri()}">]>'.encode()
    body = re.sub(rb"<\?xml[^>]*\?>", lambda found: found[0] + entity, body).replace("họp".encode(), "&a; họp".encode())
    assert "MẬT" not in read(repacked(making.as_docx(["Sở họp"]), {"word/document.xml": body}), "a.docx").text


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"word/document.xml": b"<w:document"}, "found damaged XML in word/document.xml"),
        ({"word/document.xml": b""}, "found damaged XML in word/document.xml"),
        ({"word/styles.xml": b"<a>"}, "found damaged XML in word/styles.xml"),
        ({"[Content_Types].xml": b"<Types/>"}, "found a ZIP archive without a Word document's parts"),
    ],
)
def test_damaged_parts_are_named(refused, changes, message):
    assert message in refused(repacked(making.as_docx(["Sở họp"]), changes), "a.docx")


def test_numbers_are_written_as_word_does():
    forms = ("decimal", "upperRoman", "lowerRoman", "upperLetter", "lowerLetter", "decimalZero")
    assert [_written(29, form) for form in forms] == ["29", "XXIX", "xxix", "CC", "cc", "29"]


def test_styles_that_stand_on_each_other_end(read):
    circle = "".join(
        f'<w:style w:type="paragraph" w:styleId="{name}"><w:basedOn w:val="{other}"/></w:style>'
        for name, other in (("A", "B"), ("B", "A"))
    )
    data = making.rich_docx(making.paragraph_xml(making.run_xml("Sở họp"), properties='<w:pStyle w:val="A"/>'))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        styles = archive.read("word/styles.xml").replace(b"</w:styles>", f"{circle}</w:styles>".encode())
    assert read(repacked(data, {"word/styles.xml": styles}), "a.docx").text.startswith("Sở họp\n")


_SOUND = making.rich_docx()
_BODY = body_of(_SOUND)


@settings(max_examples=80, deadline=None)
@given(
    st.integers(0, len(_BODY) - 1),
    st.integers(0, 200),
    st.sampled_from([b"", b"<w:p>", b"</w:tbl>", b"<w:tr><w:tc>", b"&x;", b"\xff", b'w:val="99999999999"']),
)
def test_any_change_of_the_body_is_read_or_refused(at, n_cut, inserted):
    body = _BODY[:at] + inserted + _BODY[at + n_cut :]
    draft = Draft("a.docx")
    try:
        read_docx(io.BytesIO(repacked(_SOUND, {"word/document.xml": body})), draft)
        document = draft.finish(report_id="a", source="a.docx")
    except InputError as error:
        assert str(error).startswith("a.docx: found ")
    else:
        assert all(place.kind in PlaceKind for place in document.places)


def test_cells_have_the_columns_that_they_begin_in(read):
    cells = "".join(
        f"<w:tc><w:tcPr>{span}</w:tcPr>{making.paragraph_xml(making.run_xml(text))}</w:tc>"
        for span, text in (('<w:gridSpan w:val="3"/>', "Cộng"), ("", "31,6"), ('<w:gridSpan w:val="x"/>', "11,3"))
    )
    document = read(making.rich_docx(f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>"), "a.docx")
    assert [place.cell for place in document.places if place.table == 1] == [1, 4, 5]


def test_contents_are_left_out_and_told(read):
    line = making.paragraph_xml(making.run_xml("1. Kết quả 2"), properties='<w:pStyle w:val="TOC1"/>')
    document = read(making.rich_docx(line, making.paragraph_xml(making.run_xml("Sở họp"))), "a.docx")
    assert document.text.startswith("Sở họp\n")
    assert "left out: the table of contents" in document.warnings


def test_symbols_are_signs(read):
    runs = (
        making.run_xml("2"),
        '<w:r><w:sym w:font="Symbol" w:char="F0B3"/><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>',
        making.run_xml("5 \uf0b0", making.font_xml("Symbol")),
        making.run_xml("C"),
    )
    assert read(making.rich_docx(making.paragraph_xml(*runs)), "a.docx").text.startswith("2≥5 °C\n")


def test_letterhead_set_with_tabs_is_two_lines(read):
    tab = "<w:r><w:tab/><w:tab/></w:r>"
    runs = (making.run_xml("SỞ KH&amp;CN"), tab, making.run_xml("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"))
    document = read(making.rich_docx(making.paragraph_xml(*runs)), "a.docx")
    assert document.text.startswith("SỞ KH&CN\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n")


def test_bullets_and_legal_numbers_are_as_word_shows_them(read):
    document = read(making.rich_docx(making.item_xml("đạt 38 mẫu;", 3), making.item_xml("Đo lường", 4)), "a.docx")
    assert document.text.startswith("+ đạt 38 mẫu;\n1.1. Đo lường\n")
