"""Strict F1 of baselines and models on the same reports, and how far each is from the compact model.

    python -m benchmarks.accuracy                                  # all on data/annotations/test
    python -m benchmarks.accuracy --also FOLDER --model DIR …      # other gold reports; more model folders
    python -m benchmarks.accuracy --only rules compact             # some of: rules crf underthesea compact

Run from the repository's root, with the development set-up. Everything that a baseline learns it learns from
data/annotations/train; what is chosen (the CRF's two weights, underthesea's labels for bodies) is chosen on dev.
Intervals are 95 %, reports resampled; the difference is the system's F1 less that of the compact model, in pairs.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from khcn_ner.corpus.brat import read_folder
from khcn_ner.document import Document
from khcn_ner.evaluation import Scores, score
from khcn_ner.evaluation.comparison import measure_difference
from khcn_ner.evaluation.interval import Interval
from khcn_ner.evaluation.summary import format_ratio
from khcn_ner.labels import LABELS, Label
from khcn_ner.tagging.tagger import Tagger

CORPUS = Path(__file__).parents[1] / "data" / "annotations"
SYSTEMS = ("rules", "crf", "underthesea", "compact")
# What a system never gives.
_LACKS = {"underthesea": (Label.DATE, Label.QUANTITY, Label.PROJECT)}


class System(Protocol):
    """Finds spans."""

    def predict(self, document: Document) -> Document: ...


class Model:
    """A model folder, or the embedded model."""

    def __init__(self, folder: Path | None) -> None:
        self._tagger = Tagger.load(folder)

    def predict(self, document: Document) -> Document:
        return self._tagger.tag(document).document


def predicted_by(system: System, gold: Sequence[Document]) -> list[Document]:
    return [system.predict(document) for document in gold]


def make_rules(train: Sequence[Document], _: Sequence[Document]) -> System:
    from benchmarks.baseline_rules import Rules

    return Rules(train)


def make_crf(train: Sequence[Document], dev: Sequence[Document]) -> System:
    """Fit a CRF for each pair of weights and keep the one that is best on dev."""
    from benchmarks.baseline_crf import GRID, Crf

    tried: list[tuple[float, Crf]] = []
    for c1, c2 in GRID:
        crf = Crf(train, c1=c1, c2=c2)
        tried.append((score(dev, predicted_by(crf, dev)).micro.f1 or 0.0, crf))
        print(f"CRF, c1 {c1}, c2 {c2}: {tried[-1][0]:.4f} on dev", flush=True)
    return max(tried, key=lambda one: one[0])[1]


def make_underthesea(_: Sequence[Document], dev: Sequence[Document]) -> System:
    from benchmarks.baseline_underthesea import BODIES, Underthesea

    tried: list[tuple[float, Underthesea]] = []
    shared = Underthesea(bodies=BODIES[0])
    for bodies in BODIES:
        system = shared.reading(bodies)
        tried.append((score(dev, predicted_by(system, dev)).labels[Label.ORG].f1 or 0.0, system))
        print(f"underthesea, bodies are {bodies}: ORG {tried[-1][0]:.4f} on dev", flush=True)
    return max(tried, key=lambda one: one[0])[1]


def make_compact(_: Sequence[Document], __: Sequence[Document]) -> System:
    return Model(None)


MAKERS = {"rules": make_rules, "crf": make_crf, "underthesea": make_underthesea, "compact": make_compact}


def _cell(f1: float | None, interval: Interval | None) -> str:
    return format_ratio(f1) if interval is None else f"{format_ratio(f1)} ({interval.low:.3f}–{interval.high:.3f})"


def table(all_scores: Mapping[str, Scores]) -> Iterable[str]:
    """Give the scores as a Markdown table."""
    yield f"| | micro | {' | '.join(LABELS)} |"
    yield f"|{'-|' * (2 + len(LABELS))}"
    for name, scores in all_scores.items():
        cells = [_cell(scores.micro.f1, scores.micro_f1_interval)]
        for label in LABELS:
            lacks = label in _LACKS.get(name, ())
            cells.append("–" if lacks else _cell(scores.labels[label].f1, scores.label_f1_intervals[label]))
        yield f"| {name} | {' | '.join(cells)} |"


def differences(all_scores: Mapping[str, Scores], reference: str) -> Iterable[str]:
    """Give each system's distance from the reference as a Markdown table."""
    yield f"| less {reference} | difference | 95 % interval | p |"
    yield "|-|-|-|-|"
    for name, scores in all_scores.items():
        if name == reference:
            continue
        lacks = _LACKS.get(name, ())
        kept = [label for label in LABELS if label not in lacks]
        sides = [
            [sum((one.labels[label] for label in kept[1:]), one.labels[kept[0]]) for one in side.documents]
            for side in (all_scores[reference], scores)
        ]
        found = measure_difference(sides[0], sides[1])
        what = f"{name}, {' and '.join(kept)} alone" if lacks else name
        if found.value is None or found.low is None or found.high is None:
            yield f"| {what} | – | – | – |"
        else:
            yield f"| {what} | {found.value:+.3f} | {found.low:+.3f} to {found.high:+.3f} | {found.p_value:.4f} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=Path, action="append", default=[], metavar="DIR", help="a model folder; repeat")
    parser.add_argument("--also", type=Path, action="append", default=[], metavar="FOLDER", help="gold reports; repeat")
    parser.add_argument("--only", nargs="*", choices=SYSTEMS, default=list(SYSTEMS))
    arguments = parser.parse_args()
    train, dev = read_folder(CORPUS / "train"), read_folder(CORPUS / "dev")
    systems: dict[str, System] = {name: MAKERS[name](train, dev) for name in arguments.only}
    systems |= {f"{folder.resolve().parent.name}/{folder.name}": Model(folder) for folder in arguments.model}
    reference = "compact" if "compact" in systems else next(iter(systems))
    for folder in (CORPUS / "test", *arguments.also):
        gold = read_folder(folder)
        all_scores = {name: score(gold, predicted_by(system, gold)) for name, system in systems.items()}
        n_spans = sum(len(document.spans) for document in gold)
        print(f"\n{folder.resolve().name}: {len(gold)} reports, {n_spans:,} spans\n", *table(all_scores), sep="\n")
        print("", *differences(all_scores, reference), sep="\n", flush=True)


if __name__ == "__main__":
    main()
