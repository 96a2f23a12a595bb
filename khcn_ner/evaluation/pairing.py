"""Check that predicted documents are the gold ones: same number, order, ids, texts and labels."""

from __future__ import annotations

from collections.abc import Sequence

from khcn_ner.document import Document
from khcn_ner.errors import InputError, SpanError
from khcn_ner.labels import LABELS


def check_paired(gold: Sequence[Document], predicted: Sequence[Document], *, labels: Sequence[str] = LABELS) -> None:
    """Refuse documents that can't be compared.

    Raises:
        InputError: there is no document, the numbers differ, an id occurs twice, or a pair differs in id or text.
        SpanError: a span has a label that is none of `labels`.
    """
    if len(gold) != len(predicted):
        raise InputError(
            "evaluation",
            found=f"{len(predicted)} predicted documents",
            expected=f"one for each of {len(gold)} gold documents",
            remedy="predict every gold document, in the same order",
        )
    if not gold:
        raise InputError(
            "evaluation",
            found="no documents",
            expected="at least one gold document",
            remedy="point it at a folder with annotations",
        )
    seen: set[str] = set()
    for number, (one, other) in enumerate(zip(gold, predicted, strict=True), start=1):
        _check_pair(number, one, other, labels)
        if one.id in seen:
            raise InputError(
                f"document {number}",
                found=f"id {one.id!r} a second time",
                expected="an id of its own for each document",
                remedy="rename the file",
            )
        seen.add(one.id)


def _check_pair(number: int, gold: Document, predicted: Document, labels: Sequence[str]) -> None:
    if gold.id != predicted.id:
        raise InputError(
            f"document {number}",
            found=f"predicted id {predicted.id!r}",
            expected=f"{gold.id!r} as in gold",
            remedy="give the predictions in the order of the gold documents",
        )
    if gold.text != predicted.text:
        shorter = min(len(gold.text), len(predicted.text))
        same = next((i for i in range(shorter) if gold.text[i] != predicted.text[i]), shorter)
        raise InputError(
            f"document {number} ({gold.id})",
            found=f"a predicted text of length {len(predicted.text)} that differs from character {same} on",
            expected=f"gold's text of length {len(gold.text)}",
            remedy="predict on the text that was annotated",
        )
    for name, document in (("gold", gold), ("predicted", predicted)):
        for span in document.spans:
            if span.label not in labels:
                raise SpanError(
                    f"document {number} ({gold.id}), {name} span [{span.start}, {span.end})",
                    found=f"label {str(span.label)!r}",
                    expected=f"one of {', '.join(labels)}",
                    remedy="map it to one of these or leave the span out",
                )
