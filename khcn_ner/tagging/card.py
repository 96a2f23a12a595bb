"""The model card: a configuration and its scores, or a model folder and evaluations of it, in; Markdown out."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from khcn_ner import __version__
from khcn_ner.config import TrainConfig, load_config
from khcn_ner.errors import ModelError
from khcn_ner.files import write_text
from khcn_ner.tagging.folder import CARD, METRICS, TRAINING, Manifest, read_manifest

# The key of a folder's metrics.json that has facts of the training rather than scores of a split.
FACTS = "training"


@dataclass(frozen=True, slots=True)
class Licence:
    """The licence of the encoder that a model was fine-tuned from, and what follows for the model.

    `own` is the model's licence as the hub writes it.
    """

    source: str
    of_source: str
    own: str
    note: str


_TOKEN = "token (a run of letters, a run of digits, or one other sign)"
_WORD = "word (syllables that the segmenter joins, a run of digits, or one other sign)"

_FREE = "This model is Apache-2.0."
_KNOWN = (
    Licence("intfloat/multilingual-e5-small", "MIT", "apache-2.0", _FREE),
    Licence(
        "vinai/phobert-base-v2",
        "AGPL-3.0",
        "agpl-3.0",
        "This model is AGPL-3.0 with it, and so is a service that runs it.",
    ),
    Licence("vinai/phobert-base", "MIT", "apache-2.0", _FREE),
    Licence("vinai/phobert-large", "MIT", "apache-2.0", _FREE),
)


def licence_of(encoder_name: str) -> Licence:
    """Tell the licence by the encoder's name; of one that is not known it is to be looked up.

    Example:
        >>> licence_of("vinai/phobert-base-v2").own, licence_of("phobert-base").own, licence_of("mine").own
        ('agpl-3.0', 'apache-2.0', 'other')
    """
    for licence in _KNOWN:
        if licence.source in encoder_name or licence.source.partition("/")[2] == encoder_name:
            return licence
    return Licence(encoder_name, "its own licence", "other", "Look up that licence before passing this model on.")


def render_card(
    config: TrainConfig,
    *,
    encoder_name: str,
    corpus_sha256: str,
    metrics: Mapping[str, Mapping[str, Any] | None],
    made_by: str = __version__,
) -> str:
    """Fill the model card.

    `metrics` has the content of metrics.json for `dev` and `test`, None for one that was not scored; under `training`
    it may have `n_reports`, `n_parameters` and `calibration`. `made_by` is the version of khcn_ner that trained the
    model.
    """
    environment = Environment(
        loader=PackageLoader("khcn_ner.tagging", "."),
        autoescape=False,  # Markdown, made of our own values
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    facts = metrics.get(FACTS) or {}
    return environment.get_template("card.md.j2").render(
        config=config,
        encoder_name=encoder_name,
        n_parameters=facts.get("n_parameters"),
        licence=licence_of(encoder_name),
        unit=_TOKEN if config.encoder.segmenter == "none" else _WORD,
        corpus_sha256=corpus_sha256,
        n_train=facts.get("n_reports"),
        calibration=facts.get("calibration"),
        metrics={name: scores for name, scores in metrics.items() if scores is not None and name != FACTS},
        version=made_by,
    )


def card_of_folder(folder: Path, *, evaluations: Sequence[Path] = ()) -> str:
    """Fill the card of a model folder from its metrics.json, and from evaluations under their folders' names.

    Raises:
        ModelError: the folder is no model folder, or an evaluation is missing, broken, or of another model.
        ConfigError: the folder's training configuration is wrong.
    """
    manifest = read_manifest(folder)
    metrics = _read_metrics(folder / METRICS)
    for evaluation in evaluations:
        scores = _read_metrics(evaluation / METRICS)
        _check_same_model(evaluation, scores, manifest)
        metrics[evaluation.resolve().name] = scores
    return render_card(
        load_config(folder / TRAINING),
        encoder_name=manifest.encoder,
        corpus_sha256=manifest.corpus_sha256,
        metrics=metrics,
        made_by=manifest.khcn_ner_version,
    )


def note_facts(folder: Path, facts: Mapping[str, Any]) -> None:
    """Put facts of the training into a model folder's metrics.json, and write its card anew.

    Raises:
        ModelError: the folder is no model folder with its metrics.
        ConfigError: the folder's training configuration is wrong.
    """
    metrics = _read_metrics(folder / METRICS)
    metrics[FACTS] = {**(metrics.get(FACTS) or {}), **facts}
    _write_metrics(folder, metrics)
    write_text(folder / CARD, card_of_folder(folder))


def add_release_notes(folder: Path, *, metrics: Mapping[str, Any], card: str) -> None:
    """Put metrics.json and the model card into a saved model folder."""
    _write_metrics(folder, metrics)
    write_text(folder / CARD, card)


def _write_metrics(folder: Path, metrics: Mapping[str, Any]) -> None:
    write_text(folder / METRICS, json.dumps(metrics, ensure_ascii=False, indent=2) + "\n")


def _read_metrics(path: Path) -> dict[str, Any]:
    try:
        metrics = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        metrics = None
    if not isinstance(metrics, dict):
        raise ModelError(
            str(path),
            found="no readable metrics",
            expected="what `khcn-ner evaluate` writes",
            remedy="evaluate the model first",
        )
    return metrics


def _check_same_model(evaluation: Path, scores: Mapping[str, Any], manifest: Manifest) -> None:
    model = scores.get("model") or {}
    if "strict" not in scores or (model.get("name"), model.get("version")) != (manifest.name, manifest.version):
        raise ModelError(
            str(evaluation),
            found=f"scores of {model.get('name', 'no model')} {model.get('version', '')}",
            expected=f"those of {manifest.name} {manifest.version}",
            remedy="evaluate this model",
        )
