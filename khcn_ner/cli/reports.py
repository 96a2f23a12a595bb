"""Reports on the way into a command: found, read one after another and tagged, the bad ones set aside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from khcn_ner.cli.console import EXIT_BAD_INPUT, errors, say_reports, with_bar
from khcn_ner.errors import InputError, KhcnNerError

if TYPE_CHECKING:
    from khcn_ner.document import Document
    from khcn_ner.tagging.tagger import TaggedDocument, Tagger

PATHS_HELP = (
    "Reports, folders and .zip archives of them: .txt, .md, .html, .htm, .docx, .pdf; .doc, .rtf, .odt where "
    "LibreOffice is installed."
)
Paths = Annotated[list[Path], typer.Argument(metavar="PATH…", help=PATHS_HELP)]
TimeLimit = Annotated[
    float | None,
    typer.Option(
        "--time-limit", metavar="SECONDS", min=1, help="Set a report aside that takes longer to read than 120 s."
    ),
]
Model = Annotated[
    Path | None, typer.Option("--model", metavar="DIR", help="A model folder; the embedded compact model if left out.")
]
RuntimeName = Annotated[
    str,
    typer.Option(
        "--runtime",
        metavar="NAME",
        help="What scores the text: onnxruntime, onnxruntime-int8, openvino-int8, openvino-bf16, torch-bf16; auto "
        "takes the fastest that is installed.",
    ),
]


def find(paths: list[Path]) -> list[Path]:
    """List the reports and say what is left out; a path that is missing is an error before anything is tagged."""
    from khcn_ner.reading import find_reports, other_files

    reports = find_reports(paths)
    others = Counter(path.suffix.lower() or "no suffix" for path in other_files(paths))
    if others:
        kinds = ", ".join(f"{number} {suffix}" for suffix, number in others.most_common())
        errors.print(f"left out, since they are no reports by their names: {kinds}")
    return reports


def load_tagger(model: Path | None, *, runtime: str = "auto") -> Tagger:
    """Load a model folder, or the embedded model, and say what it runs on."""
    from khcn_ner.tagging.tagger import Tagger

    tagger = Tagger.load(model, runtime=runtime)
    errors.print(f"model {tagger.manifest.name} {tagger.manifest.version} on {tagger.runtime}")
    return tagger


def refuse_doubles(files: list[Path]) -> None:
    """Refuse reports whose outputs would overwrite each other."""
    seen: dict[str, Path] = {}
    for path in files:
        twin = seen.setdefault(path.stem, path)
        if twin != path:
            raise InputError(
                str(path),
                found=f"the same name as {twin}",
                expected="names that differ",
                remedy="rename one of the two",
            )


class ReportFeed:
    """Reads and tags reports one after another, sets the bad ones aside and tells of them."""

    def __init__(self, files: list[Path], *, report_id: str | None = None, time_limit_s: float | None = None) -> None:
        self._files = files
        self._time_limit_s = time_limit_s
        self._report_id = report_id
        self._n_failed = 0

    def tag_with(self, tagger: Tagger) -> Iterator[TaggedDocument]:
        """Read and tag the reports in their order; one that can't be read is told and left out."""
        for tagged in with_bar(tagger.tag_many(self._read()), "reports", total=len(self._files)):
            document = tagged.document
            if tagged.n_unseen_characters:
                errors.print(f"{document.source}: {tagged.n_unseen_characters} characters were not seen by the model")
            yield tagged

    def _read(self) -> Iterator[Document]:
        from khcn_ner.reading import TIME_LIMIT_S, read_report

        limit = self._time_limit_s or TIME_LIMIT_S

        for path in self._files:
            try:
                document = read_report(path, report_id=self._report_id, time_limit_s=limit)
            except KhcnNerError as error:
                self._n_failed += 1
                errors.print(f"error: {error}")
                continue
            yield document

    def finish(self) -> None:
        """Leave with exit code 2 where reports were set aside."""
        if self._n_failed:
            if len(self._files) > 1:
                errors.print(f"{self._n_failed} of {say_reports(len(self._files))} set aside")
            raise typer.Exit(EXIT_BAD_INPUT)
