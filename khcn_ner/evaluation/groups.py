"""Scores of parts of an evaluation: spans by length and by being known from training, documents by what they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from khcn_ner.document import Document, Span
from khcn_ner.evaluation.counts import Counts
from khcn_ner.evaluation.interval import Interval, resample_f1
from khcn_ner.evaluation.scores import DocumentScores

# Upper ends of the lengths told apart, in syllables (runs between white space).
LENGTHS = (1, 2, 4, 8, 16, 32)

# A mention as training knows it: its label and its surface, as `plain_surface` gives it.
Mention = tuple[str, str]


@dataclass(frozen=True, slots=True)
class GroupScores:
    """Strict counts of some documents that have something in common."""

    name: str
    n_documents: int
    counts: Counts
    f1_interval: Interval | None


def plain_surface(surface: str) -> str:
    """Write a surface in lower case with single spaces, so that repeats are recognised.

    Example:
        >>> plain_surface("SỞ  KH&CN")
        'sở kh&cn'
    """
    return " ".join(surface.casefold().split())


def known_mentions(training: Iterable[Document]) -> frozenset[Mention]:
    """Collect what the documents a model was trained on mention."""
    return frozenset(
        (span.label, plain_surface(document.surface(span))) for document in training for span in document.spans
    )


def length_name(n_syllables: int) -> str:
    """Name the range of lengths that a span of so many syllables falls into.

    Example:
        >>> [length_name(n) for n in (1, 3, 4, 33)]
        ['1', '3–4', '3–4', '33 and more']
    """
    low = 1
    for high in LENGTHS:
        if n_syllables <= high:
            return str(high) if low == high else f"{low}–{high}"
        low = high + 1
    return f"{low} and more"


def count_by_length(gold: Sequence[Document], predicted: Sequence[Document]) -> dict[str, Counts]:
    """Count strictly by the length of the span concerned, the shortest first; lengths without spans are left out.

    Example:
        >>> from khcn_ner.labels import Label
        >>> document = Document("a", "Sở KH&CN họp", (Span(0, 8, Label.ORG),))
        >>> count_by_length([document], [document.with_spans([])])
        {'2': Counts(true_positives=0, false_positives=0, false_negatives=1)}
    """
    counts = _count_by(gold, predicted, lambda document, span: length_name(len(document.surface(span).split())))
    names = dict.fromkeys(length_name(n) for n in range(1, LENGTHS[-1] + 2))
    return {name: counts[name] for name in names if name in counts}


def count_by_seen(
    gold: Sequence[Document], predicted: Sequence[Document], known: frozenset[Mention]
) -> dict[str, Counts]:
    """Count strictly by whether training mentions the span concerned, letter case aside, under the same label."""

    def name(document: Document, span: Span) -> str:
        return "seen" if (span.label, plain_surface(document.surface(span))) in known else "unseen"

    counts = _count_by(gold, predicted, name)
    return {name: counts.get(name, Counts()) for name in ("seen", "unseen")}


def _count_by(
    gold: Sequence[Document], predicted: Sequence[Document], name: Callable[[Document, Span], str]
) -> dict[str, Counts]:
    """Count strictly by a name that depends on text, borders and label alone, so that right pairs share it."""
    counts: dict[str, Counts] = {}
    for one, other in zip(gold, predicted, strict=True):
        wanted = {(span.start, span.end, span.label): span for span in one.spans}
        given = {(span.start, span.end, span.label): span for span in other.spans}
        for key, span in (wanted | given).items():
            found = Counts(int(key in wanted and key in given), int(key not in wanted), int(key not in given))
            group = name(one, span)
            counts[group] = counts.get(group, Counts()) + found
    return counts


def score_groups(
    documents: Sequence[DocumentScores], properties: Mapping[str, Mapping[str, str]]
) -> dict[str, list[GroupScores]]:
    """Score documents by each of their properties: its name → its values, the most documents first.

    `properties` has a document's properties by its id; a document without a property is left out of that one.
    """
    names = dict.fromkeys(name for one in documents for name in properties.get(one.id, {}))
    grouped: dict[str, list[GroupScores]] = {}
    for name in names:
        members: dict[str, list[Counts]] = {}
        for one in documents:
            value = properties.get(one.id, {}).get(name)
            if value is not None:
                members.setdefault(value, []).append(one.micro)
        scored = [
            GroupScores(value, len(counts), sum(counts, Counts()), resample_f1(counts))
            for value, counts in members.items()
        ]
        grouped[name] = sorted(scored, key=lambda group: (-group.n_documents, group.name))
    return grouped
