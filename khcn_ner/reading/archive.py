"""ZIP archives: what a reader may unpack, and the reports in an archive as paths below it (`a.zip/2019/b.docx`).

Nothing is unpacked to disk. An archive is refused where its members, their size, or how far they were packed could only
be a bomb. Sizes are counted while unpacking, since an archive may lie about them.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from khcn_ner.errors import InputError
from khcn_ner.reading.formats import ARCHIVE_SUFFIXES

MAX_MEMBERS = 10_000
MAX_UNPACKED_BYTES = 1 << 30
MAX_MEMBER_BYTES = 256 << 20
# Text packs 4 to 20 times smaller; what packs smaller than this was made to be a bomb.
MAX_RATIO = 200
# An archive in an archive, and one in that.
MAX_DEPTH = 3
_RATIO_COUNTS_FROM = 10 << 20

_FLAG_ENCRYPTED = 1


@contextmanager
def open_archive(stream: BinaryIO, *, where: str) -> Iterator[zipfile.ZipFile]:
    """Open an archive and check what it says of itself; whatever is wrong with it inside the block is told.

    Raises:
        InputError: it is damaged, encrypted or a bomb.
    """
    try:
        with zipfile.ZipFile(stream) as archive:
            _check_directory(archive, where)
            yield archive
    except (
        zipfile.BadZipFile,
        EOFError,
        ValueError,
        NotImplementedError,
        OSError,
        RuntimeError,
        UnicodeError,
    ) as error:
        raise _damaged(where, error) from error
    except Exception as error:
        # zlib, bz2 and lzma each have an error of their own.
        if type(error).__module__ in ("zlib", "_lzma", "lzma"):
            raise _damaged(where, error) from error
        raise


def _damaged(where: str, error: Exception) -> InputError:
    return InputError(
        where,
        found=f"a damaged or unusual ZIP archive ({error or type(error).__name__})",
        expected="a whole ZIP archive",
        remedy="copy or save the file again",
    )


def _check_directory(archive: zipfile.ZipFile, where: str) -> None:
    members = archive.infolist()
    n_bytes = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    found = None
    if len(members) > MAX_MEMBERS:
        found = f"an archive of {len(members):,} files"
    elif n_bytes > MAX_UNPACKED_BYTES:
        found = f"an archive that unpacks to {n_bytes:,} bytes"
    elif n_bytes > _RATIO_COUNTS_FROM and n_bytes > MAX_RATIO * max(packed, 1):
        found = f"an archive packed {n_bytes // max(packed, 1):,} times smaller"
    if found is not None:
        raise InputError(
            where,
            found=f"{found}, which may be a bomb",
            expected=f"at most {MAX_MEMBERS:,} files, {MAX_UNPACKED_BYTES:,} bytes and {MAX_RATIO} times",
            remedy="unpack it and name the files you trust",
        )


def read_member(
    archive: zipfile.ZipFile, name: str, *, where: str, limit: int = MAX_MEMBER_BYTES, sound: bool = True
) -> bytes:
    """Unpack one member, in memory; `sound` asks for its checksum to be right, which needs all of it.

    Raises:
        InputError: it is missing, encrypted, or larger than `limit` bytes.
    """
    with open_member(archive, name, where=where) as stream:
        data = stream.read(limit + 1 if sound else limit)
    if len(data) > limit:
        raise InputError(
            where,
            found=f"more than {limit:,} bytes in {name}",
            expected="a part of a report's size",
            remedy="split the report, or save it without pictures",
        )
    return data


@contextmanager
def open_member(archive: zipfile.ZipFile, name: str, *, where: str) -> Iterator[BinaryIO]:
    """Open one member to be unpacked while it is read.

    Raises:
        InputError: it is missing or encrypted.
    """
    try:
        member = archive.getinfo(name)
    except KeyError as error:
        raise InputError(
            where, found=f"no {name} inside", expected="a whole file", remedy="save the report again"
        ) from error
    if member.flag_bits & _FLAG_ENCRYPTED:
        raise InputError(
            where, found="an encrypted archive", expected="one without a password", remedy="unpack it with its password"
        )
    with archive.open(member) as stream:
        yield stream  # type: ignore[misc]


def archive_of(path: Path) -> tuple[Path, str] | None:
    """Split a path below an archive into the archive and the member's name; None where no archive is on the way."""
    for parent in path.parents:
        if parent.suffix.lower() in ARCHIVE_SUFFIXES and parent.is_file():
            return parent, path.relative_to(parent).as_posix()
    return None


@contextmanager
def open_path(path: Path, *, where: str) -> Iterator[BinaryIO]:
    """Open a file, or a file in an archive, or one in an archive in that.

    Raises:
        InputError: it can't be opened.
    """
    split = None if path.exists() else archive_of(path)
    if split is None:
        try:
            stream = path.open("rb")
        except (OSError, ValueError) as error:
            raise InputError(
                where,
                found=getattr(error, "strerror", None) or "an unreadable file",
                expected="a report",
                remedy="check path and rights",
            ) from error
        with stream:
            yield stream
        return
    outer, name = split
    with outer.open("rb") as packed:
        data = _member_bytes(packed, name, where=where, depth=1)
    with io.BytesIO(data) as stream_of_member:
        yield stream_of_member


def _member_bytes(stream: BinaryIO, name: str, *, where: str, depth: int) -> bytes:
    with open_archive(stream, where=where) as archive:
        names = set(archive.namelist())
        if name in names:
            return read_member(archive, name, where=where)
        for parent in PurePosixPath(name).parents:
            inner = parent.as_posix()
            if inner in names and parent.suffix.lower() in ARCHIVE_SUFFIXES and depth < MAX_DEPTH:
                packed = io.BytesIO(read_member(archive, inner, where=where))
                return _member_bytes(
                    packed, PurePosixPath(name).relative_to(parent).as_posix(), where=where, depth=depth + 1
                )
    raise InputError(where, found="no such file in the archive", expected="a file of it", remedy="check the path")


def list_archive(path: Path) -> list[Path]:
    """List the files in an archive, those of archives in it included, as paths below it.

    Raises:
        InputError: the archive, or one in it, is damaged or a bomb, or archives nest too deep.
    """
    with open_path(path, where=str(path)) as stream:
        return [path / name for name in _names(stream, where=str(path), depth=1)]


def _names(stream: BinaryIO, *, where: str, depth: int) -> list[str]:
    if depth > MAX_DEPTH:
        raise InputError(
            where,
            found=f"archives nested more than {MAX_DEPTH} deep",
            expected="an archive of reports",
            remedy="unpack it and name the files you trust",
        )
    found: list[str] = []
    with open_archive(stream, where=where) as archive:
        for member in sorted(archive.infolist(), key=lambda one: one.filename):
            name = member.filename
            if member.is_dir() or ".." in PurePosixPath(name).parts or name.startswith("/"):
                continue
            if PurePosixPath(name).suffix.lower() in ARCHIVE_SUFFIXES:
                inner = io.BytesIO(read_member(archive, name, where=where))
                found.extend(f"{name}/{below}" for below in _names(inner, where=f"{where}/{name}", depth=depth + 1))
            else:
                found.append(name)
            if len(found) > MAX_MEMBERS:
                raise InputError(
                    where,
                    found=f"more than {MAX_MEMBERS:,} files",
                    expected="an archive of reports",
                    remedy="unpack it and name the files you trust",
                )
    return found
