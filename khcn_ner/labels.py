"""The five entity types and the BIO tags made of them, or of the labels of another corpus."""

from __future__ import annotations

from collections.abc import Iterable
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


def bio_tags(labels: Iterable[str]) -> tuple[str, ...]:
    """Give the tags of a label set, in the order of a model's output layer.

    Example:
        >>> bio_tags(["NAME"])
        ('O', 'B-NAME', 'I-NAME')
    """
    return (OUTSIDE, *(f"{prefix}-{label}" for label in labels for prefix in "BI"))


def label_named(name: str) -> str:
    """Give the entity type of a name, or the name itself where it is a label of another corpus.

    Example:
        >>> label_named("ORG"), label_named("SYMPTOM")
        (<Label.ORG: 'ORG'>, 'SYMPTOM')
    """
    return Label(name) if name in LABELS else name


# Tag i of the model's output layer; the order is part of the model folder's format.
TAGS: tuple[str, ...] = bio_tags(LABELS)

TAG_INDEX: dict[str, int] = {tag: index for index, tag in enumerate(TAGS)}
