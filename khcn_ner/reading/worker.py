"""The reader process: lines of JSON that name a report in, its Document or error out.

Run by `khcn_ner.reading.guard` as `python -m khcn_ner.reading.worker`.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import sys
from pathlib import Path

from khcn_ner.errors import InputError, KhcnNerError
from khcn_ner.reading.guard import MEMORY_LIMIT_BYTES, send
from khcn_ner.reading.packed import Packed
from khcn_ner.reading.report import read_packed


def main() -> None:
    """Answer each line of standard input on standard output."""
    # Libraries may print; what they say must not come between the answers.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    _limit_memory()
    for line in sys.stdin:
        order = json.loads(line)
        send(_answer(Path(order["path"]), order["where"], order["id"]), answers)


def _answer(path: Path, where: str, report_id: str) -> Packed | InputError:
    try:
        return read_packed(path, report_id=report_id)
    except KhcnNerError as error:
        # The order names the file absolutely; the user named it their own way.
        return InputError(**error.parts(where=error.where.replace(str(path), where)))
    except MemoryError:
        gc.collect()
        return InputError(
            where,
            found=f"a file that takes more than {MEMORY_LIMIT_BYTES >> 20:,} MB of memory to read",
            expected="a report of usual size",
            remedy="save the report in parts",
        )
    except Exception as error:  # a reader's or a library's own; one report must not end a folder
        return InputError(
            where,
            found=f"a file that its reader fails on ({type(error).__name__})",
            expected="a sound report",
            remedy="save the report again",
        )


def _limit_memory() -> None:
    # Windows has no such limit.
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT_BYTES, hard))


if __name__ == "__main__":
    main()
