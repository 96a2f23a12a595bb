"""Inputs: what a batch is given in, its reports out one after another, each named and none read yet.

    IN ─▶ list_items ─▶ Item: source, and a path or a text ─▶ identify ─▶ its id, the SHA-256 of its content

IN is told by its name: a folder or .zip archive (searched as `khcn_ner.reading` does), `@FILE` (a list of paths, one a
line), .jsonl and .parquet (a text a row; a column `source` or `id` names it), a pattern such as
`reports/2021-*/*.docx`, or one report.
"""

from __future__ import annotations

import glob
import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from khcn_ner.document import Document
from khcn_ner.errors import InputError
from khcn_ner.reading import read_report
from khcn_ner.reading.archive import open_path
from khcn_ner.reading.find import search
from khcn_ner.reading.formats import ARCHIVE_SUFFIXES, FORMATS
from khcn_ner.reading.text import read_text

TEXT_SUFFIXES = (".jsonl", ".parquet")
LIST_MARK = "@"
_ROWS_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class Item:
    """One input: where it stands in IN, and its content: a file's path, or a row's text.

    `problem` is what kept the item from having a content. Bytes of a file's name that are no UTF-8 become the
    replacement character in `source`, which goes into records.
    """

    source: str
    path: str | None = None
    text: str | None = None
    problem: InputError | None = None

    def __post_init__(self) -> None:
        readable = self.source.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        object.__setattr__(self, "source", readable)


@dataclass(frozen=True, slots=True)
class Identified:
    """An item with its id, the hexadecimal SHA-256 of its content; `problem` tells why there is none to hash.

    Two names of one content are one report, unless the names ask for readers that differ: `key` is the id with the
    kind of content that the name promises.
    """

    item: Item
    id: str
    problem: InputError | None = None

    @property
    def key(self) -> str:
        """What tells reports apart."""
        return key_of(self.id, self.item.source)


def key_of(content_id: str, source: str) -> str:
    """Give the key of a content under a name.

    Example:
        >>> key_of("ab", "2021/q3.txt"), key_of("ab", "texts.jsonl, row 7"), key_of("ab", "q3.pdf")
        ('ab:text', 'ab:text', 'ab:PDF')
    """
    suffix = Path(source).suffix.lower()
    contents = next((one.contents for one in FORMATS if suffix in one.suffixes), ("text",))
    return f"{content_id}:{contents[0]}"


def describe_input(source: str) -> str:
    """Give IN as the manifest keeps it: the same wherever the command is run from.

    Example:
        >>> describe_input("@/data/list.txt")
        '@/data/list.txt'
    """
    if source.startswith(LIST_MARK):
        return LIST_MARK + str(Path(source[1:]).absolute())
    return str(Path(source).absolute())


def list_items(source: str, *, text_column: str = "text", left_out: dict[str, int] | None = None) -> Iterator[Item]:
    """List the reports of IN in an order that stays the same, holding few of them at once.

    Args:
        source: IN.
        text_column: the column of a .jsonl or .parquet file that holds the texts.
        left_out: is filled with how many files of which suffix are no reports by their names.

    Raises:
        InputError: IN does not exist, can't be read, or names no report.
    """
    path = Path(source)
    if source.startswith(LIST_MARK):
        return _in_list(Path(source[1:]))
    if path.is_file() and path.suffix.lower() in TEXT_SUFFIXES:
        return (_rows_of_parquet if path.suffix.lower() == ".parquet" else _rows_of_lines)(path, text_column)
    if glob.has_magic(source) and not path.exists():
        return _matching(source, left_out)
    below = path if path.is_dir() or path.suffix.lower() in ARCHIVE_SUFFIXES else path.parent
    return _searched(path, below=below, left_out=left_out)


def _searched(path: Path, *, below: Path, left_out: dict[str, int] | None) -> Iterator[Item]:
    for found, is_report in search([path]):
        if is_report:
            name = found.relative_to(below).as_posix() if found != below else found.name
            yield Item(name, path=str(found))
        elif left_out is not None:
            suffix = found.suffix.lower() or "no suffix"
            left_out[suffix] = left_out.get(suffix, 0) + 1


def _matching(pattern: str, left_out: dict[str, int] | None) -> Iterator[Item]:
    fixed = Path(pattern)
    while glob.has_magic(str(fixed)):
        fixed = fixed.parent
    matches = sorted(map(Path, glob.iglob(pattern, recursive=True)))  # noqa: PTH207 (Path.glob takes no absolute pattern)
    if not matches:
        raise InputError(pattern, found="nothing", expected="a pattern that names reports", remedy="check the pattern")
    folder: Path | None = None
    for match in matches:
        # What stands below a folder that matched has been listed with it.
        if folder is not None and folder in match.parents:
            continue
        if match.is_dir():
            folder = match
        try:
            yield from _searched(match, below=fixed, left_out=left_out)
        except InputError:
            if not match.is_dir():
                raise  # a folder without reports is nothing to tell: the pattern named others too


