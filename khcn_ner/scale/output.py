"""The output folder: shards of records, the quarantine, and which reports are in them.

    OUT/part-00000.jsonl …    the records, a report a line; each shard appears whole, under its own name, or not at all
    OUT/quarantine.jsonl      what could not be turned into records, a line each, appended
    OUT/duplicates.jsonl      names whose content stands in the output under another name; made again by every run
    OUT/manifest.json         what made it

The shards and the quarantine are the only state: whoever starts again reads in them what is done. A line of a shard
begins with its report's id and source, so that no more of it need be read.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import shutil
import socket
import sqlite3
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import BinaryIO, Self

import regex

from khcn_ner.errors import InputError, KhcnNerError
from khcn_ner.scale.inputs import Identified, key_of
from khcn_ner.scale.manifest import MANIFEST, BatchManifest, settle_manifest

QUARANTINE = "quarantine.jsonl"
DUPLICATES = "duplicates.jsonl"
SUMMARY = "summary.json"
SHARDS = "part-*.jsonl"
LOCK = ".lock"
TEMPORARY = ".writing-"
# What the Ray engine has made and not yet brought into shards; nothing, once a run of either engine is done.
WORK = ".ray"

# A shard is closed when it is full, or this old: a kill costs no more work than that.
SHARD_REPORTS = 1000
SHARD_SECONDS = 60.0

_HEAD = regex.compile(rb'\{"report":\{"id":"([0-9a-f]{64})","source":("(?:[^"\\]|\\.)*")')


class Claim(Enum):
    """What is to be done with an item: nothing, if it is in the output already under its own or another name."""

    NEW = "new"
    DONE = "done"
    DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True)
class Failure:
    """An item that can't be turned into records, and why."""

    id: str
    source: str
    error: KhcnNerError

    def line(self) -> str:
        """Give the quarantine's line, without its end."""
        row = {"id": self.id, "source": self.source, "error": str(self.error), **self.error.parts()}
        return json.dumps(row, ensure_ascii=False)

    @classmethod
    def from_line(cls, line: str) -> Self:
        """Read what `line` gives.

        Example:
            >>> failure = Failure("ab", "x.txt", InputError("x.txt", found="a", expected="b", remedy="c"))
            >>> Failure.from_line(failure.line()).line() == failure.line()
            True
        """
        row = json.loads(line)
        content_id, source = row.pop("id"), row.pop("source")
        del row["error"]  # the message that the other parts make
        return cls(content_id, source, InputError(**row))


class Index:
    """Which contents are in the output and under which name; on disk, so that its size costs no memory."""

    def __init__(self) -> None:
        # A database without a name: SQLite keeps it in a file of its own that is gone with the connection.
        self._base = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._base.execute("PRAGMA journal_mode=OFF")
        self._base.execute("PRAGMA cache_size=-4096")
        self._base.execute(
            "CREATE TABLE report (key TEXT PRIMARY KEY, source TEXT, is_bad INT, seen INT, is_new INT) WITHOUT ROWID"
        )
        self._base.execute("CREATE TABLE duplicate (id TEXT, source TEXT, first TEXT)")
        self._lock = threading.Lock()

    def add(self, key: str, source: str, *, is_bad: bool = False) -> bool:
        """Take in what an earlier run has written; False where it was there already."""
        with self._lock:
            done = self._base.execute("INSERT OR IGNORE INTO report VALUES (?, ?, ?, 0, 0)", (key, source, is_bad))
            return done.rowcount == 1

    def claim(self, identified: Identified) -> Claim:
        """Say what is to be done with an item, and keep it in mind."""
        key, source = identified.key, identified.item.source
        with self._lock:
            row = self._base.execute("SELECT source, seen FROM report WHERE key = ?", (key,)).fetchone()
            if row is None:
                self._base.execute("INSERT INTO report VALUES (?, ?, 0, 1, 1)", (key, source))
                return Claim.NEW
            first, is_seen = row
            if first == source and not is_seen:
                self._base.execute("UPDATE report SET seen = 1 WHERE key = ?", (key,))
                return Claim.DONE
            self._base.execute("INSERT INTO duplicate VALUES (?, ?, ?)", (identified.id, source, first))
            return Claim.DUPLICATE

    def take(self, key: str) -> bool:
        """Say whether a report was claimed as new in this run and nobody has taken it yet."""
        with self._lock:
            taken = self._base.execute("UPDATE report SET seen = 2 WHERE key = ? AND seen = 1 AND is_new", (key,))
            return taken.rowcount == 1

    def duplicates(self) -> Iterator[tuple[str, str, str]]:
        """Give the id, the name and the name it stands under, of every duplicate claimed."""
        yield from self._base.execute("SELECT id, source, first FROM duplicate ORDER BY source, rowid")

    def mended(self) -> set[str]:
        """Give the keys in quarantine whose name was met in this run with another content."""
        found = self._base.execute(
            "SELECT key FROM report WHERE is_bad AND NOT seen AND source IN (SELECT source FROM report WHERE seen)"
        )
        return {key for (key,) in found}

    def n_no_longer_in(self) -> int:
        """Count the records that earlier runs wrote of contents that this run has not met."""
        ((number,),) = self._base.execute("SELECT count(*) FROM report WHERE NOT seen AND NOT is_bad")
        return int(number)

    def close(self) -> None:
        """Let go of the database."""
        self._base.close()


