import json

from khcn_ner.document import Document, Place, PlaceKind, Span
from khcn_ner.labels import Label
from khcn_ner.records import assemble, render_report, report_json

TEXT = "BÁO CÁO NHANH\nKết quả đo lường\nSở KH&CN kiểm định\n163/440 PTĐ\n"


def document(*, kind: PlaceKind = PlaceKind.HEADING) -> Document:
    at = [TEXT.index(line) for line in TEXT.splitlines()]
    ends = [start + len(line) for start, line in zip(at, TEXT.splitlines(), strict=True)]
    places = (
        Place(at[0], ends[0], PlaceKind.PARAGRAPH, page=1, paragraph=1),
        Place(at[1], ends[1], kind, page=1, paragraph=2, level=2),
        Place(at[2], ends[2], PlaceKind.CELL, page=3, table=2, row=4, cell=1),
        Place(at[3], ends[3], PlaceKind.CELL, page=3, table=2, row=4, cell=2),
    )
    spans = (Span(at[2], at[2] + 8, Label.ORG), Span(at[3], ends[3], Label.QUANTITY))
    return Document("a", TEXT, spans, source="a.pdf", places=places, warnings=("converted from VNI",))


def test_records_tell_where_they_stand_in_the_file() -> None:
    report = json.loads(report_json(assemble(document())))
    assert report["indicators"][0]["place_in_file"] == "p. 3, table 2, row 4"
    assert report["organisations"][0]["mentions"][0]["place_in_file"] == "p. 3, table 2, row 4"


def test_what_the_reader_told_is_among_the_warnings() -> None:
    assert assemble(document()).warnings[0] == "converted from VNI"


def test_heading_of_the_file_is_the_section() -> None:
    assert assemble(document()).indicators[0].section == "Kết quả đo lường"
    assert assemble(document(kind=PlaceKind.PARAGRAPH)).indicators[0].section is None


def test_page_shows_the_place() -> None:
    page = render_report(document(), assemble(document()))
    assert 'data-place="p. 3, table 2, row 4">tr. 3, bảng 2, hàng 4<' in page
    assert "(tr. 3, bảng 2, hàng 4)" in page


def test_document_without_places_has_none() -> None:
    plain = Document("a", TEXT, document().spans)
    report = assemble(plain)
    assert report.indicators[0].place_in_file is None
    assert "data-place" not in render_report(plain, report)
