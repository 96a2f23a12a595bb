"""Find reports: files, folders and archives in, the paths of the reports in them out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from khcn_ner.errors import InputError
from khcn_ner.reading.archive import list_archive
from khcn_ner.reading.formats import ARCHIVE_SUFFIXES, REPORT_SUFFIXES


def find_reports(paths: Iterable[Path]) -> list[Path]:
    """List the reports that the paths name: files as they are, folders and archives searched for reports.

    A report in an archive is a path below it: `a.zip/b.docx`. An archive that can't be listed stands for itself, and
    reading it tells why.

    Raises:
        InputError: a path doesn't exist, or a folder or archive holds no report.
    """
    return [path for path, is_report in _search(paths) if is_report]


def other_files(paths: Iterable[Path]) -> list[Path]:
    """List the files of the folders and archives that are left out because their suffix is none of a report."""
    return [path for path, is_report in _search(paths) if not is_report]


def _search(paths: Iterable[Path]) -> Iterator[tuple[Path, bool]]:
    for path in paths:
        if path.is_dir():
            inside = sorted(file for file in path.rglob("*") if file.is_file() and not _is_hidden(file, path))
            found = [
                one for file in inside for one in (_archived(file) if _is_archive(file) else [(file, _is_report(file))])
            ]
        elif path.exists():
            found = _archived(path) if _is_archive(path) else [(path, True)]
        else:
            raise InputError(str(path), found="nothing", expected="a report or a folder", remedy="check the path")
        if not any(is_report for _, is_report in found):
            raise InputError(
                str(path),
                found="no report",
                expected=f"files ending in {', '.join(REPORT_SUFFIXES)}",
                remedy="name another folder",
            )
        yield from found


def _is_archive(path: Path) -> bool:
    return path.suffix.lower() in ARCHIVE_SUFFIXES


def _is_report(path: Path) -> bool:
    return path.suffix.lower() in REPORT_SUFFIXES


def _is_hidden(path: Path, below: Path) -> bool:
    """Word keeps `~$NAME.docx` beside a document that is open; systems keep files that begin with a dot."""
    return any(part.startswith((".", "~$")) for part in path.relative_to(below).parts)


def _archived(path: Path) -> list[tuple[Path, bool]]:
    try:
        inside = [one for one in list_archive(path) if not _is_hidden(one, path)]
    except InputError:
        return [(path, True)]
    return [(one, _is_report(one)) for one in inside]
