"""torch as a runtime: models built from a model folder."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from onnx import numpy_helper

from khcn_ner.errors import ModelError
from khcn_ner.tagging.folder import FULL_WEIGHTS, SERVING_WEIGHTS, embedded_model, file_entry, read_manifest
from khcn_ner.tagging.runtimes import load_runtime
from khcn_ner.tagging.torch_runtime import TorchRuntime, load_classifier


def logits_of(folder: Path, input_ids: np.ndarray) -> np.ndarray:
    with torch.inference_mode():
        logits: np.ndarray = load_classifier(folder).eval()(input_ids=torch.tensor(input_ids)).logits.numpy()
    return logits


def test_the_embedded_file_becomes_the_bert_that_it_was_written_from() -> None:
    input_ids = np.random.default_rng(0).integers(4, 10_000, (2, 40))
    served = load_runtime("onnxruntime", embedded_model() / SERVING_WEIGHTS, threads=1)
    expected = served.score(input_ids, np.ones_like(input_ids))
    assert np.abs(logits_of(embedded_model(), input_ids) - expected).max() < 1e-3
    assert load_classifier(embedded_model()).config.id2label == dict(enumerate(read_manifest(embedded_model()).tags))


def test_full_precision_weights_are_taken_where_they_are(tiny_run: Path) -> None:
    folder = tiny_run / "model"
    input_ids = np.arange(4, 24)[None]
    served = load_runtime("onnxruntime", folder / SERVING_WEIGHTS, threads=1)
    rounded = served.score(input_ids, np.ones_like(input_ids))
    difference = np.abs(logits_of(folder, input_ids) - rounded).max()
    assert 0.0 < difference < 0.5


def test_changed_weights_are_refused(tiny_run: Path, tmp_path: Path) -> None:
    shutil.copytree(tiny_run / "model", tmp_path / "model")
    with (tmp_path / "model" / FULL_WEIGHTS).open("ab") as stream:
        stream.write(b"x")
    with pytest.raises(ModelError, match=r"model\.safetensors: found another content"):
        load_classifier(tmp_path / "model")


def test_another_encoder_needs_its_full_precision_weights(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(embedded_model(), folder)
    model = onnx.load(str(folder / SERVING_WEIGHTS))
    for node in model.graph.node:
        for names in (node.input, node.output):
            names[:] = [name.replace("model.bert.", "model.roberta.") for name in names]
    for tensor in model.graph.initializer:
        tensor.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(tensor), tensor.name.replace("bert", "roberta")))
    onnx.save(model, str(folder / SERVING_WEIGHTS))
    manifest = read_manifest(folder)
    files = {**manifest.files, SERVING_WEIGHTS: file_entry(folder / SERVING_WEIGHTS)}
    (folder / "khcn_ner.json").write_text(manifest.model_copy(update={"files": files}).model_dump_json())
    with pytest.raises(ModelError, match=r"which is no BERT, expected model\.safetensors beside them"):
        load_classifier(folder)


@pytest.mark.skipif(torch.cuda.is_available(), reason="the CPU form, where there is no GPU")
def test_without_a_gpu_the_cpu_is_used() -> None:
    runtime = TorchRuntime(embedded_model(), threads=None)
    assert (runtime.n_rows, runtime.n_workers) == (1, 1)
    assert runtime.description.startswith(f"torch {torch.__version__}, bf16, ")
    scores = runtime.score(np.full((1, 8), 5), np.ones((1, 8), np.int64))
    assert scores.shape == (1, 8, 11)
    assert scores.dtype == np.float32
