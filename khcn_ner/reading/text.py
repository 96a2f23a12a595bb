"""Plain text: a file's bytes in any Vietnamese encoding in, a Document with a place a line out; line ends stay."""

from __future__ import annotations

from typing import BinaryIO

import regex

from khcn_ner.document import Place, PlaceKind
from khcn_ner.errors import InputError
from khcn_ner.reading.draft import check_size
from khcn_ner.reading.encodings import Conversion, read_slices, tell_encoding
from khcn_ner.reading.mend import Mender
from khcn_ner.reading.packed import Packed
from khcn_ner.reading.structure import marker_level

_LINE = regex.compile(r"[^\n]*\n|[^\n]+\Z")


def read_text(stream: BinaryIO, *, where: str, report_id: str, source: str) -> Packed:
    """Read a text file, slice by slice.

    Raises:
        InputError: the file is empty, binary, too long, or in an encoding that can't be told.
    """
    encoding = tell_encoding(stream, where=where)
    conversion, mender, packed = Conversion(), Mender(), Packed(report_id, source)
    n_lines = 0
    for text in read_slices(stream, encoding, conversion):
        n_lines += _add_lines(mender.mend(text), packed, n_before=n_lines)
        check_size(where, n_characters=packed.n_characters, n_places=n_lines)
    if not packed.places:
        raise InputError(where, found="an empty file", expected="a report's text", remedy="remove the file")
    packed.warnings = (*encoding.warnings(conversion), *mender.warnings())
    return packed


def _add_lines(text: str, packed: Packed, *, n_before: int) -> int:
    """Add whole lines; give how many they are."""
    begin, n_lines = packed.n_characters, 0
    packed.add_text(text)
    for match in _LINE.finditer(text):
        n_lines += 1
        line = match[0].rstrip("\r\n")
        if line.strip():
            start = begin + match.start()
            level = marker_level(line[:80])
            packed.places.append(Place(start, start + len(line), PlaceKind.LINE, line=n_before + n_lines, level=level))
    return n_lines
