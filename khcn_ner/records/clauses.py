"""Clauses: a document in, the stretches of its text that govern a number out: its segment, its lead-in, its row.

    sentence ─▶ clause (`;`) ─▶ segment (`,` `:` brackets, dashes) ─▶ the words before a number

Verbs are looked for in a text whose names, titles and amounts are blanked out, so that none is found inside them.
Offsets are code points, ends exclusive.
"""

from __future__ import annotations

from bisect import bisect_left

import regex

from khcn_ner.document import Document
from khcn_ner.labels import Label
from khcn_ner.records.passages import Passage, Passages, content_end, content_start
from khcn_ner.records.verbs import Verb, find_verbs

_GOING_ON = regex.compile(r"(?:(?:tiếp tục|đã|đang|cũng|đồng thời)\s+)+", regex.IGNORECASE)
NAME, AMOUNT, DAY = "□", "▣", "◇"
_BLANKS: dict[Label, str] = {Label.QUANTITY: AMOUNT, Label.DATE: DAY}

# What ends a segment; a sign between digits (ISO 9001:2015, 0,05S) is part of a name or a figure.
_SIGN = regex.compile(r"[;()\n“”\"•+]|(?<!\d)[,:]|[,:](?!\d)|(?<=\s)[-–](?=\s)")
_LIST_ITEM = regex.compile(
    r"\s*(?:[-–+*•●▪]|\(?(?:\d{1,2}(?:\.\d{1,2})*|[a-zđ]|[ivx]{1,4})[.)/]|\d{1,2}\s)\s*", regex.IGNORECASE
)


def masked_text(document: Document) -> str:
    """Give the text, as long as it is, with spans blanked out: names as □, amounts as ▣, dates as ◇.

    Example:
        >>> from khcn_ner.document import Span
        >>> masked_text(Document("a", "Sở mở 02 lớp", (Span(0, 2, Label.ORG), Span(6, 12, Label.QUANTITY))))
        '□□ mở ▣▣▣▣▣▣'
    """
    pieces, position = [], 0
    for span in document.spans:
        pieces += [document.text[position : span.start], _BLANKS.get(Label(span.label), NAME) * (span.end - span.start)]
        position = span.end
    return "".join(pieces) + document.text[position:]


class Clauses:
    """The clauses of one document, found once and looked up by offset."""

    def __init__(self, document: Document, passages: Passages) -> None:
        self.text = document.text
        self.masked = masked_text(document)
        self.passages = passages
        self._lead_ins: dict[int, Passage | None] = {}
        self._verbs = list(find_verbs(self.masked, 0, len(self.masked)))
        self._verb_starts = [verb.start for verb in self._verbs]

    def verbs(self, start: int, end: int) -> list[Verb]:
        """Give the verbs between two offsets."""
        first = bisect_left(self._verb_starts, start)
        last = bisect_left(self._verb_starts, end, first)
        while last > first and self._verbs[last - 1].end > end:
            last -= 1
        return self._verbs[first:last]

    def verb_at(self, position: int) -> Verb | None:
        """Give the verb that begins at an offset."""
        index = bisect_left(self._verb_starts, position)
        verb = self._verbs[index] if index < len(self._verbs) else None
        return verb if verb is not None and verb.start == position else None

    def segments(self, start: int, end: int) -> list[Passage]:
        """Give the segments of a stretch, in order; the sign that ends one is no part of it."""
        found, position = [], start
        for sign in _SIGN.finditer(self.masked, start, end):
            found.append(Passage(position, sign.start()))
            position = sign.end()
        return [*found, Passage(position, end)]

    def segment_end(self, position: int, end: int) -> int:
        """Give where the segment around an offset ends, at most at `end`."""
        sign = _SIGN.search(self.masked, position, end)
        return sign.start() if sign is not None else end

    def lead_in(self, position: int) -> Passage | None:
        """Give the line that the list item around an offset stands under: one that ends in ":", or a heading.

        A paragraph that is no item of a list stands under a line that ends in ":" only as the next line.
        """
        line = self.passages.line(position)
        chain: list[int] = []
        found: Passage | None = None
        while line.start not in self._lead_ins:
            chain.append(line.start)
            above = self._line_above(line)
            if above is None:
                break
            if self.passages.is_heading(above.start):
                found = above if self._is_item(line) else None
                break
            if self.text[above.end - 1] == ":":
                found = above
                break
            if not self._is_item(line):
                break
            if self._sign(line) != self._sign(above):
                found = above if self.text[above.end - 1] not in ".!?…" else None
                break
            line = above
        else:
            found = self._lead_ins[line.start]
        for start in chain:
            self._lead_ins[start] = found
        return found

    def _line_above(self, line: Passage) -> Passage | None:
        """Give the last line above one that holds more than white space, without the white space around it."""
        end = content_end(self.text, 0, line.start)
        if end == 0:
            return None
        start = self.passages.line(end - 1).start
        return Passage(content_start(self.text, start, end), end)

    def _sign(self, line: Passage) -> str | None:
        """Give what kind of sign a list item begins with: a bullet, a number or a letter; None for no item."""
        sign = _LIST_ITEM.match(self.text, line.start)
        if sign is None:
            return "v" if self._opens_with_verb(line) else None
        mark = sign[0].strip(" (.)/\n")
        return "1" if mark[:1].isdigit() else "a" if mark[:1].isalpha() else "-"

    def _is_item(self, line: Passage) -> bool:
        end = content_end(self.text, line.start, line.end)
        return self._sign(line) is not None or self.text[end - 1 : end] == ";"

    def _opens_with_verb(self, line: Passage) -> bool:
        """Tell whether a paragraph tells of one more thing done, in a list that has no signs: `Tiếp tục theo dõi …`."""
        start = content_start(self.text, line.start, line.end)
        lead = _GOING_ON.match(self.text, start, line.end)
        start = lead.end() if lead is not None else start
        verb = self.verb_at(start)
        return verb is not None and verb.is_strong
