"""What a corpus is made of: a folder of brat standoff in, counts a folder out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from khcn_ner.corpus.brat import read_folder
from khcn_ner.corpus.check import annotated_folders
from khcn_ner.labels import Label


@dataclass(frozen=True, slots=True)
class FolderCounts:
    """How many reports, syllables (runs between white space) and spans a label one folder holds."""

    folder: Path
    n_reports: int
    n_syllables: int
    n_spans: dict[Label, int]

    @property
    def density(self) -> float | None:
        """Spans per 1,000 syllables, or None where there is no syllable."""
        return 1000 * sum(self.n_spans.values()) / self.n_syllables if self.n_syllables else None


def composition(folder: Path) -> list[FolderCounts]:
    """Count what each annotated folder at or below `folder` holds.

    Raises:
        CorpusError: there is no annotated report, or one is wrong.
    """
    counts: list[FolderCounts] = []
    for place in annotated_folders(folder):
        documents = read_folder(place)
        labels = Counter(span.label for document in documents for span in document.spans)
        counts.append(
            FolderCounts(
                folder=place,
                n_reports=len(documents),
                n_syllables=sum(len(document.text.split()) for document in documents),
                n_spans={label: labels[label] for label in Label},
            )
        )
    return counts
