import json
import subprocess
import sys

import pytest

from khcn_ner.document import Document, Span
from khcn_ner.errors import InputError
from khcn_ner.evaluation import Setting, score, write_evaluation
from khcn_ner.labels import Label

GOLD = Document("a", "Sở KH&CN họp", (Span(0, 8, Label.ORG),))


def test_both_files_are_written_and_the_scores_given(tmp_path):
    folder = tmp_path / "made" / "here"
    written = write_evaluation(folder, [GOLD], [GOLD], title="Đánh giá", setting=Setting(model={"tên": "nhỏ"}))
    assert written.evaluation.scores == score([GOLD], [GOLD])
    assert sorted(path.name for path in folder.iterdir()) == [
        "index.html",
        "metrics.json",
        "predictions.jsonl",
        "summary.md",
    ]
    numbers = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    assert numbers["strict"]["micro"]["f1"] == 1.0
    assert numbers["model"] == {"tên": "nhỏ"}
    assert (folder / "index.html").read_text(encoding="utf-8").startswith("<!doctype html>")


def test_the_same_input_gives_the_same_files(tmp_path):
    for name in ("one", "two"):
        write_evaluation(tmp_path / name, [GOLD], [GOLD], title="x")
    for name in ("metrics.json", "index.html", "summary.md"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_nothing_is_written_for_documents_that_do_not_pair(tmp_path):
    with pytest.raises(InputError, match="0 predicted documents"):
        write_evaluation(tmp_path / "out", [GOLD], [], title="x")
    assert not (tmp_path / "out").exists()


def test_a_place_that_cannot_be_written_is_one_clear_line(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="choose another output"):
        write_evaluation(tmp_path / "file", [GOLD], [GOLD], title="x")


def test_importing_prints_nothing_and_loads_neither_numpy_nor_jinja2():
    code = (
        "import sys, khcn_ner.evaluation; sys.exit(bool({'numpy', 'jinja2', 'matplotlib', 'torch'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
