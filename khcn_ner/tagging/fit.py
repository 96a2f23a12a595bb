"""Fine-tuning: windows of gold documents in, the best checkpoint's model out.

The loop is Hugging Face's Trainer on accelerate, so a GPU, several of them (`torchrun`, `accelerate launch`), and
resuming work as they do there; every process calls `fit`, and only the first writes. Checkpoints are chosen by strict
F1 (seqeval) on dev, on whole documents.
"""

from __future__ import annotations

import gc
import math
import os
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from khcn_ner.config import TrainConfig, TrainingConfig
from khcn_ner.document import Document
from khcn_ner.errors import ConfigError, ModelError
from khcn_ner.labels import TAGS, bio_tags
from khcn_ner.tagging.decode import best_tags, log_softmax
from khcn_ner.tagging.features import IGNORED, FeatureCounts, WindowedDocument, window_documents, window_rows
from khcn_ner.tagging.optimiser import parameter_groups
from khcn_ner.tagging.start import Started, start_model
from khcn_ner.tagging.view import make_reader
from khcn_ner.tagging.windows import FloatArray, MergedScores, token_scores
from khcn_ner.tokens import spans_to_tags, tags_to_spans, token_offsets

if TYPE_CHECKING:
    from transformers import EvalPrediction, Trainer, TrainingArguments

BEST_METRIC = "strict_f1"
_LOGGING_STEPS = 20


@dataclass(frozen=True, slots=True)
class Fitted:
    """A trained model with its tokenizer and what was counted on the way.

    `is_first` says whether this process is the one that writes; there is one where there is one GPU or none.
    `peak_gigabytes` is the most memory that tensors took on this process' GPU, None without one.
    """

    started: Started
    train_counts: FeatureCounts
    dev_counts: FeatureCounts
    n_parameters: int
    pieces_per_second: float
    seconds: float
    peak_gigabytes: float | None
    is_first: bool


def has_bf16(*, on_cpu: bool = False) -> bool:
    """Tell whether the machine multiplies bfloat16 matrices in hardware; `on_cpu` leaves a GPU out of account."""
    import torch

    if torch.cuda.is_available() and not on_cpu:
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    capabilities: dict[str, Any] = getattr(torch.cpu, "get_capabilities", dict)()
    return bool(capabilities.get("amx_bf16") or capabilities.get("avx512_bf16"))


def document_tags(
    item: WindowedDocument,
    window_scores: Sequence[FloatArray],
    *,
    tags: tuple[str, ...] = TAGS,
    transitions: FloatArray | None = None,
) -> list[str]:
    """Decode one document's tags, one a unit, from its windows' scores, each (piece of the window, tag)."""
    merged = MergedScores(len(item.encoded.ids), len(tags))
    for window, scores in zip(item.windows, window_scores, strict=True):
        merged.add(window, scores)
    scores, _ = token_scores(item.encoded, merged)
    emissions = log_softmax(scores) if transitions is None else scores
    return [tags[index] for index in best_tags(emissions, tags=tags, transitions=transitions)]


def _dev_metrics(
    dev: Sequence[WindowedDocument], tags: tuple[str, ...], transitions: Callable[[], FloatArray | None]
) -> Callable[[EvalPrediction], dict[str, float]]:
    """Give the function that scores dev: tokens are compared, so that words wider than a gold span count as wrong."""
    from seqeval.metrics import f1_score, precision_score, recall_score
    from seqeval.scheme import IOB2

    places = [token_offsets(item.document.text) for item in dev]
    gold = [spans_to_tags(tokens, item.document.spans) for tokens, item in zip(places, dev, strict=True)]

    def compute(prediction: EvalPrediction) -> dict[str, float]:
        rows = iter(np.asarray(prediction.predictions))
        learnt = transitions()
        predicted: list[list[str]] = []
        for tokens, item in zip(places, dev, strict=True):
            # Row 0 of a window is <s>; rows past its end are padding.
            scores = [next(rows)[1 : 1 + window.piece_end - window.piece_start] for window in item.windows]
            found = tags_to_spans(item.encoded.tokens, document_tags(item, scores, tags=tags, transitions=learnt))
            predicted.append(spans_to_tags(tokens, found))
        options: dict[str, Any] = {"mode": "strict", "scheme": IOB2, "zero_division": 0}
        return {
            BEST_METRIC: float(f1_score(gold, predicted, **options)),
            "strict_precision": float(precision_score(gold, predicted, **options)),
            "strict_recall": float(recall_score(gold, predicted, **options)),
        }

    return compute


