import pytest

from khcn_ner.corpus.brat import write_document
from khcn_ner.corpus.composition import composition, composition_rows, plan_tables, plot_composition, read_plan
from khcn_ner.document import Document, Span
from khcn_ner.errors import CorpusError
from khcn_ner.labels import Label

PROSE = "Trong năm qua các phòng đã làm tốt việc của mình."


@pytest.fixture
def corpus(tmp_path):
    spans = (Span(len(PROSE) + 1, len(PROSE) + 8, Label.ORG),)
    marked = Document("a", f"{PROSE}\nSở Y tế giao cho các phòng làm tiếp việc ấy.\nMỤC LỤC", spans)
    write_document(marked, tmp_path / "train")
    write_document(Document("b", PROSE), tmp_path / "dev")
    return tmp_path


def test_splits_are_counted(corpus):
    dev, train = composition(corpus)
    assert (train.n_reports, train.n_syllables, train.n_spans[Label.ORG]) == (1, 24, 1)
    assert (train.n_paragraphs, train.n_paragraphs_without, train.share_without) == (2, 1, 0.5)
    assert train.density == pytest.approx(1000 / 24)
    assert (dev.density, dev.share_without) == (0.0, 1.0)


def test_rows_have_a_column_a_split_and_the_total(corpus):
    rows = {name: values for name, *values in composition_rows(composition(corpus))}
    assert rows["reports"] == ["1", "1", "2"]
    assert rows["paragraphs without a span"] == ["100 %", "50 %", "67 %"]
    assert rows["ORG"] == ["0", "1", "1"]


def test_plan_is_counted_by_column(corpus):
    (corpus / "plan.tsv").write_text("report\tbody\tkind\na\tHà Nam\tyear\nb\tHuế\tyear\n", encoding="utf-8")
    plan = read_plan(corpus)
    assert plan is not None
    assert plan_tables(plan) == {"kind": [("year", 2)]}


def test_plan_with_other_reports_is_an_error(corpus):
    assert read_plan(corpus) is None
    (corpus / "plan.tsv").write_text("report\tkind\na\tyear\n", encoding="utf-8")
    with pytest.raises(CorpusError, match=r"plan\.tsv: found b, which only the corpus has"):
        read_plan(corpus)


@pytest.mark.parametrize(("name", "start"), [("plot.svg", b"<?xml"), ("plot.png", b"\x89PNG")])
def test_plot_is_written_in_the_suffixs_format(corpus, name, start):
    plot_composition(corpus, corpus / "out" / name)
    assert (corpus / "out" / name).read_bytes().startswith(start)
