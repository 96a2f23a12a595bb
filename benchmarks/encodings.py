"""How often the encoding of a text file is told right, on parts of the corpus' reports written in each encoding.

    python benchmarks/encodings.py

A file is right if the encoding is named and the text comes back whole; from TCVN3, which has no capital vowels with
tones, whole but for capitals. Prints a table by encoding, charset-normalizer's figure beside ours (it gives a codec,
and Python has none for TCVN3 and VNI), how many UTF-8 files were converted (must be 0), and the two shares on which the
choice stands: of Vietnamese words in the right reading, the least, and in a wrong one, the greatest.
"""

from __future__ import annotations

import random
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import charset_normalizer
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "reading"))

import making  # noqa: E402

from khcn_ner.errors import InputError  # noqa: E402
from khcn_ner.reading.encodings import decode  # noqa: E402
from khcn_ner.reading.mend import Mender  # noqa: E402
from khcn_ner.reading.spelling import evidence  # noqa: E402
from khcn_ner.reading.tcvn3 import tcvn3_to_unicode  # noqa: E402
from khcn_ner.reading.vni import vni_to_unicode  # noqa: E402

LENGTHS = (150, 600, 2500)


def half_decomposed(text: str) -> str:
    return "".join(
        unicodedata.normalize("NFD", line) if number % 2 else line
        for number, line in enumerate(text.splitlines(keepends=True))
    )


WRITERS: dict[str, tuple[str, Callable[[str], bytes]]] = {
    "UTF-8": ("UTF-8", str.encode),
    "UTF-8, byte order mark": ("UTF-8", lambda text: text.encode("utf-8-sig")),
    "UTF-8, NFD": ("UTF-8", lambda text: unicodedata.normalize("NFD", text).encode()),
    "UTF-8, NFC and NFD mixed": ("UTF-8", lambda text: half_decomposed(text).encode()),
    "UTF-16, byte order mark": ("UTF-16", lambda text: text.encode("utf-16")),
    "UTF-16 LE, no mark": ("UTF-16", lambda text: text.encode("utf-16-le")),
    "UTF-16 BE, no mark": ("UTF-16", lambda text: text.encode("utf-16-be")),
    "Windows-1258": ("Windows-1258", making.as_cp1258),
    "TCVN3": ("TCVN3", making.as_tcvn3),
    "VNI": ("VNI", making.as_vni),
}


def same(found: str, text: str, *, encoding: str) -> bool:
    if encoding == "TCVN3":
        found, text = found.lower(), text.lower()
    return found == text


def as_read_by_charset_normalizer(data: bytes) -> str:
    best = charset_normalizer.from_bytes(data).best()
    return unicodedata.normalize("NFC", str(best)) if best is not None else ""


def shares(text: str) -> tuple[float, float]:
    """Give the share of Vietnamese words in the worst right reading and in the best wrong one."""
    right, wrong = [], []
    written = {"Windows-1258": making.as_cp1258(text), "TCVN3": making.as_tcvn3(text), "VNI": making.as_vni(text)}
    readers = {
        "Windows-1258": lambda data: data.decode("cp1258", "replace"),
        "TCVN3": lambda data: tcvn3_to_unicode(data.decode("cp1252", "replace")),
        "VNI": lambda data: vni_to_unicode(data.decode("cp1252", "replace")),
    }
    for name, data in written.items():
        for reader, read in readers.items():
            (right if reader == name else wrong).append(evidence(read(data)).share)
    return min(right), max(wrong)


def main() -> None:
    draw = random.Random(0)
    n_files, n_told, n_right, n_theirs = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    wrong: list[str] = []
    least, greatest, n_converted = 1.0, 0.0, 0
    paths = sorted((ROOT / "data" / "annotations").glob("*/*.txt"))
    for number, path in enumerate(paths):
        text = Mender().mend(path.read_text(encoding="utf-8"))
        for index, (name, (encoding, write)) in enumerate(WRITERS.items()):
            length = LENGTHS[(number + index) % len(LENGTHS)]
            start = draw.randrange(max(1, len(text) - length))
            part = text[start : start + length]
            # What the 8-bit sets lack (≥, CO₂) is no matter of telling them.
            if encoding in ("Windows-1258", "TCVN3", "VNI"):
                part = "".join(sign for sign in part if sign.isalpha() or sign.isascii() or sign in "“”–…")
            part = "".join(sign for sign in part if sign not in "\r")
            data = write(part)
            try:
                decoded = decode(data, where=path.name)
                found, told = Mender().mend(decoded.text), decoded.encoding
            except InputError as error:
                found, told = "", f"refused: {error.found}"
            n_files[name] += 1
            n_told[name] += told == encoding
            is_right = told == encoding and same(found, part, encoding=encoding)
            n_right[name] += is_right
            n_theirs[name] += same(as_read_by_charset_normalizer(data), part, encoding=encoding)
            n_converted += encoding == "UTF-8" and told != "UTF-8"
            if not is_right:
                wrong.append(f"{path.stem}, {name}, {len(part)} signs: {told}")
        worst, best = shares(text)
        least, greatest = min(least, worst), max(greatest, best)
    table = Table("encoding", "files", "told right", "text right", "text right by charset-normalizer")
    for name in WRITERS:
        table.add_row(*map(str, (name, n_files[name], n_told[name], n_right[name], n_theirs[name])))
    shares_right = (f"{count.total()} ({count.total() / n_files.total():.2%})" for count in (n_told, n_right, n_theirs))
    table.add_row("all", str(n_files.total()), *shares_right)
    Console().print(table)
    for line in wrong:
        print(f"wrong: {line}")
    print(f"UTF-8 files converted: {n_converted}")
    print(f"share of Vietnamese words over whole reports: right reading ≥ {least:.3f}, wrong reading ≤ {greatest:.3f}")
    sys.exit(1 if n_converted or n_right.total() < 0.995 * n_files.total() else 0)


if __name__ == "__main__":
    main()
