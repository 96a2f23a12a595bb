"""The view a pre-trained encoder reads: every unit has pieces of its own, tied to its characters."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khcn_ner.document import Document, Span
from khcn_ner.tagging.features import window_documents
from khcn_ner.tagging.folder import ViewSettings
from khcn_ner.tagging.phobert import Phobert, read_phobert
from khcn_ner.tagging.view import ViewReader, make_reader, render
from khcn_ner.tagging.windows import cut_windows
from khcn_ner.tokens import token_offsets

SEEDED = settings(derandomize=True, deadline=None, max_examples=150)


@pytest.fixture(scope="module")
def phobert(tiny_phobert: Path) -> Phobert:
    return read_phobert(tiny_phobert)


@pytest.fixture(scope="module")
def reader(phobert: Phobert) -> ViewReader:
    view = ViewSettings(
        segmenter="none", line_mark="</s>", unknown_from=phobert.unknown_from, unknown=3, aliases=phobert.aliases
    )
    made = make_reader(phobert.tokenizer, view)
    assert isinstance(made, ViewReader)
    return made


def test_the_view_has_words_joined_tones_moved_and_lines_marked() -> None:
    text = "Sở Thủy  sản\n\n12/6 </s>"
    units = [(0, 2), (3, 12), (14, 16), (16, 17), (17, 18), (19, 20), (20, 21), (21, 22), (22, 23)]
    view, starts, ends = render(text, units, line_mark="</s>")
    assert view == "Sở Thuỷ_sản </s> 12 / 6 < / s >"
    assert [view[start:end] for start, end in zip(starts, ends, strict=True)][:3] == ["Sở", "Thuỷ_sản", "12"]


@SEEDED
@given(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
    | st.text(st.sampled_from("abđ1. \n</s>"), max_size=60)
)
def test_every_token_has_a_piece_of_its_own_whatever_the_text(reader: ViewReader, text: str) -> None:
    encoded = reader.read(text)
    assert encoded.tokens == token_offsets(text)
    assert (encoded.first_piece >= 0).all()
    assert (np.diff(encoded.first_piece) > 0).all()
    assert len(encoded.ids) == len(encoded.border)


def test_ids_are_those_of_the_words_one_after_another(reader: ViewReader, phobert: Phobert) -> None:
    text = "Đồng chí Lê Văn Tám báo cáo\nngày 12/6/2022."
    expected: list[int] = []
    for line in text.split("\n"):
        expected += [2] if expected else []
        for start, end in token_offsets(line):
            ids = phobert.tokenizer.encode(line[start:end], add_special_tokens=False).ids
            expected += phobert.real_ids(ids).tolist()
    assert reader.read(text).ids.tolist() == expected


def test_long_texts_are_encoded_as_short_ones(reader: ViewReader, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Đồng chí Lê Văn Tám báo cáo,\nngày 12/6/2022. " * 30
    whole = reader.read(text)
    monkeypatch.setattr("khcn_ner.tagging.view._STRETCH", 7)
    parts = reader.read(text)
    assert parts.ids.tolist() == whole.ids.tolist()
    assert parts.first_piece.tolist() == whole.first_piece.tolist()


def test_a_title_of_120_words_stands_in_one_window_of_254_pieces(phobert: Phobert) -> None:
    title = " ".join(["báo cáo"] * 60)
    text = "Đồng chí Lê Văn Tám. " * 60 + f"Đề tài {title}." + " ngày 12/6/2022" * 60
    start = text.index(title)
    words = [(place, place + 7) for place in range(start, start + len(title), 8)]
    reader = ViewReader(phobert.tokenizer, lambda _: words, "</s>", phobert.number_table())
    document = Document("a", text, (Span(start, start + len(title), "PROJECT"),))
    (item,), counts = window_documents([document], reader, max_pieces=254, overlap=48, split_words=True)
    assert len(item.windows) > 3
    assert max(window.piece_end - window.piece_start for window in item.windows) <= 254
    assert counts.n_spans == 1
    covered = np.zeros(len(item.encoded.ids), bool)
    for window in cut_windows(item.encoded.border, max_pieces=254, overlap=48):
        covered[window.piece_start : window.piece_end] = True
    assert covered.all()
    assert [tag for tag in item.tags if tag != "O"] == ["B-PROJECT"] + ["I-PROJECT"] * 59


def test_words_are_split_for_training_alone(phobert: Phobert) -> None:
    text = "Sở Khoa học và họp"
    reader = ViewReader(phobert.tokenizer, lambda _: [(3, 14)], "</s>", phobert.number_table())
    document = Document("a", text, (Span(0, 11, "ORG"),))
    for split, n_split, tags in ((True, 1, ["B-ORG", "I-ORG", "O", "O"]), (False, 0, ["B-ORG", "I-ORG", "O"])):
        (item,), counts = window_documents([document], reader, max_pieces=100, overlap=8, split_words=split)
        assert (counts.n_split_words, item.tags) == (n_split, tags)
        assert counts.n_spans_cutting_tokens == (0 if split else 1)
