"""How much memory and time reading takes, for files of 50 MB and what text alone can fill.

    python benchmarks/reading_memory.py [--megabytes 50] [--only text.txt pictures.docx]

Each file is made of the corpus' sentences shuffled (text that repeats would pack to nothing) and read by `read_report`
in a process of its own, which starts a reader process for what is not plain text. The peak is that of all these
processes together (resident memory, looked at every 20 ms); what they take for a small file of the same format, the
interpreters and libraries, is stated and subtracted. Exits 1 where a file takes 10 times its size or more beyond that,
or 1 GB in all. A file that is refused is told. A .docx is packed: its ratio to the unpacked parts is given too.
"""

from __future__ import annotations

import argparse
import io
import os
import random
import subprocess
import sys
import tempfile
import textwrap
import time
import unicodedata
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
from khcn_ner.reading import read_report
try:
    document = read_report(Path(sys.argv[1]), time_limit_s=900)
    print(f"{len(document.text):,} characters, {len(document.places):,} places")
except KhcnNerError as error:
    print("refused: " + str(error).split(": found ", 1)[1])
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


def big_docx(lines: list[str], *, pictures: int = 0, columns: int = 0) -> bytes:
    """Write the body straight into the XML, as a table where `columns` says so: python-docx would take minutes."""
    from xml.sax.saxutils import escape

    base = making.as_docx(["@"])
    body = "".join(f"<w:p><w:r><w:t>{escape(line)}</w:t></w:r></w:p>" for line in lines)
    if columns:
        cells = [
            f"<w:tc><w:p><w:r><w:t>{escape(part)}</w:t></w:r></w:p></w:tc>"
            for line in lines
            for part in textwrap.wrap(line, 40)
        ]
        rows = ("".join(cells[at : at + columns]) for at in range(0, len(cells), columns))
        body = f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(base)) as archive, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in archive.namelist():
            part = archive.read(name)
            if name == "word/document.xml":
                part = part.replace(b"<w:p><w:r><w:t>@</w:t></w:r></w:p>", body.encode())
            new.writestr(name, part)
        new.writestr("word/media/image1.jpeg", random.Random(0).randbytes(pictures), zipfile.ZIP_STORED)
    return stream.getvalue()


def big_pdf(lines: list[str], *, pages: int, picture: int = 0) -> bytes:
    """Draw full pages line by line, on each a picture of noise of so many bytes: platypus would take minutes."""
    from PIL import Image
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.utils import ImageReader, simpleSplit
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(TTFont("Vietnamese", str(making.font_path())))
    stream, draw = io.BytesIO(), random.Random(0)
    canvas = Canvas(stream, pagesize=A4, pageCompression=1)
    rows = (row for line in lines for row in simpleSplit(line, "Vietnamese", 10, 475))
    for _ in range(pages):
        canvas.setFont("Vietnamese", 10)
        for number in range(34 if picture else 54):
            canvas.drawString(60, 790 - 14 * number, next(rows))
        if picture:
            side = int((picture / 3) ** 0.5)
            noise = Image.frombytes("RGB", (side, side), draw.randbytes(3 * side * side))
            canvas.drawImage(ImageReader(noise), 60, 40, 250, 250)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def files(n_bytes: int) -> dict[str, Callable[[], bytes]]:
    lines = sentences(n_bytes)
    text = "\n".join(lines)
    few = lines[: max(1, len(lines) // 50)]
    picture = b'<img src="data:image/png;base64,' + b"iVBORw0KGgoA" * (n_bytes // 12) + b'">'
    return {
        "text.txt": text.encode,
        "utf-16.txt": lambda: text.encode("utf-16"),
        "nfd.txt": lambda: unicodedata.normalize("NFD", text).encode(),
        "cp1258.txt": lambda: making.as_cp1258(text),
        "tcvn3.txt": lambda: making.as_tcvn3(text),
        "vni.txt": lambda: making.as_vni(text),
        "one-line.txt": lambda: " ".join(lines).encode(),
        "pictures.docx": lambda: big_docx(few, pictures=n_bytes),
        "text.docx": lambda: big_docx(lines),
        "table.docx": lambda: big_docx(lines[: len(lines) // 4], columns=6),
        "text-quarter.html": lambda: making.as_html(lines[: len(lines) // 4], title="Báo cáo"),
        "pictures.html": lambda: making.as_html(few, title="Báo cáo").replace(b"<h1>", picture + b"<h1>"),
        "pictures.pdf": lambda: big_pdf(lines, pages=1000, picture=n_bytes // 1000),
        "text.pdf": lambda: big_pdf(lines, pages=3000),
    }


def unpacked(path: Path) -> int:
    """Give the size of a file's parts without pictures."""
    if path.suffix != ".docx":
        return path.stat().st_size
    with zipfile.ZipFile(path) as archive:
        return sum(member.file_size for member in archive.infolist() if "/media/" not in member.filename)


def resident(root: int) -> int:
    """Give the resident memory of a process and those that it started, in bytes."""
    total, waiting = 0, [root]
    while waiting:
        folder = Path(f"/proc/{waiting.pop()}")
        try:
            total += int((folder / "statm").read_text().split()[1])
            waiting += map(int, (folder / "task" / folder.name / "children").read_text().split())
        except (OSError, IndexError):  # it has ended
            continue
    return total * os.sysconf("SC_PAGE_SIZE")


def measure(path: Path) -> tuple[str, int, float]:
    """Read a file; give what was read, the peak in bytes and the seconds."""
    started, peak = time.monotonic(), 0
    with subprocess.Popen([sys.executable, "-c", _READ, path], stdout=subprocess.PIPE, text=True) as process:
        while process.poll() is None:
            peak = max(peak, resident(process.pid))
            time.sleep(0.02)
        assert process.stdout is not None
        return process.stdout.read().strip(), peak, time.monotonic() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=50)
    parser.add_argument("--only", nargs="*", help="names of files")
    options = parser.parse_args()
    table = Table("file", "MB", "peak MB", "of it at start", "times size", "times unpacked", "seconds", "read")
    n_over = 0
    with tempfile.TemporaryDirectory() as folder:
        for name, make in files(options.megabytes << 20).items():
            if options.only and name not in options.only:
                continue
            path = Path(folder) / name
            path.write_bytes(make())
            small = Path(folder) / f"small{path.suffix}"
            small.write_bytes(SMALL[path.suffix])
            _, start, _ = measure(small)
            told, peak, seconds = measure(path)
            size = path.stat().st_size
            ratio, ratio_unpacked = (peak - start) / size, (peak - start) / unpacked(path)
            n_over += ratio >= 10 or peak >= 1 << 30
            megabytes = [f"{figure / 2**20:,.1f}" for figure in (size, peak, start)]
            row = (name, *megabytes, f"{ratio:.1f}", f"{ratio_unpacked:.1f}", f"{seconds:.0f}", told[:60])
            print(*row, file=sys.stderr, flush=True)
            table.add_row(*row)
            path.unlink()
    Console(width=150).print(table)
    sys.exit(1 if n_over else 0)


if __name__ == "__main__":
    main()
