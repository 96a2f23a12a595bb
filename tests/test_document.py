import dataclasses
import hashlib
import pickle
import unicodedata

import pytest

from khcn_ner.document import Document, Place, PlaceKind, Places, Span
from khcn_ner.errors import SpanError
from khcn_ner.labels import Label

TEXT = "Sở KH&CN tỉnh Hà Nam họp ngày 6/10/2020"


@pytest.mark.parametrize(
    ("start", "end", "score", "message"),
    [
        (
            -1,
            3,
            None,
            "span ORG [-1, 3): found start -1 and end 3, expected 0 <= start < end; correct the offsets",
        ),
        (3, 3, None, "span ORG [3, 3): found start 3 and end 3, expected 0 <= start < end; correct the offsets"),
        (5, 3, None, "span ORG [5, 3): found start 5 and end 3, expected 0 <= start < end; correct the offsets"),
        (0, 3, 1.01, "span ORG [0, 3): found score 1.01, expected a probability from 0 to 1; correct the score"),
        (0, 3, -0.5, "span ORG [0, 3): found score -0.5, expected a probability from 0 to 1; correct the score"),
        (
            0,
            3,
            float("nan"),
            "span ORG [0, 3): found score nan, expected a probability from 0 to 1; correct the score",
        ),
    ],
)
def test_span_that_contradicts_itself_is_refused(start, end, score, message):
    with pytest.raises(SpanError) as caught:
        Span(start, end, Label.ORG, score)
    assert str(caught.value) == message


@pytest.mark.parametrize("score", [None, 0.0, 0.5, 1.0])
def test_span_takes_any_probability_as_score(score):
    assert Span(0, 1, Label.PER, score).score == score


def test_span_and_document_are_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Span(0, 1, Label.PER).start = 2
    with pytest.raises(dataclasses.FrozenInstanceError):
        Document("a", TEXT).text = ""


def test_document_sorts_its_spans():
    date, org = Span(25, 39, Label.DATE), Span(0, 8, Label.ORG)
    assert Document("a", TEXT, (date, org)).spans == (org, date)


def test_spans_may_touch():
    spans = (Span(0, 2, Label.ORG), Span(2, 8, Label.PROJECT))
    assert Document("a", TEXT, spans).spans == spans


def test_span_may_end_with_the_text():
    document = Document("a", TEXT, (Span(25, len(TEXT), Label.DATE),))
    assert document.surface(document.spans[0]) == "ngày 6/10/2020"


def test_surface_counts_code_points():
    text = "👍🏽 Sở Y tế"
    assert Document("a", text).surface(Span(3, 5, Label.ORG)) == "Sở"


@pytest.mark.parametrize(
    ("spans", "message"),
    [
        (
            (Span(0, 8, Label.ORG), Span(25, 40, Label.DATE)),
            (
                "bc, span 2 (DATE): found end 40, expected at most the text's length 39; "
                "re-export the annotation for this text"
            ),
        ),
        (
            (Span(0, 8, Label.ORG), Span(7, 13, Label.ORG)),
            (
                "bc, span 2 (ORG): found [7, 13) overlapping [0, 8), expected spans without overlap; "
                "keep the outermost of the two"
            ),
        ),
        (
            (Span(3, 5, Label.PER), Span(0, 8, Label.ORG)),
            (
                "bc, span 2 (PER): found [3, 5) overlapping [0, 8), expected spans without overlap; "
                "keep the outermost of the two"
            ),
        ),
        (
            (Span(0, 8, Label.ORG), Span(0, 8, Label.PER)),
            (
                "bc, span 2 (PER): found [0, 8) overlapping [0, 8), expected spans without overlap; "
                "keep the outermost of the two"
            ),
        ),
    ],
)
def test_document_refuses_spans_that_do_not_fit(spans, message):
    with pytest.raises(SpanError) as caught:
        Document("bc", TEXT, spans)
    assert str(caught.value) == message


def test_document_refuses_text_that_is_not_nfc():
    with pytest.raises(SpanError) as caught:
        Document("bc", unicodedata.normalize("NFD", TEXT))
    assert str(caught.value) == (
        "bc: found text that is not in Unicode normal form C, expected NFC, since offsets count NFC code points; "
        "normalise the text with unicodedata.normalize('NFC', text) first"
    )


def test_text_hash_is_that_of_the_utf8_bytes():
    assert Document("a", TEXT).text_sha256 == hashlib.sha256(TEXT.encode("utf-8")).hexdigest()


def test_with_spans_keeps_everything_else():
    document = Document("a", TEXT, (Span(0, 8, Label.ORG),), source="a.txt")
    span = Span(25, 39, Label.DATE)
    assert document.with_spans([span]) == Document("a", TEXT, (span,), source="a.txt")


PLACES = (
    Place(0, 2, PlaceKind.CELL, page=3, table=1, row=2, cell=1),
    Place(3, 8, PlaceKind.HEADING, paragraph=4, level=2),
    Place(9, 9, PlaceKind.LINE, line=5),
)


def test_places_are_a_sequence_like_a_tuple_of_them():
    places = Places(PLACES)
    assert (len(places), places[1], places[-1], places[:2]) == (3, PLACES[1], PLACES[2], PLACES[:2])
    assert places == PLACES
    assert places != PLACES[:2]
    assert places != "cell"
    assert hash(places) == hash(PLACES)
    assert pickle.loads(pickle.dumps(places)) == PLACES
    assert Places(numbers=places.numbers) == PLACES
    assert not Places()


@pytest.mark.parametrize("index", [3, -4])
def test_a_place_that_is_none_is_an_index_error(index):
    with pytest.raises(IndexError):
        Places(PLACES)[index]


def test_document_finds_its_place_among_kept_ones():
    document = Document("a", TEXT, places=Places(PLACES))
    assert (document.place_at(4), document.place_at(2)) == (PLACES[1], None)
    assert document == Document("a", TEXT, places=PLACES)
