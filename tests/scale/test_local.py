"""Processes that make records: one that ends, hangs or raises costs its report alone."""

from __future__ import annotations

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


def test_a_process_that_dies_or_hangs_costs_its_report_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "make_record", treacherous)
    names = ["a", "dies", "b", "hangs", "c", "d"]
    documents = [Document(name, make_text(number), source=name) for number, name in enumerate(names)]
    with RecordMakers(1, model=ModelInfo(name="m", version="1"), time_limit_s=25) as makers:
        made: list[Any] = list(makers.records(documents))
    assert [isinstance(one, Failure) for one in made] == [False, True, False, True, False, False]
    assert "no end after 25 seconds" in str(made[3].error)
    assert [one.id for one in made if isinstance(one, Failure)] == ["dies", "hangs"]
