"""Checks of a corpus: a folder of brat standoff in, everything that is wrong with it out.

Beside what breaks the format, three things are told: what the guidelines doubt by form (`khcn_ner.corpus.suspects`),
what stands in two reports or splits (`khcn_ner.corpus.leakage`), and texts given twice. What a person has looked at and
left stands in the corpus' settled.tsv, a line each: document, rule, surface, why; `*` as surface settles a rule for a
document.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from khcn_ner.borders import may_stand
from khcn_ner.corpus.brat import Problem, find_problems
from khcn_ner.corpus.leakage import RUN_SYLLABLES, shared_runs, shared_titles
from khcn_ner.corpus.suspects import find_suspects
from khcn_ner.document import Document, Span
from khcn_ner.errors import CorpusError

SETTLED = "settled.tsv"


@dataclass(frozen=True, slots=True)
class Checked:
    """What checking a corpus found: problems, how many documents were read, how many suspects were settled before."""

    problems: tuple[Problem, ...]
    n_documents: int
    n_settled: int


def annotated_folders(folder: Path) -> list[Path]:
    """List the folders below (and with) `folder` that hold .txt or .ann files.

    Raises:
        CorpusError: there is none.
    """
    if folder.is_dir():
        files = (path for pattern in ("*.txt", "*.ann") for path in folder.rglob(pattern))
        found = sorted({path.parent for path in files})
        if found:
            return found
    raise CorpusError(
        str(folder),
        found="no annotated report" if folder.is_dir() else "no folder",
        expected="NAME.txt and NAME.ann",
        remedy="name another folder",
    )


def check_folder(folder: Path) -> Checked:
    """Check all documents in a folder and those below it, each folder being a split.

    Raises:
        CorpusError: there is no annotated report at all, or settled.tsv is broken.
    """
    settled = _read_settled(folder / SETTLED)
    problems: list[Problem] = []
    splits: dict[str, list[Document]] = {}
    seen: dict[str, Path] = {}
    n_settled = 0
    for place in annotated_folders(folder):
        split = str(place.relative_to(folder))
        for text_path in sorted(place.glob("*.txt")):
            document, lines, found = find_problems(text_path)
            splits.setdefault(split, []).append(document)
            problems.extend(found)
            problems.extend(edge_problems(document, lines, text_path.with_suffix(".ann")))
            suspects = list(suspect_problems(document, text_path, settled))
            problems.extend(suspect for suspect in suspects if suspect is not None)
            n_settled += suspects.count(None)
            # A text that could not be read is told once, as unreadable, and is nothing's twin.
            twin = seen.setdefault(document.text_sha256, text_path) if document.text else text_path
            if twin != text_path:
                remedy = "keep one of the two"
                problems.append(Problem(text_path, 0, f"the same text as {twin}", "each report once", remedy))
        for annotation_path in sorted(place.glob("*.ann")):
            if not annotation_path.with_suffix(".txt").exists():
                remedy = "add the text or remove the annotation"
                problems.append(Problem(annotation_path, 0, "no text beside it", "NAME.txt and NAME.ann", remedy))
    problems.extend(leak_problems(splits, folder))
    return Checked(tuple(problems), sum(len(documents) for documents in splits.values()), n_settled)


def edge_problems(document: Document, lines: Mapping[Span, int], path: Path) -> Iterator[Problem]:
    """Find spans that begin or end with white space, a quote mark or punctuation."""
    for span in document.spans:
        surface = document.surface(span)
        if not may_stand(surface):
            yield Problem(
                path,
                lines[span],
                f"{span.label} {span.start}-{span.end} {surface!r}",
                "no white space, quote mark or punctuation at its ends",
                "move the border",
            )


def suspect_problems(
    document: Document, path: Path, settled: frozenset[tuple[str, str, str]]
) -> Iterator[Problem | None]:
    """Give a problem for each guideline suspect, None for one that was settled before."""
    for suspect in find_suspects(document):
        surface = " ".join(document.text[suspect.start : suspect.end].split())
        if {(document.id, suspect.rule, surface), (document.id, suspect.rule, "*")} & settled:
            yield None
            continue
        line = document.text.count("\n", 0, suspect.start) + 1
        remedy = f"mend the span, or list it in {SETTLED} with the reason"
        found = f"{suspect.rule} {suspect.start}-{suspect.end} {surface!r}"
        yield Problem(path, line, found, suspect.reason, remedy)


def leak_problems(splits: Mapping[str, list[Document]], folder: Path) -> Iterator[Problem]:
    """Give a problem for each run of syllables in two reports and each project title in two splits."""
    for leak in [*shared_runs(splits), *shared_titles(splits)]:
        split, name = leak.second
        path = folder / split / f"{name}.txt"
        there = f"{Path(leak.first[0]) / leak.first[1]}"
        if leak.kind == "run":
            found, expected = f"{leak.text!r}, which stands in {there} too", f"no {RUN_SYLLABLES} syllables twice"
            yield Problem(path, 0, found, expected, "write one of the two anew")
        else:
            found, expected = f"the title {leak.text!r}, which {there} has too", "a title in one split alone"
            yield Problem(path, 0, found, expected, "move one of the reports to the other's split")


def _read_settled(path: Path) -> frozenset[tuple[str, str, str]]:
    if not path.is_file():
        return frozenset()
    rows: set[tuple[str, str, str]] = set()
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        fields = line.split("\t")
        if len(fields) != 4:
            raise CorpusError(
                f"{path}, line {number}",
                found=f"{len(fields)} fields",
                expected="document, rule, surface and why, with tabs between",
                remedy="mend the line",
            )
        rows.add((fields[0], fields[1], fields[2]))
    return frozenset(rows)
