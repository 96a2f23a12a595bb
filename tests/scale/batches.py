"""A model that takes no time: a table from pieces to tags in ONNX, with the embedded model's tokenizer. And reports."""

from __future__ import annotations

import json
import random
import shutil
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer

from khcn_ner.tagging.folder import MANIFEST, SERVING_WEIGHTS, TOKENIZER, embedded_model, file_entry, read_manifest

_SURNAMES = ("▁Lê", "▁Trần", "▁Nguyễn", "▁Vàng")
_BODIES = ("▁Sở", "▁UBND", "▁Viện")


def _table(tags: tuple[str, ...], vocabulary: dict[str, int]) -> np.ndarray:
    """Score numbers as quantities, surnames and bodies as beginnings, other capitals as what goes on."""
    table = np.zeros((max(vocabulary.values()) + 1, len(tags)), np.float32)
    table[:, 0] = 2
    for piece, number in vocabulary.items():
        word = piece.removeprefix("▁")
        if word.isdigit():
            table[number, tags.index("B-QUANTITY")] = 6
        elif piece in _SURNAMES or piece in _BODIES:
            table[number, tags.index("B-PER" if piece in _SURNAMES else "B-ORG")] = 5
        elif word[:1].isupper():
            table[number, [tags.index("I-PER"), tags.index("I-ORG")]] = 4
    return table


def make_model(folder: Path, *, version: str = "1") -> Path:
    source = embedded_model()
    manifest = read_manifest(source)
    folder.mkdir(parents=True)
    shutil.copyfile(source / TOKENIZER, folder / TOKENIZER)
    table = _table(manifest.tags, Tokenizer.from_file(str(source / TOKENIZER)).get_vocab())
    shape = ["batch", "piece"]
    graph = helper.make_graph(
        [helper.make_node("Gather", ["table", "input_ids"], ["logits"])],
        "table",
        [helper.make_tensor_value_info(name, TensorProto.INT64, shape) for name in ("input_ids", "attention_mask")],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, [*shape, len(manifest.tags)])],
        [numpy_helper.from_array(table, "table")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.save(model, folder / SERVING_WEIGHTS)
    files = {name: file_entry(folder / name) for name in (SERVING_WEIGHTS, TOKENIZER)}
    made = manifest.model_copy(update={"name": "table", "version": version, "files": files})
    (folder / MANIFEST).write_text(made.model_dump_json(), encoding="utf-8")
    return folder


def make_text(number: int) -> str:
    draw = random.Random(number)
    people = ("Lê Văn Tám", "Trần Thị Bưởi", "Nguyễn Minh Châu")
    lines = [
        f"Đồng chí {draw.choice(people)}, Giám đốc Sở Khoa học và Công nghệ, báo cáo {draw.randint(2, 90)} dự án."
        for _ in range(draw.randint(1, 4))
    ]
    return f"Báo cáo số {number}\n" + "\n".join(lines) + "\n"


COMMAND = (sys.executable, "-c", "from khcn_ner.cli import main; main()", "batch")


def record_lines(out: Path) -> list[str]:
    """Give the lines of all shards without what differs from run to run, sorted."""
    lines = []
    for shard in sorted(out.glob("part-*.jsonl")):
        for line in shard.read_text(encoding="utf-8").splitlines():
            record, _, run = line.rpartition(',"run":')
            assert set(json.loads(run[:-1])) == {"at", "host"}
            lines.append(record + "}")
    return sorted(lines)


def rows(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
