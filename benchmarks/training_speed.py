"""How fast a training step of the compact model is, against the same model with one thing done the usual way.

    python benchmarks/training_speed.py [--rounds 5]

The peers are BERT's own dropout of 0.1 in every layer, PyTorch's fused attention, and float32 where the machine has
bfloat16. All take turns in one run on the same windows of the corpus: forward, backward and optimiser step, full
batches of 8 windows. Prints the median pieces a second of each and their ratio to the slowest.
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path

import torch
from rich.console import Console
from rich.table import Table

from khcn_ner.config import load_config
from khcn_ner.corpus.brat import read_folder
from khcn_ner.tagging.compact import BOS, EOS
from khcn_ner.tagging.features import window_documents, window_rows
from khcn_ner.tagging.fit import collate, has_bf16, start_model

BATCH = 8


def step(
    model: torch.nn.Module, optimiser: torch.optim.Optimizer, batch: dict[str, torch.Tensor], *, bf16: bool
) -> float:
    """Do one training step and give its pieces a second."""
    start = time.perf_counter()
    with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
        loss = model(**batch).loss
    loss.backward()
    optimiser.step()
    optimiser.zero_grad()
    return batch["input_ids"].numel() / (time.perf_counter() - start)


def with_dropout_everywhere(model: torch.nn.Module) -> torch.nn.Module:
    """Set BERT's default dropout in every layer and in attention."""
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.1
    return model


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    torch.manual_seed(0)
    config = load_config(Path("configs/compact.yaml"))
    peers = {}
    for name in ("khcn_ner", "dropout 0.1 in every layer", "fused attention", "float32"):
        model, tokenizer, _ = start_model(config)
        if name == "dropout 0.1 in every layer":
            with_dropout_everywhere(model)
        model.set_attn_implementation("sdpa" if name == "fused attention" else "eager")
        model.train()
        bf16 = has_bf16() and name != "float32"
        peers[name] = (model, torch.optim.AdamW(model.parameters(), lr=1e-5, fused=True), bf16)
    windowed, _ = window_documents(
        read_folder(Path(config.data.train)),
        tokenizer,
        max_pieces=config.windows.max_pieces,
        overlap=config.windows.overlap,
    )
    rows = sorted(window_rows(windowed, bos=BOS, eos=EOS), key=lambda row: -len(row["input_ids"]))
    speeds: dict[str, list[float]] = {name: [] for name in peers}
    for number in range(rounds + 1):  # the first round warms up
        batch = collate(rows[number * BATCH : (number + 1) * BATCH])
        for name, (model, optimiser, bf16) in peers.items():
            speed = step(model, optimiser, batch, bf16=bf16)
            if number:
                speeds[name].append(speed)
    table = Table(title=f"training steps on {torch.get_num_threads()} threads, median of {rounds}")
    for column in ("model", "pieces/s", "ratio"):
        table.add_column(column, justify="left" if column == "model" else "right")
    slowest = min(statistics.median(values) for values in speeds.values())
    for name, values in speeds.items():
        median = statistics.median(values)
        table.add_row(name, f"{median:,.0f}", f"{median / slowest:.2f}")
    Console().print(table)


if __name__ == "__main__":
    main()
