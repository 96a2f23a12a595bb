"""Tables: the finished shards in, a workbook, a folder of Parquet files or a database out.

The shards stay what they are; a table is made of all of them, a few reports in memory at once, under a temporary name.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path

from khcn_ner.records import Report, check_output, write_records_in_parts
from khcn_ner.scale.output import shards, told_as_input_error


class TableFormat(StrEnum):
    """What a batch writes beside its shards, as OUT/records.FORMAT."""

    PARQUET = "parquet"
    XLSX = "xlsx"
    SQLITE = "sqlite"

    def path_in(self, folder: Path) -> Path:
        """Give where it stands."""
        return folder / f"records.{self.value}"


def check_tables(wanted: Sequence[TableFormat], folder: Path) -> None:
    """Refuse a format whose library isn't installed, before any work is done.

    Raises:
        InputError: a library is missing.
    """
    for one in wanted:
        check_output(one.path_in(folder))


def write_tables(folder: Path, wanted: TableFormat) -> Path:
    """Write all records of an output folder as a table.

    Raises:
        InputError: the place can't be written, or there are more rows than the format can hold.
    """
    path = wanted.path_in(folder)
    with told_as_input_error(folder):
        write_records_in_parts(path, read_records(folder))
    return path


def read_records(folder: Path) -> Iterator[Report]:
    """Read the records of an output folder, in the order of its shards."""
    for shard in shards(folder):
        with shard.open(encoding="utf-8") as stream:
            for line in stream:
                record = json.loads(line)
                del record["run"]
                yield Report.model_validate(record)
