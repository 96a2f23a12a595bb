"""Whatever the text and its spans are, records come out: contradictions are warnings, never a crash."""

import json
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khcn_ner.document import Document, Span
from khcn_ner.errors import SpanError
from khcn_ner.labels import LABELS, Label
from khcn_ner.records import assemble, normalise_date, normalise_quantity, render_report, report_json
from khcn_ner.records.tables import tables
from khcn_ner.records.workbook import workbook_bytes

# What the parsers look for, in any order and nonsense.
_WORDS = [
    "Ngày", "30/6/2022", "31/6", "29/2/2023", "quý IV/2021", "6 tháng đầu năm", "9 tháng", "giai đoạn 2020-2011",
    "năm 2020", "đến", "từ", "-", "–", "(", ")", ":", ";", ".", ",", "\n", "\n\n", "“", "”", "/", "%", "trong đó",
    "gồm",
    "163/440 PTĐ", "1.934.000đ", "10⁶", "1.2.3", "hai tỷ rưỡi", "15 triệu đồng", "kinh phí (triệu đồng)", "6.200,0",
    "đạt",
    "không đạt", "Sở KH&CN", "Sở", "Chi cục", "TM.", "GIÁM ĐỐC", "đồng chí", "Bế Đăng Khoa", "Giám đốc Sở,",
    "làm chủ nhiệm",
    "đề tài", "cấp tỉnh", "Quyết định số 49/2014/QĐ-UBND", "của", "BÁO CÁO", "I.", "1.", "- ", "tăng", "x", "\u00a0",
    "K'",
]  # fmt: skip
_texts = st.one_of(
    st.lists(st.sampled_from(_WORDS), max_size=40).map(" ".join),
    st.text(max_size=80),
).map(lambda text: unicodedata.normalize("NFC", text))


@st.composite
def _documents(draw: st.DrawFn) -> Document:
    text = draw(_texts)
    borders = sorted(set(draw(st.lists(st.integers(0, len(text)), max_size=16))))
    pairs = list(zip(borders[::2], borders[1::2], strict=False))
    spans = [Span(start, end, draw(st.sampled_from(LABELS))) for start, end in pairs]
    return Document("báo-cáo", text, tuple(draw(st.permutations(spans))))


@settings(max_examples=250, deadline=None)
@given(_documents())
def test_any_spans_of_any_text_make_records(document: Document) -> None:
    report = assemble(document)
    read = json.loads(report_json(report))

    for entry in [*read["dates"], *read["indicators"]]:
        assert document.text[entry["start"] : entry["end"]] == entry["text"]
    for entry in [*read["organisations"], *read["people"]]:
        assert all(document.text[one["start"] : one["end"]] == one["text"] for one in entry["mentions"])
    for number, entry in enumerate(read["indicators"]):
        assert entry["part_of"] is None or (
            0 <= entry["part_of"] < len(read["indicators"]) and entry["part_of"] != number
        )
    for entry in read["dates"]:
        assert (entry["from"] is None or entry["to"] is None) or entry["from"] <= entry["to"]


@settings(max_examples=25, deadline=None)
@given(_documents())
def test_any_records_make_a_page_and_a_workbook(document: Document) -> None:
    report = assemble(document)
    assert render_report(document, report).startswith("<!doctype html>")
    assert workbook_bytes(tables([report]), pages={"báo-cáo": "trang/báo cáo.html"}).startswith(b"PK")


@settings(max_examples=400, deadline=None)
@given(st.one_of(_texts, st.text(max_size=60)), st.one_of(st.none(), st.integers(-10, 12000)))
def test_any_text_is_normalised_or_said_to_be_unreadable(text: str, year: int | None) -> None:
    date, amount = normalise_date(text, year=year), normalise_quantity(text)

    assert date.from_ is None or date.to is None or date.from_ <= date.to
    assert date.from_ is not None or date.warning is not None
    assert amount.value is not None or amount.warning is not None


def test_spans_of_another_text_are_refused() -> None:
    document = Document("a", "Sở họp", (Span(0, 2, Label.ORG),))
    with pytest.raises(
        SpanError, match="a: found spans of a text with SHA-256 0123456789ab…, expected spans of this one"
    ):
        assemble(document, spans_of="0123456789abcdef")
    assert assemble(document, spans_of=document.text_sha256).organisations
