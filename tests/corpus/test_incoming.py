import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khcn_ner.corpus.incoming import Marked, _borders, incoming_document
from khcn_ner.errors import CorpusError
from khcn_ner.labels import Label


def surfaces(document):
    return [(document.surface(span), span.label) for span in document.spans]


def test_code_points_are_taken_as_they_are():
    document = incoming_document("f", "a", "📰 Sở Y tế họp", [Marked(2, 9, "ORG", "Sở Y tế")])
    assert surfaces(document) == [("Sở Y tế", Label.ORG)]


def test_utf16_units_are_told_by_the_surface():
    document = incoming_document(
        "f", "a", "📰📰 Sở Y tế, 💩 12 ha", [Marked(5, 12, "ORG", "Sở Y tế"), Marked(17, 22, "QUANTITY", "12 ha")]
    )
    assert surfaces(document) == [("Sở Y tế", Label.ORG), ("12 ha", Label.QUANTITY)]


def test_decomposed_text_becomes_nfc_and_offsets_move_along():
    composed = "Đồng chí Bế Đăng Khoa, Sở Y tế Hà Nội"
    text = unicodedata.normalize("NFD", composed)
    person, body = (unicodedata.normalize("NFD", name) for name in ("Bế Đăng Khoa", "Sở Y tế Hà Nội"))
    marked = [
        Marked(text.index(name), text.index(name) + len(name), label)
        for name, label in ((person, "PER"), (body, "ORG"))
    ]
    document = incoming_document("f", "a", text, marked)
    assert document.text == composed
    assert surfaces(document) == [("Bế Đăng Khoa", Label.PER), ("Sở Y tế Hà Nội", Label.ORG)]


@given(st.text(alphabet="aeơu đĐê\u0301\u0302\u0323\u0309\u031b\u0306ấ\u1100\u1161\u11a8\uac00", max_size=12))
def test_borders_are_where_composing_each_side_gives_the_whole(text):
    whole = unicodedata.normalize("NFC", text)
    sound = {
        cut: len(unicodedata.normalize("NFC", text[:cut]))
        for cut in range(len(text) + 1)
        if unicodedata.normalize("NFC", text[:cut]) + unicodedata.normalize("NFC", text[cut:]) == whole
    }
    raw, composed = _borders(text)
    assert dict(zip(raw, composed, strict=True)) == sound


def test_border_inside_a_composed_letter_moves_to_its_edge():
    text = "to\u0302\u0301 1"
    document = incoming_document("f", "a", text, [Marked(1, 3, "ORG")])
    assert surfaces(document) == [("ố", Label.ORG)]


@given(st.text(st.characters(codec="utf-8"), min_size=1), st.data())
def test_any_text_gives_the_normalised_surface_or_more(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    document = incoming_document("f", "a", text, [Marked(start, end, "ORG")])
    assert document.text == unicodedata.normalize("NFC", text)
    (span,) = document.spans
    if unicodedata.is_normalized("NFC", text):
        assert (span.start, span.end) == (start, end)
    assert unicodedata.normalize("NFD", text[start:end]) in unicodedata.normalize("NFD", document.surface(span))


@pytest.mark.parametrize(
    ("marked", "message"),
    [
        (Marked(0, 2, "LOC"), "f, span 1: found unknown label LOC, expected one of ORG, PER"),
        (Marked(2, 2, "ORG"), "f, span 1: found start 2 and end 2, expected 0 <= start < end <= 6"),
        (Marked(0, 9, "ORG"), "f, span 1: found start 0 and end 9"),
        (Marked(0, 2, "ORG", "họp"), "f, span 1: found surface 'họp', expected 'Sở', which stands at 0-2"),
    ],
)
def test_wrong_spans_are_one_clear_line(marked, message):
    with pytest.raises(CorpusError) as caught:
        incoming_document("f", "a", "Sở họp", [marked])
    assert str(caught.value).startswith(message)


def test_overlap_is_told_with_its_place():
    with pytest.raises(CorpusError, match=r"f, a, span 2 \(ORG\): found \[1, 4\) overlapping \[0, 2\)"):
        incoming_document("f", "a", "Sở họp", [Marked(0, 2, "ORG"), Marked(1, 4, "ORG")])
