"""The runtimes: which is chosen, and that each gives the embedded model's spans whatever is tagged beside them."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from khcn_ner.document import Document
from khcn_ner.errors import ModelError
from khcn_ner.tagging import runtimes
from khcn_ner.tagging.folder import SERVING_WEIGHTS, embedded_model
from khcn_ner.tagging.runtimes import RUNTIMES, choose_runtime, load_runtime
from khcn_ner.tagging.tagger import Tagger

SENTENCE = "Ngày {day}/5/2021, Sở Khoa học và Công nghệ tỉnh Hòa Bình và đồng chí Bùi Văn Thắng kiểm định {day} máy.\n"


@pytest.fixture(scope="module", params=RUNTIMES)
def tagger(request: pytest.FixtureRequest) -> Tagger:
    name: str = request.param
    pytest.importorskip("openvino" if name.startswith("openvino") else "torch" if name.startswith("torch") else "numpy")
    return Tagger.load(runtime=name, threads=2)


def documents() -> list[Document]:
    """Documents of a sentence to a few windows."""
    return [
        Document(f"{size}", "".join(SENTENCE.format(day=day + 1) for day in range(size))) for size in (1, 12, 2, 0, 7)
    ]


def test_scores_are_the_same_to_the_last_bit_whatever_is_tagged_beside(tagger: Tagger) -> None:
    alone = [tagger.tag(document) for document in documents()]
    for seed in range(2):
        order = documents() + [Document("other", "Viện Chăn nuôi họp. " * 9)] * 3
        random.Random(seed).shuffle(order)
        together = {tagged.document.id: tagged for tagged in tagger.tag_many(order)}
        assert [together[one.document.id] for one in alone] == alone


def test_spans_are_those_of_float32(tagger: Tagger) -> None:
    exact = Tagger.load(runtime="onnxruntime").tag(documents()[1]).document
    found = tagger.tag(documents()[1]).document
    assert [(span.start, span.end, span.label) for span in found.spans] == [
        (span.start, span.end, span.label) for span in exact.spans
    ]
    assert found.spans
    assert all(abs(a.score - b.score) < 0.05 for a, b in zip(found.spans, exact.spans, strict=True))


def test_threads_change_no_score() -> None:
    document = documents()[1]
    one, three = (Tagger.load(runtime="onnxruntime", threads=threads) for threads in (1, 3))
    assert one.tag(document) == three.tag(document)


def test_padding_changes_scores_by_rounding_alone() -> None:
    runtime = load_runtime("onnxruntime", embedded_model() / SERVING_WEIGHTS, threads=1)
    ids = np.arange(4, 17)[None]
    padded = np.pad(ids, ((0, 0), (0, 3)), constant_values=1)
    exact = runtime.score(ids, np.ones_like(ids))
    assert np.abs(runtime.score(padded, (padded != 1).astype(np.int64))[:, :13] - exact).max() < 1e-3


def test_without_openvino_onnxruntime_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtimes, "_is_installed", lambda library: library != "openvino")
    assert choose_runtime() == "onnxruntime"
    assert Tagger.load().runtime.startswith("onnxruntime")
    with pytest.raises(ModelError, match=r"runtime openvino-int8: found no openvino.*pip install 'khcn-ner\[fast\]'"):
        Tagger.load(runtime="openvino-int8")


@pytest.mark.parametrize(
    ("capabilities", "chosen"), [(["FP32", "INT8", "BF16"], "openvino-int8"), (["FP32", "INT8"], "onnxruntime")]
)
def test_openvino_is_chosen_where_the_cpu_multiplies_bfloat16(
    monkeypatch: pytest.MonkeyPatch, capabilities: list[str], chosen: str
) -> None:
    class Core:
        def get_property(self, device: str, name: str) -> list[str]:
            assert (device, name) == ("CPU", "OPTIMIZATION_CAPABILITIES")
            return capabilities

    class Library:
        @staticmethod
        def Core() -> Core:  # noqa: N802 (openvino's name)
            return Core()

    monkeypatch.setattr(runtimes, "_is_installed", lambda library: True)
    monkeypatch.setattr(runtimes, "_openvino", lambda: Library)
    assert choose_runtime() == chosen
    assert choose_runtime(is_compact=False) == chosen.replace("int8", "bf16")


def test_an_unknown_runtime_is_named() -> None:
    with pytest.raises(ModelError, match="runtime: found cuda, expected auto, onnxruntime"):
        Tagger.load(runtime="cuda")


def test_the_runtime_says_what_it_is() -> None:
    assert Tagger.load(runtime="onnxruntime", threads=3).runtime.endswith(", float32, 3 threads")


@pytest.mark.parametrize("name", ["onnxruntime", "openvino-int8"])
def test_a_broken_file_is_told(tmp_path: Path, name: str) -> None:
    pytest.importorskip(name.partition("-")[0])
    (tmp_path / SERVING_WEIGHTS).write_bytes(b"no model")
    with pytest.raises(ModelError, match="expected a loadable model; copy the folder again"):
        load_runtime(name, tmp_path / SERVING_WEIGHTS, threads=1)


def test_openvino_is_loaded_without_its_telemetry_and_without_torch() -> None:
    pytest.importorskip("openvino")
    code = (
        "import sys; from khcn_ner.tagging.tagger import Tagger; Tagger.load(runtime='openvino-int8'); "
        "print(sorted({'torch', 'openvino_telemetry.backend', 'transformers'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "[]", done.stdout + done.stderr
