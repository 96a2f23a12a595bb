"""khcn-ner check: annotated reports in, what is wrong with them and what they hold out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from khcn_ner.cli.console import EXIT_BAD_INPUT, print_table, say_reports


def check(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A corpus, with or without train/, dev/ and test/.")],
    segmenter: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Also count span borders inside words of: none, underthesea, vncorenlp."),
    ] = None,
) -> None:
    """Name what is wrong with annotated reports, or count them."""
    from khcn_ner.corpus.check import check_folder
    from khcn_ner.corpus.composition import composition
    from khcn_ner.labels import LABELS

    problems, n_documents = check_folder(folder)
    for problem in problems:
        print(problem.error())
    print(f"{say_reports(n_documents)} checked, {len(problems)} problem{'' if len(problems) == 1 else 's'}")
    if problems:
        raise typer.Exit(EXIT_BAD_INPUT)
    counts = composition(folder)
    rows = [
        ("reports", *(f"{one.n_reports:,}" for one in counts)),
        ("syllables", *(f"{one.n_syllables:,}" for one in counts)),
        ("spans", *(f"{sum(one.n_spans.values()):,}" for one in counts)),
        ("spans per 1,000 syllables", *("–" if one.density is None else f"{one.density:.0f}" for one in counts)),
        *((str(label), *(f"{one.n_spans[label]:,}" for one in counts)) for label in LABELS),
    ]
    if segmenter is not None:
        rows += _conflict_rows([one.folder for one in counts], segmenter)
    print_table(None, ("", *(one.folder.name for one in counts)), rows)


def _conflict_rows(folders: list[Path], segmenter: str) -> list[tuple[str, ...]]:
    """Give the rows about a segmenter, a column a folder."""
    from khcn_ner.corpus.brat import read_folder
    from khcn_ner.tagging.conflicts import count_conflicts
    from khcn_ner.tagging.segment import load_segmenter

    segment = load_segmenter(segmenter)
    conflicts = [count_conflicts(read_folder(folder), segment) for folder in folders]
    shares = ("–" if one.share_inside is None else f"{one.share_inside:.2%}" for one in conflicts)
    ceilings = ("–" if one.f1_ceiling is None else f"{one.f1_ceiling:.4f}" for one in conflicts)
    return [
        (f"borders inside words of {segmenter}", *(f"{one.n_borders_inside:,}" for one in conflicts)),
        ("share of all borders", *shares),
        ("F1 ceiling of that", *ceilings),
    ]
