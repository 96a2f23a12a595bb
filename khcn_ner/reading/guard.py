"""Read in a process of its own: a path in, a Document out, within limits of time and memory.

Readers of binary formats run other people's C and C++ code on files from anywhere. A reader process takes one path
after another, so that it starts once; when a file is its end, whatever the reason, the file is told and the next gets a
new process. Each thread has a reader process of its own, so that threads read side by side. Each line that goes in and
out is JSON: nothing that a reader process says is run.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from khcn_ner.document import Document, Metadata, Place, PlaceKind
from khcn_ner.errors import InputError

TIME_LIMIT_S = 120.0
MEMORY_LIMIT_BYTES = 1536 << 20

_FIELDS = ("start", "end", "kind", "page", "table", "row", "cell", "paragraph", "line", "level")


class _Reader:
    """A reader process; `owner` is the process that started it, which a fork is not."""

    def __init__(self) -> None:
        self.owner = os.getpid()
        # A session of its own, so that the programs it starts end with it.
        self.process = subprocess.Popen(
            [sys.executable, "-m", "khcn_ner.reading.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            encoding="utf-8",
        )

    def ask(self, path: Path, report_id: str, time_limit_s: float) -> tuple[str, bool]:
        """Send a path; give the answer's line, empty where the process ended, and whether time ran out."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        over = threading.Event()

        def stop() -> None:
            over.set()
            self.end()

        timer = threading.Timer(time_limit_s, stop)
        timer.daemon = True
        timer.start()
        try:
            self.process.stdin.write(
                json.dumps({"path": str(path.absolute()), "where": str(path), "id": report_id}) + "\n"
            )
            self.process.stdin.flush()
            return self.process.stdout.readline(), over.is_set()
        except OSError:
            return "", over.is_set()
        finally:
            timer.cancel()

    def end(self) -> None:
        """End the process and what it started."""
        with contextlib.suppress(OSError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def close(self) -> None:
        """End the process and let go of its pipes."""
        self.end()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            with contextlib.suppress(OSError):
                if pipe is not None:
                    pipe.close()


class _Own(threading.local):
    """The reader process of this thread, if one has been started."""

    reader: _Reader | None = None


_own = _Own()
# All of them, since a thread may be gone before its reader process is closed.
_started: set[_Reader] = set()


def read_guarded(path: Path, *, report_id: str, time_limit_s: float = TIME_LIMIT_S) -> Document:
    """Read one report in the reader process of this thread.

    Raises:
        InputError: the report can't be read, takes too long, or ends the process.
    """
    reader = _own.reader
    if reader is None or reader.owner != os.getpid() or reader.process.poll() is not None:
        _close(reader)
        reader = _own.reader = _Reader()
        _started.add(reader)
    answer, is_late = reader.ask(path, report_id, time_limit_s)
    if not answer.endswith("\n"):
        with contextlib.suppress(subprocess.TimeoutExpired):
            reader.process.wait(timeout=5)
        _close(reader)
        code = reader.process.returncode
        found = (
            f"no end of reading after {time_limit_s:g} seconds"
            if is_late
            else f"a file that ends its reader (exit {code})"
        )
        raise InputError(
            str(path),
            found=found,
            expected="a report of usual size, sound",
            remedy="save the report again, or in parts",
        )
    return _document(json.loads(answer))


def end_readers() -> None:
    """End the reader processes of all threads of this process at once; a thread that waits for one is told so."""
    for reader in list(_started):
        if reader.owner == os.getpid():
            reader.end()


def close_readers() -> None:
    """End the reader processes of all threads of this process, none of which may be reading."""
    for reader in list(_started):
        _close(reader)


def _close(reader: _Reader | None) -> None:
    if reader is not None:
        _started.discard(reader)
        if reader.owner == os.getpid():
            reader.close()


atexit.register(close_readers)


def answer_json(document: Document) -> str:
    """Write a Document as the line that the reader process answers with."""
    metadata = document.metadata
    return json.dumps(
        {
            "id": document.id,
            "text": document.text,
            "source": document.source,
            "places": [[getattr(place, name) for name in _FIELDS] for place in document.places],
            "metadata": [metadata.title, metadata.date, metadata.byline] if metadata is not None else None,
            "warnings": document.warnings,
        }
    )


def error_json(error: InputError) -> str:
    """Write an error as the line that the reader process answers with."""
    return json.dumps({"where": error.where, "found": error.found, "expected": error.expected, "remedy": error.remedy})


def _document(answer: dict[str, Any]) -> Document:
    if "where" in answer:
        raise InputError(answer["where"], found=answer["found"], expected=answer["expected"], remedy=answer["remedy"])
    return Document(
        id=answer["id"],
        text=answer["text"],
        source=answer["source"],
        places=tuple(Place(start, end, PlaceKind(kind), *rest) for start, end, kind, *rest in answer["places"]),
        metadata=Metadata(*answer["metadata"]) if answer["metadata"] is not None else None,
        warnings=tuple(answer["warnings"]),
    )
