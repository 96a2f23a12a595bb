"""The report's dates: DATE spans in, normalised records out, missing years taken from the report itself.

A year that a date doesn't say comes, in this order, from the date it is joined to ("quý II và quý III/2020"), from a
dated clause before it in its sentence, and from the report: its period's year, or for a day its day of writing.
Every such year is named in `assumed`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

import regex

from khcn_ner.document import Document, Span
from khcn_ner.labels import Label
from khcn_ner.records.dates import normalise_date
from khcn_ner.records.head import Opening
from khcn_ner.records.model import DateRecord, NormalisedDate, Precision
from khcn_ner.records.passages import Passage, Passages
from khcn_ner.records.span_index import SpanIndex

_JOINED = regex.compile(r"\s*(?:,|và|đến|tới|-|–|;|/|,\s*ngày)\s*(?:từ\s+|đến\s+|hết\s+|ngày\s+)?", regex.IGNORECASE)
_AHEAD = regex.compile(r"(?:phương hướng|giao ước|kế hoạch)[\p{L}\s,]{0,40}$", regex.IGNORECASE)
_FINE = (Precision.DAY, Precision.MONTH, Precision.QUARTER, Precision.HALF, Precision.MONTHS)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The report's year and its day of writing, as far as they can be told."""

    year: int | None
    written: date | None
    is_plan: bool = False


def _explicit(document: Document, references: SpanIndex[Passage]) -> list[tuple[Span, NormalisedDate]]:
    """Read the dates that say their year and aren't part of a document's reference."""
    found = []
    for span in document.spans:
        if span.label is Label.DATE and references.over(span.start) is None:
            read = normalise_date(document.surface(span))
            if read.from_ is not None and read.to is not None:
                found.append((span, read))
    return found


def read_calendar(document: Document, opening: Opening, references: SpanIndex[Passage]) -> Calendar:
    """Tell the report's year: from its title, else its first period, else its first full date."""
    explicit = _explicit(document, references)
    day = next((read.from_ for span, read in explicit if read.precision is Precision.DAY and span.start < 2500), None)
    year = _title_year(document, opening, explicit)
    if year is None:
        periods = [
            read for _, read in explicit if read.precision in (Precision.HALF, Precision.MONTHS, Precision.QUARTER)
        ]
        year = periods[0].to.year if periods and periods[0].to else None
    if year is None and day is not None:
        year = day.year
    if year is None:
        years = Counter(read.to.year for _, read in explicit if read.to and read.precision is not Precision.YEARS)
        year = years.most_common(1)[0][0] if years else None
    is_plan = regex.match(r"kế hoạch|chương trình|phương hướng|đề cương", opening.title or "", regex.IGNORECASE)
    return Calendar(year, day, is_plan is not None)


def _title_year(document: Document, opening: Opening, explicit: list[tuple[Span, NormalisedDate]]) -> int | None:
    for span, read in explicit:
        in_title = opening.start <= span.start < opening.end
        if in_title and read.precision is not Precision.YEARS and read.to is not None:
            if _AHEAD.search(document.text[opening.start : span.start]) and _ahead_of_another(document, opening, span):
                continue
            return read.to.year
    match = regex.search(r"(?:năm|/)\s*((?:19|20)\d{2})(?!\d)", document.text[opening.start : opening.end])
    return int(match[1]) if match else None


def _ahead_of_another(document: Document, opening: Opening, span: Span) -> bool:
    """Tell whether the title names a past period, with a year, before this one."""
    return regex.search(r"(?:19|20)\d{2}", document.text[opening.start : span.start]) is not None


def _borrowed(
    document: Document, passages: Passages, spans: list[Span], index: int, reads: list[NormalisedDate]
) -> tuple[int | None, int | None]:
    """Give the year and month that dates joined to this one, or before it in its sentence, lend it."""
    span = spans[index]
    if index + 1 < len(spans):
        following, read = spans[index + 1], reads[index + 1]
        gap = document.text[span.end : following.start]
        if len(gap) <= 14 and _JOINED.fullmatch(gap) and read.to is not None:
            return read.to.year, read.to.month
    sentence = passages.sentence(span.start)
    for back in range(index - 1, -1, -1):
        earlier, read = spans[back], reads[back]
        if earlier.start < sentence.start or span.start - earlier.end > 160:
            break
        if read.from_ is not None and read.precision in _FINE:
            before = document.text[max(0, earlier.start - 60) : earlier.start]
            if regex.search(r"(?:số\s*:?\s*\d+\S*\s*|cùng kỳ\s*|so với\s*)$", before):
                continue
            return read.from_.year, read.from_.month
    return None, None


def _report_year(calendar: Calendar, read: NormalisedDate, text: str) -> int | None:
    """Choose between the period's year and the day of writing's for a date that says none."""
    year, written = calendar.year, calendar.written
    if year is None or written is None or written.year == year:
        return year if year is not None else (written.year if written else None)
    this_year = normalise_date(text, year=written.year)
    n_days_ago = (written - this_year.from_).days if this_year.from_ is not None else None
    if year > written.year:
        # A plan's dates are in the year planned, but for those about the day of writing; news of a plan is told today.
        near = n_days_ago is not None and -14 <= n_days_ago <= 45
        return year if calendar.is_plan and not near else written.year
    if read.precision is not Precision.DAY:
        return year
    # A report of last year, written in this one: the first weeks are this year's.
    recent = n_days_ago is not None and 0 <= n_days_ago <= 45
    return written.year if recent else year


def find_dates(
    document: Document, passages: Passages, calendar: Calendar, references: SpanIndex[Passage]
) -> tuple[tuple[DateRecord, ...], tuple[str, ...]]:
    """Normalise the DATE spans of a document and give the warnings that came up."""
    spans = [span for span in document.spans if span.label is Label.DATE]
    bare = [normalise_date(document.surface(span)) for span in spans]
    lenders = [
        NormalisedDate() if references.over(span.start) is not None else read
        for span, read in zip(spans, bare, strict=True)
    ]
    records, warnings = [], []
    month: int | None = None
    for index, (span, read) in enumerate(zip(spans, bare, strict=True)):
        text = document.surface(span)
        found = read
        if read.from_ is None and (read.precision is not None or read.warning is None):
            year, near_month = _borrowed(document, passages, spans, index, lenders)
            year = year if year is not None else _report_year(calendar, read, text)
            found = normalise_date(text, year=year, month=near_month if near_month is not None else month)
        elif read.from_ is None:
            found = normalise_date(text, year=calendar.year)
        if found.from_ is not None:
            lenders[index] = found
            if found.precision in (Precision.DAY, Precision.MONTH):
                month = found.from_.month
        if found.warning is not None:
            warnings.append(f"date at {span.start}: {found.warning}")
        records.append(
            DateRecord(
                text=text, start=span.start, end=span.end, from_=found.from_, to=found.to, precision=found.precision,
                part=found.part, assumed=found.assumed, score=span.score,
            )
        )  # fmt: skip
    return tuple(records), tuple(warnings)
