"""khcn-ner check: annotated reports in, what is wrong with them and what they hold out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from khcn_ner.cli.console import EXIT_BAD_INPUT, print_table, say_reports


def check(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A corpus, with or without train/, dev/ and test/.")],
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
    print_table(None, ("", *(one.folder.name for one in counts)), rows)
