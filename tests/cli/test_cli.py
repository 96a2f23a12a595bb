"""The command line, run as a process: what it prints, writes and returns."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from khcn_ner.corpus.brat import read_folder

REPORT = (
    "Ngày 06/10/2021, Sở Khoa học và Công nghệ tỉnh Hòa Bình tổ chức họp giao ban 9 tháng đầu năm 2021.\n"
    "Đồng chí Bùi Văn Thắng – Giám đốc Sở KH&CN chủ trì. Kinh phí hỗ trợ là 30.000.000 đồng.\n"
)


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from khcn_ner.cli import main; main()", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "reports" / "hoa-binh.txt"
    path.parent.mkdir()
    path.write_text(REPORT, encoding="utf-8")
    return path


@pytest.fixture
def model(tiny_run: Path) -> tuple[str, Path]:
    return ("--model", tiny_run / "model")


def assert_one_error_line(done: subprocess.CompletedProcess[str], *parts: str | Path) -> None:
    assert done.returncode == 2, done.stderr
    lines = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    assert len(lines) == 1, done.stderr
    assert "Traceback" not in done.stderr
    for part in parts:
        assert str(part) in lines[0]


def test_extract_prints_one_record_a_report(report: Path) -> None:
    done = run("extract", report)
    assert done.returncode == 0, done.stderr
    record = json.loads(done.stdout)
    assert done.stdout.count("\n") == 1
    assert record["report"]["id"] == "hoa-binh"
    assert record["report"]["model"]["name"] == "compact"
    assert [person["name"] for person in record["people"]] == ["Bùi Văn Thắng"]
    assert "2021-10-06" in [date["from"] for date in record["dates"]]
    money = [figure for figure in record["indicators"] if figure["unit"] == "VND"]
    assert [figure["value"] for figure in money] == [30_000_000]
    for kind in ("organisations", "people", "dates", "indicators", "projects", "documents", "warnings"):
        assert isinstance(record[kind], list)


def test_extract_gives_surfaces_by_their_offsets(report: Path) -> None:
    record = json.loads(run("extract", report).stdout)
    for kind in ("dates", "indicators"):
        for found in record[kind]:
            assert REPORT[found["start"] : found["end"]] == found["text"]
    for kind in ("organisations", "people"):
        for mention in (mention for found in record[kind] for mention in found["mentions"]):
            assert REPORT[mention["start"] : mention["end"]] == mention["text"]


def test_extract_writes_records_and_pages_and_prints_a_summary(report: Path, model, tmp_path: Path) -> None:
    done = run("extract", report.parent, "--out", tmp_path / "out.jsonl", "--html", tmp_path / "pages", *model)
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "out.jsonl").read_text(encoding="utf-8"))["report"]["source"] == "hoa-binh.txt"
    assert (tmp_path / "pages" / "hoa-binh.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert "hoa-binh" in done.stdout


def test_extract_writes_into_a_database_and_a_second_time_in_place_of_the_first(
    report: Path, model: tuple[str, Path], tmp_path: Path
) -> None:
    sql = pytest.importorskip("sqlalchemy")
    url = f"sqlite:///{tmp_path / 'records.db'}"
    for _ in range(2):
        done = run("extract", report.parent, "--to", url, *model)
        assert done.returncode == 0, done.stderr
    engine = sql.create_engine(url)
    with engine.connect() as connection:
        rows = connection.execute(sql.text("select report_id, source from reports")).all()
    engine.dispose()
    assert [tuple(row) for row in rows] == [("hoa-binh", "hoa-binh.txt")]


def test_extract_names_a_database_that_it_cannot_reach(report: Path, model: tuple[str, Path]) -> None:
    pytest.importorskip("sqlalchemy")
    done = run("extract", report, "--to", "nothing://user:secret@host/db", *model)
    assert_one_error_line(done, "expected a database that takes the records")
    assert "secret" not in done.stdout + done.stderr


def test_extract_takes_another_id(report: Path, model) -> None:
    assert json.loads(run("extract", report, "--id", "hb-9m", *model).stdout)["report"]["id"] == "hb-9m"


def test_an_id_for_two_reports_is_refused(report: Path, model) -> None:
    report.with_name("b.txt").write_text(REPORT, encoding="utf-8")
    assert_one_error_line(run("extract", report.parent, "--id", "x", *model), "--id: found 2 reports, expected one")


def test_a_bad_report_is_set_aside_and_the_others_go_on(report: Path, model, tmp_path: Path) -> None:
    report.with_name("empty.txt").write_text("", encoding="utf-8")
    done = run("extract", report.parent, "--out", tmp_path / "out.jsonl", *model)
    assert_one_error_line(done, "empty.txt: found an empty file")
    assert "1 of 2 reports set aside" in done.stderr
    assert len((tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()) == 1


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.txt", b"", "found an empty file, expected a report's text"),
        ("a.txt", b" \n\n", "found an empty file"),
        ("a.txt", b"PK\x03\x04\0\0", "found a ZIP archive, expected plain text, as its name says"),
        ("a.txt", b"S\0\0", "found a binary file"),
        ("a.txt", b"S\xf4\xfe", "which is not UTF-8, expected text in UTF-8, UTF-16, Windows-1258, TCVN3 or VNI"),
        ("a.docx", b"<html><p>x</p></html>", "found a web page, expected a Word document, as its name says"),
        ("a.xlsx", b"PK", "found a file ending in .xlsx, expected a report ending in .txt"),
    ],
)
def test_unreadable_reports_are_one_line(model, tmp_path: Path, name: str, content: bytes, message: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    done = run("extract", path, "--out", tmp_path / "out.jsonl", *model)
    assert_one_error_line(done, path, message)
    assert not (tmp_path / "out.jsonl").exists()


@pytest.mark.parametrize(("command", "out"), [("extract", "out.jsonl"), ("tag", "out")])
def test_a_missing_report_is_one_line(command: str, out: str, model, tmp_path: Path) -> None:
    done = run(command, tmp_path / "no.txt", "--out", tmp_path / out, *model)
    assert_one_error_line(done, "no.txt: found nothing, expected a report or a folder; check the path")
    assert not (tmp_path / out).exists()


def test_a_folder_without_reports_is_one_line(model, tmp_path: Path) -> None:
    assert_one_error_line(run("extract", tmp_path, *model), tmp_path, "found no report")


def test_a_place_that_cannot_be_written_is_one_line(report: Path, model, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert_one_error_line(run("extract", report, "--out", tmp_path / "file" / "out.jsonl", *model), "file")


@pytest.mark.parametrize("span_format", ["brat", "jsonl", "conll"])
def test_tag_writes_each_format(span_format: str, report: Path, model, tmp_path: Path) -> None:
    done = run("tag", report, "--format", span_format, "--out", tmp_path / "out", *model)
    assert done.returncode == 0, done.stderr
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"brat": {"hoa-binh.txt", "hoa-binh.ann"}}.get(span_format, {f"hoa-binh.{span_format}"})


def test_tagged_brat_reads_back_as_gold(report: Path, tmp_path: Path) -> None:
    run("tag", report, "--out", tmp_path / "out")
    (document,) = read_folder(tmp_path / "out")
    assert document.text == REPORT
    assert "Bùi Văn Thắng" in [document.surface(span) for span in document.spans]


def test_tag_reads_decomposed_text_as_nfc(report: Path, model, tmp_path: Path) -> None:
    import unicodedata

    report.write_text(unicodedata.normalize("NFD", REPORT), encoding="utf-8")
    run("tag", report, "--out", tmp_path / "out", *model)
    assert (tmp_path / "out" / "hoa-binh.txt").read_text(encoding="utf-8") == REPORT


def test_reports_of_one_name_do_not_overwrite_each_other(report: Path, model, tmp_path: Path) -> None:
    twin = report.parent / "more" / report.name
    twin.parent.mkdir()
    twin.write_text(REPORT, encoding="utf-8")
    done = run("tag", report.parent, "--out", tmp_path / "out", *model)
    assert_one_error_line(done, "found the same name as", "rename one of the two")
    assert not (tmp_path / "out").exists()


def test_reports_in_an_archive_are_read_and_what_is_left_out_is_told(report: Path, model, tmp_path: Path) -> None:
    with zipfile.ZipFile(report.parent / "more.zip", "w") as archive:
        archive.writestr("2021/q3.txt", REPORT)
        archive.writestr("2021/q3.xlsx", "PK")
    done = run("tag", report.parent, "--out", tmp_path / "out", *model)
    assert done.returncode == 0, done.stderr
    assert {path.stem for path in (tmp_path / "out").iterdir()} == {"hoa-binh", "q3"}
    assert "left out, since they are no reports by their names: 1 .xlsx" in done.stderr


def test_what_was_mended_is_told(report: Path, model, tmp_path: Path) -> None:
    report.write_bytes(REPORT.encode("utf-16"))
    assert "hoa-binh.txt: converted from UTF-16" in run("tag", report, "--out", tmp_path / "out", *model).stderr
    assert json.loads(run("extract", report, *model).stdout)["warnings"][0] == "converted from UTF-16"


def test_web_page_becomes_a_record_with_places(tmp_path: Path) -> None:
    page = tmp_path / "a.html"
    lines = "".join(f"<p>{line}</p>" for line in REPORT.splitlines())
    page.write_text(f'<html><head><meta charset="utf-8"></head><body>{lines}</body></html>', encoding="utf-8")
    record = json.loads(run("extract", page, "--time-limit", "60").stdout)
    (person,) = record["people"]
    assert person["mentions"][0]["place_in_file"] == "paragraph 2"


def test_evaluate_writes_metrics_and_a_page(tiny_corpus: Path, model, tmp_path: Path) -> None:
    done = run("evaluate", tiny_corpus / "dev", "--out", tmp_path / "out", *model)
    assert done.returncode == 0, done.stderr
    metrics = json.loads((tmp_path / "out" / "metrics.json").read_text())
    assert 0 < metrics["strict"]["micro"]["f1"] <= 1
    assert metrics["model"]["name"] == "tiny"
    assert f"{metrics['strict']['micro']['f1']:.3f}" in done.stdout
    assert (tmp_path / "out" / "index.html").exists()


@pytest.mark.parametrize(
    ("annotation", "message"),
    [
        ("T1\tLOC 0 2\tSở\n", "a.ann, line 1: found unknown label LOC, expected one of ORG, PER"),
        ("T1\tORG 0 99\tSở\n", "a.ann, line 1: found end 99, expected at most the text's length 8"),
        ("T1\tORG 0 8\tSở KH&CN\nT2\tORG 0 2\tSở\n", "a.ann, line 1: found ORG 0-8 overlapping ORG 0-2"),
        ("T1\tORG 3 8\tSở KH\n", "a.ann, line 1: found surface 'Sở KH'"),
        ("T1 ORG 0 2 Sở\n", "a.ann, line 1: found 'T1 ORG 0 2 Sở'"),
    ],
)
@pytest.mark.parametrize("command", ["check", "evaluate"])
def test_wrong_gold_is_named_by_file_and_line(
    command: str, annotation: str, message: str, model, tmp_path: Path
) -> None:
    gold = tmp_path / "gold"
    gold.mkdir()
    (gold / "a.txt").write_text("Sở KH&CN", encoding="utf-8")
    (gold / "a.ann").write_text(annotation, encoding="utf-8")
    if command == "check":
        done = run("check", gold)
        assert done.returncode == 2
        assert message in done.stdout
        assert done.stdout.rstrip().endswith("1 report checked, 1 problem, 0 suspects settled before")
    else:
        assert_one_error_line(run("evaluate", gold, "--out", tmp_path / "out", *model), message)
        assert not (tmp_path / "out").exists()


def test_evaluate_without_gold_is_one_line(tmp_path: Path) -> None:
    assert_one_error_line(run("evaluate", tmp_path, "--out", tmp_path / "out"), "found no .txt file")


def test_check_of_a_sound_corpus_counts_it(tiny_corpus: Path) -> None:
    done = run("check", tiny_corpus)
    assert done.returncode == 0
    assert done.stdout.startswith("8 reports checked, 0 problems")
