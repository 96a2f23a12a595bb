"""Assemble: a document with its spans in, the report's records out. Pure and deterministic.

    documents ─▶ title ─▶ calendar ─▶ dates ─▶ event, issuer, period ─▶ people, projects, indicators

Spans may be a model's and wrong: whatever they cover, records come out and nothing is raised.
"""

from __future__ import annotations

import regex

from khcn_ner.document import Document
from khcn_ner.errors import SpanError
from khcn_ner.records.documents import find_documents, reference_spans
from khcn_ner.records.head import find_event, find_issuer, find_number, find_period, find_title
from khcn_ner.records.indicators import find_indicators
from khcn_ner.records.model import Interval, ModelInfo, Report, ReportHead
from khcn_ner.records.organisations import find_organisations
from khcn_ner.records.passages import Passages
from khcn_ner.records.people import find_people
from khcn_ner.records.projects import find_projects
from khcn_ner.records.standing import with_places
from khcn_ner.records.timeline import find_dates, read_calendar

# A table's head with a column of leads: `tên nhiệm vụ; tổ chức chủ trì; chủ nhiệm; thời gian`.
_LEAD_COLUMN = regex.compile(
    r"(?:^|[;|\t\n])\s*(?:họ tên\s+)?chủ nhiệm(?:\s+(?:nhiệm vụ|đề tài))?\s*(?:[;|\t]|\n)"
    r"|(?<!\p{L})cột:[^\n]*[,;]\s*chủ nhiệm\s*[,;)]",
    regex.IGNORECASE,
)


def assemble(document: Document, *, model: ModelInfo | None = None, spans_of: str | None = None) -> Report:
    """Make the records of one report from its text and its spans.

    Args:
        document: the text with its spans, a model's or gold.
        model: whose spans they are.
        spans_of: SHA-256 of the text that the spans were made for, where they come from elsewhere.

    Raises:
        SpanError: the spans were made for another text.

    Example:
        >>> from khcn_ner.document import Span
        >>> from khcn_ner.labels import Label
        >>> text = "Kiểm định được 163/440 PTĐ."
        >>> report = assemble(Document("a", text, (Span(15, 26, Label.QUANTITY),)))
        >>> report.indicators[0].value, report.indicators[0].of, report.indicators[0].item
        (163, 440, 'phương tiện đo')
    """
    if spans_of is not None and spans_of != document.text_sha256:
        raise SpanError(
            document.id,
            found=f"spans of a text with SHA-256 {spans_of[:12]}…",
            expected=f"spans of this one, {document.text_sha256[:12]}…",
            remedy="tag this text again",
        )
    passages = Passages(document)
    bodies = find_organisations(document)
    documents = find_documents(document, bodies)
    references = reference_spans(document.text)
    opening = find_title(document, passages)
    calendar = read_calendar(document, opening, references)
    dates, date_warnings = find_dates(document, passages, calendar, references)
    event = find_event(document, bodies, passages, dates, opening)
    issuer, own_body, assumed = find_issuer(document, bodies, opening, event)
    bodies = bodies.of_report(own_body)
    period = find_period(document, dates, opening, year=calendar.year)
    usual = Interval(from_=period.from_, to=period.to) if period is not None else None
    indicators, indicator_warnings = find_indicators(
        document, bodies, passages, dates, usual,
        own_body=own_body, meeting=event.date if event is not None else None,
    )  # fmt: skip
    projects = find_projects(document, bodies, passages, dates, opening.title, own_body=own_body)
    leads = [(project.lead, project.start, project.end) for project in projects if project.lead is not None]
    leads = leads if _LEAD_COLUMN.search(document.text) else []
    head = ReportHead(
        id=document.id,
        source=document.source,
        text_sha256=document.text_sha256,
        title=opening.title,
        number=find_number(document.text),
        period=period,
        event=event,
        issuer=issuer,
        assumed=assumed,
        model=model,
    )
    report = Report(
        report=head,
        organisations=bodies.records,
        people=find_people(document, bodies, own_body=own_body, leads=leads),
        dates=dates,
        indicators=indicators,
        projects=projects,
        documents=documents,
        warnings=(*document.warnings, *date_warnings, *indicator_warnings),
    )
    return with_places(report, document)
