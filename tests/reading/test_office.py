import io
import subprocess
import zipfile
from pathlib import Path

import making
import pytest

from khcn_ner.reading import office
from khcn_ner.reading.office import find_libreoffice

needs_libreoffice = pytest.mark.skipif(find_libreoffice() is None, reason="LibreOffice is not installed")
TEXT = "Sở KH&CN tỉnh Hòa Bình\nKiểm định được 25 cột đo."


def convert(data: bytes, kind: str, folder: Path) -> bytes:
    """Turn a Word document into another format."""
    program = find_libreoffice()
    assert program is not None
    (folder / "in.docx").write_bytes(data)
    command = [program, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", kind, "in.docx"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return next(path for path in folder.glob("in.*") if path.suffix != ".docx").read_bytes()


@needs_libreoffice
def test_rtf_is_read(read):
    assert read(making.as_rtf(TEXT), "a.rtf").text == f"{TEXT}\n"


@needs_libreoffice
@pytest.mark.parametrize("suffix", [".doc", ".odt"])
def test_tables_lists_and_old_fonts_come_through(read, tmp_path, suffix):
    document = read(convert(making.rich_docx(), suffix[1:], tmp_path), f"a{suffix}")
    assert "Sở Khoa học và Công nghệ họp với Chi cục Đo lường" in document.text
    place = document.place_at(document.text.index("163/440"))
    assert (place.table, place.row, place.cell) == (1, 2, 2)
    assert any("TCVN3" in warning for warning in document.warnings)


@needs_libreoffice
def test_damaged_file_is_refused(refused):
    message = refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.doc")
    assert message.startswith("a.doc: found ")


def test_missing_libreoffice_is_told(refused, monkeypatch):
    monkeypatch.setattr(office, "_PROGRAMS", ())
    assert refused(making.as_rtf(TEXT), "a.rtf") == (
        "a.rtf: found a .rtf file and no LibreOffice to read it with, expected LibreOffice, or a .docx file; "
        "install libreoffice-writer, or save the report as .docx"
    )


def open_document(kind: bytes, manifest: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr("META-INF/manifest.xml", manifest)
    return stream.getvalue()


def test_odt_that_is_a_sheet_is_told(refused):
    data = open_document(b"application/vnd.oasis.opendocument.spreadsheet", b"<m/>")
    assert "found a ZIP archive that is no OpenDocument text" in refused(data, "a.odt")


def test_encrypted_odt_is_told(refused):
    data = open_document(b"application/vnd.oasis.opendocument.text", b"<m><encryption-data/></m>")
    assert "found an encrypted document" in refused(data, "a.odt")
