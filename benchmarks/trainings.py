"""Train a configuration several times, by seed, number of reports or changed settings, and compare the scores.

    python benchmarks/trainings.py configs/compact.yaml --seeds 13 14 15 --score data/annotations/test
    python benchmarks/trainings.py configs/compact.yaml --seeds 13 --sizes 20 40 80 146 --score data/annotations/test \
        --curve runs/trainings/curve.json --plot docs/images/learning-curve.svg
    python benchmarks/trainings.py configs/compact.yaml --seeds 13 14 --sizes 60 --score data/annotations/dev \
        --variant crf encoder.head=crf --variant slower training.learning_rate=1.0e-4

A run is train.py with a derived configuration, in OUT/VARIANT-N-reports-seed-S; one whose model folder is there is not
trained again. Of N reports the first ones are taken of an order shuffled once (ORDER_SEED), so a larger set holds the
smaller ones. Prints strict F1, micro and by label, of every run on each --score folder, and mean and standard deviation
over seeds; --curve writes the runs of the plain configuration for `khcn-ner evaluate --learning-curve`, --plot draws
them, both on the first --score folder.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import statistics
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from matplotlib.figure import Figure
from rich.console import Console
from rich.table import Table

from khcn_ner.corpus.brat import read_folder
from khcn_ner.evaluation import Scores, score
from khcn_ner.labels import LABELS
from khcn_ner.tagging.tagger import Tagger

PLAIN = "plain"
ORDER_SEED = 1
console = Console(highlight=False)


@dataclass(frozen=True, slots=True)
class Run:
    """One training: which variant of the configuration, on how many reports, with which seed."""

    variant: str
    n_reports: int
    seed: int

    @property
    def name(self) -> str:
        return f"{self.variant}-{self.n_reports}-reports-seed-{self.seed}"


def derived(config: dict[str, Any], run: Run, settings: list[str], *, train: Path, output: Path) -> dict[str, Any]:
    """Give the configuration of one run; each setting is KEY.KEY=VALUE, the value in YAML."""
    changed: dict[str, Any] = json.loads(json.dumps(config))
    for setting in settings:
        path, _, value = setting.partition("=")
        *parents, last = path.split(".")
        section = changed
        for parent in parents:
            section = section[parent]
        section[last] = yaml.safe_load(value)
    changed["seed"], changed["output"], changed["data"]["train"] = run.seed, str(output), str(train)
    changed["data"]["test"] = None  # scored here, once a folder, for all runs
    return changed


def reports_of(train: Path, n_reports: int, out: Path) -> Path:
    """Copy the first reports of the shuffled order into a folder of their own; all of them need none."""
    names = sorted(path.stem for path in train.glob("*.ann"))
    if n_reports >= len(names):
        return train
    random.Random(ORDER_SEED).shuffle(names)
    folder = out / f"{n_reports}-reports"
    folder.mkdir(parents=True, exist_ok=True)
    for name in names[:n_reports]:
        for suffix in (".txt", ".ann"):
            shutil.copyfile(train / f"{name}{suffix}", folder / f"{name}{suffix}")
    return folder


def train_once(config: dict[str, Any], run: Run, settings: list[str], out: Path) -> Path:
    """Train one run where its model is not there yet, and give the model folder."""
    output = out / run.name
    model = output / "model"
    if model.exists():
        return model
    output.mkdir(parents=True, exist_ok=True)
    train = reports_of(Path(config["data"]["train"]), run.n_reports, out)
    path = output / "config.yaml"
    text = yaml.safe_dump(derived(config, run, settings, train=train, output=output), allow_unicode=True)
    path.write_text(text, encoding="utf-8")
    with (output / "log.txt").open("w", encoding="utf-8") as log:
        subprocess.run([sys.executable, "train.py", str(path)], check=True, stdout=log, stderr=log)
    return model


def score_model(model: Path, folder: Path) -> Scores:
    """Score a model on a folder of gold documents."""
    tagger = Tagger.load(model)
    gold = read_folder(folder)
    return score(gold, [tagger.tag(document).document for document in gold])


def figures(scores: Scores) -> list[float | None]:
    """Give micro F1 and the F1 of each label."""
    return [scores.micro.f1, *(scores.labels[label].f1 for label in LABELS)]


def rounded(values: list[float | None]) -> list[str]:
    return ["–" if value is None else f"{value:.3f}" for value in values]


def spread(column: list[float | None]) -> str:
    """Write mean and standard deviation over runs."""
    known = [value for value in column if value is not None]
    return f"{statistics.fmean(known):.3f} ± {statistics.stdev(known):.3f}" if len(known) > 1 else "–"


def table(scored: dict[Run, list[float | None]], title: str) -> Table:
    """Lay out the runs, and under the runs of each variant and size their mean and standard deviation."""
    result = Table("variant", "reports", "seed", "micro F1", *LABELS, title=title)
    groups: dict[tuple[str, int], list[list[float | None]]] = {}
    for run, values in scored.items():
        groups.setdefault((run.variant, run.n_reports), []).append(values)
        result.add_row(run.variant, str(run.n_reports), str(run.seed), *rounded(values))
    for (variant, n_reports), rows in groups.items():
        if len(rows) > 1:
            means = [spread(list(column)) for column in zip(*rows, strict=True)]
            result.add_row(variant, str(n_reports), f"{len(rows)} seeds", *means, style="bold")
    return result


def plain_runs(scored: dict[Run, list[float | None]]) -> dict[Run, list[float | None]]:
    return {
        run: values
        for run, values in sorted(scored.items(), key=lambda item: item[0].n_reports)
        if run.variant == PLAIN
    }


def write_curve(scored: dict[Run, list[float | None]], target: Path) -> None:
    """Write what `khcn-ner evaluate --learning-curve` reads."""
    points = [
        {"n_reports": run.n_reports, "f1": values[0], "seed": run.seed} for run, values in plain_runs(scored).items()
    ]
    target.write_text(json.dumps(points, indent=1) + "\n", encoding="utf-8")


def plot_curve(scored: dict[Run, list[float | None]], target: Path) -> None:
    """Draw F1 against the number of reports: micro and by label, the mean over seeds a line, each run a dot."""
    figure = Figure(figsize=(7, 4.2), layout="constrained")
    axes = figure.subplots()
    runs = plain_runs(scored)
    sizes = sorted({run.n_reports for run in runs})
    for column, name in enumerate(["micro", *LABELS]):
        points = [(run.n_reports, value) for run, values in runs.items() if (value := values[column]) is not None]
        means = [statistics.fmean(value for size, value in points if size == one) for one in sizes]
        (line,) = axes.plot(sizes, means, label=str(name), linewidth=2.5 if column == 0 else 1.2)
        axes.plot(*zip(*points, strict=True), "o", color=line.get_color(), markersize=3)
    axes.set(xlabel="training reports", ylabel="strict F1", xscale="log", xticks=sizes, xticklabels=map(str, sizes))
    axes.minorticks_off()
    axes.grid(alpha=0.3)
    axes.legend(loc="lower right")
    figure.savefig(target)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    parser.add_argument("config", type=Path)
    parser.add_argument("--seeds", type=int, nargs="+", default=[13])
    parser.add_argument("--sizes", type=int, nargs="+", help="numbers of training reports; all if left out")
    parser.add_argument("--variant", nargs="+", action="append", default=[], metavar="NAME KEY=VALUE")
    parser.add_argument("--score", type=Path, action="append", required=True, metavar="FOLDER")
    parser.add_argument("--curve", type=Path, help="write the plain runs' F1 on the first --score folder")
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--out", type=Path, default=Path("runs/trainings"))
    arguments = parser.parse_args()
    config = yaml.safe_load(arguments.config.read_text(encoding="utf-8"))
    n_all = len(list(Path(config["data"]["train"]).glob("*.ann")))
    variants = {PLAIN: [], **{name: settings for name, *settings in arguments.variant}}
    runs = [
        Run(variant, min(size, n_all), seed)
        for variant in variants
        for size in arguments.sizes or [n_all]
        for seed in arguments.seeds
    ]
    models = {}
    for run in runs:
        console.print(run.name)
        models[run] = train_once(config, run, variants[run.variant], arguments.out)
    for number, folder in enumerate(arguments.score):
        scored = {run: figures(score_model(model, folder)) for run, model in models.items()}
        console.print(table(scored, f"strict F1 on {folder.name}"))
        if number == 0 and arguments.curve is not None:
            write_curve(scored, arguments.curve)
        if number == 0 and arguments.plot is not None:
            plot_curve(scored, arguments.plot)


if __name__ == "__main__":
    main()
