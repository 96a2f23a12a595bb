"""torch as a runtime: a model folder in, batches scored in bfloat16, on a GPU where there is one.

On a GPU batches are large, are copied from pinned memory, and the copies of one batch overlap the work on another.
That path has been written and its CPU form tested; it has not been measured on a GPU.
"""

from __future__ import annotations

import threading
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from khcn_ner.errors import ModelError
from khcn_ner.tagging.folder import FULL_WEIGHTS, MANIFEST, SERVING_WEIGHTS, check_file, read_manifest
from khcn_ner.tagging.windows import FloatArray, IntArray

if TYPE_CHECKING:
    from transformers import PreTrainedModel

_GPU_ROWS = 64
_GPU_LENGTH_STEP = 32
# One batch is copied while another is computed.
_GPU_WORKERS = 2

_PREFIX = "model."
_LAYERS = "bert.encoder.layer."


class TorchRuntime:
    """transformers' own model under bfloat16 autocast."""

    def __init__(self, folder: Path, *, threads: int | None) -> None:
        self._device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self._on_gpu = self._device.type == "cuda"
        self.n_rows = _GPU_ROWS if self._on_gpu else 1
        self.length_step = _GPU_LENGTH_STEP if self._on_gpu else 8
        # On a CPU torch itself shares a window among its threads, which are the process's.
        self.n_workers = _GPU_WORKERS if self._on_gpu else 1
        if threads is not None and not self._on_gpu:
            torch.set_num_threads(threads)
        where = torch.cuda.get_device_name() if self._on_gpu else f"{torch.get_num_threads()} threads"
        self.description = f"torch {torch.__version__}, bf16, {where}"
        model: torch.nn.Module = load_classifier(folder)
        self._model: Any = model.to(self._device).eval()
        self._of_thread = threading.local()
        if self._on_gpu:
            torch.cuda.synchronize()  # the weights are there before another stream reads them

    def score(self, input_ids: IntArray, attention_mask: IntArray) -> FloatArray:
        """Give the tag scores of a batch."""
        with torch.inference_mode(), self._own_stream(), torch.autocast(self._device.type, torch.bfloat16):
            logits = self._model(input_ids=self._put(input_ids), attention_mask=self._put(attention_mask)).logits
            scores: FloatArray = logits.float().cpu().numpy()
        return scores

    def _own_stream(self) -> AbstractContextManager[Any]:
        """Give each worker a stream of its own on the GPU, so that one's copies overlap another's work."""
        if not self._on_gpu:
            return nullcontext()
        if not hasattr(self._of_thread, "stream"):
            self._of_thread.stream = torch.cuda.Stream()
        stream: AbstractContextManager[Any] = torch.cuda.stream(self._of_thread.stream)
        return stream

    def _put(self, values: IntArray) -> torch.Tensor:
        tensor = torch.from_numpy(values)
        return tensor.pin_memory().to(self._device, non_blocking=True) if self._on_gpu else tensor


def load_classifier(folder: Path) -> PreTrainedModel:
    """Load a model folder into transformers, from its full-precision weights or, without them, its serving file.

    Raises:
        ModelError: a file has changed, or the serving file alone is there and holds no BERT.
    """
    if (folder / FULL_WEIGHTS).is_file():
        from transformers import AutoModelForTokenClassification

        check_file(folder, read_manifest(folder), FULL_WEIGHTS)
        model: PreTrainedModel = AutoModelForTokenClassification.from_pretrained(folder, local_files_only=True)
        return model
    return _from_serving_weights(folder)


def _from_serving_weights(folder: Path) -> PreTrainedModel:
    """Build the BERT whose weights a serving file holds, 8-bit matrices turned back to float32."""
    from transformers import BertConfig, BertForTokenClassification

    manifest = read_manifest(folder)
    state = read_serving_weights(check_file(folder, manifest, SERVING_WEIGHTS))
    words = state.get("bert.embeddings.word_embeddings.weight")
    if words is None:
        raise ModelError(
            str(folder / MANIFEST),
            found=f"serving weights of {manifest.encoder}, which is no BERT",
            expected=f"{FULL_WEIGHTS} beside them",
            remedy="take the folder that train.py wrote, or another runtime",
        )
    hidden = words.shape[1]
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=hidden,
        num_hidden_layers=len({name.split(".")[3] for name in state if name.startswith(_LAYERS)}),
        num_attention_heads=hidden // state.pop(_HEAD_SIZE).item(),
        intermediate_size=len(state[f"{_LAYERS}0.intermediate.dense.bias"]),
        max_position_embeddings=len(state["bert.embeddings.position_embeddings.weight"]),
        layer_norm_eps=state.pop(_EPSILON).item(),
        pad_token_id=manifest.pad,
        id2label=dict(enumerate(manifest.tags)),
        label2id={tag: number for number, tag in enumerate(manifest.tags)},
    )
    model = BertForTokenClassification(config)
    model.load_state_dict({name: torch.tensor(value) for name, value in state.items()})
    return model


_HEAD_SIZE, _EPSILON = "head size", "layer norm epsilon"


def read_serving_weights(path: Path) -> dict[str, np.ndarray[Any, Any]]:
    """Read the weights out of a serving file, by the names that transformers gives them.

    Matrices that the export has named by numbers are found by the bias that is added to their product. Under names of
    their own stand the size of an attention head and the layer norm's epsilon.
    """
    import onnx
    from onnx import numpy_helper

    graph = onnx.load(str(path)).graph
    held = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    made_by = {node.output[0]: node for node in graph.node}
    state: dict[str, np.ndarray[Any, Any]] = {}
    for node in graph.node:
        if node.op_type == "DequantizeLinear":
            whole, scale = held.pop(node.input[0]), held.pop(node.input[1])
            by_row = onnx.helper.get_node_attr_value(node, "axis") == 0
            held[node.output[0]] = whole.astype(np.float32) * (scale[:, None] if by_row else scale)
        elif node.op_type == "LayerNormalization":
            state[_EPSILON] = np.array(onnx.helper.get_node_attr_value(node, "epsilon"))
        elif node.op_type == "Add" and node.input[1].endswith(".bias") and node.input[0] in made_by:
            product = made_by[node.input[0]]
            name = node.input[1].removeprefix(_PREFIX).removesuffix("bias")
            state[f"{name}weight"] = held[product.input[1]].T
        elif node.op_type == "Reshape" and _HEAD_SIZE not in state:
            # The first one splits the hidden values into heads.
            state[_HEAD_SIZE] = held[made_by[node.input[1]].input[-1]]
    for name, value in held.items():
        if name.startswith(_PREFIX) and value.dtype == np.float32:
            state[name.removeprefix(_PREFIX)] = value
    return state
