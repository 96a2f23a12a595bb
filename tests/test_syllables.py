import unicodedata
from collections import Counter
from pathlib import Path

import pytest
import regex

from khcn_ner.syllables import syllables
from khcn_ner.tokens import token_offsets

TRAIN = Path(__file__).parents[1] / "data" / "annotations" / "train"

TONES = "\u0300\u0301\u0303\u0309\u0323"
# One run of vowels between consonants that may begin and that may end a syllable: no abbreviation, no two
# words run together, no name of another language (Đắk).
# Names of Khmer, Ê Đê, Gia Rai and Hrê people, and misspellings.
NOT_VIETNAMESE = {"néang", "niê", "mlô", "kpă", "prông", "hrê", "đựơc", "nguời"}
SHAPE = regex.compile(r"[bcdđghklmnpqrstvx]*[aăâeêioôơuưy]+(c|ch|m|n|ng|nh|p|t)?")


def looks_vietnamese(word):
    decomposed = unicodedata.normalize("NFD", word)
    toneless = unicodedata.normalize("NFC", "".join(mark for mark in decomposed if mark not in TONES))
    # A marked vowel tells it from English.
    return len(decomposed) > len(word) and SHAPE.fullmatch(toneless) is not None


@pytest.fixture(scope="module")
def known():
    return frozenset(syllables())


def test_syllables_that_reports_repeat_are_produced(known):
    texts = (path.read_text(encoding="utf-8") for path in TRAIN.glob("*.txt"))
    words = Counter(text[start:end].lower() for text in texts for start, end in token_offsets(text))
    repeated = {word for word, n_times in words.items() if n_times >= 3 and looks_vietnamese(word)}
    assert len(repeated) > 1000
    assert repeated - known - NOT_VIETNAMESE == set()


@pytest.mark.parametrize(
    "syllable",
    [
        *("khoa", "học", "nghiên", "cứu", "tỉnh", "huyện", "được", "những", "quyết", "giữa", "nghiêng", "nguyễn"),
        *(
            "hòa",
            "hoà",
            "khỏe",
            "khoẻ",
            "thủy",
            "thuỷ",
            "quý",
            "gì",
            "yêu",
            "ủy",
            "uỷ",
            "khuỷu",
            "quỳnh",
            "quýt",
            "xoong",
            "krông",
        ),
    ],
)
def test_syllable_is_produced(known, syllable):
    assert syllable in known


@pytest.mark.parametrize("word", ["hoâ", "tinhr", "đ", "bcđ", "project", "huỵeện"])
def test_what_is_no_syllable_is_not_produced(known, word):
    assert word not in known


def test_syllables_are_lower_case_nfc(known):
    assert all(unicodedata.is_normalized("NFC", syllable) and syllable == syllable.lower() for syllable in known)


def test_tone_is_on_one_letter(known):
    tones = [sum(mark in TONES for mark in unicodedata.normalize("NFD", syllable)) for syllable in known]
    assert set(tones) == {0, 1}
