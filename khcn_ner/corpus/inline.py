r"""Inline markup: spans marked in the text itself, `[[LABEL|surface]]`.

The form to write and read annotations by hand. Where the text itself has a bracket or a backslash, a backslash stands
before it. Scores are not kept.
"""

from __future__ import annotations

import re
import unicodedata

from khcn_ner.corpus.incoming import Marked, incoming_document
from khcn_ner.document import Document
from khcn_ner.errors import CorpusError

_SPECIAL = re.compile(r"[\[\]\\]")
_PART = re.compile(r"\\(?P<escaped>[\[\]\\])|\[\[(?P<label>[A-Z]+)\||(?P<close>\]\])|(?P<stray>\[\[)")


def inline_text(document: Document) -> str:
    """Write a document with its spans marked in the text.

    Example:
        >>> from khcn_ner.document import Span
        >>> from khcn_ner.labels import Label
        >>> inline_text(Document("a", "Sở KH&CN họp", (Span(0, 8, Label.ORG),)))
        '[[ORG|Sở KH&CN]] họp'
    """
    parts: list[str] = []
    at = 0
    for span in document.spans:
        parts += [_escaped(document.text[at : span.start]), f"[[{span.label}|", _escaped(document.surface(span)), "]]"]
        at = span.end
    return "".join([*parts, _escaped(document.text[at:])])


def _escaped(text: str) -> str:
    return _SPECIAL.sub(lambda match: f"\\{match[0]}", text)


def inline_document(marked_text: str, *, name: str) -> Document:
    """Read a text with marks.

    Raises:
        CorpusError: a mark is not closed, stands inside another, is empty or has an unknown label.

    Example:
        >>> document = inline_document("[[ORG|Sở KH&CN]] họp", name="a")
        >>> document.text, document.surface(document.spans[0])
        ('Sở KH&CN họp', 'Sở KH&CN')
    """
    raw = unicodedata.normalize("NFC", marked_text)
    text = ""
    spans: list[Marked] = []
    opened: tuple[str, int] | None = None
    at = 0
    for match in _PART.finditer(raw):
        text += raw[at : match.start()]
        at = match.end()
        where = f"{name}, line {raw.count(chr(10), 0, match.start()) + 1}"
        if match["escaped"]:
            text += match["escaped"]
        elif match["label"] and opened is None:
            opened = (match["label"], len(text))
        elif match["close"] and opened is not None:
            label, start = opened
            spans.append(Marked(start, len(text), label))
            opened = None
        else:
            raise _stray(where, match[0])
    if opened is not None:
        raise _stray(f"{name}, the end", f"[[{opened[0]}| that is still open")
    return incoming_document(name, name, text + raw[at:], spans)


def _stray(where: str, found: str) -> CorpusError:
    expected = "[[LABEL|surface]], marks side by side"
    return CorpusError(
        where, found=found, expected=expected, remedy="close the mark, or put a backslash before a bracket"
    )
