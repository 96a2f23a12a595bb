"""The summary for a pull request: an Evaluation in, Markdown out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from khcn_ner.evaluation.advice import advise
from khcn_ner.evaluation.examine import Evaluation
from khcn_ner.evaluation.interval import Interval
from khcn_ner.evaluation.summary import TABLE_HEADER, format_ratio, table_rows
from khcn_ner.evaluation.thresholds import Check


def summary_markdown(evaluation: Evaluation, checks: Sequence[Check], *, title: str) -> str:
    """Give the verdict, the scores and what stands out, in a screen of Markdown."""
    scores = evaluation.scores
    lines = [f"### {_cell(title)}", "", f"**{verdict_sentence(checks)}**", ""]
    lines.append(
        f"Strict micro F1 **{format_ratio(scores.micro.f1)}**{interval_text(scores.micro_f1_interval)} "
        f"on {len(scores.documents)} documents, {scores.micro.support} gold spans, "
        f"{len(evaluation.mistakes)} mistakes."
    )
    lines += ["", *markdown_table(TABLE_HEADER, table_rows(scores))]
    if checks:
        lines += ["", *(f"- {'✅' if one.is_met else '❌'} {one.sentence}" for one in checks)]
    causes = Counter(str(causes[0]) for causes in evaluation.causes)
    if causes:
        shown = [(name, str(number)) for name, number in causes.most_common(5)]
        lines += ["", *markdown_table(("likely cause", "mistakes"), shown)]
    advice = advise(evaluation)
    if advice:
        lines += ["", *(f"- {sentence}" for sentence in advice)]
    return "\n".join(lines) + "\n"


def verdict_sentence(checks: Sequence[Check]) -> str:
    """Say whether the thresholds are met.

    Example:
        >>> verdict_sentence([])
        'No verdict: no thresholds were given.'
    """
    if not checks:
        return "No verdict: no thresholds were given."
    n_met = sum(one.is_met for one in checks)
    if n_met == len(checks):
        return f"Good enough: {'the threshold is' if n_met == 1 else f'all {n_met} thresholds are'} met."
    return f"Not good enough: {len(checks) - n_met} of {len(checks)} thresholds not met."


def interval_text(interval: Interval | None) -> str:
    """Write an interval to stand after its F1, with its flags; nothing where there is none."""
    if interval is None:
        return ""
    flags = f"; {'; '.join(interval.flags)}" if interval.flags else ""
    return f" ({interval.level:.0%} interval {interval.low:.3f} to {interval.high:.3f}{flags})"


def markdown_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Give the lines of a Markdown table, its first column to the left and the others to the right.

    Example:
        >>> markdown_table(("a", "n"), [("x", "1")])
        ['| a | n |', '|:-|-:|', '| x | 1 |']
    """
    shown = [f"| {' | '.join(_cell(cell) for cell in row)} |" for row in (header, *rows)]
    return [shown[0], f"|:-|{'-:|' * (len(header) - 1)}", *shown[1:]]


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").replace("<", "&lt;").split())
