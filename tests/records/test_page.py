import regex

from khcn_ner.document import Document, Span
from khcn_ner.labels import Label
from khcn_ner.records import assemble, render_report


def test_the_page_needs_nothing_but_itself(document: Document) -> None:
    page = render_report(document, assemble(document))
    assert "http" not in page
    assert not regex.search(r"<(?:link|img|iframe)\b|@import|url\(|\bsrc=|\bfetch\(", page)


def test_what_the_text_says_is_escaped() -> None:
    text = 'Sở <script>alert(1)</script> & "X" họp 3 <b>hộ</b>'
    spans = (Span(0, 28, Label.ORG), Span(text.index("3"), len(text), Label.QUANTITY))
    document = Document("<i>id</i>", text, spans)
    page = render_report(document, assemble(document))
    assert "<script>alert" not in page
    assert "<b>hộ" not in page
    assert "<i>id" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_every_row_links_to_a_place_in_the_text(document: Document) -> None:
    page = render_report(document, assemble(document))
    anchors = set(regex.findall(r'id="(t\d+)"', page))
    links = set(regex.findall(r'href="#(t\d+)"', page))
    assert links <= anchors
    assert len(anchors) == len(document.spans) + 1  # and the decision, which has no span


def test_the_text_is_whole(document: Document) -> None:
    page = render_report(document, assemble(document))
    body = regex.search(r'<section class="text"[^>]*>(.*?)</section>', page, flags=regex.DOTALL)
    assert body is not None
    plain = regex.sub(r"<[^>]+>", "", body[1])
    assert plain.replace("&amp;", "&").replace("&#34;", '"') == document.text


def test_the_legend_counts_and_filters(document: Document) -> None:
    page = render_report(document, assemble(document))
    assert page.count('type="checkbox"') == 6
    assert regex.search(r'value="PER" checked> <span class="swatch PER">Người</span> 3<', page)
    assert "prefers-color-scheme: dark" in page
