"""khcn-ner calibrate, and what --min-score and --review do with scores."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = Path(sys.executable).parent / "khcn-ner"


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([COMMAND, *arguments], capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def doubtful(tiny_corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give gold that the tiny model often contradicts: bodies and every other person are no gold in it."""
    folder = tmp_path_factory.mktemp("gold") / "doubtful"
    shutil.copytree(tiny_corpus / "dev", folder)
    for path in folder.glob("*.ann"):
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if "\tORG " not in line]
        people = [line for line in lines if "\tPER " in line]
        kept = [line for line in lines if line not in people[::2]]
        path.write_text("".join(f"{line}\n" for line in kept), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def calibrated(doubtful: Path, tiny_corpus: Path, tiny_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with a calibrated copy of the tiny model and what the command printed and drew."""
    folder = tmp_path_factory.mktemp("calibrated")
    shutil.copytree(tiny_run / "model", folder / "model")
    done = run(
        "calibrate", folder / "model", doubtful, "--also", tiny_corpus / "dev", "--plot", folder / "reliability.svg"
    )
    assert done.returncode == 0, done.stderr
    (folder / "printed.txt").write_text(done.stdout, encoding="utf-8")
    return folder


def test_the_temperature_is_kept_and_told(calibrated: Path) -> None:
    temperature = json.loads((calibrated / "model" / "khcn_ner.json").read_text())["temperature"]
    facts = json.loads((calibrated / "model" / "metrics.json").read_text())["training"]["calibration"]
    assert temperature > 1
    assert (facts["temperature"], facts["fitted_on"], list(facts["ece"])) == (
        temperature,
        "doubtful",
        ["doubtful", "dev"],
    )
    assert facts["ece"]["doubtful"]["after"] < facts["ece"]["doubtful"]["before"]
    printed = (calibrated / "printed.txt").read_text(encoding="utf-8")
    assert f"temperature {temperature:g} by doubtful" in printed
    card = (calibrated / "model" / "README.md").read_text(encoding="utf-8")
    assert f"one temperature, {temperature:g}, fitted on doubtful." in card
    assert (calibrated / "reliability.svg").read_text(encoding="utf-8").count("<svg") == 1


def test_calibrating_again_changes_nothing(calibrated: Path, doubtful: Path) -> None:
    before = (calibrated / "model" / "khcn_ner.json").read_bytes()
    assert run("calibrate", calibrated / "model", doubtful).returncode == 0
    assert (calibrated / "model" / "khcn_ner.json").read_bytes() == before


def test_training_notes_the_calibration_of_dev(tiny_run: Path) -> None:
    facts = json.loads((tiny_run / "model" / "metrics.json").read_text())["training"]["calibration"]
    assert (facts["fitted_on"], list(facts["ece"])) == ("dev", ["dev"])
    assert "temperature of the scores, by dev" in (tiny_run / "printed.txt").read_text()


def test_two_folders_of_one_name_are_refused(tiny_run: Path, doubtful: Path, tmp_path: Path) -> None:
    done = run("calibrate", tiny_run / "model", doubtful, "--also", tmp_path / "doubtful")
    assert (done.returncode, done.stderr) == (
        2, "error: --also: found folders of one name, expected names that differ; rename one\n"
    )  # fmt: skip


def test_a_plot_of_another_kind_is_refused(calibrated: Path, doubtful: Path, tmp_path: Path) -> None:
    done = run("calibrate", calibrated / "model", doubtful, "--plot", tmp_path / "plot.docx")
    assert done.returncode == 2
    assert "plot.docx: found the suffix .docx, expected .svg, .png or .pdf; rename it" in done.stderr


def scores_of(folder: Path) -> list[float]:
    return [
        span["score"]
        for path in folder.glob("*.jsonl")
        for span in json.loads(path.read_text(encoding="utf-8"))["spans"]
    ]


@pytest.fixture(scope="module")
def tagged(calibrated: Path, tiny_corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with the spans of the calibrated model, all of them, the sure ones, and a queue."""
    folder = tmp_path_factory.mktemp("tagged")
    options = ("--model", calibrated / "model", "--format", "jsonl")
    assert run("tag", tiny_corpus / "dev", "--out", folder / "all", *options).returncode == 0
    middle = sorted(scores_of(folder / "all"))[len(scores_of(folder / "all")) // 2]
    (folder / "middle").write_text(str(middle))
    done = run(
        "tag", tiny_corpus / "dev", "--out", folder / "sure", *options, "--min-score", str(middle),
        "--review", folder / "queue.tsv", "--review-under", str(middle),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (folder / "told").write_text(done.stderr)
    return folder


def test_min_score_keeps_the_surer_spans(tagged: Path) -> None:
    middle = float((tagged / "middle").read_text())
    assert sorted(scores_of(tagged / "sure")) == sorted(one for one in scores_of(tagged / "all") if one >= middle)


def test_the_queue_lists_the_others_least_sure_first(tagged: Path, tiny_corpus: Path) -> None:
    middle = float((tagged / "middle").read_text())
    header, *rows = [line.split("\t") for line in (tagged / "queue.tsv").read_text(encoding="utf-8").splitlines()]
    rows = [dict(zip(header, row, strict=True)) for row in rows]
    unsure = sorted(one for one in scores_of(tagged / "all") if one < middle)
    assert [float(row["score"]) for row in rows] == unsure
    assert f"to review: {len(unsure)} spans under {middle:g}" in (tagged / "told").read_text()
    for row in rows:
        text = (tiny_corpus / "dev" / row["report"]).read_text(encoding="utf-8")
        assert text[int(row["start"]) : int(row["end"])] == row["text"]
        assert f"⟦{row['text']}⟧" in row["context"]
        assert row["place"] == f"paragraph {row['place'].split()[-1]}" or row["place"].startswith("line")


def test_extract_has_the_same_options(calibrated: Path, tiny_corpus: Path, tmp_path: Path) -> None:
    done = run(
        "extract", tiny_corpus / "dev", "--model", calibrated / "model", "--out", tmp_path / "r.jsonl",
        "--min-score", "1", "--review", tmp_path / "queue.jsonl", "--review-under", "1",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert all(json.loads(line)["people"] == [] for line in (tmp_path / "r.jsonl").read_text().splitlines())
    rows = [json.loads(line) for line in (tmp_path / "queue.jsonl").read_text(encoding="utf-8").splitlines()]
    assert rows and all(row["score"] < 1 for row in rows)


def test_a_queue_of_another_kind_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    done = run("tag", tmp_path, "--out", tmp_path / "out", "--review", tmp_path / "queue.docx")
    assert done.returncode == 2
    assert done.stderr.endswith("queue.docx: found the suffix .docx, expected .tsv or .jsonl; rename the file\n")
