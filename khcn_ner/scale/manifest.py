"""The manifest: what made an output folder, so that nothing else is mixed into it unasked."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from khcn_ner import __version__
from khcn_ner.errors import InputError
from khcn_ner.files import write_text
from khcn_ner.records import Report
from khcn_ner.tagging.folder import SERVING_WEIGHTS, Manifest

FORMAT = 1
MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class BatchManifest:
    """What the records of an output folder depend on; `earlier` are those it was made by before, where they differ.

    `record_schema` is the SHA-256 of the record's JSON schema, `model_sha256` that of the model's own manifest, which
    holds the hashes of its files.
    """

    model: str
    model_version: str
    model_sha256: str
    weights_sha256: str
    khcn_ner: str
    record_schema: str
    options: Mapping[str, str | float]
    earlier: tuple[Mapping[str, Any], ...] = field(default=())

    @property
    def fingerprint(self) -> str:
        """SHA-256 over everything but `earlier`."""
        return hashlib.sha256(json.dumps(self._made_by(), sort_keys=True).encode()).hexdigest()

    def _made_by(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if name != "earlier"}

    def to_json(self) -> str:
        """Write the manifest as it stands in the folder."""
        whole = {"format": FORMAT, "fingerprint": self.fingerprint, **self._made_by(), "earlier": list(self.earlier)}
        return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def make_manifest(model: Manifest, options: Mapping[str, str | float]) -> BatchManifest:
    """Describe a run: the model, this package, and the options that the output depends on."""
    schema = json.dumps(Report.model_json_schema(), sort_keys=True)
    weights = model.files.get(SERVING_WEIGHTS)
    return BatchManifest(
        model=model.name,
        model_version=model.version,
        model_sha256=hashlib.sha256(model.model_dump_json().encode()).hexdigest(),
        weights_sha256=weights.sha256 if weights is not None else "",
        khcn_ner=__version__,
        record_schema=hashlib.sha256(schema.encode()).hexdigest(),
        options=dict(options),
    )


def settle_manifest(folder: Path, new: BatchManifest, *, mix: bool) -> None:
    """Write the manifest of a new output folder, or compare it with that of an old one.

    Args:
        folder: the output folder, which exists.
        new: what this run is made by.
        mix: add to output that something else made; the manifest then lists both.

    Raises:
        InputError: the folder holds other things, or output that something else made.
    """
    path = folder / MANIFEST
    if not path.exists():
        write_text(path, new.to_json())
        return
    try:
        old = json.loads(path.read_text(encoding="utf-8"))
        before = {name: old[name] for name in new._made_by()}
        earlier = list(old["earlier"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            str(path), found="no manifest of a batch", expected="what `khcn-ner batch` wrote", remedy="name another OUT"
        ) from error
    if before == json.loads(json.dumps(new._made_by())):
        return
    if not mix:
        raise InputError(
            str(folder),
            found=f"output of {_difference(before, new._made_by())}",
            expected="output of the same model and options",
            remedy="name another OUT, or add --mix to keep both in one",
        )
    mixed = BatchManifest(**{**new._made_by(), "earlier": (*earlier, before)})
    write_text(path, mixed.to_json())


def _difference(before: dict[str, Any], now: dict[str, Any]) -> str:
    """Name the first thing that differs, as it was and as it is."""
    for name, value in now.items():
        if name == "options":
            continue
        if before[name] != value:
            return f"{name} {str(before[name])[:20]} (this run: {str(value)[:20]})"
    options = before["options"]
    for name in {**options, **now["options"]}:
        if options.get(name) != now["options"].get(name):
            return f"{name} {options.get(name)} (this run: {now['options'].get(name)})"
    return "something else"
