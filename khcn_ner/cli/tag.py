"""khcn-ner tag: reports in, spans out."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from khcn_ner.cli.console import errors, say_reports
from khcn_ner.cli.reports import Model, Paths, ReportFeed, RuntimeName, TimeLimit, find, load_tagger, refuse_doubles
from khcn_ner.cli.review import UNDER, MinScore, Review, ReviewFile, ReviewUnder


class SpanFormat(StrEnum):
    """How `tag` writes spans."""

    BRAT = "brat"
    JSONL = "jsonl"
    CONLL = "conll"


def tag(
    paths: Paths,
    *,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where the spans are written, a file a report.")],
    span_format: Annotated[SpanFormat, typer.Option("--format", help="brat also writes the text.")] = SpanFormat.BRAT,
    model: Model = None,
    time_limit: TimeLimit = None,
    runtime: RuntimeName = "auto",
    min_score: MinScore = None,
    review: ReviewFile = None,
    review_under: ReviewUnder = UNDER,
) -> None:
    """Write the spans found in reports, with exact offsets."""
    from khcn_ner.corpus.brat import write_document
    from khcn_ner.corpus.export import conll_text, jsonl_line
    from khcn_ner.files import write_text

    queue = Review(review, under=review_under, min_score=min_score)
    files = find(paths)
    refuse_doubles(files)
    feed = ReportFeed(files, time_limit_s=time_limit)
    n_spans = n_reports = 0
    for tagged in feed.tag_with(load_tagger(model, runtime=runtime)):
        document = queue.take(tagged.document)
        for warning in document.warnings:
            errors.print(f"{document.source}: {warning}")
        if span_format is SpanFormat.BRAT:
            write_document(document, out)
        elif span_format is SpanFormat.JSONL:
            write_text(out / f"{document.id}.jsonl", f"{jsonl_line(document)}\n")
        else:
            write_text(out / f"{document.id}.conll", conll_text(document))
        n_spans += len(document.spans)
        n_reports += 1
    errors.print(f"{n_spans} spans in {say_reports(n_reports)}, written to {out}")
    queue.finish()
    feed.finish()
