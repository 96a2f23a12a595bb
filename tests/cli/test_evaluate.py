import json
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = Path(sys.executable).parent / "khcn-ner"


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([COMMAND, *arguments], capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def gold(tiny_corpus: Path) -> Path:
    return tiny_corpus / "dev"


@pytest.fixture(scope="module")
def evaluated(gold: Path, tiny_corpus: Path, tiny_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of a whole evaluation, with a plan and a gold record beside the gold."""
    folder = tmp_path_factory.mktemp("evaluated")
    names = sorted(path.stem for path in gold.glob("*.txt"))
    copied = folder / "gold"
    copied.mkdir()
    for path in gold.iterdir():
        (copied / path.name).write_bytes(path.read_bytes())
    rows = ["report\tkind\tbody", f"{names[0]}\tconference\tHà Nam", f"{names[1]}\tplan\tHà Nam"]
    (copied / "plan.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    record = run("extract", copied / f"{names[0]}.txt", "--model", tiny_run / "model")
    (copied / f"{names[0]}.record.json").write_text(record.stdout, encoding="utf-8")
    done = run(
        "evaluate", copied, "--out", folder / "out", "--model", tiny_run / "model", "--train", tiny_corpus / "train",
        "--pages", folder / "pages", "--fail-under", "0.5", "--min-score", "0.01",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return folder


def test_evaluate_knows_plan_training_records_and_pages(evaluated: Path) -> None:
    metrics = json.loads((evaluated / "out" / "metrics.json").read_text(encoding="utf-8"))
    assert metrics["groups"]["kind"]["plan"]["n_documents"] == 1
    assert metrics["groups"]["body"]["Hà Nam"]["n_documents"] == 2
    assert metrics["seen"]["seen"]["support"] > 0
    assert metrics["records"]["n_documents"] == 1 and metrics["records"]["micro"]["f1"] == 1.0
    assert metrics["verdict"]["met"] is True and metrics["min_score"] == 0.01
    page = (evaluated / "out" / "index.html").read_text(encoding="utf-8")
    assert len(list((evaluated / "pages").glob("*.html"))) == 2 and 'href="../pages/dev-0.html"' in page


def test_fail_under_leaves_with_1_and_says_so(evaluated: Path, gold: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    for path in gold.glob("*.txt"):
        (empty / f"{path.stem}.ann").write_text("")
    done = run("evaluate", gold, "--out", tmp_path / "out", "--predictions", empty, "--fail-under", "0.9")
    assert done.returncode == 1
    assert done.stderr == "strict.micro.f1 0.000, at least 0.900: not met\n"
    assert (tmp_path / "out" / "index.html").exists()


def test_spans_that_were_written_score_as_the_model_that_wrote_them(
    evaluated: Path, gold: Path, tiny_run: Path, tmp_path: Path
) -> None:
    for form in ("brat", "jsonl"):
        run("tag", gold, "--format", form, "--out", tmp_path / form, "--model", tiny_run / "model")
        done = run("compare", evaluated / "out", tmp_path / form, "--gold", gold, "--out", tmp_path / "compared")
        assert done.returncode == 0, done.stderr
        assert "A and B make the same mistakes." in done.stdout
    assert json.loads((tmp_path / "compared" / "comparison.json").read_text(encoding="utf-8"))["n_broken"] == 0


def test_card_is_filled_from_evaluations(evaluated: Path, tiny_run: Path, tmp_path: Path) -> None:
    done = run("card", tiny_run / "model", "--evaluation", evaluated / "out", "--out", tmp_path / "card.md")
    assert done.returncode == 0, done.stderr
    card = (tmp_path / "card.md").read_text(encoding="utf-8")
    assert "**dev** (2 reports)" in card and "**out** (2 reports)" in card and "| training reports | 6 |" in card


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("compare", "nowhere", "embedded", "--gold", "GOLD", "--out", "OUT"), "nowhere: found no folder"),
        (
            ("compare", "TMP", "embedded", "--gold", "GOLD", "--out", "OUT"),
            "found no spans, expected predictions",
        ),
        (("evaluate", "GOLD", "--out", "OUT", "--thresholds", "TMP/none.yaml"), "none.yaml: found an unreadable file"),
        (
            ("evaluate", "GOLD", "--out", "OUT", "--learning-curve", "TMP/none.json"),
            "none.json: found FileNotFound",
        ),
        (("evaluate", "GOLD", "--out", "OUT", "--train", "TMP/none"), "found no folder"),
        (("evaluate", "GOLD", "--out", "OUT", "--predictions", "TMP", "--model", "TMP"), "found --model too"),
        (("card", "TMP"), "found no khcn_ner.json"),
    ],
)
def test_bad_input_is_one_line(arguments: tuple[str, ...], message: str, gold: Path, tmp_path: Path) -> None:
    places = {"GOLD": str(gold), "OUT": str(tmp_path / "out"), "TMP": str(tmp_path)}
    filled = []
    for one in arguments:
        first, slash, rest = one.partition("/")
        filled.append(f"{places.get(first, first)}{slash}{rest}")
    done = run(*filled)
    assert done.returncode == 2, done.stdout
    assert done.stderr.count("\n") == 1 and message in done.stderr
    assert not (tmp_path / "out").exists()


def test_predictions_on_another_text_are_one_line(evaluated: Path, gold: Path, tmp_path: Path) -> None:
    changed = tmp_path / "gold"
    changed.mkdir()
    for path in gold.glob("*.txt"):
        (changed / path.name).write_text("Khác. " + path.read_text(encoding="utf-8"), encoding="utf-8")
        (changed / f"{path.stem}.ann").write_text("")
    done = run("evaluate", changed, "--out", tmp_path / "out", "--predictions", evaluated / "out")
    assert done.returncode == 2
    assert "differs from character 0" in done.stderr and done.stderr.count("\n") == 1
