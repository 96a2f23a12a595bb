"""Forty files that are not what they should be: each is one clear line, and nothing of it is written."""

from __future__ import annotations

import io
import os
import re
import signal
import subprocess
import sys
import zipfile
from functools import cache
from pathlib import Path

import making
import pytest

from khcn_ner.errors import InputError
from khcn_ner.reading import find_reports, guard, read_report

TEXT = "Sở Khoa học và Công nghệ tỉnh Hòa Bình họp ngày 06/10/2021, kiểm định 163/440 PTĐ.\n"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BOMB_XML = (
    b'<!DOCTYPE d [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (letter, b"&%c;" % (letter - 1) * 10) for letter in range(ord("b"), ord("k")))
    + b"]>"
)


def zipped(parts: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return stream.getvalue()


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def with_body(change: bytes | None = None, *, before: bytes = b"", body: bytes = b"") -> bytes:
    parts = parts_of(making.as_docx([TEXT]))
    if change is not None:
        parts["word/document.xml"] = change
    if before:
        parts["word/document.xml"] = re.sub(rb"(<\?xml[^>]*\?>)", rb"\1" + before, parts["word/document.xml"])
    if body:
        parts["word/document.xml"] = parts["word/document.xml"].replace(b"<w:body>", b"<w:body>" + body)
    return zipped(parts)


def nested_archive(depth: int) -> bytes:
    data = zipped({"a.txt": TEXT.encode()})
    for _ in range(depth):
        data = zipped({"inner.zip": data})
    return data


def encrypted_flag(data: bytes) -> bytes:
    """Set the bit that says a member is encrypted, in its own head and in the archive's directory."""
    changed = bytearray(data)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        for match in re.finditer(re.escape(signature), data):
            changed[match.start() + offset] |= 1
    return bytes(changed)


@cache
def hostile() -> dict[str, tuple[bytes, str]]:
    """Give the files by name: their bytes and what the line that refuses them says."""
    docx, pdf, page = making.as_docx([TEXT]), making.as_pdf([TEXT]), making.as_html([TEXT], title="Báo cáo")
    archive = zipped({"a.txt": TEXT.encode()})
    deep = b"<w:p>" * 4000
    return {
        "empty.txt": (b"", "an empty file"),
        "empty.docx": (b"", "an empty file"),
        "empty.pdf": (b"", "an empty file"),
        "empty.html": (b"", "an empty file"),
        "empty.zip": (b"", "an empty file"),
        "blank.txt": (b" \r\n\t\n", "an empty file"),
        "binary.txt": (bytes(range(1, 256)) * 9 + b"\0\1", "a binary file"),
        "cut-utf8.txt": (TEXT.encode()[:13], "which is not UTF-8"),
        "cut-utf16.txt": (TEXT.encode("utf-16")[:-1], "a byte order mark of UTF-16"),
        "western.txt": ("Schöne Grüße für Übermut, größer".encode("cp1252"), "which is not UTF-8"),
        "pdf-inside.txt": (pdf, "a PDF, expected plain text"),
        "page-inside.txt": (page, "a web page, expected plain text"),
        "zip-inside.md": (archive, "a ZIP archive, expected plain text"),
        "picture.html": (b"\x89PNG\r\n\x1a\n" + b"\0" * 99, "a PNG image, expected a web page"),
        "text-inside.html": (TEXT.encode(), "plain text, expected a web page"),
        "script-only.html": (b"<html><script>x</script></html>", "a web page without a main text"),
        "html-inside.docx": (page, "a web page, expected a Word document"),
        "rtf-inside.docx": (making.as_rtf(TEXT), "RTF, expected a Word document"),
        "doc-inside.docx": (_OLE + b"\0" * 999, "a Word 97 document, expected a Word document"),
        "encrypted.docx": (_OLE + "EncryptedPackage".encode("utf-16-le") + b"\0" * 999, "an encrypted Word document"),
        "pdf-inside.docx": (pdf, "a PDF, expected a Word document"),
        "text-inside.docx": (TEXT.encode(), "plain text, expected a Word document"),
        "cut.docx": (docx[: len(docx) // 2], "a damaged or unusual ZIP archive"),
        "sheet.docx": (zipped({"xl/workbook.xml": b"<a/>"}), "without a Word document's parts"),
        "no-body.docx": (zipped({k: v for k, v in parts_of(docx).items() if "document" not in k}), "no word/document"),
        "broken-xml.docx": (with_body(b"<w:document><w:body>"), "damaged XML in word/document.xml"),
        "entities.docx": (with_body(before=_BOMB_XML, body=b"<w:p><w:r><w:t>&j;</w:t></w:r></w:p>"), "damaged XML"),
        "deep.docx": (with_body(body=deep + b"</w:p>" * 4000), "damaged XML in word/document.xml"),
        "bomb.docx": (with_body(body=b"<w:p/>" * 9_000_000), "which may be a bomb"),
        "locked-zip.docx": (encrypted_flag(docx), "an encrypted archive"),
        "cut.pdf": (pdf[:300], "a damaged PDF"),
        "encrypted.pdf": (making.as_pdf([TEXT], password="x"), "an encrypted PDF"),
        "docx-inside.pdf": (docx, "a ZIP archive, expected a PDF"),
        "no-pages.pdf": (b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF", ""),
        "text-inside.doc": (TEXT.encode(), "plain text, expected a Word 97 document"),
        "docx-inside.doc": (docx, "a ZIP archive, expected a Word 97 document"),
        "text-inside.odt": (TEXT.encode(), "plain text, expected OpenDocument text"),
        "bomb.zip": (zipped({"a.txt": b"a" * 300_000_000}), "which may be a bomb"),
        "nested.zip": (nested_archive(5), "nested more than 3 deep"),
        "cut.zip": (archive[:40], "a damaged or unusual ZIP archive"),
        "locked.zip/a.txt": (encrypted_flag(archive), "an encrypted archive"),
        "huge-line.txt": (b"a" * 70_000_000, "more than 60,000,000 characters"),
    }  # fmt: skip


NAMES = sorted(hostile())


def _file_name(name: str) -> str:
    """Outputs are named for stems, so those must differ."""
    return f"{NAMES.index(name):02d}-{name}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Give a folder with all of them, and one sound report."""
    root = tmp_path_factory.mktemp("hostile")
    for name, (data, _) in hostile().items():
        (root / _file_name(name).split("/", 1)[0]).write_bytes(data)
    (root / "sound.txt").write_text(TEXT, encoding="utf-8")
    return root


def test_there_are_forty():
    assert len(NAMES) >= 40


@pytest.mark.parametrize("name", NAMES)
def test_hostile_file_is_one_clear_line(folder, name):
    _, message = hostile()[name]
    with pytest.raises(InputError) as caught:
        read_report(folder / _file_name(name))
    line = str(caught.value)
    assert line.startswith(f"{folder / _file_name(name)}")
    assert ": found " in line
    assert message in line
    assert "\n" not in line
    assert ", expected " in line


def test_a_folder_of_them_gives_the_sound_report_alone(folder, tmp_path):
    command = [sys.executable, "-c", "from khcn_ner.cli import main; main()", "tag", folder, "--out", tmp_path / "out"]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    told = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    n_files = len(find_reports([folder]))
    assert len(told) == n_files - 1
    assert all(": found " in line and ", expected " in line for line in told)
    written = {path.stem for path in (tmp_path / "out").iterdir()}
    assert written == {"sound"}


def test_reading_without_end_is_ended(folder):
    cut = folder / _file_name("cut.pdf")
    with pytest.raises(InputError, match="a damaged PDF"):
        read_report(cut)
    os.kill(guard._own.reader.process.pid, signal.SIGSTOP)
    with pytest.raises(InputError, match=r"found no end of reading after 0\.2 seconds"):
        read_report(cut, time_limit_s=0.2)
    # The next file gets a new process.
    with pytest.raises(InputError, match="a damaged PDF"):
        read_report(cut)


def test_what_ends_the_reader_process_is_told(folder, monkeypatch):
    ask = guard._Reader.ask

    def ask_the_dead(reader, *order):
        reader.end()
        return ask(reader, *order)

    monkeypatch.setattr(guard._Reader, "ask", ask_the_dead)
    with pytest.raises(InputError, match=r"found a file that ends its reader \(exit -9\)"):
        read_report(folder / _file_name("cut.pdf"))


def test_read_document_comes_back_whole(tmp_path):
    from khcn_ner.reading.report import read_here

    path = Path(tmp_path / "a.docx")
    path.write_bytes(making.rich_docx())
    assert read_report(path) == read_here(path, report_id="a")
