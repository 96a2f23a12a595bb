"""What to do next, by rule: an Evaluation in, a few sentences out, the most telling first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from khcn_ner.evaluation.causes import Cause
from khcn_ner.evaluation.examine import Evaluation
from khcn_ner.evaluation.summary import format_ratio

# From which difference on something is worth a sentence, in F1 or in calibration error (0..1); our choice.
_SEEN_GAP = 0.05
_ECE = 0.05
_WIDE_INTERVAL = 0.04
_GAIN = 0.005

_REMEDIES = {
    Cause.LABEL: "compare the guidelines' cases of the two labels with the gold of both",
    Cause.IN_PIECES: "add training reports with long spans",
    Cause.RUN_TOGETHER: "add training reports with lists and neighbouring names",
    Cause.MISSED_REPEAT: "look whether gold marks every repeat in training",
    Cause.GOLD_ELSEWHERE: "look at the gold first: it may lack these spans",
    Cause.SHORT: "look whether gold's borders in training follow the guidelines",
    Cause.LONG: "look whether gold's borders in training follow the guidelines",
    Cause.SHIFTED: "look whether gold's borders in training follow the guidelines",
    Cause.LONG_SPAN: "add training reports with long titles",
    Cause.LINE_BREAK: "add training reports whose names run over lines",
    Cause.UPPER_CASE: "add training reports with headings and letterheads in upper case",
    Cause.ABBREVIATION: "add training reports with these abbreviations",
    Cause.UNSEEN: "annotate reports of other bodies and years",
    Cause.LOW_SCORE: "a higher --min-score drops them, and some right ones",
    Cause.COMMA: "add training reports with names that have a comma inside",
    Cause.NONE: "read them one by one",
}


def advise(evaluation: Evaluation) -> list[str]:
    """Say what stands out and what to do about it."""
    return list(_advice(evaluation))


def _advice(evaluation: Evaluation) -> Iterator[str]:
    if evaluation.mistakes:
        n_all = len(evaluation.mistakes)
        causes = Counter(causes[0] for causes in evaluation.causes)
        for cause, number in causes.most_common(2):
            yield f"{number} of {n_all} mistakes: {cause}. Next: {_REMEDIES[cause]}."
        doubtful = causes[Cause.GOLD_ELSEWHERE]
        if doubtful and Cause.GOLD_ELSEWHERE not in dict(causes.most_common(2)):
            yield f"{doubtful} of {n_all} mistakes: {Cause.GOLD_ELSEWHERE}. Next: {_REMEDIES[Cause.GOLD_ELSEWHERE]}."
        labels = {label: one for label, one in evaluation.scores.labels.items() if one.f1 is not None}
        worst = min(labels, key=lambda label: (labels[label].f1 or 0.0, label))
        yield f"{worst} has the lowest F1, {format_ratio(labels[worst].f1)} on {labels[worst].support} gold spans."
    if evaluation.seen is not None:
        seen, unseen = evaluation.seen["seen"].f1, evaluation.seen["unseen"].f1
        if seen is not None and unseen is not None and seen - unseen > _SEEN_GAP:
            yield (
                f"Mentions that training does not have score {unseen:.3f}, the others {seen:.3f}. "
                "Next: more reports of other bodies rather than more of the same."
            )
    yield from _doubts(evaluation)


def _doubts(evaluation: Evaluation) -> Iterator[str]:
    interval = evaluation.scores.micro_f1_interval
    if interval is not None and (not interval.is_sound or interval.high - interval.low > _WIDE_INTERVAL):
        yield (
            f"F1 may lie anywhere from {interval.low:.3f} to {interval.high:.3f} on other reports. "
            "Next: annotate more reports to evaluate on."
        )
    calibration = evaluation.calibration
    if calibration is not None and calibration.ece > _ECE:
        yield f"Scores are off by {calibration.ece:.3f} on average: read them as an order, not as probabilities."
    if evaluation.curve:
        best = max(evaluation.curve, key=lambda cut: cut.counts.f1 or 0.0)
        gain = (best.counts.f1 or 0.0) - (evaluation.curve[0].counts.f1 or 0.0)
        if gain > _GAIN:
            yield (
                f"--min-score {best.min_score:.2f} would add {gain:.3f} to F1 on these very reports; "
                "choose it on others before you use it."
            )
