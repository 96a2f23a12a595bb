"""Commands that score: evaluate, compare, card."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from khcn_ner.cli.console import errors, print_table, say_reports, with_bar
from khcn_ner.cli.predictions import Predictions, labels_of, predict, predictions_of, read_predictions
from khcn_ner.cli.reports import Model, RuntimeName
from khcn_ner.errors import InputError

if TYPE_CHECKING:
    from khcn_ner.document import Document
    from khcn_ner.evaluation import Threshold, Written

EXIT_NOT_MET = 1

GoldDir = Annotated[Path, typer.Argument(metavar="GOLD_DIR", help="NAME.txt with gold spans in NAME.ann.")]


def evaluate(
    gold_dir: GoldDir,
    *,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where page, metrics.json and summary.md are written.")],
    model: Model = None,
    runtime: RuntimeName = "auto",
    predictions: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Score these spans, as `tag` wrote them, instead of a model's.")
    ] = None,
    train: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The model's training reports, to tell seen from new mentions.")
    ] = None,
    thresholds: Annotated[
        Path | None, typer.Option(metavar="FILE", help="What must be reached; configs/thresholds.yaml shows the form.")
    ] = None,
    fail_under: Annotated[
        float | None, typer.Option(min=0, max=1, help="Least strict micro F1; exit code 1 below it.")
    ] = None,
    min_score: Annotated[
        float | None, typer.Option(min=0, max=1, help="Drop predicted spans with a lower score first.")
    ] = None,
    learning_curve: Annotated[
        Path | None, typer.Option(metavar="FILE", help='Draw it: JSON, [{"n_reports": 16, "f1": 0.81, "seed": 1}, …].')
    ] = None,
    pages: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Also write each report's own page there, and link to it.")
    ] = None,
) -> None:
    """Score a model's spans against gold ones, on one page. Exit code 1 where a threshold is not met."""
    from khcn_ner.corpus.brat import read_folder
    from khcn_ner.evaluation import Setting, Threshold, keep_scored, read_learning_curve, read_thresholds
    from khcn_ner.evaluation import write_evaluation as write

    if model is not None and predictions is not None:
        raise InputError(
            "--predictions", found="--model too", expected="one of the two", remedy="leave the other out"
        )  # fmt: skip
    wanted: list[Threshold] = [] if thresholds is None else read_thresholds(thresholds)
    if fail_under is not None:
        wanted.append(Threshold("strict.micro.f1", at_least=fail_under))
    points = [] if learning_curve is None else read_learning_curve(learning_curve)
    labels = labels_of(model)
    training = None if train is None else read_folder(train, labels=labels)
    gold = read_folder(gold_dir, labels=labels)
    properties = _properties(gold_dir)
    gold_records = _read_gold_records(gold_dir, gold)
    if predictions is None:
        made = predict(gold, model, runtime=runtime)
    else:
        made = read_predictions(gold, predictions, texts=gold_dir)
    predicted = made.documents if min_score is None else [keep_scored(one, min_score) for one in made.documents]
    records = _records(predicted, made) if gold_records or pages is not None else {}
    from_gold = _records([one for one in gold if one.id in gold_records], made)
    setting = Setting(
        model=made.model,
        labels=labels,
        training=training,
        properties=properties,
        records=[(record, records[name]) for name, record in gold_records.items()],
        records_from_gold=[(record, from_gold[name]) for name, record in gold_records.items()],
        thresholds=wanted,
        learning_curve=points,
        pages={} if pages is None else {one.id: _link(out, pages / f"{one.id}.html") for one in gold},
        min_score=min_score,
        n_dropped=sum(len(one.spans) for one in made.documents) - sum(len(one.spans) for one in predicted),
        n_unseen_characters=made.n_unseen_characters,
    )
    written = write(out, gold, predicted, title=f"{made.name} on {gold_dir.resolve().name}", setting=setting)
    if pages is not None:
        _write_pages(predicted, made, pages)
    _tell(written, f"Strict scores of {made.name} on {say_reports(len(gold))}")


def _tell(written: Written, title: str) -> None:
    """Print the table and what the thresholds say, and leave with exit code 1 where one is not met."""
    from khcn_ner.evaluation import TABLE_HEADER, table_rows

    print_table(title, TABLE_HEADER, table_rows(written.evaluation.scores))
    print(f"page: {written.page}")
    failed = [check for check in written.checks if not check.is_met]
    for check in failed:
        errors.print(check.sentence)
    if failed:
        raise typer.Exit(EXIT_NOT_MET)


