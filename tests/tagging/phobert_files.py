"""PhoBERT-shaped files for the tests: vocabularies and merges learnt in the process."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

_Merge = tuple[str, str]


def learn_merges(words: Iterable[str], *, n_merges: int) -> list[_Merge]:
    """Learn byte-pair merges from words, the most frequent pair first, as fastBPE does."""
    counts = Counter(words)
    cut = {word: [*word[:-1], f"{word[-1]}</w>"] for word in counts}
    merges: list[_Merge] = []
    for _ in range(n_merges):
        pairs: Counter[_Merge] = Counter()
        for word, symbols in cut.items():
            for pair in itertools.pairwise(symbols):
                pairs[pair] += counts[word]
        if not pairs:
            break
        best = min(pairs, key=lambda pair: (-pairs[pair], pair))
        merges.append(best)
        for symbols in cut.values():
            place = 0
            while place < len(symbols) - 1:
                if (symbols[place], symbols[place + 1]) == best:
                    symbols[place : place + 2] = ["".join(best)]
                place += 1
    return merges


def vocabulary_words(merges: Sequence[_Merge], letters: Iterable[str]) -> list[str]:
    """List how vocab.txt spells the letters and what the merges make."""
    symbols = [*letters, *(f"{letter}</w>" for letter in letters), *(left + right for left, right in merges)]
    spelt = (symbol[:-4] if symbol.endswith("</w>") else f"{symbol}@@" for symbol in symbols)
    return list(dict.fromkeys(spelt))


def write_phobert_files(
    folder: Path, texts: Iterable[str], *, n_merges: int = 200, left_out: float = 0.0, seed: int = 0
) -> Path:
    """Write vocab.txt and bpe.codes learnt from word-segmented texts; a share of the vocabulary is left out."""
    words = [word for text in texts for word in text.split()]
    merges = learn_merges(words, n_merges=n_merges)
    letters = sorted({letter for word in words for letter in word})
    draw = random.Random(seed)
    kept = [word for word in vocabulary_words(merges, letters) if draw.random() >= left_out]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocab.txt").write_text("".join(f"{word} {9}\n" for word in kept), encoding="utf-8")
    (folder / "bpe.codes").write_text("".join(f"{left} {right} 9\n" for left, right in merges), encoding="utf-8")
    return folder
