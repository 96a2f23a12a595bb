"""How long an evaluation takes beyond tagging, and how large its page is: 100 documents, and 20,000 mistakes.

    python benchmarks/evaluation_speed.py [GOLD_DIR] [--documents 100] [--mistakes 20000] [--keep DIR]

GOLD_DIR is an annotated folder (data/annotations/train), whose reports are repeated under other names. About one gold
span in ten is made wrong in the first run; in the second, spans are made wrong until there are so many mistakes. Prints
seconds for examining, rendering and writing, and the page's size. --keep leaves the pages there, to open them.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.table import Table

from khcn_ner.corpus.brat import read_folder
from khcn_ner.document import Document, Span
from khcn_ner.evaluation import Setting, write_evaluation


def repeated(documents: list[Document], n_documents: int) -> list[Document]:
    """Give so many documents, repeating those there are under other names."""
    return [replace(documents[n % len(documents)], id=f"report-{n}") for n in range(n_documents)]


def spoil(document: Document, share: float, draw: random.Random) -> Document:
    """Predict gold's spans, a share of them missing or cut short."""
    spans: list[Span] = []
    for span in document.spans:
        score = draw.random()
        if draw.random() >= share:
            spans.append(replace(span, score=score))
        elif span.end - span.start > 1 and draw.random() < 0.5:
            spans.append(Span(span.start, span.end - 1, span.label, score))
    return document.with_spans(spans)


def measure(gold: list[Document], share: float, training: list[Document], folder: Path) -> tuple[str, ...]:
    draw = random.Random(0)
    predicted = [spoil(document, share, draw) for document in gold]
    start = time.perf_counter()
    written = write_evaluation(folder, gold, predicted, title="benchmark", setting=Setting(training=training))
    seconds = time.perf_counter() - start
    size = written.page.stat().st_size / 1e6
    return f"{len(gold)}", f"{len(written.evaluation.mistakes):,}", f"{seconds:.1f}", f"{size:.1f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("gold", type=Path, nargs="?", default=Path("data/annotations/train"))
    parser.add_argument("--documents", type=int, default=100)
    parser.add_argument("--mistakes", type=int, default=20_000)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    documents = read_folder(options.gold)
    many = repeated(documents, options.documents)
    n_spans = sum(len(document.spans) for document in documents)
    more = repeated(documents, -(-options.mistakes * len(documents) // n_spans) + len(documents))
    share = options.mistakes / sum(len(document.spans) for document in more)
    table = Table(title="Evaluating and rendering, tagging aside")
    for column in ("documents", "mistakes", "seconds", "page, MB"):
        table.add_column(column, justify="right")
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or Path(scratch)
        table.add_row(*measure(many, 0.1, documents, folder / "documents"))
        table.add_row(*measure(more, share, documents, folder / "mistakes"))
    Console().print(table)


if __name__ == "__main__":
    main()
