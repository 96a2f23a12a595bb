import os
from pathlib import Path

import pytest

from khcn_ner.errors import InputError
from khcn_ner.files import replaced_folder, write_bytes, write_text


def test_bytes_arrive_unchanged(tmp_path):
    data = bytes(range(256))
    write_bytes(tmp_path / "a.bin", data)
    assert (tmp_path / "a.bin").read_bytes() == data


def test_text_is_utf8_with_its_own_line_ends(tmp_path):
    write_text(tmp_path / "a.txt", "Sở\r\nKH&CN\n👍\r")
    assert (tmp_path / "a.txt").read_bytes() == "Sở\r\nKH&CN\n👍\r".encode()


def test_parent_folders_are_made(tmp_path):
    write_text(tmp_path / "a" / "b" / "c.txt", "x")
    assert (tmp_path / "a" / "b" / "c.txt").read_text(encoding="utf-8") == "x"


def test_old_file_is_replaced_and_nothing_else_left(tmp_path):
    path = tmp_path / "a.txt"
    write_text(path, "a long first version")
    write_text(path, "second")
    assert path.read_text(encoding="utf-8") == "second"
    assert list(tmp_path.iterdir()) == [path]


def test_file_has_the_rights_that_the_umask_leaves(tmp_path):
    before = os.umask(0o027)
    try:
        write_text(tmp_path / "a.txt", "x")
    finally:
        os.umask(before)
    assert (tmp_path / "a.txt").stat().st_mode & 0o777 == 0o640


def test_name_as_long_as_the_file_system_allows_can_be_written(tmp_path):
    path = tmp_path / f"{'ộ' * 83}.txt"  # 253 of 255 bytes
    write_text(path, "x")
    assert path.read_text(encoding="utf-8") == "x"


@pytest.mark.parametrize("failing", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_failing_write_leaves_the_old_file_and_no_temporary(tmp_path, monkeypatch, failing):
    path = tmp_path / "a.txt"
    write_text(path, "old")

    def fail(*_):
        raise failing

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises((InputError, KeyboardInterrupt)):
        write_text(path, "new")
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_full_disk_is_an_input_error(tmp_path, monkeypatch):
    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(InputError) as caught:
        write_text(tmp_path / "a.txt", "new")
    assert str(caught.value) == (
        f"{tmp_path}/a.txt: found No space left on device, expected a place that can be written; choose another output"
    )


def test_folder_in_the_way_is_an_input_error_and_stays(tmp_path):
    (tmp_path / "a.txt").mkdir()
    with pytest.raises(InputError) as caught:
        write_text(tmp_path / "a.txt", "x")
    assert str(caught.value) == (
        f"{tmp_path}/a.txt: found Is a directory, expected a place that can be written; choose another output"
    )
    assert list(tmp_path.iterdir()) == [tmp_path / "a.txt"]


@pytest.mark.parametrize(("inside", "found"), [("a.txt", "File exists"), ("deeper/a.txt", "Not a directory")])
def test_file_where_a_folder_is_needed_is_an_input_error(tmp_path, inside, found):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    path = tmp_path / "file" / inside
    with pytest.raises(InputError) as caught:
        write_text(path, "x")
    assert str(caught.value) == (f"{path}: found {found}, expected a place that can be written; choose another output")


def test_replaced_folder_takes_the_place_of_the_old_one(tmp_path):
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "old").write_text("x")
    with replaced_folder(tmp_path / "model") as new:
        (new / "new").write_text("y")
    assert [path.name for path in (tmp_path / "model").iterdir()] == ["new"]
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_replaced_folder_leaves_the_old_one_when_filling_fails(tmp_path):
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "old").write_text("x")
    with pytest.raises(ValueError, match="stop"), replaced_folder(tmp_path / "model") as new:
        (new / "half").write_text("y")
        raise ValueError("stop")
    assert [path.name for path in (tmp_path / "model").iterdir()] == ["old"]
    assert [path.name for path in tmp_path.iterdir()] == ["model"]
