"""CoNLL files as documents."""

from __future__ import annotations

from pathlib import Path

import pytest

from khcn_ner.corpus.brat import read_folder, write_document
from khcn_ner.corpus.conll import conll_documents, read_conll
from khcn_ner.corpus.dataset import documents, load_dataset
from khcn_ner.corpus.export import conll_text
from khcn_ner.document import Document, Span
from khcn_ner.errors import CorpusError

TWO = "Bệnh O\nnhân O\n91 B-PATIENT_ID\n\nÔng\tO\nLê\tB-NAME\nTám\tI-NAME\nNam\tB-NAME\n\n\n"


def spans_of(document: Document) -> list[tuple[str, str]]:
    return [(document.surface(span), str(span.label)) for span in document.spans]


def test_sentences_make_one_document_or_several() -> None:
    (whole,) = conll_documents(TWO, name="a", labels=None)
    assert (whole.id, whole.text) == ("a", "Bệnh nhân 91\nÔng Lê Tám Nam\n")
    assert spans_of(whole) == [("91", "PATIENT_ID"), ("Lê Tám", "NAME"), ("Nam", "NAME")]
    apart = conll_documents(TWO, name="a", labels=None, sentences=1)
    assert [document.id for document in apart] == ["a-00001", "a-00002"]
    assert [document.text for document in apart] == ["Bệnh nhân 91\n", "Ông Lê Tám Nam\n"]


def test_labels_get_the_names_of_the_model() -> None:
    (document,) = conll_documents("Lê B-NAME\nTám I-NAME\n", name="a", relabel={"NAME": "PER"})
    assert document.spans == (Span(0, 6, "PER"),)


def test_joined_words_come_apart() -> None:
    (document,) = conll_documents("Hà_Nội B-ORG\n_ O\n", name="a", joiner="_")
    assert document.text == "Hà Nội _\n"
    assert spans_of(document) == [("Hà Nội", "ORG")]


def test_what_the_project_writes_is_read_back() -> None:
    text = "Sở KH họp\nông Lê Tám báo"
    document = Document("b", text, (Span(0, 5, "ORG"), Span(14, 20, "PER")))
    (read,) = conll_documents(conll_text(document), name="a")
    assert (read.id, read.text.strip()) == ("b", text)
    assert spans_of(read) == spans_of(document)


def test_an_inside_tag_that_continues_nothing_begins_a_span() -> None:
    (document,) = conll_documents("a I-ORG\nb I-PER\nc I-PER\n", name="a")
    assert spans_of(document) == [("a", "ORG"), ("b c", "PER")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Sở O\nKH\n", "c.conll, line 2: found 'KH', expected a token and its tag; mend the line"),
        ("Sở X-ORG\n", "c.conll, line 1: found tag 'X-ORG', expected O, B-LABEL or I-LABEL; write BIO tags"),
        ("a O\n\nSở B-LOC\n", "c.conll, line 3: found unknown label LOC, expected one of ORG, PER"),
        ("\n\n", "c.conll: found no token"),
    ],
)
def test_wrong_lines_are_named(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "c.conll"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CorpusError) as caught:
        read_conll(path)
    assert message in str(caught.value)
    with pytest.raises(CorpusError, match="found an unreadable file"):
        read_conll(tmp_path / "none.conll")


def test_datasets_read_conll_files_and_other_names_of_labels(tmp_path: Path) -> None:
    (tmp_path / "a.conll").write_text(TWO, encoding="utf-8")
    read = documents(load_dataset(tmp_path / "a.conll", labels=["PATIENT_ID", "PERSON"], relabel={"NAME": "PERSON"}))
    assert [spans_of(document) for document in read] == [
        [("91", "PATIENT_ID")], [("Lê Tám", "PERSON"), ("Nam", "PERSON")]
    ]  # fmt: skip
    write_document(Document("a", "Lê Tám", (Span(0, 6, "NAME"),)), tmp_path / "brat")
    (one,) = documents(load_dataset(tmp_path / "brat", labels=["PER"], relabel={"NAME": "PER"}))
    assert one.spans == (Span(0, 6, "PER"),)
    with pytest.raises(CorpusError, match="unknown label NAME"):
        read_folder(tmp_path / "brat")
