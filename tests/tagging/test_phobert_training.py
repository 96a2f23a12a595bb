"""A tiny PhoBERT on its way: train.py, resuming, several processes, the model folder, and tagging without torch."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from khcn_ner.config import load_config
from khcn_ner.corpus.brat import read_folder
from khcn_ner.document import Document
from khcn_ner.errors import ConfigError, ModelError
from khcn_ner.tagging.fit import fit
from khcn_ner.tagging.folder import read_manifest
from khcn_ner.tagging.start import start_model
from khcn_ner.tagging.tagger import Tagger

ROOT = Path(__file__).parents[2]


def write_config(path: Path, corpus: Path, encoder: Path | str, *, epochs: int = 12, **changes: str) -> Path:
    options = {
        "segmenter": "underthesea", "head": "crf", "max_pieces": "120", "accumulate": "1", "more": "", "top": "",
        "dropout": "0.0",
    } | changes  # fmt: skip
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        f"""
name: tiny-phobert
version: "0.0.1"
seed: 7
{options["top"]}
data: {{train: {corpus}/train, dev: {corpus}/dev, test: null}}
encoder:
  source: {encoder}
  dropout: {options["dropout"]}
  vocabulary: whole
  segmenter: {options["segmenter"]}
  head: {options["head"]}
windows: {{max_pieces: {options["max_pieces"]}, overlap: 8}}
training:
  epochs: {epochs}
  learning_rate: 5.0e-3
  head_learning_rate: 1.0e-2
  layer_decay: 0.9
  warmup_share: 0.1
  weight_decay: 0.0
  batch_windows: 4
  accumulate: {options["accumulate"]}
  patience: {epochs}
  bf16: "off"
  {options["more"]}
