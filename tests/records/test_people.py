import pytest
from marking import marked

from khcn_ner.records.organisations import find_organisations
from khcn_ner.records.people import find_people

SO = "Sở Khoa học và Công nghệ"


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        (
            "Đồng chí [PER|Mã Văn Thử] – Bí thư Đảng ủy, Giám đốc [ORG|Sở KH&CN] chủ trì.",
            [("Bí thư Đảng ủy", None), ("Giám đốc", SO)],
        ),
        ("Giám đốc Sở, ông [PER|Mã Văn Thử] nói về [ORG|Sở KH&CN].", [("Giám đốc", SO)]),
        ("Giám đốc [ORG|Sở KH&CN] [PER|Mã Văn Thử] phát biểu.", [("Giám đốc", SO)]),
        ("Bí thư Đảng ủy, Giám đốc [ORG|Sở KH&CN] [PER|Mã Văn Thử].", [("Bí thư Đảng ủy", None), ("Giám đốc", SO)]),
        ("TS. [PER|Mã Văn Thử], Viện trưởng [ORG|Viện Mẫu số] dự.", [("Viện trưởng", "Viện Mẫu số")]),
        ("Ông [PER|Mã Văn Thử] - Chủ tịch Hội đồng nêu ý kiến.", [("Chủ tịch Hội đồng", None)]),
        ("bà [PER|Mã Thị Thử] (Trưởng [ORG|Phòng Quản lý Khoa học]) hỏi", [("Trưởng phòng", "Phòng Quản lý Khoa học")]),
        ("ThS. [PER|Mã Văn Thử], [ORG|Viện Mẫu số], phản biện 2;", [(None, "Viện Mẫu số"), ("Phản biện 2", None)]),
        ("do TS. [PER|Mã Văn Thử] làm chủ nhiệm", [("Chủ nhiệm", None)]),
        ("bà A làm chủ nhiệm, ông [PER|Mã Văn Thử] trình bày", []),
        ("phong cách [PER|Hồ Chí Minh]", []),
        ("Ảnh: [PER|Mã Văn Thử]", []),
    ],
)
def test_reads_offices_beside_a_name(text: str, roles: list[tuple[str | None, str | None]]) -> None:
    document = marked(text)
    bodies = find_organisations(document)
    (person,) = find_people(document, bodies, own_body=bodies.only("sở"))
    assert [(role.title, role.organisation) for role in person.roles] == roles


def test_offices_go_to_their_own_person() -> None:
    document = marked(
        "ông [PER|Mã Văn Thử], Giám đốc [ORG|Sở Y tế]; bà [PER|Lý Thị Mẫu], Phó Giám đốc [ORG|Sở Tài chính]"
    )
    first, second = find_people(document, find_organisations(document))
    assert [role.organisation for role in first.roles] == ["Sở Y tế"]
    assert [(role.title, role.organisation) for role in second.roles] == [("Phó Giám đốc", "Sở Tài chính")]


def test_a_person_is_one_entry() -> None:
    document = marked("[PER|Mã Văn Hoà] và [PER|MÃ VĂN HÒA], đ/c [PER|Mã Văn Hòa]")
    (person,) = find_people(document, find_organisations(document))
    assert person.name == "Mã Văn Hoà"
    assert len(person.mentions) == 3


def test_a_signature_gives_an_office() -> None:
    document = marked("KT. GIÁM ĐỐC\nPHÓ GIÁM ĐỐC\n(đã ký)\n\n[PER|Mã Văn Thử]")
    (person,) = find_people(document, find_organisations(document), own_body="Sở Mẫu")
    (role,) = person.roles
    assert (role.title, role.organisation, role.assumed) == ("Phó Giám đốc", "Sở Mẫu", ("organisation",))
    assert document.text[role.start : role.end] == "PHÓ GIÁM ĐỐC"


def test_degrees_stand_apart_from_offices() -> None:
    document = marked("PGS.TS. [PER|Mã Văn Thử]")
    (person,) = find_people(document, find_organisations(document))
    assert person.degrees == ("PGS", "TS")
