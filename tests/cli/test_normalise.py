import json

import pytest
from typer.testing import CliRunner

from khcn_ner.cli import app


def _run(lines: list[str]) -> tuple[list[object], str, int]:
    result = CliRunner().invoke(app, ["normalise"], input="\n".join(lines))
    return [json.loads(line) for line in result.stdout.splitlines()], result.stderr, result.exit_code


def test_dates_and_quantities_come_out_as_their_fields() -> None:
    answers, _, code = _run(
        ['{"kind": "date", "text": "ngày 06/10", "year": 2023}', '{"kind": "quantity", "text": "gần 163/440 PTĐ"}']
    )
    assert answers == [
        {"from": "2023-10-06", "to": "2023-10-06", "precision": "day", "assumed": ["year"]},
        {"value": 163, "value_to": None, "of": 440, "unit": "PTĐ", "dimension": "count", "approximation": "nearly"},
    ]
    assert code == 0


def test_what_cannot_be_told_is_null_with_the_reason_beside_it() -> None:
    answers, told, code = _run(['{"kind": "date", "text": "31/6/2022"}'])
    assert answers == [{"from": None, "to": None, "precision": None, "assumed": []}]
    assert "line 1: '31/6/2022': there is no day 31" in told
    assert code == 0


@pytest.mark.parametrize(
    "line",
    [
        "x",
        "[1]",
        '{"kind": "time", "text": "3"}',
        '{"kind": "date"}',
        '{"kind": "date", "text": "3", "year": "2020"}',
        "[" * 9999,
    ],
)
def test_a_bad_line_is_told_and_the_others_go_on(line: str) -> None:
    answers, told, code = _run([line, '{"kind": "quantity", "text": "5 kg"}'])
    assert answers[0] is None
    assert answers[1]["unit"] == "kg"
    assert told.count("error: line 1: found") == 1
    assert code == 2
