"""Scores of predicted against gold spans: documents in pairs in; counts, mistakes, metrics.json and one HTML page out.

    score(gold, predicted)            -> Scores            counts a label, a scheme, a document; the interval of F1
    find_mistakes(gold, predicted)    -> list[Mistake]     each disagreement once
    metrics(scores, mistakes)         -> dict              what metrics.json holds
    table_rows(scores)                -> rows of text      the table a label, for a terminal
    render_page(...)                  -> str               one self-contained HTML page
    write_evaluation(folder, ...)     -> Scores            metrics.json and index.html

docs/evaluation.md says what the numbers mean.
"""

from __future__ import annotations

from khcn_ner.evaluation.counts import Counts, SchemeCounts, TokenCounts
from khcn_ner.evaluation.interval import Interval, resample_f1
from khcn_ner.evaluation.mistakes import Mistake, MistakeKind, find_mistakes
from khcn_ner.evaluation.page import render_page
from khcn_ner.evaluation.scores import DocumentScores, MacroScores, Scheme, Scores, score
from khcn_ner.evaluation.summary import TABLE_HEADER, metrics, table_rows
from khcn_ner.evaluation.write import write_evaluation

__all__ = [
    "TABLE_HEADER",
    "Counts",
    "DocumentScores",
    "Interval",
    "MacroScores",
    "Mistake",
    "MistakeKind",
    "Scheme",
    "SchemeCounts",
    "Scores",
    "TokenCounts",
    "find_mistakes",
    "metrics",
    "render_page",
    "resample_f1",
    "score",
    "table_rows",
    "write_evaluation",
]
