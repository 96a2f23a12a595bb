"""Cut a text where marked spans begin and end: a text and its marks in, a row of Stretches without overlap out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from khcn_ner.document import Document, Span
from khcn_ner.evaluation.mistakes import Mistake


@dataclass(frozen=True, slots=True)
class Mark:
    """A gold or predicted span to show; `mistake` is its mistake's number on the page, None if it is right."""

    span: Span
    mistake: int | None = None


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of text within which no mark begins or ends, and the gold and the predicted mark over it.

    A right span is a gold and a predicted mark at once. `begins` holds the mistakes whose first character this is.
    """

    text: str
    start: int
    gold: Mark | None = None
    predicted: Mark | None = None
    begins: tuple[int, ...] = ()

    @property
    def end(self) -> int:
        """Offset after the last character."""
        return self.start + len(self.text)

    @property
    def is_right(self) -> bool:
        """Tell whether the stretch lies in a span that was predicted as gold has it."""
        return self.gold is not None and self.gold.mistake is None

    @property
    def mistakes(self) -> tuple[int, ...]:
        """The numbers of the mistakes this stretch is part of."""
        numbers = {mark.mistake for mark in (self.gold, self.predicted) if mark is not None}
        return tuple(sorted(number for number in numbers if number is not None))

    def starts(self, mark: Mark) -> bool:
        """Tell whether a mark begins here."""
        return mark.span.start == self.start

    def ends(self, mark: Mark) -> bool:
        """Tell whether a mark ends here."""
        return mark.span.end == self.end


def mark_document(gold: Document, predicted: Document, mistakes: Sequence[tuple[int, Mistake]]) -> list[Stretch]:
    """Cut a whole document, given its numbered mistakes.

    Example:
        >>> from khcn_ner.labels import Label
        >>> document = Document("a", "Sở KH&CN họp", (Span(0, 8, Label.ORG),))
        >>> [(stretch.text, stretch.is_right) for stretch in mark_document(document, document, [])]
        [('Sở KH&CN', True), (' họp', False)]
    """
    wrong_gold = {one.gold: number for number, one in mistakes if one.gold is not None}
    wrong_predicted = {one.predicted: number for number, one in mistakes if one.predicted is not None}
    return _cut(
        gold.text,
        (0, len(gold.text)),
        [Mark(span, wrong_gold.get(span)) for span in gold.spans],
        [Mark(span, wrong_predicted.get(span)) for span in predicted.spans],
        {number: one.start for number, one in mistakes},
    )


def _cut(
    text: str, window: tuple[int, int], gold: Sequence[Mark], predicted: Sequence[Mark], first_offsets: dict[int, int]
) -> list[Stretch]:
    """Cut a window of a text at all borders of marks; each row of marks is free of overlap."""
    start, end = window
    borders = {border for mark in (*gold, *predicted) for border in (mark.span.start, mark.span.end)}
    cuts = [start, *sorted(border for border in borders if start < border < end), end]
    begins: dict[int, list[int]] = {}
    for number, offset in first_offsets.items():
        begins.setdefault(offset, []).append(number)
    gold_at = {mark.span.start: mark for mark in gold}
    predicted_at = {mark.span.start: mark for mark in predicted}
    over_gold: Mark | None = None
    over_predicted: Mark | None = None
    stretches: list[Stretch] = []
    for here, there in pairwise(cuts):
        over_gold = gold_at.get(here) or (over_gold if over_gold and over_gold.span.end > here else None)
        over_predicted = predicted_at.get(here) or (
            over_predicted if over_predicted and over_predicted.span.end > here else None
        )
        if there > here:
            numbers = tuple(begins.get(here, ()))
            stretches.append(Stretch(text[here:there], here, over_gold, over_predicted, numbers))
    return stretches
