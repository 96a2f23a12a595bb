"""Training, run as a person runs it: train.py on a tiny corpus and encoder."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from seqeval.metrics import f1_score
from seqeval.scheme import IOB2

from khcn_ner.config import load_config
from khcn_ner.corpus.brat import read_folder
from khcn_ner.document import Document, Span
from khcn_ner.errors import ModelError
from khcn_ner.labels import Label
from khcn_ner.tagging import fit as fit_module
from khcn_ner.tagging.export import export_onnx, largest_logit_difference
from khcn_ner.tagging.fit import collate, document_tags, fit
from khcn_ner.tagging.tagger import Tagger
from khcn_ner.tokens import spans_to_tags, token_offsets

TRAIN = Path(__file__).parents[2] / "train.py"


def run_train(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, TRAIN, *arguments], capture_output=True, text=True, check=False)


def test_a_tiny_model_learns_its_tiny_task(tiny_run: Path) -> None:
    metrics = json.loads((tiny_run / "dev" / "metrics.json").read_text())
    assert metrics["strict"]["micro"]["f1"] > 0.9


def test_train_prints_a_table_and_the_page(tiny_run: Path) -> None:
    printed = (tiny_run / "printed.txt").read_text()
    assert "QUANTITY" in printed
    assert "0 in no window whole" in printed
    assert printed.rstrip().endswith(f"page: {tiny_run / 'dev' / 'index.html'}")


def test_the_model_folder_is_whole(tiny_run: Path) -> None:
    names = {path.name for path in (tiny_run / "model").iterdir()}
    assert names >= {
        "khcn_ner.json", "model.safetensors", "config.json", "model.int8.onnx", "tokenizer.json",
        "metrics.json", "training.yaml", "README.md",
    }  # fmt: skip
    card = (tiny_run / "model" / "README.md").read_text()
    assert "# tiny 0.0.1" in card
    assert "QUANTITY" in card


def test_the_model_folder_loads_in_transformers(tiny_run: Path) -> None:
    import torch
    from transformers import AutoModelForTokenClassification, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(tiny_run / "model")
    model = AutoModelForTokenClassification.from_pretrained(tiny_run / "model").eval()
    encoded = tokenizer("Đồng chí Lê Văn Tám", return_tensors="pt", return_offsets_mapping=True)
    offsets = encoded.pop("offset_mapping")
    with torch.no_grad():
        logits = model(input_ids=encoded["input_ids"], attention_mask=encoded["attention_mask"]).logits
    assert logits.shape == (1, offsets.shape[1], 11)
    assert model.config.id2label[3] == "B-PER"


def test_best_checkpoint_scores_as_the_saved_model(tiny_run: Path, tiny_corpus: Path) -> None:
    gold = read_folder(tiny_corpus / "dev")
    tagger = Tagger.load(tiny_run / "model")
    gold_tags, predicted_tags = [], []
    for document in gold:
        tokens = token_offsets(document.text)
        gold_tags.append(spans_to_tags(tokens, document.spans))
        predicted_tags.append(spans_to_tags(tokens, tagger.tag(document).document.spans))
    f1 = f1_score(gold_tags, predicted_tags, mode="strict", scheme=IOB2)
    states = sorted((tiny_run / "checkpoints").glob("checkpoint-*/trainer_state.json"))
    best = max(json.loads(state.read_text())["best_metric"] for state in states)
    assert f1 == pytest.approx(best, abs=0.02)  # the tagger's weights are int8


def test_resume_goes_on_from_the_newest_checkpoint(
    tiny_corpus: Path, tiny_encoder: Path, tiny_config_text: Callable[..., str], tmp_path: Path
) -> None:
    config_path = tmp_path / "tiny.yaml"
    output = tmp_path / "out"
    config_path.write_text(tiny_config_text(tiny_corpus, tiny_encoder, output, epochs=3), encoding="utf-8")
    config = load_config(config_path)
    train, dev = read_folder(tiny_corpus / "train"), read_folder(tiny_corpus / "dev")
    whole = fit(config, train, dev, run_folder=output / "whole", resume=False)

    # As if killed in its last epoch: the newest checkpoint is that of epoch 2.
    folders = sorted((output / "whole").glob("checkpoint-*"), key=lambda path: int(path.name.split("-")[1]))
    resumed_folder = output / "resumed"
    shutil.copytree(output / "whole", resumed_folder)
    shutil.rmtree(resumed_folder / folders[-1].name)
    resumed = fit(config, train, dev, run_folder=resumed_folder, resume=True)

    for name, weights in whole.started.model.state_dict().items():
        assert np.allclose(weights.numpy(), resumed.started.model.state_dict()[name].numpy(), atol=1e-5), name


def test_a_model_trained_in_bf16_is_saved_in_float32(
    tiny_corpus: Path, tiny_encoder: Path, tiny_config_text: Callable[..., str], tmp_path: Path
) -> None:
    config_path = tmp_path / "tiny.yaml"
    text = tiny_config_text(tiny_corpus, tiny_encoder, tmp_path / "out", epochs=1)
    config_path.write_text(text.replace('bf16: "off"', 'bf16: "on"'), encoding="utf-8")
    train, dev = (read_folder(tiny_corpus / split) for split in ("train", "dev"))
    fitted = fit(load_config(config_path), train, dev, run_folder=tmp_path / "checkpoints", resume=False)
    onnx_path = tmp_path / "model.onnx"
    export_onnx(fitted.started.model, onnx_path)
    assert largest_logit_difference(fitted.started.model, onnx_path) < 1e-3


def test_resume_without_a_checkpoint_is_refused(
    tiny_corpus: Path, tiny_encoder: Path, tiny_config_text: Callable[..., str], tmp_path: Path
) -> None:
    config_path = tmp_path / "tiny.yaml"
    config_path.write_text(tiny_config_text(tiny_corpus, tiny_encoder, tmp_path / "out"), encoding="utf-8")
    config = load_config(config_path)
    documents = read_folder(tiny_corpus / "dev")
    with pytest.raises(ModelError, match="found no checkpoint, expected one to resume from; start without --resume"):
        fit(config, documents, documents, run_folder=tmp_path / "nothing", resume=True)


def test_a_broken_configuration_is_one_line_and_exit_code_2(tmp_path: Path) -> None:
    config = tmp_path / "broken.yaml"
    config.write_text("name: [", encoding="utf-8")
    done = run_train(config)
    assert done.returncode == 2
    assert done.stderr.startswith(f"error: {config}, line ")
    assert done.stderr.count("\n") == 1


def test_a_missing_corpus_is_one_line_and_exit_code_2(
    tiny_encoder: Path, tiny_config_text: Callable[..., str], tmp_path: Path
) -> None:
    config = tmp_path / "tiny.yaml"
    config.write_text(tiny_config_text(tmp_path / "nowhere", tiny_encoder, tmp_path / "out"), encoding="utf-8")
    done = run_train(config)
    assert done.returncode == 2
    assert "nowhere/train: found no folder" in done.stderr
    assert not (tmp_path / "out").exists()


def test_collate_pads_to_the_longest_window() -> None:
    rows = [{"input_ids": [0, 7, 2], "labels": [-100, 3, -100]}, {"input_ids": [0, 2], "labels": [-100, -100]}]
    batch = collate(rows, pad=1)
    assert batch["input_ids"].tolist() == [[0, 7, 2], [0, 2, 1]]
    assert batch["attention_mask"].tolist() == [[1, 1, 1], [1, 1, 0]]
    assert batch["labels"].tolist() == [[-100, 3, -100], [-100, -100, -100]]


LONG_TITLE = "bảo quản rau, quả theo chuỗi và chuyển giao cho hộ, " * 8 + "tại Hà Nam"


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(None, id="short spans"),
        # No window of 40 pieces holds it whole, nor does any neighbour.
        pytest.param(
            Document("long", f"Đề tài {LONG_TITLE}.", (Span(7, 7 + len(LONG_TITLE), Label.PROJECT),)), id="a long title"
        ),
    ],
)
def test_document_tags_reads_the_gold_back_from_perfect_scores(
    document: Document | None, tiny_corpus: Path, tiny_encoder: Path
) -> None:
    from khcn_ner.labels import TAGS
    from khcn_ner.tagging.compact import build_compact_tokenizer, cut_vocabulary, source_from_pretrained
    from khcn_ner.tagging.features import IGNORED, window_documents, window_rows
    from khcn_ner.tagging.view import PieceReader

    source = source_from_pretrained(str(tiny_encoder))
    tokenizer = build_compact_tokenizer(source, cut_vocabulary(source))
    documents = read_folder(tiny_corpus / "dev")[:1] if document is None else [document]
    reader = PieceReader(tokenizer)
    (item,), counts = window_documents(documents, reader, max_pieces=40, overlap=8, split_words=True)
    assert len(item.windows) > 3
    assert document is None or counts.n_spans_cut_by_windows == 1
    scores = []
    for row in window_rows([item], bos=0, eos=2):
        perfect = np.zeros((len(row["labels"]) - 2, len(TAGS)), np.float32)
        for piece, tag in enumerate(row["labels"][1:-1]):
            if tag != IGNORED:
                perfect[piece, tag] = 9.0
        scores.append(perfect)
    assert document_tags(item, scores) == item.tags


@pytest.mark.parametrize(
    ("capabilities", "expected"), [({"amx_bf16": True}, True), ({"avx2": True}, False), ({}, False)]
)
def test_bf16_follows_what_the_cpu_computes(
    monkeypatch: pytest.MonkeyPatch, capabilities: dict[str, bool], expected: bool
) -> None:
    import torch

    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: capabilities, raising=False)
    assert fit_module.has_bf16() is expected
