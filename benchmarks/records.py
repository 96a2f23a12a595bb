"""Score the records of reports against gold ones (docs/gold-records.md), field by field.

    python benchmarks/records.py GOLD_RECORDS --texts data/annotations/dev             # from gold spans
    python benchmarks/records.py GOLD_RECORDS --texts data/annotations/dev --predict   # from the model's spans
    … --field indicators.item                                                          # what is wrong in one field

A field that the gold record leaves out isn't scored; null against null counts nothing. Names are compared without case,
signs and "tỉnh"; `item` and `activity`, which two readers cut differently, are right where they share most of their
words (F1 of the words >= 0.6) and, in the column "exact", where they are the same.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import regex

from khcn_ner.corpus.brat import read_document
from khcn_ner.records import assemble
from khcn_ner.records.places import fold
from khcn_ner.tagging.tagger import Tagger

_HEAD = (
    "title",
    "number",
    "period.from",
    "period.to",
    "event.date",
    "event.kind",
    "event.host",
    "event.chair",
    "issuer",
)
_LISTS = {
    "organisations": ("name", "kind", "parent"),
    "people": ("name", "roles"),
    "dates": ("from", "to", "precision"),
    "indicators": (
        "value", "value_to", "of", "percent", "unit", "dimension", "approximation", "item", "activity", "organisation",
        "period.from", "period.to", "part_of",
    ),
    "projects": (
        "kind", "level", "lead", "partners", "place", "years.from", "years.to", "status", "grade", "budget.value",
    ),
    "documents": ("kind", "number", "date", "issuer"),
}  # fmt: skip
_LOOSE = {"item", "activity", "title"}
_ABSENT = object()


def _words(text: str) -> list[str]:
    text = regex.sub(r"[^\p{L}\d%/]+", " ", fold(text).replace("uỷ", "ủy")).replace("/", " ")
    return [word for word in text.split() if word not in ("tỉnh", "và")]


def _equal(one: object, other: object, *, loose: bool) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        a, b = _words(one), _words(other)
        if a == b or not loose:
            return a == b
        shared = sum((Counter(a) & Counter(b)).values())
        return bool(a and b) and 2 * shared / (len(a) + len(b)) >= 0.6
    if isinstance(one, int | float) and isinstance(other, int | float):
        return abs(one - other) < 1e-6 * max(1.0, abs(one))
    return one == other


def _at(entry: Any, path: str) -> Any:
    for name in path.split("."):
        if entry is None or entry is _ABSENT:
            return entry
        if name not in entry:
            return _ABSENT
        entry = entry[name]
    return entry


class Scores:
    """True positives, false positives and false negatives a field, strict and loose."""

    def __init__(self, shown: str | None) -> None:
        self.counts: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
        self.shown = shown

    def add(self, field: str, gold: Any, found: Any, where: str) -> None:
        if gold is _ABSENT:
            return
        last = field.rsplit(".", 1)[-1]
        found = None if found is _ABSENT else found
        if last == "roles":
            self._add_set(field, [_role(one) for one in gold or []], [_role(one) for one in found or []], where)
        elif last == "partners":
            self._add_set(field, gold or [], found or [], where)
        else:
            options = gold if isinstance(gold, list) else [gold]
            strict = any(_equal(one, found, loose=False) for one in options)
            right = strict or (last in _LOOSE and any(_equal(one, found, loose=True) for one in options))
            nothing = options == [None]
            if nothing and found is None:
                return
            self._count(field, (strict, right, found is not None, not nothing), where, gold, found)

    def _add_set(self, field: str, gold: list[Any], found: list[Any], where: str) -> None:
        rest = list(found)
        for one in gold:
            hit = next((other for other in rest if _same(one, other)), None)
            if hit is not None:
                rest.remove(hit)
            self._count(field, (hit is not None, hit is not None, hit is not None, True), where, one, rest)
        for other in rest:
            self._count(field, (False, False, True, False), where, gold, other)

    def _count(self, field: str, hit: tuple[bool, bool, bool, bool], where: str, *pair: Any) -> None:
        strict, right, given, wanted = hit
        counts = self.counts[field]
        counts[0] += right
        counts[1] += given and not right
        counts[2] += wanted and not right
        counts[3] += strict
        if field == self.shown and not right:
            print(f"{where}: gold {pair[0]!r} found {pair[1]!r}")


def _role(role: dict[str, Any]) -> tuple[Any, Any]:
    return role.get("title", _ABSENT), role.get("organisation", _ABSENT)


def _same(gold: Any, found: Any) -> bool:
    if isinstance(gold, tuple):
        return all(one is _ABSENT or _same(one, other) for one, other in zip(gold, found, strict=True))
    return any(_equal(one, found, loose=False) for one in (gold if isinstance(gold, list) else [gold]))


def _starts(entry: dict[str, Any]) -> set[int]:
    """Give the characters that an entry stands on, so that a span cut otherwise is still the same place."""
    places = entry.get("mentions") or [entry]
    return {at for place in places for at in range(place["start"], place["end"])}


def _paired(gold: list[Any], found: list[Any]) -> Iterator[tuple[Any, Any]]:
    places = [_starts(entry) for entry in gold], [_starts(entry) for entry in found]
    shared = sorted(
        ((-len(a & b), i, j) for i, a in enumerate(places[0]) for j, b in enumerate(places[1]) if a & b),
    )
    left, right = set(range(len(gold))), set(range(len(found)))
    for _, i, j in shared:
        if i in left and j in right:
            left.remove(i)
            right.remove(j)
            yield gold[i], found[j]
    yield from ((gold[i], None) for i in sorted(left))
    yield from ((None, found[j]) for j in sorted(right))


def score(scores: Scores, gold: dict[str, Any], found: dict[str, Any], name: str) -> None:
    for path in _HEAD:
        scores.add(f"report.{path}", _at(gold.get("report", {}), path), _at(found["report"], path), name)
    starts = [one["start"] for one in found["indicators"]]
    for one in found["indicators"]:
        one["part_of"] = None if one["part_of"] is None else starts[one["part_of"]]
    for list_name, fields in _LISTS.items():
        if gold.get(list_name) is None:
            continue
        for wanted, given in _paired(gold[list_name], found[list_name]):
            place = (wanted or given).get("start", (wanted or given).get("name"))
            for path in fields:
                value = _at(wanted, path) if wanted is not None else ([] if path in ("roles", "partners") else None)
                text = (given or wanted).get("text", (given or wanted).get("name"))
                scores.add(f"{list_name}.{path}", value, _at(given or {}, path), f"{name}@{place} {text!r}")


def _f1(counts: list[int], right: int) -> str:
    total = 2 * counts[0] + counts[1] + counts[2]
    return f"{2 * right / total:.3f}" if total else "–"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("records", type=Path)
    parser.add_argument("--texts", type=Path, required=True)
    parser.add_argument("--predict", action="store_true")
    parser.add_argument("--model", type=Path)
    parser.add_argument("--field")
    arguments = parser.parse_args()
    tagger = Tagger.load(arguments.model) if arguments.predict else None
    scores = Scores(arguments.field)
    for path in sorted(arguments.records.glob("*.record.json")):
        name = path.name.removesuffix(".record.json")
        document = read_document(arguments.texts / f"{name}.txt")
        if tagger is not None:
            document = tagger.tag(document.with_spans(())).document
        found = assemble(document).model_dump(mode="json", by_alias=True)
        score(scores, json.loads(path.read_text(encoding="utf-8")), found, name)
    total = [0, 0, 0, 0]
    for field, counts in scores.counts.items():
        total = [a + b for a, b in zip(total, counts, strict=True)]
        wanted, given = counts[0] + counts[2], counts[0] + counts[1]
        print(
            f"{field:28} gold {wanted:5} found {given:5}  F1 {_f1(counts, counts[0])}  exact {_f1(counts, counts[3])}"
        )
    print(
        f"{'all fields':28} gold {total[0] + total[2]:5} found {total[0] + total[1]:5}  "
        f"F1 {_f1(total, total[0])}  exact {_f1(total, total[3])}"
    )
    per_field = [2 * c[0] / (2 * c[0] + c[1] + c[2]) for c in scores.counts.values() if sum(c[:3])]
    print(f"mean over {len(per_field)} fields: {sum(per_field) / len(per_field):.3f}")


if __name__ == "__main__":
    main()
