"""How many of the capitals that TCVN3 can't hold come back, and how many small letters are raised wrongly.

    python benchmarks/capitals.py [--show]

Each report of the corpus is written in the letters of TCVN3 and read back. Prints a table by split; `--show` each
letter that was missed or raised wrongly, in brackets.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "reading"))

import making  # noqa: E402

from khcn_ner.reading.capitals import restore_capitals  # noqa: E402
from khcn_ner.reading.mend import Mender  # noqa: E402
from khcn_ner.reading.tcvn3 import tcvn3_to_unicode  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--show", action="store_true")
    options = parser.parse_args()
    table = Table("split", "lost", "given back", "missed", "raised wrongly")
    for split in ("train", "dev", "test"):
        n_lost = n_back = n_missed = n_wrong = 0
        for path in sorted((ROOT / "data" / "annotations" / split).glob("*.txt")):
            text = Mender().mend(path.read_text(encoding="utf-8"))
            small = tcvn3_to_unicode(making.in_tcvn3(text))
            found = restore_capitals(small).text
            for index, (letter, before, after) in enumerate(zip(text, small, found, strict=True)):
                is_lost = letter != before and letter.lower() == before
                n_lost += is_lost
                n_back += is_lost and after == letter
                n_missed += is_lost and after != letter
                n_wrong += letter == before and after != letter
                if options.show and (is_lost or letter == before) and after != letter:
                    around = f"{text[max(0, index - 30) : index]}[{letter}]{text[index + 1 : index + 30]}"
                    print(path.stem, "missed" if is_lost else "wrong", " ".join(around.split()), sep="\t")
        share = f"{n_back:,} ({n_back / n_lost:.1%})"
        table.add_row(split, f"{n_lost:,}", share, str(n_missed), str(n_wrong))
    Console().print(table)


if __name__ == "__main__":
    main()
