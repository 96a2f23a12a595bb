import zipfile

import pytest

from khcn_ner.errors import InputError
from khcn_ner.reading import find_reports, other_files, read_report


@pytest.fixture
def folder(tmp_path):
    for name in ("b.txt", "a.TXT", "deeper/c.md", "deeper/still/d.docx", "e.ann", "~$f.docx", ".g.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("Báo cáo", encoding="utf-8")
    (tmp_path / "folder.txt").mkdir()
    with zipfile.ZipFile(tmp_path / "h.zip", "w") as archive:
        archive.writestr("2019/i.txt", "Sở họp")
        archive.writestr("j.xlsx", "PK")
    return tmp_path


def error_of(function, argument):
    with pytest.raises(InputError) as caught:
        function(argument)
    return str(caught.value)


def test_folder_is_searched_with_folders_and_archives_below_it(folder):
    names = [path.relative_to(folder).as_posix() for path in find_reports([folder])]
    assert names == ["a.TXT", "b.txt", "deeper/c.md", "deeper/still/d.docx", "h.zip/2019/i.txt"]


def test_what_is_left_out_is_told(folder):
    assert [path.relative_to(folder).as_posix() for path in other_files([folder])] == ["e.ann", "h.zip/j.xlsx"]


def test_paths_keep_the_order_they_were_named_in(folder):
    named = [folder / "deeper" / "c.md", folder / "b.txt", folder / "a.TXT"]
    assert find_reports(named) == named


def test_file_named_by_itself_may_have_any_suffix(folder):
    assert find_reports([folder / "e.ann"]) == [folder / "e.ann"]


def test_report_in_an_archive_is_read_by_its_path(folder):
    document = read_report(folder / "h.zip" / "2019" / "i.txt")
    assert (document.id, document.text, document.source) == ("i", "Sở họp", "i.txt")


def test_archive_that_cannot_be_listed_stands_for_itself(tmp_path):
    broken = tmp_path / "a.zip"
    broken.write_bytes(b"PK\x03\x04 and no more")
    (tmp_path / "b.txt").write_text("Báo cáo", encoding="utf-8")
    assert find_reports([tmp_path]) == [broken, tmp_path / "b.txt"]


def test_folder_without_reports_is_an_error(tmp_path):
    (tmp_path / "a.ann").write_text("", encoding="utf-8")
    message = error_of(find_reports, [tmp_path])
    assert message.startswith(f"{tmp_path}: found no report, expected files ending in .txt, .md, .html")


def test_path_that_does_not_exist_is_an_error(folder):
    assert error_of(find_reports, [folder, folder / "x.txt"]) == (
        f"{folder}/x.txt: found nothing, expected a report or a folder; check the path"
    )
