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
        ("Ghép cải tạo vườn nhãn tạp Sông Mã", "Sông Mã"),
        ("Đo mặn (loại trên phao) tại cửa sông Mỹ Thanh", "cửa sông Mỹ Thanh"),
        ("Trồng rừng tại ba huyện Giồng Trôm, Mỏ Cày Nam, Thạnh Phú", "ba huyện Giồng Trôm, Mỏ Cày Nam, Thạnh Phú"),
        ("Chợ nổi Ngã Bảy: ký ức và tương lai", "Chợ nổi Ngã Bảy"),
        ("Chữa bệnh tại Bệnh viện Đa khoa Thống Nhất", "Bệnh viện Đa khoa Thống Nhất"),
        ("Khảo sát gen ở phụ nữ dân tộc Thái, Khơ Mú", None),
        ("Nuôi hàu Thái Bình Dương bằng giá thể", None),
        ("Kháng kháng sinh tại ICU: xu hướng", None),
    ],
)
def test_reads_the_place_in_the_title(title: str, place: str | None) -> None:
    assert place_in_title(title) == place


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (f"Cho gia hạn 06 tháng đối với hai đề tài:\n+ {TITLE}, chủ trì: [ORG|Viện Mẫu];", "gia hạn"),
        (f"nghiệm thu 05 đề tài; nổi bật là ĐT {TITLE} do TS. [PER|Mã Văn Thử] làm chủ nhiệm", "nghiệm thu"),
        (f"Danh mục xin ý kiến: [PROJECT|Chọn giống lúa mẫu]; {TITLE}.", "đề xuất"),
        (f"Trình UBND tỉnh đề án “{TITLE}” trước tháng 9", "đề xuất"),
        (f"Đề án {TITLE} chưa được duyệt.", "đề xuất"),
        (f"Đề tài {TITLE} sẽ nghiệm thu trong quý IV.", "triển khai"),
        (f"7 {TITLE} [ORG|Trạm Mẫu] [DATE|2021-2023] Đề nghị DỪNG: vườn bị cháy.", "tạm dừng"),
        (f"Đề tài {TITLE} có kết quả phân tích 216 mẫu.", "triển khai"),
        (f"giải nhì trao cho dự án khởi nghiệp “{TITLE}”", None),
        (f"Dự án {TITLE} đã chuyển giao cho [ORG|Trạm Mẫu].", "nghiệm thu"),
    ],
)
def test_reads_how_far_a_project_is(text: str, status: str | None) -> None:
    assert assemble(marked(f"Báo cáo mẫu\n\n{text}")).projects[-1].status == status


@pytest.mark.parametrize(
    ("after", "grade"),
    [
        ("” được xếp loại Khá (85/100 điểm).", "khá"),
        ("”: Đạt. CN ThS. X", "đạt"),
        ("” nghiệm thu ngày 28/10, xuất sắc.", "xuất sắc"),
        ("” do X chủ trì.\nHội đồng họp. Xếp loại chung: Xuất sắc.", "xuất sắc"),
        ("” nghiệm thu cùng 05 đề tài (xuất sắc 01, khá 03).", None),
        ("” đạt 87% kế hoạch, kết quả đạt 12 tấn.", None),
    ],
)
def test_reads_the_grade(after: str, grade: str | None) -> None:
    project = first(f"Đề tài “{TITLE}{after}")
    assert project.grade == grade
    assert grade is None or project.status == "nghiệm thu"


@pytest.mark.parametrize(
    ("text", "level"),
    [
        (f"Đang làm 02 nhiệm vụ cấp tỉnh gồm: đề tài “[PROJECT|Chọn giống lúa mẫu]”; dự án {TITLE}.", "cấp tỉnh"),
        (f"Các nhiệm vụ UBND tỉnh vừa duyệt:\n– {TITLE}: ghi nhật ký vườn.", "cấp tỉnh"),
        (f"Quản lý 32 nhiệm vụ cấp tỉnh. Trong số đã xong có đề tài “{TITLE}”.", "cấp tỉnh"),
        (f"Có 39 nhiệm vụ, trong đó 04 nhiệm vụ cấp quốc gia. Dự án {TITLE} mở rộng.", None),
        (f"Chủ trì đề tài cấp cơ sở “[PROJECT|Chọn giống lúa mẫu]”. Cùng làm đề tài {TITLE}.", None),
    ],
)
def test_reads_the_level_of_a_list(text: str, level: str | None) -> None:
    assert assemble(marked(f"Báo cáo mẫu\n\n{text}")).projects[-1].level == level


@pytest.mark.parametrize(
    ("text", "partners"),
    [
        (f"Cùng [ORG|Viện Mẫu] triển khai dự án “{TITLE}”", ("Viện Mẫu",)),
        (f"[ORG|Viện Mẫu] nghiệm thu đề tài {TITLE}", ()),
        (f"đề tài “{TITLE}” do TS. [PER|Mã Văn Thử] ([ORG|Viện Mẫu]) làm chủ nhiệm", ("Viện Mẫu",)),
        (f"đề tài {TITLE}; phối hợp [ORG|Sở Y tế] khám bệnh", ()),
        (f"SỞ Y TẾ\nĐiều 1. [ORG|Công ty Mẫu]\nCông ty thực hiện dự án “{TITLE}”", ("Công ty Mẫu",)),
        (f"1. ĐT {TITLE}. ĐVCT: [ORG|Viện Mẫu]. CNĐT: TS [PER|Mã Văn Thử].", ("Viện Mẫu",)),
    ],
)
def test_reads_who_carries_it_out(text: str, partners: tuple[str, ...]) -> None:
    assert first(text).partners == partners


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (f"(KP = kinh phí (trđ))\n1. ĐT {TITLE}. KP [QUANTITY|1.086]; năm 2016", 1_086_000_000),
        (f"TT Tên Chủ trì Kinh phí (trđ)\n1 {TITLE} [ORG|Viện Mẫu] [QUANTITY|740]", 740_000_000),
        (f"– {TITLE}: tức là ghi nhật ký. [QUANTITY|980 triệu], 24 tháng", 980_000_000),
        (f"dự án {TITLE} do [ORG|Quỹ Mẫu] tài trợ [QUANTITY|65.000 USD]", 65_000),
        (f"dự án “{TITLE}”. Tổng tiền thưởng [QUANTITY|145 triệu đồng]", None),
    ],
)
def test_reads_the_budget(text: str, value: int | None) -> None:
    budget = first(text).budget
    assert (budget.value if budget is not None else None) == value
