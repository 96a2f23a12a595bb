"""Checks of a corpus: a folder of brat standoff in, everything that is wrong with it out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from khcn_ner.borders import may_stand
from khcn_ner.corpus.brat import Problem, find_problems
from khcn_ner.document import Document, Span
from khcn_ner.errors import CorpusError


def annotated_folders(folder: Path) -> list[Path]:
    """List the folders below (and with) `folder` that hold .txt or .ann files.

    Raises:
        CorpusError: there is none.
    """
    if folder.is_dir():
        files = (path for pattern in ("*.txt", "*.ann") for path in folder.rglob(pattern))
        found = sorted({path.parent for path in files})
        if found:
            return found
    raise CorpusError(
        str(folder),
        found="no annotated report" if folder.is_dir() else "no folder",
        expected="NAME.txt and NAME.ann",
        remedy="name another folder",
    )


def check_folder(folder: Path) -> tuple[list[Problem], int]:
    """Check all documents in a folder and those below it; give the problems and how many documents were read.

    Raises:
        CorpusError: there is no annotated report at all.
    """
    problems: list[Problem] = []
    n_documents = 0
    seen: dict[str, Path] = {}
    for place in annotated_folders(folder):
        for text_path in sorted(place.glob("*.txt")):
            n_documents += 1
            document, lines, found = find_problems(text_path)
            problems.extend(found)
            problems.extend(edge_problems(document, lines, text_path.with_suffix(".ann")))
            # A text that could not be read is told once, as unreadable, and is nothing's twin.
            twin = seen.setdefault(document.text_sha256, text_path) if document.text else text_path
            if twin != text_path:
                remedy = "keep one of the two"
                problems.append(Problem(text_path, 0, f"the same text as {twin}", "each report once", remedy))
        for annotation_path in sorted(place.glob("*.ann")):
            if not annotation_path.with_suffix(".txt").exists():
                remedy = "add the text or remove the annotation"
                problems.append(Problem(annotation_path, 0, "no text beside it", "NAME.txt and NAME.ann", remedy))
    return problems, n_documents


def edge_problems(document: Document, lines: Mapping[Span, int], path: Path) -> Iterator[Problem]:
    """Find spans that begin or end with white space, a quote mark or punctuation."""
    for span in document.spans:
        surface = document.surface(span)
        if not may_stand(surface):
            yield Problem(
                path,
                lines[span],
                f"{span.label} {span.start}-{span.end} {surface!r}",
                "no white space, quote mark or punctuation at its ends",
                "move the border",
            )
