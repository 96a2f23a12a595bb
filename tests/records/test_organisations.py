import pytest
from marking import marked

from khcn_ner.records.organisations import find_organisations, kind_of, spell_out


@pytest.mark.parametrize(
    ("written", "spelled"),
    [
        ("Sở KH&CN", "Sở Khoa học và Công nghệ"),
        ("Sở KHCN Lào Cai", "Sở Khoa học và Công nghệ Lào Cai"),
        ("Sở khoa học và công nghệ (KH&CN) Lào Cai", "Sở Khoa học và Công nghệ Lào Cai"),
        ("Chi cục TC-ĐL-CL", "Chi cục Tiêu chuẩn Đo lường Chất lượng"),
        ("TT. Kỹ thuật TĐC", "Trung tâm Kỹ thuật Tiêu chuẩn Đo lường Chất lượng"),
        ("Trung tâm ƯDTB KH&CN", "Trung tâm Ứng dụng tiến bộ Khoa học và Công nghệ"),
        ("Phòng NN&PTNT huyện Bát Xát", "Phòng Nông nghiệp và Phát triển nông thôn huyện Bát Xát"),
        ("Đài PT-TH tỉnh", "Đài Phát thanh và Truyền hình tỉnh"),
        ("Trung tâm Thông tin và và Thống kê", "Trung tâm Thông tin và Thống kê"),
        ("UBND tỉnh", "UBND tỉnh"),
        ("SỞ KHOA HỌC VÀ CÔNG NGHỆ LÀO CAI", "Sở Khoa học và Công nghệ Lào Cai"),
        ("SỞ KH&CN LÀO CAI", "Sở Khoa học và Công nghệ Lào Cai"),
        ("VIỆN TÀI NGUYÊN MẪU", "Viện Tài nguyên mẫu"),
    ],
)
def test_spells_names_out(written: str, spelled: str) -> None:
    assert spell_out(written) == spelled


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Sở Y tế", "sở"),
        ("UBND tỉnh", "ubnd"),
        ("Ủy ban nhân dân tỉnh", "ubnd"),
        ("Uỷ ban nhân dân tỉnh", "ubnd"),
        ("Chi cục Thủy sản", "chi cục"),
        ("Văn phòng Sở", "văn phòng"),
        ("Khối thi đua II", "khối"),
        ("KIOST", None),
    ],
)
def test_gives_the_head_noun(name: str, kind: str | None) -> None:
    assert kind_of(name) == kind


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("[ORG|Sở KH&CN] và [ORG|Sở Khoa học và Công nghệ tỉnh Lào Cai]", ["Sở Khoa học và Công nghệ tỉnh Lào Cai"]),
        (
            "[ORG|Sở KH&CN] cùng [ORG|Sở KH&CN tỉnh Lào Cai], [ORG|Sở KH&CN tỉnh Yên Bái]",
            [
                "Sở Khoa học và Công nghệ",
                "Sở Khoa học và Công nghệ tỉnh Lào Cai",
                "Sở Khoa học và Công nghệ tỉnh Yên Bái",
            ],
        ),
        ("[ORG|UBND huyện Bát Xát], [ORG|UBND huyện Sa Pa]", ["UBND huyện Bát Xát", "UBND huyện Sa Pa"]),
        ("[ORG|Uỷ ban nhân dân tỉnh] và [ORG|UBND tỉnh Lào Cai]", ["UBND tỉnh Lào Cai"]),
        ("[ORG|Hội đồng Dân tộc] của [ORG|Quốc hội], [ORG|Hội đồng dân tộc]", ["Hội đồng Dân tộc", "Quốc hội"]),
        ("[ORG|Chi bộ 3] và [ORG|Chi bộ 4]", ["Chi bộ 3", "Chi bộ 4"]),
        ("[ORG|Viện Hóa học] · [ORG|Viện Hoá học]", ["Viện Hóa học"]),
    ],
)
def test_merges_what_is_surely_one_body(text: str, names: list[str]) -> None:
    assert [body.name for body in find_organisations(marked(text)).records] == names


@pytest.mark.parametrize(
    ("text", "parent"),
    [
        ("[ORG|Đảng ủy Sở] họp tại [ORG|Sở KH&CN]", "Sở Khoa học và Công nghệ"),
        ("[ORG|Văn phòng Sở KH&CN]", "Sở Khoa học và Công nghệ"),
        ("[ORG|Phòng Thử nghiệm] thuộc [ORG|Viện Dược liệu Mẫu]", "Viện Dược liệu Mẫu"),
        ("[ORG|Ban Nội chính Tỉnh ủy]", "Tỉnh ủy"),
        ("[ORG|Cục Sở hữu trí tuệ]", None),
        ("[ORG|Báo Lào Cai]", None),
    ],
)
def test_tells_the_parent_that_is_said(text: str, parent: str | None) -> None:
    assert find_organisations(marked(text)).records[0].parent == parent


