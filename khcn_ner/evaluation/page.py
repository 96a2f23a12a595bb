"""Draw the evaluation page: documents, scores and mistakes in; one self-contained HTML file out, as text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from khcn_ner.document import Document
from khcn_ner.evaluation.highlight import Stretch, mark_document, mark_mistake
from khcn_ner.evaluation.mistakes import Mistake, MistakeKind
from khcn_ner.evaluation.pairing import check_paired
from khcn_ner.evaluation.scores import DocumentScores, Scores
from khcn_ner.evaluation.summary import format_ratio

if TYPE_CHECKING:
    from jinja2 import Template


@dataclass(frozen=True, slots=True)
class MistakeRow:
    """A mistake in the table: its number, its document's number and its place in the text."""

    number: int
    document_number: int
    mistake: Mistake
    stretches: Sequence[Stretch]

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels concerned: gold's and, if another, the prediction's."""
        return _labels(self.mistake)


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A document on the page, numbered from 1 in the order given."""

    number: int
    document: Document
    scores: DocumentScores
    n_mistakes: int
    stretches: Sequence[Stretch]


def render_page(
    gold: Sequence[Document],
    predicted: Sequence[Document],
    scores: Scores,
    mistakes: Sequence[Mistake],
    *,
    title: str,
    model: Mapping[str, str] | None = None,
) -> str:
    """Give the page as HTML that needs no other file and no network.

    `scores` and `mistakes` must be those of the same documents. `model` is shown name by value.

    Raises:
        InputError: the documents can't be compared.
        SpanError: a span has an unknown label.
    """
    check_paired(gold, predicted, labels=tuple(scores.labels))
    numbers = {document.id: number for number, document in enumerate(gold, start=1)}
    of_document: dict[str, list[tuple[int, Mistake]]] = {document.id: [] for document in gold}
    rows: list[MistakeRow] = []
    for number, mistake in enumerate(mistakes, start=1):
        of_document[mistake.document_id].append((number, mistake))
        place = numbers[mistake.document_id]
        stretches = mark_mistake(gold[place - 1].text, number, mistake)
        rows.append(MistakeRow(number, place, mistake, stretches))
    views = [
        DocumentView(number, one, result, len(of_document[one.id]), mark_document(one, other, of_document[one.id]))
        for number, (one, other, result) in enumerate(zip(gold, predicted, scores.documents, strict=True), start=1)
    ]
    return _template().render(
        title=title,
        model=dict(model or {}),
        scores=scores,
        labels=tuple(scores.labels),
        kinds=tuple(MistakeKind),
        rows=rows,
        tally=_tally(mistakes),
        views=views,
        worst_first=sorted(views, key=_worst_first),
    )


def _labels(mistake: Mistake) -> tuple[str, ...]:
    return tuple(dict.fromkeys(span.label for span in mistake.spans))


def _tally(mistakes: Sequence[Mistake]) -> Counter[tuple[MistakeKind | None, str | None]]:
    """Count mistakes by kind and label concerned; None stands for any, and two labels count under both."""
    tally: Counter[tuple[MistakeKind | None, str | None]] = Counter()
    for mistake in mistakes:
        for label in (None, *_labels(mistake)):
            tally.update([(mistake.kind, label), (None, label)])
    return tally


def _worst_first(view: DocumentView) -> tuple[bool, float, int]:
    f1 = view.scores.micro.f1
    return f1 is None, f1 or 0.0, view.number


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["ratio"] = format_ratio
    source = resources.files("khcn_ner.evaluation").joinpath("page.html.j2").read_text(encoding="utf-8")
    return environment.from_string(source)
