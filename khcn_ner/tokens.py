"""Tokens and BIO tags: text in, token offsets out; spans to tags and back.

A token is a run of letters, a run of digits, or one other sign; white space is no token.
One tag is decided a token, so that no span can begin or end inside one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import regex

from khcn_ner.document import Span
from khcn_ner.errors import SpanError
from khcn_ner.labels import OUTSIDE, label_named

# Marks follow the letter they belong to; format characters (zero-width space, BOM) and control
# characters are invisible, so they count as white space.
_TOKEN = regex.compile(r"\p{L}[\p{L}\p{M}]*|\p{N}+|[^\s\p{C}]")

TokenOffsets = tuple[int, int]


def token_offsets(text: str) -> list[TokenOffsets]:
    """Split a text into tokens and give each one's `[start, end)` in code points.

    Example:
        >>> text = "9.864triệu"
        >>> [text[start:end] for start, end in token_offsets(text)]
        ['9', '.', '864', 'triệu']
    """
    return [match.span() for match in _TOKEN.finditer(text)]


def align(tokens: Sequence[TokenOffsets], spans: Iterable[Span]) -> tuple[list[tuple[int, int]], int]:
    """Give each span's `[token_start, token_end)` and how many spans cut a token in two.

    A span that cuts a token is widened to whole tokens; a span that covers no token at all is
    given as an empty range. Spans must be sorted and free of overlap, as in a Document.
    """
    ranges: list[tuple[int, int]] = []
    n_cut = 0
    index = 0
    for span in spans:
        while index < len(tokens) and tokens[index][1] <= span.start:
            index += 1
        stop = index
        while stop < len(tokens) and tokens[stop][0] < span.end:
            stop += 1
        ranges.append((index, stop))
        if stop > index and (tokens[index][0], tokens[stop - 1][1]) != (span.start, span.end):
            n_cut += 1
    return ranges, n_cut


def spans_to_tags(tokens: Sequence[TokenOffsets], spans: Iterable[Span]) -> list[str]:
    """Write spans as one BIO tag a token.

    Where two widened spans would share a token, the earlier one keeps it.

    Example:
        >>> spans_to_tags(token_offsets("Sở KH họp"), [Span(0, 5, "ORG")])
        ['B-ORG', 'I-ORG', 'O']
    """
    spans = list(spans)
    tags = [OUTSIDE] * len(tokens)
    ranges, _ = align(tokens, spans)
    free_from = 0
    for span, (token_start, stop) in zip(spans, ranges, strict=True):
        first = max(token_start, free_from)
        for index in range(first, stop):
            tags[index] = f"{'B' if index == first else 'I'}-{span.label}"
        free_from = max(free_from, stop)
    return tags


def tags_to_spans(tokens: Sequence[TokenOffsets], tags: Sequence[str]) -> list[Span]:
    """Read spans out of BIO tags.

    Raises:
        SpanError: the counts differ, or an I- tag does not continue a span of its label.

    Example:
        >>> tags_to_spans(token_offsets("Sở KH họp"), ["B-ORG", "I-ORG", "O"])
        [Span(start=0, end=5, label=<Label.ORG: 'ORG'>, score=None)]
    """
    if len(tokens) != len(tags):
        raise SpanError(
            "tags",
            found=f"{len(tags)} tags",
            expected=f"one for each of {len(tokens)} tokens",
            remedy="tag every token",
        )
    spans: list[Span] = []
    for index, tag in enumerate(tags):
        prefix, _, name = tag.partition("-")
        start, end = tokens[index]
        if prefix == "B":
            spans.append(Span(start, end, label_named(name)))
        elif prefix == "I":
            if not spans or index == 0 or tags[index - 1] not in (f"B-{name}", f"I-{name}"):
                raise SpanError(
                    f"tag {index}",
                    found=f"{tag} after {tags[index - 1] if index else 'nothing'}",
                    expected=f"B-{name} or I-{name} before it",
                    remedy="decode with BIO constraints",
                )
            spans[-1] = Span(spans[-1].start, end, spans[-1].label)
    return spans
