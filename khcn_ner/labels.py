"""The five entity types and the BIO tags made of them."""

from __future__ import annotations

from enum import StrEnum


class Label(StrEnum):
    """An entity type, as the annotation guidelines (docs/annotation-guidelines.md) define it."""

    ORG = "ORG"
    PER = "PER"
    DATE = "DATE"
    QUANTITY = "QUANTITY"
    PROJECT = "PROJECT"


LABELS: tuple[Label, ...] = tuple(Label)

OUTSIDE = "O"

# Tag i of the model's output layer; the order is part of the model folder's format.
TAGS: tuple[str, ...] = (OUTSIDE, *(f"{prefix}-{label}" for label in LABELS for prefix in "BI"))

TAG_INDEX: dict[str, int] = {tag: index for index, tag in enumerate(TAGS)}
