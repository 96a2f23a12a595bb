"""Strict F1 on texts that are spoilt in one way each, beside that on the clean ones.

    python benchmarks/robustness.py                       # the embedded model on data/annotations/dev and test
    python benchmarks/robustness.py --model runs/compact/model --kinds upper unmarked --labels

Spans keep their places through the harm (khcn_ner.corpus.perturb says what each way does). Every text goes through what
each reader does to Unicode (khcn_ner.reading.mend), which undoes no-break spaces and Ð for Đ. "lost" is the clean F1
less the spoilt one, with its 95 % interval (reports resampled in pairs).
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from khcn_ner.corpus.brat import read_folder
from khcn_ner.corpus.perturb import RATES, WAYS, perturb
from khcn_ner.document import Document
from khcn_ner.evaluation import Scores, score
from khcn_ner.evaluation.comparison import measure_difference
from khcn_ner.evaluation.summary import format_ratio
from khcn_ner.reading.mend import Mender
from khcn_ner.tagging.tagger import Tagger

ROOT = Path(__file__).parents[1]


def as_read(document: Document) -> Document:
    """Mend a text as readers do; what is mended here moves no sign."""
    mended = Mender().mend(document.text)
    if len(mended) != len(document.text):
        raise ValueError(f"{document.id}: mending moved signs")
    return replace(document, text=mended)


def scored(tagger: Tagger, gold: Sequence[Document]) -> Scores:
    return score(gold, [tagger.tag(document).document for document in gold])


def row(kind: str, clean: Scores, spoilt: Scores, *, labels: bool) -> str:
    pair = [[document.micro for document in one.documents] for one in (spoilt, clean)]
    lost = measure_difference(*pair)
    interval = "" if lost.low is None or lost.high is None else f" ({lost.low:+.3f} to {lost.high:+.3f})"
    name = f"{kind} {RATES[kind]:.0%}" if kind in RATES else kind
    cells = [name, format_ratio(spoilt.micro.f1), f"{lost.value or 0.0:+.3f}{interval}"]
    if labels:
        cells += [format_ratio(counts.f1) for counts in spoilt.labels.values()]
    return f"| {' | '.join(cells)} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", type=Path, nargs="*", help="gold reports; the corpus' dev and test if left out")
    parser.add_argument("--model", type=Path)
    parser.add_argument("--kinds", nargs="*", choices=list(WAYS), default=list(WAYS))
    parser.add_argument("--labels", action="store_true", help="also the F1 of each label")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, help="one a core if left out")
    arguments = parser.parse_args()
    tagger = Tagger.load(arguments.model, threads=arguments.threads)
    for folder in arguments.folders or [ROOT / "data" / "annotations" / split for split in ("dev", "test")]:
        gold = read_folder(folder)
        clean = scored(tagger, gold)
        header = ["", "F1", "lost", *(map(str, clean.labels) if arguments.labels else ())]
        print(f"\n{folder.resolve().name}: {len(gold)} reports\n\n| {' | '.join(header)} |\n|{'-|' * len(header)}")
        print(row("clean", clean, clean, labels=arguments.labels), flush=True)
        for kind in arguments.kinds:
            spoilt = [as_read(perturb(document, kind, seed=arguments.seed)) for document in gold]
            print(row(kind, clean, scored(tagger, spoilt), labels=arguments.labels), flush=True)


if __name__ == "__main__":
    main()
