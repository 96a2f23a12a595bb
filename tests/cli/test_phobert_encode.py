"""khcn-ner phobert-encode, run as a process."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

TEXT = "Sở Khoa_học và Công_nghệ họp\n\nHà_Nam  họp ắ😀 Tám\r\nKhoa_học"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "vocab.txt").write_text("Hà_Nam 9\nhọ@@ 5\np 4\nSở 3\nho@@ 1\n", encoding="utf-8")
    codes = "à _ 9\nH à_ 9\na m</w> 8\nHà_ N 7\nHà_N am</w> 7\nh ọ 6\nS ở</w> 5\n"
    (tmp_path / "bpe.codes").write_text(codes, encoding="utf-8")
    return tmp_path


def encode(folder: Path, text: bytes) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-c", "from khcn_ner.cli import main; main()", "phobert-encode", str(folder)]
    return subprocess.run(command, input=text, capture_output=True, check=False)


def test_it_prints_ids_and_offsets_a_line_as_the_slow_tokenizer_cuts(folder: Path) -> None:
    from transformers import PhobertTokenizer

    done = encode(folder, TEXT.encode())
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    lines = [line.removesuffix("\r") for line in TEXT.split("\n")]
    slow = PhobertTokenizer(str(folder / "vocab.txt"), str(folder / "bpe.codes"))
    assert [row["ids"] for row in rows] == [slow(line).input_ids for line in lines]
    assert rows[0]["offsets"][:2] == [[0, 0], [0, 2]]
    assert rows[0]["offsets"][-1] == [0, 0]
    assert rows[1] == {"ids": [0, 2], "offsets": [[0, 0], [0, 0]]}
    assert rows[2]["ids"][1] == 4
    assert rows[2]["offsets"][1] == [0, 6]
    assert done.stderr == b""


def test_text_without_a_single_joined_word_is_told(folder: Path) -> None:
    done = encode(folder, "Sở họp và báo cáo\n".encode() * 30)
    assert done.returncode == 0
    assert done.stderr.decode().startswith("warning: standard input: found no `_` in 150 words")
    assert done.stderr.count(b"\n") == 1


@pytest.mark.parametrize(
    ("codes", "text", "message"),
    [
        (b"x y 3\n", b"a", "no merge makes a piece of vocab.txt"),
        (None, b"\xff\n", "standard input: found bytes that are not UTF-8"),
    ],
)
def test_bad_files_and_bad_text_are_one_line(folder: Path, codes: bytes | None, text: bytes, message: str) -> None:
    if codes is not None:
        (folder / "bpe.codes").write_bytes(codes)
    done = encode(folder, text)
    assert done.returncode == 2
    assert done.stderr.startswith(b"error: ")
    assert done.stderr.count(b"\n") == 1
    assert message in done.stderr.decode()
