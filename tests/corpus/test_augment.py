import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khcn_ner.config import AugmentationConfig
from khcn_ner.corpus.augment import augment
from khcn_ner.corpus.inline import inline_document, inline_text
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
