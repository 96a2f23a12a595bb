"""The command line: parses, prints, sets exit codes, and nothing else.

    khcn-ner extract PATH…             reports → one JSON record a line
    khcn-ner tag PATH… --out DIR       reports → spans as brat, JSON lines or CoNLL
    khcn-ner evaluate GOLD_DIR --out DIR   metrics.json and a page against gold spans
    khcn-ner check DIR                 what is wrong with a corpus

Exit codes: 0 all done; 2 something could not be read or written (each told in one line on standard error).
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from khcn_ner import __version__
from khcn_ner.errors import InputError, KhcnNerError

if TYPE_CHECKING:
    from khcn_ner.document import Document
    from khcn_ner.records import Report
    from khcn_ner.tagging.tagger import TaggedDocument, Tagger

app = typer.Typer(
    name="khcn-ner",
    help="Names, dates, figures and projects out of Vietnamese science-and-technology (KH&CN) reports.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

EXIT_BAD_INPUT = 2

# Above this many reports the summary gives totals alone.
_SUMMARISED = 20

Item = TypeVar("Item")

_errors = Console(stderr=True, highlight=False, soft_wrap=True, markup=False)

Paths = Annotated[list[Path], typer.Argument(metavar="PATH…", help="Reports (.txt, .md in UTF-8) and folders of them.")]
Model = Annotated[
    Path | None, typer.Option("--model", metavar="DIR", help="A model folder; the embedded compact model if left out.")
]


class SpanFormat(StrEnum):
    """How `tag` writes spans."""

    BRAT = "brat"
    JSONL = "jsonl"
    CONLL = "conll"


def _print_version(wanted: bool) -> None:
    if wanted:
        from khcn_ner.tagging.folder import describe_embedded

        print(f"khcn-ner {__version__} ({describe_embedded()})")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Name the version and the model.")
    ] = False,
) -> None:
    """Names, dates, figures and projects out of Vietnamese science-and-technology (KH&CN) reports."""


@app.command()
def extract(
    paths: Paths,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the records here, print a summary.")] = None,
    html: Annotated[Path | None, typer.Option(metavar="DIR", help="Also write a page a report: NAME.html.")] = None,
    report_id: Annotated[str | None, typer.Option("--id", help="The record's id; for a single report.")] = None,
    model: Model = None,
) -> None:
    """Turn reports into records: one JSON object a report, one a line."""
    from khcn_ner.files import write_text
    from khcn_ner.records import ModelInfo, assemble, render_report, report_json

    files = _find(paths)
    if report_id is not None and len(files) != 1:
        raise InputError("--id", found=f"{len(files)} reports", expected="one", remedy="leave --id out")
    _refuse_doubles(files if html is not None else [])
    tagger = _load(model)
    info = ModelInfo(name=tagger.manifest.name, version=tagger.manifest.version)
    batch = _Batch(files, report_id=report_id)
    reports: list[Report] = []
    for tagged in batch.tag_with(tagger):
        report = assemble(tagged.document, model=info)
        reports.append(report)
        if html is not None:
            write_text(html / f"{tagged.document.id}.html", render_report(tagged.document, report))
        if out is None:
            print(report_json(report), flush=True)
    if out is not None and reports:
        write_text(out, "".join(f"{report_json(report)}\n" for report in reports))
        _print_summary(reports, out)
    batch.finish()


@app.command()
def tag(
    paths: Paths,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where the spans are written, a file a report.")],
    span_format: Annotated[SpanFormat, typer.Option("--format", help="brat also writes the text.")] = SpanFormat.BRAT,
    model: Model = None,
) -> None:
    """Write the spans found in reports, with exact offsets."""
    from khcn_ner.corpus.brat import write_document
    from khcn_ner.corpus.export import conll_text, jsonl_line
    from khcn_ner.files import write_text

    files = _find(paths)
    _refuse_doubles(files)
    batch = _Batch(files)
    n_spans = n_reports = 0
    for tagged in batch.tag_with(_load(model)):
        document = tagged.document
        if span_format is SpanFormat.BRAT:
            write_document(document, out)
        elif span_format is SpanFormat.JSONL:
            write_text(out / f"{document.id}.jsonl", f"{jsonl_line(document)}\n")
        else:
            write_text(out / f"{document.id}.conll", conll_text(document))
        n_spans += len(document.spans)
        n_reports += 1
    _errors.print(f"{n_spans} spans in {_reports(n_reports)}, written to {out}")
    batch.finish()


@app.command()
def evaluate(
    gold_dir: Annotated[Path, typer.Argument(metavar="GOLD_DIR", help="NAME.txt with gold spans in NAME.ann.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where metrics.json and index.html are written.")],
    model: Model = None,
) -> None:
    """Score a model's spans against gold ones."""
    from khcn_ner.corpus.brat import read_folder
    from khcn_ner.evaluation import TABLE_HEADER, table_rows, write_evaluation

    gold = read_folder(gold_dir)
    tagger = _load(model)
    predicted = [tagger.tag(document).document for document in _with_bar(gold, "tagging")]
    manifest = tagger.manifest
    title = f"{manifest.name} on {gold_dir.name}"
    scores = write_evaluation(out, gold, predicted, model=manifest.described(), title=title)
    title = f"Strict scores of {manifest.name} {manifest.version} on {_reports(len(gold))}"
    print_table(title, TABLE_HEADER, table_rows(scores))
    print(f"page: {out / 'index.html'}")


