import random
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khcn_ner.tagging.compact import SPECIAL_PIECES, build_tokenizer
from khcn_ner.tagging.windows import (
    MergedScores,
    Window,
    centrality,
    count_cut_spans,
    cut_windows,
    encode_document,
    token_scores,
)
from khcn_ner.tokens import token_offsets

SEEDED = settings(derandomize=True, deadline=None)

LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxyàáảãạầấậắặèéẹềếệìíịòóọồốộờớợùúụừứựSKHCNTĐ"
SIGNS = "0123456789.,:;/%&()-…👍"
WORDS = ("▁Sở", "▁tỉnh", "nghiệm", "▁thu", "oa", "▁202")
LINE, SENTENCE, TOKEN, INSIDE = 3, 2, 1, 0

BORDERS = st.lists(st.integers(0, 3), max_size=400).map(lambda border: np.array(border, np.int8))
LIMITS = st.integers(16, 80).flatmap(lambda most: st.tuples(st.just(most), st.integers(0, most // 2)))


@pytest.fixture(scope="module")
def tokenizer():
    letters = sorted(set(LETTERS + SIGNS + "".join(WORDS)) - {"▁"})
    pieces = [*SPECIAL_PIECES, "▁", *letters, *WORDS, "\n"]
    return build_tokenizer(pieces, [0.0] * 4 + [-6.0] * (1 + len(letters)) + [-2.0] * len(WORDS) + [-6.0])


def pieces_of(tokenizer, encoded):
    return [tokenizer.id_to_token(number) for number in encoded.ids]


def spoken_for(tokenizer, text):
    encoded = encode_document(tokenizer, text)
    pieces = pieces_of(tokenizer, encoded)
    return [
        (text[start:end], pieces[first])
        for (start, end), first in zip(encoded.tokens, encoded.first_piece, strict=True)
    ]


def test_each_token_is_spoken_for_by_its_first_piece(tokenizer):
    assert spoken_for(tokenizer, "Sở thuoa\n tỉnh2023\r\nSở 2023") == [
        ("Sở", "▁Sở"),
        ("thuoa", "▁thu"),
        ("tỉnh", "▁tỉnh"),
        ("2023", "2"),
        ("Sở", "▁Sở"),
        ("2023", "▁202"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sở9.864tỉnh", [("Sở", "▁Sở"), ("9", "9"), (".", "."), ("864", "8"), ("tỉnh", "t")]),
        ("Sở…thu", [("Sở", "▁Sở"), ("…", "."), ("thu", "t")]),
        ("Sở²", [("Sở", "▁Sở"), ("²", "2")]),
        ("Sở\u200bthu", [("Sở", "▁Sở"), ("thu", "▁thu")]),
        ("\ufeffSở\u00a0thu", [("Sở", "▁Sở"), ("thu", "▁thu")]),
        ("Sở👍tỉnh", [("Sở", "▁Sở"), ("👍", "👍"), ("tỉnh", "t")]),
        ("Sở(thu)", [("Sở", "▁Sở"), ("(", "("), ("thu", "t"), (")", ")")]),
    ],
)
def test_pieces_are_laid_to_tokens_where_text_and_pieces_differ(tokenizer, text, expected):
    assert spoken_for(tokenizer, text) == expected


def test_unknown_sign_is_spoken_for_too(tokenizer):
    encoded = encode_document(tokenizer, "a 汉 b")
    assert (encoded.first_piece >= 0).all()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sở", [LINE]),
        ("\n Sở", [LINE]),
        ("Sở thu", [LINE, TOKEN]),
        ("Sở\nthu", [LINE, LINE]),
        ("Sở \r\n\r\n thu", [LINE, LINE]),
        ("Sở. Sở", [LINE, TOKEN, SENTENCE]),
        ("Sở; Sở", [LINE, TOKEN, SENTENCE]),
        ("Sở.Sở", [LINE, TOKEN, TOKEN]),
        ("9.864", [LINE, TOKEN, TOKEN]),
        ("Sở.\nSở", [LINE, TOKEN, LINE]),
    ],
)
def test_border_before_a_token_says_what_begins_there(tokenizer, text, expected):
    encoded = encode_document(tokenizer, text)
    assert encoded.border[encoded.border > 0].tolist() == expected


def test_border_inside_a_token_is_none(tokenizer):
    encoded = encode_document(tokenizer, "Sở thuoa")
    assert pieces_of(tokenizer, encoded) == ["▁Sở", "▁thu", "oa"]
    assert encoded.border.tolist() == [LINE, TOKEN, INSIDE]


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\u200b"])
def test_text_without_tokens_has_no_first_piece(tokenizer, text):
    encoded = encode_document(tokenizer, text)
    assert (encoded.tokens, len(encoded.first_piece)) == ([], 0)
    assert len(encoded.ids) == len(encoded.border)


def test_long_text_has_the_pieces_of_one_call(tokenizer):
    draw = random.Random(3)
    blanks = [" ", "  ", "\n", " \n\n ", "\r\n", "\u00a0", "\t"]
    words = ["Sở", "tỉnh", "nghiệm", "thu,", "9.864", "hoa.", "(2023)", "👍"]
    text = "".join(draw.choice(words) + draw.choice(blanks) for _ in range(12_000))
    assert len(text) > 50_000
    encoded = encode_document(tokenizer, text)
    assert encoded.ids.tolist() == tokenizer.encode(text, add_special_tokens=False).ids


def test_long_text_keeps_its_offsets(tokenizer):
    text = "Sở thu tỉnh 2023\n" * 4_000
    encoded = encode_document(tokenizer, text)
    firsts = [tokenizer.id_to_token(encoded.ids[piece]) for piece in encoded.first_piece]
    assert encoded.tokens == token_offsets(text)
    assert firsts == ["▁Sở", "▁thu", "▁tỉnh", "▁202"] * 4_000
    assert encoded.border[encoded.first_piece].tolist() == [LINE, TOKEN, TOKEN, TOKEN] * 4_000


@pytest.mark.timeout(30)
def test_text_of_fifty_thousand_letters_without_a_space_is_one_token(tokenizer):
    encoded = encode_document(tokenizer, "ab" * 25_000)
    assert encoded.tokens == [(0, 50_000)]
    assert encoded.first_piece.tolist() == [1]  # after the space that stands alone
    assert len(encoded.ids) >= 50_000
    assert (encoded.border[1:] == INSIDE).all()


@SEEDED
@given(BORDERS, LIMITS)
def test_every_piece_is_in_a_window(border, limits):
    windows = cut_windows(border, max_pieces=limits[0], overlap=limits[1])
    covered = {piece for window in windows for piece in range(window.piece_start, window.piece_end)}
    assert covered == set(range(len(border)))


@SEEDED
@given(BORDERS, LIMITS)
def test_no_window_is_empty_or_longer_than_allowed(border, limits):
    windows = cut_windows(border, max_pieces=limits[0], overlap=limits[1])
    assert all(0 < window.piece_end - window.piece_start <= limits[0] for window in windows)


@SEEDED
@given(BORDERS, LIMITS)
def test_windows_go_on_and_share_the_overlap_with_their_neighbours(border, limits):
    max_pieces, overlap = limits
    windows = cut_windows(border, max_pieces=max_pieces, overlap=overlap)
    for before, after in pairwise(windows):
        assert before.piece_start < after.piece_start
        assert before.piece_end < after.piece_end
        assert overlap <= before.piece_end - after.piece_start <= overlap + overlap // 2


@pytest.mark.parametrize("n_pieces", [0, 1, 16])
def test_short_document_is_at_most_one_window(n_pieces):
    expected = [Window(0, n_pieces)] if n_pieces else []
    assert cut_windows(np.zeros(n_pieces, np.int8), max_pieces=16, overlap=4) == expected


@pytest.mark.parametrize(
    ("borders", "end"),
    [
        ({12: LINE, 14: SENTENCE, 16: TOKEN}, 12),
        ({11: SENTENCE, 14: SENTENCE, 16: TOKEN}, 14),
        ({13: TOKEN}, 13),
        ({}, 16),
        ({3: LINE, 14: TOKEN}, 14),
        ({16: LINE}, 16),
    ],
)
def test_window_ends_at_the_last_of_the_best_borders_in_its_second_half(borders, end):
    border = np.zeros(30, np.int8)
    border[list(borders)] = list(borders.values())
    assert cut_windows(border, max_pieces=16, overlap=4)[0] == Window(0, end)


def test_centrality_counts_from_the_nearer_cut_edge():
    assert centrality(Window(2, 7), 10).tolist() == [0, 1, 2, 1, 0]


def test_edge_of_the_document_is_no_cut():
    assert centrality(Window(0, 4), 10).tolist() == [3, 2, 1, 0]
    assert centrality(Window(6, 10), 10).tolist() == [0, 1, 2, 3]


@SEEDED
@given(st.integers(1, 200), LIMITS, st.randoms(use_true_random=False))
def test_merged_scores_are_those_of_the_most_central_window(n_pieces, limits, draw):
    windows = cut_windows(np.ones(n_pieces, np.int8), max_pieces=limits[0], overlap=limits[1])
    order = list(range(len(windows)))
    draw.shuffle(order)
    merged = MergedScores(n_pieces, 1)
    for number in order:
        size = windows[number].piece_end - windows[number].piece_start
        merged.add(windows[number], np.full((size, 1), number, np.float32))
    for piece in range(n_pieces):
        distances = {}
        for number, window in enumerate(windows):
            if window.piece_start <= piece < window.piece_end:
                left = piece - window.piece_start if window.piece_start else n_pieces
                right = window.piece_end - 1 - piece if window.piece_end < n_pieces else n_pieces
                distances[number] = min(left, right)
        assert distances[int(merged.scores[piece, 0])] == max(distances.values())


def test_pieces_that_no_window_scored_are_known():
    merged = MergedScores(5, 2)
    merged.add(Window(1, 3), np.ones((2, 2), np.float32))
    assert merged.seen.tolist() == [False, True, True, False, False]
    assert merged.scores[:, 0].tolist() == [0, 1, 1, 0, 0]


def test_token_scores_are_those_of_first_pieces(tokenizer):
    encoded = encode_document(tokenizer, "Sở thuoa thu")
    merged = MergedScores(len(encoded.ids), 3)
    merged.add(Window(0, len(encoded.ids)), np.arange(len(encoded.ids) * 3, dtype=np.float32).reshape(-1, 3))
    scores, n_unseen = token_scores(encoded, merged)
    assert scores[:, 0].tolist() == [0, 3, 9]
    assert n_unseen == 0


def test_characters_of_unseen_tokens_are_counted(tokenizer):
    encoded = encode_document(tokenizer, "Sở thuoa thu")
    merged = MergedScores(len(encoded.ids), 3)
    merged.add(Window(0, 1), np.ones((1, 3), np.float32))
    scores, n_unseen = token_scores(encoded, merged)
    assert scores[:, 0].tolist() == [1, 0, 0]
    assert n_unseen == len("thuoa") + len("thu")


@pytest.mark.parametrize(
    ("windows", "n_cut"),
    [
        ([Window(0, 4)], 0),
        ([Window(0, 2), Window(1, 4)], 0),
        ([Window(0, 3), Window(2, 4)], 1),
        ([Window(0, 1), Window(1, 2), Window(2, 4)], 2),
    ],
)
def test_spans_that_no_window_holds_whole_are_counted(tokenizer, windows, n_cut):
    encoded = encode_document(tokenizer, "Sở thu tỉnh Sở")
    assert len(encoded.ids) == 4
    assert count_cut_spans(encoded, [(0, 2), (1, 4), (2, 2)], windows) == n_cut
