"""Twice the report must take twice the work, not four times: work is counted, never timed."""

import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from conftest import REPORT
from marking import marked

from khcn_ner import records
from khcn_ner.document import Document
from khcn_ner.records import assemble, render_report

_FOLDER = str(Path(records.__file__).parent)


class CountedText(str):
    """A text that counts the characters taken out of it."""

    n_taken = 0

    def __getitem__(self, key: Any) -> str:
        taken = super().__getitem__(key)
        self.n_taken += len(taken)
        return taken


def long_document(n_reports: int) -> Document:
    """Write one report after the other, each with bodies and people of its own beside those of all."""
    own = "\n[ORG|Hợp tác xã Mẫu {0}] do ông [PER|Họ Tên {0}], Giám đốc [ORG|Hợp tác xã Mẫu {0}], đứng đầu; \
[ORG|Phòng Mẫu {0}] thuộc [ORG|Trung tâm Mẫu {0}] làm [QUANTITY|{0} việc] (trong đó [QUANTITY|1 việc] mới) theo \
Quyết định số {0}/QĐ-SKHCN của [ORG|Trung tâm Mẫu {0}].\n\nGIÁM ĐỐC\n\n[PER|Họ Tên {0}]\n\n"
    text = "".join(REPORT + own.format(number) for number in range(n_reports))
    document = marked(text)
    return Document(document.id, CountedText(document.text), document.spans)


def one_line(n_reports: int) -> Document:
    document = long_document(n_reports)
    flat = str(document.text).translate({ord("\n"): " ", ord("."): ",", ord(";"): ","})
    return Document(document.id, CountedText(flat), document.spans)


def work(document: Document) -> dict[str, int]:
    """Count what assembling and rendering do: lines of this package run, loops' rounds included, and text copied."""
    n_lines = 0

    def trace(frame: FrameType, event: str, argument: Any) -> Callable[..., Any] | None:
        nonlocal n_lines
        if not frame.f_code.co_filename.startswith(_FOLDER):
            return None
        n_lines += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        render_report(document, assemble(document))
    finally:
        sys.settrace(before)
    return {"lines run": n_lines, "characters copied": document.text.n_taken}  # type: ignore[attr-defined]


@pytest.mark.parametrize("write", [long_document, one_line])
def test_work_grows_with_the_length_alone(write: Callable[[int], Document]) -> None:
    once, twice = work(write(20)), work(write(40))
    for kind, n_once in once.items():
        assert twice[kind] < 2.05 * n_once, f"{kind}: {n_once:,} for 20 reports, {twice[kind]:,} for 40"
