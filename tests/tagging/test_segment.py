"""Words laid back onto the text they were found in, whatever a segmenter rewrites."""

from __future__ import annotations

import itertools
import sys
import threading
import types
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khcn_ner.document import Document, Span
from khcn_ner.errors import ModelError
from khcn_ner.tagging.conflicts import count_conflicts
from khcn_ner.tagging.segment import load_segmenter, place_words, rdr_tones, split_at_borders, word_units
from khcn_ner.tokens import token_offsets

SEEDED = settings(derandomize=True, deadline=None, max_examples=100)
SYLLABLES = st.sampled_from(
    "Hoà Hòa thủy thuỷ khoa học 12 9.864triệu , “ ” ( ) KH&CN _ a_b đ 😀 é e\u0301\u0302x".split(" ")
)
TEXT = st.lists(st.tuples(SYLLABLES, st.sampled_from([" ", "  ", "\n", "", "\u200b", "\t"]))).map(
    lambda parts: "".join(word + gap for word, gap in parts)
)


def surfaces(text: str, places: list[tuple[int, int]]) -> list[str]:
    return [text[start:end] for start, end in places]


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("Hoà An họp", ["Hòa An", "họp"], ["Hoà An", "họp"]),
        ("thủy  sản,biển", ["thuỷ sản", ",", "biển"], ["thủy  sản", ",", "biển"]),
        ("Khoa học", ["Khoa_học"], ["Khoa học"]),
        ("a_b c", ["a_b", "c"], ["a_b", "c"]),
        ("Sở … KH", ["Sở", "...", "KH"], ["Sở", "KH"]),  # what has become something else is left out
        ("một hai ba", ["một", "hái hoa", "ba"], ["một", "ba"]),
        ("", [], []),
    ],
)
def test_words_are_placed_whatever_was_rewritten(text: str, words: list[str], expected: list[str]) -> None:
    assert surfaces(text, place_words(text, words)) == expected


def test_tones_are_placed_as_rdrsegmenter_does_and_the_length_stays() -> None:
    assert rdr_tones("Hòa, họa, khỏe, thủy, Ủy ban, quý, toán") == "Hoà, hoạ, khoẻ, thuỷ, Uỷ ban, quý, toán"


@SEEDED
@given(TEXT, st.data())
def test_units_cover_every_token_in_order_and_only_join_letters(text: str, data: st.DataObject) -> None:
    tokens = token_offsets(text)
    cuts = sorted(data.draw(st.sets(st.integers(0, len(tokens)), max_size=8)) | {0, len(tokens)})
    words = [(tokens[a][0], tokens[b - 1][1]) for a, b in itertools.pairwise(cuts) if b > a]
    units = word_units(text, words)
    assert [token for start, end in units for token in token_offsets(text[start:end])] == [
        (start - unit_start, end - unit_start)
        for unit_start, unit_end in units
        for start, end in tokens
        if unit_start <= start < unit_end
    ]
    assert sum(len(token_offsets(text[start:end])) for start, end in units) == len(tokens)
    for start, end in units:
        assert "\n" not in text[start:end]
        assert len(token_offsets(text[start:end])) == 1 or all(
            character.isalpha() or character.isspace() or character > "\u0300" for character in text[start:end]
        )


def test_without_words_a_unit_is_a_token() -> None:
    text = "Sở KH&CN, 9.864triệu"
    assert word_units(text, load_segmenter("none")(text)) == token_offsets(text)


def test_words_that_straddle_a_gold_border_are_split_and_counted() -> None:
    text = "Sở Khoa học và Công nghệ họp"
    units = [(0, 2), (3, 14), (15, 24), (25, 28)]
    split, n_split = split_at_borders(text, units, [Span(0, 11, "ORG"), Span(20, 28, "ORG")])
    assert surfaces(text, split) == ["Sở", "Khoa học", "và", "Công", "nghệ", "họp"]
    assert n_split == 2
    assert split_at_borders(text, units, ()) == (units, 0)


