"""The model folder: what it holds, written by train.py and read by the Tagger.

    khcn_ner.json        manifest: format, name, version, tags, windows, special pieces, corpus, files with hashes
    model.int8.onnx      weights for serving, int8
    model.safetensors    weights in full precision, with config.json: loads in transformers (left out of the package)
    tokenizer.json       the fast tokenizer (tokenizer_config.json beside it for transformers)
    metrics.json         the scores it was released with
    training.yaml        the configuration it was trained by
    README.md            the model card

Loading reads data only and never runs code from the folder.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from importlib import resources
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from khcn_ner.errors import ModelError
from khcn_ner.files import replaced_folder, write_text
from khcn_ner.labels import bio_tags, label_named

FORMAT = 3
# Format 1 has no view, no transitions and the five labels alone; format 2 no temperature.
_READ = (1, 2, 3)
MANIFEST = "khcn_ner.json"
SERVING_WEIGHTS = "model.int8.onnx"
FULL_WEIGHTS = "model.safetensors"
TOKENIZER = "tokenizer.json"
METRICS = "metrics.json"
TRAINING = "training.yaml"
CARD = "README.md"


class FileEntry(BaseModel):
    """A file's size in bytes and SHA-256."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    size: int
    sha256: str


class ViewSettings(BaseModel):
    """How the model's view of a text is made (khcn_ner.tagging.view).

    The tokenizer's numbers from `unknown_from` on are `unknown`, but for those that `aliases` gives another meaning;
    None: its numbers are the model's.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    segmenter: str
    line_mark: str
    unknown_from: int | None = None
    unknown: int = 0
    aliases: tuple[tuple[int, int], ...] = ()


class Manifest(BaseModel):
    """What a model folder says of itself.

    `view` is None for a model that reads the text itself; `transitions` (tag before, tag) are those of a CRF;
    `temperature` calibrates scores of spans (khcn_ner.tagging.temperature), 1 leaves them as they are.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: int
    name: str
    version: str
    encoder: str
    tags: tuple[str, ...]
    max_pieces: int
    overlap: int
    bos: int
    eos: int
    pad: int
    view: ViewSettings | None = None
    transitions: tuple[tuple[float, ...], ...] | None = None
    temperature: float = Field(default=1.0, gt=0, allow_inf_nan=False)
    corpus_sha256: str
    khcn_ner_version: str
    files: dict[str, FileEntry]

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels that the model tells apart."""
        return tuple(label_named(tag.removeprefix("B-")) for tag in self.tags if tag.startswith("B-"))

    def described(self) -> dict[str, str]:
        """Say which model it is, as evaluations keep it."""
        return {"name": self.name, "version": self.version, "encoder": self.encoder}


def embedded_model() -> Path:
    """Give the folder of the compact model that is shipped inside the package."""
    return Path(str(resources.files("khcn_ner"))) / "models" / "compact"


def file_entry(path: Path) -> FileEntry:
    """Measure and hash a file."""
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return FileEntry(size=path.stat().st_size, sha256=digest)


def read_manifest(folder: Path) -> Manifest:
    """Read and check a model folder's manifest, without loading its weights.

    Raises:
        ModelError: the folder or its manifest is missing or broken, of another format, or its tags are no BIO tags.
    """
    path = folder / MANIFEST
    remedy = "name a folder that train.py wrote"
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ModelError(str(folder), found=f"no {MANIFEST}", expected="a model folder", remedy=remedy) from error
    except ValueError as error:
        raise ModelError(str(path), found="broken JSON", expected="a manifest", remedy=remedy) from error
    if not isinstance(raw, dict) or raw.get("format") not in _READ:
        found = f"format {raw.get('format')}" if isinstance(raw, dict) else "no manifest"
        raise ModelError(
            str(path),
            found=found,
            expected=f"format {_READ[0]} to {_READ[-1]}",
            remedy="train the model again, or use the khcn_ner it is for",
        )
    try:
        manifest = Manifest.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise ModelError(
            f"{path}, key {key}", found=first["msg"], expected="a whole manifest", remedy=remedy
        ) from error
    n_tags = len(manifest.tags)
    if manifest.tags != bio_tags(manifest.labels):
        raise ModelError(
            str(path),
            found=f"tags {', '.join(manifest.tags)}",
            expected=", ".join(bio_tags(manifest.labels)),
            remedy="train the model again",
        )
    if manifest.transitions is not None and [len(row) for row in manifest.transitions] != [n_tags] * n_tags:
        raise ModelError(
            str(path), found="transitions of another size", expected=f"{n_tags} times {n_tags}", remedy=remedy
        )
    return manifest


def check_file(folder: Path, manifest: Manifest, name: str) -> Path:
    """Give the path of a file of the folder after comparing it with the manifest.

    Raises:
        ModelError: the file is missing, is not listed, or differs from what was written.
    """
    path = folder / name
    entry = manifest.files.get(name)
    if entry is None or not path.is_file():
        raise ModelError(
            str(folder), found=f"no {name}", expected="the whole model folder", remedy="copy the folder again"
        )
    if file_entry(path) != entry:
        raise ModelError(
            str(path), found="another content", expected="the file as it was saved", remedy="copy the folder again"
        )
    return path


def write_temperature(folder: Path, temperature: float) -> None:
    """Write the temperature of a model folder's scores into its manifest.

    Raises:
        ModelError: the folder is no model folder.
    """
    calibrated = read_manifest(folder).model_copy(update={"temperature": temperature, "format": FORMAT})
    write_text(folder / MANIFEST, calibrated.model_dump_json(indent=2) + "\n")


def copy_for_package(source: Path, target: Path) -> None:
    """Copy a model folder without its full-precision weights, as the package carries it.

    Raises:
        ModelError: the source is not a whole model folder.
    """
    manifest = read_manifest(source)
    served = {name: manifest.files[name] for name in (SERVING_WEIGHTS, TOKENIZER, TRAINING)}
    for name in served:
        check_file(source, manifest, name)
    with replaced_folder(target) as new:
        for name in (*served, METRICS, CARD):
            shutil.copyfile(source / name, new / name)
        slim = manifest.model_copy(update={"files": served})
        (new / MANIFEST).write_text(slim.model_dump_json(indent=2) + "\n", encoding="utf-8")


def describe_embedded() -> str:
    """Name the embedded model and its version, or say that there is none."""
    try:
        manifest = read_manifest(embedded_model())
    except ModelError:
        return "no embedded model"
    return f"model {manifest.name} {manifest.version}"
