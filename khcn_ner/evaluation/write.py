"""Write an evaluation: documents in pairs in; a folder with metrics.json and index.html out."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from khcn_ner.document import Document
from khcn_ner.evaluation.mistakes import find_mistakes
from khcn_ner.evaluation.page import render_page
from khcn_ner.evaluation.scores import Scores, score
from khcn_ner.evaluation.summary import metrics
from khcn_ner.files import write_text
from khcn_ner.labels import LABELS


def write_evaluation(
    directory: Path,
    gold: Sequence[Document],
    predicted: Sequence[Document],
    *,
    model: Mapping[str, str] | None,
    title: str,
    labels: Sequence[str] = LABELS,
) -> Scores:
    """Score, write `metrics.json` and `index.html` into a folder (made if need be), and give the scores.

    `model` describes what predicted, name to value, as it should be read on the page; `labels` are those it tells
    apart. Both files are made before either is written, and each is replaced whole.

    Raises:
        InputError: the documents can't be compared, or the folder can't be written.
        SpanError: a span has an unknown label.
    """
    scores = score(gold, predicted, labels=labels)
    mistakes = find_mistakes(gold, predicted, labels=labels)
    numbers = json.dumps(metrics(scores, mistakes, model=model), ensure_ascii=False, indent=2, allow_nan=False)
    page = render_page(gold, predicted, scores, mistakes, title=title, model=model)
    write_text(directory / "metrics.json", numbers + "\n")
    write_text(directory / "index.html", page)
    return scores
