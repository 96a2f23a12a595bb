"""A whole batch in this process: what stands in OUT, what a second run adds, what is refused."""

from __future__ import annotations

import errno
import json
import multiprocessing
import os
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from batches import make_text, record_lines, rows

from khcn_ner.errors import InputError
from khcn_ner.reading import read_report
from khcn_ner.records import ModelInfo, assemble, report_json
from khcn_ner.scale import output as output_module
from khcn_ner.scale.batch import BatchOptions, run_batch
from khcn_ner.scale.local import LocalSettings, run_local
from khcn_ner.scale.output import Output
from khcn_ner.scale.progress import RunSummary
from khcn_ner.scale.tables import TableFormat, read_records
from khcn_ner.tagging.tagger import Tagger

Run = Callable[..., RunSummary]


class Silence:
    """A watcher that does nothing."""

    def update(self, counts: object) -> None: ...

    def say(self, event: str, **details: object) -> None: ...


@pytest.fixture(scope="session")
def tagger(table_model: Path) -> Tagger:
    return Tagger.load(table_model, threads=1)


@pytest.fixture
def run(tagger: Tagger, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a batch with the records made in this process, which needs no time to start."""
    from khcn_ner.scale import local

    class MakersHere:
        def __init__(self, *_: object, model: ModelInfo, **__: object) -> None:
            self._model = model

        def __enter__(self) -> MakersHere:
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def records(self, documents: Any) -> Any:
            return (local.work.make_record(one, self._model) for one in documents)

    monkeypatch.setattr(local, "RecordMakers", MakersHere)
    settings = LocalSettings(readers=2, record_makers=1)

    def run_it(source: str | Path, out: Path, *, model: Tagger = tagger, **changed: object) -> RunSummary:
        plain = BatchOptions(
            source=str(source),
            out=out,
            engine="local",
            tables=(),
            text_column="text",
            time_limit_s=60,
            mix=False,
            retry=False,
            shard_reports=4,
        )

        def engine(items: Any, output: Any, counts: Any, watcher: Any) -> None:
            run_local(items, output, model, settings=settings, counts=counts, watcher=watcher)

        options = replace(plain, **changed)  # type: ignore[arg-type]
        return run_batch(options, engine, model=model.manifest, watcher=Silence())

    return run_it


def records(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in record_lines(out)]


def test_each_line_is_what_extract_prints(run: Run, reports: Any, tagger: Tagger, tmp_path: Path) -> None:
    folder = reports(5)
    run(folder, tmp_path / "out")
    made = {
        record["report"]["source"]: line for line in record_lines(tmp_path / "out") for record in [json.loads(line)]
    }
    path = folder / "0" / "003.txt"
    document = tagger.tag(read_report(path)).document
    expected = json.loads(report_json(assemble(document, model=ModelInfo(name="table", version="1"))))
    expected["report"] |= {"id": document.text_sha256, "source": "0/003.txt"}
    assert json.loads(made["0/003.txt"]) == expected
    assert expected["people"]
    assert expected["indicators"]


def test_shards_hold_no_more_than_they_may_and_the_summary_counts(run: Run, reports: Any, tmp_path: Path) -> None:
    summary = run(reports(10), tmp_path / "out")
    sizes = [len(rows(path)) for path in sorted((tmp_path / "out").glob("part-*"))]
    assert sizes == [4, 4, 2]
    assert (summary.n_records, summary.n_records_in_out, summary.n_quarantined) == (10, 10, 0)
    assert summary.n_pieces > 0
    assert summary.n_characters_unseen == 0
    told = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert (told["n_records"], told["engine"]) == (10, "local")


def test_a_second_run_does_what_is_new_alone(run: Run, reports: Any, tmp_path: Path) -> None:
    run(reports(5), tmp_path / "out")
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").glob("part-*")}
    summary = run(reports(7), tmp_path / "out")
    assert (summary.n_records, summary.n_done_before, summary.n_records_in_out) == (2, 5, 7)
    assert all((tmp_path / "out" / name).read_bytes() == data for name, data in before.items())
    run(reports(7), tmp_path / "whole")
    assert record_lines(tmp_path / "out") == record_lines(tmp_path / "whole")


def test_what_was_left_half_written_is_done_again(run: Run, reports: Any, tmp_path: Path) -> None:
    run(reports(9), tmp_path / "whole")
    run(reports(9), tmp_path / "out")
    out = tmp_path / "out"
    last = sorted(out.glob("part-*"))[-1]
    last.rename(out / ".writing-00002")
    (out / ".records.xlsx.ab").mkdir()
    with (out / "quarantine.jsonl").open("a", encoding="utf-8") as stream:
        stream.write('{"id": "ab')
    assert run(reports(9), out).n_records == 1
    assert record_lines(out) == record_lines(tmp_path / "whole")
    assert rows(out / "quarantine.jsonl") == []
    assert not list(out.glob(".[rw]*"))


def test_bad_reports_are_in_quarantine_once(run: Run, reports: Any, tmp_path: Path) -> None:
    folder = reports(3)
    (folder / "empty.txt").write_bytes(b"")
    (folder / "cut.pdf").write_bytes(b"%PDF-1.7 and no more")
    summary = run(folder, tmp_path / "out")
    assert (summary.n_records, summary.n_quarantined_in_out) == (3, 2)
    assert [source for source, _ in summary.quarantined] == ["cut.pdf", "empty.txt"]
    found = {row["source"]: row for row in rows(tmp_path / "out" / "quarantine.jsonl")}
    assert found["empty.txt"]["error"].endswith(
        "empty.txt: found an empty file, expected a report's text; remove the file"
    )
    again = run(folder, tmp_path / "out")
    assert (again.n_quarantined, again.n_quarantined_in_out) == (0, 2)
    tried = run(folder, tmp_path / "out", retry=True)
    assert (tried.n_quarantined, tried.n_quarantined_in_out) == (2, 2)
    assert len(rows(tmp_path / "out" / "quarantine.jsonl")) == 2


def test_a_mended_report_leaves_the_quarantine(run: Run, reports: Any, tmp_path: Path) -> None:
    folder = reports(1)
    (folder / "a.txt").write_bytes(b"")
    run(folder, tmp_path / "out")
    (folder / "a.txt").write_text(make_text(99), encoding="utf-8")
    summary = run(folder, tmp_path / "out")
    assert (summary.n_records_in_out, summary.n_quarantined_in_out) == (2, 0)
    assert rows(tmp_path / "out" / "quarantine.jsonl") == []


def test_a_changed_report_is_another_and_the_old_record_is_told(run: Run, reports: Any, tmp_path: Path) -> None:
    folder = reports(2)
    run(folder, tmp_path / "out")
    (folder / "0" / "000.txt").write_text(make_text(99), encoding="utf-8")
    summary = run(folder, tmp_path / "out")
    assert (summary.n_records, summary.n_records_in_out, summary.n_no_longer_in) == (1, 3, 1)


def test_one_content_under_two_names_is_one_record(run: Run, reports: Any, tmp_path: Path) -> None:
    folder = reports(3)
    (folder / "twin.txt").write_text(make_text(0), encoding="utf-8")
    for _ in range(2):
        summary = run(folder, tmp_path / "out")
        assert (summary.n_records_in_out, summary.n_duplicates) == (3, 1)
        (twin,) = rows(tmp_path / "out" / "duplicates.jsonl")
        assert (twin["source"], twin["same_as"]) == ("twin.txt", "0/000.txt")


def test_a_name_that_lies_does_not_hide_its_honest_twin(run: Run, tmp_path: Path) -> None:
    page = "<html><body><p>Đồng chí Lê Văn Tám báo cáo 15 dự án của Sở Khoa học.</p></body></html>"
    for name in ("in/a.txt", "in/b.html"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(page, encoding="utf-8")
    summary = run(tmp_path / "in", tmp_path / "out")
    assert (summary.n_records, summary.n_quarantined) == (1, 1)
    assert records(tmp_path / "out")[0]["report"]["source"] == "b.html"


def test_another_model_is_refused_unless_told(run: Run, reports: Any, other_model: Path, tmp_path: Path) -> None:
    folder = reports(2)
    run(folder, tmp_path / "out")
    other = Tagger.load(other_model, threads=1)
    with pytest.raises(InputError, match=r"out: found output of model_version 1 \(this run: 2\), expected .* --mix"):
        run(folder, tmp_path / "out", model=other)
    folder = reports(3)
    summary = run(folder, tmp_path / "out", model=other, mix=True)
    assert (summary.n_records, summary.n_done_before) == (1, 2)
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["model_version"], [one["model_version"] for one in manifest["earlier"]]) == ("2", ["1"])
    assert {one["report"]["model"]["version"] for one in records(tmp_path / "out")} == {"1", "2"}


def test_other_options_are_refused(run: Run, reports: Any, tmp_path: Path) -> None:
    folder = reports(2)
    run(folder, tmp_path / "out")
    with pytest.raises(InputError, match=r"found output of time_limit_s 60 \(this run: 5\)"):
        run(folder, tmp_path / "out", time_limit_s=5)
    with pytest.raises(InputError, match="found output of input"):
        run(folder / "0", tmp_path / "out")


def test_a_folder_of_other_things_is_refused(run: Run, reports: Any, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"reports: found a folder of other things \(0\), expected a new folder"):
        run(reports(2), tmp_path / "reports")
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(InputError, match="file: found a file, expected a folder"):
        run(tmp_path / "reports", tmp_path / "file")


def test_two_runs_do_not_write_into_one_folder(run: Run, reports: Any, tagger: Tagger, tmp_path: Path) -> None:
    pytest.importorskip("fcntl")
    from khcn_ner.scale.manifest import make_manifest

    with (
        Output(tmp_path / "out", make_manifest(tagger.manifest, {})),
        pytest.raises(InputError, match="found another run that writes here"),
    ):
        run(reports(2), tmp_path / "out")


def test_a_damaged_shard_is_told(run: Run, reports: Any, tmp_path: Path) -> None:
    run(reports(2), tmp_path / "out")
    shard = tmp_path / "out" / "part-00000.jsonl"
    shard.write_bytes(shard.read_bytes()[:-40])
    with pytest.raises(InputError, match=r"part-00000\.jsonl, line 2: found something else than a record"):
        run(reports(2), tmp_path / "out")


def test_a_full_disk_is_one_line_and_nothing_is_lost(
    run: Run, reports: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = reports(10)
    close, n_closed = os.fsync, 0

    def full(descriptor: int) -> None:
        nonlocal n_closed
        n_closed += 1
        if n_closed == 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        close(descriptor)

    with monkeypatch.context() as patched:
        patched.setattr(output_module.os, "fsync", full)
        with pytest.raises(InputError, match=r"out: found No space left on device, expected .* with room; make room"):
            run(folder, tmp_path / "out")
    assert [path.name for path in (tmp_path / "out").glob("*part*")] == ["part-00000.jsonl"]
    assert not list((tmp_path / "out").glob(".writing*"))
    assert run(folder, tmp_path / "out").n_done_before == 4
    run(folder, tmp_path / "whole")
    assert record_lines(tmp_path / "out") == record_lines(tmp_path / "whole")


def test_an_output_that_may_not_be_written_is_one_line(run: Run, reports: Any, tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write anywhere")
    (tmp_path / "locked").mkdir(mode=0o500)
    with pytest.raises(InputError, match="found Permission denied"):
        run(reports(2), tmp_path / "locked" / "out")


def test_tables_hold_what_the_shards_hold(run: Run, reports: Any, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    sql = pytest.importorskip("sqlalchemy")
    from openpyxl import load_workbook

    out = tmp_path / "out"
    run(reports(5), out, tables=tuple(TableFormat))
    found = list(read_records(out))
    n_figures = sum(len(report.indicators) for report in found)
    assert len(found) == 5
    assert n_figures >= 5
    assert parquet.read_table(out / "records.parquet" / "indicators.parquet").num_rows == n_figures
    assert load_workbook(out / "records.xlsx", read_only=True)["Số liệu"].max_row == n_figures + 1
    engine = sql.create_engine(f"sqlite:///{out / 'records.sqlite'}")
    with engine.connect() as connection:
        assert connection.execute(sql.text("select count(*) from indicators")).scalar() == n_figures
    engine.dispose()
    run(reports(6), out, tables=tuple(TableFormat))
    assert parquet.read_table(out / "records.parquet" / "reports.parquet").num_rows == 6


def test_archive_pattern_list_and_texts_give_the_same_records(run: Run, reports: Any, tmp_path: Path) -> None:
    arrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    folder = reports(4)
    files = sorted(folder.rglob("*.txt"))
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for path in files:
            archive.write(path, path.relative_to(folder))
    texts = [{"id": path.name, "text": path.read_text(encoding="utf-8")} for path in files]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in texts), encoding="utf-8")
    parquet.write_table(arrow.Table.from_pylist(texts), tmp_path / "a.parquet")
    (tmp_path / "list").write_text("".join(f"{path}\n" for path in [*files, folder / "gone.txt"]), encoding="utf-8")
    expected = None
    for source in (folder, tmp_path / "a.zip", f"{folder}/**/*.txt", tmp_path / "a.jsonl", tmp_path / "a.parquet",
                   f"@{tmp_path / 'list'}"):  # fmt: skip
        out = tmp_path / f"out{len(list(tmp_path.iterdir()))}"
        summary = run(source, out)
        found = records(out)
        for record in found:
            del record["report"]["source"]
        expected = expected or found
        assert found == expected
        assert summary.n_quarantined == (1 if str(source).startswith("@") else 0)


def test_a_report_that_the_tagger_fails_on_is_alone_in_quarantine(
    run: Run, reports: Any, tagger: Tagger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = Tagger._begin

    def fail_on_third(self: Tagger, document: Any, *rest: Any) -> Any:
        if document.source == "2/002.txt":
            raise RuntimeError("no such shape")
        return begin(self, document, *rest)

    monkeypatch.setattr(Tagger, "_begin", fail_on_third)
    summary = run(reports(6), tmp_path / "out")
    assert (summary.n_records, summary.n_quarantined) == (5, 1)
    assert "the tagger fails on (RuntimeError: no such shape)" in summary.quarantined[0][1]


def test_no_process_is_left() -> None:
    assert not multiprocessing.active_children()
