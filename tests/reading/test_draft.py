import making
import pytest

from khcn_ner.document import PlaceKind
from khcn_ner.errors import InputError
from khcn_ner.reading.draft import Draft

PARAGRAPH, CELL = PlaceKind.PARAGRAPH, PlaceKind.CELL


def test_pieces_become_lines_with_places():
    draft = Draft("a.docx")
    draft.add("  Sở\u00a0 KH&CN \n họp ", PARAGRAPH, page=2)
    draft.add(" \n ", PARAGRAPH)
    draft.add("\uf0b7 25 cột", CELL, table=1, row=1, cell=2)
    document = draft.finish(report_id="a", source="a.docx")
    assert document.text == "Sở KH&CN\nhọp\n25 cột\n"
    told = [(document.text[place.start : place.end], str(place)) for place in document.places]
    assert told == [("Sở KH&CN\nhọp", "p. 2, paragraph 1"), ("25 cột", "table 1, row 1")]
    assert document.warnings == ("mended: 1 no-break or other space",)


@pytest.mark.parametrize(("write", "name"), [(making.in_tcvn3, "TCVN3"), (making.in_vni, "VNI")])
def test_text_in_old_letters_is_converted_and_places_follow(write, name):
    draft = Draft("a.pdf")
    for text in ("Sở Khoa học và Công nghệ tỉnh", "kiểm định phương tiện đo"):
        draft.add(write(text), PARAGRAPH)
    document = draft.finish(report_id="a", source="a.pdf")
    assert [document.text[place.start : place.end].lower() for place in document.places] == [
        "sở khoa học và công nghệ tỉnh",
        "kiểm định phương tiện đo",
    ]
    assert document.warnings[0].startswith(f"converted from letters of {name} fonts")


def test_file_without_text_is_an_error():
    with pytest.raises(InputError, match=r"a\.pdf: found no text, expected a report's text; remove the file"):
        Draft("a.pdf").finish(report_id="a", source="a.pdf")


def test_more_text_than_a_report_has_is_refused(monkeypatch):
    monkeypatch.setattr("khcn_ner.reading.draft.MAX_CHARACTERS", 10)
    draft = Draft("a.docx")
    with pytest.raises(InputError, match=r"a\.docx: found more than 10 characters"):
        draft.add("Sở KH&CN họp", PARAGRAPH)
