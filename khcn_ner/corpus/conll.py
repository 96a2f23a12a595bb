r"""CoNLL files: a token and its tag a line, a blank line after each sentence; Documents with gold spans out.

    Bệnh\tO
    nhân\tO
    91\tB-PATIENT_ID

The first column is the token, the last its tag in BIO; what stands between is left out. Lines that begin with `# id =`
name a document; one that begins with `# text =` holds the document's text as a JSON string, in which the tokens are
then found again exactly where they stood. Other comments are skipped.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from khcn_ner.document import Document, Span
from khcn_ner.errors import CorpusError
from khcn_ner.labels import LABELS, label_named
from khcn_ner.tokens import token_offsets

_ID = "# id ="
_TEXT = "# text ="
_NO_NAMES: Mapping[str, str] = MappingProxyType({})

_Sentence = list[tuple[int, str, str]]  # line number, token, tag


def conll_documents(
    text: str,
    *,
    name: str,
    labels: Sequence[str] | None = LABELS,
    relabel: Mapping[str, str] = _NO_NAMES,
    sentences: int | None = None,
    joiner: str | None = None,
) -> list[Document]:
    r"""Read the documents of a CoNLL file's text; a document is its sentences, one a line, tokens with spaces between.

    Without `# id =` lines, `sentences` of them make a document, None all; `name` and a number is then its id. `relabel`
    gives labels of the file another name; after that `labels` are those that may occur, None any. `joiner` is what
    joins the syllables of a word in a segmented file (`_`); they come apart with a space.

    Raises:
        CorpusError: a line has no tag, a tag is no BIO tag, or its label is none of `labels`.

    Example:
        >>> (document,) = conll_documents("Sở\tB-ORG\nY\tI-ORG\ntế\tI-ORG\nhọp\tO\n", name="a")
        >>> document.text, [document.surface(span) for span in document.spans]
        ('Sở Y tế họp\n', ['Sở Y tế'])
    """
    grouped = list(_documents(text, name=name, sentences=sentences))
    ids = [name] if len(grouped) == 1 else [f"{name}-{number:05}" for number in range(1, len(grouped) + 1)]
    return [
        _document(own or made, group, where=name, labels=labels, relabel=relabel, joiner=joiner)
        if kept is None
        else _kept_document(own or made, kept, group, where=name, labels=labels, relabel=relabel)
        for made, (own, kept, group) in zip(ids, grouped, strict=True)
    ]


def read_conll(
    path: Path, *, labels: Sequence[str] | None = LABELS, relabel: Mapping[str, str] = _NO_NAMES
) -> list[Document]:
    """Read a CoNLL file, a document a sentence unless `# id =` lines say otherwise.

    Raises:
        CorpusError: the file is missing or unreadable, holds nothing, or a line is wrong.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(
            str(path), found=f"an unreadable file ({error})", expected="CoNLL in UTF-8", remedy="check the path"
        ) from error
    try:
        found = conll_documents(text, name=path.stem, labels=labels, relabel=relabel, sentences=1)
    except CorpusError as error:
        where = f"{path}{error.where.removeprefix(path.stem)}"
        raise CorpusError(**error.parts(where=where)) from error
    if not found:
        raise CorpusError(str(path), found="no token", expected="a token and its tag a line", remedy="check the file")
    return found


def _documents(
    text: str, *, name: str, sentences: int | None
) -> Iterator[tuple[str | None, str | None, list[_Sentence]]]:
    """Give each document's own id and text, if it has them, and its sentences."""
    own_id: str | None = None
    kept: str | None = None
    group: list[_Sentence] = []
    sentence: _Sentence = []
    # A last blank line ends the last sentence.
    for number, line in enumerate([*text.split("\n"), ""], start=1):
        columns = line.split("\t") if "\t" in line else line.split()
        if line.startswith("#") and (len(columns) != 2 or line.startswith(_TEXT)):
            if line.startswith(_ID):
                if group or kept is not None:
                    yield own_id, kept, group
                own_id, kept, group = line.removeprefix(_ID).strip(), None, []
            elif line.startswith(_TEXT):
                kept = _kept_text(line.removeprefix(_TEXT), where=f"{name}, line {number}")
        elif line.strip():
            sentence.append(_cell(columns, where=f"{name}, line {number}", number=number))
        elif sentence:
            group, sentence = [*group, sentence], []
            if own_id is None and len(group) == sentences:
                yield None, None, group
                group = []
    if group or kept is not None:
        yield own_id, kept, group


