"""Gold records: what a person says a report's record must be (docs/gold-records.md). Forms out, checked files in.

    gold spans ─▶ empty_form ─▶ NAME.record.json, filled in by a person ─▶ find_gold_problems

Run: `khcn-ner record-form` and `khcn-ner check-records`. Offsets are code points, ends exclusive.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from khcn_ner.document import Document, Span
from khcn_ner.labels import Label
from khcn_ner.records.model import Dimension, Precision

OPEN = "?"
APPROXIMATIONS = ("more than", "about", "less than", "nearly")
STATUSES = ("đề xuất", "tuyển chọn", "phê duyệt", "triển khai", "gia hạn", "tạm dừng", "nghiệm thu")

# Of which label the spans of a list are; documents are no spans.
_LABELS = {
    "organisations": Label.ORG, "people": Label.PER, "dates": Label.DATE, "indicators": Label.QUANTITY,
    "projects": Label.PROJECT,
}  # fmt: skip

# A text, one of several that are right, or null.
Text = str | list[str] | None
Amount = int | float | None


def _iso(value: object) -> object:
    if isinstance(value, str):
        date.fromisoformat(value)
    return value


Day = Annotated[str | None, BeforeValidator(_iso)]


class _Gold(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, populate_by_name=False)


class _Interval(_Gold):
    from_: Day = Field(alias="from")
    to: Day


class _Place(_Gold):
    start: int
    end: int
    text: str | None = None


class _Event(_Gold):
    date: Day = None
    kind: Text = None
    host: Text = None
    chair: Text = None


class _Head(_Gold):
    title: Text = None
    number: Text = None
    period: _Interval | None = None
    event: _Event | None = None
    issuer: Text = None


class _Organisation(_Gold):
    name: Text
    kind: Text = None
    parent: Text = None
    mentions: list[_Place]


class _Role(_Gold):
    title: Text = None
    organisation: Text = None


class _Person(_Gold):
    name: Text
    roles: list[_Role] = []
    degrees: list[str] = []
    mentions: list[_Place]


class _Date(_Place):
    from_: Day = Field(default=None, alias="from")
    to: Day = None
    precision: Literal[*(one.value for one in Precision)] | None = None  # type: ignore[valid-type]


class _Indicator(_Place):
    value: Amount = None
    value_to: Amount = None
    of: Amount = None
    percent: Amount = None
    unit: Text = None
    dimension: Literal[*(one.value for one in Dimension)] | None = None  # type: ignore[valid-type]
    approximation: Literal[*APPROXIMATIONS] | None = None  # type: ignore[valid-type]
    item: Text = None
    activity: Text = None
    section: Text = None
    organisation: Text = None
    period: _Interval | None = None
    part_of: int | None = None


class _Budget(_Gold):
    value: Amount
    unit: str | None = None


class _Project(_Place):
    kind: Text = None
    level: Text = None
    lead: Text = None
    partners: list[str] = []
    place: Text = None
    years: _Interval | None = None
    status: Literal[*STATUSES] | None = None  # type: ignore[valid-type]
    grade: Text = None
    budget: _Budget | None = None


class _Document(_Place):
    kind: Text = None
    number: Text
    date: Day = None
    issuer: Text = None


class _Record(_Gold):
    text_sha256: str
    report: _Head | None = None
    organisations: list[_Organisation] | None = None
    people: list[_Person] | None = None
    dates: list[_Date] | None = None
    indicators: list[_Indicator] | None = None
    projects: list[_Project] | None = None
    documents: list[_Document] | None = None


def empty_form(document: Document) -> dict[str, Any]:
    """Give a report's gold record with every gold span in its place and every field still open.

    Mentions that are written alike stand in one entry; whoever fills the form in joins those of one body or person.

    Example:
        >>> form = empty_form(Document("a", "Sở họp", (Span(0, 2, Label.ORG),)))
        >>> form["organisations"][0]["mentions"], form["organisations"][0]["parent"]
        ([{'start': 0, 'end': 2, 'text': 'Sở'}], '?')
    """

    def opened(model: type[BaseModel], *left_out: str) -> dict[str, Any]:
        names = (field.alias or name for name, field in model.model_fields.items())
        return {name: OPEN for name in names if name not in ("start", "end", "text", "mentions", *left_out)}

    def places(label: Label, model: type[BaseModel], *left_out: str) -> list[dict[str, Any]]:
        return [
            {**_place(document, span), **opened(model, *left_out)} for span in document.spans if span.label is label
        ]

    def named(label: Label, model: type[BaseModel], *left_out: str) -> list[dict[str, Any]]:
        alike: defaultdict[str, list[Span]] = defaultdict(list)
        for span in document.spans:
            if span.label is label:
                alike[" ".join(document.surface(span).split())].append(span)
        return [
            {**opened(model, *left_out), "mentions": [_place(document, span) for span in spans]}
            for spans in alike.values()
        ]

    return {
        "text_sha256": document.text_sha256,
        "report": {**opened(_Head)},
        "organisations": named(Label.ORG, _Organisation),
        "people": named(Label.PER, _Person, "degrees"),
        "dates": places(Label.DATE, _Date),
        "indicators": places(Label.QUANTITY, _Indicator, "section"),
        "projects": places(Label.PROJECT, _Project),
        "documents": OPEN,
    }


def _place(document: Document, span: Span) -> dict[str, Any]:
    return {"start": span.start, "end": span.end, "text": document.surface(span)}


def form_text(form: dict[str, Any]) -> str:
    """Write a gold record so that a person can read it: an entry of a list a line."""
    parts = []
    for name, value in form.items():
        if isinstance(value, list) and value:
            entries = ",\n    ".join(json.dumps(entry, ensure_ascii=False) for entry in value)
            written = f"[\n    {entries}\n  ]"
        else:
            written = json.dumps(value, ensure_ascii=False)
        parts.append(f"  {json.dumps(name)}: {written}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def find_gold_problems(text: str, document: Document) -> list[str]:
    """List what is wrong with a gold record, given as the text of its file, of a document with its gold spans.

    Told are broken JSON, unknown or ill-formed values, places that don't fit the text or a gold span, dates that end
    before they begin, fields still open, and gold spans that a list leaves out.
    """
    try:
        raw = json.loads(text)
    except json.JSONDecodeError as error:
        return [f"line {error.lineno}: found broken JSON ({error.msg}), expected an object; mend the line"]
    if not isinstance(raw, dict):
        return [f"found {type(raw).__name__}, expected an object; see docs/gold-records.md"]
    open_fields = list(_open_fields(raw, ()))
    if open_fields:
        return [f"{where}: found '?', expected a value, null, or no such field; fill it in" for where in open_fields]
    try:
        _Record.model_validate(raw)
    except ValidationError as error:
        return list(_told(error))
    if raw["text_sha256"] != document.text_sha256:
        return [
            (
                f"text_sha256: found {raw['text_sha256'][:12]}…, expected {document.text_sha256[:12]}…, the text's; "
                "make the form of this text again"
            )
        ]
    return [*_misplaced(raw, document), *_left_out(raw, document), *_backwards(raw), *_unlinked(raw)]


def _open_fields(value: object, path: tuple[str, ...]) -> Iterator[str]:
    if value == OPEN:
        yield ".".join(path)
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from _open_fields(one, (*path, str(name)))
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from _open_fields(one, (*path, str(number)))


def _told(error: ValidationError) -> Iterator[str]:
    by_place: dict[str, list[str]] = {}
    for one in error.errors():
        # A union's branches repeat the place: organisations.0.name.str and ….name.list[str] are one field.
        steps = [
            str(step)
            for step in one["loc"]
            if step not in ("str", "int", "float", "list[str]", "function-before[_iso(), nullable[str]]")
        ]
        by_place.setdefault(".".join(steps), []).append(one["msg"])
    for place, messages in by_place.items():
        yield f"{place}: {' or '.join(dict.fromkeys(messages))}; see docs/gold-records.md"


def _entries(raw: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Give every place of the text that the record names, with its list and where it stands in the file."""
    for name in (*_LABELS, "documents"):
        for number, entry in enumerate(raw.get(name) or []):
            if "mentions" in entry:
                for nth, mention in enumerate(entry["mentions"]):
                    yield name, f"{name}.{number}.mentions.{nth}", mention
            else:
                yield name, f"{name}.{number}", entry