def fit(
    config: TrainConfig, train: Sequence[Document], dev: Sequence[Document], *, run_folder: Path, resume: bool
) -> Fitted:
    """Fine-tune by the configuration; keep the checkpoint with the best dev strict F1.

    Checkpoints and the log go into `run_folder`; with `resume` the newest checkpoint there is continued.

    Raises:
        ModelError: the encoder can't be read, there is no checkpoint to resume from, or the GPU's memory is too small.
        ConfigError: the configuration asks for what the machine or the installation lacks.
    """
    import torch
    from transformers import set_seed
    from transformers.trainer_utils import get_last_checkpoint

    _refuse_what_the_machine_lacks(config.training)
    set_seed(config.seed)
    torch.use_deterministic_algorithms(mode=True, warn_only=True)
    started = start_model(config)
    reader = make_reader(started.backend, started.view)
    cut = {"max_pieces": config.windows.max_pieces, "overlap": config.windows.overlap}
    train_windows, train_counts = window_documents(train, reader, **cut, split_words=True)
    dev_windows, dev_counts = window_documents(dev, reader, **cut, split_words=False)
    trainer = _trainer(config, started, train_windows, dev_windows, run_folder)
    checkpoint = get_last_checkpoint(str(run_folder)) if resume and run_folder.is_dir() else None
    if resume and checkpoint is None:
        raise ModelError(
            str(run_folder), found="no checkpoint", expected="one to resume from", remedy="start without --resume"
        )
    with warnings.catch_warnings():
        # The loop tells of optional accelerations that are absent; that is no fault of the run.
        warnings.simplefilter("ignore")
        try:
            outcome = trainer.train(resume_from_checkpoint=checkpoint)
        except torch.OutOfMemoryError as error:
            raise _too_little_memory(config.training) from error
    # Training in bfloat16 wraps the model's forward pass; what is saved and exported computes in float32.
    trainer.accelerator.unwrap_model(trainer.model, keep_fp32_wrapper=False)
    seconds = outcome.metrics["train_runtime"]
    n_epochs = outcome.metrics["epoch"]
    on_gpu = trainer.args.device.type == "cuda"
    is_first = trainer.is_world_process_zero()
    if torch.distributed.is_initialized():
        # Everyone leaves the last exchange before anyone goes, and the wrapped model goes before the group does:
        # what is still tied to the group would wait for the others for ever.
        torch.distributed.barrier()
        del trainer
        gc.collect()
        torch.distributed.destroy_process_group()
    model: Any = started.model
    model.to("cpu")
    return Fitted(
        started=started,
        train_counts=train_counts,
        dev_counts=dev_counts,
        n_parameters=sum(parameter.numel() for parameter in started.model.parameters()),
        pieces_per_second=train_counts.n_pieces * n_epochs / seconds,
        seconds=seconds,
        peak_gigabytes=torch.cuda.max_memory_allocated() / 1e9 if on_gpu else None,
        is_first=is_first,
    )


def _refuse_what_the_machine_lacks(settings: TrainingConfig) -> None:
    import torch

    has_gpu = torch.cuda.is_available()
    if settings.device == "cuda" and not has_gpu:
        raise ConfigError(
            "training.device", found="cuda and no GPU that torch can use",
            expected="an NVIDIA GPU and the build of torch for it",
            remedy="install that build (pip install torch, without the constraints file), or set device: auto",
        )  # fmt: skip
    if settings.fp16 and (not has_gpu or settings.device == "cpu"):
        raise ConfigError(
            "training.fp16", found="true on a CPU", expected="a GPU", remedy="set bf16: auto, fp16: false"
        )


