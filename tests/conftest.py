"""A tiny corpus and a tiny trained model, made in the process: no network, no hub, seeded."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import hypothesis
import pytest

from khcn_ner.corpus.brat import write_document
from khcn_ner.document import Document, Span
from khcn_ner.labels import Label

os.environ["HF_HUB_OFFLINE"] = "1"  # before transformers is imported

# A machine that is busy must not fail a test: speed is measured in benchmarks/.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")

_PEOPLE = ("Lê Văn Tám", "Trần Thị Bưởi", "Vàng A Sủng", "Y Moan Êban")
_BODIES = ("Sở KH&CN tỉnh Hà Nam", "UBND huyện Mai Châu", "Viện Chăn nuôi")


def _sentence(draw: random.Random) -> tuple[str, list[tuple[str, Label]]]:
    person, body = draw.choice(_PEOPLE), draw.choice(_BODIES)
    date, amount = f"ngày {draw.randint(1, 28)}/6/2022", f"{draw.randint(2, 90)} dự án"
    text = f"Đồng chí {person}, {body}, báo cáo {date} về {amount}."
    return text, [(person, Label.PER), (body, Label.ORG), (date, Label.DATE), (amount, Label.QUANTITY)]


def make_document(name: str, *, n_sentences: int, seed: int) -> Document:
    """Make a document of plain sentences with their gold spans."""
    draw = random.Random(seed)
    text, spans = "", []
    for _ in range(n_sentences):
        sentence, mentions = _sentence(draw)
        for surface, label in mentions:
            start = len(text) + sentence.index(surface)
            spans.append(Span(start, start + len(surface), label))
        text += sentence + "\n"
    return Document(id=name, text=text, spans=tuple(spans), source=f"{name}.txt")


@pytest.fixture(scope="session")
def tiny_corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with train/ and dev/ in brat standoff."""
    root = tmp_path_factory.mktemp("corpus")
    for number in range(6):
        write_document(make_document(f"train-{number}", n_sentences=12, seed=number), root / "train")
    for number in range(2):
        write_document(make_document(f"dev-{number}", n_sentences=8, seed=100 + number), root / "dev")
    return root


@pytest.fixture(scope="session")
def tiny_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with a tiny random BERT and a Unigram tokenizer, shaped like multilingual-e5-small."""
    import torch
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    from khcn_ner.tagging.compact import SPECIAL_PIECES, build_tokenizer

    letters = sorted({letter for person in (*_PEOPLE, *_BODIES) for letter in person if letter != " "})
    letters += sorted(
        set("abcdđeêghiklmnoôơpqrstuưvxyàáảãạâấầậèéếềệìíòóộốồùúứừýĐồngchí0123456789.,:;/&") - set(letters)
    )
    words = ["▁Đồng", "▁chí", "▁báo", "▁cáo", "▁ngày", "▁về", "▁dự", "▁án"]
    pieces = [*SPECIAL_PIECES, "▁", *letters, *words]
    scores = [0.0] * 4 + [-5.0] * (1 + len(letters)) + [-1.0] * len(words)
    folder = tmp_path_factory.mktemp("encoder") / "tiny"
    fast = PreTrainedTokenizerFast(
        tokenizer_object=build_tokenizer(pieces, scores),
        **dict(zip(("bos_token", "pad_token", "eos_token", "unk_token"), SPECIAL_PIECES, strict=True)),
    )
    fast.save_pretrained(folder)
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(pieces),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=130,
    )
    BertModel(config, add_pooling_layer=False).save_pretrained(folder)
    return folder


def _config_text(corpus: Path, encoder: Path, output: Path, *, epochs: int = 12) -> str:
    """Write a training configuration for the tiny corpus and encoder."""
    return f"""
name: tiny
version: "0.0.1"
seed: 7
data: {{train: {corpus}/train, dev: {corpus}/dev, test: null}}
encoder: {{source: {encoder}, dropout: 0.0}}
windows: {{max_pieces: 120, overlap: 16}}
training:
  epochs: {epochs}
  learning_rate: 1.0e-2
  warmup_share: 0.1
  weight_decay: 0.0
  batch_windows: 8
  accumulate: 1
  patience: {epochs}
  bf16: "off"
output: {output}
"""


@pytest.fixture(scope="session")
def tiny_config_text() -> Callable[..., str]:
    """Give the function that writes a training configuration."""
    return _config_text


@pytest.fixture(scope="session")
def tiny_run(tiny_corpus: Path, tiny_encoder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the output folder of a training run of the tiny model, made by train.py itself."""
    root = tmp_path_factory.mktemp("run")
    config = root / "tiny.yaml"
    config.write_text(_config_text(tiny_corpus, tiny_encoder, root / "out"), encoding="utf-8")
    script = Path(__file__).parents[1] / "train.py"
    done = subprocess.run([sys.executable, script, config], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (root / "out" / "printed.txt").write_text(done.stdout, encoding="utf-8")
    return root / "out"
