"""Score a report's record against a gold one: two records as plain JSON values in, counts a field out.

A field is a slot that holds a set of values: none where it is null, several where it is a list. Items of a list
(people, indicators, …) are paired by their places in the text, best overlap first; a field then counts the values
both sides share, those only the prediction has and those only gold has. An item without a partner has all its values
counted as missing or wrong. `item` counts the pairs themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from khcn_ner.errors import InputError
from khcn_ner.evaluation.counts import Counts

# The fields compared, by their path in an item. Places, mentions and scores are the spans' business.
# Source: docs/records.md.
REPORT_FIELDS = ("title", "period.from", "period.to", "event.date", "event.kind", "event.host", "issuer")
LIST_FIELDS: Mapping[str, tuple[str, ...]] = {
    "organisations": ("name", "kind", "parent"),
    "people": ("name", "roles.title", "roles.organisation"),
    "dates": ("from", "to", "precision"),
    "indicators": (
        "value", "value_to", "of", "percent", "unit", "dimension", "approximation", "item", "activity", "section",
        "organisation", "period.from", "period.to",
    ),
    "projects": (
        "title", "kind", "level", "lead", "partners", "place", "years.from", "years.to", "status", "budget.value",
    ),
    "documents": ("kind", "number", "date", "issuer"),
}  # fmt: skip

Record = Mapping[str, Any]
Places = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class RecordScores:
    """Counts a field (`people.name`, `report.title`, …) summed over the reports that have a gold record."""

    n_documents: int
    fields: Mapping[str, Counts]

    @property
    def micro(self) -> Counts:
        """Counts over all fields, the pairs of items (`….item`) aside."""
        return sum((one for name, one in self.fields.items() if not name.endswith(".item")), Counts())


def score_records(pairs: Sequence[tuple[Record, Record]]) -> RecordScores:
    """Score pairs of a gold and a predicted record.

    Raises:
        InputError: a record lacks the shape of one, or the two are of different texts.

    Example:
        >>> gold = {"report": {"title": "Báo cáo"}, "people": [{"name": "Lê Mơ", "start": 3, "end": 8}]}
        >>> other = {"report": {"title": None}, "people": [{"name": "Lê Mơ", "start": 3, "end": 8}]}
        >>> scores = score_records([(gold, other)])
        >>> scores.fields["people.name"].f1, scores.fields["report.title"].recall
        (1.0, 0.0)
    """
    fields = {f"report.{name}": Counts() for name in REPORT_FIELDS}
    for name, parts in LIST_FIELDS.items():
        fields |= {f"{name}.{part}": Counts() for part in ("item", *parts)}
    for gold, predicted in pairs:
        _check_pair(gold, predicted)
        for name, counts in _count(gold, predicted):
            fields[name] += counts
    return RecordScores(len(pairs), fields)


def _check_pair(gold: Record, predicted: Record) -> None:
    name = "record"
    for side, record in (("gold", gold), ("predicted", predicted)):
        report = record.get("report") if isinstance(record, Mapping) else None
        name = str(report.get("id", "record")) if isinstance(report, Mapping) else "record"
        lists_fit = isinstance(record, Mapping) and all(isinstance(record.get(key, []), list) for key in LIST_FIELDS)
        if not isinstance(report, Mapping) or not lists_fit:
            raise InputError(
                f"{side} record of {name}",
                found="another shape",
                expected="an object with report and the lists of a record",
                remedy="start from what `khcn-ner extract` writes",
            )
    sums = (gold["report"].get("text_sha256"), predicted["report"].get("text_sha256"))
    if sums[0] is not None and sums[1] is not None and sums[0] != sums[1]:
        raise InputError(
            f"gold record of {name}",
            found=f"text_sha256 {str(sums[0])[:12]}…",
            expected=f"that of the text, {str(sums[1])[:12]}…",
            remedy="annotate the record of this text",
        )


def _count(gold: Record, predicted: Record) -> Iterator[tuple[str, Counts]]:
    for path in REPORT_FIELDS:
        yield f"report.{path}", _compare(gold["report"], predicted["report"], path)
    for name, paths in LIST_FIELDS.items():
        for one, other in _pair_items(gold.get(name, []), predicted.get(name, [])):
            item = Counts(int(bool(one and other)), int(one is None), int(other is None))
            yield f"{name}.item", item
            for path in paths:
                yield f"{name}.{path}", _compare(one or {}, other or {}, path)


def _compare(gold: Record, predicted: Record, path: str) -> Counts:
    wanted, given = frozenset(_values(gold, path)), frozenset(_values(predicted, path))
    return Counts(len(wanted & given), len(given - wanted), len(wanted - given))


def _values(value: Any, path: str) -> Iterator[object]:
    """Give the values at the end of a path, in a comparable form; lists on the way are gone through."""
    if isinstance(value, list):
        for part in value:
            yield from _values(part, path)
    elif value is None or (path and not isinstance(value, Mapping)):
        return
    elif path:
        name, _, rest = path.partition(".")
        yield from _values(value.get(name), rest)
    elif isinstance(value, str):
        yield " ".join(value.casefold().split())
    else:
        yield float(value) if isinstance(value, int | float) else repr(value)


def _places(item: Record) -> Places:
    mentions = item.get("mentions") or [item]
    return [(one["start"], one["end"]) for one in mentions if one.get("start") is not None]


def _pair_items(gold: Sequence[Record], predicted: Sequence[Record]) -> list[tuple[Record | None, Record | None]]:
    """Pair items that share characters of the text, those that share most first; give every item once."""
    places = [_places(item) for item in gold], [_places(item) for item in predicted]
    shared = [
        (-_n_shared(one, other), i, j)
        for i, one in enumerate(places[0])
        for j, other in enumerate(places[1])
        if _n_shared(one, other)
    ]
    partner: dict[int, int] = {}
    for _, i, j in sorted(shared):
        if i not in partner and j not in partner.values():
            partner[i] = j
    pairs: list[tuple[Record | None, Record | None]] = [
        (item, predicted[partner[i]] if i in partner else None) for i, item in enumerate(gold)
    ]
    taken = set(partner.values())
    return pairs + [(None, item) for j, item in enumerate(predicted) if j not in taken]


def _n_shared(one: Places, other: Places) -> int:
    return sum(max(0, min(a[1], b[1]) - max(a[0], b[0])) for a in one for b in other)
