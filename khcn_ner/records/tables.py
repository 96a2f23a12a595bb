"""Tables: reports as records in, one flat table a list out, for workbooks, CSV, Parquet and databases.

    Reports ─▶ tables ─▶ Table (columns with types, rows of plain values)

The columns are the record's fields (docs/records.md); nested values are spread (`period_from`) or joined with "; ".
Every row starts with its report's id and its number in the report's list, and names its place in the text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from khcn_ner.records.model import (
    DateRecord,
    Indicator,
    Interval,
    OfficialDocument,
    Organisation,
    Period,
    Person,
    Project,
    Report,
)

Cell = str | int | float | date | None
Kind = Literal["text", "integer", "number", "date"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name in files and databases, what it holds, and its heading in a workbook."""

    name: str
    kind: Kind
    heading: str


@dataclass(frozen=True, slots=True)
class Table:
    """A list of all reports as a table; `title` is what a workbook's sheet is called."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


_KEY = (Column("report_id", "text", "Báo cáo"), Column("number", "integer", "STT"))
_PLACE = (Column("start", "integer", "Từ ký tự"), Column("end", "integer", "Đến ký tự"))


def _columns(*described: str) -> tuple[Column, ...]:
    """Read `name|heading` and `name:kind|heading`."""
    columns = []
    for one in described:
        name, _, heading = one.partition("|")
        name, _, kind = name.partition(":")
        columns.append(Column(name, kind or "text", heading))  # type: ignore[arg-type]
    return tuple(columns)


_HEAD = _columns(
    "report_id|Báo cáo", "source|Tệp", "title|Tiêu đề", "report_number|Số", "issuer|Đơn vị báo cáo",
    "period_text|Kỳ báo cáo", "period_from:date|Kỳ từ ngày", "period_to:date|Kỳ đến ngày",
    "event_kind|Cuộc họp", "event_date:date|Ngày họp", "event_host|Đơn vị tổ chức", "event_chair|Chủ trì",
    "warnings|Cảnh báo", "model|Mô hình", "text_sha256|Dấu văn bản (SHA-256)",
)  # fmt: skip


def _days(interval: Interval | Period | None) -> tuple[Cell, Cell]:
    return (None, None) if interval is None else (interval.from_, interval.to)


def _joined(values: Iterable[str | None]) -> str | None:
    return "; ".join(value for value in values if value) or None


def _indicator(one: Indicator) -> tuple[Cell, ...]:
    return (
        one.text, one.value, one.value_to, one.of, one.percent, one.unit,
        one.dimension.value if one.dimension is not None else None, one.approximation, one.item, one.activity,
        one.organisation, *_days(one.period), one.section,
        one.part_of + 1 if one.part_of is not None else None, _joined(one.assumed), one.score, one.start, one.end,
    )  # fmt: skip


def _project(one: Project) -> tuple[Cell, ...]:
    budget = (one.budget.value, one.budget.unit) if one.budget is not None else (None, None)
    return (
        one.title, one.kind, one.level, one.lead, _joined(one.partners), one.place, *_days(one.years), one.status,
        one.grade, *budget, one.score, one.start, one.end,
    )  # fmt: skip


def _person(one: Person) -> tuple[Cell, ...]:
    roles = (_joined((role.title,)) or "" for role in one.roles)
    offices = (
        " – ".join(filter(None, (title, role.organisation))) for title, role in zip(roles, one.roles, strict=True)
    )
    first = one.mentions[0]
    return one.name, _joined(one.degrees), _joined(offices), len(one.mentions), first.start, first.end


def _organisation(one: Organisation) -> tuple[Cell, ...]:
    names = _joined(dict.fromkeys(" ".join(mention.text.split()) for mention in one.mentions))
    first = one.mentions[0]
    provinces = one.province, one.province_now
    return one.name, one.kind, one.parent, *provinces, names, len(one.mentions), first.start, first.end


def _date(one: DateRecord) -> tuple[Cell, ...]:
    precision = one.precision.value if one.precision is not None else None
    return one.text, one.from_, one.to, precision, one.part, _joined(one.assumed), one.score, one.start, one.end


def _document(one: OfficialDocument) -> tuple[Cell, ...]:
    return one.kind, one.number, one.date, one.issuer, _joined(one.assumed), one.start, one.end


# name, title, columns between the key and the place, how an entry becomes a row
_LISTS: tuple[tuple[str, str, tuple[Column, ...], Callable[[Any], tuple[Cell, ...]]], ...] = (
    (
        "indicators",
        "Số liệu",
        _columns(
            "text|Cách ghi", "value:number|Giá trị", "value_to:number|Đến", "of:number|Trên tổng",
            "percent:number|Tỷ lệ %",
            "unit|Đơn vị tính", "dimension|Đại lượng", "approximation|Gần đúng", "item|Đối tượng", "activity|Việc làm",
            "organisation|Đơn vị", "period_from:date|Kỳ từ ngày", "period_to:date|Kỳ đến ngày", "section|Mục",
            "part_of:integer|Là phần của STT", "assumed|Suy ra", "score:number|Độ tin cậy",
        ),
        _indicator,
    ),
    (
        "projects",
        "Đề tài, dự án",
        _columns(
            "title|Tên", "kind|Loại", "level|Cấp", "lead|Chủ nhiệm", "partners|Đơn vị", "place|Địa bàn",
            "years_from:date|Từ ngày", "years_to:date|Đến ngày", "status|Tình trạng", "grade|Xếp loại",
            "budget_value:number|Kinh phí", "budget_unit|Đơn vị tiền", "score:number|Độ tin cậy",
        ),
        _project,
    ),
    (
        "people",
        "Người",
        _columns("name|Họ tên", "degrees|Học vị", "roles|Chức danh", "n_mentions:integer|Số lần nhắc"),
        _person,
    ),
    (
        "organisations",
        "Tổ chức",
        _columns("name|Tên", "kind|Loại", "parent|Trực thuộc",
                 "province|Tỉnh, thành phố", "province_now|Từ 01/7/2025",
                 "aliases|Các cách ghi", "n_mentions:integer|Số lần nhắc"),
        _organisation,
    ),
    (
        "dates",
        "Thời gian",
        _columns(
            "text|Cách ghi", "from:date|Từ ngày", "to:date|Đến ngày", "precision|Độ mịn", "part|Phần", "assumed|Suy ra",
            "score:number|Độ tin cậy",
        ),
        _date,
    ),
    (
        "documents",
        "Văn bản",
        _columns("kind|Loại", "document_number|Số hiệu", "date:date|Ngày", "issuer|Nơi ban hành", "assumed|Suy ra"),
        _document,
    ),
)  # fmt: skip


def tables(reports: Sequence[Report]) -> list[Table]:
    """Lay reports out as tables: the reports themselves, then a table a list.

    Example:
        >>> from khcn_ner.document import Document, Span
        >>> from khcn_ner.labels import Label
        >>> from khcn_ner.records import assemble
        >>> report = assemble(Document("a", "Thu 15 triệu đồng.", (Span(4, 17, Label.QUANTITY),)))
        >>> found = {table.name: table for table in tables([report])}
        >>> found["indicators"].rows[0][:4]
        ('a', 1, '15 triệu đồng', 15000000)
    """
    heads = Table("reports", "Báo cáo", _HEAD, tuple(map(_head, reports)))
    return [heads, *(_table(reports, *described) for described in _LISTS)]


def _head(report: Report) -> tuple[Cell, ...]:
    head, event = report.report, report.report.event
    meeting = (event.kind, event.date, event.host, event.chair) if event is not None else (None,) * 4
    period = head.period.text if head.period is not None else None
    model = f"{head.model.name} {head.model.version}" if head.model is not None else None
    return (
        head.id, head.source, head.title, head.number, head.issuer, period, *_days(head.period), *meeting,
        "\n".join(report.warnings) or None, model, head.text_sha256,
    )  # fmt: skip


def _table(
    reports: Sequence[Report],
    name: str,
    title: str,
    columns: tuple[Column, ...],
    row: Callable[[Any], tuple[Cell, ...]],
) -> Table:
    def rows() -> Iterator[tuple[Cell, ...]]:
        for report in reports:
            for number, entry in enumerate(getattr(report, name), start=1):
                yield (report.report.id, number, *row(entry))

    return Table(name, title, (*_KEY, *columns, *_PLACE), tuple(rows()))
