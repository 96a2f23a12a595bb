"""A queue for a person: the spans that a model is least sure of, as a table in order of their scores."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from khcn_ner.cli.console import errors
from khcn_ner.errors import InputError

if TYPE_CHECKING:
    from khcn_ner.document import Document

# On test one span in eighteen scores less, and two of three wrong ones do (docs/accuracy.md).
UNDER = 0.9
SUFFIXES = (".tsv", ".jsonl")
COLUMNS = ("score", "label", "text", "report", "place", "start", "end", "context")

MinScore = Annotated[
    float | None, typer.Option("--min-score", metavar="SCORE", min=0, max=1, help="Drop spans with a lower score.")
]
ReviewFile = Annotated[
    Path | None,
    typer.Option(
        "--review", metavar="FILE", help="Also list the spans to look at, the least sure first: .tsv or .jsonl."
    ),
]
ReviewUnder = Annotated[
    float, typer.Option("--review-under", metavar="SCORE", min=0, max=1, help="Which spans --review lists.")
]


class Review:
    """Lists spans that score less than `under`, if a path is given, and drops those under `min_score`.

    Raises:
        InputError: the path has another suffix.
    """

    def __init__(self, path: Path | None, *, under: float, min_score: float | None) -> None:
        if path is not None and path.suffix.lower() not in SUFFIXES:
            raise InputError(
                str(path), found=f"the suffix {path.suffix or 'of none'}", expected=" or ".join(SUFFIXES),
                remedy="rename the file",
            )  # fmt: skip
        self._path = path
        self._under = under
        self._min_score = min_score
        self._rows: list[dict[str, Any]] = []

    def take(self, document: Document) -> Document:
        """Take a report's unsure spans in, also those to be dropped, and give the report with what is kept."""
        from khcn_ner.evaluation import keep_scored

        if self._path is not None:
            self._rows += _rows(document, self._under)
        return document if self._min_score is None else keep_scored(document, self._min_score)

    def finish(self) -> None:
        """Write the table, if one is wanted, and say what is in it."""
        from khcn_ner.files import write_text

        if self._path is None:
            return
        rows = sorted(self._rows, key=lambda row: float(row["score"]))
        if self._path.suffix.lower() == ".jsonl":
            lines = [json.dumps(row, ensure_ascii=False) for row in rows]
        else:
            lines = ["\t".join(COLUMNS), *("\t".join(_cell(row[name]) for name in COLUMNS) for row in rows)]
        write_text(self._path, "".join(f"{line}\n" for line in lines))
        n_rows = len(rows)
        errors.print(f"to review: {n_rows} span{'' if n_rows == 1 else 's'} under {self._under:g}, in {self._path}")


def _rows(document: Document, under: float) -> Iterator[dict[str, Any]]:
    from khcn_ner.evaluation.rows import sentence_around

    text = document.text
    for span in document.spans:
        if span.score is None or span.score >= under:
            continue
        first, last = sentence_around(text, span.start, span.end)
        marked = f"{text[first : span.start]}⟦{document.surface(span)}⟧{text[span.end : last]}"
        place = document.place_at(span.start)
        yield {
            "score": span.score,
            "label": str(span.label),
            "text": document.surface(span),
            "report": document.source or document.id,
            "place": "" if place is None else str(place),
            "start": span.start,
            "end": span.end,
            "context": " ".join(marked.split()),
        }


def _cell(value: object) -> str:
    """Write a value so that a spreadsheet keeps it one cell, and never reads a report's text as a formula."""
    cell = " ".join(str(value).split())
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@")) else cell
