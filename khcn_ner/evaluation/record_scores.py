"""Score records against gold ones (docs/gold-records.md), field by field: two plain JSON values in, counts a field out.

A gold record is partial: a field that it leaves out isn't scored, null says that the text doesn't tell, a list where a
record has one text offers alternatives. Entries of a list (people, indicators, …) are paired by their places in the
text, those that share most characters first; entries without a place by their name. An entry without a partner has all
its values counted as missing or invented. Names are compared without case, signs and "tỉnh"; `item`, `activity` and
`title`, which two readers cut differently, are right where they share most of their words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import regex

from khcn_ner.errors import InputError
from khcn_ner.evaluation.counts import Counts
from khcn_ner.syllables import fold

# The fields compared, by their path in an entry. Places, mentions and scores are the spans' business.
# Source: docs/gold-records.md.
REPORT_FIELDS = (
    "title", "number", "period.from", "period.to", "event.date", "event.kind", "event.host", "event.chair", "issuer",
)  # fmt: skip
LIST_FIELDS: Mapping[str, tuple[str, ...]] = {
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
_SETS = ("roles", "partners")  # fields that hold several values, each counted
_LOOSE = ("item", "activity", "title")
_LEAST_SHARED_WORDS = 0.6  # F1 of the words of a loose field from which on it is right
_LEFT_OUT = object()
_OPEN = "?"  # of a gold record's form: nobody has filled the field in yet

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Comparison:
    """One value that gold has, a record has, or both; `is_exact` where they are the same, else `is_right` at most."""

    field: str
    entry: str
    gold: Any
    found: Any
    is_right: bool
    is_exact: bool
    is_wanted: bool = True
    is_given: bool = True

    def counts(self, *, exact: bool = False) -> Counts:
        """Give the one comparison as counts: a wrong value is both a wrong and a missing one."""
        right = self.is_exact if exact else self.is_right
        return Counts(int(right), int(self.is_given and not right), int(self.is_wanted and not right))


@dataclass(frozen=True, slots=True)
class RecordScores:
    """Counts a field (`people.name`, `report.title`, …) summed over the reports that have a gold record.

    `people.entry` and its like count the pairs of entries. `exact` is `fields` where only the same value is right.
    """

    n_documents: int
    fields: Mapping[str, Counts]
    exact: Mapping[str, Counts]

    @property
    def micro(self) -> Counts:
        """Counts over all fields, the pairs of entries aside."""
        return _sum(self.fields)

    @property
    def micro_exact(self) -> Counts:
        """The same where only the same value is right."""
        return _sum(self.exact)


def _sum(fields: Mapping[str, Counts]) -> Counts:
    return sum((one for name, one in fields.items() if not name.endswith(".entry")), Counts())


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
    names = [f"report.{name}" for name in REPORT_FIELDS]
    names += [f"{name}.{part}" for name, parts in LIST_FIELDS.items() for part in ("entry", *parts)]
    fields, exact = dict.fromkeys(names, Counts()), dict.fromkeys(names, Counts())
    for gold, predicted in pairs:
        for one in compare_records(gold, predicted):
            fields[one.field] += one.counts()
            exact[one.field] += one.counts(exact=True)
    return RecordScores(len(pairs), fields, exact)


def compare_records(gold: Record, predicted: Record) -> Iterator[Comparison]:
    """Give each value that is scored, field by field, and each pair of entries as `….entry`.

    Raises:
        InputError: a record lacks the shape of one, or the two are of different texts.
    """
    _check_pair(gold, predicted)
    for path in REPORT_FIELDS:
        wanted = _at(gold.get("report", {}), path)
        yield from _compare(f"report.{path}", "report", wanted, _at(predicted["report"], path))
    for name, paths in LIST_FIELDS.items():
        if gold.get(name) is None:
            continue
        found = predicted.get(name) or []
        for one, other in _pair_entries(gold[name], _with_starts(found) if name == "indicators" else found):
            entry = _describe(one, other)
            paired = one is not None and other is not None
            yield Comparison(f"{name}.entry", entry, one, other, paired, paired, one is not None, other is not None)
            for path in paths:
                nothing: Any = [] if path in _SETS else None
                wanted = nothing if one is None else _at(one, path)
                yield from _compare(f"{name}.{path}", entry, wanted, _at(other or {}, path))


def _check_pair(gold: Record, predicted: Record) -> None:
    report = predicted.get("report") if isinstance(predicted, Mapping) else None
    name = str(report.get("id", "record")) if isinstance(report, Mapping) else "record"
    for side, record in (("gold", gold), ("predicted", predicted)):
        fits = isinstance(record, Mapping) and all(_is_list(record.get(key)) for key in LIST_FIELDS)
        if not fits or not isinstance(record.get("report", {} if side == "gold" else None), Mapping):
            raise InputError(
                f"{side} record of {name}",
                found="another shape",
                expected="an object with report and the lists of a record",
                remedy="start from what `khcn-ner record-form` writes",
            )
    for side, record in (("gold", gold), ("predicted", predicted)):
        problem = next(_problems(record, side), None)
        if problem is not None:
            where, found, expected, remedy = problem
            raise InputError(f"{side} record of {name}, {where}", found=found, expected=expected, remedy=remedy)
    sums = (gold.get("text_sha256"), predicted["report"].get("text_sha256"))
    if sums[0] is not None and sums[1] is not None and sums[0] != sums[1]:
        raise InputError(
            f"gold record of {name}",
            found=f"text_sha256 {str(sums[0])[:12]}…",
            expected=f"that of the text, {str(sums[1])[:12]}…",
            remedy="annotate the record of this text",
        )


def _problems(record: Record, side: str) -> Iterator[tuple[str, str, str, str]]:
    """Give what can't be scored: fields of a gold record still open, and entries whose place has no end."""
    if side == "gold":
        for where in _open_fields({name: one for name, one in record.items() if name != "text_sha256"}, ()):
            yield where, "'?'", "a value, null, or no such field", "fill the record in (khcn-ner check-records)"
    for name in LIST_FIELDS:
        for number, entry in enumerate(record.get(name) or []):
            mentions = entry.get("mentions")
            places = [(f"{name}.{number}", entry)] if not mentions else []
            places += [(f"{name}.{number}.mentions.{nth}", one) for nth, one in enumerate(mentions or [])]
            for where, place in places:
                if not _is_place(place):
                    found = f"start {place.get('start')} and end {place.get('end')}"
                    yield where, found, "two numbers", "write where it stands in the text, from start up to end"


