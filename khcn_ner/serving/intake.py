"""From a request to a Document: its body within limits, its text or its file, read as the command line reads one.

POST ─▶ media type ─▶ JSON: text  ──────────────────────────────▶ read_text ───▶ Document
                   └▶ multipart: file ─▶ a file of our own name ─▶ read_report ─▶ Document
"""

from __future__ import annotations

import codecs
import io
import shutil
import tempfile
from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Self

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from khcn_ner.document import Document
from khcn_ner.errors import InputError
from khcn_ner.reading import REPORT_SUFFIXES, read_report
from khcn_ner.reading.formats import ARCHIVE_SUFFIXES, format_of
from khcn_ner.reading.text import read_text
from khcn_ner.serving.limits import Limits
from khcn_ner.serving.refusals import RefusalError, refused

JSON = "application/json"
FORM = "multipart/form-data"
MAX_NAME = 200

_FIELD = "file"


class TextBody(BaseModel):
    """A report's text as JSON; `id` names it in its record."""

    model_config = ConfigDict(extra="forbid", strict=True)

    text: str = Field(min_length=1, json_schema_extra={"pattern": r"\S"})
    id: str = Field(default="text", min_length=1, max_length=MAX_NAME, pattern=r"^[^\x00-\x1f\x7f-\x9f]+$")

    def read(self) -> Document:
        """Read the text as the reader of text files does.

        Raises:
            InputError: it holds no text.
        """
        # The mark says that this is UTF-8: a text that came as JSON has no encoding to be told from its bytes.
        stream = io.BytesIO(codecs.BOM_UTF8 + self.text.encode("utf-8"))
        return replace(read_text(stream, where="text", report_id=self.id, source=self.id).unpack(), source=None)


@dataclass(frozen=True, slots=True)
class FileBody:
    """A file as it was sent; `name` is its last part as it may be shown, and never a place on this machine."""

    name: str
    stream: BinaryIO
    time_limit_s: float

    def read(self) -> Document:
        """Read the file by its name's suffix, and let go of it.

        Raises:
            InputError: it can't be read as a report, or not in time.
        """
        name = PurePosixPath(self.name)
        with self.stream, tempfile.TemporaryDirectory(prefix="khcn-ner-") as folder:
            path = Path(folder) / f"report{name.suffix.lower()}"
            with path.open("wb") as copy:
                shutil.copyfileobj(self.stream, copy)
            try:
                document = read_report(path, report_id=name.stem, time_limit_s=self.time_limit_s)
            except InputError as error:
                raise InputError(**error.parts(where=error.where.replace(str(path), self.name))) from error
        return replace(document, source=self.name)

    def close(self) -> None:
        """Let go of a file that is not to be read after all."""
        self.stream.close()

    @classmethod
    def named(cls, name: str, stream: BinaryIO, *, time_limit_s: float) -> Self:
        """Take a file with the name that its sender gives it.

        Raises:
            RefusalError: 415, no reader takes such files.
        """
        name = shown_name(name)
        suffix = PurePosixPath(name).suffix
        if suffix.lower() in ARCHIVE_SUFFIXES:
            raise RefusalError(
                415,
                name,
                found="an archive",
                expected=f"one report ending in {', '.join(REPORT_SUFFIXES)}",
                remedy="unpack it and send the reports one by one",
            )
        try:
            format_of(suffix, where=name)
        except InputError as error:
            raise refused(415, error) from error
        return cls(name, stream, time_limit_s)


Body = TextBody | FileBody


def shown_name(name: str) -> str:
    r"""Give the last part of a file's name without what can't be shown; `report` where nothing is left.

    Example:
        >>> shown_name("../../etc/Báo cáo 6 tháng.docx"), shown_name("C:\\tin\\a\x00.pdf"), shown_name("..")
        ('Báo cáo 6 tháng.docx', 'a.pdf', 'report')
    """
    last = PurePosixPath(name.replace("\\", "/")).name
    shown = "".join(letter for letter in last if letter.isprintable()).strip()
    if shown.strip(".") == "":
        return "report"
    suffix = PurePosixPath(shown).suffix
    return shown if len(shown) <= MAX_NAME else shown[: MAX_NAME - len(suffix[:20])] + suffix[:20]


async def receive(request: Request, limits: Limits) -> Body:
    """Take in a request's body.

    Raises:
        RefusalError: 400, it is not what its media type says; 413, it is too large; 415, it is of another media type,
            or the file in it of no format that is read; 422, a field is missing, wrong or too many.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type == JSON:
        chunks = [chunk async for chunk in _body(request, max_bytes=limits.max_json_bytes)]
        body = _text_body(b"".join(chunks))
        check_length(body.text, "text", limits)
        return body
    if media_type == FORM:
        return await _file_body(request, limits)
    raise RefusalError(
        415,
        "Content-Type",
        found=media_type or "none",
        expected=f"{JSON} with a text, or {FORM} with a file",
        remedy="send one of the two",
    )


def check_length(text: str, where: str, limits: Limits) -> None:
    """Refuse a text that would keep the others waiting.

    Raises:
        RefusalError: 413, the text is too long.
    """
    if len(text) > limits.max_characters:
        raise RefusalError(
            413,
            where,
            found=f"{len(text):,} characters",
            expected=f"at most {limits.max_characters:,}",
            remedy="send the report in parts, or use khcn-ner extract, which takes any length",
        )


async def _body(request: Request, *, max_bytes: int) -> AsyncGenerator[bytes, None]:
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > max_bytes:
        raise _too_large(f"{int(declared):,} bytes", max_bytes)
    n_bytes = 0
    async for chunk in request.stream():
        n_bytes += len(chunk)
        if n_bytes > max_bytes:
            raise _too_large(f"more than {max_bytes:,} bytes", max_bytes)
        yield chunk


def _too_large(found: str, max_bytes: int) -> RefusalError:
    return RefusalError(
        413,
        "body",
        found=found,
        expected=f"at most {max_bytes:,} bytes",
        remedy="send the report in parts, or save it without pictures",
    )


def _text_body(data: bytes) -> TextBody:
    try:
        return TextBody.model_validate_json(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        is_broken = first["type"] == "json_invalid"
        where = "".join(f", {part}" for part in first["loc"])
        raise RefusalError(
            400 if is_broken else 422,
            f"body{where}",
            found=first["msg"],
            expected='{"text": "…"} as JSON in UTF-8, with an "id" if it is to have one',
            remedy="correct the body",
        ) from error


async def _file_body(request: Request, limits: Limits) -> FileBody:
    chunks = _body(request, max_bytes=limits.max_body_bytes)
    try:
        form = await MultiPartParser(request.headers, chunks, max_files=2, max_fields=2).parse()
    except MultiPartException as error:
        raise RefusalError(
            400, "body", found=error.message, expected=f"one file as {FORM}", remedy="correct the body"
        ) from error
    found = form.multi_items()
    if len(found) == 1 and found[0][0] == _FIELD and isinstance(found[0][1], UploadFile):
        upload = found[0][1]
        try:
            return FileBody.named(upload.filename or "", upload.file, time_limit_s=limits.reading_time_s)
        except RefusalError:
            upload.file.close()
            raise
    await form.close()
    names = ", ".join(f"{name[:40]!r}" for name, _ in found) or "no field"
    raise RefusalError(
        422,
        "body",
        found=f"{names}{'' if len(found) != 1 or found[0][0] != _FIELD else ' without a file name'}",
        expected=f"one field {_FIELD!r} with a file",
        remedy="send one report in a request",
    )
