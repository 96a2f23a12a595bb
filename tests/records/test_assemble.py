import json
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marking import marked
from pydantic import BaseModel, ValidationError

from khcn_ner.document import Document, Span
from khcn_ner.labels import LABELS, Label
from khcn_ner.records import ModelInfo, Report, assemble, render_report, report_json


def placed(value: object) -> list[BaseModel]:
    """Give every record inside a record that says where it stands."""
    if isinstance(value, tuple):
        return [found for item in value for found in placed(item)]
    if not isinstance(value, BaseModel):
        return []
    inner = [found for name in type(value).model_fields for found in placed(getattr(value, name))]
    return [value, *inner] if "start" in type(value).model_fields else inner


def assert_offsets(document: Document, report: Report) -> None:
    for record in placed(report):
        start, end = record.start, record.end  # type: ignore[attr-defined]
        assert 0 <= start < end <= len(document.text)
        surface = getattr(record, "text", None)
        if surface is not None:
            assert document.text[start:end] == surface


def test_golden_report(document: Document) -> None:
    report = assemble(document, model=ModelInfo(name="compact", version="1"))
    head = report.report
    assert head.title == "Sơ kết hoạt động KH&CN 6 tháng đầu năm 2031"
    assert head.text_sha256 == document.text_sha256
    assert head.period is not None
    assert (head.period.text, str(head.period.from_), str(head.period.to)) == (
        "6 tháng đầu năm 2031",
        "2031-01-01",
        "2031-06-30",
    )
    assert head.event is not None
    assert (str(head.event.date), head.event.kind) == ("2031-07-02", "hội nghị")
    assert head.event.host == head.issuer == "Sở Khoa học và Công nghệ tỉnh Lào Cai"
    assert head.event.chair == "Vàng Thị Thử Nghiệm"
    assert_offsets(document, report)


def test_golden_people(document: Document) -> None:
    first, second = assemble(document).people
    assert [(role.title, role.organisation) for role in first.roles] == [
        ("Tỉnh ủy viên", None),
        ("Bí thư Đảng ủy", None),
        ("Giám đốc", "Sở Khoa học và Công nghệ tỉnh Lào Cai"),
    ]
    assert second.degrees == ("TS",)
    assert ("Viện trưởng", "Viện Dược liệu Mẫu") in [(role.title, role.organisation) for role in second.roles]
    assert len(second.mentions) == 2


def test_golden_indicators(document: Document) -> None:
    by_text = {one.text: one for one in assemble(document).indicators}
    checked = by_text["1.200/2.400 PTĐ"]
    assert (checked.value, checked.of, checked.percent, checked.approximation) == (1200, 2400, 50, "more than")
    assert (checked.item, checked.activity) == ("phương tiện đo", "kiểm định")
    assert checked.section == "I. KẾT QUẢ THỰC HIỆN"
    assert checked.organisation == "Chi cục Tiêu chuẩn Đo lường Chất lượng"
    assert checked.period is not None
    assert str(checked.period.to) == "2031-06-30"
    assert "50%" not in by_text
    fine = by_text["15 triệu đồng"]
    assert (fine.value, fine.unit, fine.item) == (15000000, "VND", "số tiền")


def test_golden_parts(document: Document) -> None:
    indicators = assemble(document).indicators
    whole = next(index for index, one in enumerate(indicators) if one.text == "40 cơ sở")
    assert [one.text for one in indicators if one.part_of == whole] == ["25 cơ sở", "10 cơ sở"]


def test_golden_projects(document: Document) -> None:
    first, second = assemble(document).projects
    assert (first.kind, first.level, first.lead, first.place) == (
        "đề tài",
        "cấp tỉnh",
        "Lê Giả Định",
        "huyện Bát Xát, tỉnh Lào Cai",
    )
    assert (first.status, first.grade) == ("nghiệm thu", "khá")
    assert first.budget is not None
    assert first.budget.value == 1200000000
    assert (second.kind, second.partners) == ("dự án", ("Công ty TNHH Mẫu Số",))


def test_golden_dates_and_documents(document: Document) -> None:
    report = assemble(document)
    (decision,) = report.documents
    assert (decision.kind, decision.number, str(decision.date)) == ("Quyết định", "12/QĐ-TTg", "2031-01-05")
    assert decision.issuer == "Thủ tướng Chính phủ"
    impossible = report.dates[-1]
    assert (impossible.from_, impossible.to) == (None, None)
    assert any("31/9" in warning for warning in report.warnings)


def test_json_has_the_contract_s_names(document: Document) -> None:
    line = report_json(assemble(document))
    assert "\n" not in line
    assert "Sở Khoa học" in line
    read = json.loads(line)
    assert list(read) == [
        "report",
        "organisations",
        "people",
        "dates",
        "indicators",
        "projects",
        "documents",
        "warnings",
    ]
    assert read["report"]["period"]["from"] == "2031-01-01"
    assert set(read["dates"][0]) >= {"text", "start", "end", "from", "to", "precision", "assumed", "score"}
    assert read["report"]["model"] is None


