"""The workbook: tables in, the bytes of an .xlsx file out, a sheet a table.

Numbers are numbers and dates are dates; headings are frozen and filtered, and every row is linked to its place in its
report's page, where there is one. Texts are never read as formulas.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO
from urllib.parse import quote

from khcn_ner.errors import InputError
from khcn_ner.records.tables import Cell, Table

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

# Source: https://support.microsoft.com/office/excel-specifications-and-limits
_MAX_ROWS, _MAX_TEXT, _MAX_LINKS = 1_048_576, 32_767, 65_000
_WIDTHS = {"text": 44, "integer": 12, "number": 20, "date": 12}
_LINK_HEADING = "Xem"


def workbook_bytes(tables: Sequence[Table], *, pages: Mapping[str, str]) -> bytes:
    """Write a workbook.

    Args:
        tables: what `khcn_ner.records.tables.tables` gives.
        pages: the page of each report, by its id, as a path from the workbook's folder; may be empty.

    Raises:
        InputError: a list has more rows than a sheet can hold.
    """
    stream = io.BytesIO()
    write_workbook(stream, [tables], pages=pages)
    return stream.getvalue()


def write_workbook(
    target: BinaryIO | Path,
    parts: Iterable[Sequence[Table]],
    *,
    pages: Mapping[str, str],
    temporary: Path | None = None,
) -> None:
    """Write a workbook of tables that come in parts, each with the same tables and further rows.

    Args:
        target: where to.
        parts: the tables of some of the reports, then of the next.
        pages: as for `workbook_bytes`.
        temporary: a folder for rows that are done with, so that they need no memory.

    Raises:
        InputError: a list has more rows than a sheet can hold.
    """
    from xlsxwriter import Workbook

    kept = {"in_memory": True} if temporary is None else {"constant_memory": True, "tmpdir": str(temporary)}
    with Workbook(target, {"strings_to_formulas": False, "strings_to_urls": False, **kept}) as book:
        book.set_properties({"title": "khcn_ner"})
        formats = {
            "heading": book.add_format({"bold": True, "bg_color": "#E3E8EF", "text_wrap": True, "valign": "vcenter"}),
            "text": book.add_format({"valign": "top", "indent": 1}),
            "integer": book.add_format({"num_format": "0", "valign": "top"}),
            "number": book.add_format({"num_format": "#,##0.###", "valign": "top"}),
            "whole": book.add_format({"num_format": "#,##0", "valign": "top"}),
            "date": book.add_format({"num_format": "dd/mm/yyyy", "valign": "top"}),
            "link": book.add_format({"font_color": "#0B57D0", "underline": 1, "valign": "top"}),
        }
        sheets: dict[str, _Sheet] = {}
        for tables in parts:
            for table in tables:
                if table.name not in sheets:
                    sheets[table.name] = _Sheet(book.add_worksheet(table.title), table, formats, pages)
                sheets[table.name].add(table)
        for sheet in sheets.values():
            sheet.finish()


class _Sheet:
    """A sheet that a table is written on, some rows at a time and each row once."""

    def __init__(self, sheet: Worksheet, table: Table, formats: Mapping[str, Format], pages: Mapping[str, str]) -> None:
        self._sheet = sheet
        self._columns = table.columns
        self._formats = formats
        self._pages = pages
        self._n_rows = 0
        self._widths = [len(column.heading) for column in table.columns]
        headings = [*(column.heading for column in table.columns), _LINK_HEADING]
        for index, heading in enumerate(headings):
            sheet.write_string(0, index, heading, formats["heading"])

    def add(self, table: Table) -> None:
        """Write further rows.

        Raises:
            InputError: they are more than a sheet can hold.
        """
        if self._n_rows + len(table.rows) >= _MAX_ROWS:
            raise InputError(
                f"sheet {table.title}",
                found=f"{self._n_rows + len(table.rows):,} rows and perhaps more",
                expected=f"fewer than {_MAX_ROWS:,}, which is what a sheet can hold",
                remedy="write fewer reports into one workbook, or write .csv or .parquet",
            )
        for number, row in enumerate(table.rows, start=self._n_rows + 1):
            for index, value in enumerate(row):
                _write_cell(self._sheet, number, index, value, kind=self._columns[index].kind, formats=self._formats)
                if value is not None:
                    self._widths[index] = max(self._widths[index], len(str(value)))
            page = self._pages.get(str(row[0]))
            if page is not None and number <= _MAX_LINKS:
                link = _link(table, row, page)
                self._sheet.write_url(number, len(row), link, self._formats["link"], _LINK_HEADING.lower())
        self._n_rows += len(table.rows)

    def finish(self) -> None:
        """Set widths, filters and how the sheet is printed."""
        sheet, n_columns = self._sheet, len(self._columns)
        for index, (column, shown) in enumerate(zip(self._columns, self._widths, strict=True)):
            sheet.set_column(index, index, min(max(8, shown) + 2, _WIDTHS[column.kind]))
        sheet.set_column(n_columns, n_columns, 6)
        sheet.freeze_panes(1, 2 if n_columns > 2 else 0)
        sheet.autofilter(0, 0, max(1, self._n_rows), n_columns)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)


def _link(table: Table, row: tuple[Cell, ...], page: str) -> str:
    starts = [row[index] for index, column in enumerate(table.columns) if column.name == "start"]
    anchor = f"#t{starts[0]}" if starts else ""
    return f"external:{quote(page)}{anchor}"


def _write_cell(sheet: Worksheet, row: int, column: int, value: Cell, *, kind: str, formats: Mapping[str, Any]) -> None:
    if value is None:
        return
    if isinstance(value, date):
        # Excel has no day before 1900; such a date stays text.
        if value.year >= 1900:
            sheet.write_datetime(row, column, value, formats["date"])
        else:
            sheet.write_string(row, column, value.isoformat(), formats["text"])
    elif isinstance(value, int | float):
        whole = kind == "number" and float(value).is_integer()
        sheet.write_number(row, column, value, formats["whole" if whole else kind])
    else:
        sheet.write_string(row, column, str(value)[:_MAX_TEXT], formats["text"])
