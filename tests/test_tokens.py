import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khcn_ner.document import Span
from khcn_ner.errors import SpanError
from khcn_ner.labels import LABELS, TAGS, Label
from khcn_ner.tokens import align, spans_to_tags, tags_to_spans, token_offsets

SEEDED = settings(derandomize=True, deadline=None)

BITS = [
    *("Sở", "KH&CN", "tỉnh", "Đắk Lắk", "nghiệm thu", "hoà", "hòa", "VÀCÔNG", "TS.", "q\u0303a", "\u0301", "ﬁ", "µm"),
    *("9.864", "triệu", "60,9%", "30/6/2022", "m²", "½", "08", "٣", "Ⅳ", "450.000đ/lít"),
    *(" ", "  ", "\n", "\r\n", "\t", "\u00a0", "\u2028", "\u200b", "\u200d", "\ufeff", "\u00ad", "\x07"),
    *("👍🏽", "👩\u200d🔬", "☎\ufe0f", "…", "“", "”", "–", "-", ";", "?", "€", "→", "汉字"),
]
# Assigned characters of the scripts and symbols that a report may hold, and then some.
ANY_CHARACTER = st.characters(max_codepoint=0x2FFF, exclude_categories=("Cs", "Cn", "Co"))
TEXTS = st.lists(st.sampled_from(BITS) | st.text(ANY_CHARACTER, max_size=4), max_size=30).map(
    lambda bits: unicodedata.normalize("NFC", "".join(bits))
)


def surfaces(text):
    return [text[start:end] for start, end in token_offsets(text)]


def is_visible(character):
    return not character.isspace() and not unicodedata.category(character).startswith("C")


@st.composite
def texts_with_aligned_spans(draw):
    text = draw(TEXTS)
    tokens = token_offsets(text)
    spans, first = [], 0
    while first < len(tokens):
        first += draw(st.integers(0, 3))
        stop = first + draw(st.integers(1, 4))
        if stop > len(tokens):
            break
        spans.append(Span(tokens[first][0], tokens[stop - 1][1], draw(st.sampled_from(LABELS))))
        first = stop
    return text, spans


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \n\t\u00a0\u2028", []),
        ("hợp quy.Tổ chức", ["hợp", "quy", ".", "Tổ", "chức"]),
        ("9.864triệu", ["9", ".", "864", "triệu"]),
        ("năm2014", ["năm", "2014"]),
        ("KH&CNtỉnh", ["KH", "&", "CNtỉnh"]),
        ("30/6/2022", ["30", "/", "6", "/", "2022"]),
        ("450.000đ/lít", ["450", ".", "000", "đ", "/", "lít"]),
        ("q\u0303a \u0301b", ["q\u0303a", "\u0301", "b"]),
        ("👍🏽 tốt", ["👍", "🏽", "tốt"]),
        ("a\u200bb\ufeffc", ["a", "b", "c"]),
        ("m² ½ Ⅳ", ["m", "²", "½", "Ⅳ"]),
        ("...", [".", ".", "."]),
        ("a_b", ["a", "_", "b"]),
    ],
)
def test_token_is_a_run_of_letters_a_run_of_digits_or_one_sign(text, expected):
    assert surfaces(text) == expected


@SEEDED
@given(TEXTS)
def test_tokens_cover_every_visible_character_once_and_nothing_else(text):
    covered = [place for start, end in token_offsets(text) for place in range(start, end)]
    assert covered == [place for place, character in enumerate(text) if is_visible(character)]


@SEEDED
@given(TEXTS)
def test_tokens_are_never_empty(text):
    assert all(start < end for start, end in token_offsets(text))


@SEEDED
@given(texts_with_aligned_spans())
def test_spans_survive_the_round_trip_through_tags(case):
    text, spans = case
    tokens = token_offsets(text)
    assert tags_to_spans(tokens, spans_to_tags(tokens, spans)) == spans


@SEEDED
@given(texts_with_aligned_spans())
def test_aligned_spans_cut_no_token(case):
    text, spans = case
    tokens = token_offsets(text)
    ranges, n_cut = align(tokens, spans)
    assert n_cut == 0
    assert [(tokens[first][0], tokens[stop - 1][1]) for first, stop in ranges] == [
        (span.start, span.end) for span in spans
    ]


