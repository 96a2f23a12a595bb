"""Plots for the pages: scores in; inline SVG out that takes its colours from the page, in light and in dark.

matplotlib draws them. It writes colours as numbers, so ours are stand-ins that are replaced by the page's own
(`var(--ink)`, …) afterwards.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from khcn_ner.errors import InputError
from khcn_ner.evaluation.calibration import Calibration, Cut
from khcn_ner.evaluation.confusion import Cell
from khcn_ner.evaluation.counts import Counts
from khcn_ner.evaluation.interval import Interval
from khcn_ner.evaluation.learning_curve import LearningPoint, mean_points
from khcn_ner.files import write_bytes
from khcn_ner.labels import LABELS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_INK, _SOFT, _LINE, _ACCENT, _FOCUS, _GREEN = (f"#0101{n:02x}" for n in range(1, 7))
_LABEL_COLOURS: dict[str, str] = {str(label): f"#0102{n:02x}" for n, label in enumerate(LABELS, start=1)}
_OF_PAGE = {
    _INK: "var(--ink)", _SOFT: "var(--soft)", _LINE: "var(--line)", _ACCENT: "var(--accent)", _FOCUS: "var(--focus)",
    _GREEN: "rgb(var(--PER))", **{colour: f"rgb(var(--{label}))" for label, colour in _LABEL_COLOURS.items()},
}  # fmt: skip
_SETTINGS: dict[Any, Any] = {
    "svg.fonttype": "none", "font.size": 11, "text.color": _INK, "axes.edgecolor": _SOFT, "axes.labelcolor": _INK,
    "xtick.color": _SOFT, "ytick.color": _SOFT, "xtick.labelcolor": _INK, "ytick.labelcolor": _INK,
    "grid.color": _LINE, "axes.grid": True, "axes.axisbelow": True, "legend.frameon": False,
    "axes.spines.top": False, "axes.spines.right": False, "figure.facecolor": "none", "axes.facecolor": "none",
}  # fmt: skip


def plot_labels(rows: Sequence[tuple[str, Counts, Interval | None]]) -> str:
    """Draw F1 by label with its interval: (name, counts, interval) a row, those without an F1 left out."""
    shown = [(name, counts.f1, interval) for name, counts, interval in rows if counts.f1 is not None]

    def draw(axes: Axes) -> None:
        for place, (name, f1, interval) in enumerate(reversed(shown)):
            colour = _LABEL_COLOURS.get(name, _INK)
            if interval is not None and interval.high > interval.low:
                axes.plot([interval.low, interval.high], [place, place], color=colour, linewidth=3, alpha=0.5)
            axes.plot(f1, place, "o", color=colour, markersize=8)
            axes.annotate(f"{f1:.3f}", (f1, place), textcoords="offset points", xytext=(0, 8), ha="center")
        axes.set_yticks(range(len(shown)), [name for name, _, _ in reversed(shown)])
        lows = [f1 if interval is None else min(interval.low, f1) for _, f1, interval in shown]
        axes.set_xlim(max(0.0, min([*lows, 0.9]) - 0.05), 1.02)
        axes.set_ylim(-0.6, len(shown) - 0.2)
        axes.set_xlabel("strict F1 with 95 % interval")
        axes.grid(visible=False, axis="y")

    return _svg("labels", "Strict F1 by label with 95 % intervals", draw, height=0.9 + 0.5 * len(shown))


def plot_confusion(cells: Mapping[Cell, int]) -> str:
    """Draw gold label by predicted label; the tint is a cell's share of its row."""
    import numpy as np
    from matplotlib.colors import ListedColormap

    labels = list(dict.fromkeys(row for row, _ in cells if row is not None))
    sides = (*labels, None)
    counts = np.array([[cells.get((row, column), 0) for column in sides] for row in sides])  # (gold, predicted)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    names = [str(label) for label in labels]

    def draw(axes: Axes) -> None:
        axes.pcolormesh(np.ones_like(shares), cmap=ListedColormap([_ACCENT]), alpha=0.55 * shares)
        for row in range(len(sides)):
            for column in range(len(sides)):
                if (row, column) != (len(labels), len(labels)):
                    axes.text(column + 0.5, row + 0.5, f"{counts[row, column]:,}", ha="center", va="center")
        places = [n + 0.5 for n in range(len(sides))]
        axes.set_xticks(places, [*names, "missed"])
        axes.set_yticks(places, [*names, "spurious"])
        axes.set(xlabel="predicted", ylabel="gold")
        axes.invert_yaxis()
        axes.grid(visible=False)
        axes.tick_params(length=0)

    return _svg("confusion", "Gold label by predicted label", draw, width=6.4, height=3.9)


