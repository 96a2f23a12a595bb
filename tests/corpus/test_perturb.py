"""Harm done to texts: what each way does, and that spans stay in their places whatever is done."""

import difflib
import itertools
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khcn_ner.corpus.inline import inline_document, inline_text
from khcn_ner.corpus.perturb import COLUMNS, WAYS, edited, perturb
from khcn_ner.document import Document, Span
from tests.corpus.marked_documents import marked_documents

SEEDED = settings(derandomize=True, deadline=None)


@pytest.mark.parametrize(
    ("kind", "marked", "expected"),
    [
        ("upper", "họp ở [[ORG|Sở Y tế]] ß", "HỌP Ở [[ORG|SỞ Y TẾ]] ß"),
        ("unmarked", "[[ORG|Sở Khoa học]] Đắk đ/c Ủy", "[[ORG|So Khoa hoc]] Dak d/c Uy"),
        ("tones", "hòa, HOÀ, [[ORG|Ủy ban]], quý, toàn, Uỷ", "hoà, HÒA, [[ORG|Uỷ ban]], quý, toàn, Ủy"),
        ("glued", "họp.  Nay [[ORG|Sở A]], [[PER|Lê B]] (x) 12. 5", "họp.  Nay [[ORG|Sở A]],[[PER|Lê B]] (x)12.5"),
        ("glued", "hết.\nNay. ", "hết.\nNay. "),
    ],
)
def test_what_a_way_does(kind: str, marked: str, expected: str) -> None:
    assert inline_text(perturb(inline_document(marked, name="a"), kind, seed=1)) == expected


def test_swapping_tones_twice_gives_the_text_back() -> None:
    document = inline_document("hòa, HOÀ, Hoè, thúy, khỏe, Uỵ, quỳ, toán", name="a")
    assert perturb(perturb(document, "tones", seed=1), "tones", seed=1) == document


def test_lines_are_broken_where_the_next_word_would_not_fit() -> None:
    text = "một hai ba " * 40 + "\n\nngắn " + "x" * 200 + " y"
    broken = perturb(Document("a", text), "wrapped", seed=1).text
    assert broken.replace("\n", " ") == text.replace("\n", " ")
    lines = broken.split("\n")
    assert all(len(line) <= COLUMNS or " " not in line.strip() for line in lines)
    assert len(lines[0]) + 1 + len(lines[1].split()[0]) > COLUMNS


def test_doubled_and_no_break_spaces_both_occur() -> None:
    spaced = perturb(Document("a", "a b " * 50), "spaced", seed=1, rate=1.0).text
    assert "  " in spaced and "\u00a0" in spaced and spaced.split() == ["a", "b"] * 50


def test_look_alikes_have_other_codes_and_no_latin_name() -> None:
    alike = perturb(Document("a", "aceopxyijsABCEHIKMOPSTX"), "alike", seed=1, rate=1.0).text
    assert all(unicodedata.name(sign).startswith("CYRILLIC") for sign in alike)


def test_misreadings_are_as_frequent_as_told() -> None:
    line = "Sở Khoa học và Công nghệ tỉnh Hà Nam báo cáo 105 dự án."
    spoilt = [perturb(Document(str(number), line), "ocr", seed=1).text for number in range(300)]
    n_changed = 0
    for one in spoilt:
        steps = difflib.SequenceMatcher(None, line, one, autojunk=False).get_opcodes()
        n_changed += sum(tag != "equal" for tag, *_ in steps)
    # Not all signs can be misread.
    assert 0.01 < n_changed / (len(line) * 300) < 0.02


def test_a_space_between_words_at_a_border_stays() -> None:
    document = inline_document("[[PER|Lê B]] nói", name="a")
    assert edited(document, [(2, 3, ""), (4, 5, "")]).text == "LêB nói"


def test_what_is_put_in_at_a_border_stays_outside() -> None:
    document = inline_document("a[[PER|b]]c", name="a")
    assert inline_text(edited(document, [(1, 1, "-"), (2, 2, "+")])) == "a-[[PER|b]]+c"


def test_edits_over_a_border_or_over_each_other_are_left_out() -> None:
    document = inline_document("ab[[PER|cd]]ef", name="a")
    assert inline_text(edited(document, [(1, 3, "X"), (4, 6, "YY"), (5, 6, "Z")])) == "ab[[PER|cd]]YY"


def test_the_same_seed_does_the_same_harm() -> None:
    document = Document("a", "Sở Khoa học và Công nghệ " * 20)
    assert perturb(document, "ocr", seed=1) == perturb(document, "ocr", seed=1)
    assert perturb(document, "ocr", seed=1) != perturb(document, "ocr", seed=2)


@SEEDED
@given(marked_documents(), st.sampled_from(sorted(WAYS)), st.integers(0, 99), st.sampled_from([None, 0.3, 1.0]))
def test_any_document_keeps_its_spans(document: Document, kind: str, seed: int, rate: float | None) -> None:
    spoilt = perturb(document, kind, seed=seed, rate=rate)
    assert unicodedata.is_normalized("NFC", spoilt.text)
    assert [span.label for span in spoilt.spans] == [span.label for span in document.spans]


@st.composite
def documents_with_edits(draw: st.DrawFn) -> tuple[Document, list[tuple[int, int, str]]]:
    """Draw a document and edits that its borders cut nowhere, in the way a span's own text is edited."""
    text = draw(st.text("abc ", min_size=1, max_size=20))
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=6)))
    pairs = list(zip(cuts[::2], cuts[1::2], strict=False))
    document = Document("a", text, tuple(Span(start, end, "ORG") for start, end in pairs))
    places = sorted(draw(st.lists(st.integers(0, len(text)), max_size=6)))
    edits = [
        (a, b, draw(st.text("xyz", min_size=1, max_size=3))) for a, b in zip(places[::2], places[1::2], strict=False)
    ]
    return document, edits


@SEEDED
@given(documents_with_edits())
def test_offsets_are_those_of_editing_each_stretch_alone(drawn: tuple[Document, list[tuple[int, int, str]]]) -> None:
    document, edits = drawn
    borders = sorted({0, len(document.text), *(place for span in document.spans for place in (span.start, span.end))})
    inside = {span.start: span for span in document.spans}
    last, made = 0, []
    for start, end, new in edits:
        if start >= last and not any(start < place < end for place in borders):
            made.append((start, end, new))
            last = end
    text, spans = "", []
    for low, high in itertools.pairwise(borders):
        is_span = low in inside
        # Outside a span what is put in at either end belongs to the stretch; two spans that touch share no such place.
        own = [e for e in made if low <= e[0] and e[1] <= high and not (e[0] == e[1] and e[0] in (low, high))]
        put_in = "".join(new for start, end, new in made if start == end == low)
        piece, at = "", low
        for start, end, new in own:
            piece += document.text[at:start] + new
            at = end
        piece += document.text[at:high]
        text += put_in
        if is_span:
            spans.append((len(text), len(text) + len(piece)))
        text += piece
    text += "".join(new for start, end, new in made if start == end == borders[-1])
    found = edited(document, edits)
    assert (found.text, [(span.start, span.end) for span in found.spans]) == (text, spans)
