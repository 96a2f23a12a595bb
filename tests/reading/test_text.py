import unicodedata

import pytest

from khcn_ner.document import Document
from khcn_ner.errors import InputError
from khcn_ner.reading.text import find_reports, read_report, read_text

REPORT = "SỞ KHOA HỌC VÀ CÔNG NGHỆ\r\nBáo cáo tháng 6/2022 👍\n"


@pytest.fixture
def folder(tmp_path):
    for name in ("b.txt", "a.TXT", "deeper/c.md", "deeper/still/d.txt", "e.ann", "f.docx"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("Báo cáo", encoding="utf-8")
    (tmp_path / "folder.txt").mkdir()
    return tmp_path


def write(folder, data):
    path = folder / "a.txt"
    path.write_bytes(data)
    return path


def error_of(function, argument):
    with pytest.raises(InputError) as caught:
        function(argument)
    return str(caught.value)


def test_folder_is_searched_with_those_below_it(folder):
    names = [path.relative_to(folder).as_posix() for path in find_reports([folder])]
    assert names == ["a.TXT", "b.txt", "deeper/c.md", "deeper/still/d.txt"]


def test_paths_keep_the_order_they_were_named_in(folder):
    named = [folder / "deeper" / "c.md", folder / "b.txt", folder / "a.TXT"]
    assert find_reports(named) == named


def test_file_named_by_itself_may_have_any_suffix(folder):
    assert find_reports([folder / "e.ann"]) == [folder / "e.ann"]


def test_folder_without_reports_is_an_error(tmp_path):
    (tmp_path / "a.ann").write_text("", encoding="utf-8")
    assert error_of(find_reports, [tmp_path]) == (
        f"{tmp_path}: found no report, expected files ending in .txt or .md; name another folder"
    )


def test_path_that_does_not_exist_is_an_error(folder):
    assert error_of(find_reports, [folder, folder / "x.txt"]) == (
        f"{folder}/x.txt: found nothing, expected a report or a folder; check the path"
    )


def test_line_ends_stay_as_they_are(tmp_path):
    assert read_text(write(tmp_path, REPORT.encode())) == REPORT


def test_byte_order_mark_is_no_text(tmp_path):
    assert read_text(write(tmp_path, b"\xef\xbb\xbf" + REPORT.encode())) == REPORT


def test_text_is_normalised_to_nfc(tmp_path):
    path = write(tmp_path, unicodedata.normalize("NFD", REPORT).encode())
    assert read_text(path) == REPORT


def test_report_is_a_document_without_spans(tmp_path):
    path = write(tmp_path, REPORT.encode())
    assert read_report(path) == Document("a", REPORT, (), source="a.txt")


def test_report_may_be_given_another_id(tmp_path):
    assert read_report(write(tmp_path, REPORT.encode()), report_id="hn-2022").id == "hn-2022"


@pytest.mark.parametrize("data", [b"", b" \r\n\t\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\n", "\u00a0\u2028".encode()])
def test_empty_file_is_an_error(tmp_path, data):
    path = write(tmp_path, data)
    assert error_of(read_text, path) == f"{path}: found an empty file, expected a report's text; remove the file"


@pytest.mark.parametrize("data", [b"PK\x03\x04\0\0", "Báo cáo".encode("utf-16")])
def test_binary_file_is_an_error(tmp_path, data):
    path = write(tmp_path, data)
    assert error_of(read_text, path) == (
        f"{path}: found a binary file, expected UTF-8 text; save the report as plain text"
    )


@pytest.mark.parametrize(
    ("data", "byte"),
    [
        (b"B\xe1o c\xe1o", "byte 0xE1 at 1"),
        (b"ab\xff", "byte 0xFF at 2"),
        (b"\xef\xbb\xbfab\xff", "byte 0xFF at 5"),
        ("Bá".encode()[:-1], "byte 0xC3 at 1"),
    ],
)
def test_file_that_is_no_utf8_names_the_byte(tmp_path, data, byte):
    path = write(tmp_path, data)
    assert error_of(read_text, path) == (
        f"{path}: found {byte}, which is not UTF-8, expected UTF-8 text; save the report as plain text in UTF-8"
    )


def test_missing_file_is_an_error(tmp_path):
    assert error_of(read_text, tmp_path / "x.txt") == (
        f"{tmp_path}/x.txt: found No such file or directory, expected a text file; check path and rights"
    )


def test_folder_is_no_text_file(tmp_path):
    assert error_of(read_text, tmp_path) == (
        f"{tmp_path}: found Is a directory, expected a text file; check path and rights"
    )