@SEEDED
@given(st.lists(st.sampled_from(TAGS), max_size=8))
def test_valid_tags_survive_the_round_trip_through_spans(tags):
    # Turn whatever was drawn into valid BIO: an I- that continues nothing begins a span.
    valid = []
    for tag in tags:
        continues = valid and valid[-1][2:] == tag[2:]
        valid.append(tag if not tag.startswith("I-") or continues else f"B-{tag[2:]}")
    tokens = token_offsets(" ".join("a" * len(valid)))
    assert spans_to_tags(tokens, tags_to_spans(tokens, valid)) == valid


@pytest.mark.parametrize(
    ("text", "span", "widened"),
    [
        ("Sở KH&CNtỉnh họp", Span(0, 8, Label.ORG), "Sở KH&CNtỉnh"),
        ("bố trí16 tỷ", Span(3, 8, Label.QUANTITY), "trí16"),
        ("ngày20/9/2014", Span(5, 13, Label.DATE), "20/9/2014"),
        ("năm 2014", Span(6, 8, Label.DATE), "2014"),
        ("“Sở KH” họp", Span(2, 5, Label.ORG), "Sở KH"),
    ],
)
def test_span_that_cuts_a_token_is_widened(text, span, widened):
    tokens = token_offsets(text)
    (found,) = tags_to_spans(tokens, spans_to_tags(tokens, [span]))
    assert text[found.start : found.end] == widened


@pytest.mark.parametrize(
    ("start", "end", "n_cut"),
    [(0, 2, 0), (3, 7, 0), (0, 7, 0), (1, 2, 1), (0, 4, 1), (0, 3, 1), (2, 3, 0)],
)
def test_cut_spans_are_counted(start, end, n_cut):
    assert align(token_offsets("Sở Khoa"), [Span(start, end, Label.ORG)])[1] == n_cut


def test_span_over_white_space_alone_is_an_empty_range():
    tokens = token_offsets("a  b c")
    ranges, n_cut = align(tokens, [Span(1, 3, Label.ORG), Span(3, 4, Label.PER)])
    assert (ranges, n_cut) == ([(1, 1), (1, 2)], 0)
    assert spans_to_tags(tokens, [Span(1, 3, Label.ORG), Span(3, 4, Label.PER)]) == ["O", "B-PER", "O"]


def test_earlier_span_keeps_a_token_that_two_share():
    tokens = token_offsets("tỉnhHà Nam họp")
    spans = [Span(0, 4, Label.ORG), Span(4, 10, Label.PER)]
    assert spans_to_tags(tokens, spans) == ["B-ORG", "B-PER", "O"]


def test_span_whose_only_token_is_taken_is_lost():
    tokens = token_offsets("tỉnhHà họp")
    assert spans_to_tags(tokens, [Span(0, 4, Label.ORG), Span(4, 6, Label.PER)]) == ["B-ORG", "O"]


def test_neighbouring_spans_of_one_label_stay_two():
    tokens = token_offsets("Hà Nam Hà Tĩnh")
    spans = [Span(0, 6, Label.ORG), Span(7, 14, Label.ORG)]
    assert spans_to_tags(tokens, spans) == ["B-ORG", "I-ORG", "B-ORG", "I-ORG"]


@pytest.mark.parametrize(
    ("tags", "message"),
    [
        (["B-ORG"], "tags: found 1 tags, expected one for each of 2 tokens; tag every token"),
        (
            ["I-ORG", "O"],
            "tag 0: found I-ORG after nothing, expected B-ORG or I-ORG before it; decode with BIO constraints",
        ),
        (
            ["O", "I-PER"],
            "tag 1: found I-PER after O, expected B-PER or I-PER before it; decode with BIO constraints",
        ),
        (
            ["B-ORG", "I-PER"],
            "tag 1: found I-PER after B-ORG, expected B-PER or I-PER before it; decode with BIO constraints",
        ),
    ],
)
def test_invalid_tags_are_refused(tags, message):
    with pytest.raises(SpanError) as caught:
        tags_to_spans(token_offsets("Sở KH"), tags)
    assert str(caught.value) == message
