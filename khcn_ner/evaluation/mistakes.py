"""Find where prediction and gold disagree: two equally long rows of Documents in, each disagreement once out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from khcn_ner.document import Document, Span
from khcn_ner.evaluation.matching import Pair, Worth, overlap, pair_spans, same_borders
from khcn_ner.evaluation.pairing import check_paired
from khcn_ner.labels import LABELS


class MistakeKind(StrEnum):
    """What is wrong: no partner (missed, spurious), or a partner with other borders, another label, or both."""

    MISSED = "missed"
    SPURIOUS = "spurious"
    BORDER = "border"
    LABEL = "label"
    LABEL_AND_BORDER = "label and border"


@dataclass(frozen=True, slots=True)
class Mistake:
    """One disagreement; `gold` is None for a spurious span, `predicted` for a missed one."""

    document_id: str
    kind: MistakeKind
    gold: Span | None
    predicted: Span | None

    @property
    def spans(self) -> tuple[Span, ...]:
        """The gold and the predicted span, those that there are."""
        return tuple(span for span in (self.gold, self.predicted) if span is not None)

    @property
    def start(self) -> int:
        """Offset of the first character concerned."""
        return min(span.start for span in self.spans)

    @property
    def end(self) -> int:
        """Offset after the last character concerned."""
        return max(span.end for span in self.spans)


def find_mistakes(
    gold: Sequence[Document], predicted: Sequence[Document], *, labels: Sequence[str] = LABELS
) -> list[Mistake]:
    """List each disagreement once, by document and place in the text.

    A gold and a predicted span that overlap are one mistake, not two. Where several overlap, spans are paired so
    that the pairs share the most characters, then that the most pairs have equal labels, then earliest in the text.

    Raises:
        InputError: there is no document, the numbers differ, an id occurs twice, or a pair differs in id or text.
        SpanError: a span has an unknown label.

    Example:
        >>> from khcn_ner.labels import Label
        >>> gold = Document("a", "Sở KH&CN họp", (Span(0, 8, Label.ORG),))
        >>> [str(one.kind) for one in find_mistakes([gold], [gold.with_spans([Span(3, 8, Label.ORG)])])]
        ['border']
    """
    check_paired(gold, predicted, labels=labels)
    mistakes: list[Mistake] = []
    for one, other in zip(gold, predicted, strict=True):
        for wanted, given in pair_mentions(one, other):
            kind = _kind(wanted, given)
            if kind is not None:
                mistakes.append(Mistake(one.id, kind, wanted, given))
    return mistakes


def pair_mentions(gold: Document, predicted: Document) -> list[Pair]:
    """Pair a document's gold spans with its predicted ones, as mistakes are told."""
    return pair_spans(gold.spans, predicted.spans, _worth)


def _worth(gold: Span, predicted: Span) -> Worth:
    return overlap(gold, predicted), int(gold.label == predicted.label)


def _kind(gold: Span | None, predicted: Span | None) -> MistakeKind | None:
    if predicted is None:
        return MistakeKind.MISSED
    if gold is None:
        return MistakeKind.SPURIOUS
    if gold.label == predicted.label:
        return None if same_borders(gold, predicted) else MistakeKind.BORDER
    return MistakeKind.LABEL if same_borders(gold, predicted) else MistakeKind.LABEL_AND_BORDER
