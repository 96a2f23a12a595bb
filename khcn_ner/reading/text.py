"""Read plain-text reports: files and folders in, Documents out."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from pathlib import Path

from khcn_ner.document import Document
from khcn_ner.errors import InputError

SUFFIXES = (".txt", ".md")


def find_reports(paths: Iterable[Path]) -> list[Path]:
    """List the report files that the paths name: files as they are, folders searched for text files.

    Raises:
        InputError: a path doesn't exist, or a folder holds no report.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            reports = sorted(file for file in path.rglob("*") if file.suffix.lower() in SUFFIXES and file.is_file())
            if not reports:
                raise InputError(
                    str(path),
                    found="no report",
                    expected=f"files ending in {' or '.join(SUFFIXES)}",
                    remedy="name another folder",
                )
            found.extend(reports)
        elif path.exists():
            found.append(path)
        else:
            raise InputError(str(path), found="nothing", expected="a report or a folder", remedy="check the path")
    return found


def read_text(path: Path) -> str:
    """Read a UTF-8 text file as NFC, its line ends untouched.

    Raises:
        InputError: the file can't be read, is empty, is binary, or is not UTF-8.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(
            str(path),
            found=error.strerror or "an unreadable file",
            expected="a text file",
            remedy="check path and rights",
        ) from error
    if b"\0" in data:
        raise InputError(
            str(path), found="a binary file", expected="UTF-8 text", remedy="save the report as plain text"
        )
    try:
        text = data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise InputError(
            str(path),
            found=f"byte 0x{data[error.start]:02X} at {error.start}, which is not UTF-8",
            expected="UTF-8 text",
            remedy="save the report as plain text in UTF-8",
        ) from error
    if not text.strip():
        raise InputError(str(path), found="an empty file", expected="a report's text", remedy="remove the file")
    return unicodedata.normalize("NFC", text)


def read_report(path: Path, *, report_id: str | None = None) -> Document:
    """Read one report as a Document without spans; its id is the file's stem unless given.

    Raises:
        InputError: as `read_text`.
    """
    return Document(id=report_id or path.stem, text=read_text(path), source=path.name)
