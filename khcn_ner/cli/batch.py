"""khcn-ner batch: a whole archive of reports in, a folder of records out; stopped anywhere, it goes on from there."""

from __future__ import annotations

import contextlib
import json
import signal
import sys
import time
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from khcn_ner.cli.console import errors, say_reports
from khcn_ner.cli.reports import Model, TimeLimit

if TYPE_CHECKING:
    from khcn_ner.scale.batch import Engine
    from khcn_ner.scale.inputs import Item
    from khcn_ner.scale.output import Output
    from khcn_ner.scale.progress import Counts, RunSummary, Watcher

EXIT_QUARANTINED = 3
EXIT_STOPPED = 130
_LOG_SECONDS = 10.0


class EngineName(StrEnum):
    """What runs a batch."""

    LOCAL = "local"
    RAY = "ray"


class OutputFormat(StrEnum):
    """What a batch writes; the JSON lines are always there."""

    JSONL = "jsonl"
    PARQUET = "parquet"
    XLSX = "xlsx"
    SQLITE = "sqlite"


def batch(
    source: Annotated[
        str,
        typer.Argument(
            metavar="IN",
            help="A folder, a .zip, a quoted pattern, @FILE (a path a line), or a .jsonl or .parquet file of texts.",
        ),
    ],
    out: Annotated[
        Path, typer.Argument(metavar="OUT", help="A new folder, or one to go on with: what is in it is not done again.")
    ],
    *,
    formats: Annotated[
        list[OutputFormat] | None,
        typer.Option("--format", help="Also make OUT/records.FORMAT of all records; may be given several times."),
    ] = None,
    model: Model = None,
    time_limit: TimeLimit = None,
    text_column: Annotated[
        str, typer.Option(metavar="NAME", help="The column of texts in a .jsonl or .parquet file.")
    ] = "text",
    workers: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, help="Readers and record makers, each; by the number of cores if left out."),
    ] = None,
    shard_reports: Annotated[int, typer.Option(metavar="N", min=1, help="Reports in a shard, at most.")] = 1000,
    mix: Annotated[
        bool, typer.Option("--mix", help="Add to an OUT that another model, input or other options made.")
    ] = False,
    retry: Annotated[bool, typer.Option("--retry", help="Try again what is in quarantine.")] = False,
    json_log: Annotated[
        bool, typer.Option("--json-log", help="Tell progress as JSON lines on standard error, the summary as the last.")
    ] = False,
    engine: Annotated[EngineName, typer.Option(help="This machine, or a Ray cluster.")] = EngineName.LOCAL,
    address: Annotated[
        str | None, typer.Option(metavar="HOST:PORT", help="The Ray cluster; left out, Ray starts on this machine.")
    ] = None,
    actors: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Ray: processes that tag; by the cluster's CPUs if left out.")
    ] = None,
    gpus: Annotated[float, typer.Option(metavar="N", min=0, help="Ray: GPUs of each of them, or a share of one.")] = 0,
) -> None:
    """Turn many reports into records in OUT: interrupted and started again, it does what is left.

    Exit codes: 0 all done; 2 IN or OUT can't be used; 3 done, but OUT/quarantine.jsonl names reports that could not
    be read; 130 stopped on request.
    """
    from khcn_ner.reading import TIME_LIMIT_S
    from khcn_ner.scale.batch import BatchOptions, run_batch
    from khcn_ner.scale.tables import TableFormat
    from khcn_ner.tagging.folder import embedded_model, read_manifest

    options = BatchOptions(
        source=source,
        out=out,
        engine=engine.value,
        tables=tuple(TableFormat(one.value) for one in dict.fromkeys(formats or []) if one is not OutputFormat.JSONL),
        text_column=text_column,
        time_limit_s=time_limit or TIME_LIMIT_S,
        mix=mix,
        retry=retry,
        shard_reports=shard_reports,
    )
    folder = model if model is not None else embedded_model()
    if engine is EngineName.RAY:
        run = _ray_engine(
            model, address=address, actors=actors, gpus=gpus, time_limit_s=options.time_limit_s, block=shard_reports
        )
    else:
        run = _local_engine(folder, workers=workers, time_limit_s=options.time_limit_s)
    try:
        with _stopped_gently(), _watcher(json_log=json_log) as watcher:
            summary = run_batch(options, run, model=read_manifest(folder), watcher=watcher)
    except KeyboardInterrupt:
        errors.print("stopped; the same command goes on from here")
        raise typer.Exit(EXIT_STOPPED) from None
    if json_log:
        print(json.dumps({"event": "summary", **json.loads(summary.to_json())}, ensure_ascii=False), file=sys.stderr)
    else:
        _print_summary(summary)
    if summary.n_quarantined_in_out:
        raise typer.Exit(EXIT_QUARANTINED)


def _local_engine(folder: Path, *, workers: int | None, time_limit_s: float) -> Engine:
    """Bind the local engine to its model, which is loaded once the output folder is known to be usable."""
    from khcn_ner.scale.local import LocalSettings, run_local
    from khcn_ner.tagging.tagger import Tagger

    settings = LocalSettings.for_this_machine(workers=workers, time_limit_s=time_limit_s)

    def run(items: Iterable[Item], output: Output, counts: Counts, watcher: Watcher) -> None:
        run_local(items, output, Tagger.load(folder), settings=settings, counts=counts, watcher=watcher)

    return run


