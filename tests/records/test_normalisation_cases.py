"""Dates and quantities as reports write them (cases/*.tsv): each row's expected values were set down by hand."""

import csv
from pathlib import Path

import pytest

from khcn_ner.records import normalise_date, normalise_quantity

_CASES = Path(__file__).parent / "cases"


def _rows(name: str) -> list[dict[str, str]]:
    with (_CASES / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))


def _said(value: object) -> str:
    return "" if value is None else str(value)


@pytest.mark.parametrize("row", _rows("dates.tsv"), ids=lambda row: f"{row['text']}|{row['year']}")
def test_a_date_is_read_as_a_person_reads_it(row: dict[str, str]) -> None:
    found = normalise_date(row["text"], year=int(row["year"]) if row["year"] else None)

    said = {"from": _said(found.from_), "to": _said(found.to), "precision": _said(found.precision)}
    assert {**said, "assumed": ",".join(found.assumed)} == {name: row[name] for name in (*said, "assumed")}


@pytest.mark.parametrize("row", _rows("quantities.tsv"), ids=lambda row: row["text"])
def test_a_quantity_is_read_as_a_person_reads_it(row: dict[str, str]) -> None:
    found = normalise_quantity(row["text"])

    names = ("value", "value_to", "of", "unit", "dimension", "approximation")
    assert {name: _said(getattr(found, name)) for name in names} == {name: row[name] for name in names}
