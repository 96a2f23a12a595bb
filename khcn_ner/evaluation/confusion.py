"""Which label is taken for which: documents in pairs in; counts of gold label by predicted label out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from khcn_ner.document import Document
from khcn_ner.evaluation.mistakes import pair_mentions
from khcn_ner.labels import LABELS

# A gold label (None: no gold span) and a predicted one (None: no predicted span).
Cell = tuple[str | None, str | None]


def confuse(
    gold: Sequence[Document], predicted: Sequence[Document], *, labels: Sequence[str] = LABELS
) -> dict[Cell, int]:
    """Count pairs of a gold and a predicted span by their labels; a span without a partner counts under None.

    Spans are paired as for the mistakes: by the characters they share, whatever their borders, so the diagonal holds
    border mistakes too.

    Example:
        >>> from khcn_ner.document import Span
        >>> from khcn_ner.labels import Label
        >>> gold = Document("a", "Sở KH&CN họp", (Span(0, 8, Label.ORG),))
        >>> cells = confuse([gold], [gold.with_spans([Span(0, 8, Label.PER)])])
        >>> cells["ORG", "PER"], cells["ORG", None]
        (1, 0)
    """
    counts = Counter(
        (wanted and wanted.label, given and given.label)
        for one, other in zip(gold, predicted, strict=True)
        for wanted, given in pair_mentions(one, other)
    )
    sides = (*labels, None)
    return {(row, column): counts[row, column] for row in sides for column in sides if (row, column) != (None, None)}
