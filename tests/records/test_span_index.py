from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khcn_ner.document import Span
from khcn_ner.labels import Label
from khcn_ner.records.span_index import SpanIndex


@st.composite
def spans_without_overlap(draw: st.DrawFn) -> list[Span]:
    spans, position = [], 0
    for gap, length in draw(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 4)), max_size=8)):
        start = position + gap
        spans.append(Span(start, start + length, Label.ORG))
        position = start + length
    return spans


def first(spans: Sequence[Span]) -> Span | None:
    return spans[0] if spans else None


@given(spans_without_overlap(), st.integers(-2, 60), st.integers(-2, 60))
def test_gives_what_a_scan_of_all_spans_gives(spans: list[Span], start: int, end: int) -> None:
    index = SpanIndex(spans)
    starting = [span for span in spans if start <= span.start < end]
    assert list(index.starting_in(start, end)) == starting
    assert [spans[number] for number in index.numbers_in(start, end)] == starting
    assert index.first_in(start, end) == first(starting)
    assert index.first_from(start) == first([span for span in spans if span.start >= start])
    assert index.starting_at(start) == first([span for span in spans if span.start == start])
    assert index.over(start) == first([span for span in spans if span.start <= start < span.end])
    assert index.last_by(end) == first([span for span in spans if span.end <= end][::-1])
    if start < end:
        sharing = [span for span in spans if span.start < end and start < span.end]
        assert list(index.overlapping(start, end)) == sharing


@pytest.mark.parametrize(("start", "end"), [(0, 10), (5, 5), (9, 2)])
def test_without_spans_gives_none(start: int, end: int) -> None:
    index: SpanIndex[Span] = SpanIndex([])
    assert index.over(start) is index.first_from(start) is index.last_by(end) is None
    assert not index.starting_in(start, end)
    assert not index.overlapping(start, end)
