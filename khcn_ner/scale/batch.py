"""A batch: IN and an engine in, OUT and a summary out."""

from __future__ import annotations

import contextlib
import json
import shutil
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from khcn_ner.errors import InputError, KhcnNerError
from khcn_ner.files import write_text
from khcn_ner.scale.inputs import Item, count_items, describe_input, list_items
from khcn_ner.scale.manifest import make_manifest
from khcn_ner.scale.output import QUARANTINE, SUMMARY, WORK, Output, told_as_input_error
from khcn_ner.scale.progress import Counts, RunSummary, Watcher
from khcn_ner.scale.tables import TableFormat, check_tables, write_tables
from khcn_ner.tagging.folder import Manifest

_NAMED_IN_SUMMARY = 20

# Items, where they go, the counts to keep and who is told: an engine with its settings bound.
Engine = Callable[[Iterable[Item], Output, Counts, Watcher], None]


@dataclass(frozen=True, slots=True)
class BatchOptions:
    """What a batch is to do; `source`, `time_limit_s` and `text_column` stand in the manifest.

    Args:
        source: IN (see `khcn_ner.scale.inputs`).
        out: OUT, a folder.
        engine: the name of what runs it.
        tables: further formats beside the shards.
        text_column: the column of texts of a .jsonl or .parquet file.
        time_limit_s: how long reading a report may take, in seconds.
        mix: add to output that another model or other options made.
        retry: try again what is in quarantine.
        shard_reports: how many reports a shard holds.
    """

    source: str
    out: Path
    engine: str
    tables: tuple[TableFormat, ...]
    text_column: str
    time_limit_s: float
    mix: bool
    retry: bool
    shard_reports: int


def run_batch(options: BatchOptions, engine: Engine, *, model: Manifest, watcher: Watcher) -> RunSummary:
    """Turn the reports of IN into records in OUT, all that are not there yet.

    Raises:
        InputError: IN can't be used, or OUT can't be written or was made by something else.
    """
    check_tables(options.tables, options.out)
    left_out: dict[str, int] = {}
    listed = list_items(options.source, text_column=options.text_column, left_out=left_out)
    first = next(listed, None)
    if first is None:
        raise InputError(options.source, found="no report", expected="at least one", remedy="name another IN")
    manifest = make_manifest(
        model,
        {
            "input": describe_input(options.source),
            "text_column": options.text_column,
            "time_limit_s": options.time_limit_s,
        },
    )
    counts = Counts()
    with Output(
        options.out, manifest, mix=options.mix, retry=options.retry, shard_reports=options.shard_reports
    ) as output:
        watcher.say("begun", fingerprint=manifest.fingerprint, n_done_before=output.n_before + output.n_bad_before)
        counting = threading.Thread(target=_count, args=(options, counts), daemon=True)
        counting.start()
        engine(chain([first], listed), output, counts, watcher)
        output.close_shard()
        shutil.rmtree(options.out / WORK, ignore_errors=True)
        output.forget_mended()
        output.write_duplicates()
        n_no_longer_in = output.index.n_no_longer_in()
        n_before = output.n_before
        for one in options.tables:
            watcher.say("table", path=str(write_tables(options.out, one)))
        summary = _summary(options, counts, left_out, n_before=n_before, n_no_longer_in=n_no_longer_in)
        with told_as_input_error(options.out):
            write_text(options.out / SUMMARY, summary.to_json())
    return summary


def _count(options: BatchOptions, counts: Counts) -> None:
    # What is wrong with IN the engine tells.
    with contextlib.suppress(KhcnNerError, OSError):
        counts.n_total = count_items(options.source, text_column=options.text_column)


def _summary(
    options: BatchOptions, counts: Counts, left_out: dict[str, int], *, n_before: int, n_no_longer_in: int
) -> RunSummary:
    named: list[tuple[str, str]] = []
    n_bad = 0
    with (options.out / QUARANTINE).open(encoding="utf-8") as stream:
        for line in stream:
            n_bad += 1
            if n_bad <= _NAMED_IN_SUMMARY:
                row = json.loads(line)
                named.append((row["source"], row["error"]))
    return RunSummary(
        out=str(options.out),
        engine=options.engine,
        n_records=counts.n_records,
        n_records_in_out=n_before + counts.n_records,
        n_done_before=counts.n_done_before,
        n_duplicates=counts.n_duplicates,
        n_quarantined=counts.n_quarantined,
        n_quarantined_in_out=n_bad,
        n_no_longer_in=n_no_longer_in,
        n_pieces=counts.n_pieces,
        n_windows=counts.n_windows,
        n_characters_unseen=counts.n_characters_unseen,
        seconds=round(counts.seconds, 3),
        left_out=left_out,
        quarantined=tuple(named),
    )
