"""Twice the report must take twice the work, not four times: work is counted line by line, never timed."""

import sys
from collections import Counter
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
_OWN = """
[ORG|Hợp tác xã Mẫu {0}] do ông [PER|Họ Tên {0}], Giám đốc [ORG|Hợp tác xã Mẫu {0}], đứng đầu; [ORG|Phòng Mẫu {0}] \
thuộc [ORG|Trung tâm Mẫu {0}] làm [QUANTITY|{0} việc] (trong đó [QUANTITY|1 việc] mới) theo Quyết định số \
{0}/QĐ-SKHCN của [ORG|Trung tâm Mẫu {0}], [ORG|Văn phòng Sở KH&CN] và [ORG|Văn phòng Trung tâm Mẫu {0}]. \
TS. [PER|Lê Giả Định], Phó Giám đốc [ORG|Hợp tác xã Mẫu {0}], trồng [QUANTITY|5 ha].

GIÁM ĐỐC

[PER|Họ Tên {0}]

"""


def _line(frame: FrameType) -> str:
    return f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}"


class CountedText(str):
    """A text that counts, for each line of code, the characters that it takes out."""

    def __getitem__(self, key: Any) -> str:
        taken = super().__getitem__(key)
        self.__dict__.setdefault("taken", Counter())[_line(sys._getframe(1))] += len(taken)
        return taken


def in_lines(n_reports: int) -> tuple[Document, CountedText]:
    """Write one report after the other, each with bodies and people of its own beside those of all."""
    document = marked("".join(REPORT + _OWN.format(number) for number in range(100, 100 + n_reports)))
    text = CountedText(document.text)
    return Document(document.id, text, document.spans), text


def in_one_sentence(n_reports: int) -> tuple[Document, CountedText]:
    document, text = in_lines(n_reports)
    flat = CountedText(str(text).translate({ord("\n"): " ", ord("."): ",", ord(";"): ","}))
    return Document(document.id, flat, document.spans), flat


def work(document: Document, text: CountedText) -> tuple[Counter[str], Counter[str]]:
    """Count how often each line of the package runs, a comprehension's rounds included, and what it copies."""
    n_runs: Counter[str] = Counter()

    def trace(frame: FrameType, event: str, argument: Any) -> Callable[..., Any] | None:
        if not frame.f_code.co_filename.startswith(_FOLDER):
            return None
        if event == "line":
            n_runs[_line(frame)] += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        render_report(document, assemble(document))
    finally:
        sys.settrace(before)
    return n_runs, text.__dict__["taken"]


@pytest.mark.parametrize("write", [in_lines, in_one_sentence])
def test_no_line_works_more_than_the_length_asks_for(write: Callable[[int], tuple[Document, CountedText]]) -> None:
    once, twice = work(*write(10)), work(*write(20))
    for counted, n_once, n_twice in zip(("runs", "characters"), once, twice, strict=True):
        assert len(n_once) > 10, f"no {counted} counted"
        grown = {line: (n_once[line], n) for line, n in n_twice.items() if n > 2.5 * n_once[line] + 100}
        assert not grown, f"{counted} for 10 reports and for 20"
