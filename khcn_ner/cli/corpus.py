"""Commands for annotated reports: check, stats, agreement, convert, annotate."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from khcn_ner.cli.console import EXIT_BAD_INPUT, errors, print_table, say_reports
from khcn_ner.cli.reports import Model, Paths, ReportFeed, RuntimeName, find, load_tagger, refuse_doubles
from khcn_ner.corpus.convert import AnnotationFormat

if TYPE_CHECKING:
    from khcn_ner.corpus.agreement import Agreement, Difference
    from khcn_ner.document import Document, Span

Corpus = Annotated[Path, typer.Argument(metavar="DIR", help="A corpus, with or without train/, dev/ and test/.")]


def check(
    folder: Corpus,
    segmenter: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Also count span borders inside words of: none, underthesea, vncorenlp."),
    ] = None,
) -> None:
    """Name what is wrong with annotated reports: format, borders, guideline suspects, leakage between splits."""
    from khcn_ner.corpus.check import check_folder

    checked = check_folder(folder)
    for problem in checked.problems:
        print(problem.error())
    n_problems = len(checked.problems)
    print(
        f"{say_reports(checked.n_documents)} checked, {n_problems} problem{'' if n_problems == 1 else 's'}, "
        f"{checked.n_settled} suspects settled before"
    )
    if n_problems:
        raise typer.Exit(EXIT_BAD_INPUT)
    if segmenter is not None:
        _print_conflicts(folder, segmenter)


def _print_conflicts(folder: Path, segmenter: str) -> None:
    """Print how many span borders lie inside a segmenter's words, a column a split."""
    from khcn_ner.corpus.check import annotated_folders

    folders = annotated_folders(folder)
    print_table(None, ("", *(one.name for one in folders)), _conflict_rows(folders, segmenter))


def _conflict_rows(folders: list[Path], segmenter: str) -> list[tuple[str, ...]]:
    """Give the rows about a segmenter, a column a folder."""
    from khcn_ner.corpus.brat import read_folder
    from khcn_ner.tagging.conflicts import count_conflicts
    from khcn_ner.tagging.segment import load_segmenter

    segment = load_segmenter(segmenter)
    conflicts = [count_conflicts(read_folder(folder), segment) for folder in folders]
    shares = ("–" if one.share_inside is None else f"{one.share_inside:.2%}" for one in conflicts)
    ceilings = ("–" if one.f1_ceiling is None else f"{one.f1_ceiling:.4f}" for one in conflicts)
    return [
        (f"borders inside words of {segmenter}", *(f"{one.n_borders_inside:,}" for one in conflicts)),
        ("share of all borders", *shares),
        ("F1 ceiling of that", *ceilings),
    ]


def stats(
    folder: Corpus,
    plot: Annotated[Path | None, typer.Option(metavar="FILE", help="Also draw them: .svg, .png or .pdf.")] = None,
) -> None:
    """Count what a corpus holds, by split, and by the plan beside it (plan.tsv) where there is one."""
    from khcn_ner.corpus.composition import composition, composition_rows, plan_tables, plot_composition, read_plan

    counts = composition(folder)
    print_table(None, ("", *(one.folder.name for one in counts), "all"), composition_rows(counts))
    plan = read_plan(folder)
    for column, values in plan_tables(plan).items() if plan else ():
        print_table(None, (column, "reports"), [(value, str(number)) for value, number in values])
    if plot is not None:
        plot_composition(folder, plot)
        print(f"plot: {plot}")


