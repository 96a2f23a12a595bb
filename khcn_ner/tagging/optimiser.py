"""Which parameter learns how fast: a model and the optimiser's settings in, parameter groups out."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

import regex

from khcn_ner.config import TrainingConfig

if TYPE_CHECKING:
    from transformers import PreTrainedModel

_LAYER = regex.compile(r"\blayers?\.(\d+)\.")


def parameter_groups(
    model: PreTrainedModel, settings: TrainingConfig, *, decaying: Collection[str]
) -> list[dict[str, Any]]:
    """Group a model's parameters by learning rate and weight decay, as torch's optimisers take them.

    What stands on the encoder has `head_learning_rate`. The encoder's top layer has `learning_rate`, every layer below
    it `layer_decay` times that of the one above, the embeddings one step below the lowest layer. Parameters named in
    `decaying` have the weight decay, the others none.

    Source: layer-wise decay as in Zhang et al. 2021, "Revisiting Few-sample BERT Fine-tuning", section 5.2
    (https://arxiv.org/abs/2006.05987).
    """
    names = [name for name, parameter in model.named_parameters() if parameter.requires_grad]
    encoder = f"{model.base_model_prefix}."
    layers = {name: int(found[1]) for name in names if name.startswith(encoder) and (found := _LAYER.search(name))}
    n_layers = max(layers.values(), default=-1) + 1
    head_rate = settings.head_learning_rate or settings.learning_rate
    groups: dict[tuple[float, float], list[Any]] = {}
    for name, parameter in model.named_parameters():
        if not parameter.requires_grad:
            continue
        if name.startswith(encoder):
            # A part of the encoder that is in no layer is its embeddings.
            steps_below_top = n_layers - 1 - layers.get(name, -1)
            rate = settings.learning_rate * settings.layer_decay**steps_below_top
        else:
            rate = head_rate
        decay = settings.weight_decay if name in decaying else 0.0
        groups.setdefault((rate, decay), []).append(parameter)
    return [{"params": params, "lr": rate, "weight_decay": decay} for (rate, decay), params in groups.items()]
