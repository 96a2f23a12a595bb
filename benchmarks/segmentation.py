"""How fast word segmentation as a view is: characters a second of CPU time, laying words back onto the text included.

python benchmarks/segmentation.py [underthesea ...]
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from khcn_ner.corpus.brat import read_folder
from khcn_ner.tagging.segment import load_segmenter, word_units

ROOT = Path(__file__).parents[1]


def main() -> None:
    texts = [document.text for document in read_folder(ROOT / "data" / "annotations" / "train")]
    n_characters = sum(map(len, texts))
    for name in sys.argv[1:] or ["none", "underthesea"]:
        segment = load_segmenter(name)
        segment(texts[0])  # loads the model
        began = time.process_time()
        n_units = sum(len(word_units(text, segment(text))) for text in texts)
        seconds = time.process_time() - began
        print(f"{name:12} {n_characters / seconds:12,.0f} characters/s  {n_units:,} units")


if __name__ == "__main__":
    main()
