"""Where records stand in the file: a report's records in, the same with the page, table or line of each out."""

from __future__ import annotations

from typing import TypeVar

from pydantic import BaseModel

from khcn_ner.document import Document
from khcn_ner.records.model import Report

Value = TypeVar("Value", bound=BaseModel)


def with_places(report: Report, document: Document) -> Report:
    """Give each record that has a `start` the name of its place, such as `p. 3, table 2, row 4`."""
    return _placed(report, document) if document.places else report


def _placed(value: Value, document: Document) -> Value:
    changes: dict[str, object] = {}
    for name in type(value).model_fields:
        part = getattr(value, name)
        if isinstance(part, BaseModel):
            changes[name] = _placed(part, document)
        elif isinstance(part, tuple) and part and isinstance(part[0], BaseModel):
            changes[name] = tuple(_placed(one, document) for one in part)
        elif name == "place_in_file":
            place = document.place_at(getattr(value, "start", 0))
            changes[name] = str(place) if place is not None else None
    return value.model_copy(update=changes) if changes else value
