import pytest
from sklearn.metrics import cohen_kappa_score

from khcn_ner.corpus.agreement import cohen_kappa, measure_agreement, read_annotations
from khcn_ner.corpus.brat import annotation_text, write_document
from khcn_ner.document import Document, Span
from khcn_ner.errors import CorpusError
from khcn_ner.labels import Label

TEXT = "Sở Y tế giao Lê Tám 12 ha và 5 kg"
ORG, PER = Span(0, 7, Label.ORG), Span(13, 19, Label.PER)
HECTARES, KILOS = Span(20, 25, Label.QUANTITY), Span(29, 33, Label.QUANTITY)
FIRST = Document("a", TEXT, (ORG, PER, HECTARES))
SECOND = Document("a", TEXT, (ORG, Span(13, 15, Label.PER), HECTARES, KILOS))


def test_spans_agree_by_borders_and_label():
    measured = measure_agreement([FIRST], [SECOND])
    micro = measured.micro
    assert (micro.n_first, micro.n_second, micro.n_both) == (3, 4, 2)
    assert micro.f1 == pytest.approx(4 / 7)
    assert measured.labels[Label.ORG].f1 == 1.0
    assert measured.labels[Label.PER].f1 == 0.0
    assert measured.labels[Label.QUANTITY].f1 == pytest.approx(2 / 3)
    assert measured.labels[Label.DATE].f1 is None


def test_kappa_equals_sklearns():
    measured = measure_agreement([FIRST], [SECOND])
    first = "ORG ORG ORG O PER PER QUANTITY QUANTITY O O O".split()
    second = "ORG ORG ORG O PER O QUANTITY QUANTITY O QUANTITY QUANTITY".split()
    assert measured.n_tokens == len(first)
    assert measured.kappa == pytest.approx(cohen_kappa_score(first, second))
    marked = [index for index in range(len(first)) if (first[index], second[index]) != ("O", "O")]
    expected = cohen_kappa_score([first[index] for index in marked], [second[index] for index in marked])
    assert measured.kappa_marked == pytest.approx(expected)


@pytest.mark.parametrize("pairs", [[], [("a", "a"), ("a", "a")]])
def test_kappa_is_undefined_without_choice(pairs):
    assert cohen_kappa(pairs) is None


def test_differences_are_grouped_where_they_overlap():
    first, second = measure_agreement([FIRST], [SECOND]).differing
    assert (first.first, first.second) == ((PER,), (Span(13, 15, Label.PER),))
    assert (first.start, first.end) == (13, 19)
    assert (second.first, second.second) == ((), (KILOS,))


@pytest.mark.parametrize(
    ("other", "message"),
    [
        ([], "agreement: found 1 and 0 documents"),
        ([Document("b", TEXT)], "agreement, a: found b, expected the same document twice"),
        ([Document("a", TEXT + ".")], "agreement, a: found another text"),
    ],
)
def test_other_documents_are_refused(other, message):
    with pytest.raises(CorpusError) as caught:
        measure_agreement([FIRST], other)
    assert str(caught.value).startswith(message)


def test_second_annotation_needs_no_texts(tmp_path):
    write_document(FIRST, tmp_path / "one")
    (tmp_path / "two").mkdir()
    (tmp_path / "two" / "a.ann").write_text(annotation_text(SECOND), encoding="utf-8")
    first, second = read_annotations(tmp_path / "one", tmp_path / "two")
    assert (first[0].spans, second[0].spans) == (FIRST.spans, SECOND.spans)
    first, second = read_annotations(tmp_path / "two", tmp_path / "two", texts=tmp_path / "one")
    assert first == second
    with pytest.raises(CorpusError, match=r"a\.ann: found no file, expected the text's annotation"):
        read_annotations(tmp_path / "one", tmp_path / "three")
