import pytest

from khcn_ner.document import Document, Span
from khcn_ner.labels import TAG_INDEX, Label
from khcn_ner.tagging.compact import BOS, EOS, SPECIAL_PIECES, build_tokenizer
from khcn_ner.tagging.features import IGNORED, window_documents, window_rows
from khcn_ner.tagging.view import PieceReader

OUTSIDE, BEGIN, INSIDE = TAG_INDEX["O"], TAG_INDEX["B-ORG"], TAG_INDEX["I-ORG"]


@pytest.fixture(scope="module")
def tokenizer():
    pieces = [*SPECIAL_PIECES, "▁", *"abcd.", "▁ab", "\n"]
    return build_tokenizer(pieces, [0.0] * 4 + [-5.0] * 6 + [-1.0, -5.0])


def make(text, *spans, name="a"):
    return Document(name, text, tuple(Span(start, end, Label.ORG) for start, end in spans))


def rows_of(tokenizer, document, **limits):
    windowed, _ = window_documents([document], PieceReader(tokenizer), **limits, split_words=True)
    return window_rows(windowed, bos=BOS, eos=EOS)


def counts_of(tokenizer, *documents, max_pieces=16, overlap=4):
    return window_documents(
        documents, PieceReader(tokenizer), max_pieces=max_pieces, overlap=overlap, split_words=True
    )[1]


def test_row_is_the_framed_pieces_with_a_tag_a_first_piece(tokenizer):
    (row,) = rows_of(tokenizer, make("abc ab\nab", (0, 6)), max_pieces=16, overlap=4)
    assert [tokenizer.id_to_token(number) for number in row["input_ids"]] == [
        *("<s>", "▁ab", "c", "▁ab", "\n", "▁ab", "</s>")
    ]
    assert row["labels"] == [IGNORED, BEGIN, IGNORED, INSIDE, IGNORED, OUTSIDE, IGNORED]


def test_every_window_has_a_row_no_longer_than_the_frame_allows(tokenizer):
    rows = rows_of(tokenizer, make("ab " * 40), max_pieces=16, overlap=4)
    assert len(rows) > 2
    assert all(len(row["input_ids"]) == len(row["labels"]) <= 18 for row in rows)


def test_pieces_that_windows_share_are_labelled_in_both(tokenizer):
    document = make("ab " * 24, *((3 * place, 3 * place + 2) for place in range(24)))
    first, second = rows_of(tokenizer, document, max_pieces=16, overlap=4)
    assert first["labels"][-5:-1] == second["labels"][1:5] == [BEGIN] * 4


def test_documents_do_not_share_windows(tokenizer):
    windowed, _ = window_documents(
        [make("ab"), make("ab ab")], PieceReader(tokenizer), max_pieces=16, overlap=4, split_words=True
    )
    assert [len(row["input_ids"]) for row in window_rows(windowed, bos=BOS, eos=EOS)] == [3, 4]


def test_document_without_text_has_no_row(tokenizer):
    assert rows_of(tokenizer, make(""), max_pieces=16, overlap=4) == []


def test_pieces_windows_and_spans_are_counted(tokenizer):
    counts = counts_of(tokenizer, make("ab ab", (0, 2)), make("ab " * 24, (0, 2), (3, 8)))
    assert (counts.n_pieces, counts.n_windows, counts.n_spans) == (2 + 24 + 4, 3, 3)


def test_whole_spans_are_no_loss(tokenizer):
    counts = counts_of(tokenizer, make("ab ab. ab", (0, 5), (7, 9)))
    assert (counts.n_spans_cut_by_windows, counts.n_spans_cutting_tokens) == (0, 0)


def test_span_longer_than_a_window_is_counted_as_cut(tokenizer):
    counts = counts_of(tokenizer, make("ab " * 24, (0, 59)))
    assert (counts.n_spans_cut_by_windows, counts.n_spans_cutting_tokens) == (1, 0)


def test_span_as_long_as_the_overlap_is_never_cut(tokenizer):
    starts = range(0, 24 * 3 - 12, 12)
    for shift in (0, 3, 6, 9):
        spans = [(start + shift, start + shift + 11) for start in starts if start + shift + 11 <= 71]
        assert counts_of(tokenizer, make("ab " * 24, *spans)).n_spans_cut_by_windows == 0


def test_span_inside_a_token_is_counted_as_cutting_it(tokenizer):
    counts = counts_of(tokenizer, make("abcd ab", (0, 2), (5, 7)))
    assert (counts.n_spans, counts.n_spans_cutting_tokens) == (2, 1)
