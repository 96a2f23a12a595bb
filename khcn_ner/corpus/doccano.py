"""doccano's JSON lines: a document a line, spans as `[start, end, label]` in code points.

Source: https://doccano.github.io/doccano/tutorial/ (sequence labelling, JSONL). A row's `label` or `labels` holds
triples; `entities`, which newer versions export, holds objects. The document's name is kept under `name`.
"""

from __future__ import annotations

import json
from typing import Any

from khcn_ner.corpus.incoming import Marked, incoming_document
from khcn_ner.document import Document
from khcn_ner.errors import CorpusError


def doccano_line(document: Document) -> str:
    """Write a document as one row, without scores.

    Example:
        >>> doccano_line(Document("a", "họp"))
        '{"name": "a", "text": "họp", "label": []}'
    """
    label = [[span.start, span.end, str(span.label)] for span in document.spans]
    return json.dumps({"name": document.id, "text": document.text, "label": label}, ensure_ascii=False)


def doccano_documents(text: str, *, name: str) -> list[Document]:
    """Read rows; one without a name is called by the file's name and its number.

    Raises:
        CorpusError: a row is no JSON object with a text, or a span in it is wrong.
    """
    documents: list[Document] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        where = f"{name}, line {number}"
        try:
            row = json.loads(line)
            body, marked = row["text"], _marked(row)
            if not isinstance(body, str):
                raise TypeError(f"text {body!r}")
        except (ValueError, KeyError, TypeError) as error:
            expected = '{"text": …, "label": [[start, end, "ORG"], …]}'
            raise CorpusError(
                where, found=f"{type(error).__name__}: {error}", expected=expected, remedy="export it as JSONL again"
            ) from error
        documents.append(incoming_document(where, str(row.get("name", f"{name}-{number}")), body, marked))
    return documents


def _marked(row: dict[str, Any]) -> list[Marked]:
    if "entities" in row:
        return [Marked(item["start_offset"], item["end_offset"], item["label"]) for item in row["entities"]]
    return [Marked(int(start), int(end), str(label)) for start, end, label in row.get("label", row.get("labels", ()))]
