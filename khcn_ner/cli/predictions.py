"""Where predicted spans come from: a model that tags the gold reports, or spans that were written before."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from khcn_ner.cli.console import errors, with_bar
from khcn_ner.cli.reports import load_tagger
from khcn_ner.errors import InputError

if TYPE_CHECKING:
    from khcn_ner.document import Document

EMBEDDED = "embedded"


@dataclass(frozen=True, slots=True)
class Predictions:
    """Predicted spans for the gold documents, in their order, and what made them.

    `n_unseen_characters` is None where the spans were written before.
    """

    name: str
    documents: list[Document]
    model: dict[str, str]
    n_unseen_characters: int | None


def labels_of(model: Path | None) -> tuple[str, ...]:
    """Give the labels that a model folder's model tells apart; the five entity types of the embedded model."""
    from khcn_ner.labels import LABELS
    from khcn_ner.tagging.folder import read_manifest

    return LABELS if model is None else read_manifest(model).labels


def predict(gold: list[Document], model: Path | None, *, runtime: str = "auto") -> Predictions:
    """Tag the gold documents with a model folder, or the embedded model."""
    tagger = load_tagger(model, runtime=runtime)
    tagged = list(with_bar(tagger.tag_many(gold), "tagging", total=len(gold)))
    manifest = tagger.manifest
    return Predictions(
        f"{manifest.name} {manifest.version}",
        [one.document for one in tagged],
        manifest.described(),
        sum(one.n_unseen_characters for one in tagged),
    )


def read_predictions(gold: list[Document], folder: Path, *, texts: Path) -> Predictions:
    """Read the spans of the gold documents from a folder: an evaluation's, or what `khcn-ner tag` wrote.

    Taken is predictions.jsonl if it is there, else all .jsonl files, else NAME.ann (with NAME.txt beside it, or that
    of `texts`).

    Raises:
        InputError: the folder holds no spans, or none for a gold document.
        CorpusError: a file in it is wrong.
    """
    from khcn_ner.corpus.brat import read_document
    from khcn_ner.corpus.convert import AnnotationFormat, read_annotations_as
    from khcn_ner.evaluation import PREDICTIONS

    whole = folder / PREDICTIONS
    lines = [whole] if whole.is_file() else sorted(folder.glob("*.jsonl"))
    found: dict[str, Document] = {}
    for path in lines:
        found |= {one.id: one for one in read_annotations_as(AnnotationFormat.JSONL, path)}
    if not lines:
        for path in sorted(folder.glob("*.ann")):
            beside = path.with_suffix(".txt")
            text = beside if beside.is_file() else texts / beside.name
            if text.is_file():
                found[path.stem] = read_document(text, path)
    for document in gold:
        if document.id not in found:
            raise InputError(
                str(folder),
                found=f"no spans of {document.id}" if found else "no spans",
                expected="predictions.jsonl, NAME.jsonl or NAME.ann for every gold report",
                remedy="write them with `khcn-ner tag` for the same reports",
            )
    n_others = len(found) - len(gold)
    if n_others:
        errors.print(f"{folder}: {n_others} more reports than gold has, left out")
    return Predictions(folder.name, [found[one.id] for one in gold], {"spans from": folder.name}, None)


def predictions_of(source: str, gold: list[Document], *, texts: Path) -> Predictions:
    """Predict with `embedded` or a model folder, or read a folder of spans; which of them it is the folder tells.

    Raises:
        InputError: there is no such folder.
    """
    from khcn_ner.tagging.folder import MANIFEST

    folder = Path(source)
    if source == EMBEDDED:
        return predict(gold, None)
    if (folder / MANIFEST).is_file():
        return predict(gold, folder)
    if not folder.is_dir():
        raise InputError(
            source,
            found="no folder",
            expected=f"a model folder, a folder of spans, or {EMBEDDED}",
            remedy="check the path",
        )
    return read_predictions(gold, folder, texts=texts)
