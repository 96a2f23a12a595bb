"""Answers: a tagged document in; its record, its spans or its page out, as the command line writes them."""

from __future__ import annotations

from enum import StrEnum

from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel

from khcn_ner.corpus.export import jsonl_line
from khcn_ner.document import Document
from khcn_ner.records import ModelInfo, assemble, render_report, report_json
from khcn_ner.serving.policy import page_policy


class RecordFormat(StrEnum):
    """How `/extract` answers: with the record, or with the report's page."""

    JSON = "json"
    HTML = "html"


class TaggedSpan(BaseModel):
    """A labelled stretch `[start, end)` of the text, in code points, with the model's probability."""

    start: int
    end: int
    label: str
    text: str
    score: float | None


class TaggedText(BaseModel):
    """A report's text and its spans."""

    id: str
    source: str | None
    text_sha256: str
    text: str
    spans: tuple[TaggedSpan, ...]


class Health(BaseModel):
    """That the server tags, with which model, and whether it asks for a token."""

    status: str
    khcn_ner_version: str
    model: ModelInfo
    needs_token: bool


def record_answer(document: Document, model: ModelInfo, form: RecordFormat) -> Response:
    """Assemble a tagged document's record and write it, or the page that shows it."""
    report = assemble(document, model=model)
    if form is RecordFormat.JSON:
        return Response(report_json(report), media_type="application/json")
    page = render_report(document, report)
    return HTMLResponse(page, headers={"Content-Security-Policy": page_policy([page])})


def spans_answer(document: Document) -> Response:
    """Write a tagged document's spans."""
    return Response(jsonl_line(document), media_type="application/json")
