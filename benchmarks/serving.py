"""What serving a model costs and what its 8-bit weights cost, against onnxruntime's dynamic int8 of the same model.

    python benchmarks/serving.py [MODEL_DIR] [GOLD_DIR] [--rounds 3]

MODEL_DIR is a folder that train.py wrote (runs/compact/model; it needs the full-precision weights), GOLD_DIR an
annotated folder (data/annotations/dev). All forms take turns in one run on the same documents. Prints the strict micro
F1, the median pieces a second and the ratio of each, windows one by one, and for dynamic int8 in batches too.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from onnxruntime.quantization import QuantType, quantize_dynamic
from rich.console import Console
from rich.table import Table
from tokenizers import Tokenizer
from transformers import BertForTokenClassification

from khcn_ner.borders import tidy
from khcn_ner.corpus.brat import read_folder
from khcn_ner.document import Document
from khcn_ner.evaluation import score
from khcn_ner.labels import TAGS
from khcn_ner.tagging.decode import decode_spans
from khcn_ner.tagging.export import export_onnx
from khcn_ner.tagging.folder import TOKENIZER, Manifest, read_manifest
from khcn_ner.tagging.tagger import Tagger
from khcn_ner.tagging.windows import MergedScores, cut_windows, encode_document, token_scores

Tag = Callable[[Document], tuple[Document, int]]


def batched(session: onnxruntime.InferenceSession, tokenizer: Tokenizer, manifest: Manifest, size: int) -> Tag:
    """Give a function that tags with windows in padded batches of a size."""

    def tag(document: Document) -> tuple[Document, int]:
        encoded = encode_document(tokenizer, document.text)
        windows = cut_windows(encoded.border, max_pieces=manifest.max_pieces, overlap=manifest.overlap)
        merged = MergedScores(len(encoded.ids), len(TAGS))
        for first in range(0, len(windows), size):
            batch = windows[first : first + size]
            lengths = [window.piece_end - window.piece_start for window in batch]
            input_ids = np.full((len(batch), max(lengths) + 2), manifest.pad, np.int64)
            for row, window in enumerate(batch):
                pieces = encoded.ids[window.piece_start : window.piece_end]
                input_ids[row, : len(pieces) + 2] = [manifest.bos, *pieces, manifest.eos]
            inputs = {"input_ids": input_ids, "attention_mask": (input_ids != manifest.pad).astype(np.int64)}
            (logits,) = session.run(["logits"], inputs)
            for row, window in enumerate(batch):
                merged.add(window, logits[row, 1 : lengths[row] + 1])
        spans = (tidy(document.text, span) for span in decode_spans(encoded.tokens, token_scores(encoded, merged)[0]))
        return document.with_spans(span for span in spans if span is not None), len(encoded.ids)

    return tag


def forms(model_folder: Path, scratch: Path) -> dict[str, Tag]:
    """Give the ways of serving that are compared."""
    tagger = Tagger.load(model_folder)
    manifest = read_manifest(model_folder)
    tokenizer = Tokenizer.from_file(str(model_folder / TOKENIZER))
    export_onnx(BertForTokenClassification.from_pretrained(model_folder), scratch / "float32.onnx")
    quantize_dynamic(
        str(scratch / "float32.onnx"), str(scratch / "int8.onnx"), weight_type=QuantType.QInt8, per_channel=True
    )
    full, dynamic = (
        onnxruntime.InferenceSession(str(scratch / name), providers=["CPUExecutionProvider"])
        for name in ("float32.onnx", "int8.onnx")
    )

    def shipped(document: Document) -> tuple[Document, int]:
        tagged = tagger.tag(document)
        return tagged.document, tagged.n_pieces

    return {
        "dynamic int8, one by one": batched(dynamic, tokenizer, manifest, 1),
        "dynamic int8, batches of 4": batched(dynamic, tokenizer, manifest, 4),
        "dynamic int8, batches of 8": batched(dynamic, tokenizer, manifest, 8),
        "float32, one by one": batched(full, tokenizer, manifest, 1),
        "float32, batches of 8": batched(full, tokenizer, manifest, 8),
        "khcn_ner (8-bit weights, one by one)": shipped,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path, nargs="?", default=Path("runs/compact/model"))
    parser.add_argument("gold", type=Path, nargs="?", default=Path("data/annotations/dev"))
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    gold = read_folder(options.gold)
    speeds: dict[str, list[float]] = {}
    found: dict[str, Sequence[Document]] = {}
    with tempfile.TemporaryDirectory() as scratch:
        ways = forms(options.model, Path(scratch))
        for _ in range(options.rounds):
            for name, tag in ways.items():
                start = time.perf_counter()
                tagged = [tag(document) for document in gold]
                n_pieces = sum(pieces for _, pieces in tagged)
                speeds.setdefault(name, []).append(n_pieces / (time.perf_counter() - start))
                found[name] = [document for document, _ in tagged]
    table = Table(title=f"{options.model} on {options.gold}, median of {options.rounds}")
    for column in ("serving", "strict micro F1", "pieces/s", "ratio"):
        table.add_column(column, justify="left" if column == "serving" else "right")
    peer = statistics.median(speeds["dynamic int8, one by one"])
    for name, values in speeds.items():
        median = statistics.median(values)
        f1 = score(gold, found[name]).micro.f1
        table.add_row(name, "–" if f1 is None else f"{f1:.4f}", f"{median:,.0f}", f"{median / peer:.2f}")
    Console().print(table)


if __name__ == "__main__":
    main()
