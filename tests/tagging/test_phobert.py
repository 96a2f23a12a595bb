"""The fast PhoBERT tokenizer against the slow one of transformers: the same ids for every text."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from phobert_files import learn_merges, vocabulary_words, write_phobert_files
from transformers import AutoTokenizer, PhobertTokenizer

from khcn_ner.errors import ModelError
from khcn_ner.tagging.phobert import Phobert, read_phobert
from khcn_ner.tagging.phobert_fast import FastPhobertTokenizer

TEXTS = (
    "Sở Khoa_học và Công_nghệ tỉnh Hà_Nam báo_cáo ngày 12 / 6 / 2022 về 15 dự_án nghiên_cứu .",
    "Đồng_chí Lê_Văn_Tám , Viện Chăn_nuôi , chủ_trì hội_nghị tổng_kết năm 2022 ; kinh_phí 9.864 triệu đồng .",
    "Nghiên_cứu ứng_dụng công_nghệ sinh_học trong chăn_nuôi trâu bò ở các huyện miền núi phía Bắc ( 2019 - 2021 )",
)
# White space of every kind, specials, marks that BPE files use themselves, letters of other scripts.
ODD = st.text(st.sampled_from(" \n\r\t\x0b\x1c\x1f\x85\xa0\u2003\u2028\u3000\u200b@_</w>ab^ắẮđ́😀"), max_size=25)
SPECIALS = st.lists(st.sampled_from(["<s>", "<mask>", "</s>", "<unk>", "<pad>", "<", "s>", " ", "a", "ng", "\n"]))
VIETNAMESE = st.lists(
    st.sampled_from(
        [word for text in TEXTS for word in text.split()] + ["", "\n", "nghiêng", "khoan_học", "Tám@@", "@@"]
    )
)
TEXT = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
    ODD,
    SPECIALS.map("".join),
    VIETNAMESE.map(" ".join),
    VIETNAMESE.map("".join),
)
SEEDED = settings(derandomize=True, deadline=None, max_examples=300)


def slow_of(folder: Path) -> PhobertTokenizer:
    return PhobertTokenizer(str(folder / "vocab.txt"), str(folder / "bpe.codes"))


def ids_of(phobert: Phobert, text: str) -> list[int]:
    return phobert.real_ids(phobert.tokenizer.encode(text).ids).tolist()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_phobert_files(tmp_path_factory.mktemp("phobert"), TEXTS, left_out=0.3)


@pytest.fixture(scope="module")
def slow(folder: Path) -> PhobertTokenizer:
    return slow_of(folder)


@pytest.fixture(scope="module")
def phobert(folder: Path) -> Phobert:
    return read_phobert(folder)


@pytest.fixture(scope="module")
def fast(folder: Path) -> FastPhobertTokenizer:
    return FastPhobertTokenizer.from_folder(folder)


def test_some_merges_of_the_test_leave_the_vocabulary(phobert: Phobert) -> None:
    ids = [number for text in TEXTS for number in phobert.tokenizer.encode(text).ids]
    assert any(number >= phobert.unknown_from for number in ids)
    assert max(phobert.real_ids(ids)) < phobert.unknown_from


@SEEDED
@given(TEXT)
def test_ids_equal_those_of_the_slow_tokenizer(slow: PhobertTokenizer, phobert: Phobert, text: str) -> None:
    assert ids_of(phobert, text) == slow(text).input_ids


LETTERS = "aabbccd@_<w>/"


@st.composite
def made_files(draw: st.DrawFn) -> tuple[list[str], list[tuple[str, str]]]:
    """Learn merges from random words and keep a random part of the vocabulary, in random order, some words twice."""
    words = draw(st.lists(st.text(st.sampled_from(LETTERS), min_size=1, max_size=8), min_size=1, max_size=12))
    merges = learn_merges(words, n_merges=draw(st.integers(0, 40)))
    possible = vocabulary_words(merges, sorted(set(LETTERS)))
    vocabulary = draw(st.lists(st.sampled_from([*possible, "zz", "z@@", "@@", "<s>", "<mask>"]), max_size=40))
    return vocabulary, merges


@SEEDED
@given(made_files(), st.lists(st.text(st.sampled_from(LETTERS + " \nz"), max_size=24), min_size=1, max_size=5))
def test_ids_are_equal_whatever_the_vocabulary(
    files: tuple[list[str], list[tuple[str, str]]], texts: list[str]
) -> None:
    vocabulary, merges = files
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "vocab.txt").write_text("".join(f"{word} 1\n" for word in vocabulary), encoding="utf-8")
        (folder / "bpe.codes").write_text("".join(f"{a} {b} 1\n" for a, b in merges), encoding="utf-8")
        slow = slow_of(folder)
        try:
            phobert = read_phobert(folder)
        except ModelError:
            assert merges
            assert not set(vocabulary) & set(vocabulary_words(merges, ()))
            return
    for text in texts:
        assert ids_of(phobert, text) == slow(text).input_ids


@SEEDED
@given(TEXT)
def test_offsets_point_at_the_characters_of_each_piece(phobert: Phobert, text: str) -> None:
    encoding = phobert.tokenizer.encode(text)
    pieces = list(zip(encoding.tokens, encoding.ids, encoding.offsets, strict=True))
    assert (pieces[0][2], pieces[-1][2]) == ((0, 0), (0, 0))
    covered = 0
    for token, _, (start, end) in pieces[1:-1]:
        assert text[covered:start].strip() == ""  # nothing but white space is left out
        assert start < end
        assert token == "<unk>" or token.removesuffix(" ") == text[start:end]
        covered = end
    assert text[covered:].strip() == ""


def test_word_ids_count_the_words_between_white_space(fast: FastPhobertTokenizer) -> None:
    encoded = fast("Khoa_học nghiêng", return_offsets_mapping=True)
    assert set(encoded.word_ids()) == {None, 0, 1}
    word_0 = [offset for offset, word in zip(encoded["offset_mapping"], encoded.word_ids(), strict=True) if word == 0]
    assert (word_0[0][0], word_0[-1][1]) == (0, 8)


def test_batches_pairs_padding_and_truncation_are_as_in_the_slow_one(
    slow: PhobertTokenizer, fast: FastPhobertTokenizer
) -> None:
    assert fast(list(TEXTS), padding=True).input_ids == slow(list(TEXTS), padding=True).input_ids
    assert fast(list(TEXTS), padding=True).attention_mask == slow(list(TEXTS), padding=True).attention_mask
    assert fast(TEXTS[0], TEXTS[1]).input_ids == slow(TEXTS[0], TEXTS[1]).input_ids
    options = {"truncation": True, "max_length": 9}
    assert fast(TEXTS[0], **options).input_ids == slow(TEXTS[0], **options).input_ids
    words = TEXTS[0].split()
    assert fast(words, is_split_into_words=True).input_ids == slow(words, is_split_into_words=True).input_ids
    assert fast(TEXTS[0], return_tensors="pt").input_ids.tolist()[0] == slow(TEXTS[0]).input_ids


def test_stride_gives_overlapping_windows_with_real_ids(slow: PhobertTokenizer, fast: FastPhobertTokenizer) -> None:
    encoded = fast(TEXTS[0], truncation=True, max_length=12, stride=4, return_overflowing_tokens=True)
    whole = slow(TEXTS[0], add_special_tokens=False).input_ids
    joined = encoded.input_ids[0][1:-1]
    for window in encoded.input_ids[1:]:
        joined += window[5:-1]
    assert joined == whole
    assert len(encoded.input_ids) > 2


def test_pieces_are_spelt_as_the_slow_tokenizer_spells_them(slow: PhobertTokenizer, fast: FastPhobertTokenizer) -> None:
    for text in (*TEXTS, "nghiêng <mask> a"):
        for ours, theirs in zip(fast.tokenize(text), slow.tokenize(text), strict=True):
            assert ours in (theirs, "<unk>")
        ids = slow(text).input_ids
        assert fast.convert_ids_to_tokens(ids) == slow.convert_ids_to_tokens(ids)
        assert fast.convert_tokens_to_ids(fast.tokenize(text)) == slow.convert_tokens_to_ids(slow.tokenize(text))
    assert fast.get_vocab() == slow.get_vocab()
    assert len(fast) == len(slow)
    assert fast.convert_tokens_to_string(["Sở", "KH@@", "CN"]) == "Sở KHCN"


def test_saved_and_loaded_it_is_the_same(slow: PhobertTokenizer, fast: FastPhobertTokenizer, tmp_path: Path) -> None:
    fast.save_pretrained(tmp_path)
    for loaded in (FastPhobertTokenizer.from_pretrained(tmp_path), AutoTokenizer.from_pretrained(tmp_path)):
        assert type(loaded) is FastPhobertTokenizer
        assert loaded(TEXTS[0]).input_ids == slow(TEXTS[0]).input_ids
        assert loaded.model_max_length == 256


def test_added_tokens_keep_their_own_numbers(folder: Path) -> None:
    fast = FastPhobertTokenizer.from_folder(folder)
    fast.add_tokens(["<dòng>"])
    number = fast.convert_tokens_to_ids("<dòng>")
    assert number in fast("a <dòng> b").input_ids
    assert number < len(fast)


def test_a_stock_pipeline_groups_words_over_whole_texts(fast: FastPhobertTokenizer) -> None:
    import torch
    from transformers import RobertaConfig, RobertaForTokenClassification, pipeline

    torch.manual_seed(3)
    config = RobertaConfig(
        vocab_size=fast.vocab_size, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16,
        max_position_embeddings=34, pad_token_id=1, bos_token_id=0, eos_token_id=2,
        id2label={0: "B-ORG", 1: "I-ORG"}, label2id={"B-ORG": 0, "I-ORG": 1},
    )  # fmt: skip
    tokenizer = FastPhobertTokenizer.from_phobert(
        Phobert(fast.backend_tokenizer, fast.init_kwargs["unknown_from"], ()), max_length=32
    )
    text = " ".join(TEXTS)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that the heuristic of spaces finds words
        tag = pipeline(
            "token-classification", RobertaForTokenClassification(config), tokenizer=tokenizer,
            aggregation_strategy="first", stride=8, device="cpu",
        )  # fmt: skip
        found = tag(text)
    assert len(fast(text).input_ids) > 50  # two windows and more
    assert found
    for entity in found:
        assert text[entity["start"] : entity["end"]].strip()
        assert entity["start"] == 0 or text[entity["start"] - 1] == " " or "<unk>" in entity["word"]
    assert found[-1]["end"] == len(text)


@pytest.mark.parametrize(
    ("vocabulary", "codes", "message"),
    [
        (None, "n g 1\n", "vocab.txt: found no file, expected a PhoBERT model's file in UTF-8"),
        ("ng 1\n", None, "bpe.codes: found no file"),
        ("ng 1\nngh\n", "n g</w> 1\n", "vocab.txt, line 2: found 'ngh', expected WORD COUNT"),
        ("ng 1\n", "word 12\n", "bpe.codes, line 1: found 'word 12', expected LEFT RIGHT COUNT"),
        ("the 1\n", "n g 9\ng h 8\n", "found bpe.codes of which no merge makes a piece of vocab.txt, expected the two"),
        (b"\xff\xfe", "n g 1\n", "vocab.txt: found an unreadable file"),
    ],
)
def test_files_that_are_missing_or_do_not_fit_are_named(
    tmp_path: Path, vocabulary: str | bytes | None, codes: str | None, message: str
) -> None:
    for name, content in (("vocab.txt", vocabulary), ("bpe.codes", codes)):
        if content is not None:
            (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ModelError) as caught:
        read_phobert(tmp_path)
    assert message in str(caught.value)


def test_windows_line_ends_and_merges_given_twice_count_as_in_the_slow_one(tmp_path: Path) -> None:
    (tmp_path / "vocab.txt").write_bytes(b"ab@@ 1\r\nbc 1\r\na@@ 1\r\nabc 2\r\nc 1\r\n")
    (tmp_path / "bpe.codes").write_bytes(b"a b 9\r\nb c</w> 8\r\na b 7\r\nab c</w> 6\r\nno count\r\nlast line 1")
    assert ids_of(read_phobert(tmp_path), "abc ab c") == slow_of(tmp_path)("abc ab c").input_ids
