"""How much memory and time reading takes, for files of 50 MB and what text alone can fill.

    python benchmarks/reading_memory.py [--megabytes 50] [--only text.txt pictures.docx]

Each file is made of the corpus' sentences shuffled (text that repeats would pack to nothing), read in a process of its
own, and its peak memory printed with what of it is the interpreter and its libraries. Exits 1 where a file takes 10
times its size or more beyond that, or 1 GB. A file that is refused is told.
"""

from __future__ import annotations

import argparse
import io
import random
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "reading"))

import making  # noqa: E402

_READ = """
import sys
from pathlib import Path
from khcn_ner.errors import KhcnNerError
from khcn_ner.reading.report import read_here
path = Path(sys.argv[1])
try:
    document = read_here(path, report_id="a")
    print(f"{len(document.text):,} characters, {len(document.places):,} places")
except KhcnNerError as error:
    print(str(error).split(": found ", 1)[1])
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


SMALL = {
    ".txt": b"a b",
    ".pdf": making.as_pdf(["a b"]),
    ".docx": making.as_docx(["a b"]),
    ".html": making.as_html(["Sở Khoa học và Công nghệ họp giao ban quý III."], title="Báo cáo"),
}


def sentences(n_bytes: int) -> list[str]:
    texts = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "data/annotations/train").glob("*.txt"))]
    words = " ".join(texts).split()
    draw, made, size = random.Random(0), [], 0
    while size < n_bytes:
        start = draw.randrange(len(words) - 60)
        line = " ".join(words[start : start + draw.randrange(8, 60)]) + f" {draw.random()}"
        made.append(line)
        size += len(line.encode()) + 1
    return made


def big_docx(lines: list[str], *, pictures: int = 0) -> bytes:
    """Write the body straight into the XML: python-docx would take minutes."""
    from xml.sax.saxutils import escape

    base = making.as_docx(["@"])
    body = "".join(f"<w:p><w:r><w:t>{escape(line)}</w:t></w:r></w:p>" for line in lines)
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(base)) as archive, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in archive.namelist():
            part = archive.read(name)
            if name == "word/document.xml":
                part = part.replace(b"<w:p><w:r><w:t>@</w:t></w:r></w:p>", body.encode())
            new.writestr(name, part)
        new.writestr("word/media/image1.jpeg", random.Random(0).randbytes(pictures), zipfile.ZIP_STORED)
    return stream.getvalue()


def files(n_bytes: int) -> dict[str, Callable[[], bytes]]:
    lines = sentences(n_bytes)
    text = "\n".join(lines)
    few = lines[: max(1, len(lines) // 50)]
    picture = b'<img src="data:image/png;base64,' + b"iVBORw0KGgoA" * (n_bytes // 12) + b'">'
    return {
        "text.txt": text.encode,
        "utf-16.txt": lambda: text.encode("utf-16"),
        "tcvn3.txt": lambda: making.as_tcvn3(text),
        "pictures.docx": lambda: big_docx(few, pictures=n_bytes),
        "text.docx": lambda: big_docx(lines),
        "text-quarter.html": lambda: making.as_html(lines[: len(lines) // 4], title="Báo cáo"),
        "pictures.html": lambda: making.as_html(few, title="Báo cáo").replace(b"<h1>", picture + b"<h1>"),
        "text.pdf": lambda: making.as_pdf(few),
    }


def measure(path: Path) -> tuple[str, int, float]:
    started = time.monotonic()
    done = subprocess.run([sys.executable, "-c", _READ, path], capture_output=True, text=True, check=True)
    told, peak = done.stdout.strip().rsplit("\n", 1)
    return told, int(peak) << 10, time.monotonic() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=50)
    parser.add_argument("--only", nargs="*", help="names of files")
    options = parser.parse_args()
    table = Table("file", "MB", "peak MB", "beyond start", "times size", "seconds", "read")
    n_over = 0
    with tempfile.TemporaryDirectory() as folder:
        for name, make in files(options.megabytes << 20).items():
            if options.only and name not in options.only:
                continue
            data = make()
            path = Path(folder) / name
            path.write_bytes(data)
            small = Path(folder) / f"small{path.suffix}"
            small.write_bytes(SMALL[path.suffix])
            _, start, _ = measure(small)
            told, peak, seconds = measure(path)
            ratio = (peak - start) / len(data)
            n_over += ratio >= 10 or peak >= 1 << 30
            figures = (len(data) / 2**20, peak / 2**20, (peak - start) / 2**20)
            print(name, *(f"{figure:,.1f}" for figure in figures), told, file=sys.stderr, flush=True)
            table.add_row(name, *(f"{figure:,.1f}" for figure in figures), f"{ratio:.1f}", f"{seconds:.1f}", told[:60])
            path.unlink()
    Console(width=150).print(table)
    sys.exit(1 if n_over else 0)


if __name__ == "__main__":
    main()
