import unicodedata
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khcn_ner.config import AugmentationConfig, Spoilt
from khcn_ner.corpus.augment import augment
from khcn_ner.corpus.inline import inline_document, inline_text
from khcn_ner.corpus.perturb import WAYS
from tests.corpus.marked_documents import marked_documents

OFF = {"copies": 1, "replace": 0.0, "abbreviate": 0.0, "tones": 0.0, "upper": 0.0, "noise": 0.0}


def copies(*marked, seed=1, **changes):
    documents = [inline_document(text, name=f"d{number}") for number, text in enumerate(marked)]
    return augment(documents, AugmentationConfig(**{**OFF, **changes}), seed=seed)[len(documents) :]


def test_without_changes_a_copy_is_its_document_under_another_name():
    (copy,) = copies("[[ORG|Sở Y tế]] họp")
    assert (copy.id, inline_text(copy)) == ("d0~1", "[[ORG|Sở Y tế]] họp")


def test_originals_come_first_and_copies_are_counted():
    documents = [inline_document("một", name="a")]
    augmented = augment(documents, AugmentationConfig(**{**OFF, "copies": 3}), seed=1)
    assert [document.id for document in augmented] == ["a", "a~1", "a~2", "a~3"]


def test_bodies_are_replaced_by_bodies_of_the_same_head():
    first, second = copies("[[ORG|Sở Y tế]] và [[ORG|Viện Ngô]]", "[[ORG|Sở Nội vụ]] và [[ORG|Viện Lúa]]", replace=1.0)
    for copy in (first, second):
        body, institute = (copy.surface(span) for span in copy.spans)
        assert body in ("Sở Y tế", "Sở Nội vụ")
        assert institute in ("Viện Ngô", "Viện Lúa")


def test_figures_keep_their_form():
    (copy,) = copies("[[QUANTITY|1.934.000 đồng]] [[DATE|ngày 17/8/2019]]", replace=1.0)
    amount, date = (copy.surface(span) for span in copy.spans)
    assert amount.startswith("1.") and amount.endswith("000 đồng") and len(amount) == len("1.934.000 đồng")
    assert date.startswith("ngày 1") and date.endswith("/201" + date[-1])


@pytest.mark.parametrize(
    ("changes", "marked", "possible"),
    [
        (
            {"abbreviate": 1.0},
            "[[ORG|Sở Khoa học và Công nghệ]]",
            {"[[ORG|Sở KH&CN]]", "[[ORG|Sở Khoa học và Công nghệ]]"},
        ),
        ({"abbreviate": 1.0}, "[[ORG|UBND tỉnh]]", {"[[ORG|Ủy ban nhân dân tỉnh]]", "[[ORG|UBND tỉnh]]"}),
        ({"tones": 1.0}, "hòa, hoà", {"hòa, hòa", "hoà, hoà"}),
        ({"upper": 1.0}, "họp ở [[ORG|Sở Y tế]]", {"HỌP Ở [[ORG|SỞ Y TẾ]]"}),
    ],
)
def test_changes_are_those_named(changes, marked, possible):
    found = {inline_text(copies(marked, seed=seed, **changes)[0]) for seed in range(20)}
    assert found == possible


def test_abbreviations_inside_longer_words_stay():
    marked = "TTKH&CN, KH&CNQG, R&KH&CN, UBNDTP, [[ORG|Sở KH&CN]]"
    found = {inline_text(copies(marked, seed=seed, abbreviate=1.0)[0]) for seed in range(20)}
    assert found == {marked, marked.replace("Sở KH&CN", "Sở Khoa học và Công nghệ")}


def test_tones_of_closed_syllables_stay():
    found = {inline_text(copies("toàn quý Hoà", seed=seed, tones=1.0)[0]) for seed in range(20)}
    assert found == {"toàn quý Hoà", "toàn quý Hòa"}


def test_whole_copies_are_spoilt_as_often_as_told():
    marked = [f"Đồng chí [[PER|Lê Tám]] họp {number}" for number in range(60)]
    spoilt = [inline_text(copy) for copy in copies(*marked, spoil={"upper": 0.5, "unmarked": 1.0})]
    plain = [one.replace("Đồng chí", "Dong chi").replace("Lê Tám", "Le Tam").replace("họp", "hop") for one in marked]
    raised = [one.replace("Dong chi", "DONG CHI").replace("Le Tam", "LE TAM").replace("hop", "HOP") for one in plain]
    assert all(one in pair for one, pair in zip(spoilt, zip(plain, raised, strict=True), strict=True))
    assert 15 < sum(one == other for one, other in zip(spoilt, raised, strict=True)) < 45


def test_every_way_of_the_configuration_is_one_of_perturb():
    assert set(get_args(Spoilt)) == set(WAYS)


def test_the_same_seed_gives_the_same_copies():
    marked = "Đồng chí [[PER|Lê Tám]] họp với [[ORG|Sở Y tế]] " * 5
    changes = {"replace": 0.5, "noise": 0.1, "upper": 0.3}
    assert copies(marked, **changes) == copies(marked, **changes)
    assert copies(marked, **changes) != copies(marked, seed=2, **changes)


@settings(max_examples=60)
@given(marked_documents(), st.integers(0, 99))
def test_any_document_stays_sound(document, seed):
    changes = {"replace": 0.5, "abbreviate": 0.5, "tones": 0.5, "upper": 0.5, "noise": 0.5}
    sound = document.with_spans(span for span in document.spans if document.surface(span).strip())
    (_, copy) = augment([sound], AugmentationConfig(**{**OFF, **changes}), seed=seed)
    assert unicodedata.is_normalized("NFC", copy.text)
    assert [span.label for span in copy.spans] == [span.label for span in sound.spans]
