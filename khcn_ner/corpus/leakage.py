"""Leakage: documents of several splits in, what stands in more than one report or split out."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from khcn_ner.document import Document
from khcn_ner.labels import Label

RUN_SYLLABLES = 20


@dataclass(frozen=True, slots=True)
class Leak:
    """Something that stands in two places: `kind` is `run` or `title`, places are `(split, document)`."""

    kind: str
    text: str
    first: tuple[str, str]
    second: tuple[str, str]


def shared_runs(splits: Mapping[str, Sequence[Document]]) -> list[Leak]:
    """Find runs of 20 syllables that stand in two documents, one for each pair of documents.

    A syllable is what stands between white space; case counts.
    """
    seen: dict[tuple[str, ...], tuple[str, str]] = {}
    leaks: dict[tuple[tuple[str, str], tuple[str, str]], Leak] = {}
    for split, documents in splits.items():
        for document in documents:
            here = (split, document.id)
            for run in _runs(document.text):
                there = seen.setdefault(run, here)
                if there != here:
                    leaks.setdefault((there, here), Leak("run", " ".join(run), there, here))
    return list(leaks.values())


def _runs(text: str) -> Iterator[tuple[str, ...]]:
    syllables = text.split()
    for start in range(len(syllables) - RUN_SYLLABLES + 1):
        yield tuple(syllables[start : start + RUN_SYLLABLES])


def shared_titles(splits: Mapping[str, Sequence[Document]]) -> list[Leak]:
    """Find project titles that stand in two splits, whatever their case and spacing."""
    places: dict[str, dict[str, str]] = defaultdict(dict)
    for split, documents in splits.items():
        for document in documents:
            for span in document.spans:
                if span.label is Label.PROJECT:
                    places[_plain(document.surface(span))].setdefault(split, document.id)
    leaks: list[Leak] = []
    for title, by_split in places.items():
        (first, *others) = by_split.items()
        leaks += [Leak("title", title, first, other) for other in others]
    return leaks


def _plain(title: str) -> str:
    return re.sub(r"\W+", " ", title.casefold()).strip()
