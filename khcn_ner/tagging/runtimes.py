"""Runtimes: a model folder's weights in, something that scores windows of pieces out.

    onnxruntime        float32; always installed
    onnxruntime-int8   8-bit weights and activations, a scale a block of 32
    openvino-int8      8-bit weights and activations, a scale a block of 384; attention in bfloat16
    openvino-bf16      bfloat16
    torch-bf16         bfloat16; on a GPU where there is one (khcn_ner.tagging.torch_runtime)

A CPU runtime scores one window at a time on one thread and several windows beside each other, a thread a core: no
faster batch was found (docs/speed.md), and a window's scores can't depend on how many threads there are.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from khcn_ner.errors import ModelError
from khcn_ner.tagging.windows import FloatArray, IntArray

AUTO = "auto"
RUNTIMES = ("onnxruntime", "onnxruntime-int8", "openvino-int8", "openvino-bf16", "torch-bf16")
_EXTRA_OF = {"openvino": "fast", "torch": "train"}
# Activations that share a scale: the compact encoder's width.
_OPENVINO_BLOCK = 384


class Runtime(Protocol):
    """Scores batches of windows; may be called from `n_workers` threads at a time.

    Every batch has `n_rows` rows, and a length that is a multiple of `length_step` or the model's longest window, so
    that a window's scores never depend on what is batched with it.
    """

    @property
    def description(self) -> str:
        """Name the library, its version and the arithmetic."""

    @property
    def n_workers(self) -> int:
        """How many batches are scored at a time."""

    @property
    def n_rows(self) -> int:
        """How many windows a batch has."""

    @property
    def length_step(self) -> int:
        """What windows' lengths are rounded up to a multiple of, in pieces."""

    def score(self, input_ids: IntArray, attention_mask: IntArray) -> FloatArray:
        """Give the tag scores of a batch.

        Shape: (window, piece) twice in, (window, piece, tag) out.
        """


def choose_runtime(*, is_compact: bool = True) -> str:
    """Name the fastest runtime that is installed and fits this CPU and the model.

    OpenVINO where the CPU multiplies bfloat16 (and with it 8-bit numbers), else onnxruntime; 8-bit activations for the
    compact model alone, since what they cost other encoders has not been measured. By the measurements in
    docs/speed.md, never by timing at start-up; torch takes longer to import than it saves on a folder of reports.
    """
    if not _is_installed("openvino"):
        return "onnxruntime"
    can = _openvino().Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    if not {"BF16", "INT8"} <= set(can):
        return "onnxruntime"
    return "openvino-int8" if is_compact else "openvino-bf16"


def load_runtime(name: str, weights: Path, *, threads: int | None, is_compact: bool = True) -> Runtime:
    """Load a serving file into a runtime.

    `threads` limits the cores it uses; None takes all that the process may use. `is_compact` says whether "auto"
    chooses for the compact model or for another encoder.

    Raises:
        ModelError: there is no runtime of this name, its library is not installed, or it can't load the file.
    """
    chosen = choose_runtime(is_compact=is_compact) if name == AUTO else name
    if chosen not in RUNTIMES:
        raise ModelError(
            "runtime", found=name, expected=", ".join((AUTO, *RUNTIMES)), remedy="name one of these"
        )  # fmt: skip
    library, _, arithmetic = chosen.partition("-")
    if not _is_installed(library):
        raise ModelError(
            f"runtime {name}",
            found=f"no {library}",
            expected=f"{library} to be installed",
            remedy=f"pip install 'khcn-ner[{_EXTRA_OF[library]}]', or leave --runtime out",
        )
    if library == "torch":
        from khcn_ner.tagging.torch_runtime import TorchRuntime

        return TorchRuntime(weights.parent, threads=threads)
    load = OpenVino if library == "openvino" else OnnxRuntime
    return load(weights, arithmetic or "float32", n_threads=threads or n_cores())


def n_cores() -> int:
    """Count the cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _OneByOne:
    """What the CPU runtimes share: a window a batch, a thread a window."""

    n_rows = 1
    length_step = 8

    def __init__(self, library: str, arithmetic: str, n_threads: int) -> None:
        self.n_workers = n_threads
        threads = f"{n_threads} thread{'' if n_threads == 1 else 's'}"
        self.description = f"{library} {version(library)}, {arithmetic}, {threads}"


class OnnxRuntime(_OneByOne):
    """onnxruntime with a session for all threads."""

    def __init__(self, weights: Path, arithmetic: str, *, n_threads: int) -> None:
        import onnxruntime

        super().__init__("onnxruntime", arithmetic, n_threads)
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        options.intra_op_num_threads = 1
        if arithmetic == "float32":
            # Turn the 8-bit weights back to float32 once, while loading; else they are multiplied as they are.
            options.add_session_config_entry("session.disable_quant_qdq", "1")
        with loading(weights):
            self._session = onnxruntime.InferenceSession(
                str(weights), sess_options=options, providers=["CPUExecutionProvider"]
            )

    def score(self, input_ids: IntArray, attention_mask: IntArray) -> FloatArray:
        """Give the tag scores of a batch."""
        logits: FloatArray
        (logits,) = self._session.run(["logits"], {"input_ids": input_ids, "attention_mask": attention_mask})
        return logits


class OpenVino(_OneByOne):
    """OpenVINO with a stream and a request a thread."""

    def __init__(self, weights: Path, arithmetic: str, *, n_threads: int) -> None:
        super().__init__("openvino", arithmetic, n_threads)
        block = _OPENVINO_BLOCK if arithmetic == "int8" else 0
        core = _openvino().Core()
        can_bf16 = "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
        settings = {
            "INFERENCE_PRECISION_HINT": "bf16" if can_bf16 else "f32",
            "DYNAMIC_QUANTIZATION_GROUP_SIZE": str(block),
            "INFERENCE_NUM_THREADS": str(n_threads),
            "NUM_STREAMS": str(n_threads),
            "ENABLE_CPU_PINNING": False,
        }
        with loading(weights):
            self._compiled = core.compile_model(core.read_model(str(weights)), "CPU", settings)
        self._of_thread = threading.local()

    def score(self, input_ids: IntArray, attention_mask: IntArray) -> FloatArray:
        """Give the tag scores of a batch."""
        if not hasattr(self._of_thread, "request"):
            self._of_thread.request = self._compiled.create_infer_request()
        request = self._of_thread.request
        found = request.infer({"input_ids": input_ids, "attention_mask": attention_mask}, share_inputs=True)
        logits: FloatArray = np.array(found["logits"])  # the request's own memory is written again
        return logits


@contextmanager
def loading(path: Path) -> Iterator[None]:
    """Turn whatever a library says of a file into a ModelError."""
    try:
        yield
    except Exception as error:  # the libraries raise types of their own that derive from Exception alone
        raise ModelError(
            str(path.parent),
            found=(str(error).splitlines() or [type(error).__name__])[0],
            expected="a loadable model",
            remedy="copy the folder again",
        ) from error


def _openvino() -> Any:
    # Importing openvino reports the import to its maker over the network, unless its telemetry package is missing.
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    import openvino

    return openvino


def _is_installed(library: str) -> bool:
    try:
        version(library)
    except PackageNotFoundError:
        return False
    return True
