"""Commands for gold records: record-form, check-records."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from khcn_ner.cli.console import EXIT_BAD_INPUT, errors, say_reports
from khcn_ner.errors import CorpusError

SUFFIX = ".record.json"


def record_form(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="NAME.txt with gold spans in NAME.ann.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where NAME.record.json are written; none is overwritten.")],
) -> None:
    """Write an empty gold record a report, for a person to fill in (docs/gold-records.md)."""
    from khcn_ner.corpus.brat import read_folder
    from khcn_ner.files import write_text
    from khcn_ner.records.gold import empty_form, form_text

    n_written = 0
    documents = read_folder(folder)
    for document in documents:
        path = out / f"{document.id}{SUFFIX}"
        if path.exists():
            errors.print(f"{path}: left as it is")
            continue
        write_text(path, form_text(empty_form(document)))
        n_written += 1
    errors.print(f"{n_written} forms for {say_reports(len(documents))}, written to {out}")


def check_records(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Gold records: NAME.record.json.")],
    texts: Annotated[Path | None, typer.Option(metavar="DIR", help="Where NAME.txt and .ann are, if not in DIR.")] = (
        None
    ),
) -> None:
    """Name what is wrong with gold records: ill-formed values, places that don't fit, fields still open."""
    from khcn_ner.corpus.brat import read_document
    from khcn_ner.records.gold import find_gold_problems

    paths = sorted(folder.glob(f"*{SUFFIX}"))
    if not paths:
        raise CorpusError(
            str(folder), found=f"no *{SUFFIX}", expected="gold records", remedy="make forms with khcn-ner record-form"
        )
    n_problems = 0
    for path in paths:
        document = read_document((texts or folder) / f"{path.name.removesuffix(SUFFIX)}.txt")
        for problem in find_gold_problems(path.read_text(encoding="utf-8"), document):
            print(f"{path}: {problem}")
            n_problems += 1
    print(f"{len(paths)} gold records checked, {n_problems} problem{'' if n_problems == 1 else 's'}")
    if n_problems:
        raise typer.Exit(EXIT_BAD_INPUT)
