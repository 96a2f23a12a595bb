"""kill -9 at any moment, then once more: every report exactly once, and equal to an undisturbed run's."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from batches import COMMAND, record_lines, rows

ENVIRONMENT = {**os.environ, "OMP_NUM_THREADS": "1"}


def wait_for(is_so: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 120
    while not is_so() and process.poll() is None and time.monotonic() < end:
        time.sleep(0.005)


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def children(pid: int) -> list[int]:
    try:
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="kills by signal and looks into /proc")
def test_killed_at_any_moment_nothing_is_lost_or_doubled(
    reports: Any, batch: Any, table_model: Path, tmp_path: Path
) -> None:
    folder = reports(60)
    (folder / "empty.txt").write_bytes(b"")
    out = tmp_path / "out"
    command = [*COMMAND, str(folder), str(out), "--model", str(table_model), "--shard-reports", "7", "--workers", "1"]
    moments: list[Callable[[], bool]] = [
        (out / "manifest.json").exists,
        lambda: any(out.glob(".writing-0*")),
        lambda: len(list(out.glob("part-*"))) >= 2,
        lambda: len(list(out.glob("part-*"))) >= 5,
    ]
    n_before = 0
    for moment in moments:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENVIRONMENT)
        wait_for(moment, process)
        helpers = children(process.pid)
        assert process.poll() is None, "the run was over before it could be killed"
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert len(record_lines(out)) >= n_before
        n_before = len(record_lines(out))
        wait_for_end = time.monotonic() + 60
        while any(map(is_alive, helpers)) and time.monotonic() < wait_for_end:
            time.sleep(0.05)
        assert not any(map(is_alive, helpers)), "a process outlives the run"
    assert 0 < n_before < 60
    n_before += len(rows(out / "quarantine.jsonl"))
    done = batch(folder, out, "--shard-reports", "7", "--workers", "1")
    assert done.returncode == 3, done.stderr
    assert f"{n_before} done before" in done.stdout
    undisturbed = tmp_path / "undisturbed"
    logged = batch(folder, undisturbed, "--json-log")
    assert (logged.returncode, logged.stdout) == (3, "")
    begun, *_, quarantined, summary = map(json.loads, logged.stderr.splitlines())
    assert (begun["event"], quarantined["event"], quarantined["source"]) == ("begun", "quarantined", "empty.txt")
    assert (summary["event"], summary["n_records"], summary["n_quarantined"]) == ("summary", 60, 1)
    assert record_lines(out) == record_lines(undisturbed)
    assert len(record_lines(out)) == 60
    assert rows(out / "quarantine.jsonl") == rows(undisturbed / "quarantine.jsonl")
    assert {path.name for path in out.iterdir() if path.name.startswith(".")} == {".lock"}
