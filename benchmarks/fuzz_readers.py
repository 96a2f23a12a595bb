"""Feed a reader mutated files until time is up and keep each that raises anything but the project's own error.

    python benchmarks/fuzz_readers.py pdf --seconds 600 --out runs/fuzz

Readers: text html docx pdf zip office. Files are mutated at random from small sound ones; in ZIP formats the parts
inside too, then packed again soundly. `--engine atheris` (pip install atheris) lets libFuzzer steer by coverage.
Seconds are the reader's own (CPU) time; with `--clock wall`, and for office, the clock's. A child process reads the
files, so a crash of C code is found as well; its file is the one left as OUT/READER/died-*. Prints the number of files
read, refused, crashed on and slow (30 s and more), and exits 1 if any crashed.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import multiprocessing
import os
import random
import sys
import time
import traceback
import zipfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "reading"))

import making  # noqa: E402

from khcn_ner.errors import KhcnNerError  # noqa: E402
from khcn_ner.reading.archive import list_archive  # noqa: E402
from khcn_ner.reading.report import read_here  # noqa: E402

SUFFIXES = {
    "text": (".txt",), "html": (".html",), "docx": (".docx",), "pdf": (".pdf",), "zip": (".zip",),
    "office": (".rtf", ".odt", ".doc"),
}  # fmt: skip
# A file that takes longer than this is a crash too.
SLOW_S = 30.0
TOKENS = (
    b"<w:p>", b"</w:p>", b"<w:tbl>", b"<w:tr>", b"<w:tc>", b"<w:txbxContent>", b"w:val=\"", b"&a;",
    b"<!DOCTYPE x [<!ENTITY a 'b'>]>", b"<table>", b"<td>", b"<li>", b"</div>", b"<meta charset=utf-7>",
    b"obj", b"endobj", b"stream", b"/Length 99999999", b"/Kids", b"/Count -1", b"{\\rtf1", b"\\u-1?", b"PK\x03\x04",
    b"99999999999999999999", b"-1", b"\xff\xfe", b"\xef\xbb\xbf", b"\x00", b"\xf0\x9f\x91\x8d", b"\xed\xa0\x80",
    "ế".encode(), b"\xcc\x81" * 30,
)  # fmt: skip


def seeds(reader: str) -> list[bytes]:
    text = (ROOT / "data/annotations/train/bac-giang-2023-task-list.txt").read_text(encoding="utf-8")[:1800]
    blocks = making.blocks_of(text)
    blocks.append([("TT", "Chỉ tiêu"), ("1", "Kiểm định 163/440 PTĐ")])
    docx = making.as_docx(blocks)
    if reader == "text":
        return [
            text.encode(),
            text.encode("utf-16"),
            making.as_cp1258(text),
            making.as_tcvn3(text),
            making.as_vni(text),
        ]
    if reader == "html":
        return [
            making.as_html(blocks, title="Báo cáo"),
            making.as_html(blocks[:2], title="x").replace(b"utf-8", b"cp1252"),
            making.as_html(blocks, title="x")
            .replace(b"<body>", b"<body><table><tr><td><table><tr><td><a>x</a></td></tr></table></td><td>")
            .replace(b"</body>", b"</td></tr></table></body>"),
        ]
    if reader == "docx":
        return [docx, making.rich_docx()]
    if reader == "pdf":
        return [
            making.as_pdf(blocks, compress=False),
            making.as_pdf(blocks[:2]),
            making.as_pdf(blocks[:2], password="x"),
            making.as_newsletter(text.split("\n") * 3, header="x"),
        ]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", text)
        archive.writestr("b/c.docx", docx)
    if reader == "zip":
        return [packed.getvalue()]
    return [making.as_rtf(text[:600])]


def mutate(data: bytes, draw: random.Random) -> bytes:
    """Change a few bytes, or cut, double, move or insert a stretch."""
    changed = bytearray(data)
    for _ in range(draw.choice((1, 1, 2, 4, 8, 32))):
        at = draw.randrange(len(changed) + 1)
        kind = draw.randrange(6)
        if kind == 0 and changed:
            changed[at - 1] = draw.randrange(256)
        elif kind == 1:
            del changed[at : at + draw.choice((1, 4, 50, 1000))]
        elif kind == 2:
            changed[at:at] = draw.choice(TOKENS)
        elif kind == 3:
            start = draw.randrange(len(changed) + 1)
            changed[at:at] = changed[start : start + draw.choice((4, 60, 800))]
        elif kind == 4 and changed:
            changed[at - 1] ^= 1 << draw.randrange(8)
        else:
            changed[at:at] = draw.choice(TOKENS) * draw.choice((1, 3, 300))
    return bytes(changed)


def mutate_inside(data: bytes, draw: random.Random) -> bytes:
    """Mutate the parts of a ZIP file and pack it again, or mutate it as it is."""
    if draw.random() < 0.25:
        return mutate(data, draw)
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        names = archive.namelist()
        chosen = set(draw.sample(names, min(len(names), draw.choice((1, 1, 2)))))
        if draw.random() < 0.6:
            chosen.update(name for name in names if name.endswith("document.xml"))
        for name in names:
            part = archive.read(name)
            new.writestr(name, mutate(part, draw) if name in chosen else part)
    return packed.getvalue()


def read_one(data: bytes, suffix: str, folder: Path, counts: Counter[str]) -> None:
    """Read one file; keep it where it raises what it may not, or takes too long."""
    path = folder / f"running{suffix}"
    path.write_bytes(data)
    started = time.process_time()
    try:
        for report in list_archive(path) if suffix == ".zip" else [path]:
            read_here(report, report_id="fuzz")
        outcome = "read"
    except KhcnNerError:
        outcome = "refused"
    except Exception:
        outcome = "crashed"
        where = traceback.format_exc()
        name = hashlib.sha256(where.splitlines()[-1].encode() + where.splitlines()[-3].encode()).hexdigest()[:12]
        if not (folder / f"crash-{name}.log").exists():
            (folder / f"crash-{name}.log").write_text(where, encoding="utf-8")
            (folder / f"crash-{name}{suffix}").write_bytes(data)
    counts[outcome] += 1
    if time.process_time() - started > SLOW_S:
        counts["slow"] += 1
        (folder / f"slow-{counts['slow']}{suffix}").write_bytes(data)


def run_mutations(
    reader: str, seconds: float, seed: int, folder: Path, results: multiprocessing.Queue, *, by_wall: bool
) -> None:
    draw = random.Random(seed)
    counts = Counter[str]()
    files, is_zip = seeds(reader), reader in ("docx", "zip")
    # LibreOffice is another process.
    clock = time.monotonic if by_wall or reader == "office" else time.process_time
    started = clock()
    while clock() - started < seconds:
        data = draw.choice(files)
        data = mutate_inside(data, draw) if is_zip else mutate(data, draw)
        read_one(data, draw.choice(SUFFIXES[reader][:1]), folder, counts)
    counts["CPU seconds"] = int(time.process_time())
    results.put(counts)


def run_atheris(
    reader: str, seconds: float, seed: int, folder: Path, results: multiprocessing.Queue, *, by_wall: bool
) -> None:
    import atheris

    counts: Counter[str] = Counter()
    corpus = folder / "corpus"
    corpus.mkdir(exist_ok=True)
    for number, data in enumerate(seeds(reader)):
        (corpus / f"seed-{number}").write_bytes(data)
    atheris.instrument_all()

    def one(data: bytes) -> None:
        read_one(data, SUFFIXES[reader][0], folder, counts)

    clock = time.monotonic if by_wall else time.process_time
    started = clock()

    def until(data: bytes) -> None:
        one(data)
        if clock() - started > seconds:
            counts["CPU seconds"] = int(time.process_time())
            results.put(counts)
            results.close()
            results.join_thread()
            os._exit(0)  # libFuzzer has no other way out that keeps the counts

    atheris.Setup(["fuzz", str(corpus), f"-seed={seed}", "-max_len=60000", "-verbosity=0"], until)
    atheris.Fuzz()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("reader", choices=SUFFIXES)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--clock", choices=("cpu", "wall"), default="cpu")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--engine", choices=("mutation", "atheris"), default="mutation")
    parser.add_argument("--out", type=Path, default=Path("runs/fuzz"))
    options = parser.parse_args()
    folder = options.out / options.reader
    folder.mkdir(parents=True, exist_ok=True)
    run = run_atheris if options.engine == "atheris" else run_mutations
    totals: Counter[str] = Counter()
    seed, n_crashes = options.seed, 0
    while n_crashes < 10:
        results: multiprocessing.Queue = multiprocessing.Queue()
        child = multiprocessing.Process(
            target=run,
            args=(options.reader, options.seconds, seed, folder, results),
            kwargs={"by_wall": options.clock == "wall"},
        )
        child.start()
        child.join()
        if child.exitcode:
            n_crashes += 1
            totals["died"] += 1
            for path in folder.glob("running.*"):
                path.rename(folder / f"died-{seed}{path.suffix}")
        if not results.empty():
            totals.update(results.get())
            break
        seed += 1
    print(options.reader, options.engine, ", ".join(f"{number:,} {name}" for name, number in sorted(totals.items())))
    sys.exit(1 if totals["crashed"] or totals["died"] else 0)


if __name__ == "__main__":
    main()