@contextlib.contextmanager
def told_as_input_error(folder: Path) -> Iterator[None]:
    """Tell what the disk refuses as one line.

    Raises:
        InputError: the disk is full, may not be written, or fails.
    """
    try:
        yield
    except (OSError, sqlite3.OperationalError) as error:
        raise InputError(
            str(folder),
            found=getattr(error, "strerror", None) or str(error),
            expected="a place that can be written, with room",
            remedy="make room or name another OUT, and run the same command again: what is written stays",
        ) from error


class Output:
    """An output folder that one run writes into; use it as a context.

    Args:
        folder: OUT; it is made.
        manifest: what this run is made by.
        mix: add to output that something else made.
        retry: forget the quarantine, so that what is in it is tried again.
        shard_reports: how many reports a shard holds.
        shard_seconds: after how many seconds a shard is closed all the same.

    Raises:
        InputError: on entering, if the folder can't be used; later, if it can't be written.
    """

    def __init__(
        self,
        folder: Path,
        manifest: BatchManifest,
        *,
        mix: bool = False,
        retry: bool = False,
        shard_reports: int = SHARD_REPORTS,
        shard_seconds: float = SHARD_SECONDS,
    ) -> None:
        self.folder = folder
        self.index = Index()
        self.n_before = 0
        self.n_bad_before = 0
        self._manifest = manifest
        self._mix = mix
        self._retry = retry
        self._shard_reports = shard_reports
        self._shard_seconds = shard_seconds
        self._held = contextlib.ExitStack()
        self._shard: BinaryIO | None = None
        self._n_in_shard = 0
        self._shard_since = 0.0
        self._number = 0
        self._host = socket.gethostname()

    def __enter__(self) -> Output:
        try:
            with told_as_input_error(self.folder):
                self._open()
        except BaseException:
            self._held.close()
            self.index.close()
            raise
        return self

    def _open(self) -> None:
        _check_folder(self.folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self._held.enter_context(_locked(self.folder))
        settle_manifest(self.folder, self._manifest, mix=self._mix)
        for left in self.folder.glob(f"{TEMPORARY}*"):
            left.unlink()
        for left in self.folder.glob(".records.*"):
            shutil.rmtree(left)  # tables that were not finished
        for path in shards(self.folder):
            self._number = int(path.stem.removeprefix("part-")) + 1
            for content_id, source in shard_ids(path):
                self.n_before += self.index.add(key_of(content_id, source), source)
        quarantine = self.folder / QUARANTINE
        if self._retry:
            quarantine.unlink(missing_ok=True)
        for content_id, source in _quarantined(quarantine):
            self.n_bad_before += self.index.add(key_of(content_id, source), source, is_bad=True)
        self._quarantine = self._held.enter_context(quarantine.open("ab", buffering=0))

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            # Asked to stop, a run keeps what it has; after any other failure the disk may be the reason.
            if kind is None or issubclass(kind, KeyboardInterrupt):
                self.close_shard()
        finally:
            if self._shard is not None:
                with contextlib.suppress(OSError):
                    self._shard.close()
            with contextlib.suppress(OSError):
                self._temporary.unlink(missing_ok=True)
            self._held.close()
            self.index.close()

    @property
    def fingerprint(self) -> str:
        """What this run is made by, in short."""
        return self._manifest.fingerprint

    @property
    def _temporary(self) -> Path:
        return self.folder / f"{TEMPORARY}{self._number:05d}"

    def add(self, record: str) -> bool:
        """Take in a report's record, a JSON object; True where that closed a shard.

        Raises:
            InputError: the folder can't be written.
        """
        run = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "host": self._host}
        line = f'{record[:-1]},"run":{json.dumps(run)}}}\n'
        with told_as_input_error(self.folder):
            if self._shard is None:
                self._shard = self._temporary.open("wb")
                self._shard_since = time.monotonic()
            self._shard.write(line.encode("utf-8"))
        self._n_in_shard += 1
        is_old = time.monotonic() - self._shard_since >= self._shard_seconds
        if self._n_in_shard >= self._shard_reports or is_old:
            self.close_shard()
            return True
        return False

    def close_shard(self) -> None:
        """Give the shard that is being written its name.

        Raises:
            InputError: the folder can't be written.
        """
        if self._shard is None:
            return
        with told_as_input_error(self.folder):
            self._shard.flush()
            os.fsync(self._shard.fileno())
            self._shard.close()
            self._temporary.rename(self.folder / f"part-{self._number:05d}.jsonl")
        self._shard = None
        self._n_in_shard = 0
        self._number += 1

    def quarantine(self, failure: Failure) -> None:
        """Note what could not be turned into records.

        Raises:
            InputError: the folder can't be written.
        """
        line = f"{failure.line()}\n".encode("utf-8", "replace")
        with told_as_input_error(self.folder):
            # Where the disk is full only part of a line may be written, which the next run cuts off again.
            if self._quarantine.write(line) < len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def forget_mended(self) -> None:
        """Take out of quarantine what has been mended: its name now stands for another content.

        Raises:
            InputError: the folder can't be written.
        """
        mended = self.index.mended()
        if not mended:
            return
        path, temporary = self.folder / QUARANTINE, self.folder / f"{TEMPORARY}quarantine"
        with told_as_input_error(self.folder):
            with path.open("rb") as old, temporary.open("wb") as new:
                for line in old:
                    row = json.loads(line)
                    if key_of(row["id"], row["source"]) not in mended:
                        new.write(line)
            temporary.replace(path)

    def write_duplicates(self) -> None:
        """Write the names whose content stands in the output under another name.

        Raises:
            InputError: the folder can't be written.
        """
        temporary = self.folder / f"{TEMPORARY}duplicates"
        n_lines = 0
        with told_as_input_error(self.folder):
            with temporary.open("w", encoding="utf-8") as stream:
                for content_id, source, first in self.index.duplicates():
                    line = json.dumps({"id": content_id, "source": source, "same_as": first}, ensure_ascii=False)
                    stream.write(f"{line}\n")
                    n_lines += 1
            if n_lines:
                temporary.replace(self.folder / DUPLICATES)
            else:
                temporary.unlink()
                (self.folder / DUPLICATES).unlink(missing_ok=True)


