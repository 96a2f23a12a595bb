"""Train a model: a configuration in, a model folder with its scores out.

    python train.py configs/compact.yaml [--resume] [--embed]

Config → corpus → fit → save → calibrate → evaluate, top to bottom. Everything goes into the configuration's `output`
folder: checkpoints/, model/ (the model folder, for `khcn-ner … --model`), dev/ and test/ (evaluations; the last line
printed is the path of the page for the best checkpoint).
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from khcn_ner.cli.calibrate import calibrate_folder
from khcn_ner.cli.console import print_table
from khcn_ner.config import load_config
from khcn_ner.corpus.augment import augment
from khcn_ner.corpus.dataset import documents, fingerprint, load_dataset
from khcn_ner.document import Document
from khcn_ner.errors import KhcnNerError
from khcn_ner.evaluation import TABLE_HEADER, Setting, Written, table_rows, write_evaluation
from khcn_ner.tagging.card import FACTS, add_release_notes, render_card
from khcn_ner.tagging.export import save_model
from khcn_ner.tagging.features import FeatureCounts
from khcn_ner.tagging.fit import fit
from khcn_ner.tagging.folder import Manifest, copy_for_package, describe_embedded, embedded_model, read_manifest

console = Console(highlight=False)


def main(
    config_path: Annotated[Path, typer.Argument(metavar="CONFIG", help="For example configs/compact.yaml.")],
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the newest checkpoint.")] = False,
    embed: Annotated[
        bool, typer.Option("--embed", help="Put the model into the package, as the one it ships.")
    ] = False,
) -> None:
    """Train a model, save it, and score it on dev and test."""
    config = load_config(config_path)
    console.quiet = os.environ.get("RANK", "0") != "0"  # of several processes the first one talks
    output = Path(config.output)

    def read(place: str) -> list[Document]:
        return documents(load_dataset(Path(place), labels=config.label_set, relabel=config.data.relabel))

    train, dev = read(config.data.train), read(config.data.dev)
    test = read(config.data.test) if config.data.test is not None else None
    console.print(f"corpus: {len(train)} reports to train on, {len(dev)} for dev")
    corpus_sha256 = fingerprint(train)
    seen = train if config.augmentation is None else augment(train, config.augmentation, seed=config.seed)

    fitted = fit(config, seen, dev, run_folder=output / "checkpoints", resume=resume)
    if not fitted.is_first:
        return  # of several processes the first one goes on alone
    tell_losses("train", fitted.train_counts)
    tell_losses("dev", fitted.dev_counts)
    memory = "" if fitted.peak_gigabytes is None else f", at most {fitted.peak_gigabytes:.1f} GB on the GPU"
    console.print(f"trained in {fitted.seconds / 60:.1f} min, {fitted.pieces_per_second:.0f} pieces/s{memory}")

    model_folder = output / "model"
    difference = save_model(
        fitted.started,
        model_folder,
        config=config,
        config_text=config_path.read_text(encoding="utf-8"),
        corpus_sha256=corpus_sha256,
    )
    console.print(f"ONNX equals torch to {difference:.1e} logits (float32, before int8)")

    splits = {"dev": dev} if test is None else {"dev": dev, "test": test}
    # dev has picked the checkpoint already: its scores look a little better than they are, and so the temperature does.
    calibrated = calibrate_folder(model_folder, splits)
    console.print(f"temperature of the scores, by dev: {calibrated.temperature:g}")
    manifest = read_manifest(model_folder)
    written = {
        name: score_split(manifest, name, gold, calibrated.predicted[name], output, train=train)
        for name, gold in splits.items()
    }
    facts = {"n_reports": len(train), "n_parameters": fitted.n_parameters, "calibration": calibrated.facts()}
    metrics = {**{name: one.metrics for name, one in written.items()}, FACTS: facts}
    card = render_card(config, encoder_name=fitted.started.encoder_name, corpus_sha256=corpus_sha256, metrics=metrics)
    add_release_notes(model_folder, metrics=metrics, card=card)
    console.print(f"model: {model_folder}")
    if embed:
        copy_for_package(model_folder, embedded_model())
        console.print(f"embedded as {describe_embedded()} in {embedded_model()}")
    console.print(f"page: {written['test' if test is not None else 'dev'].page}", soft_wrap=True)


def tell_losses(name: str, counts: FeatureCounts) -> None:
    """Report what the windows cost, once a split."""
    console.print(
        f"{name}: {counts.n_pieces} pieces in {counts.n_windows} windows; of {counts.n_spans} spans "
        f"{counts.n_spans_cut_by_windows} in no window whole, {counts.n_spans_cutting_tokens} widened to whole tokens"
        + (f"; {counts.n_split_words} words split at gold borders" if counts.n_split_words else "")
    )


def score_split(
    manifest: Manifest,
    name: str,
    gold: list[Document],
    predicted: list[Document],
    output: Path,
    *,
    train: list[Document],
) -> Written:
    """Score the saved model's spans on a split, print its table, and write its page."""
    setting = Setting(model=manifest.described(), labels=manifest.labels, training=train)
    title = f"{manifest.name} {manifest.version} on {name}"
    written = write_evaluation(output / name, gold, predicted, title=title, setting=setting)
    print_table(f"{name}: strict scores of the int8 model", TABLE_HEADER, table_rows(written.evaluation.scores))
    return written


if __name__ == "__main__":
    try:
        typer.run(main)
    except KhcnNerError as error:
        Console(stderr=True, highlight=False, soft_wrap=True, markup=False).print(f"error: {error}")
        sys.exit(2)