output: {path.parent / "out"}
""",
        encoding="utf-8",
    )
    return path


def run_train(*arguments: str | Path, processes: int = 1) -> subprocess.CompletedProcess[str]:
    launcher = (
        [] if processes == 1 else ["-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={processes}"]
    )
    command = [sys.executable, *launcher, ROOT / "train.py", *arguments]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment, cwd=ROOT)


@pytest.fixture(scope="module")
def run(tiny_corpus: Path, tiny_phobert: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    config = write_config(tmp_path_factory.mktemp("run") / "tiny.yaml", tiny_corpus, tiny_phobert)
    done = run_train(config)
    assert done.returncode == 0, done.stderr
    (config.parent / "out" / "printed.txt").write_text(done.stdout, encoding="utf-8")
    return config.parent / "out"


def test_it_learns_its_tiny_task_with_words_and_a_crf(run: Path) -> None:
    metrics = json.loads((run / "dev" / "metrics.json").read_text())
    assert metrics["strict"]["micro"]["f1"] > 0.9
    printed = (run / "printed.txt").read_text()
    assert "train: " in printed
    assert "0 in no window whole" in printed


def test_the_log_has_speed(run: Path) -> None:
    states = sorted((run / "checkpoints").glob("checkpoint-*/trainer_state.json"))
    losses = [row for row in json.loads(states[-1].read_text())["log_history"] if "loss" in row]
    assert losses
    assert all(row["pieces_per_second"] > 0 for row in losses)


def test_the_manifest_says_how_texts_are_read(run: Path) -> None:
    manifest = read_manifest(run / "model")
    assert manifest.view is not None
    assert (manifest.view.segmenter, manifest.view.line_mark) == ("underthesea", "</s>")
    assert manifest.view.unknown_from is not None
    assert np.shape(manifest.transitions) == (11, 11)


def test_the_folder_loads_in_transformers_with_offsets(run: Path) -> None:
    import torch
    from transformers import AutoModelForTokenClassification, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(run / "model")
    model = AutoModelForTokenClassification.from_pretrained(run / "model").eval()
    encoded = tokenizer("Đồng_chí Lê Văn Tám .", return_tensors="pt", return_offsets_mapping=True)
    assert encoded.pop("offset_mapping")[0][1].tolist()[0] == 0
    with torch.no_grad():
        assert model(**encoded).logits.shape[2] == 11


def test_tagging_gives_exact_offsets_into_the_text_as_it_is(run: Path) -> None:
    # Tone placed the other way, double spaces, a missing space, a line break, a special piece in the text.
    text = "Đồng  chí Lê Văn Tám, UBND huyện Mai Châu,\nbáo cáo ngày 12/6/2022 về 15 dự án.</s> Hoà Thủy"
    tagged = Tagger.load(run / "model").tag(Document("a", text))
    assert tagged.n_unseen_characters == 0
    assert tagged.document.text == text
    found = {tagged.document.surface(span) for span in tagged.document.spans}
    assert {"Lê Văn Tám", "UBND huyện Mai Châu", "ngày 12/6/2022", "15 dự án"} <= found
    assert all(span.score is not None and 0 < span.score <= 1 for span in tagged.document.spans)


# underthesea itself imports torch where it is installed.
_TAG = """
import sys
sys.modules["torch"] = sys.modules["transformers"] = None  # importing either fails
from pathlib import Path
from khcn_ner.document import Document
from khcn_ner.tagging.tagger import Tagger
tagger = Tagger.load(Path(sys.argv[1]))
print(tagger.tag(Document("a", "Đồng chí Lê Văn Tám")).n_unseen_characters)
"""


def test_tagging_needs_neither_torch_nor_transformers(run: Path) -> None:
    done = subprocess.run([sys.executable, "-c", _TAG, run / "model"], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "0"


def test_long_documents_lose_no_character_and_keep_long_titles(run: Path) -> None:
    title = " ".join(["nghiên cứu báo cáo dự án"] * 24)  # 120 words and more
    text = f"Đồng chí Lê Văn Tám báo cáo đề tài “{title}”, Viện Chăn nuôi.\n" * 5
    tagger = Tagger.load(run / "model")
    tagged = tagger.tag(Document("a", text))
    assert tagged.n_windows > 3
    assert tagged.n_unseen_characters == 0


def test_a_killed_run_goes_on_with_the_same_losses(tiny_corpus: Path, tiny_phobert: Path, tmp_path: Path) -> None:
    path = write_config(
        tmp_path / "c.yaml", tiny_corpus, tiny_phobert, epochs=2, segmenter="none", dropout="0.1", accumulate="2",
        more="save_steps: 1",
    )  # fmt: skip
    config = load_config(path)
    train, dev = read_folder(tiny_corpus / "train"), read_folder(tiny_corpus / "dev")
    whole = fit(config, train, dev, run_folder=tmp_path / "whole", resume=False)

    newest = max((tmp_path / "whole").glob("checkpoint-*"), key=lambda path: int(path.name.split("-")[1]))
    log = json.loads((newest / "trainer_state.json").read_text())["log_history"]
    losses = {row["step"]: row["loss"] for row in log if "loss" in row}
    assert len(losses) > 3  # every step is logged

    # KilledError in the middle of the first epoch: the run is stopped there and started again.
    killed_after = next(step for step in losses if step == 2)
    resumed_folder = tmp_path / "resumed"
    stopped = fit_until(config, train, dev, resumed_folder, step=killed_after)
    assert stopped == killed_after
    resumed = fit(config, train, dev, run_folder=resumed_folder, resume=True)
    newest = max(resumed_folder.glob("checkpoint-*"), key=lambda path: int(path.name.split("-")[1]))
    log = json.loads((newest / "trainer_state.json").read_text())["log_history"]
    assert {row["step"]: row["loss"] for row in log if "loss" in row} == pytest.approx(losses, abs=1e-6)
    for name, weights in whole.started.model.state_dict().items():
        assert np.allclose(weights.numpy(), resumed.started.model.state_dict()[name].numpy(), atol=1e-6), name


def fit_until(config, train, dev, folder: Path, *, step: int) -> int:
    """Train until a step's checkpoint is written, then die as a killed process does."""
    from transformers import Trainer

    class KilledError(Exception):
        pass

    save = Trainer._save_checkpoint

    def save_and_die(self, *arguments, **options):
        save(self, *arguments, **options)
        if self.state.global_step == step:
            raise KilledError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Trainer, "_save_checkpoint", save_and_die)
        with pytest.raises(KilledError):
            fit(config, train, dev, run_folder=folder, resume=False)
    return max(int(path.name.split("-")[1]) for path in folder.glob("checkpoint-*"))


