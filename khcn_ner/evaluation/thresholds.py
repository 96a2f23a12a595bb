"""What a model must reach: a commented YAML file in; checks of metrics.json and a verdict out.

configs/thresholds.yaml shows the form. A check names a number of metrics.json by its path and asks for a least or a
greatest value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from khcn_ner.config import read_mapping
from khcn_ner.errors import ConfigError

_EXAMPLE = "configs/thresholds.yaml"


@dataclass(frozen=True, slots=True)
class Threshold:
    """A number of metrics.json (`strict.micro.f1`, `strict.micro.f1_interval.0`) and what is asked of it."""

    key: str
    at_least: float | None = None
    at_most: float | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """A threshold, and the number that was found; None where it is undefined."""

    threshold: Threshold
    found: float | None

    @property
    def is_met(self) -> bool:
        """Tell whether the number is defined and within the threshold."""
        if self.found is None:
            return False
        low, high = self.threshold.at_least, self.threshold.at_most
        return (low is None or self.found >= low) and (high is None or self.found <= high)

    @property
    def sentence(self) -> str:
        """Say it: `strict.micro.f1 0.912, at least 0.900: met`."""
        wanted = [
            f"{word} {value:.3f}"
            for word, value in (("at least", self.threshold.at_least), ("at most", self.threshold.at_most))
            if value is not None
        ]
        found = "undefined" if self.found is None else f"{self.found:.3f}"
        return f"{self.threshold.key} {found}, {' and '.join(wanted)}: {'met' if self.is_met else 'not met'}"


def read_thresholds(path: Path) -> list[Threshold]:
    """Read what a model must reach.

    Raises:
        ConfigError: the file is missing, is no YAML, or a check in it is not one.
    """
    raw = read_mapping(path, example=_EXAMPLE)
    if set(raw) != {"checks"} or not isinstance(raw["checks"], list) or not raw["checks"]:
        raise ConfigError(
            str(path), found=f"keys {', '.join(map(str, raw))}", expected="checks, a list", remedy=f"see {_EXAMPLE}"
        )
    return [_threshold(f"{path}, check {number}", row) for number, row in enumerate(raw["checks"], start=1)]


def _threshold(where: str, row: object) -> Threshold:
    if not isinstance(row, dict) or not isinstance(row.get("key"), str) or set(row) - {"key", "at_least", "at_most"}:
        expected = "key with at_least or at_most"
        raise ConfigError(where, found=repr(row), expected=expected, remedy=f"see {_EXAMPLE}")
    bounds = {name: row[name] for name in ("at_least", "at_most") if name in row}
    if not bounds or not all(isinstance(one, int | float) and not isinstance(one, bool) for one in bounds.values()):
        raise ConfigError(
            f"{where} ({row['key']})", found=repr(row), expected="a number for at_least or at_most", remedy="add one"
        )
    return Threshold(row["key"], **bounds)


def check_thresholds(metrics: Mapping[str, Any], thresholds: Sequence[Threshold]) -> list[Check]:
    """Hold thresholds against the content of metrics.json.

    Raises:
        ConfigError: a key leads to no number of metrics.json.

    Example:
        >>> check_thresholds({"strict": {"f1": 0.95}}, [Threshold("strict.f1", at_least=0.9)])[0].is_met
        True
    """
    return [Check(one, _find(metrics, one.key)) for one in thresholds]


def _find(metrics: Mapping[str, Any], key: str) -> float | None:
    value: Any = metrics
    for part in key.split("."):
        if value is None:
            return None  # a part that this evaluation has no numbers for, as calibration without scores
        if isinstance(value, Mapping) and part in value:
            value = value[part]
        elif isinstance(value, list) and part.isdigit() and int(part) < len(value):
            value = value[int(part)]
        else:
            known = ", ".join(value) if isinstance(value, Mapping) else "no further part"
            raise ConfigError(
                f"threshold {key}",
                found=f"no {part!r}",
                expected=f"a path in metrics.json ({known})",
                remedy="correct the key",
            )
    if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
        raise ConfigError(
            f"threshold {key}", found="no number", expected="the path of a number", remedy="correct the key"
        )
    return None if value is None else float(value)
