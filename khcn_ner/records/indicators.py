"""Indicators: QUANTITY spans in, one record a number out, with what it counts, what was done, by whom, in which time.

    amount (quantities) ─▶ what follows it, item (items) ─▶ activity (activities) ─▶ body (doers), time (figure_periods)
    all of them ─▶ wholes and parts (parts)

A percentage that qualifies a count ("163/440 PTĐ … (đạt 37%)") becomes that indicator's `percent` and no indicator of
its own. `part_of` is the index, in the list given, of the whole that "trong đó" divides.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import regex

from khcn_ner.document import Document, Span
from khcn_ner.labels import Label
from khcn_ner.records.abbreviations import defined_abbreviations, expand
from khcn_ner.records.activities import ActivityFinder, Figure
from khcn_ner.records.clauses import Clauses
from khcn_ner.records.doers import DoerFinder
from khcn_ner.records.figure_periods import PeriodFinder
from khcn_ner.records.figure_tables import Cell, ColumnKind, find_cells
from khcn_ner.records.items import ITEMS, Before, ItemFinder, read_label, read_tail, trim
from khcn_ner.records.model import DateRecord, Dimension, Indicator, Interval, NormalisedQuantity
from khcn_ner.records.organisations import Bodies
from khcn_ner.records.parts import find_contradictions, link_parts
from khcn_ner.records.passages import Passages
from khcn_ner.records.quantities import approximation_before, normalise_quantity
from khcn_ner.records.span_index import spans_of
from khcn_ner.records.table_units import TableUnit, in_table_unit, table_units, unit_at

_NOT_SHARE = regex.compile(r"tỷ lệ|tỉ lệ|tăng|giảm|vượt|cao hơn|thấp hơn|trong đó|mục tiêu", regex.IGNORECASE)
_SHARE = regex.compile(
    r"(?:^|[\s,(])(?:đạt|bằng|chiếm|tương đương|tương ứng|tức|=|đạt tỷ lệ|đạt tỉ lệ|\()\s*(?:là\s+)?(?:trên|"
    r"gần|khoảng|hơn|"
    r"tỷ lệ|tỉ lệ|xấp xỉ)?\s*$",
    regex.IGNORECASE,
)
_SHARE_VERB = regex.compile(r"\s*(?:đạt|bằng|chiếm|tương đương|tương ứng|tức)")
_AMOUNT_OF_SHARE = regex.compile(r"\s*[,(]?\s*(?:tương đương|tương ứng|tức|bằng)(?:\s+với)?(?:\s+là)?\s*")
_MEETING_ITEM = regex.compile(
    r"(?:phiếu|phiên|hội đồng|thành viên|đại biểu|ý kiến|điểm|lượt ý kiến)(?!\p{L})", regex.IGNORECASE
)
_MEETING_DOING = regex.compile(
    r"(?:họp|dự|tham dự|dự họp|chấm|bỏ phiếu|biểu quyết|nghe|vắng|có mặt|phát biểu|thảo luận|bầu)(?!\p{L})",
    regex.IGNORECASE,
)
_LABEL = regex.compile(r"(?:^|[\n;.])\s*(?P<label>\p{L}[^:;\n.]{2,60}?)\s*:\s*$")
_COMPARED = regex.compile(r"\s*(?:so với|so cùng|cùng kỳ|cùng kì)")


@dataclass(slots=True)
class _Draft:
    """One quantity on its way to an indicator."""

    span: Span
    amount: NormalisedQuantity
    assumed: tuple[str, ...] = ()
    percent: int | float | None = None
    folded: bool = False
    leads: bool = False  # a share that stands before its amount: what governs it governs the amount


def _amount_of(
    document: Document, span: Span, columns: list[TableUnit], cell: Cell | None
) -> tuple[NormalisedQuantity, tuple[str, ...]]:
    """Read an amount; a table's bare number has the unit that the table's head says, which is assumed."""
    surface = document.surface(span)
    amount = normalise_quantity(surface)
    if cell is not None:
        return (
            (normalise_quantity(f"{surface} {cell.unit}"), ("unit",)) if cell.unit and not amount.unit else (amount, ())
        )
    told = in_table_unit(surface, amount, span.start, columns)
    return (told, ("unit",)) if told is not None else (amount, ())


def _fold_percentages(text: str, drafts: list[_Draft]) -> None:
    """Give an amount the percentage that it is: `(đạt 37%)`, `đạt 44%`, `(83%)`, `56%, tương đương 12 tỷ đồng`."""
    for base, share in pairwise(drafts):
        gap = text[base.span.end : share.span.start]
        if _is_share(text, base, share, gap):
            base.percent, share.folded = share.amount.value, True
        elif (
            base.amount.unit == "%"
            and not base.folded
            and share.amount.dimension is Dimension.CURRENCY
            and _AMOUNT_OF_SHARE.fullmatch(gap)
        ):
            share.percent, base.folded, base.leads = base.amount.value, True, True


def _is_share(text: str, base: _Draft, share: _Draft, gap: str) -> bool:
    if share.amount.unit != "%" or share.amount.value is None or share.amount.value_to is not None:
        return False
    if base.amount.dimension in (Dimension.PERCENT, Dimension.DURATION, None) or len(gap) > 110:
        return False
    if regex.search(r"[;\n]|\.\s|\)\s*\S", gap) or _NOT_SHARE.search(gap) or not _SHARE.search(gap):
        return False
    after_comma = gap.rsplit(",", 1)[1] if "," in gap and "(" not in gap else ""
    if after_comma and not _SHARE_VERB.match(after_comma):
        return False
    return _COMPARED.match(text[share.span.end : share.span.end + 30].lower()) is None


def _figures(clauses: Clauses, drafts: list[_Draft]) -> list[Figure]:
    """Read what follows each number, and where its own words begin: past what the number before it says."""
    spans = [draft.span for draft in drafts]
    figures: list[Figure] = []
    for index, draft in enumerate(drafts):
        span = draft.span
        sentence, clause = clauses.passages.sentence(span.start), clauses.passages.clause(span.start)
        following = spans[index + 1].start if index + 1 < len(spans) else len(clauses.text)
        unit = None if draft.assumed else draft.amount.unit
        is_count = draft.amount.dimension is Dimension.COUNT
        tail = read_tail(clauses, span, unit, min(clause.end, following), is_count=is_count)
        start = sentence.start
        if index and spans[index - 1].start >= sentence.start:
            start = min(max(figures[-1].tail.end, spans[index - 1].end), span.start)
        figures.append(Figure(span, draft.amount, tail, start))
    return figures


def _is_of_meeting(item: str | None, activity: str | None) -> bool:
    """Tell whether a number tells of a meeting itself: who came, how they voted."""
    return _MEETING_ITEM.match(item or "") is not None or _MEETING_DOING.match(activity or "") is not None


class _Assembler:
    """Makes the indicators of one document, number by number."""

    def __init__(
        self,
        document: Document,
        bodies: Bodies,
        passages: Passages,
        dates: tuple[DateRecord, ...],
        period: Interval | None,
        *,
        own_body: str | None,
        meeting: date | None,
    ) -> None:
        self.document = document
        self.clauses = Clauses(document, passages)
        self.columns = table_units(document.text)
        self.cells = find_cells(document)
        self.bodies = bodies
        self.organisations = spans_of(document, Label.ORG)
        self.meanings = {**ITEMS, **defined_abbreviations(document.text)}
        self.items = ItemFinder(self.clauses)
        self.activities = ActivityFinder(self.clauses)
        self.doers = DoerFinder(document, self.clauses, bodies, own_body)
        self.periods = PeriodFinder(document, passages, dates, period, meeting)

    def drafts(self) -> list[_Draft]:
        spans = (span for span in self.document.spans if span.label is Label.QUANTITY)
        drafts = [
            _Draft(span, *_amount_of(self.document, span, self.columns, self.cells.get(span.start))) for span in spans
        ]
        _fold_percentages(self.document.text, drafts)
        for base, share in pairwise(drafts):
            cell = self.cells.get(share.span.start)
            if cell is not None and cell.is_share and base.span.start in self.cells:
                base.percent = share.amount.value
        return drafts

    def indicators(self, drafts: list[_Draft]) -> list[Indicator]:
        figures = _figures(self.clauses, drafts)
        found: list[Indicator] = []
        before: Before | None = None
        for index, (draft, figure) in enumerate(zip(drafts, figures, strict=True)):
            sentence = self.clauses.passages.sentence(draft.span.start)
            following = figures[index + 1] if index + 1 < len(figures) else None
            if draft.folded:
                if draft.leads:
                    self.activities.find(figure, None)
                continue
            near = following if following is not None and following.span.start < sentence.end else None
            before = before if before is not None and before.end > sentence.start else None
            one = self._indicator(draft, figure, near, before)
            thing = one.item if one.unit is not None and one.dimension is Dimension.COUNT else None
            start = max(self.clauses.passages.clause(figure.span.start).start, figure.start)
            thing = thing or self.items.sum_of(figure.span, figure.amount, start)
            thing = thing or (before.thing if before is not None else None)
            before = Before(one.item, one.end, one.unit, one.dimension, thing)
            found.append(one)
        return found

    def _indicator(self, draft: _Draft, figure: Figure, following: Figure | None, before: Before | None) -> Indicator:
        span, amount, text = draft.span, draft.amount, self.document.text
        cell = self.cells.get(span.start)
        if cell is not None:
            return self._of_cell(draft, cell)
        clause = self.clauses.passages.clause(span.start)
        own = max(clause.start, figure.start)
        column = unit_at(span.start, self.columns) if draft.assumed else None
        label = _LABEL.search(text, max(clause.start, span.start - 80), span.start) if column is not None else None
        is_cell = column is not None and self._is_cell(span)
        item, item_assumed = (None, False) if is_cell else self.items.find(span, amount, figure.tail, own, before)
        item = trim(label["label"]) if label is not None else item  # Chi sáng kiến: 312,5
        done = self.activities.find(figure, following, is_cell=is_cell)
        organisation, body_assumed = (None, False) if is_cell else self.doers.find(figure, done)
        item = expand(item, self.meanings) if item is not None else None
        if item is None and amount.dimension is Dimension.CURRENCY and "/" not in (amount.unit or ""):
            item, item_assumed = (column.item if column is not None and column.item else "kinh phí"), True
        next_start = following.span.start if following is not None else len(text)
        assumed = [name for name, is_assumed in (("organisation", body_assumed), ("item", item_assumed)) if is_assumed]
        return Indicator(
            text=self.document.surface(span), start=span.start, end=span.end, score=span.score,
            value=amount.value, value_to=amount.value_to, of=amount.of,
            percent=draft.percent,
            unit=amount.unit, dimension=amount.dimension,
            approximation=approximation_before(text[max(0, span.start - 40) : span.start]),
            item=item, activity=done.activity,
            section=self.clauses.passages.section(span.start), organisation=organisation,
            period=self.periods.find(
                span, start=figure.start, next_start=next_start, is_cell=is_cell,
                of_meeting=_is_of_meeting(item, done.activity),
            ),
            part_of=None, assumed=(*assumed, *draft.assumed),
        )  # fmt: skip

    def _of_cell(self, draft: _Draft, cell: Cell) -> Indicator:
        """Make the indicator of a number whose row and column say what it is."""
        span, amount, text = draft.span, draft.amount, self.document.text
        item, activity = read_label(self.clauses, cell)
        if cell.kind is ColumnKind.CHANGE:
            falls = text[: span.start].rstrip().endswith("giảm") if span.start - cell.label.end < 40 else False
            activity = "giảm" if falls else "tăng"
        body = self.organisations.first_in(cell.label.start, cell.label.start + 1)
        period = self.periods.report
        if cell.year is not None:
            period = Interval(from_=date(cell.year, 1, 1), to=date(cell.year, 12, 31))
        return Indicator(
            text=self.document.surface(span), start=span.start, end=span.end, score=span.score,
            value=amount.value, value_to=amount.value_to, of=amount.of, percent=draft.percent,
            unit=amount.unit, dimension=amount.dimension, approximation=None,
            item=expand(item, self.meanings) if item is not None else None, activity=activity,
            section=self.clauses.passages.section(span.start),
            organisation=self.bodies.name_at(body) if body is not None else None,
            period=period, part_of=None, assumed=("item", *draft.assumed),
        )  # fmt: skip

    def _is_cell(self, span: Span) -> bool:
        """Tell whether a number is a cell of a row: no words stand before it but names, dates and a number."""
        line = self.clauses.passages.line(span.start)
        before = self.clauses.masked[max(line.start, span.start - 60) : span.start]
        return ":" not in before and regex.search(r"[□◇▣\t|;]\s*$|\s{2,}$", before) is not None


def find_indicators(
    document: Document,
    bodies: Bodies,
    passages: Passages,
    dates: tuple[DateRecord, ...],
    period: Interval | None,
    *,
    own_body: str | None = None,
    meeting: date | None = None,
) -> tuple[tuple[Indicator, ...], tuple[str, ...]]:
    """Make an indicator of every QUANTITY span that is no other's percentage, and give the warnings that came up.

    Args:
        document: the report with its spans.
        bodies: its organisations.
        passages: its passages.
        dates: its dates.
        period: the time that it reports on.
        own_body: the body whose report it is, which "cơ quan" means.
        meeting: the day of the meeting that it tells of.
    """
    assembler = _Assembler(document, bodies, passages, dates, period, own_body=own_body, meeting=meeting)
    drafts = assembler.drafts()
    warnings = [f"quantity at {draft.span.start}: {draft.amount.warning}" for draft in drafts if draft.amount.warning]
    indicators = link_parts(document, assembler.clauses, assembler.indicators(drafts))
    return tuple(indicators), (*warnings, *find_contradictions(document.text, indicators))