def _too_little_memory(settings: TrainingConfig) -> ModelError:
    """Say how to train with less memory and the same effective batch."""
    halved = max(settings.batch_windows // 2, 1)
    times = math.ceil(settings.batch_windows * settings.accumulate / halved)
    smaller = f"set training.batch_windows: {halved} and accumulate: {times}, which keep the effective batch; or "
    return ModelError(
        "training", found=f"too little GPU memory for {settings.batch_windows} windows a step",
        expected="memory for a whole step",
        remedy=(smaller if settings.batch_windows > 1 else "") + "set gradient_checkpointing: true",
    )  # fmt: skip


def _arguments(config: TrainConfig, run_folder: Path) -> TrainingArguments:
    import torch
    from transformers import TrainingArguments

    settings = config.training
    use_gpu = torch.cuda.is_available() and settings.device != "cpu"
    is_one_of_several = int(os.environ.get("WORLD_SIZE", "1")) > 1
    # Newer versions of transformers have another name for it, and tell of the old one.
    names = {field.name for field in fields(TrainingArguments)}
    checkpointing = next(name for name in ("activation_checkpointing", "gradient_checkpointing") if name in names)
    optional: dict[str, Any] = {checkpointing: True} if settings.gradient_checkpointing else {}
    return TrainingArguments(
        **optional,
        output_dir=str(run_folder),
        seed=config.seed,
        num_train_epochs=settings.epochs,
        learning_rate=settings.learning_rate,
        warmup_steps=settings.warmup_share,
        weight_decay=settings.weight_decay,
        per_device_train_batch_size=settings.batch_windows,
        per_device_eval_batch_size=settings.batch_windows,
        gradient_accumulation_steps=settings.accumulate,
        optim="adamw_torch_fused",
        bf16=has_bf16(on_cpu=not use_gpu) if settings.bf16 == "auto" else settings.bf16 == "on",
        fp16=settings.fp16,
        torch_compile=settings.compile,
        use_cpu=not use_gpu,
        ddp_backend="gloo" if is_one_of_several and not use_gpu else None,
        ddp_find_unused_parameters=False,
        train_sampling_strategy="group_by_length",
        include_num_input_tokens_seen="non_padding",
        eval_strategy="epoch",
        save_strategy="epoch",
        save_total_limit=2,
        load_best_model_at_end=True,
        restore_callback_states_from_checkpoint=True,
        metric_for_best_model=BEST_METRIC,
        logging_steps=_LOGGING_STEPS,
        report_to=list(settings.report_to) or "none",
        run_name=config.name,
        dataloader_pin_memory=use_gpu,
    )


def _trainer(
    config: TrainConfig,
    started: Started,
    train: Sequence[WindowedDocument],
    dev: Sequence[WindowedDocument],
    run_folder: Path,
) -> Trainer:
    import torch
    from datasets import Dataset
    from torch.utils.data import DataLoader
    from transformers import EarlyStoppingCallback, Trainer, TrainerCallback

    settings = config.training
    tags = bio_tags(config.label_set)
    bos, eos, pad = started.frame
    padded = partial(collate, pad=pad)

    class OurTrainer(Trainer):
        """Trainer with learning rates by layer, which evaluates windows in their order and logs its speed.

        Grouping by length would shuffle dev as well.
        """

        last_log = (0, time.perf_counter())

        def create_optimizer(self, model: Any = None) -> torch.optim.Optimizer:
            if self.optimizer is None:
                target: Any = self.model if model is None else model
                kind, options = self.get_optimizer_cls_and_kwargs(self.args, target)
                decaying = self.get_decay_parameter_names(target)
                self.optimizer = kind(parameter_groups(target, settings, decaying=decaying), **options)
            return self.optimizer

        def get_eval_dataloader(self, eval_dataset: Any = None) -> DataLoader[Any]:
            rows: Any = eval_dataset if eval_dataset is not None else self.eval_dataset
            loader: DataLoader[Any] = DataLoader(rows, self.args.eval_batch_size, collate_fn=padded)
            prepared: DataLoader[Any] = self.accelerator.prepare(loader)
            return prepared

        def log(self, logs: dict[str, float], start_time: float | None = None) -> None:
            if "loss" in logs:
                (seen_before, then), seen, now = self.last_log, self.state.num_input_tokens_seen, time.perf_counter()
                self.last_log = (seen, now)
                logs["pieces_per_second"] = round((seen - seen_before) / (now - then), 1)
                if self.args.device.type == "cuda":
                    logs["peak_gigabytes"] = round(torch.cuda.max_memory_allocated() / 1e9, 2)
            super().log(logs, start_time)

    class SaveOften(TrainerCallback):
        """Writes a checkpoint every `save_steps` updates, besides that of each epoch, and logs the loss with each.

        A loss is logged as the mean since the last one, so a resumed run has the same losses only if one was logged
        where it begins.
        """

        def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> Any:  # noqa: ARG002 (as it is called)
            OurTrainer.last_log = (state.num_input_tokens_seen, time.perf_counter())
            return control

        def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> Any:  # noqa: ARG002 (as it is called)
            if settings.save_steps is not None and state.global_step % settings.save_steps == 0:
                control.should_save = control.should_log = True
            return control

        def on_epoch_end(self, args: Any, state: Any, control: Any, **_: Any) -> Any:  # noqa: ARG002 (as it is called)
            control.should_log = True
            return control

    def transitions() -> FloatArray | None:
        crf: Any = getattr(started.model, "crf", None)
        return None if crf is None else crf.transitions.detach().float().cpu().numpy()

    if settings.device == "cpu" or not torch.cuda.is_available():
        # On a CPU plain attention trains faster than the fused one (benchmarks/training_speed.py).
        started.model.set_attn_implementation("eager")

    def rows(windowed: Sequence[WindowedDocument]) -> Dataset:
        return Dataset.from_list(window_rows(windowed, bos=bos, eos=eos, tags=tags))

    kind: Any = OurTrainer
    if config.regularisation is not None:
        from khcn_ner.tagging.regularise import regularised

        kind = regularised(OurTrainer, config.regularisation, tags=tags)
    try:
        trainer: Trainer = kind(
            model=started.model,
            args=_arguments(config, run_folder),
            train_dataset=rows(train),
            eval_dataset=rows(dev),
            data_collator=padded,
            compute_metrics=_dev_metrics(dev, tags, transitions),
            callbacks=[EarlyStoppingCallback(early_stopping_patience=settings.patience), SaveOften()],
        )
    except (ImportError, RuntimeError) as error:
        if not settings.report_to:
            raise
        raise ConfigError(
            "training.report_to", found=" ".join(str(error).split())[:200],
            expected=f"{' and '.join(settings.report_to)} installed", remedy="pip install it, or set report_to: []",
        ) from error  # fmt: skip
    # The loss is a mean over a step's tokens, whatever the model's signature promises.
    trainer.model_accepts_loss_kwargs = False
    return trainer


def collate(rows: Sequence[dict[str, list[int]]], *, pad: int) -> dict[str, Any]:
    """Pad windows to the longest of their batch.

    Shape: each tensor (window, piece).
    """
    import torch

    longest = max(len(row["input_ids"]) for row in rows)

    def padded(key: str, fill: int) -> Any:
        return torch.tensor([row[key] + [fill] * (longest - len(row[key])) for row in rows])

    lengths = torch.tensor([len(row["input_ids"]) for row in rows])
    mask = (torch.arange(longest)[None] < lengths[:, None]).long()
    return {"input_ids": padded("input_ids", pad), "attention_mask": mask, "labels": padded("labels", IGNORED)}
