"""brat standoff: NAME.txt and NAME.ann in, Documents with gold spans out, and back.

Of an .ann file the text-bound lines are read (`T1<TAB>ORG 0 8<TAB>Sở KH&CN`); notes (`#`), attributes
and relations are left out, as the scheme has none. Offsets count the code points of NAME.txt.

Source: https://brat.nlplab.org/standoff.html
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import regex

from khcn_ner.document import Document, Span
from khcn_ner.errors import CorpusError, SpanError
from khcn_ner.files import write_text
from khcn_ner.labels import LABELS, label_named

_LINE = regex.compile(r"(?P<id>T\S+)\t(?P<label>\S+) (?P<start>\d+) (?P<end>\d+)\t(?P<surface>.*)")
# Events, relations, attributes, normalisations and notes of brat, which the scheme doesn't use.
_OTHER_KINDS = ("#", "E", "R", "A", "M", "N", "*")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with an annotation: where it is, what was found, what to do."""

    path: Path
    line: int
    found: str
    expected: str
    remedy: str

    def error(self) -> CorpusError:
        """Give the problem as an error to raise."""
        where = f"{self.path}, line {self.line}" if self.line else str(self.path)
        return CorpusError(where, found=self.found, expected=self.expected, remedy=self.remedy)


def read_document(text_path: Path, annotation_path: Path | None = None, *, labels: Sequence[str] = LABELS) -> Document:
    """Read NAME.txt with the gold spans of NAME.ann beside it, or of another annotation of the same text.

    Raises:
        CorpusError: a file is missing or unreadable, or a span is wrong; the first problem is told.
    """
    document, _, problems = find_problems(text_path, annotation_path, labels=labels)
    if problems:
        raise problems[0].error()
    return document


def read_folder(folder: Path, *, labels: Sequence[str] = LABELS) -> list[Document]:
    """Read all documents of a folder, sorted by name; `labels` are those that may occur.

    Raises:
        CorpusError: the folder doesn't exist or holds no annotated text, or a document is wrong.
    """
    return [read_document(path, labels=labels) for path in text_files(folder)]


def text_files(folder: Path) -> list[Path]:
    """List the annotated texts of a folder.

    Raises:
        CorpusError: the folder doesn't exist or holds none.
    """
    if not folder.is_dir():
        raise CorpusError(
            str(folder), found="no folder", expected="a folder of NAME.txt and NAME.ann", remedy="check the path"
        )
    paths = sorted(folder.glob("*.txt"))
    if not paths:
        raise CorpusError(
            str(folder), found="no .txt file", expected="NAME.txt and NAME.ann", remedy="name another folder"
        )
    return paths


def find_problems(
    text_path: Path, annotation_path: Path | None = None, *, labels: Sequence[str] = LABELS
) -> tuple[Document, dict[Span, int], list[Problem]]:
    """Read one document as far as it can be read; give it, its spans' lines in the .ann, and everything that is wrong.

    The document has the spans that are sound by themselves, or none where some overlap.
    """
    annotation_path = annotation_path or text_path.with_suffix(".ann")
    text, placed, problems = _read_pair(text_path, annotation_path, labels)
    overlaps = list(_overlaps(placed, annotation_path))
    spans = () if overlaps else tuple(span for _, span in placed)
    document = Document(text_path.stem, text, spans, source=text_path.name)
    return document, {span: number for number, span in placed}, [*problems, *overlaps]


def _read_pair(
    text_path: Path, annotation_path: Path, labels: Sequence[str]
) -> tuple[str, list[tuple[int, Span]], list[Problem]]:
    try:
        text = text_path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        problem = Problem(text_path, 0, f"an unreadable text ({error})", "UTF-8 text", "export it again")
        return "", [], [problem]
    try:
        Document(id=text_path.stem, text=text)
    except SpanError as error:
        return "", [], [Problem(text_path, 0, error.found, error.expected, error.remedy)]
    try:
        annotation = annotation_path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        found = "no file" if isinstance(error, FileNotFoundError) else f"an unreadable file ({error})"
        remedy = "export the annotation, or remove the text"
        return text, [], [Problem(annotation_path, 0, found, "the text's annotation", remedy)]
    placed: list[tuple[int, Span]] = []
    problems: list[Problem] = []
    for number, line in enumerate(annotation.split("\n"), start=1):
        parsed = _parse_line(line.rstrip("\r"), text, path=annotation_path, number=number, labels=labels)
        if isinstance(parsed, Problem):
            problems.append(parsed)
        elif parsed is not None:
            placed.append((number, parsed))
    return text, placed, problems


def _parse_line(line: str, text: str, *, path: Path, number: int, labels: Sequence[str]) -> Span | Problem | None:
    if not line.strip() or line.startswith(_OTHER_KINDS):
        return None
    match = _LINE.fullmatch(line)
    if match is None:
        expected = "ID<TAB>LABEL START END<TAB>SURFACE"
        return Problem(path, number, repr(line), expected, "write one contiguous span a line")
    label, start, end, surface = match["label"], int(match["start"]), int(match["end"]), match["surface"]
    stands = _in_one_line(text[start:end])
    if label not in labels:
        found, expected, remedy = f"unknown label {label}", f"one of {', '.join(labels)}", "relabel or remove the span"
    elif start >= end:
        found, expected, remedy = f"start {start} and end {end}", "start before end", "correct the offsets"
    elif end > len(text):
        found, expected = f"end {end}", f"at most the text's length {len(text)}"
        remedy = "re-export the annotation of this text"
    elif stands != surface:
        found, expected = f"surface {surface!r}", f"{stands!r}, which stands at {start}-{end}"
        remedy = "count offsets in code points of the NFC text"
    else:
        return Span(start, end, label_named(label))
    return Problem(path, number, found, expected, remedy)


def _in_one_line(surface: str) -> str:
    """Write line breaks inside a span as spaces, as brat does."""
    return surface.replace("\r", " ").replace("\n", " ")


def _overlaps(placed: list[tuple[int, Span]], path: Path) -> Iterator[Problem]:
    before: Span | None = None  # of the spans so far, the one that reaches furthest
    for number, span in sorted(placed, key=lambda item: (item[1].start, item[1].end)):
        if before is not None and span.start < before.end:
            yield Problem(
                path,
                number,
                f"{span.label} {span.start}-{span.end} overlapping {before.label} {before.start}-{before.end}",
                "spans without overlap",
                "keep the outermost of the two",
            )
        if before is None or span.end > before.end:
            before = span


def annotation_text(document: Document) -> str:
    r"""Write a document's spans as the lines of an .ann file.

    Example:
        >>> annotation_text(Document("a", "Sở KH&CN", (Span(0, 8, "ORG"),)))
        'T1\tORG 0 8\tSở KH&CN\n'
    """
    lines = []
    for number, span in enumerate(document.spans, start=1):
        surface = _in_one_line(document.surface(span))
        lines.append(f"T{number}\t{span.label} {span.start} {span.end}\t{surface}\n")
    return "".join(lines)


def write_document(document: Document, folder: Path) -> None:
    """Write NAME.txt (the NFC text that the offsets count) and NAME.ann into a folder."""
    write_text(folder / f"{document.id}.txt", document.text)
    write_text(folder / f"{document.id}.ann", annotation_text(document))
