"""Read one report: a path in, a Document out, whichever format its suffix names.

    suffix ─▶ format ─▶ content agrees? ─▶ the format's reader ─▶ Document

Plain text is read here; every other format in a process of its own (`khcn_ner.reading.guard`), which is ended when it
takes too long or too much memory, or is brought down by a hostile file.
"""

from __future__ import annotations

from pathlib import Path

from khcn_ner.document import Document
from khcn_ner.errors import InputError
from khcn_ner.reading.archive import open_path
from khcn_ner.reading.draft import Draft
from khcn_ner.reading.formats import ARCHIVE_SUFFIXES, check_content, format_of
from khcn_ner.reading.guard import TIME_LIMIT_S, read_guarded
from khcn_ner.reading.packed import Packed
from khcn_ner.reading.text import read_text

MAX_FILE_BYTES = 256 << 20


def read_report(path: Path, *, report_id: str | None = None, time_limit_s: float = TIME_LIMIT_S) -> Document:
    """Read one report as a Document without spans; its id is the file's stem unless given.

    `path` may lie below an archive: `a.zip/b.docx`. Reading takes at most `time_limit_s` seconds.

    Raises:
        InputError: the file can't be read, is empty, is not what its suffix says, or takes too long.
    """
    report_id = report_id or path.stem
    if format_of(path.suffix, where=str(path)).name == "plain text":
        return read_here(path, report_id=report_id)
    return read_guarded(path, report_id=report_id, time_limit_s=time_limit_s)


def read_here(path: Path, *, report_id: str) -> Document:
    """Read one report in this process, without limits of time and memory.

    Raises:
        InputError: as `read_report`.
    """
    return read_packed(path, report_id=report_id).unpack()


def read_packed(path: Path, *, report_id: str) -> Packed:
    """Read one report in this process as a Document that is still packed.

    Raises:
        InputError: as `read_report`.
    """
    where = str(path)
    expected = format_of(path.suffix, where=where)
    with open_path(path, where=where) as stream:
        n_bytes = stream.seek(0, 2)
        stream.seek(0)
        if n_bytes > MAX_FILE_BYTES:
            raise InputError(
                where,
                found=f"a file of {n_bytes:,} bytes",
                expected=f"at most {MAX_FILE_BYTES:,} bytes",
                remedy="split the report, or save it without pictures",
            )
        check_content(stream, expected, where=where)
        if expected.name == "plain text":
            return read_text(stream, where=where, report_id=report_id, source=path.name)
        draft = Draft(where)
        if expected.name == "web page":
            from khcn_ner.reading.html import read_html

            read_html(stream.read(), draft)
        elif expected.name == "Word document":
            from khcn_ner.reading.docx import read_docx

            read_docx(stream, draft)
        elif expected.name == "PDF":
            from khcn_ner.reading.pdf import read_pdf

            read_pdf(stream, draft)
        elif path.suffix.lower() in ARCHIVE_SUFFIXES:
            _refuse_archive(path)
        else:
            from khcn_ner.reading.office import read_office

            read_office(stream.read(), path.suffix.lower(), draft)
    return draft.pack(report_id=report_id, source=path.name)


def _refuse_archive(path: Path) -> None:
    """Say why an archive that is to be read as one report can't be: what is wrong with it, or that it holds several."""
    from khcn_ner.reading.archive import list_archive

    inside = list_archive(path)
    raise InputError(
        str(path),
        found=f"an archive of {len(inside)} files",
        expected="one report",
        remedy="name a report in it, as ARCHIVE.zip/REPORT",
    )
