"""Progress: what is counted while a batch runs, and the summary it ends with."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Protocol


@dataclass(slots=True)
class Counts:
    """What a run has met and done so far; all are numbers of reports but where the name says otherwise.

    `n_total` is None until IN has been counted through.
    """

    n_total: int | None = None
    n_met: int = 0
    n_done_before: int = 0
    n_duplicates: int = 0
    n_records: int = 0
    n_quarantined: int = 0
    n_shards: int = 0
    n_pieces: int = 0
    n_windows: int = 0
    n_characters_unseen: int = 0
    begun: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        """Seconds since the run began."""
        return time.monotonic() - self.begun


class Watcher(Protocol):
    """Who is told how a run goes on; it is called often and must be quick."""

    def update(self, counts: Counts) -> None:
        """Take in new counts."""

    def say(self, event: str, **details: object) -> None:
        """Take in that something happened: `begun`, `quarantined`, `shard`, `table`."""


@dataclass(frozen=True, slots=True)
class RunSummary:
    """What a run did and what now stands in OUT.

    `quarantined` are the first names and errors of those in quarantine, of this run and before; rates count this
    run's own work and are None where there was none.
    """

    out: str
    engine: str
    n_records: int
    n_records_in_out: int
    n_done_before: int
    n_duplicates: int
    n_quarantined: int
    n_quarantined_in_out: int
    n_no_longer_in: int
    n_pieces: int
    n_windows: int
    n_characters_unseen: int
    seconds: float
    left_out: Mapping[str, int]
    quarantined: tuple[tuple[str, str], ...]

    @property
    def reports_per_second(self) -> float | None:
        """Records made a second."""
        return self.n_records / self.seconds if self.n_records and self.seconds else None

    @property
    def pieces_per_second(self) -> float | None:
        """Pieces tagged a second."""
        return self.n_pieces / self.seconds if self.n_pieces and self.seconds else None

    def to_json(self) -> str:
        """Write the summary as it stands in OUT/summary.json."""
        rates = {"reports_per_second": self.reports_per_second, "pieces_per_second": self.pieces_per_second}
        named = [{"source": source, "error": error} for source, error in self.quarantined]
        return json.dumps({**asdict(self), **rates, "quarantined": named}, indent=2, ensure_ascii=False) + "\n"
