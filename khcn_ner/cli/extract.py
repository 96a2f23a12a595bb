"""khcn-ner extract: reports in, records out."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from khcn_ner.cli.console import say_reports
from khcn_ner.cli.reports import Model, Paths, ReportFeed, RuntimeName, TimeLimit, find, load_tagger, refuse_doubles
from khcn_ner.cli.review import UNDER, MinScore, Review, ReviewFile, ReviewUnder
from khcn_ner.errors import InputError

if TYPE_CHECKING:
    from khcn_ner.records import Report

# Above this many reports the summary gives totals alone.
_SUMMARISED = 20


def extract(
    paths: Paths,
    *,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Write the records here by suffix: .jsonl, .xlsx (with pages beside it), .csv and .parquet (folders, "
            "a file a list), .zip (of .csv), .sqlite; print a summary.",
        ),
    ] = None,
    html: Annotated[Path | None, typer.Option(metavar="DIR", help="Also write a page a report: NAME.html.")] = None,
    to: Annotated[
        str | None,
        typer.Option(
            metavar="URL", help="Also write into a database (SQLAlchemy URL); reports of the same id are replaced."
        ),
    ] = None,
    report_id: Annotated[str | None, typer.Option("--id", help="The record's id; for a single report.")] = None,
    model: Model = None,
    time_limit: TimeLimit = None,
    runtime: RuntimeName = "auto",
    min_score: MinScore = None,
    review: ReviewFile = None,
    review_under: ReviewUnder = UNDER,
) -> None:
    """Turn reports into records: one JSON object a report, one a line, or the tables that --out and --to name."""
    from khcn_ner.files import write_text
    from khcn_ner.records import (
        ModelInfo,
        assemble,
        check_output,
        render_report,
        report_json,
        write_database,
        write_records,
    )

    queue = Review(review, under=review_under, min_score=min_score)
    if out is not None:
        check_output(out)
        if out.suffix.lower() == ".xlsx" and html is None:
            html = out.with_name(f"{out.stem}-pages")  # every row of the workbook is linked to its place
    files = find(paths)
    if report_id is not None and len(files) != 1:
        raise InputError("--id", found=f"{len(files)} reports", expected="one", remedy="leave --id out")
    refuse_doubles(files if html is not None else [])
    tagger = load_tagger(model, runtime=runtime)
    info = ModelInfo(name=tagger.manifest.name, version=tagger.manifest.version)
    feed = ReportFeed(files, report_id=report_id, time_limit_s=time_limit)
    reports: list[Report] = []
    for tagged in feed.tag_with(tagger):
        document = queue.take(tagged.document)
        report = assemble(document, model=info)
        reports.append(report)
        if html is not None:
            write_text(html / f"{document.id}.html", render_report(document, report))
        if out is None and to is None:
            print(report_json(report), flush=True)
    if out is not None and reports:
        write_records(out, reports, pages=_pages_from(out, html, reports))
    if to is not None and reports:
        write_database(to, reports)
    if reports and (out is not None or to is not None):
        _print_summary(reports, out if out is not None else "the database")
    queue.finish()
    feed.finish()


def _pages_from(out: Path, html: Path | None, reports: list[Report]) -> dict[str, str]:
    """Give each report's page as a path from the output's folder."""
    if html is None:
        return {}
    folder = Path(os.path.relpath(html.resolve(), out.resolve().parent))
    return {report.report.id: (folder / f"{report.report.id}.html").as_posix() for report in reports}


def _print_summary(reports: list[Report], out: Path | str) -> None:
    """Print what was found: a few lines a report, or the totals alone where there are many."""
    console = Console(highlight=False, soft_wrap=True, markup=False)
    for report in reports if len(reports) <= _SUMMARISED else []:
        head = report.report
        console.print(f"{head.id}: {head.title or 'no title found'}", style="bold")
        period = f"{head.period.from_} to {head.period.to}" if head.period is not None else "period unknown"
        console.print(f"  {head.issuer or 'issuer unknown'}, {period}")
        console.print(f"  {_found([report])}")
    console.print(f"{say_reports(len(reports))} with {_found(reports)}")
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