def _open_fields(value: object, path: tuple[str, ...]) -> Iterator[str]:
    if value == _OPEN:
        yield ".".join(path)
    elif isinstance(value, Mapping):
        for name, one in value.items():
            yield from _open_fields(one, (*path, str(name)))
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from _open_fields(one, (*path, str(number)))


def _is_place(place: Record) -> bool:
    """Tell whether an entry says where it stands as a whole, or not at all."""
    start, end = place.get("start"), place.get("end")
    return start is None or (isinstance(start, int) and isinstance(end, int))


def _is_list(value: object) -> bool:
    return value is None or (isinstance(value, list) and all(isinstance(one, Mapping) for one in value))


def _describe(gold: Record | None, found: Record | None) -> str:
    place = gold or found or {}
    shown = found or gold or {}
    return f"{place.get('start', place.get('name'))} {shown.get('text', shown.get('name'))!r}"


def _with_starts(found: Sequence[Record]) -> list[Record]:
    """Give indicators with `part_of` as gold has it: where the whole starts, not its index."""
    return [one if one.get("part_of") is None else {**one, "part_of": found[one["part_of"]]["start"]} for one in found]


def _at(entry: Any, path: str) -> Any:
    for name in path.split("."):
        if entry is None:
            return None
        if name not in entry:
            return _LEFT_OUT
        entry = entry[name]
    return entry


