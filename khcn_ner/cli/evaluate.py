"""khcn-ner evaluate: gold spans in, scores and a page out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from khcn_ner.cli.batch import Model, load_tagger
from khcn_ner.cli.console import print_table, say_reports, with_bar


def evaluate(
    gold_dir: Annotated[Path, typer.Argument(metavar="GOLD_DIR", help="NAME.txt with gold spans in NAME.ann.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where metrics.json and index.html are written.")],
    model: Model = None,
) -> None:
    """Score a model's spans against gold ones."""
    from khcn_ner.corpus.brat import read_folder
    from khcn_ner.evaluation import TABLE_HEADER, table_rows, write_evaluation

    tagger = load_tagger(model)
    gold = read_folder(gold_dir, labels=tagger.manifest.labels)
    predicted = [tagger.tag(document).document for document in with_bar(gold, "tagging")]
    manifest = tagger.manifest
    title = f"{manifest.name} on {gold_dir.name}"
    scores = write_evaluation(out, gold, predicted, model=manifest.described(), title=title, labels=manifest.labels)
    title = f"Strict scores of {manifest.name} {manifest.version} on {say_reports(len(gold))}"
    print_table(title, TABLE_HEADER, table_rows(scores))
    print(f"page: {out / 'index.html'}")
