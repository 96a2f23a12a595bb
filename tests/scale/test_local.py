"""Processes that make records: one that ends, hangs or raises costs its report alone."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from typing import Any

import pytest
from batches import make_text

from khcn_ner.document import Document
from khcn_ner.records import ModelInfo
from khcn_ner.scale import work
from khcn_ner.scale.local import RecordMakers
from khcn_ner.scale.output import Failure

_make_record = work.make_record


def treacherous(document: Document, model: ModelInfo) -> str | Failure:
    """Make a record, unless the document says what else to do."""
    if document.id == "dies":
        os.kill(os.getpid(), signal.SIGKILL)
    if document.id == "hangs":
        time.sleep(600)
    return _make_record(document, model)


def make(names: list[str], *, time_limit_s: float) -> list[Any]:
    documents = [Document(name, make_text(number), source=name) for number, name in enumerate(names)]
    with RecordMakers(1, model=ModelInfo(name="m", version="1"), time_limit_s=time_limit_s) as makers:
        return list(makers.records(documents))


def test_a_process_that_dies_costs_its_report_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "make_record", treacherous)
    made = make(["a", "dies", "b", "c"], time_limit_s=250)
    assert [isinstance(one, Failure) for one in made] == [False, True, False, False]
    assert (made[1].id, made[1].source) == ("dies", "dies")


def test_a_process_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "make_record", treacherous)
    (failure,) = make(["hangs"], time_limit_s=2)
    assert str(failure.error).startswith(
        "hangs: found a report that the record fails on (TimeoutError: no end after 2 seconds)"
    )
    assert not multiprocessing.active_children()