@app.command()
def check(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A corpus, with or without train/, dev/ and test/.")],
) -> None:
    """Name what is wrong with annotated reports, or count them."""
    from khcn_ner.corpus.check import check_folder
    from khcn_ner.corpus.composition import composition
    from khcn_ner.labels import LABELS

    problems, n_documents = check_folder(folder)
    for problem in problems:
        print(problem.error())
    print(f"{_reports(n_documents)} checked, {len(problems)} problem{'' if len(problems) == 1 else 's'}")
    if problems:
        raise typer.Exit(EXIT_BAD_INPUT)
    counts = composition(folder)
    rows = [
        ("reports", *(f"{one.n_reports:,}" for one in counts)),
        ("syllables", *(f"{one.n_syllables:,}" for one in counts)),
        ("spans", *(f"{sum(one.n_spans.values()):,}" for one in counts)),
        ("spans per 1,000 syllables", *("–" if one.density is None else f"{one.density:.0f}" for one in counts)),
        *((str(label), *(f"{one.n_spans[label]:,}" for one in counts)) for label in LABELS),
    ]
    print_table(None, ("", *(one.folder.name for one in counts)), rows)


def _find(paths: list[Path]) -> list[Path]:
    """List the reports; a path that is missing is an error before anything is tagged."""
    from khcn_ner.reading.text import find_reports

    return find_reports(paths)


def _load(model: Path | None) -> Tagger:
    from khcn_ner.tagging.tagger import Tagger

    return Tagger.load(model)


class _Batch:
    """Reads and tags reports one after another, sets the bad ones aside and tells of them."""

    def __init__(self, files: list[Path], *, report_id: str | None = None) -> None:
        self._files = files
        self._report_id = report_id
        self._n_failed = 0

    def tag_with(self, tagger: Tagger) -> Iterator[TaggedDocument]:
        for document in _with_bar(self._read(), "reports", total=len(self._files)):
            tagged = tagger.tag(document)
            if tagged.n_unseen_characters:
                _errors.print(f"{document.source}: {tagged.n_unseen_characters} characters were not seen by the model")
            yield tagged

    def _read(self) -> Iterator[Document]:
        from khcn_ner.reading.text import read_report

        for path in self._files:
            try:
                document = read_report(path, report_id=self._report_id)
            except KhcnNerError as error:
                self._n_failed += 1
                _errors.print(f"error: {error}")
                continue
            yield document

    def finish(self) -> None:
        if self._n_failed:
            if len(self._files) > 1:
                _errors.print(f"{self._n_failed} of {_reports(len(self._files))} set aside")
            raise typer.Exit(EXIT_BAD_INPUT)


def _with_bar(items: Iterable[Item], what: str, *, total: int | None = None) -> Iterator[Item]:
    """Show a bar with the time left on standard error where that is a terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=_errors, disable=not _errors.is_terminal) as progress:
        yield from progress.track(items, total=total, description=what)


def _refuse_doubles(files: list[Path]) -> None:
    """Refuse reports whose outputs would overwrite each other."""
    seen: dict[str, Path] = {}
    for path in files:
        twin = seen.setdefault(path.stem, path)
        if twin != path:
            raise InputError(
                str(path),
                found=f"the same name as {twin}",
                expected="names that differ",
                remedy="rename one of the two",
            )


def _reports(number: int) -> str:
    return f"{number} report{'' if number == 1 else 's'}"


def print_table(title: str | None, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table, its first column to the left and the others to the right."""
    table = Table(title=title)
    for number, name in enumerate(header):
        table.add_column(name, justify="left" if number == 0 else "right")
    for row in rows:
        table.add_row(*row)
    Console().print(table)


def _print_summary(reports: list[Report], out: Path) -> None:
    """Print what was found: a few lines a report, or the totals alone where there are many."""
    console = Console(highlight=False, soft_wrap=True, markup=False)
    for report in reports if len(reports) <= _SUMMARISED else []:
        head = report.report
        console.print(f"{head.id}: {head.title or 'no title found'}", style="bold")
        period = f"{head.period.from_} to {head.period.to}" if head.period is not None else "period unknown"
        console.print(f"  {head.issuer or 'issuer unknown'}, {period}")
        console.print(f"  {_found([report])}")
    console.print(f"{_reports(len(reports))} with {_found(reports)}")
    console.print(f"records: {out}")


def _found(reports: list[Report]) -> str:
    counts = {
        "people": sum(len(report.people) for report in reports),
        "bodies": sum(len(report.organisations) for report in reports),
        "projects": sum(len(report.projects) for report in reports),
        "figures": sum(len(report.indicators) for report in reports),
        "dates": sum(len(report.dates) for report in reports),
        "documents": sum(len(report.documents) for report in reports),
        "warnings": sum(len(report.warnings) for report in reports),
    }
    return ", ".join(f"{number:,} {name}" for name, number in counts.items())


def main() -> None:
    """Run the command line; one clear line and exit code 2 for whatever a user can mend."""
    try:
        app()
    except KhcnNerError as error:
        _errors.print(f"error: {error}")
        sys.exit(EXIT_BAD_INPUT)
