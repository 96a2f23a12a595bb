"""Ways to train that a configuration's `regularisation` asks for: a Trainer class in, one that does them too out.

Each stands alone and is off by default: label smoothing and weights of labels change the loss, R-drop adds to it, FGM
adds a second backward pass, and the average of the weights is what is evaluated and saved.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch.nn.functional import cross_entropy, kl_div, log_softmax

from khcn_ner.config import RegularisationConfig
from khcn_ner.errors import ModelError
from khcn_ner.tagging.features import IGNORED

# The weights as training goes on with them, beside the averaged ones of a checkpoint.
RAW_WEIGHTS = "not_averaged.safetensors"


def tag_weights(tags: Sequence[str], label_weights: Mapping[str, float]) -> torch.Tensor | None:
    """Give each tag the weight of its label, 1 where none is named; None where no label is.

    Shape: (tag,).

    Example:
        >>> tag_weights(("O", "B-ORG", "I-ORG"), {"ORG": 2.0})
        tensor([1., 2., 2.])
    """
    if not label_weights:
        return None
    return torch.tensor([label_weights.get(tag.partition("-")[2] or tag, 1.0) for tag in tags])


def token_loss(
    logits: torch.Tensor, labels: torch.Tensor, *, smoothing: float, weights: torch.Tensor | None
) -> torch.Tensor:
    """Give the mean cross entropy of the pieces that speak for a token.

    `smoothing` is the share of a target that is spread over all tags; `weights` one weight a tag.
    Shape: logits (window, piece, tag); labels (window, piece), IGNORED where a piece speaks for no token.
    Source: Szegedy et al. 2016, section 7 (https://arxiv.org/abs/1512.00567).
    """
    weight = None if weights is None else weights.to(logits.device)
    flat = logits.float().view(-1, logits.shape[-1])  # (window × piece, tag)
    return cross_entropy(flat, labels.reshape(-1), weight=weight, ignore_index=IGNORED, label_smoothing=smoothing)


def symmetric_divergence(first: torch.Tensor, second: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Give the mean of both Kullback-Leibler divergences between two passes over the same tokens, in nats.

    Shape: first, second (window, piece, tag); labels (window, piece), IGNORED where a piece speaks for no token.
    Source: Wu et al. 2021, "R-Drop", equation 2 (https://arxiv.org/abs/2106.14448).
    """
    spoken = labels != IGNORED
    one, other = (log_softmax(logits.float()[spoken], dim=-1) for logits in (first, second))  # (token, tag)
    there = kl_div(one, other, reduction="batchmean", log_target=True)
    back = kl_div(other, one, reduction="batchmean", log_target=True)
    return (there + back) / 2


@contextmanager
def pushed(weights: torch.nn.Parameter, gradient: torch.Tensor, *, length: float) -> Iterator[None]:
    """Move weights `length` along the gradient, where they hurt most, and back at the end.

    Source: the fast gradient method of Miyato et al. 2017 (https://arxiv.org/abs/1605.07725), on the embedding matrix
    as a whole instead of the embeddings of each text.
    """
    norm = gradient.norm()
    before = weights.detach().clone()
    if torch.isfinite(norm) and norm > 0:
        weights.data.add_(gradient, alpha=length / float(norm))
    try:
        yield
    finally:
        weights.data.copy_(before)


class WeightAverage:
    """The exponential moving average of a model's weights; `decay` is what an update leaves of it, 0..1.

    Early updates leave less, so that the untrained weights are soon forgotten.
    Source: Polyak and Juditsky 1992; the ramp as in tf.train.ExponentialMovingAverage
    (https://www.tensorflow.org/api_docs/python/tf/train/ExponentialMovingAverage).
    """

    def __init__(self, model: torch.nn.Module, *, decay: float) -> None:
        self._weights = dict(model.named_parameters())
        self._decay = decay
        self._averaged = {name: weights.detach().clone() for name, weights in self._weights.items()}

    @torch.no_grad()
    def update(self, n_updates: int) -> None:
        """Take the weights after update number `n_updates` in."""
        left = min(self._decay, (1 + n_updates) / (10 + n_updates))
        for name, weights in self._weights.items():
            self._averaged[name].lerp_(weights, 1 - left)

    @contextmanager
    def standing_in(self) -> Iterator[None]:
        """Put the average into the model for as long as the block lasts."""
        raw = {name: weights.detach().clone() for name, weights in self._weights.items()}
        self._put(self._averaged)
        try:
            yield
        finally:
            self._put(raw)

    def save_raw(self, folder: Path) -> None:
        """Write the weights that are not averaged."""
        from safetensors.torch import save_file

        save_file(
            {name: weights.detach().contiguous() for name, weights in self._weights.items()}, folder / RAW_WEIGHTS
        )

    def load_raw(self, folder: Path) -> None:
        """Read the weights that are not averaged into the model; the average stays.

        Raises:
            ModelError: the folder lacks them.
        """
        from safetensors.torch import load_file

        if not (folder / RAW_WEIGHTS).is_file():
            raise ModelError(
                str(folder), found=f"no {RAW_WEIGHTS}", expected="a checkpoint of a run with weight_average",
                remedy="start without --resume, or without weight_average",
            )  # fmt: skip
        self._put(load_file(folder / RAW_WEIGHTS))

    def _put(self, values: Mapping[str, torch.Tensor]) -> None:
        for name, weights in self._weights.items():
            weights.data.copy_(values[name])


def regularised(trainer: type[Any], settings: RegularisationConfig, *, tags: Sequence[str]) -> type[Any]:
    """Give a subclass of a Trainer class that trains as the settings say."""
    kind = _with_loss(trainer, settings, tag_weights(tags, settings.label_weights))
    if settings.adversarial is not None:
        kind = _with_adversary(kind, length=settings.adversarial)
    if settings.weight_average is not None:
        kind = _with_average(kind, decay=settings.weight_average)
    return kind


def _with_loss(trainer: type[Any], settings: RegularisationConfig, weights: torch.Tensor | None) -> type[Any]:
    changes_loss = settings.label_smoothing > 0 or weights is not None

    class WithLoss(trainer):  # type: ignore[misc]
        """Computes another loss while training; dev's stays the plain one."""

        def compute_loss(self, model: Any, inputs: Any, return_outputs: bool = False, **options: Any) -> Any:
            loss, outputs = super().compute_loss(model, inputs, return_outputs=True, **options)
            if model.training:
                loss = self._loss(outputs, inputs["labels"])
                if settings.r_drop > 0:
                    again = super().compute_loss(model, inputs, return_outputs=True, **options)[1]
                    apart = symmetric_divergence(outputs.logits, again.logits, inputs["labels"])
                    loss = (loss + self._loss(again, inputs["labels"])) / 2 + settings.r_drop * apart
            return (loss, outputs) if return_outputs else loss

        def _loss(self, outputs: Any, labels: torch.Tensor) -> torch.Tensor:
            if not changes_loss:
                plain: torch.Tensor = outputs.loss
                return plain
            return token_loss(outputs.logits, labels, smoothing=settings.label_smoothing, weights=weights)

    return WithLoss


def _with_adversary(trainer: type[Any], *, length: float) -> type[Any]:
    class WithAdversary(trainer):  # type: ignore[misc]
        """Adds to each step the gradients at the embeddings that would hurt most."""

        def training_step(self, model: Any, inputs: Any, *others: Any) -> Any:
            embeddings = self.model.get_input_embeddings().weight  # of the model itself, however it is wrapped
            before = None if embeddings.grad is None else embeddings.grad.clone()
            loss = super().training_step(model, inputs, *others)
            gradient = embeddings.grad if before is None else embeddings.grad - before
            with pushed(embeddings, gradient, length=length):
                super().training_step(model, inputs, *others)
            return loss

    return WithAdversary


def _with_average(trainer: type[Any], *, decay: float) -> type[Any]:
    from transformers import TrainerCallback

    class TakeIn(TrainerCallback):
        """Takes the weights into the average after each update."""

        def __init__(self, owner: Any) -> None:
            self.owner = owner

        def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> Any:  # noqa: ARG002 (as it is called)
            self.owner.average.update(state.global_step)
            return control

    class WithAverage(trainer):  # type: ignore[misc]
        """Evaluates and saves the average of the weights; a checkpoint has both."""

        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            self.average = WeightAverage(self.model, decay=decay)
            self.add_callback(TakeIn(self))

        def evaluate(self, *arguments: Any, **options: Any) -> Any:
            with self.average.standing_in():
                return super().evaluate(*arguments, **options)

        def save_model(self, output_dir: str | None = None, _internal_call: bool = False) -> None:
            with self.average.standing_in():
                super().save_model(output_dir, _internal_call)
            if _internal_call and self.args.should_save:
                self.average.save_raw(Path(str(output_dir)))

        def _load_from_checkpoint(self, resume_from_checkpoint: str, model: Any = None) -> None:
            super()._load_from_checkpoint(resume_from_checkpoint, model)
            self.average = WeightAverage(self.model, decay=decay)
            self.average.load_raw(Path(resume_from_checkpoint))

    return WithAverage
