import json
from typing import Any

import pytest
from marking import marked

from khcn_ner.document import Document
from khcn_ner.records.gold import empty_form, find_gold_problems, form_text

_DOCUMENT = marked(
    "Ngày [DATE|06/10/2020], [ORG|Sở KH&CN] và [PER|Bế Đăng Khoa] kiểm định [QUANTITY|163/440 PTĐ] ([QUANTITY|37%])."
)


def _filled(document: Document) -> dict[str, Any]:
    form = empty_form(document)
    form["report"] = {"title": None}
    form["organisations"][0] |= {"name": ["Sở Khoa học và Công nghệ", "Sở KH&CN"], "kind": "sở", "parent": None}
    form["people"][0] |= {"name": "Bế Đăng Khoa", "roles": []}
    form["dates"][0] |= {"from": "2020-10-06", "to": "2020-10-06", "precision": "day"}
    form["indicators"] = [{**form["indicators"][0], "value": 163}]
    form["indicators"][0] = {key: form["indicators"][0][key] for key in ("start", "end", "text", "value")}
    form["projects"] = form["documents"] = []
    return form


def _problems(form: dict[str, Any]) -> list[str]:
    return find_gold_problems(json.dumps(form), _DOCUMENT)


def test_an_empty_form_is_all_open() -> None:
    problems = find_gold_problems(form_text(empty_form(_DOCUMENT)), _DOCUMENT)
    assert len(problems) > 20
    assert all("found '?'" in problem for problem in problems)


def test_a_form_that_is_filled_in_is_sound() -> None:
    assert _problems(_filled(_DOCUMENT)) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda form: form["dates"][0].update({"from": "2020-13-01"}), "dates.0.from"),
        (lambda form: form["dates"][0].update(precision="week"), "dates.0.precision"),
        (lambda form: form["dates"][0].update({"from": "2020-10-07"}), "expected from <= to"),
        (lambda form: form["dates"][0].update({"to": None}), "expected both or neither"),
        (lambda form: form["dates"][0].update(start=6), "expected '6/10/2020'"),
        (lambda form: form["indicators"][0].update(value="163"), "indicators.0.value"),
        (lambda form: form["indicators"][0].update(colour="red"), "indicators.0.colour: Extra inputs"),
        (lambda form: form["indicators"][0].update(part_of=3), "expected the start of another indicator"),
        (lambda form: form["indicators"].append(form["indicators"][0]), "expected each place once"),
        (lambda form: form.update(indicators=[]), "found no entry for '163/440 PTĐ'"),
        (lambda form: form.update(text_sha256="00"), "text_sha256"),
        (lambda form: form["organisations"][0]["mentions"][0].update(end=999), "expected 0 <= start < end"),
    ],
)
def test_what_is_wrong_is_told(change: Any, told: str) -> None:
    form = _filled(_DOCUMENT)
    change(form)
    problems = _problems(form)
    assert problems
    assert any(told in problem for problem in problems)


@pytest.mark.parametrize("text", ["{", "[]", "3", ""])
def test_a_file_that_is_no_object_is_one_problem(text: str) -> None:
    assert len(find_gold_problems(text, _DOCUMENT)) == 1
