"""The Ray engine on a local cluster of two nodes: the local engine's output, also where a worker process is killed."""

from __future__ import annotations

import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from batches import COMMAND, record_lines, rows

pytest.importorskip("ray", reason="needs pip install '.[ray]'")

RAY = Path(sys.executable).with_name("ray")
# A busy machine starts Ray's processes slowly, and Ray gives up on them after half a minute.
PATIENCE = {
    "RAY_agent_register_timeout_ms": "600000",
    "RAY_raylet_start_wait_time_s": "600",
    "RAY_worker_register_timeout_seconds": "600",
}
# A token of its own, so that neither the user's is needed nor anyone else can join.
TOKEN = {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32)}
ENVIRONMENT = {**os.environ, **PATIENCE, **TOKEN, "RAY_USAGE_STATS_ENABLED": "0", "OMP_NUM_THREADS": "1"}
NODE = ("--num-cpus=2", f"--object-store-memory={100 << 20}", "--disable-usage-stats", "--include-log-monitor=false")
SECONDS = 900.0
# 60 reports and a bad one.
BLOCK, N_BLOCKS = 6, 11
pytestmark = pytest.mark.timeout(2 * SECONDS)


def free_ports(number: int) -> list[int]:
    """Find ports that are free now; Ray waits in vain for agents that are slow to tell which they have taken."""
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return ports


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """Start two nodes on this machine, each with a raylet of its own, reachable from this machine alone."""
    # A short path, since those of sockets must be.
    with tempfile.TemporaryDirectory(prefix="ray-", dir="/tmp", ignore_cleanup_errors=True) as folder:
        (port,) = free_ports(1)
        address = f"127.0.0.1:{port}"
        head = ("--head", f"--port={port}", f"--temp-dir={folder}", "--include-dashboard=false")
        started: list[subprocess.Popen[bytes]] = []
        try:
            for role in (head, (f"--address={address}",)):
                agents = ("dashboard-agent-grpc", "dashboard-agent-listen", "runtime-env-agent", "metrics-export")
                ports = [f"--{name}-port={free}" for name, free in zip(agents, free_ports(4), strict=True)]
                # --block keeps the node's processes below this one: no `ray stop`, which would end other people's.
                command = [RAY, "start", *role, *NODE, *ports, "--node-ip-address=127.0.0.1", "--block"]
                with (Path(folder) / f"node-{len(started)}.log").open("wb") as log:
                    started.append(subprocess.Popen(command, stdout=log, stderr=log, env=ENVIRONMENT))
                wait_for_nodes(address, len(started), started[-1])
            yield address
        finally:
            for process in reversed(started):
                process.terminate()
                process.wait(timeout=SECONDS)


def wait_for_nodes(address: str, number: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + SECONDS
    command = [RAY, "status", f"--address={address}"]
    while time.monotonic() < end and process.poll() is None:
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=ENVIRONMENT)
        if len(re.findall(r"^ 1 node_", done.stdout, re.MULTILINE)) >= number:
            return
        time.sleep(0.5)
    raise AssertionError(f"node {number} does not start")


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


def start(cluster: str, folder: Path, out: Path, model: Path) -> subprocess.Popen[str]:
    command = [*COMMAND, folder, out, "--engine", "ray", "--address", cluster, "--actors", "2",
               "--shard-reports", str(BLOCK), "--model", model, "--json-log"]  # fmt: skip
    return subprocess.Popen(
        list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=ENVIRONMENT
    )


def wait_for_a_block(out: Path, process: subprocess.Popen[str]) -> int:
    """Wait until the first blocks are committed and give their number; there must be others left to do."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end and process.poll() is None:
        done = [path for path in out.glob(".ray/*/checkpoint/*.parquet") if "pending" not in path.name]
        if done:
            assert len(done) < N_BLOCKS
            return len(done)
        time.sleep(0.02)
    raise AssertionError("no block is done")


@pytest.fixture
def expected(reports: Any, batch: Any, tmp_path: Path) -> tuple[Path, list[str], list[dict[str, str]]]:
    """Give the reports, and what the local engine makes of them."""
    folder = reports(60)
    (folder / "empty.txt").write_bytes(b"")
    assert batch(folder, tmp_path / "local").returncode == 3
    made = record_lines(tmp_path / "local")
    assert len(made) == 60
    return folder, made, rows(tmp_path / "local" / "quarantine.jsonl")


def test_two_nodes_give_what_this_machine_gives_though_a_worker_is_killed(
    cluster: str, expected: Any, table_model: Path, tmp_path: Path
) -> None:
    folder, records, quarantined = expected
    out = tmp_path / "out"
    process = start(cluster, folder, out, table_model)
    wait_for_a_block(out, process)
    victims = actors()
    assert victims, "no actor to kill"
    os.kill(victims[0], signal.SIGKILL)
    told, _ = process.communicate(timeout=SECONDS)
    assert process.returncode == 3, told
    assert record_lines(out) == records
    assert rows(out / "quarantine.jsonl") == quarantined
    assert not (out / ".ray").exists()


def test_a_killed_run_goes_on_from_the_checkpoint(
    cluster: str, expected: Any, table_model: Path, tmp_path: Path
) -> None:
    folder, records, quarantined = expected
    out = tmp_path / "out"
    process = start(cluster, folder, out, table_model)
    wait_for_a_block(out, process)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    written = {path.name for path in out.glob(".ray/*/records/*.parquet")}
    assert written
    assert record_lines(out) == []
    again = start(cluster, folder, out, table_model)
    while again.poll() is None:
        written |= {path.name for path in out.glob(".ray/*/records/*.parquet")}
        time.sleep(0.02)
    told, _ = again.communicate()
    assert again.returncode == 3, told
    assert record_lines(out) == records
    assert rows(out / "quarantine.jsonl") == quarantined
    # A file a block: had the second run done them all, there would be more files. One may have been half written.
    assert len(written) <= N_BLOCKS + 1
