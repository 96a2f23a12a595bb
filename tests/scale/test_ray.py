"""The Ray engine on a local cluster of two nodes: the local engine's output, also where a worker process is killed."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from batches import COMMAND, record_lines, rows

pytest.importorskip("ray", reason="needs pip install '.[ray]'")

RAY = Path(sys.executable).with_name("ray")
ENVIRONMENT = {**os.environ, "RAY_USAGE_STATS_ENABLED": "0", "OMP_NUM_THREADS": "1", "RAY_DISABLE_METRICS": "1"}
NODE = ("--num-cpus=2", f"--object-store-memory={100 << 20}", "--include-dashboard=false", "--disable-usage-stats")


def ray(*arguments: str) -> str:
    done = subprocess.run([RAY, *arguments], capture_output=True, text=True, check=False, env=ENVIRONMENT, timeout=280)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start two nodes on this machine, each a raylet of its own, reachable from this machine alone."""
    # Short, since the paths of sockets must be.
    folder = Path(f"/tmp/khcn-ner-ray-{os.getpid()}")
    port = 20_000 + os.getpid() % 20_000
    started: list[subprocess.Popen[bytes]] = []
    address = f"127.0.0.1:{port}"
    head = (f"--port={port}", "--head", f"--temp-dir={folder}", "--ray-client-server-port=0")
    try:
        for role in (head, (f"--address={address}",)):
            # --block keeps the node's processes below this one, so that no `ray stop` need end other people's.
            command = [RAY, "start", *role, *NODE, "--node-ip-address=127.0.0.1", "--block"]
            started.append(
                subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENVIRONMENT)
            )
            wait_for_nodes(address, len(started))
        yield address
    finally:
        for process in reversed(started):
            process.terminate()
            process.wait(timeout=60)


def wait_for_nodes(address: str, number: int) -> None:
    end = time.monotonic() + 120
    while time.monotonic() < end:
        done = subprocess.run(
            [RAY, "status", f"--address={address}"], capture_output=True, text=True, check=False, env=ENVIRONMENT
        )
        if len(re.findall(r"^ 1 node_", done.stdout, re.MULTILINE)) >= number:
            return
        time.sleep(0.5)
    raise AssertionError("the cluster does not start")


def actors() -> list[int]:
    """Give the processes of Ray's workers that hold a RecordActor."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if b"RecordActor" in path.read_bytes():
                found.append(int(path.parent.name))
        except OSError:
            continue
    return found


def test_two_nodes_give_what_this_machine_gives_though_a_worker_is_killed(
    cluster: str, reports: Any, batch: Any, table_model: Path, tmp_path: Path
) -> None:
    folder = reports(60)
    (folder / "empty.txt").write_bytes(b"")
    assert batch(folder, tmp_path / "local").returncode == 3
    command = [*COMMAND, folder, tmp_path / "out", "--engine", "ray", "--address", cluster, "--actors", "2",
               "--shard-reports", "5", "--model", table_model, "--json-log"]  # fmt: skip
    process = subprocess.Popen(
        list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=ENVIRONMENT
    )
    end = time.monotonic() + 200
    made = tmp_path / "out" / ".ray"
    while not list(made.glob("*/checkpoint/*.parquet")) and time.monotonic() < end and process.poll() is None:
        time.sleep(0.02)
    victims = actors()
    assert victims, "no actor to kill"
    os.kill(victims[0], signal.SIGKILL)
    told, _ = process.communicate(timeout=280)
    assert process.returncode == 3, told
    assert len(record_lines(tmp_path / "out")) == 60
    assert record_lines(tmp_path / "out") == record_lines(tmp_path / "local")
    assert rows(tmp_path / "out" / "quarantine.jsonl") == rows(tmp_path / "local" / "quarantine.jsonl")
    assert not (tmp_path / "out" / ".ray").exists()
