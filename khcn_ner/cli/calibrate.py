"""khcn-ner calibrate: makes a model's scores mean what they say, by gold reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from khcn_ner.cli.console import print_table, with_bar
from khcn_ner.cli.review import UNDER
from khcn_ner.errors import InputError

if TYPE_CHECKING:
    from khcn_ner.document import Document
    from khcn_ner.evaluation import Calibration


@dataclass(frozen=True, slots=True)
class Calibrated:
    """A model folder after calibration: by a split's name its calibrated spans, and how scores were and are.

    The temperature was fitted to `fitted_on`; `after` has each fifth of that split with the temperature of the others.
    """

    temperature: float
    fitted_on: str
    predicted: Mapping[str, list[Document]]
    before: Mapping[str, Calibration | None]
    after: Mapping[str, Calibration | None]

    def facts(self) -> dict[str, Any]:
        """Say it as metrics.json keeps it."""
        errors = {name: {"before": _ece(one), "after": _ece(self.after[name])} for name, one in self.before.items()}
        return {"temperature": self.temperature, "fitted_on": self.fitted_on, "ece": errors}


def calibrate_folder(folder: Path, splits: Mapping[str, list[Document]]) -> Calibrated:
    """Fit the temperature of a model folder to the first of the splits, write it, and measure all of them.

    Raises:
        ModelError: the folder is no whole model folder.
    """
    from khcn_ner.evaluation import calibrate as sort_scores
    from khcn_ner.evaluation import calibrate_scores, scored_spans
    from khcn_ner.tagging.folder import write_temperature
    from khcn_ner.tagging.tagger import Tagger
    from khcn_ner.tagging.temperature import cross_fitted, fit_temperature

    # Every machine can run float32, so these are the scores that are released.
    tagger = Tagger.load(folder, runtime="onnxruntime")
    tagger.manifest = tagger.manifest.model_copy(update={"temperature": 1.0})
    raw = {
        name: [tagger.tag(document).document for document in with_bar(gold, f"tagging {name}")]
        for name, gold in splits.items()
    }
    fitted_on = next(iter(splits))
    scored = scored_spans(splits[fitted_on], raw[fitted_on])
    temperature = fit_temperature(one for document in scored for one in document)
    write_temperature(folder, temperature)
    predicted = {name: [_tempered(document, temperature) for document in documents] for name, documents in raw.items()}
    after = {name: sort_scores(gold, predicted[name]) for name, gold in splits.items() if name != fitted_on}
    return Calibrated(
        temperature=temperature,
        fitted_on=fitted_on,
        predicted=predicted,
        before={name: sort_scores(gold, raw[name]) for name, gold in splits.items()},
        after={fitted_on: calibrate_scores(cross_fitted(scored)), **after},
    )


def _tempered(document: Document, temperature: float) -> Document:
    from khcn_ner.tagging.temperature import tempered

    return document.with_spans(
        span if span.score is None else replace(span, score=tempered(span.score, temperature))
        for span in document.spans
    )


def calibrate(
    model_dir: Annotated[Path, typer.Argument(metavar="MODEL_DIR", help="A model folder that train.py wrote.")],
    gold_dir: Annotated[Path, typer.Argument(metavar="GOLD_DIR", help="Reports that training has not seen: dev.")],
    also: Annotated[
        list[Path] | None, typer.Option(metavar="DIR", help="Also measure on these gold reports, as test; repeat.")
    ] = None,
    plot: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Draw scores against what is right: .svg, .png or .pdf.")
    ] = None,
) -> None:
    """Fit one temperature to gold reports so that a span's score is its chance of being right; spans stay the same.

    The temperature goes into the folder's manifest, the errors before and after into metrics.json and the card.
    train.py does this with dev.
    """
    from khcn_ner.cli.predictions import labels_of
    from khcn_ner.corpus.brat import read_folder
    from khcn_ner.evaluation.plots import save_reliability
    from khcn_ner.tagging.card import FACTS, note_facts
    from khcn_ner.tagging.folder import MANIFEST

    labels = labels_of(model_dir)
    folders = {one.resolve().name: one for one in (gold_dir, *(also or ()))}
    if len(folders) != 1 + len(also or ()):
        raise InputError("--also", found="folders of one name", expected="names that differ", remedy="rename one")
    splits = {name: read_folder(folder, labels=labels) for name, folder in folders.items()}
    calibrated = calibrate_folder(model_dir, splits)
    note_facts(model_dir, {"calibration": calibrated.facts()})
    print_table(
        f"Expected calibration error, temperature {calibrated.temperature:g} by {calibrated.fitted_on}",
        ("reports", "spans", "before", "after", f"spans under {UNDER}", "wrong ones there"),
        [_row(name, gold, calibrated) for name, gold in splits.items()],
    )
    print(f"{calibrated.fitted_on}: each fifth of its reports after with the temperature of the others")
    print(f"temperature: {model_dir / MANIFEST}; also in {FACTS} of metrics.json and in the card")
    if plot is not None:
        save_reliability(plot, {name: (calibrated.before[name], calibrated.after[name]) for name in splits})
        print(f"plot: {plot}")


def _row(name: str, gold: list[Document], calibrated: Calibrated) -> tuple[str, ...]:
    """Give a split's errors, the share of its spans that --review lists, and the share of the wrong ones among them."""
    from khcn_ner.evaluation import scored_spans
    from khcn_ner.evaluation.summary import format_ratio

    ece = (format_ratio(_ece(side[name])) for side in (calibrated.before, calibrated.after))
    scored = [one for document in scored_spans(gold, calibrated.predicted[name]) for one in document]
    wrong = [score for score, is_right in scored if not is_right]
    shares = (
        f"{sum(score < UNDER for score in scores) / len(scores):.1%}" if scores else "–"
        for scores in ([score for score, _ in scored], wrong)
    )
    return name, f"{len(scored):,}", *ece, *shares


def _ece(calibration: Calibration | None) -> float | None:
    return None if calibration is None else calibration.ece
