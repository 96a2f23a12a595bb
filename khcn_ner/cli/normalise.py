"""khcn-ner normalise: calendar expressions and amounts in as JSON lines, what they say out, a line for a line."""

from __future__ import annotations

import json
import sys
from typing import Any

import typer

from khcn_ner.cli.console import EXIT_BAD_INPUT, errors
from khcn_ner.errors import InputError

_DATE_FIELDS = {"from", "to", "precision", "assumed"}
_QUANTITY_FIELDS = {"value", "value_to", "of", "unit", "dimension", "approximation"}


def normalise() -> None:
    """Read dates and quantities on standard input, print what they say.

    A line is {"kind": "date" or "quantity", "text": …, "year": …}; `year`, which may be left out, is the one that the
    context gives to a date that says none. A date gives {"from", "to", "precision", "assumed"}, a quantity {"value",
    "value_to", "of", "unit", "dimension", "approximation"}; what can't be told is null, with the reason on standard
    error. A line that can't be read is told there too and gives null, so that lines in and out go together.
    """
    n_bad = 0
    for number, line in enumerate(sys.stdin.buffer, start=1):
        if not line.strip():
            continue
        try:
            answer, warning = _answer(line, where=f"line {number}")
        except InputError as error:
            n_bad += 1
            errors.print(f"error: {error}")
            print("null", flush=True)
            continue
        if warning is not None:
            errors.print(f"line {number}: {warning}")
        print(json.dumps(answer, ensure_ascii=False), flush=True)
    if n_bad:
        raise typer.Exit(EXIT_BAD_INPUT)


def _answer(line: bytes, *, where: str) -> tuple[dict[str, Any], str | None]:
    from khcn_ner.records import normalise_date, normalise_quantity

    kind, text, year = _read(line, where=where)
    found = normalise_date(text, year=year) if kind == "date" else normalise_quantity(text)
    fields = _DATE_FIELDS if kind == "date" else _QUANTITY_FIELDS
    answer = {name: value for name, value in found.model_dump(mode="json", by_alias=True).items() if name in fields}
    return answer, found.warning


def _read(line: bytes, *, where: str) -> tuple[str, str, int | None]:
    """Read one line of input.

    Raises:
        InputError: it is no JSON object, or a value is missing or of the wrong type.
    """
    expected, remedy = '{"kind": "date" or "quantity", "text": …, "year": …}', "correct the line"
    try:
        asked = json.loads(line.decode("utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        reason = "bytes that are no UTF-8" if isinstance(error, UnicodeDecodeError) else "no JSON"
        raise InputError(where, found=reason, expected=expected, remedy=remedy) from error
    if not isinstance(asked, dict):
        raise InputError(
            where, found=f"JSON that is no object ({type(asked).__name__})", expected=expected, remedy=remedy
        )
    kind, text, year = asked.get("kind"), asked.get("text"), asked.get("year")
    if kind not in ("date", "quantity"):
        raise InputError(where, found=f"kind {kind!r}", expected="date or quantity", remedy=remedy)
    if not isinstance(text, str):
        raise InputError(where, found=f"text {text!r}", expected="a string", remedy=remedy)
    if year is not None and (isinstance(year, bool) or not isinstance(year, int) or not 1 <= year <= 9999):
        raise InputError(where, found=f"year {year!r}", expected="a year as a number, or null", remedy=remedy)
    return kind, text, year
