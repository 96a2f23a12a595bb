"""The command line: parses, prints, sets exit codes, and nothing else. A file a group of commands.

    khcn-ner extract PATH…             reports → one JSON record a line
    khcn-ner batch IN OUT              many reports → shards of records; stopped anywhere, it goes on from there
    khcn-ner tag PATH… --out DIR       reports → spans as brat, JSON lines or CoNLL
    khcn-ner evaluate GOLD_DIR --out DIR   metrics.json and a page against gold spans
    khcn-ner compare A B --gold DIR --out DIR   which of two models is better, and where
    khcn-ner card MODEL_DIR            the model card, filled from evaluations
    khcn-ner calibrate MODEL_DIR GOLD_DIR  scores of spans that are their chance of being right
    khcn-ner check DIR                 what is wrong with a corpus
    khcn-ner stats DIR                 what a corpus holds
    khcn-ner agreement A B             how far two annotations of the same reports agree
    khcn-ner convert IN OUT            annotations from one format to another
    khcn-ner annotate PATH… --out FILE pre-labels for a person to correct
    khcn-ner phobert-encode DIR        word-segmented lines → PhoBERT's ids and offsets
    khcn-ner record-form DIR --out DIR     empty gold records for a person to fill in
    khcn-ner check-records DIR             what is wrong with gold records
    khcn-ner serve                     all of it over HTTP, and a page to drop a report on
    khcn-ner normalise                 dates and quantities as JSON lines → what they say

Exit codes: 0 all done; 1 a threshold of `evaluate` is not met; 2 something could not be read or written (each told in
one line on standard error); 3 a batch is done, with reports in quarantine; 130 a batch was stopped.
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from khcn_ner import __version__
from khcn_ner.cli.batch import batch
from khcn_ner.cli.calibrate import calibrate
from khcn_ner.cli.console import EXIT_BAD_INPUT, errors
from khcn_ner.cli.corpus import agreement, annotate, check, convert, stats
from khcn_ner.cli.evaluate import card, compare, evaluate
from khcn_ner.cli.extract import extract
from khcn_ner.cli.gold import check_records, record_form
from khcn_ner.cli.normalise import normalise
from khcn_ner.cli.phobert import phobert_encode
from khcn_ner.cli.serve import serve
from khcn_ner.cli.tag import tag
from khcn_ner.errors import KhcnNerError

app = typer.Typer(
    name="khcn-ner",
    help="Names, dates, figures and projects out of Vietnamese science-and-technology (KH&CN) reports.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


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


for command in (
    extract,
    batch,
    tag,
    evaluate,
    compare,
    card,
    calibrate,
    check,
    stats,
    agreement,
    convert,
    annotate,
    phobert_encode,
    record_form,
    check_records,
    normalise,
    serve,
):
    app.command()(command)


def main() -> None:
    """Run the command line; one clear line and exit code 2 for whatever a user can mend."""
    try:
        app()
    except KhcnNerError as error:
        errors.print(f"error: {error}")
        sys.exit(EXIT_BAD_INPUT)
