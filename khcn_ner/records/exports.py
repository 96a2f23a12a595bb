"""Where records go: JSON lines, a workbook, CSV, Parquet, a database; by the name of the output.

`.csv` and `.parquet` name a folder with a file a list, `.zip` an archive of CSV files. A file appears whole or
not at all; in a database a report's rows take the place of its earlier ones, in one transaction.
"""

from __future__ import annotations

import csv
import io
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from khcn_ner.errors import InputError
from khcn_ner.files import replaced_folder, write_bytes, write_text
from khcn_ner.records.model import Report, report_json
from khcn_ner.records.tables import Column, Table, tables
from khcn_ner.records.workbook import workbook_bytes, write_workbook


def write_records(path: Path, reports: Sequence[Report], *, pages: Mapping[str, str] | None = None) -> None:
    """Write reports in the format that the output's suffix names.

    Args:
        path: .jsonl, .xlsx, .csv, .zip, .parquet, .sqlite or .db.
        reports: the records.
        pages: for a workbook, each report's page by its id, relative to the workbook.

    Raises:
        InputError: the suffix is another, a library is missing, or the place can't be written.
    """
    check_output(path)
    suffix = path.suffix.lower()
    if suffix == ".xlsx":
        write_bytes(path, workbook_bytes(tables(reports), pages=pages or {}))
    elif suffix == ".zip":
        write_bytes(path, _zip_bytes(tables(reports)))
    elif suffix in (".csv", ".parquet"):
        content = _csv_bytes if suffix == ".csv" else _parquet_bytes
        _write_folder(path, tables(reports), suffix, content)
    elif suffix in (".sqlite", ".db"):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_database(f"sqlite:///{path}", reports)
    else:
        write_text(path, "".join(f"{report_json(report)}\n" for report in reports))


# In one part of `write_records_in_parts`: some megabytes of rows.
_PART_REPORTS = 256


def write_records_in_parts(path: Path, reports: Iterable[Report]) -> None:
    """Write any number of reports into .xlsx, .parquet, .sqlite or .db, no more than a few in memory at once.

    A workbook made so has no links to pages; a database is made anew.

    Raises:
        InputError: as `write_records`.
    """
    check_output(path)
    suffix = path.suffix.lower()
    parts = _parts(reports)
    if suffix == ".parquet":
        _check_replaceable(path, suffix)
        with replaced_folder(path) as folder:
            _write_parquet_parts(folder, parts)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{path.name}.", dir=path.parent) as kept:
        new = Path(kept) / path.name
        if suffix == ".xlsx":
            write_workbook(new, map(tables, parts), pages={}, temporary=Path(kept))
        elif suffix in (".sqlite", ".db"):
            for part in parts:
                write_database(f"sqlite:///{new}", part)
        else:
            raise InputError(
                str(path), found=f"suffix {suffix}", expected=".xlsx, .parquet, .sqlite or .db", remedy="rename it"
            )
        new.replace(path)


def _parts(reports: Iterable[Report]) -> Iterator[tuple[Report, ...]]:
    """Cut into parts; there is always one, so that tables without rows are made too."""
    waiting = iter(reports)
    part = tuple(islice(waiting, _PART_REPORTS))
    yield part
    while len(part) == _PART_REPORTS:
        part = tuple(islice(waiting, _PART_REPORTS))
        if part:
            yield part


def _write_parquet_parts(folder: Path, parts: Iterable[Sequence[Report]]) -> None:
    from pyarrow import parquet

    with ExitStack() as held:
        writers: dict[str, Any] = {}
        for part in parts:
            for table in tables(part):
                rows = _arrow_table(table)
                if table.name not in writers:
                    writer = parquet.ParquetWriter(folder / f"{table.name}.parquet", rows.schema)
                    writers[table.name] = held.enter_context(writer)
                writers[table.name].write_table(rows)


SUFFIXES = (".jsonl", ".xlsx", ".csv", ".zip", ".parquet", ".sqlite", ".db")


