import pytest

from khcn_ner.corpus.brat import write_document
from khcn_ner.corpus.dataset import documents, fingerprint, load_dataset
from khcn_ner.document import Document, Span
from khcn_ner.errors import CorpusError
from khcn_ner.labels import Label

FIRST = Document("a", "Sở KH&CN\nhọp 👍", (Span(0, 8, Label.ORG),), source="a.txt")
SECOND = Document("b", "Ngày 6/10/2020, 3 dự án", (Span(0, 14, Label.DATE), Span(16, 23, Label.QUANTITY)), "b.txt")
BARE = Document("c", "Báo cáo", source="c.txt")


@pytest.fixture
def folder(tmp_path):
    for document in (SECOND, BARE, FIRST):
        write_document(document, tmp_path)
    return tmp_path


def test_documents_survive_the_dataset(folder):
    assert documents(load_dataset(folder)) == [FIRST, SECOND, BARE]


def test_dataset_has_a_row_a_document(folder):
    assert load_dataset(folder)[0] == {
        "id": "a",
        "source": "a.txt",
        "text": "Sở KH&CN\nhọp 👍",
        "spans": [{"start": 0, "end": 8, "label": "ORG"}],
    }


def test_folder_without_any_span_still_has_the_spans_column(tmp_path):
    write_document(BARE, tmp_path)
    assert load_dataset(tmp_path)["spans"][:] == [[]]


def test_wrong_document_is_an_error(folder):
    (folder / "a.ann").write_text("T1\tLOC 0 2\tSở\n", encoding="utf-8")
    with pytest.raises(CorpusError, match=r"a\.ann, line 1: found unknown label LOC, expected one of .*; relabel"):
        load_dataset(folder)


def test_fingerprint_does_not_depend_on_order():
    assert fingerprint([FIRST, SECOND, BARE]) == fingerprint([BARE, SECOND, FIRST])


@pytest.mark.parametrize(
    "changed",
    [
        FIRST.with_spans([]),
        FIRST.with_spans([Span(0, 2, Label.ORG)]),
        FIRST.with_spans([Span(0, 8, Label.PROJECT)]),
        Document("x", FIRST.text, FIRST.spans),
        Document("a", FIRST.text + ".", FIRST.spans),
    ],
    ids=["span removed", "span moved", "relabelled", "renamed", "other text"],
)
def test_fingerprint_changes_with_the_corpus(changed):
    assert fingerprint([changed, SECOND]) != fingerprint([FIRST, SECOND])


def test_fingerprint_changes_with_a_document_more():
    assert fingerprint([FIRST, SECOND]) != fingerprint([FIRST])


def test_fingerprint_is_of_spans_not_of_scores():
    scored = FIRST.with_spans([Span(0, 8, Label.ORG, 0.5)])
    assert fingerprint([scored]) == fingerprint([FIRST])
