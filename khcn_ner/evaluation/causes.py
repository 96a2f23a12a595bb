"""Why a mistake was likely made: mechanical rules over the mistake, its report and the training mentions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from khcn_ner.document import Document, Span
from khcn_ner.evaluation.groups import Mention, plain_surface
from khcn_ner.evaluation.matching import overlapping
from khcn_ner.evaluation.mistakes import Mistake, MistakeKind

# Spans of more syllables than this count as long; training titles seldom have more.
LONG = 30
# Scores under this count as low: more likely wrong than right, if scores are calibrated.
LOW = 0.5


class Cause(StrEnum):
    """A likely cause, in the order of precedence: the first that fits is the one a mistake is grouped by."""

    LABEL = "label confusion"
    IN_PIECES = "found in pieces"
    RUN_TOGETHER = "run together"
    MISSED_REPEAT = "missed repeat"
    GOLD_ELSEWHERE = "gold has it elsewhere"
    SHORT = "border too short"
    LONG = "border too long"
    SHIFTED = "border shifted"
    LONG_SPAN = "long span"
    LINE_BREAK = "line break inside"
    UPPER_CASE = "upper case"
    ABBREVIATION = "abbreviation"
    UNSEEN = "unseen mention"
    LOW_SCORE = "low score"
    COMMA = "comma inside"
    NONE = "no rule fits"


RULES = {
    Cause.LABEL: "gold and prediction overlap, their labels differ",
    Cause.IN_PIECES: "two or more predictions lie in one gold span",
    Cause.RUN_TOGETHER: "one prediction lies over two or more gold spans",
    Cause.MISSED_REPEAT: "missed, though the same name with the same label was found elsewhere in the report",
    Cause.GOLD_ELSEWHERE: "spurious, though gold marks the same text with the same label elsewhere in the report: "
    "perhaps gold lacks it here",
    Cause.SHORT: "the prediction lies inside the gold span",
    Cause.LONG: "the gold span lies inside the prediction",
    Cause.SHIFTED: "each reaches beyond the other",
    Cause.LONG_SPAN: f"gold or prediction has more than {LONG} syllables",
    Cause.LINE_BREAK: "gold or prediction runs over a line break",
    Cause.UPPER_CASE: "all letters of a surface of several syllables are upper case",
    Cause.ABBREVIATION: "the surface is one word of upper-case letters, & and -",
    Cause.UNSEEN: "training does not mention the gold surface with this label",
    Cause.LOW_SCORE: f"the prediction's score is under {LOW}",
    Cause.COMMA: "gold or prediction has a comma inside",
    Cause.NONE: "none of the above",
}


@dataclass(frozen=True, slots=True)
class _Report:
    """What the rules ask of a document, gathered once."""

    document: Document
    found: frozenset[Mention]
    gold: frozenset[Mention]
    in_pieces: frozenset[Span]
    run_together: frozenset[Span]


def find_causes(
    gold: Sequence[Document],
    predicted: Sequence[Document],
    mistakes: Sequence[Mistake],
    *,
    known: frozenset[Mention] | None = None,
) -> list[tuple[Cause, ...]]:
    """Give each mistake's likely causes, the first being the one to group by.

    `known` are the mentions of training, None where they are not known; nothing is called unseen then.

    Example:
        >>> from khcn_ner.evaluation.mistakes import find_mistakes
        >>> from khcn_ner.labels import Label
        >>> gold = [Document("a", "Sở KH&CN họp", (Span(0, 8, Label.ORG),))]
        >>> predicted = [gold[0].with_spans([Span(3, 8, Label.ORG, 0.4)])]
        >>> [str(cause) for cause in find_causes(gold, predicted, find_mistakes(gold, predicted))[0]]
        ['border too short', 'abbreviation', 'low score']
    """
    reports = {one.id: _gather(one, other) for one, other in zip(gold, predicted, strict=True)}
    return [tuple(_causes(mistake, reports[mistake.document_id], known)) or (Cause.NONE,) for mistake in mistakes]


def _gather(gold: Document, predicted: Document) -> _Report:
    edges = overlapping(gold.spans, predicted.spans)
    of_gold, of_predicted = Counter(i for i, _ in edges), Counter(j for _, j in edges)
    wanted = _mentions(gold)
    right = {(span.start, span.end, span.label) for span in gold.spans}
    found = _mentions(
        predicted.with_spans(span for span in predicted.spans if (span.start, span.end, span.label) in right)
    )
    torn = {i for i, number in of_gold.items() if number > 1}
    joined = {j for j, number in of_predicted.items() if number > 1}
    return _Report(
        document=gold,
        found=found,
        gold=wanted,
        in_pieces=frozenset(
            span for i, j in edges if i in torn for span in (gold.spans[i], predicted.spans[j])
        ),
        run_together=frozenset(
            span for i, j in edges if j in joined for span in (gold.spans[i], predicted.spans[j])
        ),
    )  # fmt: skip


def _mentions(document: Document) -> frozenset[Mention]:
    return frozenset((span.label, plain_surface(document.surface(span))) for span in document.spans)


def _causes(mistake: Mistake, report: _Report, known: frozenset[Mention] | None) -> Iterator[Cause]:
    gold, predicted = mistake.gold, mistake.predicted
    if gold is not None and predicted is not None and gold.label != predicted.label:
        yield Cause.LABEL
    if any(span in report.in_pieces for span in mistake.spans):
        yield Cause.IN_PIECES
    if any(span in report.run_together for span in mistake.spans):
        yield Cause.RUN_TOGETHER
    if mistake.kind is MistakeKind.MISSED and _mention(report, gold) in report.found:
        yield Cause.MISSED_REPEAT
    if mistake.kind is MistakeKind.SPURIOUS and _mention(report, predicted) in report.gold:
        yield Cause.GOLD_ELSEWHERE
    if gold is not None and predicted is not None:
        yield from _border_causes(gold, predicted)
    yield from _surface_causes([report.document.surface(span) for span in mistake.spans])
    if known is not None and gold is not None and _mention(report, gold) not in known:
        yield Cause.UNSEEN
    if predicted is not None and predicted.score is not None and predicted.score < LOW:
        yield Cause.LOW_SCORE
    if any("," in report.document.surface(span) for span in mistake.spans):
        yield Cause.COMMA


def _mention(report: _Report, span: Span | None) -> Mention | None:
    return None if span is None else (span.label, plain_surface(report.document.surface(span)))


def _border_causes(gold: Span, predicted: Span) -> Iterator[Cause]:
    if (gold.start, gold.end) == (predicted.start, predicted.end):
        return
    if gold.start <= predicted.start and predicted.end <= gold.end:
        yield Cause.SHORT
    elif predicted.start <= gold.start and gold.end <= predicted.end:
        yield Cause.LONG
    else:
        yield Cause.SHIFTED


def _surface_causes(surfaces: Sequence[str]) -> Iterator[Cause]:
    if any(len(surface.split()) > LONG for surface in surfaces):
        yield Cause.LONG_SPAN
    if any("\n" in surface for surface in surfaces):
        yield Cause.LINE_BREAK
    if any(surface.isupper() and " " in surface for surface in surfaces):
        yield Cause.UPPER_CASE
    if any(_is_abbreviation(surface) for surface in surfaces):
        yield Cause.ABBREVIATION


def _is_abbreviation(surface: str) -> bool:
    letters = surface.replace("&", "").replace("-", "")
    return len(letters) > 1 and letters.isalpha() and letters.isupper()
