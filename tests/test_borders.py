"""Borders of found spans are moved to where the guidelines let them stand."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khcn_ner.borders import may_stand, tidy
from khcn_ner.document import Span
from khcn_ner.labels import Label


@pytest.mark.parametrize(
    ("text", "label", "expected"),
    [
        ("“Sở KH&CN”", Label.ORG, "Sở KH&CN"),
        ("Sở KH&CN.,", Label.ORG, "Sở KH&CN."),
        (" - Viện Dầu khí –", Label.ORG, "Viện Dầu khí"),
        ("Sở Khoa học và Công nghệ (KH&CN", Label.ORG, "Sở Khoa học và Công nghệ"),
        ("Sở Khoa học (KH) Hà Nam", Label.ORG, "Sở Khoa học (KH) Hà Nam"),
        ("Trồng thử cây (giống mới)", Label.PROJECT, "Trồng thử cây (giống mới)"),
        ("37%", Label.QUANTITY, "37%"),
        ("TT.", Label.ORG, "TT."),
    ],
)
def test_borders_are_tidied(text: str, label: Label, expected: str) -> None:
    span = tidy(text, Span(0, len(text), label))
    assert span is not None
    assert text[span.start : span.end] == expected


def test_a_title_takes_in_the_bracket_that_closes_it() -> None:
    text = "đề tài Trồng thử cây sâm (giai đoạn hai) tại huyện"
    span = tidy(text, Span(7, text.index(")"), Label.PROJECT))
    assert span is not None
    assert text[span.start : span.end] == "Trồng thử cây sâm (giai đoạn hai)"


@pytest.mark.parametrize("text", ["“", "...,", "(", " – "])
def test_nothing_is_left_of_signs_alone(text: str) -> None:
    span = tidy(text, Span(0, len(text), Label.ORG))
    assert span is None or may_stand(text[span.start : span.end])


@settings(deadline=None, derandomize=True)
@given(st.text(alphabet="Sở a(),.“” –%", min_size=1), st.data(), st.sampled_from(list(Label)))
def test_what_is_tidied_may_stand_and_stays_where_it_was(text: str, data: st.DataObject, label: Label) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    span = tidy(text, Span(start, end, label, 0.5))
    if span is not None:
        assert may_stand(text[span.start : span.end])
        assert start <= span.start < span.end <= end + 1
        assert (span.label, span.score) == (label, 0.5)
