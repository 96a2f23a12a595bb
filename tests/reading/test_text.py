import unicodedata

import pytest

from khcn_ner.document import PlaceKind
from khcn_ner.reading import read_report

REPORT = "SỞ KHOA HỌC VÀ CÔNG NGHỆ\r\n\r\n- Báo cáo tháng 6/2022 👍\n"


def test_line_ends_stay_as_they_are(read):
    assert read(REPORT.encode(), "a.txt").text == REPORT


def test_byte_order_mark_is_no_text(read):
    assert read(b"\xef\xbb\xbf" + REPORT.encode(), "a.txt").text == REPORT


def test_text_is_normalised_to_nfc_and_said_so(read):
    document = read(unicodedata.normalize("NFD", REPORT).encode(), "a.md")
    assert document.text == REPORT
    assert document.warnings == ("mended: 10 marks joined to their letters",)


def test_sound_text_needs_no_warning(read):
    assert read(REPORT.encode(), "a.txt").warnings == ()


def test_each_line_is_a_place(read):
    document = read(REPORT.encode(), "a.txt")
    told = [(place.line, place.level, document.text[place.start : place.end]) for place in document.places]
    assert told == [(1, None, "SỞ KHOA HỌC VÀ CÔNG NGHỆ"), (3, 7, "- Báo cáo tháng 6/2022 👍")]
    assert {place.kind for place in document.places} == {PlaceKind.LINE}
    assert str(document.place_at(30)) == "line 3"
    assert document.place_at(25) is None


def test_report_may_be_given_another_id(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text(REPORT, encoding="utf-8")
    document = read_report(path, report_id="hn-2022")
    assert (document.id, document.source) == ("hn-2022", "a.txt")


@pytest.mark.parametrize("data", [b" \r\n\t\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\n", "\u00a0\u2028".encode()])
def test_file_without_text_is_an_error(refused, data):
    assert refused(data, "a.txt") == "a.txt: found an empty file, expected a report's text; remove the file"


def test_more_lines_than_a_report_has_are_refused(refused, monkeypatch):
    monkeypatch.setattr("khcn_ner.reading.draft.MAX_PLACES", 10)
    assert "a.txt: found more lines or cells, expected a report of at most" in refused(b"a\n" * 11, "a.txt")
