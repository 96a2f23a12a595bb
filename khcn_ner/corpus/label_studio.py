"""Label Studio's JSON: tasks with annotations (gold) or predictions (pre-labels with scores).

Source: https://labelstud.io/guide/task_format (tasks, annotations, predictions). Versions before 1.5 counted offsets in
UTF-16 units (https://github.com/HumanSignal/label-studio/issues/1347), newer ones count code points; the
surface that comes with a span tells which. The labelling interface that fits:

    <View>
      <Labels name="label" toName="text">
        <Label value="ORG"/> <Label value="PER"/> <Label value="DATE"/>
        <Label value="QUANTITY"/> <Label value="PROJECT"/>
      </Labels>
      <Text name="text" value="$text" granularity="symbol"/>
    </View>
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from khcn_ner.corpus.incoming import Marked, incoming_document
from khcn_ner.document import Document
from khcn_ner.errors import CorpusError


def label_studio_text(documents: Iterable[Document], *, model_version: str | None = None) -> str:
    """Write documents as a list of tasks.

    With `model_version` the spans are predictions for a person to correct, each with its score; else annotations.
    """
    return json.dumps([_task(document, model_version) for document in documents], ensure_ascii=False, indent=1) + "\n"


def _task(document: Document, model_version: str | None) -> dict[str, Any]:
    result = [
        {
            "id": f"{document.id}-{number}",
            "from_name": "label",
            "to_name": "text",
            "type": "labels",
            "value": {
                "start": span.start,
                "end": span.end,
                "text": document.surface(span),
                "labels": [str(span.label)],
            },
            **({} if span.score is None else {"score": span.score}),
        }
        for number, span in enumerate(document.spans, start=1)
    ]
    task: dict[str, Any] = {"data": {"name": document.id, "text": document.text}}
    if model_version is None:
        return {**task, "annotations": [{"result": result}]}
    scores = [span.score for span in document.spans if span.score is not None]
    mean = round(sum(scores) / len(scores), 4) if scores else None
    return {**task, "predictions": [{"model_version": model_version, "score": mean, "result": result}]}


def label_studio_documents(text: str, *, name: str) -> list[Document]:
    """Read tasks: a person's last annotation that was not cancelled, else the last prediction.

    Raises:
        CorpusError: the file is no list of tasks with a text, or a span is wrong.
    """
    expected = 'a list of tasks {"data": {"text": …}, "annotations": […]}'
    remedy = "export it as JSON again"
    try:
        tasks = json.loads(text)
    except ValueError as error:
        raise CorpusError(name, found=f"broken JSON ({error})", expected=expected, remedy=remedy) from error
    if not isinstance(tasks, list):
        raise CorpusError(name, found=type(tasks).__name__, expected=expected, remedy=remedy)
    documents: list[Document] = []
    for number, task in enumerate(tasks, start=1):
        where = f"{name}, task {number}"
        try:
            data = task["data"]
            body, marked = data["text"], [_marked(item) for item in _result(task) if item.get("type") == "labels"]
            if not isinstance(body, str):
                raise TypeError(f"text {body!r}")
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            found = f"{type(error).__name__}: {error}"
            raise CorpusError(where, found=found, expected=expected, remedy=remedy) from error
        documents.append(incoming_document(where, str(data.get("name", f"{name}-{number}")), body, marked))
    return documents


def _result(task: dict[str, Any]) -> list[dict[str, Any]]:
    annotations = [item for item in task.get("annotations") or [] if not item.get("was_cancelled")]
    chosen = annotations or task.get("predictions") or [{"result": []}]
    result: list[dict[str, Any]] = chosen[-1]["result"]
    return result


def _marked(item: dict[str, Any]) -> Marked:
    value = item["value"]
    (label,) = value["labels"]
    # A person's correction takes the model's score off.
    score = item.get("score") if item.get("origin", "prediction") == "prediction" else None
    return Marked(int(value["start"]), int(value["end"]), str(label), value.get("text"), score)
