"""khcn-ner extract: reports in, records out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from khcn_ner.cli.batch import Batch, Model, Paths, TimeLimit, find, load_tagger, refuse_doubles
from khcn_ner.cli.console import say_reports
from khcn_ner.errors import InputError

if TYPE_CHECKING:
    from khcn_ner.records import Report

# Above this many reports the summary gives totals alone.
_SUMMARISED = 20


def extract(
    paths: Paths,
    *,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the records here, print a summary.")] = None,
    html: Annotated[Path | None, typer.Option(metavar="DIR", help="Also write a page a report: NAME.html.")] = None,
    report_id: Annotated[str | None, typer.Option("--id", help="The record's id; for a single report.")] = None,
    model: Model = None,
    time_limit: TimeLimit = None,
) -> None:
    """Turn reports into records: one JSON object a report, one a line."""
    from khcn_ner.files import write_text
    from khcn_ner.records import ModelInfo, assemble, render_report, report_json

    files = find(paths)
    if report_id is not None and len(files) != 1:
        raise InputError("--id", found=f"{len(files)} reports", expected="one", remedy="leave --id out")
    refuse_doubles(files if html is not None else [])
    tagger = load_tagger(model)
    info = ModelInfo(name=tagger.manifest.name, version=tagger.manifest.version)
    batch = Batch(files, report_id=report_id, time_limit_s=time_limit)
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


def _print_summary(reports: list[Report], out: Path) -> None:
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
