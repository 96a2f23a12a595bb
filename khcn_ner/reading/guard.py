"""Read in a process of its own: a path in, a Document out, within limits of time and memory.

Readers of binary formats run other people's C and C++ code on files from anywhere. A reader process takes one path
after another, so that it starts once; when a file is its end, whatever the reason, the file is told and the next gets a
new process. Each thread has a reader process of its own, so that threads read side by side. What goes in and out is
JSON, then numbers and UTF-8: nothing that a reader process says is run.
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
from array import array
from pathlib import Path
from typing import IO, Any, BinaryIO

from khcn_ner.document import Document, Metadata, Places
from khcn_ner.errors import InputError
from khcn_ner.reading.packed import Packed

TIME_LIMIT_S = 120.0
MEMORY_LIMIT_BYTES = 1536 << 20
# Numbers of places read at a time.
_N_AT_ONCE = 1 << 18


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
        )

    def ask(self, path: Path, report_id: str, time_limit_s: float) -> tuple[Document | InputError | None, bool]:
        """Send a path; give what the process answers, None where it ended, and whether time ran out."""
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
            order = json.dumps({"path": str(path.absolute()), "where": str(path), "id": report_id})
            self.process.stdin.write(f"{order}\n".encode())
            self.process.stdin.flush()
            return _answer(self.process.stdout), over.is_set()
        except (OSError, EOFError):
            return None, over.is_set()
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
    if answer is None:
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
    if isinstance(answer, InputError):
        raise answer
    return answer


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


def send(answer: Packed | InputError, stream: BinaryIO) -> None:
    """Write what the reader process answers: a line of JSON, then a Document's places and text.

    The text is let go of on the way, since the other process now holds it.
    """
    if isinstance(answer, InputError):
        stream.write(f"{json.dumps(answer.parts())}\n".encode())
        stream.flush()
        return
    answer.close()
    metadata = answer.metadata
    told_of_document = {
        "id": answer.id,
        "source": answer.source,
        "metadata": [metadata.title, metadata.date, metadata.byline] if metadata is not None else None,
        "warnings": answer.warnings,
        "n_numbers": len(answer.places.numbers),
        "blocks": [len(block) for block in answer.blocks],
    }
    stream.write(f"{json.dumps(told_of_document)}\n".encode())
    stream.write(answer.places.numbers)
    answer.places = Places()
    answer.blocks.reverse()
    while answer.blocks:
        stream.write(answer.blocks.pop())
    stream.flush()


def _answer(stream: IO[bytes]) -> Document | InputError:
    """Read what the reader process answers.

    Raises:
        EOFError: it ends before its answer does.
    """
    line = stream.readline()
    if not line.endswith(b"\n"):
        raise EOFError
    told: dict[str, Any] = json.loads(line)
    if "where" in told:
        return InputError(**told)
    numbers = array("i")
    while (n_left := told["n_numbers"] - len(numbers)) > 0:
        numbers.frombytes(_exactly(stream, min(n_left, _N_AT_ONCE) * numbers.itemsize))
    packed = Packed(
        id=told["id"],
        source=told["source"],
        metadata=Metadata(*told["metadata"]) if told["metadata"] is not None else None,
        warnings=tuple(told["warnings"]),
        places=Places(numbers=numbers),
    )
    return packed.unpack(_exactly(stream, n_bytes) for n_bytes in told["blocks"])


def _exactly(stream: IO[bytes], n_bytes: int) -> bytes:
    data = stream.read(n_bytes)
    if len(data) < n_bytes:
        raise EOFError
    return data
