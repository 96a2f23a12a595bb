"""An evaluation as numbers for machines and rows for a terminal: the content of metrics.json, or text rows, out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from khcn_ner.evaluation.calibration import Calibration
from khcn_ner.evaluation.causes import Cause
from khcn_ner.evaluation.counts import Counts, SchemeCounts
from khcn_ner.evaluation.examine import Evaluation
from khcn_ner.evaluation.interval import Interval
from khcn_ner.evaluation.mistakes import MistakeKind
from khcn_ner.evaluation.record_scores import RecordScores
from khcn_ner.evaluation.scores import Scores
from khcn_ner.evaluation.thresholds import Check, check_thresholds

# Raised when a key changes its meaning or goes; a new key alone does not raise it.
SCHEMA = 1

TABLE_HEADER = ("label", "precision", "recall", "F1", "support", "TP", "FP", "FN")


def metrics(evaluation: Evaluation) -> dict[str, Any]:
    """Give what metrics.json holds: fractions of 1, not rounded, None where undefined.

    docs/evaluation.md describes the keys.

    Raises:
        ConfigError: a threshold's key leads to no number.

    Example:
        >>> from khcn_ner.document import Document
        >>> from khcn_ner.evaluation.examine import examine
        >>> document = Document("a", "Không có gì")
        >>> metrics(examine([document], [document]))["strict"]["micro"]["f1"] is None
        True
    """
    scores, setting = evaluation.scores, evaluation.setting
    kinds = Counter(mistake.kind for mistake in evaluation.mistakes)
    numbers = {
        "schema": SCHEMA,
        "n_documents": len(scores.documents),
        "n_gold": scores.micro.support,
        "n_predicted": scores.micro.n_predicted,
        "strict": _strict(scores),
        "schemes": {str(scheme): _of_scheme(counts) for scheme, counts in scores.schemes.items()},
        "token_accuracy": scores.tokens.accuracy,
        "n_tokens": scores.tokens.n_tokens,
        "n_cut_spans": scores.tokens.n_cut_spans,
        "n_unseen_characters": setting.n_unseen_characters,
        "min_score": setting.min_score,
        "n_dropped": setting.n_dropped,
        "documents": [
            {"id": one.id, **_of_counts(one.micro), "token_accuracy": one.tokens.accuracy} for one in scores.documents
        ],
        "mistakes": {str(kind): kinds[kind] for kind in MistakeKind},
        **_behind(evaluation),
        "model": None if setting.model is None else dict(setting.model),
    }
    checks = check_thresholds(numbers, setting.thresholds)
    return {**numbers, "verdict": _of_checks(checks) if checks else None}


def _strict(scores: Scores) -> dict[str, Any]:
    macro = scores.macro
    return {
        "micro": {**_of_counts(scores.micro), **_of_interval(scores.micro_f1_interval)},
        "macro": {
            "precision": macro.precision,
            "recall": macro.recall,
            "f1": macro.f1,
            "n_labels": macro.n_labels,
        },
        "labels": {
            str(label): {**_of_counts(counts), **_of_interval(scores.label_f1_intervals[label])}
            for label, counts in scores.labels.items()
        },
    }


def _behind(evaluation: Evaluation) -> dict[str, Any]:
    """Give the numbers that say where the scores come from."""
    causes = Counter(causes[0] for causes in evaluation.causes)
    seen = evaluation.seen
    return {
        "causes": {str(cause): causes[cause] for cause in Cause if causes[cause]},
        "lengths": {name: _of_counts(counts) for name, counts in evaluation.lengths.items()},
        "seen": None if seen is None else {name: _of_counts(counts) for name, counts in seen.items()},
        "groups": {
            name: {
                group.name: {
                    "n_documents": group.n_documents,
                    **_of_counts(group.counts),
                    **_of_interval(group.f1_interval),
                }
                for group in groups
            }
            for name, groups in evaluation.groups.items()
        },
        "confusion": [
            {"gold": row and str(row), "predicted": column and str(column), "n": number}
            for (row, column), number in evaluation.confusion.items()
            if number
        ],
        "calibration": _of_calibration(evaluation.calibration),
        "threshold_curve": [
            {
                "min_score": cut.min_score,
                "precision": cut.counts.precision,
                "recall": cut.counts.recall,
                "f1": cut.counts.f1,
            }
            for cut in evaluation.curve
        ],
        "records": _of_records(evaluation.records),
        "records_from_gold": _of_records(evaluation.records_from_gold),
    }


def _of_records(records: RecordScores | None) -> dict[str, Any] | None:
    if records is None:
        return None
    return {
        "n_documents": records.n_documents,
        "micro": {**_of_counts(records.micro), "exact_f1": records.micro_exact.f1},
        "fields": {
            name: {**_of_counts(counts), "exact_f1": records.exact[name].f1} for name, counts in records.fields.items()
        },
    }


def table_rows(scores: Scores) -> list[tuple[str, ...]]:
    """Give the table a label as text, under `TABLE_HEADER`: each label that occurs, then micro and macro.

    Example:
        >>> from khcn_ner.document import Document, Span
        >>> from khcn_ner.evaluation.scores import score
        >>> from khcn_ner.labels import Label
        >>> document = Document("a", "Sở KH&CN họp", (Span(0, 8, Label.ORG),))
        >>> for row in table_rows(score([document], [document])):
        ...     print(row)
        ('ORG', '1.000', '1.000', '1.000', '1', '1', '0', '0')
        ('micro', '1.000', '1.000', '1.000', '1', '1', '0', '0')
        ('macro', '1.000', '1.000', '1.000', '', '', '', '')
    """
    named = [(str(label), counts) for label, counts in scores.labels.items() if counts.f1 is not None]
    rows = [_row(name, counts) for name, counts in [*named, ("micro", scores.micro)]]
    macro = scores.macro
    ratios = (format_ratio(value) for value in (macro.precision, macro.recall, macro.f1))
    return [*rows, ("macro", *ratios, "", "", "", "")]


def format_ratio(value: float | None) -> str:
    """Write a ratio with three decimals, and an undefined one as a dash.

    Example:
        >>> format_ratio(0.93149), format_ratio(None)
        ('0.931', '–')
    """
    return "–" if value is None else f"{value:.3f}"


def _row(name: str, counts: Counts) -> tuple[str, ...]:
    ratios = (counts.precision, counts.recall, counts.f1)
    numbers = (counts.support, counts.true_positives, counts.false_positives, counts.false_negatives)
    return (name, *(format_ratio(value) for value in ratios), *(str(number) for number in numbers))


def _of_interval(interval: Interval | None) -> dict[str, Any]:
    return {
        "f1_interval": None if interval is None else [interval.low, interval.high],
        "f1_interval_flags": [] if interval is None else list(interval.flags),
    }


def _of_calibration(calibration: Calibration | None) -> dict[str, Any] | None:
    if calibration is None:
        return None
    return {
        "ece": calibration.ece,
        "n_spans": calibration.n_spans,
        "bins": [
            {
                "low": one.low,
                "high": one.high,
                "n_spans": one.n_spans,
                "n_right": one.n_right,
                "mean_score": one.mean_score,
            }
            for one in calibration.bins
        ],
    }


def _of_checks(checks: Iterable[Check]) -> dict[str, Any]:
    rows = [
        {
            "key": one.threshold.key,
            "found": one.found,
            "at_least": one.threshold.at_least,
            "at_most": one.threshold.at_most,
            "met": one.is_met,
        }
        for one in checks
    ]
    return {"met": all(row["met"] for row in rows), "checks": rows}


def _of_counts(counts: Counts) -> dict[str, float | int | None]:
    return {
        "precision": counts.precision,
        "recall": counts.recall,
        "f1": counts.f1,
        "support": counts.support,
        "true_positives": counts.true_positives,
        "false_positives": counts.false_positives,
        "false_negatives": counts.false_negatives,
    }


def _of_scheme(counts: SchemeCounts) -> dict[str, float | int | None]:
    return {
        "precision": counts.precision,
        "recall": counts.recall,
        "f1": counts.f1,
        "correct": counts.correct,
        "incorrect": counts.incorrect,
        "partial": counts.partial,
        "missed": counts.missed,
        "spurious": counts.spurious,
    }
