import pytest
from marking import marked

from khcn_ner.records.documents import find_documents
from khcn_ner.records.organisations import find_organisations


@pytest.mark.parametrize(
    ("text", "kind", "number", "day", "issuer"),
    [
        (
            "Quyết định số 100/QĐ-TTg của Thủ tướng [ORG|Chính phủ]",
            "Quyết định",
            "100/QĐ-TTg",
            None,
            "Thủ tướng Chính phủ",
        ),
        (
            "Nghị quyết số 50/NQ-CP [DATE|ngày 17/4/2031] của [ORG|Chính phủ]",
            "Nghị quyết",
            "50/NQ-CP",
            "2031-04-17",
            "Chính phủ",
        ),
        (
            "Kế hoạch số 41-KH/TU ngày 06/01/2031 của [ORG|Tỉnh ủy Lào Cai]",
            "Kế hoạch",
            "41-KH/TU",
            "2031-01-06",
            "Tỉnh ủy Lào Cai",
        ),
        ("Quyết định 9/2031/QĐ-UBND ngày 19 tháng 12 năm 2031", "Quyết định", "9/2031/QĐ-UBND", "2031-12-19", None),
        ("Thông tư 11/2014/TT-BKHCN", "Thông tư", "11/2014/TT-BKHCN", None, "Bộ Khoa học và Công nghệ"),
        ("CV số 1186/SKHCN-VP của [ORG|Sở KH&CN]", "Công văn", "1186/SKHCN-VP", None, "Sở Khoa học và Công nghệ"),
        ("Chỉ thị 05-CT/TW ngày 15/5/2016 của [ORG|Bộ Chính trị]", "Chỉ thị", "05-CT/TW", "2016-05-15", "Bộ Chính trị"),
        ("Nghị định số 99/2013/NĐ-CP", "Nghị định", "99/2013/NĐ-CP", None, "Chính phủ"),
    ],
)
def test_reads_a_reference(text: str, kind: str, number: str, day: str | None, issuer: str | None) -> None:
    document = marked(text)
    (found,) = find_documents(document, find_organisations(document))
    assert (found.kind, found.number, str(found.date) if found.date else None, found.issuer) == (
        kind,
        number,
        day,
        issuer,
    )
    assert document.text[found.start : found.end].endswith(number)


@pytest.mark.parametrize(
    "text", ["kế hoạch 5 năm", "báo cáo 12/15 nhiệm vụ", "ISO 9001:2015", "quyết định 3 việc", "TB 5/6"]
)
def test_leaves_other_numbers_alone(text: str) -> None:
    document = marked(text)
    assert find_documents(document, find_organisations(document)) == ()


def test_a_document_named_twice_is_one() -> None:
    document = marked("Quyết định số 7/QĐ-UBND. Theo Quyết định số 7/QĐ-UBND ngày 02/3/2031 của [ORG|UBND tỉnh]")
    (found,) = find_documents(document, find_organisations(document))
    assert (str(found.date), found.issuer) == ("2031-03-02", "UBND tỉnh")
