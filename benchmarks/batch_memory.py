"""How much memory a batch takes, for batches that grow: peak resident memory of `khcn-ner batch` and its processes.

    python benchmarks/batch_memory.py [--counts 100 1000 10000] [--syllables 150] [--stand-in] [--format xlsx …]

The reports are made of the train split's lines, drawn with a seed until each has so many syllables: short ones, so that
10,000 of them are tagged in reasonable time; --stand-in takes the tests' model, a table that needs next to no time, in
place of the embedded one. The resident memory of all processes is summed every 0.2 s, memory that
they share counted once for each (which makes the sum too large, never too small). Exits 1 where the last batch takes
over 10 % more than the first.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "scale"))

from batches import make_model  # noqa: E402

SEED = 20
LIMIT = 1.10


def corpus_lines() -> list[str]:
    """Read the lines of the train split."""
    texts = (path.read_text(encoding="utf-8") for path in sorted((ROOT / "data/annotations/train").glob("*.txt")))
    return [line for text in texts for line in text.splitlines() if line.strip()]


def write_reports(folder: Path, number: int, *, syllables: int) -> None:
    """Write so many reports, each of shuffled lines; 1,000 in a folder."""
    lines, draw = corpus_lines(), random.Random(SEED)
    for index in range(number):
        text, n_syllables = [f"Báo cáo số {index}"], 0
        while n_syllables < syllables:
            words = draw.choice(lines).split()[: syllables - n_syllables]
            text.append(" ".join(words))
            n_syllables += len(words)
        path = folder / f"{index // 1000:03d}" / f"{index:06d}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(text) + "\n", encoding="utf-8")


def family(pid: int) -> list[int]:
    """Give a process and all below it."""
    found = [pid]
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += family(int(child))
    except OSError:
        pass
    return found


def resident(pid: int) -> int:
    """Give a process' resident memory in bytes."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096
    except (OSError, IndexError):
        return 0


def measure(source: Path, out: Path, options: list[str]) -> tuple[int, int, dict[str, float]]:
    """Run a batch; give the peak of all processes, that of the main one, and the run's summary."""
    command = [sys.executable, "-c", "from khcn_ner.cli import main; main()", "batch", str(source), str(out), *options]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    peak = peak_of_main = 0
    while process.poll() is None:
        sizes = [resident(pid) for pid in family(process.pid)]
        peak, peak_of_main = max(peak, sum(sizes)), max(peak_of_main, sizes[0])
        time.sleep(0.2)
    if process.returncode != 0:
        sys.exit(f"khcn-ner batch ended with {process.returncode}")
    return peak, peak_of_main, json.loads((out / "summary.json").read_text(encoding="utf-8"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--counts", type=int, nargs="+", default=[100, 1_000, 10_000])
    parser.add_argument("--syllables", type=int, default=150)
    parser.add_argument("--stand-in", action="store_true", help="the tests' model instead of the embedded one")
    parser.add_argument("--format", nargs="*", default=[], choices=["xlsx", "parquet", "sqlite"])
    options = parser.parse_args()
    given = [f"--format={one}" for one in options.format]
    table = Table("reports", "peak MB", "of it the main process", "seconds", "pieces", "pieces/s")
    peaks = []
    for number in options.counts:
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder) / "in"
            write_reports(source, number, syllables=options.syllables)
            model = ["--model", str(make_model(Path(folder) / "model"))] if options.stand_in else []
            peak, of_main, summary = measure(source, Path(folder) / "out", [*given, *model])
        peaks.append(peak)
        rate = summary["n_pieces"] / summary["seconds"]
        row = (f"{number:,}", f"{peak / 2**20:,.0f}", f"{of_main / 2**20:,.0f}", f"{summary['seconds']:,.0f}")
        table.add_row(*row, f"{summary['n_pieces']:,}", f"{rate:,.0f}")
        print(*row, file=sys.stderr, flush=True)
    Console().print(table)
    sys.exit(1 if len(peaks) > 1 and peaks[-1] > LIMIT * peaks[0] else 0)


if __name__ == "__main__":
    main()