def _misplaced(raw: dict[str, Any], document: Document) -> Iterator[str]:
    spans = {(span.start, span.end): span.label for span in document.spans}
    seen: dict[tuple[str, int], str] = {}
    for name, where, entry in _entries(raw):
        start, end, text = entry["start"], entry["end"], entry.get("text")
        if not 0 <= start < end <= len(document.text):
            yield f"{where}: found [{start}, {end}), expected 0 <= start < end <= {len(document.text)}; correct them"
            continue
        stands = document.text[start:end]
        if text is not None and text != stands:
            yield f"{where}: found text {text!r}, expected {stands!r}, which stands at [{start}, {end}); correct it"
        label = _LABELS.get(name)
        if label is not None and spans.get((start, end)) is not label:
            yield f"{where}: found [{start}, {end}) {stands[:40]!r}, expected a gold {label} span; take its offsets"
        twin = seen.setdefault((name, start), where)
        if twin != where:
            yield f"{where}: found the place of {twin}, expected each place once; remove one"


def _left_out(raw: dict[str, Any], document: Document) -> Iterator[str]:
    """Name the gold spans that a list lacks; of the amounts a percentage may be another's."""
    placed: defaultdict[str, set[int]] = defaultdict(set)
    for name, _, entry in _entries(raw):
        placed[name].add(entry["start"])
    for name, label in _LABELS.items():
        if raw.get(name) is None:
            continue
        for span in document.spans:
            shares = label is Label.QUANTITY and document.surface(span).rstrip(" )").endswith(("%", "phần trăm"))
            if span.label is label and span.start not in placed[name] and not shares:
                yield (
                    f"{name}: found no entry for {document.surface(span)[:40]!r} at {span.start}, "
                    f"expected every {label} span; add it"
                )


def _backwards(raw: dict[str, Any]) -> Iterator[str]:
    times = [("report.period", (raw.get("report") or {}).get("period"))]
    times += [(f"dates.{number}", one) for number, one in enumerate(raw.get("dates") or [])]
    times += [(f"indicators.{n}.period", one.get("period")) for n, one in enumerate(raw.get("indicators") or [])]
    times += [(f"projects.{n}.years", one.get("years")) for n, one in enumerate(raw.get("projects") or [])]
    for where, time in times:
        first, last = ((time or {}).get(key) for key in ("from", "to"))
        if (first is None) != (last is None):
            yield f"{where}: found from {first} and to {last}, expected both or neither; fill in the other"
        elif first is not None and last is not None and first > last:
            yield f"{where}: found {first} to {last}, expected from <= to; correct them"


def _unlinked(raw: dict[str, Any]) -> Iterator[str]:
    indicators: Sequence[dict[str, Any]] = raw.get("indicators") or []
    starts = {one["start"] for one in indicators}
    for number, one in enumerate(indicators):
        whole = one.get("part_of")
        if whole is not None and (whole not in starts or whole == one["start"]):
            yield f"indicators.{number}.part_of: found {whole}, expected the start of another indicator; correct it"
