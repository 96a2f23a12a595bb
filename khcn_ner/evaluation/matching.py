"""Pair gold with predicted spans: two sorted rows of spans in, each span once out, alone or with its partner.

Both rows are free of overlap, so the overlapping pairs form a staircase: walking the text, each new pair
shares its gold or its predicted span with the pairs just before it and with none earlier. The best choice of
pairs is therefore found like the best choice of non-clashing appointments, in one pass, and is exact.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from khcn_ner.document import Span

# How good a pair is: summed over the chosen pairs and compared from the first number on.
Worth = tuple[int, ...]
Pair = tuple[Span | None, Span | None]


def overlap(gold: Span, predicted: Span) -> int:
    """Count the characters that two spans share.

    Example:
        >>> from khcn_ner.labels import Label
        >>> overlap(Span(0, 5, Label.ORG), Span(5, 8, Label.ORG))  # ends are exclusive: they touch only
        0
    """
    return max(0, min(gold.end, predicted.end) - max(gold.start, predicted.start))


def same_borders(gold: Span, predicted: Span) -> bool:
    """Tell whether two spans cover the same characters."""
    return (gold.start, gold.end) == (predicted.start, predicted.end)


def pair_spans(gold: Sequence[Span], predicted: Sequence[Span], worth: Callable[[Span, Span], Worth]) -> list[Pair]:
    """Pair overlapping spans so that the summed worth is greatest; give every span once, in text order.

    Each row must be sorted and free of overlap, as in a Document. Where two choices are worth the same, the
    one whose pairs come earlier in the text is taken, so the result depends on nothing but the spans.

    Example:
        >>> from khcn_ner.labels import Label
        >>> gold = [Span(0, 4, Label.ORG), Span(4, 9, Label.ORG)]
        >>> pairs = pair_spans(gold, [Span(2, 9, Label.ORG)], lambda one, other: (overlap(one, other),))
        >>> [(one and one.start, other and other.start) for one, other in pairs]
        [(0, None), (4, 2)]
    """
    edges = overlapping(gold, predicted)
    chosen = _choose(edges, [worth(gold[i], predicted[j]) for i, j in edges])
    paired_predicted = {j for _, j in chosen}
    partner = dict(chosen)
    pairs: list[Pair] = [
        (span, predicted[partner[index]] if index in partner else None) for index, span in enumerate(gold)
    ]
    pairs += [(None, span) for index, span in enumerate(predicted) if index not in paired_predicted]
    return sorted(pairs, key=_place)


def _place(pair: Pair) -> tuple[int, int, bool]:
    spans = [span for span in pair if span is not None]
    return min(span.start for span in spans), max(span.end for span in spans), pair[0] is None


def overlapping(gold: Sequence[Span], predicted: Sequence[Span]) -> list[tuple[int, int]]:
    """List the (gold index, predicted index) of all overlapping pairs, in text order.

    Each row must be sorted and free of overlap.

    Example:
        >>> from khcn_ner.labels import Label
        >>> overlapping([Span(0, 9, Label.ORG)], [Span(0, 2, Label.ORG), Span(3, 9, Label.ORG)])
        [(0, 0), (0, 1)]
    """
    edges: list[tuple[int, int]] = []
    i = j = 0
    while i < len(gold) and j < len(predicted):
        if overlap(gold[i], predicted[j]):
            edges.append((i, j))
        if gold[i].end <= predicted[j].end:
            i += 1
        else:
            j += 1
    return edges


def _choose(edges: Sequence[tuple[int, int]], worths: Sequence[Worth]) -> list[tuple[int, int]]:
    """Choose edges of the staircase, no two sharing a span, of greatest summed worth."""
    if not edges:
        return []
    first_of_gold: dict[int, int] = {}
    first_of_predicted: dict[int, int] = {}
    best: list[Worth] = [(0,) * len(worths[0])]  # best[n]: the greatest sum within the first n edges
    before: list[int] = []  # how many leading edges share no span with this one
    taken: list[bool] = []
    for number, ((i, j), worth) in enumerate(zip(edges, worths, strict=True)):
        before.append(min(first_of_gold.setdefault(i, number), first_of_predicted.setdefault(j, number)))
        with_edge = tuple(sum(parts) for parts in zip(worth, best[before[-1]], strict=True))
        taken.append(with_edge > best[-1])
        best.append(max(with_edge, best[-1]))
    chosen: list[tuple[int, int]] = []
    number = len(edges)
    while number:
        if taken[number - 1]:
            chosen.append(edges[number - 1])
            number = before[number - 1]
        else:
            number -= 1
    return chosen[::-1]