def _kept_text(written: str, *, where: str) -> str:
    try:
        text = json.loads(written)
    except ValueError:
        text = None
    if not isinstance(text, str):
        raise CorpusError(
            where, found=written.strip()[:40], expected="the text as a JSON string", remedy="mend the line"
        )
    return text


def _kept_document(
    name: str,
    text: str,
    sentences: Sequence[_Sentence],
    *,
    where: str,
    labels: Sequence[str] | None,
    relabel: Mapping[str, str],
) -> Document:
    """Put the tags on the tokens of the document's own text."""
    cells = [cell for sentence in sentences for cell in sentence]
    tokens = token_offsets(text)
    spans: list[Span] = []
    open_label: str | None = None
    for index, (start, end) in enumerate(tokens):
        number, token, tag = cells[index] if index < len(cells) else (0, "nothing", "O")
        if token != text[start:end] or len(cells) > len(tokens):
            raise CorpusError(
                f"{where}, line {number}", found=f"token {token!r}", expected=f"{text[start:end]!r} of the text",
                remedy="leave the tokens as they are, or remove the # text line",
            )  # fmt: skip
        prefix, label = _parse_tag(tag, where=f"{where}, line {number}", labels=labels, relabel=relabel)
        if label is not None and prefix == "I" and label == open_label:
            spans[-1] = Span(spans[-1].start, end, label)
        elif label is not None:
            spans.append(Span(start, end, label))
        open_label = label
    return Document(name, text, tuple(spans))


def _cell(columns: Sequence[str], *, where: str, number: int) -> tuple[int, str, str]:
    cells = [column.strip() for column in columns]
    if len(cells) < 2 or not cells[0] or not cells[-1]:
        raise CorpusError(where, found=repr(" ".join(cells)), expected="a token and its tag", remedy="mend the line")
    return number, cells[0], cells[-1]


def _document(
    name: str,
    sentences: Sequence[_Sentence],
    *,
    where: str,
    labels: Sequence[str] | None,
    relabel: Mapping[str, str],
    joiner: str | None,
) -> Document:
    text = ""
    spans: list[Span] = []
    for sentence in sentences:
        open_label: str | None = None  # the label of a span that the next token may continue
        for place, (number, token, tag) in enumerate(sentence):
            surface = token if joiner is None else token.replace(joiner, " ").strip() or token
            surface = unicodedata.normalize("NFC", surface)
            text += " " if place else ""
            start = len(text)
            text += surface
            prefix, label = _parse_tag(tag, where=f"{where}, line {number}", labels=labels, relabel=relabel)
            if label is None:
                open_label = None
            elif prefix == "I" and label == open_label:
                spans[-1] = Span(spans[-1].start, len(text), label)
            else:
                spans.append(Span(start, len(text), label))
                open_label = label
        text += "\n"
    return Document(name, unicodedata.normalize("NFC", text), tuple(spans))


def _parse_tag(
    tag: str, *, where: str, labels: Sequence[str] | None, relabel: Mapping[str, str]
) -> tuple[str, str | None]:
    if tag == "O":
        return "O", None
    prefix, dash, written = tag.partition("-")
    if prefix not in ("B", "I") or not dash or not written:
        raise CorpusError(where, found=f"tag {tag!r}", expected="O, B-LABEL or I-LABEL", remedy="write BIO tags")
    label = relabel.get(written, written)
    if labels is not None and label not in labels:
        raise CorpusError(
            where, found=f"unknown label {written}", expected=f"one of {', '.join(labels)}",
            remedy="list it under labels in the configuration, or give it another name there",
        )  # fmt: skip
    return prefix, label_named(label)
