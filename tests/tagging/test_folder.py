"""Model folders that are wrong, and the one that is shipped."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from khcn_ner.errors import ModelError
from khcn_ner.tagging.folder import (
    FULL_WEIGHTS,
    MANIFEST,
    SERVING_WEIGHTS,
    TOKENIZER,
    check_file,
    copy_for_package,
    describe_embedded,
    embedded_model,
    read_manifest,
    write_temperature,
)
from khcn_ner.tagging.tagger import Tagger
from khcn_ner.tagging.temperature import tempered
from tests.conftest import make_document


@pytest.fixture
def folder(tiny_run: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_run / "model", tmp_path / "model"))


def change_manifest(folder: Path, **values: object) -> None:
    path = folder / MANIFEST
    path.write_text(json.dumps(json.loads(path.read_text()) | values), encoding="utf-8")


def test_a_whole_folder_loads(folder: Path) -> None:
    assert Tagger.load(folder).manifest.name == "tiny"


@pytest.mark.parametrize("name", [MANIFEST, SERVING_WEIGHTS, TOKENIZER])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(ModelError, match=rf"model: found no {name}, expected .*model folder; \S"):
        Tagger.load(folder)


@pytest.mark.parametrize("name", [SERVING_WEIGHTS, TOKENIZER])
def test_a_changed_file_is_refused(folder: Path, name: str) -> None:
    with (folder / name).open("ab") as stream:
        stream.write(b"x")
    with pytest.raises(ModelError, match=f"{name}: found another content"):
        Tagger.load(folder)


def test_another_format_is_refused(folder: Path) -> None:
    change_manifest(folder, format=99)
    with pytest.raises(ModelError, match="found format 99, expected format 1 to 3; train the model again"):
        Tagger.load(folder)


def test_tags_that_are_no_bio_tags_are_refused(folder: Path) -> None:
    change_manifest(folder, tags=["O", "I-LOC", "B-LOC"])
    with pytest.raises(ModelError, match="found tags O, I-LOC, B-LOC, expected O, B-LOC, I-LOC"):
        Tagger.load(folder)


def test_a_manifest_without_a_key_is_refused(folder: Path) -> None:
    raw = json.loads((folder / MANIFEST).read_text())
    del raw["overlap"]
    (folder / MANIFEST).write_text(json.dumps(raw), encoding="utf-8")
    with pytest.raises(ModelError, match="key overlap: found Field required"):
        read_manifest(folder)


def test_transitions_of_another_size_are_refused(folder: Path) -> None:
    change_manifest(folder, transitions=[[0.0, 1.0]])
    with pytest.raises(ModelError, match="found transitions of another size, expected 11 times 11"):
        Tagger.load(folder)


def test_a_folder_of_format_1_loads(folder: Path) -> None:
    raw = json.loads((folder / MANIFEST).read_text()) | {"format": 1}
    del raw["view"], raw["transitions"]
    (folder / MANIFEST).write_text(json.dumps(raw), encoding="utf-8")
    assert Tagger.load(folder).manifest.view is None


def test_a_folder_of_format_2_has_uncalibrated_scores(folder: Path) -> None:
    raw = json.loads((folder / MANIFEST).read_text()) | {"format": 2}
    del raw["temperature"]
    (folder / MANIFEST).write_text(json.dumps(raw), encoding="utf-8")
    assert Tagger.load(folder).manifest.temperature == 1.0


def test_a_temperature_is_written_and_changes_scores_alone(folder: Path) -> None:
    document = make_document("a", n_sentences=3, seed=5)
    before = Tagger.load(folder).tag(document).document.spans
    write_temperature(folder, 2.0)
    after = Tagger.load(folder).tag(document).document.spans
    assert after == tuple(replace(span, score=tempered(span.score, 2.0)) for span in before)
    assert after != before


@pytest.mark.parametrize("temperature", [0.0, -1.0, "hot"])
def test_a_temperature_that_is_none_is_refused(folder: Path, temperature: object) -> None:
    change_manifest(folder, temperature=temperature)
    with pytest.raises(ModelError, match="key temperature: found Input should be"):
        read_manifest(folder)


@pytest.mark.parametrize("content", ["{", "[]", '"x"'])
def test_a_broken_manifest_is_refused(folder: Path, content: str) -> None:
    (folder / MANIFEST).write_text(content, encoding="utf-8")
    with pytest.raises(ModelError, match=MANIFEST):
        read_manifest(folder)


def test_no_folder_at_all_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=f"nothing: found no {MANIFEST}, expected a model folder"):
        Tagger.load(tmp_path / "nothing")


def test_the_packages_copy_leaves_full_weights_out_and_loads(folder: Path, tmp_path: Path) -> None:
    copy_for_package(folder, tmp_path / "package" / "tiny")
    names = {path.name for path in (tmp_path / "package" / "tiny").iterdir()}
    assert FULL_WEIGHTS not in names
    assert {MANIFEST, SERVING_WEIGHTS, TOKENIZER, "metrics.json", "README.md"} <= names
    assert Tagger.load(tmp_path / "package" / "tiny").manifest.name == "tiny"


def test_the_embedded_model_is_whole_and_at_most_30_megabytes() -> None:
    folder = embedded_model()
    manifest = read_manifest(folder)
    for name in manifest.files:
        check_file(folder, manifest, name)
    assert sum(path.stat().st_size for path in folder.iterdir()) <= 30e6
    assert describe_embedded() == f"model {manifest.name} {manifest.version}"


def test_the_embedded_model_was_trained_on_the_repositorys_corpus() -> None:
    from khcn_ner.corpus.brat import read_folder
    from khcn_ner.corpus.dataset import fingerprint

    corpus = read_folder(Path(__file__).parents[2] / "data" / "annotations" / "train")
    assert read_manifest(embedded_model()).corpus_sha256 == fingerprint(corpus)
