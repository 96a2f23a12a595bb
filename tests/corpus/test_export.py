import json

from khcn_ner.corpus.export import conll_text, jsonl_line
from khcn_ner.document import Document, Span
from khcn_ner.labels import Label


def test_jsonl_holds_the_document_and_its_spans():
    document = Document("a", "Sở KH&CN họp 6/2022", (Span(0, 8, Label.ORG), Span(13, 19, Label.DATE, 0.75)), "a.txt")
    assert json.loads(jsonl_line(document)) == {
        "id": "a",
        "source": "a.txt",
        "text_sha256": document.text_sha256,
        "text": "Sở KH&CN họp 6/2022",
        "spans": [
            {"start": 0, "end": 8, "label": "ORG", "text": "Sở KH&CN", "score": None},
            {"start": 13, "end": 19, "label": "DATE", "text": "6/2022", "score": 0.75},
        ],
    }


def test_jsonl_is_one_line_of_readable_vietnamese():
    line = jsonl_line(Document("a", "Sở\r\nKH&CN"))
    assert "Sở" in line
    assert not {"\r", "\n"} & set(line)


def test_conll_has_a_token_its_offsets_and_its_tag_a_line():
    document = Document("a", "Sở KH&CN họp", (Span(0, 8, Label.ORG),))
    assert conll_text(document) == (
        "# id = a\nSở\t0\t2\tB-ORG\nKH\t3\t5\tI-ORG\n&\t5\t6\tI-ORG\nCN\t6\t8\tI-ORG\nhọp\t9\t12\tO\n\n"
    )


def test_conll_parts_text_lines_with_one_blank_line():
    assert conll_text(Document("a", "\nmột\n \n\nhai\r\nba\n")) == (
        "# id = a\nmột\t1\t4\tO\n\nhai\t8\t11\tO\n\nba\t13\t15\tO\n\n"
    )


def test_conll_keeps_a_span_over_a_line_break_together():
    document = Document("a", "Hà\nNam\nhọp", (Span(0, 6, Label.ORG),))
    assert conll_text(document) == "# id = a\nHà\t0\t2\tB-ORG\nNam\t3\t6\tI-ORG\n\nhọp\t7\t10\tO\n\n"


def test_conll_of_an_empty_text_is_its_name():
    assert conll_text(Document("a", " \n")) == "# id = a\n\n"


def test_documents_written_after_one_another_stay_apart():
    parts = conll_text(Document("a", "một")) + conll_text(Document("b", "hai"))
    assert parts.split("\n\n") == ["# id = a\nmột\t0\t3\tO", "# id = b\nhai\t0\t3\tO", ""]
