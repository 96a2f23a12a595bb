"""Draw the evaluation page: an Evaluation in; one self-contained HTML file out, as text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from khcn_ner.document import Document
from khcn_ner.evaluation.advice import advise
from khcn_ner.evaluation.causes import RULES
from khcn_ner.evaluation.examine import Evaluation
from khcn_ner.evaluation.highlight import Stretch, mark_document
from khcn_ner.evaluation.markdown import verdict_sentence
from khcn_ner.evaluation.mistakes import Mistake, MistakeKind
from khcn_ner.evaluation.plots import plot_confusion, plot_curve, plot_labels, plot_learning, plot_reliability
from khcn_ner.evaluation.rows import Row, make_row, rows_json
from khcn_ner.evaluation.scores import DocumentScores
from khcn_ner.evaluation.summary import format_ratio
from khcn_ner.evaluation.thresholds import Check

if TYPE_CHECKING:
    from jinja2 import Environment

LINE_NAMES = ("predicted", "gold")


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A document on the page, numbered from 1 in the order given."""

    number: int
    document: Document
    scores: DocumentScores
    n_mistakes: int
    stretches: Sequence[Stretch]


def render_page(evaluation: Evaluation, checks: Sequence[Check] = (), *, title: str) -> str:
    """Give the page as HTML that needs no other file and no network.

    `checks` are the evaluation's thresholds held against its numbers.
    """
    rows = _rows(evaluation)
    views = _views(evaluation)
    causes = Counter(row.causes[0] for row in rows)
    pages = evaluation.setting.pages
    return page_environment().get_template("page.html.j2").render(
        title=title,
        evaluation=evaluation,
        scores=evaluation.scores,
        setting=evaluation.setting,
        checks=checks,
        verdict=verdict_sentence(checks),
        advice=advise(evaluation),
        plots=_plots(evaluation),
        labels=tuple(evaluation.setting.labels),
        kinds=tuple(MistakeKind),
        rules={str(cause): rule for cause, rule in RULES.items()},
        causes=causes.most_common(),
        rows=rows,
        rows_json=rows_json(rows, line_names=LINE_NAMES, documents=evaluation.gold, pages=pages),
        line_names=LINE_NAMES,
        tally=_tally(rows),
        views=views,
        worst_first=sorted(views, key=_worst_first),
    )  # fmt: skip


def _rows(evaluation: Evaluation) -> list[Row]:
    numbers = {document.id: number for number, document in enumerate(evaluation.gold, start=1)}
    rows: list[Row] = []
    for number, (mistake, causes) in enumerate(zip(evaluation.mistakes, evaluation.causes, strict=True), start=1):
        place = numbers[mistake.document_id]
        rows.append(
            make_row(
                number,
                str(mistake.kind),
                place,
                (evaluation.predicted[place - 1], evaluation.gold[place - 1]),
                spans=mistake.spans,
                causes=[str(cause) for cause in causes],
                score=None if mistake.predicted is None else mistake.predicted.score,
            )
        )
    return rows


def _views(evaluation: Evaluation) -> list[DocumentView]:
    of_document: dict[str, list[tuple[int, Mistake]]] = {document.id: [] for document in evaluation.gold}
    for number, mistake in enumerate(evaluation.mistakes, start=1):
        of_document[mistake.document_id].append((number, mistake))
    return [
        DocumentView(number, one, result, len(of_document[one.id]), mark_document(one, other, of_document[one.id]))
        for number, (one, other, result) in enumerate(
            zip(evaluation.gold, evaluation.predicted, evaluation.scores.documents, strict=True), start=1
        )
    ]


def _plots(evaluation: Evaluation) -> dict[str, str]:
    """Draw what there are numbers for."""
    scores = evaluation.scores
    plots: dict[str, str] = {}
    if scores.micro.f1 is not None:
        by_label = [(label, counts, scores.label_f1_intervals[label]) for label, counts in scores.labels.items()]
        plots["labels"] = plot_labels([("micro", scores.micro, scores.micro_f1_interval), *by_label])
        plots["confusion"] = plot_confusion(evaluation.confusion)
    if evaluation.calibration is not None:
        plots["reliability"] = plot_reliability(evaluation.calibration)
    if evaluation.curve:
        plots["curve"] = plot_curve(evaluation.curve)
    if evaluation.setting.learning_curve:
        plots["learning"] = plot_learning(evaluation.setting.learning_curve)
    return plots


def _tally(rows: Sequence[Row]) -> Counter[tuple[str | None, str | None]]:
    """Count mistakes by kind and label concerned; None stands for any, and two labels count under both."""
    tally: Counter[tuple[str | None, str | None]] = Counter()
    for row in rows:
        for label in (None, *row.labels):
            tally.update([(row.kind, label), (None, label)])
    return tally


def _worst_first(view: DocumentView) -> tuple[bool, float, int]:
    f1 = view.scores.micro.f1
    return f1 is None, f1 or 0.0, view.number


@cache
def page_environment() -> Environment:
    """Give the environment that fills this package's templates."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("khcn_ner.evaluation", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["ratio"] = _ratio
    return environment


def _ratio(value: Any) -> str:
    return format_ratio(value)