def _in_list(listing: Path) -> Iterator[Item]:
    for line in _lines(listing):
        name = line.decode("utf-8", "surrogateescape").strip()
        if not name:
            continue
        path = Path(name)
        try:
            if path.is_dir() or (path.is_file() and path.suffix.lower() in ARCHIVE_SUFFIXES):
                for found, is_report in search([path]):
                    if is_report:
                        yield Item(str(found), path=str(found))
            else:
                yield Item(name, path=name)
        except InputError as error:
            yield Item(name, problem=error)


def _lines(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as stream:
            yield from stream
    except OSError as error:
        raise InputError(
            str(path), found=error.strerror or "an unreadable file", expected="a file", remedy="check path and rights"
        ) from error


def _rows_of_lines(path: Path, column: str) -> Iterator[Item]:
    for number, line in enumerate(_lines(path), start=1):
        if not line.strip():
            continue
        where = f"{path.name}, row {number}"
        try:
            row = json.loads(line)
        except ValueError:
            row = None
        if not isinstance(row, dict):
            yield Item(where, problem=_no_text(where, "a line that is no JSON object", column))
        else:
            yield _row(row, where, column)


def _rows_of_parquet(path: Path, column: str) -> Iterator[Item]:
    try:
        from pyarrow import ArrowException, parquet
    except ImportError as error:
        raise InputError(
            str(path), found="no pyarrow installed", expected="it", remedy="pip install 'khcn-ner[tables]'"
        ) from error
    try:
        file = parquet.ParquetFile(path)
        if column not in file.schema_arrow.names:
            raise InputError(
                str(path),
                found=f"columns {', '.join(file.schema_arrow.names)}",
                expected=f"a column {column}",
                remedy="name the column of texts with --text-column",
            )
        wanted = [name for name in (column, *_NAMES) if name in file.schema_arrow.names]
        number = 0
        for batch in file.iter_batches(batch_size=_ROWS_AT_ONCE, columns=wanted):
            for row in batch.to_pylist():
                number += 1
                yield _row(row, f"{path.name}, row {number}", column)
    except (ArrowException, OSError) as error:
        raise InputError(
            str(path), found=str(error).splitlines()[0], expected="a Parquet file", remedy="write it again"
        ) from error


_NAMES = ("source", "id")


def _row(row: dict[str, object], where: str, column: str) -> Item:
    text = row.get(column)
    named = next((row[name] for name in _NAMES if isinstance(row.get(name), str | int)), None)
    source = where if named is None else str(named)
    if not isinstance(text, str):
        found = f"no {column}" if text is None else f"{column} that is no text ({type(text).__name__})"
        return Item(source, problem=_no_text(where, found, column))
    return Item(source, text=text)


def _no_text(where: str, found: str, column: str) -> InputError:
    return InputError(where, found=found, expected=f'an object with "{column}"', remedy="mend or remove the row")


def count_items(source: str, *, text_column: str = "text") -> int:
    """Count the reports of IN, without reading them.

    Raises:
        InputError: as `list_items`.
    """
    path = Path(source)
    if path.is_file() and path.suffix.lower() == ".jsonl":
        return sum(1 for line in _lines(path) if line.strip())
    return sum(1 for _ in list_items(source, text_column=text_column))


def identify(item: Item) -> Identified:
    """Hash an item's content. One without gets an id made of its source, and a later run tries it again."""
    problem = item.problem
    if item.text is not None:
        return Identified(item, hashlib.sha256(item.text.encode("utf-8", "surrogatepass")).hexdigest())
    if problem is None and item.path is not None:
        try:
            with open_path(Path(item.path), where=item.path) as stream:
                digest = hashlib.sha256()
                while part := stream.read(1 << 20):
                    digest.update(part)
                return Identified(item, digest.hexdigest())
        except InputError as error:
            problem = error
        except (OSError, ValueError) as error:
            problem = InputError(item.path, found=str(error), expected="a report", remedy="check path and rights")
    named = hashlib.sha256(b"\0no content\0" + item.source.encode()).hexdigest()
    return Identified(item, named, problem)


def read_item(identified: Identified, *, time_limit_s: float) -> Document:
    """Read an item as a Document whose id is that of its content and whose source is its place in IN.

    Raises:
        InputError: it can't be read.
    """
    item = identified.item
    if identified.problem is not None:
        raise identified.problem
    if item.text is not None:
        try:
            stream = io.BytesIO(item.text.encode("utf-8"))
        except UnicodeEncodeError as error:
            raise InputError(
                item.source, found="half a surrogate pair", expected="Unicode text", remedy="mend the row"
            ) from error
        return read_text(stream, where=item.source, report_id=identified.id, source=item.source).unpack()
    assert item.path is not None
    document = read_report(Path(item.path), report_id=identified.id, time_limit_s=time_limit_s)
    return replace(document, source=item.source)
