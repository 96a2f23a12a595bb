import re
from html.parser import HTMLParser

import pytest

from khcn_ner.document import Document, Span
from khcn_ner.errors import InputError
from khcn_ner.evaluation import Setting, examine, render_page
from khcn_ner.labels import Label

TEXT = 'Sở KH&CN Lạng Giang <script>alert(1)</script>\nnghiệm thu 12 đề tài & "3 mô hình"\n'
GOLD = Document(
    "bao-cao<1>", TEXT, (Span(0, 19, Label.ORG), Span(20, 28, Label.DATE), Span(57, 66, Label.QUANTITY)), "bao cao.txt"
)
PREDICTED = GOLD.with_spans(
    [Span(0, 8, Label.ORG, 0.61), Span(57, 66, Label.QUANTITY, 0.9), Span(70, 79, Label.PROJECT, 0.4)]
)
VOID = {"meta", "br", "input", "link", "img", "hr"}


class Reader(HTMLParser):
    """Collect a page's elements and texts, and see that they nest."""

    def __init__(self):
        super().__init__()
        self.open, self.elements, self.texts = [], [], {}

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open and self.open[-1][0] == tag, f"</{tag}> closes {self.open[-1:]}"
        self.open.pop()

    def handle_data(self, data):
        path = [attributes.get("class") or tag for tag, attributes in self.open]
        if "document" in path and "text" in path and not any("chip" in name for name in path):
            self.texts.setdefault("document", []).append(data)


def page_of(gold, predicted, title="Đánh giá", model=None):
    page = render_page(examine(gold, predicted, setting=Setting(model=model)), title=title)
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert reader.open == []
    return page, reader


def test_page_refers_to_nothing_outside_itself():
    page, reader = page_of([GOLD], [PREDICTED], model={"name": "tiny"})
    assert (
        "http://" not in page
        and "https://" not in page
        and page.count("url(") == page.count("url(#")
        and "@import" not in page
    )
    for tag, attributes in reader.elements:
        assert "src" not in attributes and tag not in {"link", "iframe", "img"}
        assert attributes.get("href", "#").startswith("#")


def test_everything_shown_is_escaped():
    page, _ = page_of([GOLD], [PREDICTED], title="<b>T</b>", model={"<i>": "<u>x</u>"})
    assert "<script>alert" not in page
    assert page.count("<script") == 2
    for raw in ("<b>T</b>", "<i>", "<u>", "bao-cao<1>"):
        assert raw not in page


def test_the_text_is_shown_whole_and_unchanged():
    _, reader = page_of([GOLD], [PREDICTED])
    assert "".join(reader.texts["document"]) == TEXT


def test_one_row_a_mistake_linked_to_its_place():
    _, reader = page_of([GOLD], [PREDICTED])
    rows = [attributes for tag, attributes in reader.elements if tag == "tbody" and attributes.get("class") == "row"]
    assert [row["id"] for row in rows] == ["r1", "r2", "r3"]
    ids = [attributes["id"] for _, attributes in reader.elements if "id" in attributes]
    assert len(set(ids)) == len(ids)
    links = [attributes["href"] for _, attributes in reader.elements if attributes.get("href")]
    assert {link[1:] for link in links} <= set(ids)
    assert {"#m1", "#m2", "#m3", "#d1"} <= set(links)


def test_without_a_script_the_first_50_mistakes_are_there_and_all_are_in_the_data():
    text = "ab " * 250
    gold = Document("a", text, tuple(Span(3 * n, 3 * n + 2, Label.ORG) for n in range(250)))
    page, reader = page_of([gold], [gold.with_spans([])])
    rows = [attributes for tag, attributes in reader.elements if tag == "tbody" and attributes.get("class") == "row"]
    assert len(rows) == 50
    assert page.count('"k":"missed"') == 250
    assert "The first 50 of 250 are shown" in page


def test_right_missed_spurious_and_border_look_different():
    _, reader = page_of([GOLD], [PREDICTED])
    marks = [attributes["class"].split() for tag, attributes in reader.elements if "data-m" in attributes]
    assert ["wrong", "gold", "g-DATE", "first", "last"] in marks
    assert ["wrong", "predicted", "p-PROJECT"] in marks
    assert ["wrong", "gold", "g-ORG", "first", "predicted", "p-ORG"] in marks
    assert ["wrong", "gold", "g-ORG", "last"] in marks
    assert any(attributes.get("class") == "right c-QUANTITY" for _, attributes in reader.elements)


def test_header_names_the_model_and_the_interval():
    many = [Document(str(n), TEXT, GOLD.spans) for n in range(12)]
    predicted = [one.with_spans(PREDICTED.spans if n % 3 else GOLD.spans) for n, one in enumerate(many)]
    page, _ = page_of(many, predicted, model={"folder": "models/tiny"})
    assert "models/tiny" in page
    assert re.search(r"95 % interval 0\.\d{3} to 0\.\d{3}<", page)
    assert "About the interval" not in page


def test_one_document_says_that_there_is_no_interval():
    page, _ = page_of([GOLD], [PREDICTED])
    assert "no interval: one document only" in page


def test_documents_are_listed_worst_first_and_undefined_last():
    gold = [Document("blank", TEXT), Document("good", TEXT, GOLD.spans), Document("bad", TEXT, GOLD.spans)]
    predicted = [gold[0], gold[1], gold[2].with_spans([])]
    page, _ = page_of(gold, predicted)
    section = page[page.index('<section id="documents"') : page.index('<section id="mistakes"')]
    assert re.findall(r'data-v="(blank|good|bad)"', section) == ["bad", "good", "blank"]


@pytest.mark.parametrize(("gold", "predicted"), [((), ()), ((), GOLD.spans), (GOLD.spans, ())])
def test_page_works_without_gold_or_predicted_spans(gold, predicted):
    page, _ = page_of([GOLD.with_spans(gold)], [GOLD.with_spans(predicted)])
    assert ("None: every predicted span is right" in page) == (not gold and not predicted)


def test_no_documents_are_refused():
    with pytest.raises(InputError, match="no documents"):
        examine([], [])


def test_records_from_gold_spans_are_a_column_beside_the_model_s():
    gold, found = {"report": {"title": "Báo cáo"}}, {"report": {"title": None}}
    setting = Setting(records=[(gold, found)], records_from_gold=[(gold, gold)])
    html = render_page(examine([GOLD], [PREDICTED], setting=setting), title="t")
    row = re.search(r'<th scope="row" data-v="report.title">.*?</tr>', html)[0]
    cells = re.findall(r"<td[^>]*>(.*?)</td>", row)
    assert (cells[-2], cells[-1]) == ("0.000", "1.000")
    assert "F1 from gold spans" in html
