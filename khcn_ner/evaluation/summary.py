"""Scores as numbers for machines and rows for a terminal: Scores in, the content of metrics.json or text rows out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from khcn_ner.evaluation.counts import Counts, SchemeCounts
from khcn_ner.evaluation.mistakes import Mistake, MistakeKind
from khcn_ner.evaluation.scores import Scores

# Raised when a key changes its meaning or goes; a new key alone does not raise it.
SCHEMA = 1

TABLE_HEADER = ("label", "precision", "recall", "F1", "support", "TP", "FP", "FN")


def metrics(scores: Scores, mistakes: Iterable[Mistake], *, model: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Give what metrics.json holds: fractions of 1, not rounded, None where undefined.

    docs/evaluation.md describes the keys.

    Example:
        >>> from khcn_ner.document import Document
        >>> from khcn_ner.evaluation.scores import score
        >>> document = Document("a", "Không có gì")
        >>> metrics(score([document], [document]), [])["strict"]["micro"]["f1"] is None
        True
    """
    kinds = Counter(mistake.kind for mistake in mistakes)
    micro, interval = scores.micro, scores.micro_f1_interval
    return {
        "schema": SCHEMA,
        "n_documents": len(scores.documents),
        "n_gold": micro.support,
        "n_predicted": micro.n_predicted,
        "strict": {
            "micro": {
                **_of_counts(micro),
                "f1_interval": None if interval is None else [interval.low, interval.high],
                "f1_interval_flags": [] if interval is None else list(interval.flags),
            },
            "macro": {
                "precision": scores.macro.precision,
                "recall": scores.macro.recall,
                "f1": scores.macro.f1,
                "n_labels": scores.macro.n_labels,
            },
            "labels": {str(label): _of_counts(counts) for label, counts in scores.labels.items()},
        },
        "schemes": {str(scheme): _of_scheme(counts) for scheme, counts in scores.schemes.items()},
        "token_accuracy": scores.tokens.accuracy,
        "n_tokens": scores.tokens.n_tokens,
        "n_cut_spans": scores.tokens.n_cut_spans,
        "documents": [
            {"id": one.id, **_of_counts(one.micro), "token_accuracy": one.tokens.accuracy} for one in scores.documents
        ],
        "mistakes": {str(kind): kinds[kind] for kind in MistakeKind},
        "model": None if model is None else dict(model),
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
