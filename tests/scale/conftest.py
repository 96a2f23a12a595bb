from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from batches import COMMAND, make_model, make_text


@pytest.fixture(scope="session")
def table_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_model(tmp_path_factory.mktemp("model") / "table")


@pytest.fixture(scope="session")
def other_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_model(tmp_path_factory.mktemp("model") / "other", version="2")


@pytest.fixture
def reports(tmp_path: Path) -> Callable[[int], Path]:
    """Give a function that writes so many reports into a folder."""

    def write(n_reports: int) -> Path:
        folder = tmp_path / "reports"
        for number in range(n_reports):
            path = folder / f"{number % 3}" / f"{number:03d}.txt"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(make_text(number), encoding="utf-8")
        return folder

    return write


@pytest.fixture
def batch(table_model: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run `khcn-ner batch` as a process."""

    def run(*arguments: str | Path, model: Path = table_model) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*COMMAND, *map(str, arguments), "--model", str(model)], capture_output=True, text=True, check=False
        )

    return run
