"""Older office files (.doc, .rtf, .odt): turned into .docx by LibreOffice where it is installed, then read as such.

LibreOffice runs without a window, with a profile of its own made for the one file: macros off, no links updated, no
network helper. Nothing of the user's own profile is read or written.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from khcn_ner.errors import InputError
from khcn_ner.reading.archive import open_archive, read_member
from khcn_ner.reading.docx import read_docx
from khcn_ner.reading.draft import Draft

_PROGRAMS = ("soffice", "libreoffice")
_TIME_LIMIT_S = 110

_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
{items}
</oor:items>
"""
_ITEM = (
    '<item oor:path="/org.openoffice.Office.{path}">'
    '<prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
)
_SAFE = (
    ("Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Common/Security/Scripting", "DisableActiveContent", "true"),
    ("Writer/Content/Update", "Link", "0"),
    ("Calc/Content/Update", "Link", "2"),
)


def find_libreoffice() -> str | None:
    """Give the path of LibreOffice's program, or None."""
    return next((found for name in _PROGRAMS if (found := shutil.which(name)) is not None), None)


def read_office(data: bytes, suffix: str, draft: Draft) -> None:
    """Read an older office file into a draft.

    Raises:
        InputError: LibreOffice is not installed or can't read the file.
    """
    if suffix == ".odt":
        _check_odt(data, draft.where)
    program = find_libreoffice()
    if program is None:
        raise InputError(
            draft.where,
            found=f"a {suffix} file and no LibreOffice to read it with",
            expected="LibreOffice, or a .docx file",
            remedy="install libreoffice-writer, or save the report as .docx",
        )
    with tempfile.TemporaryDirectory(prefix="khcn-ner-") as temporary:
        converted = _convert(program, data, suffix, Path(temporary), draft.where)
    read_docx(io.BytesIO(converted), draft)


def _check_odt(data: bytes, where: str) -> None:
    with open_archive(io.BytesIO(data), where=where) as archive:
        kind = read_member(archive, "mimetype", where=where, limit=1000)
        manifest = read_member(archive, "META-INF/manifest.xml", where=where, limit=1 << 20)
    if not kind.startswith(b"application/vnd.oasis.opendocument.text"):
        raise InputError(
            where,
            found="a ZIP archive that is no OpenDocument text",
            expected="OpenDocument text, as its name says",
            remedy="save the report again in one of the formats read",
        )
    if b"encryption-data" in manifest:
        raise InputError(
            where,
            found="an encrypted document",
            expected="a document without a password",
            remedy="open it with the password and save it without",
        )


def _convert(program: str, data: bytes, suffix: str, folder: Path, where: str) -> bytes:
    profile, source, target = folder / "profile", folder / f"report{suffix}", folder / "out"
    (profile / "user").mkdir(parents=True)
    items = "\n".join(_ITEM.format(path=path, name=name, value=setting) for path, name, setting in _SAFE)
    (profile / "user" / "registrymodifications.xcu").write_text(_SETTINGS.format(items=items), encoding="utf-8")
    source.write_bytes(data)
    # No proxy and no home of the user's; the display is not needed.
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "HOME": str(folder),
        "LC_ALL": "C.UTF-8",
        "SAL_USE_VCLPLUGIN": "svp",
    }
    command = [
        program, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore", "--nolockcheck",
        "--nofirststartwizard", "--convert-to", "docx:MS Word 2007 XML", "--outdir", str(target), str(source),
    ]  # fmt: skip
    try:
        subprocess.run(
            command,
            env=environment,
            capture_output=True,
            timeout=_TIME_LIMIT_S,
            check=False,
            preexec_fn=_lift_memory_limit,
        )
        return (target / "report.docx").read_bytes()
    except (OSError, subprocess.TimeoutExpired) as error:
        raise InputError(
            where,
            found=f"a {suffix} file that LibreOffice can't read",
            expected="a whole report without a password",
            remedy="open it, and save it as .docx",
        ) from error


def _lift_memory_limit() -> None:
    """Give LibreOffice what the reader process was not given: it reserves much more than it uses."""
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))
