"""Ways to train: each against numbers made by hand, and in a run of the tiny model."""

from __future__ import annotations

import math
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from khcn_ner.config import TrainConfig, load_config
from khcn_ner.corpus.brat import read_folder
from khcn_ner.errors import ModelError
from khcn_ner.labels import TAGS
from khcn_ner.tagging.features import IGNORED
from khcn_ner.tagging.fit import fit
from khcn_ner.tagging.regularise import (
    RAW_WEIGHTS,
    WeightAverage,
    pushed,
    symmetric_divergence,
    tag_weights,
    token_loss,
)


def test_smoothing_spreads_a_share_of_the_target_over_all_tags() -> None:
    logits = torch.tensor([[[2.0, 0.0, -1.0], [9.0, 9.0, 0.0]]])
    log_probabilities = torch.log_softmax(logits[0, 0], dim=-1)
    target = torch.tensor([0.9 + 0.1 / 3, 0.1 / 3, 0.1 / 3])
    loss = token_loss(logits, torch.tensor([[0, IGNORED]]), smoothing=0.1, weights=None)
    assert loss.item() == pytest.approx(-(target * log_probabilities).sum().item(), abs=1e-6)


def test_weights_of_labels_weigh_their_tokens() -> None:
    logits = torch.tensor([[[2.0, 0.0, -1.0], [0.0, 1.0, 0.0]]])
    losses = -torch.log_softmax(logits[0], dim=-1)[[0, 1], [0, 2]]
    weights = tag_weights(("O", "B-X", "I-X"), {"X": 3.0})
    loss = token_loss(logits, torch.tensor([[0, 2]]), smoothing=0.0, weights=weights)
    assert loss.item() == pytest.approx((losses[0] + 3 * losses[1]).item() / 4, abs=1e-6)


def test_no_named_label_means_no_weights() -> None:
    assert tag_weights(TAGS, {}) is None


def test_the_divergence_is_that_of_the_spoken_tokens_both_ways() -> None:
    first, second = torch.tensor([[[0.0, math.log(3)], [5.0, 0.0]]]), torch.tensor([[[0.0, 0.0], [0.0, 5.0]]])
    there = 0.25 * math.log(0.5) + 0.75 * math.log(1.5)
    back = 0.5 * math.log(2) + 0.5 * math.log(0.5 / 0.75)
    labels = torch.tensor([[1, IGNORED]])
    assert symmetric_divergence(first, second, labels).item() == pytest.approx((there + back) / 2, abs=1e-6)
    assert symmetric_divergence(first, first, labels).item() == pytest.approx(0, abs=1e-7)


def test_embeddings_are_pushed_by_the_length_and_come_back_exactly() -> None:
    weights = torch.nn.Parameter(torch.tensor([[0.1, 0.2], [0.3, 0.4]]))
    before = weights.detach().clone()
    with pushed(weights, torch.tensor([[3.0, 0.0], [0.0, 4.0]]), length=0.5):
        assert torch.allclose(weights - before, torch.tensor([[0.3, 0.0], [0.0, 0.4]]))
    assert torch.equal(weights, before)


def test_no_gradient_pushes_nowhere() -> None:
    weights = torch.nn.Parameter(torch.ones(2, 2))
    with pushed(weights, torch.zeros(2, 2), length=1.0):
        assert torch.equal(weights, torch.ones(2, 2))


def test_the_average_forgets_its_start_and_then_moves_slowly() -> None:
    model = torch.nn.Linear(1, 1, bias=False)
    model.weight.data.fill_(0.0)
    average = WeightAverage(model, decay=0.5)
    model.weight.data.fill_(1.0)
    expected = 0.0
    for n_updates, left in ((1, 2 / 11), (2, 3 / 12), (100, 0.5)):
        average.update(n_updates)
        expected = left * expected + (1 - left) * 1.0
        with average.standing_in():
            assert model.weight.item() == pytest.approx(expected, abs=1e-6)
        assert model.weight.item() == 1.0


def configured(config_path: Path, text: str, regularisation: str) -> TrainConfig:
    # Dropout, so that R-drop has something to compare.
    text = text.replace("dropout: 0.0", "dropout: 0.1")
    config_path.write_text(f"{text}regularisation: {regularisation}\n", encoding="utf-8")
    return load_config(config_path)


@pytest.fixture
def weights_of(
    tiny_corpus: Path, tiny_encoder: Path, tiny_config_text: Callable[..., str], tmp_path: Path
) -> Callable[..., dict[str, np.ndarray]]:
    """Give the function that trains the tiny model a little and gives its weights."""
    train, dev = read_folder(tiny_corpus / "train")[:3], read_folder(tiny_corpus / "dev")[:1]

    def trained(regularisation: str, *, epochs: int = 1, folder: str = "run", resume: bool = False):
        text = tiny_config_text(tiny_corpus, tiny_encoder, tmp_path / "out", epochs=epochs)
        config = configured(tmp_path / "tiny.yaml", text, regularisation)
        fitted = fit(config, train, dev, run_folder=tmp_path / folder, resume=resume)
        return {name: weights.numpy() for name, weights in fitted.started.model.state_dict().items()}

    return trained


def same(first: dict[str, np.ndarray], second: dict[str, np.ndarray]) -> bool:
    return all(np.allclose(first[name], second[name], atol=1e-5) for name in first)


def test_each_way_changes_the_run_and_none_does_not(weights_of: Callable[..., dict[str, np.ndarray]]) -> None:
    plain = weights_of("null", folder="plain")
    assert same(plain, weights_of("{}", folder="none"))
    ways = (
        "{label_smoothing: 0.1}", "{label_weights: {PER: 2.0}}", "{weight_average: 0.99}", "{adversarial: 1.0}",
        "{r_drop: 1.0}",
    )  # fmt: skip
    for number, way in enumerate(ways):
        assert not same(plain, weights_of(way, folder=f"way-{number}")), way


def test_a_run_with_every_way_resumes_where_it_was(
    weights_of: Callable[..., dict[str, np.ndarray]], tmp_path: Path
) -> None:
    every = "{label_smoothing: 0.1, label_weights: {O: 0.5}, weight_average: 0.9, adversarial: 0.5, r_drop: 0.5}"
    whole = weights_of(every, epochs=2, folder="whole")
    newest = max((tmp_path / "whole").glob("checkpoint-*"), key=lambda path: int(path.name.split("-")[1]))
    shutil.copytree(tmp_path / "whole", tmp_path / "killed")
    shutil.rmtree(tmp_path / "killed" / newest.name)
    assert same(whole, weights_of(every, epochs=2, folder="killed", resume=True))


def test_a_checkpoint_without_an_average_is_not_resumed_with_one(
    weights_of: Callable[..., dict[str, np.ndarray]],
) -> None:
    weights_of("null")
    with pytest.raises(ModelError, match=f"found no {RAW_WEIGHTS}, expected a checkpoint of a run with weight_average"):
        weights_of("{weight_average: 0.9}", epochs=2, resume=True)