def agreement(
    first: Annotated[Path, typer.Argument(metavar="A", help="Spans of the first annotator: NAME.ann.")],
    second: Annotated[Path, typer.Argument(metavar="B", help="Spans of the second annotator, of the same texts.")],
    texts: Annotated[Path | None, typer.Option(metavar="DIR", help="Where NAME.txt are, if not in A.")] = None,
    differences: Annotated[bool, typer.Option("--differences", help="Also list where they differ.")] = False,
) -> None:
    """Compare two annotations of the same reports: span F1 by label and Cohen's kappa on tokens."""
    from khcn_ner.corpus.agreement import measure_agreement, read_annotations
    from khcn_ner.evaluation.summary import format_ratio

    pair = read_annotations(first, second, texts=texts)
    measured = measure_agreement(*pair)
    if differences:
        by_name = {document.id: document for document in pair[0]}
        for difference in measured.differing:
            print(_difference_line(by_name[difference.document], difference))
    print_table(
        f"Agreement on {say_reports(measured.n_documents)}",
        ("label", "A", "B", "both", "F1"),
        _agreement_rows(measured),
    )
    print(f"Cohen's kappa on {measured.n_tokens:,} tokens: {format_ratio(measured.kappa)}")
    print(f"on the tokens that either marked: {format_ratio(measured.kappa_marked)}")


def _agreement_rows(measured: Agreement) -> list[tuple[str, ...]]:
    from khcn_ner.evaluation.summary import format_ratio

    named = [*((str(label), one) for label, one in measured.labels.items()), ("micro", measured.micro)]
    return [
        (name, f"{one.n_first:,}", f"{one.n_second:,}", f"{one.n_both:,}", format_ratio(one.f1)) for name, one in named
    ]


def _difference_line(document: Document, difference: Difference) -> str:
    def named(spans: tuple[Span, ...]) -> str:
        return " + ".join(f"{span.label} {document.surface(span)!r}" for span in spans) or "nothing"

    before = document.text[max(0, difference.start - 30) : difference.start]
    after = document.text[difference.end : difference.end + 30]
    line = document.text.count("\n", 0, difference.start) + 1
    context = " ".join(f"{before}⟦{document.text[difference.start : difference.end]}⟧{after}".split())
    return f"{document.id}:{line}: A {named(difference.first)}; B {named(difference.second)}; in …{context}…"


def convert(
    source: Annotated[Path, typer.Argument(metavar="IN", help="A file, or a folder for brat and inline.")],
    target: Annotated[Path, typer.Argument(metavar="OUT", help="A file, or a folder for brat and inline.")],
    from_: Annotated[AnnotationFormat, typer.Option("--from", help="The format of IN.")],
    to: Annotated[AnnotationFormat, typer.Option("--to", help="The format of OUT.")],
) -> None:
    """Convert annotations between formats; text and offsets stay exactly what they are."""
    from khcn_ner.corpus.convert import read_annotations_as, write_annotations_as
    from khcn_ner.tokens import align, token_offsets

    documents = read_annotations_as(from_, source)
    write_annotations_as(to, documents, target)
    n_spans = sum(len(document.spans) for document in documents)
    errors.print(f"{n_spans} spans in {say_reports(len(documents))}, written to {target}")
    if to is AnnotationFormat.CONLL:
        n_cut = sum(align(token_offsets(document.text), document.spans)[1] for document in documents)
        if n_cut:
            errors.print(f"{n_cut} of them cut a token and were widened to whole tokens")


def annotate(
    paths: Paths,
    out: Annotated[Path, typer.Option(metavar="FILE", help="Where the tasks are written.")],
    to: Annotated[AnnotationFormat, typer.Option("--to", help="label-studio keeps the scores.")] = (
        AnnotationFormat.LABEL_STUDIO
    ),
    model: Model = None,
    runtime: RuntimeName = "auto",
) -> None:
    """Pre-label reports with the model, for a person to correct; `convert` takes the corrections back."""
    from khcn_ner.corpus.convert import write_annotations_as
    from khcn_ner.corpus.label_studio import label_studio_text
    from khcn_ner.files import write_text

    files = find(paths)
    refuse_doubles(files)
    tagger = load_tagger(model, runtime=runtime)
    feed = ReportFeed(files)
    documents = [tagged.document for tagged in feed.tag_with(tagger)]
    if to is AnnotationFormat.LABEL_STUDIO:
        version = f"{tagger.manifest.name} {tagger.manifest.version}"
        write_text(out, label_studio_text(documents, model_version=version))
    else:
        write_annotations_as(to, documents, out)
    n_spans = sum(len(document.spans) for document in documents)
    errors.print(f"{n_spans} spans in {say_reports(len(documents))}, written to {out}")
    feed.finish()