def test_json_reads_back(document: Document) -> None:
    report = assemble(document)
    assert Report.model_validate_json(report_json(report)) == report


def test_records_are_frozen(document: Document) -> None:
    report = assemble(document)
    with pytest.raises(ValidationError, match="frozen"):
        report.warnings = ()  # type: ignore[misc]


def test_is_deterministic(document: Document) -> None:
    assert report_json(assemble(document)) == report_json(assemble(document))


def test_a_body_of_another_province_stays_its_own() -> None:
    document = marked(
        "Tin từ Cao Bằng. [ORG|Trung tâm ƯDTB KH&CN] nhận giống từ "
        "[ORG|Trung tâm ƯDTB KH&CN tỉnh Thái Nguyên] về Cao Bằng."
    )
    names = [body.name for body in assemble(document).organisations]
    assert names == [
        "Trung tâm Ứng dụng tiến bộ Khoa học và Công nghệ",
        "Trung tâm Ứng dụng tiến bộ Khoa học và Công nghệ tỉnh Thái Nguyên",
    ]


def test_a_percentage_that_contradicts_its_count_is_a_warning() -> None:
    report = assemble(marked("Kiểm định [QUANTITY|50/100 PTĐ] (đạt [QUANTITY|80%])."))
    assert report.indicators[0].percent == 80
    assert len(report.indicators) == 1
    assert any("50.0 %" in warning for warning in report.warnings)


def test_growth_is_no_share_and_stays_an_indicator() -> None:
    report = assemble(marked("Cấp [QUANTITY|44 văn bằng], tăng [QUANTITY|15,8%] so với cùng kỳ."))
    assert [one.percent for one in report.indicators] == [None, None]


def test_parts_that_exceed_the_whole_are_a_warning() -> None:
    text = "Kiểm tra [QUANTITY|10 cơ sở] (trong đó: [QUANTITY|7 cơ sở] đạt, [QUANTITY|6 cơ sở] không đạt)."
    assert any("add up to 13" in warning for warning in assemble(marked(text)).warnings)


@pytest.mark.parametrize("text", ["", "\n", "Không có gì.", "a" * 5000, "(" * 300 + "\n;" * 300])
def test_documents_without_spans(text: str) -> None:
    document = Document("empty", text)
    report = assemble(document)
    assert report.indicators == ()
    assert_offsets(document, report)


_LINES = st.sampled_from(
    [
        "BÁO CÁO",
        "I. KẾT QUẢ",
        "Ngày 06/10/2020",
        "Sở KH&CN",
        "đồng chí",
        "Giám đốc",
        "(",
        ")",
        ";",
        ".",
        ",",
        "\n",
        "“",
        "”",
        "trong đó",
        "đạt",
        "37%",
        "đề tài",
        "cấp tỉnh",
        "do",
        "làm chủ nhiệm",
        "6 tháng đầu năm",
        "31/02",
        "Quyết định số 5/QĐ-UBND",
        "của",
        "tỉnh Cao Bằng",
        "trên",
        "163/440 PTĐ",
        "Nguyễn Văn A",
        "tổ chức",
        "họp",
        "GIÁM ĐỐC",
        "(đã ký)",
        " - ",
        "»",
    ]
)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    words = draw(st.lists(_LINES | st.text(max_size=8), max_size=40))
    text = unicodedata.normalize("NFC", draw(st.sampled_from([" ", ""])).join(words))
    cuts = sorted(draw(st.sets(st.integers(min_value=0, max_value=max(len(text), 0)), max_size=24)))
    spans = []
    for start, end in zip(cuts[::2], cuts[1::2], strict=False):
        label = draw(st.sampled_from(LABELS))
        spans.append(Span(start, end, label, draw(st.none() | st.floats(min_value=0, max_value=1))))
    return Document("random", text, tuple(spans))


@settings(max_examples=250, deadline=None)
@given(documents())
def test_any_spans_on_any_text_give_records(document: Document) -> None:
    report = assemble(document)
    assert_offsets(document, report)
    n_quantities = sum(span.label is Label.QUANTITY for span in document.spans)
    assert len(report.indicators) <= n_quantities
    assert len(report.dates) == sum(span.label is Label.DATE for span in document.spans)
    assert all(one.part_of is None or 0 <= one.part_of < len(report.indicators) for one in report.indicators)
    assert render_report(document, report).startswith("<!doctype html>")
    json.loads(report_json(report))


def test_column_of_leads_that_a_line_names_says_who_leads() -> None:
    text = (
        "B. Bảng danh mục (thứ tự cột: TT, tên nhiệm vụ, cơ quan chủ trì, chủ nhiệm, kinh phí)\n\n"
        "1\t[PROJECT|Chọn cây quế đầu dòng]\t[ORG|Viện Mẫu]\tTS. [PER|Mã Văn Thử]\t1.145,5\n"
    )
    (person,) = assemble(marked(text)).people
    assert [role.title for role in person.roles] == ["Chủ nhiệm"]