def test_two_processes_train_resume_and_write_once(tiny_corpus: Path, tiny_phobert: Path, tmp_path: Path) -> None:
    options = {"segmenter": "none", "more": "save_steps: 2"}
    path = write_config(tmp_path / "a" / "c.yaml", tiny_corpus, tiny_phobert, epochs=2, **options)
    done = run_train(path, processes=2)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("trained in") == done.stdout.count("corpus:") == 1
    assert Tagger.load(tmp_path / "a" / "out" / "model").manifest.name == "tiny-phobert"

    def losses(folder: Path) -> dict[int, float]:
        newest = max(folder.glob("checkpoint-*"), key=lambda path: int(path.name.split("-")[1]))
        log = json.loads((newest / "trainer_state.json").read_text())["log_history"]
        return {row["step"]: row["loss"] for row in log if "loss" in row}

    whole = losses(tmp_path / "a" / "out" / "checkpoints")
    # The newest checkpoint is lost, as if the run had been killed before it.
    again = write_config(tmp_path / "b" / "c.yaml", tiny_corpus, tiny_phobert, epochs=2, **options)
    shutil.copytree(tmp_path / "a" / "out" / "checkpoints", tmp_path / "b" / "out" / "checkpoints")
    folders = sorted((tmp_path / "b" / "out" / "checkpoints").glob("checkpoint-*"), key=lambda p: int(p.name[11:]))
    shutil.rmtree(folders[-1])
    done = run_train(again, "--resume", processes=2)
    assert done.returncode == 0, done.stderr
    assert losses(tmp_path / "b" / "out" / "checkpoints") == pytest.approx(whole, abs=1e-6)


def test_gradient_checkpointing_and_accumulation_run(tiny_corpus: Path, tiny_phobert: Path, tmp_path: Path) -> None:
    path = write_config(
        tmp_path / "c.yaml", tiny_corpus, tiny_phobert, epochs=1, segmenter="none", head="linear", accumulate="2",
        more="gradient_checkpointing: true",
    )  # fmt: skip
    documents = read_folder(tiny_corpus / "dev")
    fitted = fit(load_config(path), documents, documents, run_folder=tmp_path / "out", resume=False)
    assert fitted.is_first
    assert fitted.peak_gigabytes is None


def test_another_encoder_works_by_name(tiny_corpus: Path, tiny_encoder: Path, tmp_path: Path) -> None:
    path = write_config(
        tmp_path / "c.yaml", tiny_corpus, tiny_encoder, epochs=1, segmenter="none", head="linear",
    )  # fmt: skip
    fitted = fit(
        load_config(path), read_folder(tiny_corpus / "train"), read_folder(tiny_corpus / "dev"),
        run_folder=tmp_path / "out", resume=False,
    )  # fmt: skip
    assert fitted.started.view is not None
    assert fitted.started.view.unknown_from is None
    assert fitted.train_counts.n_spans_cutting_tokens == 0


