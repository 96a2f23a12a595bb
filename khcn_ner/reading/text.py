"""Plain text: a file's bytes in any Vietnamese encoding in, a Document with a place a line out; line ends stay."""

from __future__ import annotations

from typing import BinaryIO

import regex

from khcn_ner.document import Document, Place, PlaceKind
from khcn_ner.errors import InputError
from khcn_ner.reading.draft import check_size
from khcn_ner.reading.encodings import decode
from khcn_ner.reading.mend import Mender
from khcn_ner.reading.structure import marker_level

_LINE = regex.compile(r"[^\n]*\n|[^\n]+\Z")


def read_text(stream: BinaryIO, *, where: str, report_id: str, source: str) -> Document:
    """Read a text file.

    Raises:
        InputError: the file is empty, binary, too long, or in an encoding that can't be told.
    """
    decoded = decode(stream.read(), where=where)
    mender = Mender()
    text = mender.mend(decoded.text)
    if not text.strip():
        raise InputError(where, found="an empty file", expected="a report's text", remedy="remove the file")
    check_size(where, n_characters=len(text), n_places=text.count("\n"))
    return Document(
        id=report_id,
        text=text,
        source=source,
        places=tuple(_lines(text)),
        warnings=(*decoded.warnings, *mender.warnings()),
    )


def _lines(text: str) -> list[Place]:
    places: list[Place] = []
    for number, match in enumerate(_LINE.finditer(text), start=1):
        line = match[0].rstrip("\r\n")
        if line.strip():
            start = match.start()
            places.append(Place(start, start + len(line), PlaceKind.LINE, line=number, level=marker_level(line[:80])))
    return places
