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