def parents(text: str, own_body: str | None = None) -> dict[str, str | None]:
    return {record.name: record.parent for record in find_organisations(marked(text)).of_report(own_body).records}


@pytest.mark.parametrize(
    ("text", "unit", "parent"),
    [
        ("[ORG|Văn phòng Tổng cục] của [ORG|Tổng cục Mẫu]", "Văn phòng Tổng cục", "Tổng cục Mẫu"),
        ("[ORG|Phòng Tài chính] (trực thuộc) thuộc [ORG|Sở Y tế]", "Phòng Tài chính", None),
        ("[ORG|Trung tâm Mẫu] – [ORG|Sở Y tế]", "Trung tâm Mẫu", "Sở Y tế"),
        ("[ORG|Trường Đại học Mẫu] ([ORG|Đại học Thái Nguyên])", "Trường Đại học Mẫu", "Đại học Thái Nguyên"),
        ("mời [ORG|Phòng Kinh tế], [ORG|Sở Y tế]", "Phòng Kinh tế", None),
        ("Trưởng [ORG|phòng Kinh tế], [ORG|Sở Y tế]", "phòng Kinh tế", "Sở Y tế"),
        (
            "[ORG|Văn phòng đại diện Cục Mẫu tại TP. Cần Thơ]",
            "Văn phòng đại diện Cục Mẫu tại thành phố Cần Thơ",
            "Cục Mẫu",
        ),
        ("[ORG|Hội đồng sáng kiến] của Sở họp, [ORG|Sở KH&CN]", "Hội đồng sáng kiến", "Sở Khoa học và Công nghệ"),
    ],
)
def test_reads_what_a_body_is_part_of(text: str, unit: str, parent: str | None) -> None:
    assert parents(text)[unit] == parent


@pytest.mark.parametrize(
    ("before", "parent"),
    [
        ("Viện có 43 viên chức, chia thành ", "Viện Mẫu"),
        ("Cơ quan làm việc tại 03 đầu mối: ", "Viện Mẫu"),
        ("Mời ", None),
    ],
)
def test_units_in_a_list_are_of_the_body_that_the_sentence_is_about(before: str, parent: str | None) -> None:
    text = f"{before}[ORG|Phòng Một]; [ORG|Phòng Hai]; [ORG|Bộ môn Ba] và [ORG|Trạm Bốn]."
    assert set(parents(text, "Viện Mẫu").values()) == {parent}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("[ORG|Viện Đo lường Việt Nam] (VMI); [ORG|VMI] họp", ["Viện Đo lường Việt Nam"]),
        ("[ORG|Trung tâm Kỹ thuật Tiêu chuẩn Đo lường Chất lượng 3], [ORG|QUATEST 3]", 1),
        ("[ORG|QUATEST 3] họp", ["QUATEST 3"]),
        ("[ORG|Trung tâm Một] (TTM), [ORG|Trạm Mẫu] (TTM), [ORG|TTM]", ["Trung tâm Một", "Trạm Mẫu", "TTM"]),
        ("[ORG|Sở Nông nghiệp], [ORG|Sở Nông nghiệp và PTNT]", ["Sở Nông nghiệp và Phát triển nông thôn"]),
        ("[ORG|Phòng Kinh tế], [ORG|Phòng Kinh tế và Hạ tầng]", 2),
        ("[ORG|UBND tỉnh Cao Bằng], [ORG|Ủy ban nhân dân tỉnh]", ["UBND tỉnh Cao Bằng"]),
        (
            "[ORG|P.QLKH], [ORG|TTra Sở], [ORG|UBND H. Hòa An]",
            ["Phòng Quản lý Khoa học", "Thanh tra Sở", "UBND huyện Hòa An"],
        ),
    ],
)
def test_a_body_is_known_by_its_other_names(text: str, names: list[str] | int) -> None:
    found = [record.name for record in find_organisations(marked(text)).records]
    assert (len(found) if isinstance(names, int) else found) == names


def test_a_body_has_its_province_and_what_became_of_it() -> None:
    (body,) = find_organisations(marked("[ORG|Sở KH&CN tỉnh Bắc Kạn]")).records
    assert (body.province, body.province_now) == ("Bắc Kạn", "Thái Nguyên")
