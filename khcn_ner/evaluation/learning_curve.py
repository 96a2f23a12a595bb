"""Scores by the number of training reports: a JSON list in, checked points out.

The list has an object a training run: `[{"n_reports": 16, "f1": 0.81, "seed": 1}, …]`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from khcn_ner.errors import InputError


@dataclass(frozen=True, slots=True)
class LearningPoint:
    """One training run: on how many reports, the strict micro F1 it reached (0..1), its seed."""

    n_reports: int
    f1: float
    seed: int | None = None


def read_learning_curve(path: Path) -> list[LearningPoint]:
    """Read the points of a learning curve, sorted by the number of reports.

    Raises:
        InputError: the file can't be read, or is no list of such objects.
    """
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
        points = [LearningPoint(int(row["n_reports"]), float(row["f1"]), row.get("seed")) for row in rows]
        if not points or not all(point.n_reports > 0 and 0 <= point.f1 <= 1 for point in points):
            raise ValueError("n_reports must be positive, f1 0 to 1, and one point be there")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(
            str(path),
            found=f"{type(error).__name__}: {error}",
            expected='a list of {"n_reports": …, "f1": …, "seed": …}',
            remedy="write one object a training run",
        ) from error
    return sorted(points, key=lambda point: (point.n_reports, point.seed or 0))


def mean_points(points: list[LearningPoint]) -> list[tuple[int, float]]:
    """Give the mean F1 at each number of reports.

    Example:
        >>> mean_points([LearningPoint(8, 0.5), LearningPoint(8, 0.75), LearningPoint(16, 0.75)])
        [(8, 0.625), (16, 0.75)]
    """
    sizes = sorted({point.n_reports for point in points})
    return [(size, fmean(point.f1 for point in points if point.n_reports == size)) for size in sizes]
