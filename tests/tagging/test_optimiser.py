"""Parameter groups: which parameter has which learning rate and weight decay."""

from __future__ import annotations

import pytest

from khcn_ner.config import TrainingConfig
from khcn_ner.tagging.optimiser import parameter_groups


def settings(**changes: object) -> TrainingConfig:
    plain = {
        "epochs": 1, "learning_rate": 1e-3, "warmup_share": 0.0, "weight_decay": 0.1,
        "batch_windows": 1, "accumulate": 1, "patience": 1, "bf16": "off",
    }  # fmt: skip
    return TrainingConfig.model_validate(plain | changes)


@pytest.fixture(scope="module", params=["bert", "roberta"])
def model(request: pytest.FixtureRequest):
    from transformers import AutoConfig, AutoModelForTokenClassification

    config = AutoConfig.for_model(
        request.param, vocab_size=11, hidden_size=8, num_hidden_layers=3, num_attention_heads=2, intermediate_size=8
    )
    return AutoModelForTokenClassification.from_config(config)


def rates(model, groups) -> dict[str, tuple[float, float]]:
    names = {id(parameter): name for name, parameter in model.named_parameters()}
    return {names[id(one)]: (group["lr"], group["weight_decay"]) for group in groups for one in group["params"]}


def test_without_options_there_is_one_rate_and_every_parameter_once(model) -> None:
    groups = parameter_groups(model, settings(), decaying=["classifier.weight"])
    assert sorted(rates(model, groups)) == sorted(name for name, _ in model.named_parameters())
    assert sum(len(group["params"]) for group in groups) == len(list(model.parameters()))
    assert {(group["lr"], group["weight_decay"]) for group in groups} == {(1e-3, 0.1), (1e-3, 0.0)}
    assert rates(model, groups)["classifier.weight"] == (1e-3, 0.1)
    assert rates(model, groups)["classifier.bias"] == (1e-3, 0.0)


def test_rates_fall_layer_by_layer_from_the_top_to_the_embeddings(model) -> None:
    groups = parameter_groups(model, settings(layer_decay=0.5, head_learning_rate=0.7), decaying=())
    found = {name: rate for name, (rate, _) in rates(model, groups).items()}
    prefix = model.base_model_prefix
    of_layers = [found[f"{prefix}.encoder.layer.{layer}.output.dense.weight"] for layer in (2, 1, 0)]
    assert of_layers == pytest.approx([1e-3, 5e-4, 2.5e-4])
    assert found[f"{prefix}.embeddings.word_embeddings.weight"] == pytest.approx(1.25e-4)
    assert (found["classifier.weight"], found["classifier.bias"]) == (0.7, 0.7)


def test_frozen_parameters_are_left_out(model) -> None:
    model.classifier.bias.requires_grad_(False)
    try:
        assert "classifier.bias" not in rates(model, parameter_groups(model, settings(), decaying=()))
    finally:
        model.classifier.bias.requires_grad_(True)
