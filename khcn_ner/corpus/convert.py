"""Annotation formats in and out: a file or folder of one format → Documents → a file or folder of another.

    brat          a folder of NAME.txt and NAME.ann
    inline        a folder of NAME.inline.txt, spans marked [[LABEL|surface]]
    doccano       a .jsonl file
    label-studio  a .json file of tasks
    jsonl         a .jsonl file, a document a line, as `khcn-ner tag --format jsonl` writes it
    conll         a file of tokens and BIO tags, with the text in a comment

All keep text and offsets exactly, in code points; CoNLL widens spans that cut a token, and a CoNLL file without the
text in a comment gives tokens with spaces between.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

from khcn_ner.corpus.brat import read_folder, write_document
from khcn_ner.corpus.conll import conll_documents
from khcn_ner.corpus.doccano import doccano_documents, doccano_line
from khcn_ner.corpus.export import conll_text, jsonl_line
from khcn_ner.corpus.incoming import Marked, incoming_document
from khcn_ner.corpus.inline import inline_document, inline_text
from khcn_ner.corpus.label_studio import label_studio_documents, label_studio_text
from khcn_ner.document import Document
from khcn_ner.errors import CorpusError
from khcn_ner.files import write_text

INLINE_SUFFIX = ".inline.txt"


class AnnotationFormat(StrEnum):
    """The formats that annotations are read from and written to."""

    BRAT = "brat"
    INLINE = "inline"
    DOCCANO = "doccano"
    LABEL_STUDIO = "label-studio"
    JSONL = "jsonl"
    CONLL = "conll"


def read_annotations_as(format_: AnnotationFormat, source: Path) -> list[Document]:
    """Read all documents of a file or folder in the given format.

    Raises:
        CorpusError: the place doesn't exist, holds nothing of that format, or something in it is wrong.
    """
    if format_ is AnnotationFormat.BRAT:
        return read_folder(source)
    if format_ is AnnotationFormat.INLINE:
        return _read_inline(source)
    text = _read(source)
    if format_ is AnnotationFormat.DOCCANO:
        documents = doccano_documents(text, name=source.stem)
    elif format_ is AnnotationFormat.LABEL_STUDIO:
        documents = label_studio_documents(text, name=source.stem)
    elif format_ is AnnotationFormat.CONLL:
        documents = conll_documents(text, name=source.stem)
    else:
        documents = _jsonl_documents(text, name=source.stem)
    _refuse_doubles(documents, source)
    return documents


def write_annotations_as(format_: AnnotationFormat, documents: Sequence[Document], target: Path) -> None:
    """Write documents to a file or folder in the given format.

    Raises:
        InputError: the place can't be written.
    """
    if format_ is AnnotationFormat.BRAT:
        for document in documents:
            write_document(document, target)
    elif format_ is AnnotationFormat.INLINE:
        for document in documents:
            write_text(target / f"{document.id}{INLINE_SUFFIX}", inline_text(document))
    elif format_ is AnnotationFormat.DOCCANO:
        write_text(target, "".join(f"{doccano_line(document)}\n" for document in documents))
    elif format_ is AnnotationFormat.LABEL_STUDIO:
        write_text(target, label_studio_text(documents))
    elif format_ is AnnotationFormat.CONLL:
        write_text(target, "".join(conll_text(document, keep_text=True) for document in documents))
    else:
        write_text(target, "".join(f"{jsonl_line(document)}\n" for document in documents))


def _read_inline(folder: Path) -> list[Document]:
    paths = sorted(folder.glob(f"*{INLINE_SUFFIX}"))
    if not paths:
        found = f"no {INLINE_SUFFIX} file" if folder.is_dir() else "no folder"
        raise CorpusError(
            str(folder), found=found, expected=f"a folder of NAME{INLINE_SUFFIX}", remedy="check path and format"
        )
    return [inline_document(_read(path), name=path.name.removesuffix(INLINE_SUFFIX)) for path in paths]


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8").removeprefix("\ufeff")
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(
            str(path), found=f"an unreadable file ({error})", expected="UTF-8 text", remedy="check path and format"
        ) from error


def _jsonl_documents(text: str, *, name: str) -> list[Document]:
    documents: list[Document] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        where = f"{name}, line {number}"
        try:
            row = json.loads(line)
            marked = [
                Marked(int(span["start"]), int(span["end"]), str(span["label"]), span.get("text"), span.get("score"))
                for span in row["spans"]
            ]
            documents.append(incoming_document(where, str(row["id"]), str(row["text"]), marked))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            found = f"{type(error).__name__}: {error}"
            expected = '{"id": …, "text": …, "spans": […]}'
            raise CorpusError(where, found=found, expected=expected, remedy="export it again") from error
    return documents


def _refuse_doubles(documents: Sequence[Document], source: Path) -> None:
    seen: set[str] = set()
    for document in documents:
        if document.id in seen:
            found = f"two documents named {document.id}"
            raise CorpusError(str(source), found=found, expected="names that differ", remedy="rename one of them")
        seen.add(document.id)