def _check_folder(folder: Path) -> None:
    if folder.is_dir():
        others = [path.name for path in folder.iterdir() if path.name != LOCK and not path.name.startswith(TEMPORARY)]
        if others and MANIFEST not in others:
            raise InputError(
                str(folder),
                found=f"a folder of other things ({min(others)})",
                expected="a new folder, or one that `khcn-ner batch` wrote",
                remedy="name another OUT",
            )
    elif folder.exists():
        raise InputError(str(folder), found="a file", expected="a folder", remedy="name another OUT")


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Keep other runs out of the folder; a run that is killed holds nothing."""
    with (folder / LOCK).open("w") as stream:
        # Windows has no such locks.
        with contextlib.suppress(ImportError):
            import fcntl

            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise InputError(
                    str(folder),
                    found="another run that writes here",
                    expected="one run at a time",
                    remedy="wait for it, or name another OUT",
                ) from error
        yield


def shards(folder: Path) -> list[Path]:
    """List the finished shards in the order of their numbers."""
    found = [path for path in folder.glob(SHARDS) if path.stem.removeprefix("part-").isdigit()]
    return sorted(found, key=lambda path: int(path.stem.removeprefix("part-")))


def shard_ids(path: Path) -> Iterator[tuple[str, str]]:
    """Give the id and the source of each report of a shard.

    Raises:
        InputError: a line is no record.
    """
    with path.open("rb") as stream:
        for number, line in enumerate(stream, start=1):
            match = _HEAD.match(line)
            if match is None or not line.endswith(b"}\n"):
                raise InputError(
                    f"{path}, line {number}",
                    found="something else than a record",
                    expected="a shard as it was written",
                    remedy="delete the shard: its reports are done again",
                )
            yield match[1].decode(), json.loads(match[2])


def _quarantined(path: Path) -> Iterator[tuple[str, str]]:
    """Give the id and the source of what is in quarantine; half a line at the end, left by a power cut, is cut off."""
    if not path.exists():
        return
    whole = 0
    with path.open("rb") as stream:
        for line in stream:
            try:
                row = json.loads(line)
            except ValueError:
                row = None
            if not line.endswith(b"\n") or not isinstance(row, dict):
                break
            whole += len(line)
            yield row["id"], row["source"]
    if whole < path.stat().st_size:
        os.truncate(path, whole)
