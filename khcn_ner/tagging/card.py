"""The model card: a configuration, a fit and its scores in, Markdown out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from khcn_ner import __version__
from khcn_ner.config import TrainConfig


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
        corpus_sha256=corpus_sha256,
        n_train=n_train,
        metrics={name: scores for name, scores in metrics.items() if scores is not None},
        version=__version__,
    )
