"""The page of a report: document and records in, one self-contained HTML page out.

The text stands on the left with its spans coloured, the records as tables beside it, each row linked to its place. The
page fetches nothing and everything from the text is escaped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from khcn_ner.document import Document, Place, PlaceKind
from khcn_ner.labels import LABELS
from khcn_ner.records.model import DateRecord, Indicator, Person, Project, Report
from khcn_ner.records.span_index import SpanIndex

if TYPE_CHECKING:
    from jinja2 import Template

_LABEL_NAMES = {
    "ORG": "Tổ chức", "PER": "Người", "DATE": "Thời gian", "QUANTITY": "Số liệu", "PROJECT": "Đề tài, dự án",
    "DOCUMENT": "Văn bản",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of the text: plain (`label` None) or a span with its anchor and title."""

    text: str
    label: str | None = None
    anchor: str | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: its cells, and the anchors of the places in the text that it is about."""

    cells: tuple[str, ...]
    anchors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A list of the report as a table."""

    name: str
    label: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    source = resources.files("khcn_ner.records").joinpath("report.html.j2").read_text(encoding="utf-8")
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(source)


def _shown(value: object) -> str:
    return "" if value is None else str(value)


def _number(value: float | None) -> str:
    """Write a number as Vietnam does: 1.934.000 and 1,8."""
    if value is None:
        return ""
    text = f"{value:,}" if isinstance(value, int) else f"{value:,.6g}" if abs(value) < 1e6 else f"{value:,.2f}"
    return text.translate({44: ".", 46: ","})


def _interval(first: object, last: object) -> str:
    if first is None:
        return ""
    return str(first) if first == last else f"{first} – {last}"


def _amount(indicator: Indicator) -> str:
    sign = {"more than": "> ", "less than": "< ", "nearly": "≲ ", "about": "≈ "}.get(indicator.approximation or "", "")
    text = sign + _number(indicator.value)
    if indicator.value_to is not None:
        text += f" – {_number(indicator.value_to)}"
    if indicator.of is not None:
        text += f" / {_number(indicator.of)}"
    if indicator.unit:
        text += f" {indicator.unit}"
    if indicator.percent is not None and indicator.unit != "%":
        text += f" ({_number(indicator.percent)} %)"
    return text


def _titles(report: Report) -> dict[int, str]:
    """Give each span's tooltip, by where the span starts."""
    titles: dict[int, str] = {}
    for organisation in report.organisations:
        titles |= {mention.start: organisation.name for mention in organisation.mentions}
    for person in report.people:
        offices = _offices(person)
        title = f"{person.name} ({offices})" if offices else person.name
        titles |= {mention.start: title for mention in person.mentions}
    for record in report.dates:
        titles[record.start] = _interval(record.from_, record.to) or "không đọc được"
    for indicator in report.indicators:
        titles[indicator.start] = " · ".join(filter(None, (_amount(indicator), indicator.item, indicator.activity)))
    for project in report.projects:
        titles[project.start] = " · ".join(filter(None, (project.kind, project.level, project.lead, project.place)))
    for document in report.documents:
        titles[document.start] = " · ".join(filter(None, (document.number, _shown(document.date), document.issuer)))
    return titles


def _pieces(document: Document, report: Report) -> list[Piece]:
    marks = [(span.start, span.end, str(span.label)) for span in document.spans]
    taken = SpanIndex(document.spans)
    marks += [
        (record.start, record.end, "DOCUMENT")
        for record in report.documents
        if not taken.overlapping(record.start, record.end)
    ]
    titles, pieces, position = _titles(report), [], 0
    for start, end, label in sorted(marks):
        if start < position:
            continue
        pieces.append(Piece(document.text[position:start]))
        title = f"{_LABEL_NAMES[label]}: {titles.get(start, '')}".rstrip(": ")
        place = document.place_at(start)
        if place is not None:
            title += f" ({_place_name(place)})"
        pieces.append(Piece(document.text[start:end], label, f"t{start}", title))
        position = end
    pieces.append(Piece(document.text[position:]))
    return pieces


_KIND_NAMES = {
    PlaceKind.HEADER: "đầu trang", PlaceKind.FOOTER: "chân trang", PlaceKind.FOOTNOTE: "chú thích",
    PlaceKind.TEXT_BOX: "hộp văn bản",
}  # fmt: skip


def _place_name(place: Place) -> str:
    """Say in Vietnamese where a piece of the text stands in its file: `tr. 3, bảng 2, hàng 4`."""
    told = [_KIND_NAMES[place.kind]] if place.kind in _KIND_NAMES else []
    numbers = (
        ("tr.", place.page),
        ("bảng", place.table),
        ("hàng", place.row),
        ("đoạn", place.paragraph),
        ("dòng", place.line),
    )
    return ", ".join(told + [f"{name} {number}" for name, number in numbers if number is not None])


