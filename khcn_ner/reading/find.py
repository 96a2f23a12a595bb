"""Find reports: files, folders and archives in, the paths of the reports in them out."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from khcn_ner.errors import InputError
from khcn_ner.reading.archive import list_archive
from khcn_ner.reading.formats import ARCHIVE_SUFFIXES, REPORT_SUFFIXES

# Word keeps `~$NAME.docx` beside a document that is open; systems keep files that begin with a dot.
_HIDDEN = (".", "~$")


def find_reports(paths: Iterable[Path]) -> list[Path]:
    """List the reports that the paths name: files as they are, folders and archives searched for reports.

    A report in an archive is a path below it: `a.zip/b.docx`. An archive or folder that can't be listed stands for
    itself, and reading it tells why.

    Raises:
        InputError: a path doesn't exist, or a folder or archive holds no report.
    """
    return [path for path, is_report in search(paths) if is_report]


def other_files(paths: Iterable[Path]) -> list[Path]:
    """List the files of the folders and archives that are left out because their suffix is none of a report."""
    return [path for path, is_report in search(paths) if not is_report]


def search(paths: Iterable[Path]) -> Iterator[tuple[Path, bool]]:
    """Find what `find_reports` and `other_files` list, one after another: the path, and whether it is a report.

    Raises:
        InputError: as `find_reports`, once the path has been searched.
    """
    for path in paths:
        if not path.exists():
            raise InputError(str(path), found="nothing", expected="a report or a folder", remedy="check the path")
        found = _in_folder(path) if path.is_dir() else _archived(path) if _is_archive(path) else iter([(path, True)])
        has_report = False
        for one, is_report in found:
            has_report |= is_report
            yield one, is_report
        if not has_report:
            raise InputError(
                str(path),
                found="no report",
                expected=f"files ending in {', '.join(REPORT_SUFFIXES)}",
                remedy="name another folder",
            )


def _in_folder(folder: Path) -> Iterator[tuple[Path, bool]]:
    """Search a folder in the order of names, holding no more than the names of the folders on the way."""
    try:
        with os.scandir(folder) as scanned:
            entries = sorted((entry.name, entry.is_dir(follow_symlinks=False)) for entry in scanned)
    except OSError:
        yield folder, True
        return
    for name, is_folder in entries:
        path = folder / name
        if name.startswith(_HIDDEN):
            continue
        if is_folder:
            yield from _in_folder(path)
        elif path.is_file():
            yield from _archived(path) if _is_archive(path) else [(path, _is_report(path))]


def _is_archive(path: Path) -> bool:
    return path.suffix.lower() in ARCHIVE_SUFFIXES


def _is_report(path: Path) -> bool:
    return path.suffix.lower() in REPORT_SUFFIXES


def _is_hidden(path: Path, below: Path) -> bool:
    return any(part.startswith(_HIDDEN) for part in path.relative_to(below).parts)


def _archived(path: Path) -> Iterator[tuple[Path, bool]]:
    try:
        inside = [one for one in list_archive(path) if not _is_hidden(one, path)]
    except InputError:
        return iter([(path, True)])
    return ((one, _is_report(one)) for one in inside)