def test_labels_of_another_corpus_are_trained_and_tagged(tiny_corpus: Path, tiny_phobert: Path, tmp_path: Path) -> None:
    from khcn_ner.corpus.export import conll_text

    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for split in ("train", "dev"):
        text = "".join(conll_text(document) for document in read_folder(tiny_corpus / split))
        text = text.replace("-PER", "-NAME").replace("-QUANTITY", "-AMOUNT")
        (corpus / f"{split}.conll").write_text(text, encoding="utf-8")
    top = "labels: [PERSON, ORG, DATE, AMOUNT]"
    path = write_config(tmp_path / "c.yaml", corpus, tiny_phobert, top=top, segmenter="none", epochs=8)
    text = path.read_text().replace("/train,", "/train.conll, relabel: {NAME: PERSON},").replace("/dev,", "/dev.conll,")
    path.write_text(text, encoding="utf-8")
    done = run_train(path)
    assert done.returncode == 0, done.stderr
    assert "PERSON" in done.stdout
    tagger = Tagger.load(tmp_path / "out" / "model")
    assert tagger.manifest.labels == ("PERSON", "ORG", "DATE", "AMOUNT")
    assert json.loads((tmp_path / "out" / "dev" / "metrics.json").read_text())["strict"]["micro"]["f1"] > 0.8


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"source": "vinai/phobert-base"}, "expected an encoder of transformers in a local folder, in the hub's cache"),
        ({"max_pieces": "127"}, "windows.max_pieces: found 127, expected at most 126"),
        ({"more": "device: cuda"}, "training.device: found cuda and no GPU that torch can use"),
        ({"more": "fp16: true"}, "training.fp16: found true on a CPU, expected a GPU"),
        ({"more": "report_to: [wandb]"}, "training.report_to: found WandbCallback requires wandb to be installed"),
    ],
)
def test_what_cannot_work_is_one_line(
    changes: dict[str, str], message: str, tiny_corpus: Path, tiny_phobert: Path, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    import torch

    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    changes = dict(changes)
    path = write_config(
        tmp_path / "c.yaml", tiny_corpus, changes.pop("source", tiny_phobert), segmenter="none", **changes
    )
    documents = read_folder(tiny_corpus / "dev")
    with pytest.raises((ModelError, ConfigError)) as caught:
        fit(load_config(path), documents, documents, run_folder=tmp_path / "out", resume=False)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_checkpoint_for_other_labels_is_refused(tiny_corpus: Path, tiny_phobert: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(tiny_phobert, tmp_path / "encoder"))
    config = json.loads((folder / "config.json").read_text())
    config |= {"architectures": ["RobertaForTokenClassification"], "id2label": {"0": "O", "1": "B-LOC"}}
    (folder / "config.json").write_text(json.dumps(config))
    path = write_config(tmp_path / "c.yaml", tiny_corpus, folder)
    with pytest.raises(ModelError, match="found a model for the tags O, B-LOC, expected O, B-ORG"):
        start_model(load_config(path))


def test_a_vocabulary_larger_than_the_embeddings_is_refused(
    tiny_corpus: Path, tiny_phobert: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(tiny_phobert, tmp_path / "encoder"))
    with (folder / "vocab.txt").open("a", encoding="utf-8") as stream:
        stream.write("thừa 1\n")
    with pytest.raises(ModelError, match=r"found a vocabulary of \d+ pieces and embeddings for"):
        start_model(load_config(write_config(tmp_path / "c.yaml", tiny_corpus, folder)))


def test_too_little_memory_names_batch_and_accumulation(
    tiny_corpus: Path, tiny_phobert: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch
    from transformers import Trainer

    def fail(*_: object, **__: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(Trainer, "train", fail)
    path = write_config(tmp_path / "c.yaml", tiny_corpus, tiny_phobert, segmenter="none", accumulate="3")
    documents = read_folder(tiny_corpus / "dev")
    with pytest.raises(ModelError) as caught:
        fit(load_config(path), documents, documents, run_folder=tmp_path / "out", resume=False)
    assert "for 4 windows a step" in str(caught.value)
    assert "set training.batch_windows: 2 and accumulate: 6, which keep the effective batch" in str(caught.value)
