"""Saving a trained model: a model and its scores in, a whole model folder out.

The folder is written beside its place and renamed at the end, so that it is never half there.
"""

from __future__ import annotations

import logging
import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from khcn_ner import __version__
from khcn_ner.config import TrainConfig
from khcn_ner.errors import ModelError
from khcn_ner.files import replaced_folder
from khcn_ner.labels import bio_tags
from khcn_ner.tagging.folder import (
    FORMAT,
    MANIFEST,
    SERVING_WEIGHTS,
    TOKENIZER,
    TRAINING,
    Manifest,
    file_entry,
)
from khcn_ner.tagging.start import Started, position_count

if TYPE_CHECKING:
    from transformers import PreTrainedModel

_OPSET = 18
# Vocabularies begin with the special pieces.
_FIRST_PLAIN_PIECE = 4
# Matrices with fewer weights stay as they are: they save nothing.
_SMALLEST_MATRIX = 4096


def export_onnx(model: PreTrainedModel, path: Path) -> None:
    """Write a model as float32 ONNX with free batch and piece axes.

    Inputs `input_ids` and `attention_mask` (window, piece), output `logits` (window, piece, tag).
    """
    import torch

    example = torch.full((2, 12), model.config.vocab_size - 1, dtype=torch.long)
    axes = {0: torch.export.Dim("window"), 1: torch.export.Dim("piece", max=position_count(model))}
    was_training, attention = model.training, model.config._attn_implementation
    model.eval()
    # Plain attention leaves a smaller graph than the fused one, which onnxruntime runs faster.
    model.set_attn_implementation("eager")
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        logging.getLogger("onnxscript").setLevel(logging.ERROR)
        torch.onnx.export(
            _with_plain_outputs(model),
            (example, torch.ones_like(example)),
            str(path),
            input_names=["input_ids", "attention_mask"],
            output_names=["logits"],
            dynamic_shapes=(axes, axes),
            opset_version=_OPSET,
            external_data=False,
            verbose=False,
        )
    model.set_attn_implementation(attention)
    model.train(was_training)


def _with_plain_outputs(model: PreTrainedModel) -> Any:
    """Wrap a model so that it takes two tensors and gives its logits, as ONNX wants it."""
    import torch

    class Logits(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> Any:
            return self.model(input_ids=input_ids, attention_mask=attention_mask).logits

    return Logits()


def quantise(source: Path, target: Path) -> None:
    """Write a float32 ONNX model with its matrices as 8-bit integers, one scale an output channel or embedding.

    Only weights are rounded, symmetrically to -127..127; what is done with activations is the runtime's business
    (khcn_ner.tagging.runtimes).
    Source: https://onnx.ai/onnx/operators/onnx__DequantizeLinear.html
    """
    import onnx
    from onnx import helper, numpy_helper

    model = onnx.load(str(source))
    gathered = {node.input[0] for node in model.graph.node if node.op_type == "Gather"}
    restored = []
    for weights in list(model.graph.initializer):
        values = numpy_helper.to_array(weights)
        if values.dtype != np.float32 or values.ndim != 2 or values.size < _SMALLEST_MATRIX:
            continue
        axis = 0 if weights.name in gathered else 1  # a row is an embedding; a matrix is (input, output)
        scale = np.abs(values).max(axis=1 - axis, keepdims=True) / 127.0
        scale[scale == 0.0] = 1.0
        rounded = np.rint(values / scale).astype(np.int8)
        model.graph.initializer.remove(weights)
        model.graph.initializer.append(numpy_helper.from_array(rounded, f"{weights.name}.int8"))
        model.graph.initializer.append(numpy_helper.from_array(scale.reshape(-1), f"{weights.name}.scale"))
        inputs = [f"{weights.name}.int8", f"{weights.name}.scale"]
        restored.append(helper.make_node("DequantizeLinear", inputs, [weights.name], axis=axis))
    nodes = [*restored, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    onnx.save(model, str(target))


def largest_logit_difference(model: PreTrainedModel, onnx_path: Path) -> float:
    """Give the largest difference between the logits of torch and of an ONNX file, on random pieces.

    In logits; the pieces are seeded. Windows of several lengths, padding included, are compared.
    """
    import onnxruntime
    import torch

    generator = np.random.default_rng(0)
    session = onnxruntime.InferenceSession(str(onnx_path), providers=["CPUExecutionProvider"])
    largest = 0.0
    was_training = model.training
    model.eval()
    longest = min(250, position_count(model))
    for length in (5, min(64, longest), longest):
        input_ids = generator.integers(_FIRST_PLAIN_PIECE, model.config.vocab_size, (3, length), dtype=np.int64)
        mask = np.ones_like(input_ids)
        mask[0, length // 2 :] = 0
        (logits,) = session.run(["logits"], {"input_ids": input_ids, "attention_mask": mask})
        with torch.no_grad():
            expected = model(
                input_ids=torch.from_numpy(input_ids), attention_mask=torch.from_numpy(mask)
            ).logits.numpy()
        largest = max(largest, float(np.abs(logits - expected)[mask == 1].max()))
    model.train(was_training)
    return largest


def save_model(
    started: Started,
    folder: Path,
    *,
    config: TrainConfig,
    config_text: str,
    corpus_sha256: str,
) -> float:
    """Write the model folder whole, without its metrics and card, and give the ONNX parity.

    The number is the largest logit difference between torch and the float32 ONNX.

    Raises:
        ModelError: the float32 ONNX differs from torch by more than 0.001 logits.
    """
    model = started.model
    with replaced_folder(folder) as new, tempfile.TemporaryDirectory() as scratch:
        model.save_pretrained(new)
        started.tokenizer.save_pretrained(new)
        started.backend.save(str(new / TOKENIZER))
        full = Path(scratch) / "float32.onnx"
        export_onnx(model, full)
        difference = largest_logit_difference(model, full)
        if difference > 1e-3:
            raise ModelError(
                str(folder), found=f"ONNX logits that differ by {difference:.4f}", expected="at most 0.001",
                remedy="check the versions of torch and onnxruntime",
            )  # fmt: skip
        quantise(full, new / SERVING_WEIGHTS)
        (new / TRAINING).write_text(config_text, encoding="utf-8")
        _write_manifest(new, started, config=config, corpus_sha256=corpus_sha256)
    return difference


def _write_manifest(folder: Path, started: Started, *, config: TrainConfig, corpus_sha256: str) -> None:
    bos, eos, pad = started.frame
    crf = getattr(started.model, "crf", None)
    manifest = Manifest(
        format=FORMAT,
        name=config.name,
        version=config.version,
        encoder=started.encoder_name,
        tags=bio_tags(config.label_set),
        max_pieces=config.windows.max_pieces,
        overlap=config.windows.overlap,
        bos=bos,
        eos=eos,
        pad=pad,
        view=started.view,
        transitions=None if crf is None else crf.transitions.detach().cpu().tolist(),
        corpus_sha256=corpus_sha256,
        khcn_ner_version=__version__,
        files={path.name: file_entry(path) for path in sorted(folder.iterdir())},
    )
    (folder / MANIFEST).write_text(manifest.model_dump_json(indent=2) + "\n", encoding="utf-8")
