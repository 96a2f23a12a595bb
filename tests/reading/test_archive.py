import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khcn_ner.errors import InputError
from khcn_ner.reading import archive
from khcn_ner.reading.archive import list_archive
from khcn_ner.reading.report import read_here


def zipped(parts):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in parts.items():
            packed.writestr(name, data)
    return stream.getvalue()


@pytest.fixture
def path(tmp_path):
    inner = zipped({"c/d.txt": "Sở họp".encode()})
    (tmp_path / "a.zip").write_bytes(zipped({"b.txt": b"x", "in.zip": inner, "../e.txt": b"x", "/f.txt": b"x"}))
    return tmp_path / "a.zip"


def test_archives_in_archives_are_listed_and_nothing_outside(path):
    assert [one.relative_to(path).as_posix() for one in list_archive(path)] == ["b.txt", "in.zip/c/d.txt"]


def test_report_in_an_archive_in_an_archive_is_read(path):
    assert read_here(path / "in.zip/c/d.txt", report_id="d").text == "Sở họp"


@pytest.mark.parametrize("name", ["g.txt", "in.zip/g.txt", "b.txt/c"])
def test_report_that_is_not_there_is_told(path, name):
    with pytest.raises(InputError, match=r"found no such file in the archive|found a file ending in"):
        read_here(path / name, report_id="g")


def test_archive_is_not_a_report(path):
    with pytest.raises(InputError, match="found an archive of 2 files, expected one report"):
        read_here(path, report_id="a")


def test_member_larger_than_it_says_is_refused(path, monkeypatch):
    monkeypatch.setattr(archive, "MAX_MEMBER_BYTES", 3)
    with zipfile.ZipFile(path) as packed, pytest.raises(InputError, match=r"found more than 3 bytes in in\.zip"):
        archive.read_member(packed, "in.zip", where="a.zip", limit=3)


def test_more_files_than_a_folder_of_reports_has_are_refused(path, monkeypatch):
    monkeypatch.setattr(archive, "MAX_MEMBERS", 3)
    with pytest.raises(InputError, match="found an archive of 4 files, which may be a bomb"):
        list_archive(path)


_SOUND = zipped({"a.txt": "Sở họp".encode() * 30, "in.zip": zipped({"b.txt": b"x"})})


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(_SOUND) - 1), st.integers(0, 40), st.binary(max_size=12))
def test_any_change_is_listed_or_refused(tmp_path_factory, at, n_cut, inserted):
    path = tmp_path_factory.getbasetemp() / "changed.zip"
    path.write_bytes(_SOUND[:at] + inserted + _SOUND[at + n_cut :])
    try:
        for one in list_archive(path):
            read_here(one, report_id="a")
    except InputError as error:
        assert "\n" not in str(error)
