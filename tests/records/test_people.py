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
        ("Bà [PER|Mã Thị Thử], đại diện [ORG|Công ty Mẫu số], phản ánh", [(None, "Công ty Mẫu số")]),
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


def roles(text: str, own_body: str | None = None) -> dict[str, list[tuple[str | None, str | None]]]:
    document = marked(text)
    people = find_people(document, find_organisations(document).of_report(own_body), own_body=own_body)
    return {person.name: [(role.title, role.organisation) for role in person.roles] for person in people}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("các đồng chí [PER|Mã Văn Thử], [PER|Lý Thị Mẫu], Phó Giám đốc Sở dự", [("Phó Giám đốc", "Sở Y tế")]),
        ("Các ủy viên: KS. [PER|Mã Văn Thử], [ORG|Viện Mẫu]; bà [PER|Lý Thị Mẫu] (vắng)", [("ủy viên", None)]),
        ("Biên tập: [PER|Mã Văn Thử], [PER|Lý Thị Mẫu]", [("Biên tập", None)]),
        ("ông [PER|Mã Văn Thử], [PER|Lý Thị Mẫu] đến", []),
    ],
)
def test_reads_an_office_that_several_share(text: str, expected: list[tuple[str | None, str | None]]) -> None:
    found = roles(text, own_body="Sở Y tế")["Lý Thị Mẫu"]
    assert [(title.lower(), body) for title, body in found if title] == [
        (title.lower(), body) for title, body in expected
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Thư ký khoa học là cô [PER|Mã Văn Thử].", [("Thư ký khoa học", None)]),
        ("bổ nhiệm ông [PER|Mã Văn Thử] giữ chức Phó Giám đốc Sở từ tháng 7", [("Phó Giám đốc", "Sở Y tế")]),
        ("theo Phó Giám đốc [PER|Mã Văn Thử], Sở đang làm", [("Phó Giám đốc", "Sở Y tế")]),
        ("[ORG|Trung tâm Mẫu] bán giống; ông [PER|Mã Văn Thử], giám đốc, nói", [("Giám đốc", "Trung tâm Mẫu")]),
        ("CNĐT: TS. [PER|Mã Văn Thử].", [("Chủ nhiệm đề tài", None)]),
        ("([ORG|Trạm Mẫu], kỹ sư [PER|Mã Văn Thử])", [(None, "Trạm Mẫu")]),
        ("TS. [PER|Mã Văn Thử] ở [ORG|Viện Mẫu] làm chủ nhiệm", [("Chủ nhiệm", None), (None, "Viện Mẫu")]),
        ("T/M [ORG|Hội đồng quản lý Quỹ], Chủ tịch: [PER|Mã Văn Thử]", [("Chủ tịch", "Hội đồng quản lý Quỹ")]),
        ("đ/c [PER|Mã Văn Thử], phụ trách chung;", []),
    ],
)
def test_reads_offices_in_reports_language(text: str, expected: list[tuple[str | None, str | None]]) -> None:
    assert roles(text, own_body="Sở Y tế")["Mã Văn Thử"] == expected


def test_a_signature_may_stand_in_two_columns() -> None:
    found = roles(
        "Nơi nhận:                CHI CỤC TRƯỞNG\n- Như trên;\n- Lưu: VT.               [PER|Mã Văn Thử]", "Chi cục Mẫu"
    )
    assert found["Mã Văn Thử"] == [("Chi cục trưởng", "Chi cục Mẫu")]
    found = roles("THƯ KÝ             CHỦ TỊCH HỘI ĐỒNG\nThS [PER|Mã Văn Thử]          GS.TS [PER|Lý Thị Mẫu]")
    assert found == {"Mã Văn Thử": [("Thư ký", None)], "Lý Thị Mẫu": [("Chủ tịch hội đồng", None)]}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("[PER|Ngô Kiều Diễm] làm; chị [PER|Kiều Diễm] cười, [PER|Diễm] nói", ["Ngô Kiều Diễm"]),
        ("[PER|Ngô Kiều Diễm], [PER|Lê Thị Diễm] và [PER|Diễm]", ["Ngô Kiều Diễm", "Lê Thị Diễm", "Diễm"]),
        ("Ông [PER|Chư] kể; [PER|Giàng Páo Chư] chủ trì", ["Giàng Páo Chư"]),
    ],
)
def test_a_name_that_ends_one_longer_name_is_that_person(text: str, names: list[str]) -> None:
    assert list(roles(text)) == names
