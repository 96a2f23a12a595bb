"""Scores of predicted against gold spans: documents in pairs in; counts, mistakes, metrics.json and pages out.

    score(gold, predicted)            -> Scores            counts a label, a scheme, a document; the intervals of F1
    find_mistakes(gold, predicted)    -> list[Mistake]     each disagreement once
    examine(gold, predicted)          -> Evaluation        these, their likely causes, and scores of parts
    score_records(pairs)              -> RecordScores      counts a field of the records
    compare_records(gold, predicted)  -> Comparison, …     each value of two records that is scored
    metrics(evaluation)               -> dict              what metrics.json holds
    table_rows(scores)                -> rows of text      the table a label, for a terminal
    write_evaluation(folder, …)       -> Written           metrics.json, index.html, summary.md, predictions.jsonl
    compare(gold, first, second)      -> Comparison        paired differences, what the second fixed and broke
    write_comparison(folder, …)       -> Path              comparison.json, index.html, summary.md

docs/evaluation.md says what the numbers mean.
"""

from __future__ import annotations

from khcn_ner.evaluation.calibration import (
    Calibration,
    calibrate,
    calibrate_scores,
    keep_scored,
    scored_spans,
    threshold_curve,
)
from khcn_ner.evaluation.causes import Cause, find_causes
from khcn_ner.evaluation.comparison import Change, Comparison, Difference, compare
from khcn_ner.evaluation.comparison_page import DIFFERENCE_HEADER, difference_rows, write_comparison
from khcn_ner.evaluation.counts import Counts, SchemeCounts, TokenCounts
from khcn_ner.evaluation.examine import Evaluation, Setting, examine
from khcn_ner.evaluation.interval import Interval, resample_f1
from khcn_ner.evaluation.learning_curve import LearningPoint, read_learning_curve
from khcn_ner.evaluation.mistakes import Mistake, MistakeKind, find_mistakes
from khcn_ner.evaluation.page import render_page
from khcn_ner.evaluation.record_scores import RecordScores, compare_records, score_records
from khcn_ner.evaluation.scores import DocumentScores, MacroScores, Scheme, Scores, score
from khcn_ner.evaluation.summary import TABLE_HEADER, metrics, table_rows
from khcn_ner.evaluation.thresholds import Check, Threshold, check_thresholds, read_thresholds
from khcn_ner.evaluation.write import PREDICTIONS, Written, write_evaluation

__all__ = [
    "DIFFERENCE_HEADER",
    "PREDICTIONS",
    "TABLE_HEADER",
    "Calibration",
    "Cause",
    "Change",
    "Check",
    "Comparison",
    "Counts",
    "Difference",
    "DocumentScores",
    "Evaluation",
    "Interval",
    "LearningPoint",
    "MacroScores",
    "Mistake",
    "MistakeKind",
    "RecordScores",
    "Scheme",
    "SchemeCounts",
    "Scores",
    "Setting",
    "Threshold",
    "TokenCounts",
    "Written",
    "calibrate",
    "calibrate_scores",
    "check_thresholds",
    "compare",
    "compare_records",
    "difference_rows",
    "examine",
    "find_causes",
    "find_mistakes",
    "keep_scored",
    "metrics",
    "read_learning_curve",
    "read_thresholds",
    "render_page",
    "resample_f1",
    "score",
    "score_records",
    "scored_spans",
    "table_rows",
    "threshold_curve",
    "write_comparison",
    "write_evaluation",
]
