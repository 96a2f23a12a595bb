"""underthesea's named entities as a baseline for bodies and people: its labels are PER, ORG and LOC.

It marks most bodies of these reports as places, so what counts as a body is chosen on dev: `ORG` alone, or `ORG` and
`LOC`, next to each other joined or not.
Source: https://github.com/undertheseanlp/underthesea (its CRF, which works without a download).
"""

from __future__ import annotations

import regex

from khcn_ner.borders import tidy
from khcn_ner.document import Document, Span
from khcn_ner.labels import Label
from khcn_ner.tagging.segment import place_words

BODIES = ("ORG", "ORG+LOC", "ORG+LOC joined")
_LINE = regex.compile(r"[^\n]{1,2000}")


class Underthesea:
    """underthesea's NER, `bodies` saying what of it is taken for a body."""

    name = "underthesea"

    def __init__(self, *, bodies: str) -> None:
        self._bodies = bodies
        self._found: dict[str, list[Span]] = {}

    def predict(self, document: Document) -> Document:
        if document.id not in self._found:
            self._found[document.id] = named_entities(document.text)
        return document.with_spans(read_as(self._found[document.id], document.text, bodies=self._bodies))

    def reading(self, bodies: str) -> Underthesea:
        """Give the same with another reading of bodies, sharing what has been found."""
        other = Underthesea(bodies=bodies)
        other._found = self._found
        return other


def named_entities(text: str) -> list[Span]:
    """Run underthesea line by line and lay its words back onto the text."""
    from underthesea import ner

    spans: list[Span] = []
    for line in _LINE.finditer(text):
        if not line[0].strip():
            continue
        tagged = ner(line[0])
        words = [(word, tag) for word, *_, tag in tagged]
        places = place_words(line[0], [word for word, _ in words])
        if len(places) != len(words):  # a word could not be found again: take those that can, one by one
            places_by_word = {line[0][start:end]: (start, end) for start, end in places}
            words = [(word, tag) for word, tag in words if word in places_by_word]
            places = [places_by_word[word] for word, _ in words]
        spans += _joined(line.start(), places, [tag for _, tag in words])
    return spans


def _joined(offset: int, places: list[tuple[int, int]], tags: list[str]) -> list[Span]:
    spans: list[Span] = []
    for (start, end), tag in zip(places, tags, strict=True):
        prefix, _, label = tag.partition("-")
        if prefix == "I" and spans and spans[-1].label == label and spans[-1].end <= offset + start:
            spans[-1] = Span(spans[-1].start, offset + end, label)
        elif prefix in ("B", "I"):
            spans.append(Span(offset + start, offset + end, label))
    return sorted(spans, key=lambda span: span.start)


def read_as(found: list[Span], text: str, *, bodies: str) -> list[Span]:
    """Map the labels."""
    wanted = {"PER": Label.PER, "ORG": Label.ORG} | ({"LOC": Label.ORG} if "LOC" in bodies else {})
    spans = [Span(span.start, span.end, wanted[span.label]) for span in found if span.label in wanted]
    if bodies.endswith("joined"):
        joined: list[Span] = []
        for span in spans:
            before = joined[-1] if joined else None
            if before and before.label == span.label == Label.ORG and text[before.end : span.start].isspace():
                joined[-1] = Span(before.start, span.end, Label.ORG)
            else:
                joined.append(span)
        spans = joined
    tidied = [tidy(text, span) for span in spans]
    kept: list[Span] = []
    for one in tidied:
        if one is not None and (not kept or one.start >= kept[-1].end):
            kept.append(one)
    return kept