def check_output(path: Path) -> None:
    """Refuse an output that can't be written, before any work is done.

    Raises:
        InputError: the suffix names no format, or its library isn't installed.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise InputError(
            str(path), found=f"suffix {suffix or 'none'}", expected=f"one of {', '.join(SUFFIXES)}", remedy="rename it"
        )
    if suffix == ".parquet":
        _need("pyarrow", str(path))
    if suffix in (".sqlite", ".db"):
        _need("sqlalchemy", str(path))


def _need(module: str, where: str) -> None:
    from importlib.util import find_spec

    if find_spec(module) is None:
        raise InputError(
            where,
            found=f"no {module} installed",
            expected="it",
            remedy="pip install 'khcn-ner[tables]', or choose .xlsx",
        )


def _check_replaceable(path: Path, suffix: str) -> None:
    if path.exists() and (not path.is_dir() or any(child.suffix != suffix for child in path.iterdir())):
        raise InputError(
            str(path),
            found="something else",
            expected=f"no such folder, or one of {suffix} files",
            remedy="name another",
        )


def _write_folder(path: Path, found: Sequence[Table], suffix: str, content: Callable[[Table], bytes]) -> None:
    _check_replaceable(path, suffix)
    with replaced_folder(path) as folder:
        for table in found:
            (folder / f"{table.name}{suffix}").write_bytes(content(table))


def _csv_bytes(table: Table) -> bytes:
    """Write a table as CSV in UTF-8 with a byte order mark, without which Excel misreads Vietnamese."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow([column.name for column in table.columns])
    writer.writerows([["" if value is None else value for value in row] for row in table.rows])
    return stream.getvalue().encode("utf-8-sig")


def _zip_bytes(found: Sequence[Table]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for table in found:
            archive.writestr(zipfile.ZipInfo(f"{table.name}.csv", (1980, 1, 1, 0, 0, 0)), _csv_bytes(table))
    return stream.getvalue()


def _parquet_bytes(table: Table) -> bytes:
    from pyarrow import parquet

    sink = io.BytesIO()
    parquet.write_table(_arrow_table(table), sink)
    return sink.getvalue()


def _arrow_table(table: Table) -> Any:
    import pyarrow as arrow

    types = {"text": arrow.string(), "integer": arrow.int64(), "number": arrow.float64(), "date": arrow.date32()}
    fields = [arrow.field(column.name, types[column.kind]) for column in table.columns]
    values = [
        arrow.array([_as_kind(row[index], column) for row in table.rows], type=types[column.kind])
        for index, column in enumerate(table.columns)
    ]
    return arrow.Table.from_arrays(values, schema=arrow.schema(fields))


def _as_kind(value: object, column: Column) -> str | int | float | date | None:
    if value is None or isinstance(value, date):
        return value
    if column.kind == "number" and isinstance(value, int | float):
        return float(value)
    return value if isinstance(value, int | str) else str(value)


def write_database(url: str, reports: Sequence[Report]) -> None:
    """Write reports into a database, a table a list; a report that is there already is replaced.

    Args:
        url: an SQLAlchemy URL: sqlite:///records.db, postgresql+psycopg://….
        reports: the records; of two with one id the later stays.

    Raises:
        InputError: SQLAlchemy or the database's driver isn't installed, or the database refuses.
    """
    _need("sqlalchemy", "the database")
    import sqlalchemy as sql
    from sqlalchemy.exc import SQLAlchemyError

    latest = tuple({report.report.id: report for report in reports}.values())
    types: dict[str, Any] = {
        "text": sql.Text(), "integer": sql.BigInteger(), "number": sql.Float(53), "date": sql.Date(),
    }  # fmt: skip
    metadata = sql.MetaData()
    try:
        engine = sql.create_engine(url)
        found = tables(latest)
        stored = {
            table.name: sql.Table(
                table.name,
                metadata,
                *(
                    sql.Column(
                        column.name,
                        sql.String(255) if column.name == "report_id" else types[column.kind],
                        primary_key=column.name in ("report_id", "number"),
                        autoincrement=False,
                    )
                    for column in table.columns
                ),
            )
            for table in found
        }
        with engine.begin() as connection:
            metadata.create_all(connection)
            for table in found:
                target = stored[table.name]
                for report in latest:
                    connection.execute(target.delete().where(target.c.report_id == report.report.id))
                names = [column.name for column in table.columns]
                rows = [
                    {
                        name: _as_kind(value, column)
                        for name, value, column in zip(names, row, table.columns, strict=True)
                    }
                    for row in table.rows
                ]
                if rows:
                    connection.execute(target.insert(), rows)
        engine.dispose()
    except (SQLAlchemyError, ImportError) as error:
        shown = url.rsplit("@", maxsplit=1)[-1]  # no password on the screen
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise InputError(
            f"database {shown}", found=reason, expected="a database that takes the records", remedy="check the URL"
        ) from error
