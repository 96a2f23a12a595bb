"""What a corpus is made of: a folder of brat standoff in, counts a split, and a plot of them, out."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from khcn_ner.corpus.brat import read_folder
from khcn_ner.corpus.check import annotated_folders
from khcn_ner.document import Document
from khcn_ner.errors import CorpusError
from khcn_ner.files import write_bytes
from khcn_ner.labels import LABELS, Label

PLAN = "plan.tsv"

# A line with fewer syllables is a heading, a caption or a table's cell rather than a paragraph.
SHORTEST_PARAGRAPH = 8


@dataclass(frozen=True, slots=True)
class FolderCounts:
    """How many reports, syllables (runs between white space), paragraphs and spans a label one folder holds."""

    folder: Path
    n_reports: int
    n_syllables: int
    n_paragraphs: int
    n_paragraphs_without: int
    n_spans: dict[Label, int]

    @property
    def density(self) -> float | None:
        """Spans per 1,000 syllables, or None where there is no syllable."""
        return 1000 * sum(self.n_spans.values()) / self.n_syllables if self.n_syllables else None

    @property
    def share_without(self) -> float | None:
        """Share of paragraphs without a span, 0..1, or None where there is no paragraph."""
        return self.n_paragraphs_without / self.n_paragraphs if self.n_paragraphs else None


def composition(folder: Path) -> list[FolderCounts]:
    """Count what each annotated folder at or below `folder` holds.

    Raises:
        CorpusError: there is no annotated report, or one is wrong.
    """
    return [count(place, read_folder(place)) for place in annotated_folders(folder)]


def count(folder: Path, documents: Sequence[Document]) -> FolderCounts:
    """Count what the documents of a folder hold."""
    labels = Counter(span.label for document in documents for span in document.spans)
    paragraphs = [has_span for document in documents for has_span in _paragraphs(document)]
    return FolderCounts(
        folder=folder,
        n_reports=len(documents),
        n_syllables=sum(len(document.text.split()) for document in documents),
        n_paragraphs=len(paragraphs),
        n_paragraphs_without=paragraphs.count(False),
        n_spans={label: labels[label] for label in Label},
    )


def _paragraphs(document: Document) -> list[bool]:
    """Tell for each paragraph (a line of 8 syllables or more) whether a span begins in it."""
    starts = [span.start for span in document.spans]
    found: list[bool] = []
    at = 0
    for line in document.text.split("\n"):
        if len(line.split()) >= SHORTEST_PARAGRAPH:
            found.append(any(at <= start <= at + len(line) for start in starts))
        at += len(line) + 1
    return found


def composition_rows(counts: Sequence[FolderCounts]) -> list[tuple[str, ...]]:
    """Lay counts out as rows of a table: a name, a column a folder, and the total."""
    whole = FolderCounts(
        folder=Path("all"),
        n_reports=sum(one.n_reports for one in counts),
        n_syllables=sum(one.n_syllables for one in counts),
        n_paragraphs=sum(one.n_paragraphs for one in counts),
        n_paragraphs_without=sum(one.n_paragraphs_without for one in counts),
        n_spans={label: sum(one.n_spans[label] for one in counts) for label in LABELS},
    )
    columns = [*counts, whole]
    return [
        ("reports", *(f"{one.n_reports:,}" for one in columns)),
        ("syllables", *(f"{one.n_syllables:,}" for one in columns)),
        ("spans", *(f"{sum(one.n_spans.values()):,}" for one in columns)),
        ("spans per 1,000 syllables", *("–" if one.density is None else f"{one.density:.0f}" for one in columns)),
        (
            "paragraphs without a span",
            *("–" if one.share_without is None else f"{100 * one.share_without:.0f} %" for one in columns),
        ),
        *((str(label), *(f"{one.n_spans[label]:,}" for one in columns)) for label in LABELS),
    ]


def read_plan(folder: Path) -> list[dict[str, str]] | None:
    """Read the plan's matrix beside a corpus (plan.tsv: a report a line), or None where there is none.

    Raises:
        CorpusError: the plan names other reports than the corpus has.
    """
    path = folder / PLAN
    if not path.is_file():
        return None
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter="\t"))
    planned = {row["report"] for row in rows}
    present = {text.stem for place in annotated_folders(folder) for text in place.glob("*.txt")}
    if planned != present:
        odd = sorted(planned ^ present)[0]
        found = f"{odd}, which only {'the plan' if odd in planned else 'the corpus'} has"
        raise CorpusError(str(path), found=found, expected="a line a report", remedy="bring the two together")
    return rows


def plan_tables(plan: Sequence[dict[str, str]]) -> dict[str, list[tuple[str, int]]]:
    """Count reports by each of the plan's columns, the most frequent value first."""
    columns = [column for column in plan[0] if column not in ("report", "body")]
    return {column: Counter(row[column] for row in plan).most_common() for column in columns}


def plot_composition(folder: Path, target: Path) -> None:
    """Draw spans by label and split, density of reports, and lengths of spans; the suffix chooses the format.

    Raises:
        CorpusError: the corpus is wrong.
        InputError: the place can't be written.
    """
    import io

    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    splits = {place.name: read_folder(place) for place in annotated_folders(folder)}
    figure = Figure(figsize=(14, 3.8), layout="constrained")
    FigureCanvasAgg(figure)
    by_label, density, lengths = figure.subplots(1, 3)
    bottom = [0] * len(LABELS)
    for name, documents in splits.items():
        counts = Counter(span.label for document in documents for span in document.spans)
        heights = [counts[label] for label in LABELS]
        by_label.bar([str(label) for label in LABELS], heights, bottom=bottom, label=name)
        bottom = [low + height for low, height in zip(bottom, heights, strict=True)]
    by_label.set(title="spans by label", ylabel="spans")
    by_label.legend()
    densities = [
        [1000 * len(document.spans) / len(document.text.split()) for document in documents if document.text.split()]
        for documents in splits.values()
    ]
    density.hist(densities, bins=12, stacked=True, label=list(splits))
    density.set(title="density of reports", xlabel="spans per 1,000 syllables", ylabel="reports")
    of_label = {
        label: [
            len(document.surface(span).split())
            for documents in splits.values()
            for document in documents
            for span in document.spans
            if span.label is label
        ]
        for label in LABELS
    }
    drawn = {label: values for label, values in of_label.items() if values}
    lengths.boxplot(list(drawn.values()), tick_labels=[str(label) for label in drawn], showfliers=True)
    lengths.set(title="length of spans", ylabel="syllables", yscale="log")
    image = io.BytesIO()
    figure.savefig(image, format=target.suffix.removeprefix(".") or "svg")
    write_bytes(target, image.getvalue())