def plot_reliability(calibration: Calibration) -> str:
    """Draw the share of right spans against their mean score, a point a bin, and how many spans a bin holds."""
    bins = [one for one in calibration.bins if one.n_spans]

    def draw(axes: Axes) -> None:
        axes.plot([0, 1], [0, 1], color=_SOFT, linestyle="--", linewidth=1, label="calibrated")
        points = [(one.mean_score or 0.0, one.share_right or 0.0) for one in bins]
        axes.plot(*zip(*points, strict=True), "o-", color=_ACCENT, label="this model")
        for one, (x, y) in zip(bins, points, strict=True):
            axes.annotate(
                f"{one.n_spans:,}", (x, y), textcoords="offset points", xytext=(0, 8), ha="center", fontsize=9
            )
        axes.set(xlim=(0, 1.02), ylim=(0, 1.1), xlabel="mean score of the spans", ylabel="share that is right")
        axes.set_title(f"ECE {calibration.ece:.3f}", fontsize=11, loc="left")
        axes.legend(loc="lower right")

    return _svg("reliability", f"Reliability of scores; ECE {calibration.ece:.3f}", draw)


def save_reliability(path: Path, splits: Mapping[str, tuple[Calibration | None, Calibration | None]]) -> None:
    """Draw reliability before and after calibration, a panel a split; the suffix chooses the format.

    Raises:
        InputError: the suffix is none that matplotlib writes, or the place can't be written.
    """
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5.0 * len(splits), 4.4), layout="constrained")
    FigureCanvasAgg(figure)
    panels = figure.subplots(1, len(splits), squeeze=False)[0]
    for axes, (name, pair) in zip(panels, splits.items(), strict=True):
        axes.plot([0, 1], [0, 1], color="0.5", linestyle="--", linewidth=1)
        for when, style, calibration in zip(("before", "after"), ("o:", "s-"), pair, strict=True):
            bins = [] if calibration is None else [one for one in calibration.bins if one.n_spans]
            points = [(one.mean_score or 0.0, one.share_right or 0.0) for one in bins]
            if calibration is not None:
                axes.plot(*zip(*points, strict=True), style, label=f"{when}, ECE {calibration.ece:.3f}")
        axes.set(title=name, xlim=(0, 1.02), ylim=(0, 1.05), xlabel="mean score of the spans", ylabel="share right")
        axes.legend(loc="lower right")
    stream = io.BytesIO()
    try:
        with mpl.rc_context({"svg.hashsalt": "reliability", "svg.fonttype": "none"}):
            figure.savefig(stream, format=path.suffix.removeprefix(".") or "svg", metadata=_undated(path), dpi=120)
    except ValueError as error:
        raise InputError(
            str(path), found=f"the suffix {path.suffix}", expected=".svg, .png or .pdf", remedy="rename it"
        ) from error
    write_bytes(path, stream.getvalue())


def _undated(path: Path) -> dict[str, None]:
    """Leave the date out of the formats that write it, so that the same numbers give the same file."""
    return {".svg": {"Date": None}, ".pdf": {"CreationDate": None}}.get(path.suffix, {})


def plot_curve(curve: Sequence[Cut]) -> str:
    """Draw precision, recall and F1 against the lowest score kept."""

    def draw(axes: Axes) -> None:
        for name, colour, style in (("precision", _ACCENT, "--"), ("recall", _GREEN, ":"), ("f1", _FOCUS, "-")):
            points = [(cut.min_score, getattr(cut.counts, name)) for cut in curve]
            points = [point for point in points if point[1] is not None]
            axes.plot(*zip(*points, strict=True), style, color=colour, label="F1" if name == "f1" else name)
        axes.set(xlabel="--min-score", xlim=(0, 1))
        axes.legend(loc="lower left")

    return _svg("curve", "Precision, recall and F1 by lowest score kept", draw)


def plot_learning(points: Sequence[LearningPoint]) -> str:
    """Draw F1 against the number of training reports: each run a dot, their mean a line."""

    def draw(axes: Axes) -> None:
        axes.plot([one.n_reports for one in points], [one.f1 for one in points], "o", color=_ACCENT, alpha=0.5)
        means = mean_points(list(points))
        axes.plot(*zip(*means, strict=True), color=_ACCENT, label="mean of the runs")
        axes.set(xlabel="training reports", ylabel="strict micro F1")
        axes.legend(loc="lower right")

    return _svg("learning", "Strict micro F1 by number of training reports", draw)


def _svg(name: str, title: str, draw: Callable[[Axes], None], *, width: float = 5.4, height: float = 3.4) -> str:
    """Draw one figure, of inches, and give it as an SVG element that fits into a page."""
    import matplotlib as mpl
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    with mpl.rc_context({**_SETTINGS, "svg.hashsalt": name}):
        figure = Figure(figsize=(width, height), layout="constrained")
        FigureCanvasSVG(figure)
        draw(figure.subplots())
        stream = io.StringIO()
        figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
    return _for_page(stream.getvalue(), name, title)


def _for_page(svg: str, name: str, title: str) -> str:
    """Leave out what only a file of its own needs, keep ids apart from other figures', and use the page's colours."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>|<style[^>]*>.*?</style>|<!--.*?-->", "", svg, flags=re.DOTALL)
    svg = re.sub(r' xmlns(:\w+)?="[^"]*"| (width|height)="[\d.]+pt"', "", svg)
    svg = re.sub(r'\bid="', f'id="{name}-', svg)
    svg = re.sub(r'(xlink:href="#|url\(#)', rf"\g<1>{name}-", svg)
    for colour, of_page in _OF_PAGE.items():
        svg = svg.replace(colour, of_page)
    return svg.replace("<svg", f'<svg class="plot" role="img" aria-label="{title}"', 1).strip()
