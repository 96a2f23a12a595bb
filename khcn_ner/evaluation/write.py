"""Write an evaluation: documents in pairs in; a folder out.

index.html          the page
metrics.json        the same numbers for programs
summary.md          a screen of Markdown for a pull request
predictions.jsonl   the predicted spans, as `khcn-ner tag --format jsonl` writes them, for `khcn-ner compare`
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from khcn_ner.document import Document
from khcn_ner.evaluation.examine import Evaluation, Setting, examine
from khcn_ner.evaluation.markdown import summary_markdown
from khcn_ner.evaluation.page import render_page
from khcn_ner.evaluation.summary import metrics
from khcn_ner.evaluation.thresholds import Check, check_thresholds
from khcn_ner.files import write_text

PAGE = "index.html"
PREDICTIONS = "predictions.jsonl"


@dataclass(frozen=True, slots=True)
class Written:
    """An evaluation that lies in a folder: where its page is, and how the thresholds stand."""

    page: Path
    evaluation: Evaluation
    metrics: dict[str, Any]
    checks: Sequence[Check]


def write_evaluation(
    directory: Path,
    gold: Sequence[Document],
    predicted: Sequence[Document],
    *,
    title: str,
    setting: Setting | None = None,
) -> Written:
    """Examine predictions and write all files into a folder, made if need be.

    All files are made before any is written, and each is replaced whole.

    Raises:
        InputError: the documents can't be compared, or the folder can't be written.
        SpanError: a span has an unknown label.
        ConfigError: a threshold's key leads to no number.
    """
    evaluation = examine(gold, predicted, setting=setting)
    numbers = metrics(evaluation)
    checks = check_thresholds(numbers, evaluation.setting.thresholds)
    files = {
        "metrics.json": json.dumps(numbers, ensure_ascii=False, indent=2, allow_nan=False) + "\n",
        "summary.md": summary_markdown(evaluation, checks, title=title),
        PREDICTIONS: "".join(f"{_prediction_line(document)}\n" for document in predicted),
        PAGE: render_page(evaluation, checks, title=title),
    }
    for name, content in files.items():
        write_text(directory / name, content)
    return Written(directory / PAGE, evaluation, numbers, checks)


def _prediction_line(document: Document) -> str:
    spans = [
        {"start": one.start, "end": one.end, "label": str(one.label), "text": document.surface(one), "score": one.score}
        for one in document.spans
    ]
    row = {"id": document.id, "text_sha256": document.text_sha256, "text": document.text, "spans": spans}
    return json.dumps(row, ensure_ascii=False)
