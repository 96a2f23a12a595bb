"""How fast the PhoBERT tokenizer is against the pure-Python one of transformers.

    python benchmarks/phobert_tokenizer.py [--files DIR]

Prints characters a second of both on the corpus' training reports, line by line as words come, and the ratio. The
slow one remembers words that it has cut before; its first and its second pass over the texts are both given. Without
--files, vocab.txt and bpe.codes are learnt from the same reports (2,000 merges); with it, a
PhoBERT model's are read.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from transformers import PhobertTokenizer

from khcn_ner.corpus.brat import read_folder
from khcn_ner.tagging.phobert import read_phobert

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "tagging"))

from phobert_files import write_phobert_files  # noqa: E402


def seconds_of(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=Path, help="a folder with a model's vocab.txt and bpe.codes")
    parser.add_argument("--merges", type=int, default=2000)
    options = parser.parse_args()
    texts = [document.text for document in read_folder(ROOT / "data" / "annotations" / "train")]
    lines = [line for text in texts for line in text.split("\n")]
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.files or write_phobert_files(Path(scratch), texts, n_merges=options.merges)
        slow = PhobertTokenizer(str(folder / "vocab.txt"), str(folder / "bpe.codes"))
        fast = read_phobert(folder)
        assert all(slow(line).input_ids == fast.real_ids(fast.tokenizer.encode(line).ids).tolist() for line in lines)
        slow.cache.clear()
        times = {
            "slow, first pass": seconds_of(lambda: [slow(line).input_ids for line in lines]),
            "slow, every word known": seconds_of(lambda: [slow(line).input_ids for line in lines]),
            "fast, line by line": seconds_of(
                lambda: [fast.real_ids(fast.tokenizer.encode(line).ids) for line in lines]
            ),
            "fast, one batch": seconds_of(lambda: [fast.real_ids(e.ids) for e in fast.tokenizer.encode_batch(lines)]),
        }
    n_characters = sum(map(len, lines))
    for name, seconds in times.items():
        print(f"{name:24} {n_characters / seconds:12,.0f} characters/s  {times['slow, first pass'] / seconds:6.1f} x")


if __name__ == "__main__":
    main()
