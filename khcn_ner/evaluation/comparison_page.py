"""Write a comparison: a Comparison in; index.html, comparison.json and summary.md out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from khcn_ner.evaluation.comparison import Comparison, Difference
from khcn_ner.evaluation.markdown import markdown_table
from khcn_ner.evaluation.page import page_environment
from khcn_ner.evaluation.rows import Row, make_row, rows_json
from khcn_ner.evaluation.summary import format_ratio
from khcn_ner.files import write_text
from khcn_ner.labels import LABELS

SCHEMA = 1
LINE_NAMES = ("A", "B", "gold")


def write_comparison(directory: Path, comparison: Comparison, *, title: str) -> Path:
    """Write all files into a folder, made if need be, and give the page's path.

    Raises:
        InputError: the folder can't be written.
    """
    numbers = json.dumps(comparison_numbers(comparison), ensure_ascii=False, indent=2, allow_nan=False)
    page = render_comparison(comparison, title=title)
    write_text(directory / "comparison.json", numbers + "\n")
    write_text(directory / "summary.md", comparison_markdown(comparison, title=title))
    write_text(directory / "index.html", page)
    return directory / "index.html"


def comparison_numbers(comparison: Comparison) -> dict[str, Any]:
    """Give what comparison.json holds: fractions of 1, not rounded, None where undefined."""
    return {
        "schema": SCHEMA,
        "a": comparison.names[0],
        "b": comparison.names[1],
        "n_documents": len(comparison.gold),
        "micro": _numbers(comparison.micro),
        "labels": {str(label): _numbers(one) for label, one in comparison.labels.items()},
        "n_fixed": comparison.n_fixed,
        "n_broken": comparison.n_broken,
        "verdict": comparison.verdict,
        "flags": list(comparison.flags),
        "changes": [
            {
                "document": change.mistake.document_id,
                "change": _word(is_fixed=change.is_fixed),
                "kind": str(change.mistake.kind),
                "label": str(change.mistake.spans[0].label),
                "start": change.mistake.start,
                "end": change.mistake.end,
                "causes": [str(cause) for cause in change.causes],
            }
            for change in comparison.changes
        ],
    }


def _numbers(difference: Difference) -> dict[str, Any]:
    interval = None if difference.low is None else [difference.low, difference.high]
    return {
        "a_f1": difference.first.f1,
        "b_f1": difference.second.f1,
        "difference": difference.value,
        "interval": interval,
        "p_value": difference.p_value,
    }


def difference_rows(comparison: Comparison) -> list[tuple[str, ...]]:
    """Give the table of differences as text, under `DIFFERENCE_HEADER`: each label that occurs, then micro."""
    named: Mapping[str, Difference] = {
        **{str(k): one for k, one in comparison.labels.items()},
        "micro": comparison.micro,
    }
    return [
        (
            name,
            format_ratio(one.first.f1),
            format_ratio(one.second.f1),
            f"{one.value:+.3f}",
            f"{one.low:+.3f} to {one.high:+.3f}",
            f"{one.p_value:.4f}",
        )
        for name, one in named.items()
        if one.value is not None and one.low is not None and one.high is not None and one.p_value is not None
    ]


DIFFERENCE_HEADER = ("label", "F1 of A", "F1 of B", "B − A", "95 % interval", "p")


def comparison_markdown(comparison: Comparison, *, title: str) -> str:
    """Give the verdict and the differences as Markdown."""
    lines = [f"### {title}", "", f"**{comparison.verdict}**", ""]
    lines.append(f"A: {comparison.names[0]}; B: {comparison.names[1]}; {len(comparison.gold)} documents.")
    lines.append(f"B fixed {comparison.n_fixed} mistakes of A and made {comparison.n_broken} that A did not make.")
    lines += ["", *markdown_table(DIFFERENCE_HEADER, difference_rows(comparison))]
    if comparison.flags:
        lines += ["", *(f"- {flag}" for flag in comparison.flags)]
    return "\n".join(lines) + "\n"


def render_comparison(comparison: Comparison, *, title: str) -> str:
    """Give the page as HTML that needs no other file and no network."""
    rows = _rows(comparison)
    documents = [
        (document.id, one.micro.f1, other.micro.f1)
        for document, one, other in zip(
            comparison.gold, comparison.scores[0].documents, comparison.scores[1].documents, strict=True
        )
    ]
    causes = dict.fromkeys(cause for row in rows for cause in row.causes)
    return page_environment().get_template("comparison.html.j2").render(
        title=title,
        comparison=comparison,
        header=DIFFERENCE_HEADER,
        differences=difference_rows(comparison),
        documents=documents,
        kinds=("fixed", "broken", *sorted({row.kind for row in rows})),
        labels=LABELS,
        causes=causes,
        rows=rows,
        rows_json=rows_json(rows, line_names=LINE_NAMES, documents=comparison.gold, pages={}),
        line_names=LINE_NAMES,
    )  # fmt: skip


def _rows(comparison: Comparison) -> list[Row]:
    places = {document.id: number for number, document in enumerate(comparison.gold)}
    rows: list[Row] = []
    for number, change in enumerate(comparison.changes, start=1):
        mistake = change.mistake
        place = places[mistake.document_id]
        rows.append(
            make_row(
                number,
                f"{_word(is_fixed=change.is_fixed)}: {mistake.kind}",
                place + 1,
                (comparison.first[place], comparison.second[place], comparison.gold[place]),
                spans=mistake.spans,
                causes=[str(cause) for cause in change.causes],
                score=None if mistake.predicted is None else mistake.predicted.score,
            )
        )
    return rows


def _word(*, is_fixed: bool) -> str:
    return "fixed" if is_fixed else "broken"
