import pytest
from marking import marked

from khcn_ner.records import Project, assemble
from khcn_ner.records.project_places import place_in_title

TITLE = "[PROJECT|Nghiên cứu nhân giống cây mẫu bằng hạt]"


def first(text: str) -> Project:
    return assemble(marked(text)).projects[0]


@pytest.mark.parametrize(
    ("before", "kind", "level"),
    [
        ("Đề tài “", "đề tài", None),
        ("ĐT “", "đề tài", None),
        ("- Dự án cấp Bộ: ", "dự án", "cấp Bộ"),
        ("nhiệm vụ KH&CN cấp tỉnh “", "nhiệm vụ", "cấp tỉnh"),
        ("Đề án cấp nhà nước: “", "đề án", "cấp Nhà nước"),
        ("đăng bài “", None, None),
    ],
)
def test_reads_kind_and_level_before_the_title(before: str, kind: str | None, level: str | None) -> None:
    project = first(f"{before}{TITLE}”.")
    assert (project.kind, project.level) == (kind, level)


def test_carries_the_kind_through_a_list() -> None:
    text = f"gồm: đề tài “{TITLE}”; “[PROJECT|Chọn giống lúa mẫu]”; Dự án “[PROJECT|Sản xuất trà mẫu]”."
    assert [project.kind for project in assemble(marked(text)).projects] == ["đề tài", "đề tài", "dự án"]


@pytest.mark.parametrize(
    ("after", "lead"),
    [
        ("” do TS. [PER|Mã Văn Thử] làm chủ nhiệm.", "Mã Văn Thử"),
        ("”\nChủ nhiệm: PGS.TS. [PER|Mã Văn Thử].", "Mã Văn Thử"),
        ("” (CNĐT: TS. [PER|Mã Văn Thử])", "Mã Văn Thử"),
        ("”. Tại buổi họp, ông [PER|Mã Văn Thử] hỏi.", None),
    ],
)
def test_reads_the_lead(after: str, lead: str | None) -> None:
    assert first(f"Đề tài “{TITLE}{after}").lead == lead


@pytest.mark.parametrize(
    ("after", "partners"),
    [
        ("” do [ORG|Viện Mẫu số] chủ trì.", ("Viện Mẫu số",)),
        ("” ([ORG|Viện Mẫu số] chủ trì)", ("Viện Mẫu số",)),
        ("”. Chủ trì: [ORG|Viện Mẫu số]; phối hợp: [ORG|Sở Y tế].", ("Viện Mẫu số", "Sở Y tế")),
        ("”. [ORG|Sở Y tế] khám bệnh.", ()),
    ],
)
def test_reads_the_partners(after: str, partners: tuple[str, ...]) -> None:
    assert first(f"Đề tài “{TITLE}{after}").partners == partners


@pytest.mark.parametrize(
    ("title", "place"),
    [
        ("Trồng thử nghiệm cây mẫu tại tỉnh Lào Cai", "tỉnh Lào Cai"),
        ("Trồng cây mẫu tại xã A Mú Sung, huyện Bát Xát, tỉnh Lào Cai", "xã A Mú Sung, huyện Bát Xát, tỉnh Lào Cai"),
        ("Phục tráng giống lúa của huyện Bát Xát, tỉnh Lào Cai", "huyện Bát Xát, tỉnh Lào Cai"),
        ("Sản xuất rượu mẫu Lào Cai", "Lào Cai"),
        ("Phát triển nhân lực thành phố Đà Nẵng đến năm 2035", "thành phố Đà Nẵng"),
        ("Chế tạo máy tách hạt", None),
    ],
)
def test_reads_the_place_in_the_title(title: str, place: str | None) -> None:
    assert place_in_title(title) == place
