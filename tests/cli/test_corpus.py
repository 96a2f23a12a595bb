"""The commands for annotated reports, run in the process: what they print, write and return."""

import json

import pytest
from typer.testing import CliRunner

from khcn_ner.cli import app
from khcn_ner.corpus.brat import annotation_text, read_folder, write_document
from khcn_ner.document import Document, Span
from khcn_ner.errors import CorpusError
from khcn_ner.labels import Label

TEXT = "Sở Y tế giao Lê Tám 12 ha.\n"
FIRST = Document("a", TEXT, (Span(0, 7, Label.ORG), Span(13, 19, Label.PER), Span(20, 25, Label.QUANTITY)))
SECOND = FIRST.with_spans(FIRST.spans[:2])


def run(*arguments, code=0):
    done = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert done.exit_code == code, done.output
    return done.output


@pytest.fixture
def corpus(tmp_path):
    write_document(FIRST, tmp_path / "corpus" / "train")
    return tmp_path / "corpus"


def test_check_counts_reports_problems_and_settled(corpus):
    assert run("check", corpus) == "1 report checked, 0 problems, 0 suspects settled before\n"
    write_document(SECOND, corpus / "train")
    told, counted = run("check", corpus, code=2).splitlines()[0], run("check", corpus, code=2).splitlines()[-1]
    assert "train/a.txt, line 1: found unmarked-amount 20-25 '12 ha', expected a number with a unit" in told
    assert counted == "1 report checked, 1 problem, 0 suspects settled before"


def test_stats_prints_a_table_and_draws_a_plot(corpus, tmp_path):
    printed = run("stats", corpus, "--plot", tmp_path / "plot.svg")
    assert "spans per 1,000 syllables" in printed
    assert (tmp_path / "plot.svg").read_text(encoding="utf-8").startswith("<?xml")


def test_agreement_prints_f1_kappa_and_differences(corpus, tmp_path):
    (tmp_path / "second").mkdir()
    (tmp_path / "second" / "a.ann").write_text(annotation_text(SECOND), encoding="utf-8")
    printed = run("agreement", corpus / "train", tmp_path / "second", "--differences")
    assert "a:1: A QUANTITY '12 ha'; B nothing; in …Sở Y tế giao Lê Tám ⟦12 ha⟧." in printed
    assert "0.800" in printed  # micro F1: 2·2 / (3 + 2)
    assert "Cohen's kappa on 9 tokens: 0.700" in printed


def test_convert_there_and_back_is_exact(corpus, tmp_path):
    before = {path.name: path.read_bytes() for path in (corpus / "train").iterdir()}
    steps = [
        ("inline", "in"),
        ("doccano", "d.jsonl"),
        ("label-studio", "s.json"),
        ("jsonl", "j.jsonl"),
        ("brat", "out"),
    ]
    form, place = "brat", corpus / "train"
    for to, name in steps:
        run("convert", place, tmp_path / name, "--from", form, "--to", to)
        form, place = to, tmp_path / name
    assert {path.name: path.read_bytes() for path in place.iterdir()} == before


def test_convert_tells_what_is_wrong_and_writes_nothing(tmp_path):
    (tmp_path / "d.jsonl").write_text('{"text": "Sở", "label": [[0, 9, "ORG"]]}\n', encoding="utf-8")
    done = CliRunner().invoke(
        app, ["convert", str(tmp_path / "d.jsonl"), str(tmp_path / "out"), "--from", "doccano", "--to", "brat"]
    )
    assert isinstance(done.exception, CorpusError)
    assert not (tmp_path / "out").exists()


def test_annotate_gives_predictions_that_come_back_by_convert(tmp_path, tiny_run):
    (tmp_path / "r.txt").write_text("Đồng chí Lê Văn Tám, Viện Chăn nuôi, báo cáo.\n", encoding="utf-8")
    run("annotate", tmp_path / "r.txt", "--out", tmp_path / "tasks.json", "--model", tiny_run / "model")
    (task,) = json.loads((tmp_path / "tasks.json").read_text(encoding="utf-8"))
    (prediction,) = task["predictions"]
    assert prediction["model_version"] == "tiny 0.0.1"
    assert prediction["result"]
    assert all(0 <= item["score"] <= 1 for item in prediction["result"])
    run("convert", tmp_path / "tasks.json", tmp_path / "out", "--from", "label-studio", "--to", "brat")
    (document,) = read_folder(tmp_path / "out")
    assert len(document.spans) == len(prediction["result"])
