"""Documents for tests, written with their spans in the text: `[ORG|Sở KH&CN] họp`."""

import regex

from khcn_ner.document import Document, Span
from khcn_ner.labels import Label

_MARK = regex.compile(r"\[(ORG|PER|DATE|QUANTITY|PROJECT)\|([^\]]+)\]")


def marked(text: str, *, name: str = "test") -> Document:
    pieces: list[str] = []
    spans: list[Span] = []
    position = length = 0
    for match in _MARK.finditer(text):
        before = text[position : match.start()]
        start = length + len(before)
        spans.append(Span(start, start + len(match[2]), Label(match[1])))
        pieces += [before, match[2]]
        length = start + len(match[2])
        position = match.end()
    pieces.append(text[position:])
    return Document(name, "".join(pieces), tuple(spans), f"{name}.txt")
