"""How many windows of 256 pieces fit on a GPU: a table computed from the architecture, not measured.

    python benchmarks/phobert_memory.py

A parameter takes 18 bytes: float32 weight, gradient and two moments of AdamW, and autocast's 16-bit copy. A piece takes
34 bytes times the hidden size a layer in 16 bits, with fused attention, which keeps no attention matrix; with
checkpointing the 2 bytes of a layer's input a layer, and one layer whole. 1.5 GB are left to CUDA and a tenth to
fragments. Source: Korthikanti et al. 2022, section 4 (https://arxiv.org/abs/2205.05198).
"""

from __future__ import annotations

from dataclasses import dataclass

PIECES = 256
MEMORIES = (8, 12, 16, 24, 40, 80)


@dataclass(frozen=True)
class Architecture:
    hidden: int
    feed_forward: int
    n_layers: int
    vocabulary: int = 64_001
    positions: int = 258

    @property
    def n_parameters(self) -> int:
        layer = 4 * self.hidden * (self.hidden + 1) + 2 * self.hidden * self.feed_forward
        layer += self.feed_forward + self.hidden + 4 * self.hidden
        return self.n_layers * layer + (self.vocabulary + self.positions + 1 + 2) * self.hidden

    def bytes_a_window(self, *, checkpointing: bool) -> int:
        whole = 34 * self.hidden * PIECES
        return whole + 2 * self.hidden * PIECES * self.n_layers if checkpointing else whole * self.n_layers


ARCHITECTURES = {"phobert-base, -base-v2": Architecture(768, 3072, 12), "phobert-large": Architecture(1024, 4096, 24)}


def largest_batch(architecture: Architecture, gigabytes: int, *, checkpointing: bool) -> int:
    """Give the largest power of two of windows that fits, 0 if none does."""
    free = (gigabytes - 1.5) * 1e9 * 0.9 - 18 * architecture.n_parameters
    fits = int(free // architecture.bytes_a_window(checkpointing=checkpointing)) if free > 0 else 0
    return 1 << (fits.bit_length() - 1) if fits else 0


def main() -> None:
    print("| encoder | parameters | checkpointing | " + " | ".join(f"{memory} GB" for memory in MEMORIES) + " |")
    print("|-" * (3 + len(MEMORIES)) + "|")
    for name, architecture in ARCHITECTURES.items():
        for checkpointing in (False, True):
            batches = (largest_batch(architecture, memory, checkpointing=checkpointing) for memory in MEMORIES)
            cells = " | ".join(str(batch) if batch else "–" for batch in batches)
            millions = architecture.n_parameters / 1e6
            print(f"| {name} | {millions:.0f} million | {'on' if checkpointing else 'off'} | {cells} |")


if __name__ == "__main__":
    main()
