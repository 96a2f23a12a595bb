"""ONNX and int8 forms of a model."""

from __future__ import annotations

from pathlib import Path

import pytest

from khcn_ner.tagging.export import export_onnx, largest_logit_difference, quantise


@pytest.fixture(scope="module")
def model(tiny_run: Path) -> object:
    from transformers import BertForTokenClassification

    return BertForTokenClassification.from_pretrained(tiny_run / "model")


def test_float32_onnx_equals_torch_with_padding_and_free_lengths(model, tmp_path: Path) -> None:
    export_onnx(model, tmp_path / "model.onnx")
    assert largest_logit_difference(model, tmp_path / "model.onnx") < 1e-4


def test_int8_is_smaller_and_close(model, tmp_path: Path) -> None:
    export_onnx(model, tmp_path / "model.onnx")
    quantise(tmp_path / "model.onnx", tmp_path / "model.int8.onnx")
    assert (tmp_path / "model.int8.onnx").stat().st_size < (tmp_path / "model.onnx").stat().st_size
    assert 0 < largest_logit_difference(model, tmp_path / "model.int8.onnx") < 2.0