def _places(document: Document, tables: Sequence[Table]) -> dict[str, tuple[str, str]]:
    """Name the place of each row's first mention, by its anchor: as records do, and in Vietnamese."""
    places = {}
    for anchor in (row.anchors[0] for table in tables for row in table.rows if row.anchors):
        place = document.place_at(int(anchor.removeprefix("t")))
        if place is not None:
            places[anchor] = (str(place), _place_name(place))
    return places


def _anchors(starts: Sequence[int]) -> tuple[str, ...]:
    return tuple(f"t{start}" for start in starts)


def _tables(report: Report) -> list[Table]:
    whole = report.report.period
    usual = (whole.from_, whole.to) if whole else (None, None)
    return [
        Table(
            "Số liệu",
            "QUANTITY",
            ("Số", "Đối tượng", "Việc làm", "Đơn vị", "Kỳ khác", "Mục"),
            tuple(_indicator_row(indicator, usual) for indicator in report.indicators),
        ),
        Table(
            "Đề tài, dự án",
            "PROJECT",
            ("Tên", "Loại", "Cấp", "Chủ nhiệm", "Đơn vị", "Địa bàn", "Tình trạng", "Kinh phí"),
            tuple(_project_row(project) for project in report.projects),
        ),
        Table("Người", "PER", ("Tên", "Chức danh"), tuple(_person_row(person) for person in report.people)),
        Table(
            "Tổ chức",
            "ORG",
            ("Tên", "Loại", "Trực thuộc"),
            tuple(
                Row((one.name, _shown(one.kind), _shown(one.parent)), _anchors([place.start for place in one.mentions]))
                for one in report.organisations
            ),
        ),
        Table("Thời gian", "DATE", ("Cách ghi", "Từ – đến", "Độ mịn", "Suy ra"), tuple(map(_date_row, report.dates))),
        Table(
            "Văn bản",
            "DOCUMENT",
            ("Loại", "Số", "Ngày", "Nơi ban hành"),
            tuple(
                Row((one.kind, one.number, _shown(one.date), _shown(one.issuer)), _anchors([one.start]))
                for one in report.documents
            ),
        ),
    ]


def _indicator_row(one: Indicator, usual: tuple[object, object]) -> Row:
    period = one.period
    other = _interval(period.from_, period.to) if period and (period.from_, period.to) != usual else ""
    cells = (_amount(one), _shown(one.item), _shown(one.activity), _shown(one.organisation), other, _shown(one.section))
    return Row(cells, _anchors([one.start]))


def _project_row(one: Project) -> Row:
    status = " ".join(filter(None, (one.status, one.grade)))
    budget = one.budget.text if one.budget else ""
    known = (one.kind, one.level, one.lead, "; ".join(one.partners), one.place)
    return Row((one.title, *map(_shown, known), status, budget), _anchors([one.start]))


def _person_row(person: Person) -> Row:
    name = " ".join((*person.degrees, person.name))
    return Row((name, _offices(person)), _anchors([mention.start for mention in person.mentions]))


def _date_row(one: DateRecord) -> Row:
    precision = one.precision.value if one.precision is not None else ""
    return Row((one.text, _interval(one.from_, one.to), precision, ", ".join(one.assumed)), _anchors([one.start]))


def _offices(person: Person) -> str:
    return "; ".join(" – ".join(filter(None, (role.title, role.organisation))) for role in person.roles)


def render_report(document: Document, report: Report) -> str:
    """Write one report as a page of HTML that needs nothing but itself."""
    counts = Counter(str(span.label) for span in document.spans)
    counts["DOCUMENT"] = len(report.documents)
    legend = [(label, _LABEL_NAMES[label], counts[label]) for label in (*(label.value for label in LABELS), "DOCUMENT")]
    head = report.report
    event = head.event
    facts = [
        ("Kỳ báo cáo", f"{head.period.text}: {_interval(head.period.from_, head.period.to)}" if head.period else ""),
        ("Cuộc họp", ", ".join(filter(None, (event.kind, _shown(event.date), event.host))) if event else ""),
        ("Đơn vị báo cáo", _shown(head.issuer)),
        ("Số", _shown(head.number)),
        ("Tệp", _shown(head.source or head.id)),
        ("Mô hình", f"{head.model.name} {head.model.version}" if head.model else ""),
    ]
    tables = _tables(report)
    return _template().render(
        title=head.title or head.id,
        facts=[(name, value) for name, value in facts if value],
        legend=legend,
        pieces=_pieces(document, report),
        tables=tables,
        places=_places(document, tables),
        warnings=report.warnings,
    )
