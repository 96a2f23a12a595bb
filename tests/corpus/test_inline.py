import pytest
from hypothesis import given

from khcn_ner.corpus.inline import inline_document, inline_text
from khcn_ner.document import Document, Span
from khcn_ner.errors import CorpusError
from khcn_ner.labels import Label
from tests.corpus.marked_documents import marked_documents


@given(marked_documents())
def test_round_trip_is_exact(document):
    assert inline_document(inline_text(document), name=document.id) == document


def test_brackets_and_backslashes_of_the_text_are_escaped():
    document = Document("a", r"[[ORG|x]] \ a[1]", (Span(2, 5, Label.ORG),))
    assert inline_text(document) == r"\[\[[[ORG|ORG]]|x\]\] \\ a\[1\]"


def test_single_brackets_need_no_escape_when_read():
    assert inline_document("a [1] [[PER|Lê Văn Tám]]", name="a").text == "a [1] Lê Văn Tám"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("một\n[[ORG|Sở Y tế họp", "a, the end: found [[ORG| that is still open, expected [[LABEL|surface]]"),
        ("một\nhai]]", "a, line 2: found ]], expected [[LABEL|surface]]"),
        ("[[ORG|Sở [[PER|Lê]]]]", "a, line 1: found [[PER|, expected [[LABEL|surface]], marks side by side"),
        ("[[Sở]]", "a, line 1: found [[, expected [[LABEL|surface]]"),
        ("[[LOC|Sở]]", "a, span 1: found unknown label LOC"),
        ("x[[ORG|]]", "a, span 1: found start 1 and end 1"),
    ],
)
def test_broken_marks_are_one_clear_line(text, message):
    with pytest.raises(CorpusError) as caught:
        inline_document(text, name="a")
    assert str(caught.value).startswith(message)