def test_conflicts_bound_recall_and_f1() -> None:
    text = "Sở Khoa học và Công nghệ họp"
    document = Document("a", text, (Span(0, 11, "ORG"), Span(15, 24, "ORG"), Span(25, 28, "PER")))
    conflicts = count_conflicts([document], lambda _: [(3, 14)])
    assert (conflicts.n_borders, conflicts.n_borders_inside) == (6, 1)
    assert conflicts.share_inside == pytest.approx(1 / 6)
    assert conflicts.f1_ceiling == pytest.approx(0.8)  # precision 1, recall 2/3
    nothing = count_conflicts([Document("a", "x")], lambda _: [])
    assert (nothing.share_inside, nothing.f1_ceiling) == (None, None)


def test_underthesea_finds_words_in_the_text_as_it_is_and_from_several_threads() -> None:
    pytest.importorskip("underthesea")
    segment = load_segmenter("underthesea")
    text = "Sở Công thương Hoà Bình\ntổ chức  hội nghị về thuỷ sản; thu 9.864triệu đồng. " + "đ" * 3000
    alone = segment(text)
    assert {"Hoà Bình", "tổ chức", "hội nghị", "thuỷ sản"} <= set(surfaces(text, alone))
    found: list[list[tuple[int, int]]] = []
    threads = [threading.Thread(target=lambda: found.append(segment(text))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [alone] * 4


@pytest.mark.parametrize(
    "text", ["", " \n ", "\x00\x01", "\u200b\ufeff", "😀👨‍👩‍👧 ok", "e\u0301\u0302", "_ __ a_", "ℵ ½ ﬁ ß İ", "…" * 50]
)
def test_underthesea_takes_odd_texts(text: str) -> None:
    pytest.importorskip("underthesea")
    words = load_segmenter("underthesea")(text)
    assert words == sorted(words)
    assert all(0 <= start < end <= len(text) for start, end in words)
    assert sum(len(token_offsets(text[start:end])) for start, end in word_units(text, words)) == len(
        token_offsets(text)
    )


def test_vncorenlp_words_are_placed_and_the_working_directory_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The package itself needs Java and a download; this one stands in for it, with what it does to a text."""

    class VnCoreNLP:
        def __init__(self, annotators: list[str], save_dir: str) -> None:
            assert annotators == ["wseg"]
            monkeypatch.chdir(save_dir)

        def word_segment(self, text: str) -> list[str]:
            assert text == "Hòa An họp. Thủy sản"
            return ["Hoà_An họp .", "Thuỷ_sản"]

    package = types.ModuleType("py_vncorenlp")
    package.VnCoreNLP = VnCoreNLP  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "py_vncorenlp", package)
    monkeypatch.setenv("VNCORENLP_DIR", str(tmp_path))
    before = Path.cwd()
    segment = load_segmenter("vncorenlp")
    assert Path.cwd() == before
    text = "Hòa An họp. Thủy sản"
    assert surfaces(text, segment(text)) == ["Hòa An", "họp", ".", "Thủy sản"]


@pytest.mark.parametrize(
    ("name", "missing", "message"),
    [
        (
            "underthesea",
            "underthesea",
            "segmenter underthesea: found no package underthesea, expected it installed; pip",
        ),
        ("vncorenlp", "py_vncorenlp", "expected py_vncorenlp, Java and the downloaded model; install Java"),
        ("pyvi", None, "segmenter: found 'pyvi', expected one of none, underthesea, vncorenlp"),
    ],
)
def test_a_back_end_that_is_absent_is_one_line(
    name: str, missing: str | None, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if missing is not None:
        monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(ModelError) as caught:
        load_segmenter(name)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_vncorenlp_without_its_model_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "py_vncorenlp", types.ModuleType("py_vncorenlp"))
    monkeypatch.delenv("VNCORENLP_DIR", raising=False)
    with pytest.raises(
        ModelError, match="segmenter vncorenlp: found no VNCORENLP_DIR, expected the folder of its model"
    ):
        load_segmenter("vncorenlp")
