"""File formats by suffix, and what a file's first bytes say it is: a suffix and its content must agree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO

import regex

from khcn_ner.errors import InputError


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file that is read: its name, its suffixes, and the content that such a file may have."""

    name: str
    suffixes: tuple[str, ...]
    contents: tuple[str, ...]


_TEXT = Format("plain text", (".txt", ".md", ""), ("text",))
_HTML = Format("web page", (".html", ".htm", ".xhtml"), ("web page",))
_DOCX = Format("Word document", (".docx",), ("ZIP",))
_PDF = Format("PDF", (".pdf",), ("PDF",))
_DOC = Format("Word 97 document", (".doc",), ("Word 97 document",))
_RTF = Format("RTF", (".rtf",), ("RTF",))
_ODT = Format("OpenDocument text", (".odt",), ("ZIP",))
_ZIP = Format("archive", (".zip",), ("ZIP",))
FORMATS = (_TEXT, _HTML, _DOCX, _PDF, _DOC, _RTF, _ODT, _ZIP)

# What a folder is searched for: all of them that are reports by themselves.
REPORT_SUFFIXES = tuple(suffix for one in FORMATS if one is not _ZIP for suffix in one.suffixes if suffix)
ARCHIVE_SUFFIXES = _ZIP.suffixes

_HEAD = 4096
_SIGNATURES = (
    ("ZIP", b"PK\x03\x04"),
    ("ZIP", b"PK\x05\x06"),
    ("Word 97 document", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    ("RTF", b"{\\rtf"),
    ("PNG image", b"\x89PNG"),
    ("JPEG image", b"\xff\xd8\xff"),
    ("GIF image", b"GIF8"),
    ("TIFF image", b"II*\0"),
    ("TIFF image", b"MM\0*"),
    ("7-Zip archive", b"7z\xbc\xaf\x27\x1c"),
    ("RAR archive", b"Rar!"),
    ("gzip archive", b"\x1f\x8b"),
    ("program", b"\x7fELF"),
    ("program", b"MZ\x90"),
)
_WEB_PAGE = regex.compile(
    rb"\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", regex.IGNORECASE | regex.DOTALL
)
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_SUFFIX_OF = {"PDF": ".pdf", "web page": ".html", "RTF": ".rtf", "Word 97 document": ".doc", "text": ".txt"}


def format_of(suffix: str, *, where: str) -> Format:
    """Give the format that a suffix names.

    Raises:
        InputError: no reader takes such files.
    """
    for one in FORMATS:
        if suffix.lower() in one.suffixes:
            return one
    raise InputError(
        where,
        found=f"a file ending in {suffix}",
        expected=f"a report ending in {', '.join(REPORT_SUFFIXES)} or an archive ending in .zip",
        remedy="save it in one of these formats",
    )


def check_content(stream: BinaryIO, expected: Format, *, where: str) -> None:
    """Compare a file's first bytes with its suffix; the stream is left at its beginning.

    Raises:
        InputError: the file is empty, is something else than its suffix says, or is an encrypted Word document.
    """
    head = stream.read(_HEAD)
    stream.seek(0)
    if not head:
        raise InputError(where, found="an empty file", expected="a report's text", remedy="remove the file")
    found = _content(head)
    if found in expected.contents:
        return
    if found == "Word 97 document" and expected is _DOCX:
        encrypted = _ENCRYPTED in stream.read(1 << 24)
        stream.seek(0)
        if encrypted:
            raise InputError(
                where,
                found="an encrypted Word document",
                expected="a document without a password",
                remedy="open it with the password and save it without",
            )
    what = {"text": "plain text", "ZIP": "a ZIP archive", "RTF": "RTF", "PDF": "a PDF"}.get(found, f"a {found}")
    suffix = _SUFFIX_OF.get(found)
    article = "" if expected.name in ("plain text", "RTF", "OpenDocument text") else "a "
    if expected is _ZIP:
        article = "an "
    raise InputError(
        where,
        found=what,
        expected=f"{article}{expected.name}, as its name says",
        remedy=f"rename it to end in {suffix}" if suffix else "save the report again in one of the formats read",
    )


def _content(head: bytes) -> str:
    for name, signature in _SIGNATURES:
        if head.startswith(signature):
            return name
    # PDF readers look for the signature in the first kilobyte; so does ours.
    if b"%PDF-" in head[:1024]:
        return "PDF"
    plain = head.removeprefix(b"\xef\xbb\xbf")
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        plain = head.replace(b"\0", b"")[2:]
    return "web page" if _WEB_PAGE.match(plain) else "text"
