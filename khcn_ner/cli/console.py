"""What commands print: tables, bars and lines on standard error."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

EXIT_BAD_INPUT = 2

Item = TypeVar("Item")

errors = Console(stderr=True, highlight=False, soft_wrap=True, markup=False)


def with_bar(items: Iterable[Item], what: str, *, total: int | None = None) -> Iterator[Item]:
    """Show a bar with the time left on standard error where that is a terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=errors, disable=not errors.is_terminal) as progress:
        yield from progress.track(items, total=total, description=what)


def print_table(title: str | None, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table, its first column to the left and the others to the right."""
    table = Table(title=title)
    for number, name in enumerate(header):
        table.add_column(name, justify="left" if number == 0 else "right")
    for row in rows:
        table.add_row(*row)
    Console().print(table)


def say_reports(number: int) -> str:
    """Say how many reports: `1 report`, `2 reports`."""
    return f"{number} report{'' if number == 1 else 's'}"
