"""Does a report give the same names and figures whichever file it comes in?

    python benchmarks/formats.py                       # the reports of the test split, and one with a table
    python benchmarks/formats.py --office REPORT.txt …  # .doc, .rtf and .odt too, written by LibreOffice

Each report is written in every format, read back, tagged by the embedded model (once where texts are the same), and
compared with what its UTF-8 text gives: names are the surfaces of organisations, people and projects with their labels,
figures those of quantities and dates. Prints, by format, Jaccard's index over all reports together and of the worst
report, and exits 1 if one over all is below 0.97.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "reading"))

import making  # noqa: E402

from khcn_ner.document import Document  # noqa: E402
from khcn_ner.labels import Label  # noqa: E402
from khcn_ner.reading import read_report  # noqa: E402
from khcn_ner.reading.office import find_libreoffice  # noqa: E402
from khcn_ner.tagging.tagger import Tagger  # noqa: E402

NAMES, FIGURES = {Label.ORG, Label.PER, Label.PROJECT}, {Label.QUANTITY, Label.DATE}
LEAST = 0.97

WRITERS: dict[str, tuple[str, Callable[[str], bytes]]] = {
    "UTF-8 text": (".txt", str.encode),
    "UTF-16": (".txt", lambda text: text.encode("utf-16")),
    "NFD": (".txt", lambda text: unicodedata.normalize("NFD", text).encode()),
    "CRLF": (".txt", lambda text: text.replace("\n", "\r\n").encode()),
    "Windows-1258": (".txt", making.as_cp1258),
    "TCVN3": (".txt", making.as_tcvn3),
    "VNI": (".txt", making.as_vni),
    # A page's title is its report's first line, once.
    "web page": (".html", lambda text: making.as_html(making.blocks_of(text)[1:], title=text.split("\n", 1)[0])),
    "Word": (".docx", lambda text: making.as_docx(making.blocks_of(text))),
    "PDF": (".pdf", lambda text: making.as_pdf(making.blocks_of(text), header="Lưu hành nội bộ")),
}


@dataclass
class Agreement:
    """What was found in a format and in plain text, over reports."""

    n_both: int = 0
    n_either: int = 0
    worst: float = 1.0
    differing: list[str] = field(default_factory=list)

    def add(self, found: set[tuple[str, str]], plain: set[tuple[str, str]]) -> None:
        self.n_both += len(found & plain)
        self.n_either += len(found | plain)
        self.worst = min(self.worst, len(found & plain) / max(1, len(found | plain)))
        self.differing += [f"- {one}" for one in sorted(plain - found)] + [f"+ {one}" for one in sorted(found - plain)]

    @property
    def jaccard(self) -> float:
        return self.n_both / self.n_either if self.n_either else 1.0


def surfaces(document: Document, labels: set[Label]) -> set[tuple[str, str]]:
    return {(s.label.value, " ".join(document.surface(s).split())) for s in document.spans if s.label in labels}


def by_libreoffice(docx: Path, suffix: str, kind: str) -> Path:
    program = find_libreoffice()
    assert program is not None
    profile = f"-env:UserInstallation=file://{docx.parent}/profile"
    command = [program, profile, "--headless", "--convert-to", kind, "--outdir", docx.parent / "office", docx]
    subprocess.run(command, check=True, capture_output=True)
    return docx.parent / "office" / f"{docx.stem}{suffix}"


def files_of(path: Path, folder: Path, *, office: bool) -> dict[str, Path]:
    text = path.read_text(encoding="utf-8")
    files: dict[str, Path] = {}
    for number, (name, (suffix, write)) in enumerate(WRITERS.items()):
        files[name] = folder / f"{path.stem}-{number}{suffix}"
        files[name].write_bytes(write(text))
    if office:
        for name, suffix, kind in (
            ("Word 97", ".doc", "doc:MS Word 97"),
            ("RTF", ".rtf", "rtf"),
            ("ODT", ".odt", "odt"),
        ):
            files[name] = by_libreoffice(files["Word"], suffix, kind)
    return files


def main() -> None:
    default = [
        *sorted((ROOT / "data/annotations/test").glob("*.txt")),
        ROOT / "data/annotations/train/bac-giang-2023-task-list.txt",
    ]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("reports", nargs="*", type=Path, default=default)
    parser.add_argument("--office", action="store_true")
    parser.add_argument("--only", nargs="*", help="names of formats")
    options = parser.parse_args()
    tagger = Tagger.load()
    names: dict[str, Agreement] = {}
    figures: dict[str, Agreement] = {}
    for path in options.reports:
        print(path.stem, file=sys.stderr, flush=True)
        by_text: dict[str, Document] = {}
        tagged: dict[str, Document] = {}
        with tempfile.TemporaryDirectory() as folder:
            for name, file in files_of(path, Path(folder), office=options.office).items():
                if options.only and name not in (*options.only, "UTF-8 text"):
                    continue
                document = read_report(file)
                if document.text not in by_text:
                    by_text[document.text] = tagger.tag(document).document
                tagged[name] = by_text[document.text]
        for name, document in tagged.items():
            for agreements, labels in ((names, NAMES), (figures, FIGURES)):
                agreement = agreements.setdefault(name, Agreement())
                agreement.add(surfaces(document, labels), surfaces(tagged["UTF-8 text"], labels))
    table = Table("format", "names", "worst report", "figures", "worst report")
    for name, agreement in names.items():
        other = figures[name]
        table.add_row(
            name, *(f"{value:.3f}" for value in (agreement.jaccard, agreement.worst, other.jaccard, other.worst))
        )
    Console().print(table)
    print(f"{len(options.reports)} reports, {names['UTF-8 text'].n_both} names, {figures['UTF-8 text'].n_both} figures")
    for name in names:
        for line in (names[name].differing + figures[name].differing)[:12]:
            print(f"{name}: {line}")
    below = [name for name in names if min(names[name].jaccard, figures[name].jaccard) < LEAST]
    print(f"below {LEAST}: {', '.join(below) or 'none'}")
    sys.exit(1 if below else 0)


if __name__ == "__main__":
    main()
