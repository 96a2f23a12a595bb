"""What the 8-bit weights that are served cost against the full-precision ones they were made from.

    python -m benchmarks.int8_cost runs/compact/model [data/annotations/dev]

The model folder must have model.safetensors, as train.py writes it. Both forms go through the same Tagger. Run from the
repository's root.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path

from transformers import AutoModelForTokenClassification

from benchmarks.accuracy import CORPUS, Model, differences, predicted_by, table
from khcn_ner.corpus.brat import read_folder
from khcn_ner.evaluation import score
from khcn_ner.tagging.export import export_onnx
from khcn_ner.tagging.folder import MANIFEST, SERVING_WEIGHTS, file_entry, read_manifest


def float32_copy(folder: Path, target: Path) -> Path:
    """Copy a model folder with full-precision weights where the 8-bit ones are served from."""
    shutil.copytree(folder, target)
    export_onnx(AutoModelForTokenClassification.from_pretrained(folder), target / SERVING_WEIGHTS)
    manifest = read_manifest(target)
    files = manifest.files | {SERVING_WEIGHTS: file_entry(target / SERVING_WEIGHTS)}
    (target / MANIFEST).write_text(manifest.model_copy(update={"files": files}).model_dump_json(), encoding="utf-8")
    return target


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("gold", type=Path, nargs="?", default=CORPUS / "dev")
    arguments = parser.parse_args()
    gold = read_folder(arguments.gold)
    with tempfile.TemporaryDirectory() as scratch:
        systems = {
            "float32": Model(float32_copy(arguments.model, Path(scratch) / "float32")),
            "8-bit weights": Model(arguments.model),
        }
        predicted = {name: predicted_by(system, gold) for name, system in systems.items()}
        all_scores = {name: score(gold, predicted[name]) for name in systems}
    n_spans = sum(len(document.spans) for document in gold)
    print(f"{arguments.gold.resolve().name}: {len(gold)} reports, {n_spans:,} spans\n", *table(all_scores), sep="\n")
    print("", *differences(all_scores, "float32"), sep="\n")
    places = [
        {(one.id, span.start, span.end, span.label) for one in documents for span in one.spans}
        for documents in predicted.values()
    ]
    print(f"\n{len(places[0] ^ places[1])} spans are found by one of the two alone.")


if __name__ == "__main__":
    main()
