"""The model card: a configuration, a fit and its scores in, Markdown out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from khcn_ner import __version__
from khcn_ner.config import TrainConfig


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
    n_parameters: int,
    corpus_sha256: str,
    n_train: int,
    metrics: Mapping[str, Mapping[str, Any] | None],
) -> str:
    """Fill the model card.

    `metrics` has the content of metrics.json for `dev` and `test`, None for one that was not scored.
    """
    environment = Environment(
        loader=PackageLoader("khcn_ner.tagging", "."),
        autoescape=False,  # Markdown, made of our own values
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("card.md.j2").render(
        config=config,
        encoder_name=encoder_name,
        n_parameters=n_parameters,
        licence=licence_of(encoder_name),
        unit=_TOKEN if config.encoder.segmenter == "none" else _WORD,
        corpus_sha256=corpus_sha256,
        n_train=n_train,
        metrics={name: scores for name, scores in metrics.items() if scores is not None},
        version=__version__,
    )
