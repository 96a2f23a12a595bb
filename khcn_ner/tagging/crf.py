"""A conditional random field on a token classifier: learnt transitions between the tags of neighbouring tokens.

The emissions are the classifier's logits, so the ONNX file stays that of the classifier; the transitions go into the
manifest, and khcn_ner.tagging.decode finds the best sequence with numpy.

Source: Lafferty, McCallum and Pereira 2001; over a neural encoder as in Lample et al. 2016
(https://aclanthology.org/N16-1030/).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from khcn_ner.tagging.decode import forbidden_transitions
from khcn_ner.tagging.features import IGNORED

if TYPE_CHECKING:
    from transformers import PreTrainedModel

# In place of minus infinity, which would turn gradients into NaN.
_NEVER = -1e4


class Crf(torch.nn.Module):
    """Scores sequences of tags by the transitions between them; those that BIO forbids never happen."""

    forbidden: torch.Tensor

    def __init__(self, tags: tuple[str, ...]) -> None:
        super().__init__()
        self.transitions = torch.nn.Parameter(torch.zeros(len(tags), len(tags)))  # (tag before, tag)
        self.register_buffer("forbidden", torch.from_numpy(forbidden_transitions(tags)), persistent=False)

    def forward(self, logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        """Give the mean negative log probability a token of the gold tags.

        Shape: logits (window, piece, tag); labels (window, piece), IGNORED where a piece speaks for no token.
        """
        emissions, gold, held = _pack(logits.float(), labels)
        allowed = self.transitions.float().masked_fill(self.forbidden, _NEVER)
        steps = allowed[gold[:, :-1], gold[:, 1:]] * held[:, 1:]
        of_gold = (emissions.gather(2, gold[:, :, None]).squeeze(2) * held).sum(1) + steps.sum(1)
        total = emissions[:, 0]  # (window, tag)
        for token in range(1, emissions.shape[1]):
            paths = torch.logsumexp(total[:, :, None] + allowed, dim=1) + emissions[:, token]
            total = torch.where(held[:, token, None], paths, total)
        of_all = torch.where(held[:, 0], torch.logsumexp(total, dim=1), 0.0)
        loss: torch.Tensor = (of_all - of_gold).sum() / held.sum().clamp(min=1)
        return loss


def _pack(logits: torch.Tensor, labels: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Move the pieces that speak for a token to the front of their window.

    Shape: (window, token, tag), (window, token), (window, token) out; the last says which tokens are there.
    """
    spoken = labels != IGNORED
    order = torch.argsort(~spoken, dim=1, stable=True)
    n_tokens = max(int(spoken.sum(1).max()), 1)
    order = order[:, :n_tokens]
    held = spoken.gather(1, order)
    gold = labels.gather(1, order).masked_fill(~held, 0)
    emissions = logits.gather(1, order[:, :, None].expand(-1, -1, logits.shape[2]))
    return emissions, gold, held


def add_crf(model: PreTrainedModel, tags: tuple[str, ...]) -> None:
    """Give a token classifier a CRF: its loss becomes that of whole sequences, its logits stay the emissions.

    The model keeps its own class' name, so that its folder loads in transformers, where it gives the emissions.
    """
    plain: Any = type(model)

    class WithCrf(plain):  # type: ignore[misc]
        def forward(self, input_ids: Any = None, attention_mask: Any = None, labels: Any = None, **options: Any) -> Any:
            outputs = super().forward(input_ids=input_ids, attention_mask=attention_mask, **options)
            if labels is not None:
                outputs.loss = self.crf(outputs.logits, labels)
            return outputs

    WithCrf.__name__ = WithCrf.__qualname__ = plain.__name__
    model.__class__ = WithCrf
    model.crf = Crf(tags)
