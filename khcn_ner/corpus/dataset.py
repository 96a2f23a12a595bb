"""The corpus as `datasets.Dataset`: folders of brat standoff or CoNLL files in, one row a document out, and back."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from khcn_ner.corpus.brat import annotation_text, read_folder
from khcn_ner.corpus.conll import read_conll
from khcn_ner.document import Document, Span
from khcn_ner.labels import LABELS, label_named

if TYPE_CHECKING:
    from datasets import Dataset


def load_dataset(
    place: Path, *, labels: Sequence[str] = LABELS, relabel: Mapping[str, str] = MappingProxyType({})
) -> Dataset:
    """Read a folder of brat standoff, or a file NAME.conll, into rows `id`, `source`, `text`, `spans`.

    `spans` is a list of `start`, `end`, `label`. `relabel` gives labels of the files another name; after that, `labels`
    are those that may occur.

    Raises:
        CorpusError: the folder, the file or a document in it is wrong.
    """
    from datasets import Dataset, Features, List, Value

    span = {"start": Value("int64"), "end": Value("int64"), "label": Value("string")}
    features = Features(
        {"id": Value("string"), "source": Value("string"), "text": Value("string"), "spans": List(span)}
    )
    rows = [
        {
            "id": document.id,
            "source": document.source,
            "text": document.text,
            "spans": [{"start": span.start, "end": span.end, "label": str(span.label)} for span in document.spans],
        }
        for document in _read(place, labels=labels, relabel=relabel)
    ]
    return Dataset.from_list(rows, features=features)


def _read(place: Path, *, labels: Sequence[str], relabel: Mapping[str, str]) -> list[Document]:
    if place.suffix == ".conll":
        return read_conll(place, labels=labels, relabel=relabel)
    known = dict.fromkeys([*labels, *relabel])
    return [
        document.with_spans(
            replace(span, label=label_named(relabel.get(span.label, span.label))) for span in document.spans
        )
        for document in read_folder(place, labels=tuple(known))
    ]


def documents(dataset: Dataset) -> list[Document]:
    """Read a dataset's rows as Documents."""
    return [
        Document(
            id=row["id"],
            text=row["text"],
            spans=tuple(Span(span["start"], span["end"], label_named(span["label"])) for span in row["spans"]),
            source=row["source"],
        )
        for row in dataset
    ]


def fingerprint(corpus: Iterable[Document]) -> str:
    """Give the SHA-256 of documents' names, texts and spans, whatever their order."""
    lines = sorted(f"{document.id}\t{document.text_sha256}\t{annotation_text(document)}" for document in corpus)
    return hashlib.sha256("\n".join(lines).encode("utf-8")).hexdigest()