def _ray_engine(
    model: Path | None, *, address: str | None, actors: int | None, gpus: float, time_limit_s: float, block: int
) -> Engine:
    from khcn_ner.scale.ray_data import BLOCK_REPORTS, RaySettings, run_ray

    settings = RaySettings(
        model=model.absolute() if model is not None else None,
        address=address,
        actors=actors,
        gpus=gpus,
        time_limit_s=time_limit_s,
        block_reports=min(block, BLOCK_REPORTS),
    )

    def run(items: Iterable[Item], output: Output, counts: Counts, watcher: Watcher) -> None:
        run_ray(items, output, settings=settings, counts=counts, watcher=watcher)

    return run


@contextlib.contextmanager
def _stopped_gently() -> Iterator[None]:
    """Let SIGTERM stop the run as Ctrl-C does: the shard that is open is finished."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextlib.contextmanager
def _watcher(*, json_log: bool) -> Iterator[JsonLog | Bar]:
    if json_log:
        yield JsonLog()
        return
    with Bar() as bar:
        yield bar


class Bar:
    """A live bar with rates, failures and the time left where standard error is a terminal; silence elsewhere."""

    def __init__(self) -> None:
        self._progress = Progress(
            TextColumn("reports"),
            BarColumn(),
            TextColumn("{task.completed:,.0f}/{task.fields[total_told]}"),
            TextColumn("{task.fields[rates]}"),
            TextColumn("left:"),
            TimeRemainingColumn(),
            console=errors,
            disable=not errors.is_terminal,
        )
        self._task = self._progress.add_task("reports", total=None, total_told="?", rates="")

    def __enter__(self) -> Bar:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def update(self, counts: Counts) -> None:
        """Draw the counts."""
        seconds = max(counts.seconds, 1e-9)
        rates = (
            f"{counts.n_records / seconds:,.1f} reports/s, {counts.n_pieces / seconds:,.0f} pieces/s, "
            f"{counts.n_quarantined:,} failed"
        )
        done = counts.n_done_before + counts.n_duplicates + counts.n_records + counts.n_quarantined
        self._progress.update(
            self._task,
            completed=done,
            total=counts.n_total,
            total_told="?" if counts.n_total is None else f"{counts.n_total:,}",
            rates=rates,
        )

    def say(self, event: str, **details: object) -> None:
        """Name what goes into quarantine, above the bar."""
        if event == "quarantined" and errors.is_terminal:
            errors.print(f"{details['error']}")


class JsonLog:
    """Events as JSON lines on standard error, and the counts now and then."""

    def __init__(self) -> None:
        self._told = time.monotonic()

    def update(self, counts: Counts) -> None:
        """Tell the counts every so often."""
        now = time.monotonic()
        if now - self._told < _LOG_SECONDS:
            return
        self._told = now
        seconds = max(counts.seconds, 1e-9)
        self.say(
            "progress",
            n_total=counts.n_total,
            n_met=counts.n_met,
            n_done_before=counts.n_done_before,
            n_duplicates=counts.n_duplicates,
            n_records=counts.n_records,
            n_quarantined=counts.n_quarantined,
            reports_per_second=round(counts.n_records / seconds, 3),
            pieces_per_second=round(counts.n_pieces / seconds, 1),
            seconds=round(counts.seconds, 1),
        )

    def say(self, event: str, **details: object) -> None:
        """Tell an event."""
        line = json.dumps({"event": event, "time": round(time.time(), 3), **details}, ensure_ascii=False)
        print(line, file=sys.stderr, flush=True)


def _print_summary(summary: RunSummary) -> None:
    console = Console(highlight=False, soft_wrap=True, markup=False)
    rates = ""
    if summary.reports_per_second is not None and summary.pieces_per_second is not None:
        rates = f" ({summary.reports_per_second:,.1f} reports/s, {summary.pieces_per_second:,.0f} pieces/s)"
    console.print(f"{say_reports(summary.n_records)} in {summary.seconds:,.1f} s{rates}")
    console.print(f"records: {summary.n_records_in_out:,} in {summary.out}")
    notes = (
        (summary.n_done_before, "done before"),
        (summary.n_duplicates, "with the content of another, listed in duplicates.jsonl"),
        (summary.n_no_longer_in, "in OUT of contents that are no longer in IN"),
        (summary.n_characters_unseen, "characters that the model has not seen"),
    )
    for number, what in notes:
        if number:
            console.print(f"{number:,} {what}")
    if summary.left_out:
        kinds = ", ".join(f"{number:,} {suffix}" for suffix, number in sorted(summary.left_out.items()))
        console.print(f"left out, since they are no reports by their names: {kinds}")
    if summary.n_quarantined_in_out:
        console.print(f"{summary.n_quarantined_in_out:,} in quarantine.jsonl:")
        for _, error in summary.quarantined:
            console.print(f"  {error}")
        if summary.n_quarantined_in_out > len(summary.quarantined):
            console.print(f"  and {summary.n_quarantined_in_out - len(summary.quarantined):,} more")
