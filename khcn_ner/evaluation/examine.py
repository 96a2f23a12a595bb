"""Look at predictions from all sides: documents in pairs, and what is known beside them, in; an Evaluation out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from khcn_ner.document import Document
from khcn_ner.evaluation.calibration import Calibration, Cut, calibrate, threshold_curve
from khcn_ner.evaluation.causes import Cause, find_causes
from khcn_ner.evaluation.confusion import Cell, confuse
from khcn_ner.evaluation.counts import Counts
from khcn_ner.evaluation.groups import GroupScores, count_by_length, count_by_seen, known_mentions, score_groups
from khcn_ner.evaluation.learning_curve import LearningPoint
from khcn_ner.evaluation.mistakes import Mistake, find_mistakes
from khcn_ner.evaluation.record_scores import Record, RecordScores, score_records
from khcn_ner.evaluation.scores import Scores, score
from khcn_ner.evaluation.thresholds import Threshold
from khcn_ner.labels import LABELS


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What is known beside gold and predicted spans; everything may be left out.

    model: what predicted, name to value, as it should be read on the page.
    labels: the labels that it tells apart.
    training: the documents the model was trained on, to tell seen from unseen mentions.
    properties: by a document's id, what it is (kind, body, register, …), to score alike documents together.
    records: pairs of a gold record and the one from predicted spans, as plain JSON values.
    records_from_gold: the same with the records from gold spans, to tell the error that is not the model's.
    thresholds: what the model must reach.
    learning_curve: scores by the number of training reports.
    pages: by a document's id, the address of its own page, relative to the evaluation's folder.
    min_score: the score below which predicted spans were dropped before, 0..1; `n_dropped` of them.
    n_unseen_characters: characters the model was not shown; None where that is not known.
    """

    model: Mapping[str, str] | None = None
    labels: Sequence[str] = LABELS
    training: Sequence[Document] | None = None
    properties: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    records: Sequence[tuple[Record, Record]] = ()
    records_from_gold: Sequence[tuple[Record, Record]] = ()
    thresholds: Sequence[Threshold] = ()
    learning_curve: Sequence[LearningPoint] = ()
    pages: Mapping[str, str] = field(default_factory=dict)
    min_score: float | None = None
    n_dropped: int = 0
    n_unseen_characters: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """Everything that metrics.json, the summary and the page tell.

    `causes` go with `mistakes`, one row each. `seen` is None where training is not known, `calibration` where no span
    has a score, `records` and `records_from_gold` where there is no gold record; `curve` is empty where a span has no
    score.
    """

    gold: Sequence[Document]
    predicted: Sequence[Document]
    setting: Setting
    scores: Scores
    mistakes: Sequence[Mistake]
    causes: Sequence[tuple[Cause, ...]]
    lengths: Mapping[str, Counts]
    seen: Mapping[str, Counts] | None
    groups: Mapping[str, Sequence[GroupScores]]
    confusion: Mapping[Cell, int]
    calibration: Calibration | None
    curve: Sequence[Cut]
    records: RecordScores | None
    records_from_gold: RecordScores | None


def examine(gold: Sequence[Document], predicted: Sequence[Document], *, setting: Setting | None = None) -> Evaluation:
    """Score predicted against gold documents and find what is behind the scores.

    Raises:
        InputError: the documents can't be compared, or a record is none.
        SpanError: a span has an unknown label.

    Example:
        >>> from khcn_ner.document import Span
        >>> from khcn_ner.labels import Label
        >>> gold = Document("a", "Sở KH&CN họp", (Span(0, 8, Label.ORG),))
        >>> evaluation = examine([gold], [gold.with_spans([])])
        >>> [(str(mistake.kind), str(causes[0])) for mistake, causes in zip(evaluation.mistakes, evaluation.causes)]
        [('missed', 'no rule fits')]
    """
    setting = setting or Setting()
    scores = score(gold, predicted, labels=setting.labels)
    mistakes = find_mistakes(gold, predicted, labels=setting.labels)
    known = None if setting.training is None else known_mentions(setting.training)
    return Evaluation(
        gold=gold,
        predicted=predicted,
        setting=setting,
        scores=scores,
        mistakes=mistakes,
        causes=find_causes(gold, predicted, mistakes, known=known),
        lengths=count_by_length(gold, predicted),
        seen=None if known is None else count_by_seen(gold, predicted, known),
        groups=score_groups(scores.documents, setting.properties),
        confusion=confuse(gold, predicted, labels=setting.labels),
        calibration=calibrate(gold, predicted),
        curve=threshold_curve(gold, predicted),
        records=score_records(setting.records) if setting.records else None,
        records_from_gold=score_records(setting.records_from_gold) if setting.records_from_gold else None,
    )