def _properties(gold_dir: Path) -> dict[str, dict[str, str]]:
    """Read what the plan beside the corpus says of each report, if there is a plan."""
    from khcn_ner.corpus.composition import read_plan

    plan = read_plan(gold_dir) or read_plan(gold_dir.resolve().parent) or []
    return {
        row["report"]: {name: value for name, value in row.items() if name != "report" and value}
        for row in plan
    }  # fmt: skip


def _read_gold_records(gold_dir: Path, gold: list[Document]) -> dict[str, dict[str, Any]]:
    """Read NAME.record.json of the reports that have one."""
    records: dict[str, dict[str, Any]] = {}
    for document in gold:
        path = gold_dir / f"{document.id}.record.json"
        if not path.is_file():
            continue
        try:
            records[document.id] = json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise InputError(
                str(path), found=f"no JSON ({error})", expected="a record", remedy="export it again"
            ) from error
    return records


def _records(predicted: list[Document], made: Predictions) -> dict[str, dict[str, Any]]:
    from khcn_ner.records import ModelInfo, assemble, report_json

    info = ModelInfo(name=made.name, version=made.model.get("version", ""))
    return {one.id: json.loads(report_json(assemble(one, model=info))) for one in predicted}


def _write_pages(predicted: list[Document], made: Predictions, folder: Path) -> None:
    from khcn_ner.files import write_text
    from khcn_ner.records import ModelInfo, assemble, render_report

    info = ModelInfo(name=made.name, version=made.model.get("version", ""))
    for document in with_bar(predicted, "pages"):
        write_text(folder / f"{document.id}.html", render_report(document, assemble(document, model=info)))


def _link(out: Path, page: Path) -> str:
    from urllib.parse import quote

    return quote(os.path.relpath(page.resolve(), out.resolve()))


def compare(
    first: Annotated[str, typer.Argument(metavar="A", help="A model folder, a folder of spans, or embedded.")],
    second: Annotated[str, typer.Argument(metavar="B", help="The same, to be compared with A.")],
    gold: Annotated[Path, typer.Option(metavar="DIR", help="NAME.txt with gold spans in NAME.ann.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where page, comparison.json and summary.md are written.")],
) -> None:
    """Tell which of two models is better on the same reports, what B fixed and what it broke.

    A folder of spans is the --out of `evaluate`, or what `tag` wrote as brat or JSON lines; `embedded` is the model
    that the package ships.
    """
    from khcn_ner.corpus.brat import read_folder
    from khcn_ner.evaluation import DIFFERENCE_HEADER, difference_rows, write_comparison
    from khcn_ner.evaluation import compare as compare_documents

    documents = read_folder(gold)
    made = [predictions_of(source, documents, texts=gold) for source in (first, second)]
    names = tuple(f"{one.name} ({source})" for one, source in zip(made, (first, second), strict=True))
    comparison = compare_documents(documents, made[0].documents, made[1].documents, names=(names[0], names[1]))
    page = write_comparison(out, comparison, title=f"{made[0].name} (A) and {made[1].name} (B)")
    print_table(f"Strict F1 on {say_reports(len(documents))}", DIFFERENCE_HEADER, difference_rows(comparison))
    print(comparison.verdict)
    print(f"B fixed {comparison.n_fixed} mistakes and made {comparison.n_broken} new ones")
    for flag in comparison.flags:
        errors.print(flag)
    print(f"page: {page}")


def card(
    model_dir: Annotated[Path, typer.Argument(metavar="MODEL_DIR", help="A model folder that train.py wrote.")],
    evaluation: Annotated[
        list[Path] | None,
        typer.Option(metavar="DIR", help="Also tell the scores in this evaluation, under the folder's name; repeat."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where the card is written; MODEL_DIR/README.md if left out.")
    ] = None,
) -> None:
    """Fill a model's card from its metrics.json and from evaluations of it."""
    from khcn_ner.files import write_text
    from khcn_ner.tagging.card import card_of_folder

    text = card_of_folder(model_dir, evaluations=evaluation or ())
    target = out if out is not None else model_dir / "README.md"
    write_text(target, text)
    print(f"card: {target}")