def _compare(field: str, entry: str, gold: Any, found: Any) -> Iterator[Comparison]:
    if gold is _LEFT_OUT:
        return
    found = None if found is _LEFT_OUT else found
    last = field.rsplit(".", 1)[-1]
    if last == "roles":
        roles = [_role(one) for one in gold or []], [_role(one) for one in found or []]
        yield from _compare_sets(field, entry, *roles)
        return
    if last in _SETS:
        yield from _compare_sets(field, entry, gold or [], found or [])
        return
    options = gold if isinstance(gold, list) else [gold]
    is_wanted = options not in ([], [None])
    if is_wanted or found is not None:
        is_exact = any(_is_same(one, found) for one in options)
        is_right = is_exact or (last in _LOOSE and any(_is_alike(one, found) for one in options))
        yield Comparison(field, entry, gold, found, is_right, is_exact, is_wanted, found is not None)


def _compare_sets(field: str, entry: str, gold: Sequence[Any], found: Sequence[Any]) -> Iterator[Comparison]:
    rest = list(found)
    for one in gold:
        hit = next((at for at, other in enumerate(rest) if _fits(one, other)), None)
        other = None if hit is None else rest.pop(hit)
        yield Comparison(field, entry, one, other, hit is not None, hit is not None, is_given=hit is not None)
    for other in rest:
        yield Comparison(field, entry, None, other, is_right=False, is_exact=False, is_wanted=False)


def _role(role: Record) -> tuple[Any, Any]:
    return role.get("title", _LEFT_OUT), role.get("organisation", _LEFT_OUT)


def _fits(gold: Any, found: Any) -> bool:
    if isinstance(gold, tuple):
        return all(one is _LEFT_OUT or _fits(one, other) for one, other in zip(gold, found, strict=True))
    return any(_is_same(one, found) for one in (gold if isinstance(gold, list) else [gold]))


def _is_same(one: object, other: object) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        return _words(one) == _words(other)
    if isinstance(one, int | float) and isinstance(other, int | float):
        return abs(one - other) < 1e-6 * max(1.0, abs(one))
    return one == other


def _is_alike(one: object, other: object) -> bool:
    if not isinstance(one, str) or not isinstance(other, str):
        return False
    words = _words(one), _words(other)
    shared = sum((Counter(words[0]) & Counter(words[1])).values())
    return all(words) and 2 * shared >= _LEAST_SHARED_WORDS * (len(words[0]) + len(words[1]))


def _words(text: str) -> list[str]:
    text = regex.sub(r"[^\p{L}\d%/]+", " ", fold(text).replace("uỷ", "ủy")).replace("/", " ")
    return [word for word in text.split() if word not in ("tỉnh", "và")]


def _pair_entries(gold: Sequence[Record], found: Sequence[Record]) -> Iterator[tuple[Record | None, Record | None]]:
    """Pair entries that share characters of the text, those that share most first; give every entry once."""
    left, right = set(range(len(gold))), set(range(len(found)))
    places = [_places(entry) for entry in gold], [_places(entry) for entry in found]
    shared = [(-len(a & b), i, j) for i, a in enumerate(places[0]) for j, b in enumerate(places[1]) if a & b]
    named = [(0, i, j) for i, a in enumerate(places[0]) if not a for j in right if _share_name(gold[i], found[j])]
    for _, i, j in sorted(shared) + named:
        if i in left and j in right:
            left.remove(i)
            right.remove(j)
            yield gold[i], found[j]
    yield from ((gold[i], None) for i in sorted(left))
    yield from ((None, found[j]) for j in sorted(right))


def _places(entry: Record) -> set[int]:
    """Give the characters that an entry stands on, so that a span cut otherwise is still the same place."""
    mentions = [one for one in entry.get("mentions") or [entry] if one.get("start") is not None]
    return {at for one in mentions for at in range(one["start"], one["end"])}


def _share_name(gold: Record, found: Record) -> bool:
    return gold.get("name") is not None and _fits(gold["name"], found.get("name"))
