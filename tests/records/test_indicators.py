"""Indicators: what the words around a number say of it."""

import pytest
from marking import marked

from khcn_ner.records import assemble
from khcn_ner.records.model import Indicator


def indicators(text: str) -> dict[str, Indicator]:
    return {one.text: one for one in assemble(marked(text)).indicators}


@pytest.mark.parametrize(
    ("text", "figure", "activity"),
    [
        ("Đã kiểm tra [QUANTITY|12 cơ sở].", "12 cơ sở", "kiểm tra"),
        ("Kiểm định [QUANTITY|440 PTĐ], [QUANTITY|12 cân] và [QUANTITY|3 đồng hồ].", "3 đồng hồ", "Kiểm định"),
        ("Duy trì theo dõi, quản lý, đôn đốc [QUANTITY|5 đề tài].", "5 đề tài", "Duy trì theo dõi, quản lý, đôn đốc"),
        ("Lấy mẫu gửi đi, nhắc nhở [QUANTITY|4 cơ sở].", "4 cơ sở", "nhắc nhở"),
        ("Lấy [QUANTITY|9 mẫu], [QUANTITY|2/9 mẫu] không đạt.", "2/9 mẫu", "không đạt"),
        ("Có [QUANTITY|8 sáng kiến] được công nhận.", "8 sáng kiến", "công nhận"),
        ("[QUANTITY|3 tập thể] và [QUANTITY|7 cá nhân] được khen thưởng.", "3 tập thể", "khen thưởng"),
        ("Hướng dẫn [QUANTITY|6 đơn] đăng ký nhãn hiệu.", "6 đơn", "Hướng dẫn"),
        ("Đề nghị [ORG|Sở Mẫu] bố trí [QUANTITY|2 tỷ đồng].", "2 tỷ đồng", "bố trí"),
        ("Mở [QUANTITY|2 lớp], kinh phí [QUANTITY|30 triệu đồng].", "30 triệu đồng", None),
        ("Tỷ lệ hộ nghèo giảm từ [QUANTITY|9%] xuống [QUANTITY|7%].", "7%", "giảm"),
        ("Trong kỳ, thu dịch vụ [QUANTITY|6 tỷ đồng].", "6 tỷ đồng", "thu"),
        ("Toàn tỉnh có [QUANTITY|9 đơn] nộp Cục.", "9 đơn", "nộp Cục"),
        ("Toàn tỉnh có [QUANTITY|9 đơn] nộp Cục (nhãn hiệu [QUANTITY|7], sáng chế [QUANTITY|2]).", "2", "nộp Cục"),
        ("Mảng thông tin có [QUANTITY|9 tin], bài đăng trên cổng.", "9 tin", "đăng trên cổng"),
        ("Mở rộng phòng cấy thêm [QUANTITY|9 m2].", "9 m2", "Mở rộng"),
        (
            "Kiểm định [QUANTITY|90 PTĐ], vượt [QUANTITY|3%] kế hoạch, gồm: áp kế [QUANTITY|7]; cân [QUANTITY|8].",
            "8",
            "Kiểm định",
        ),
    ],
)
def test_activity_is_the_verb_that_governs_a_number(text: str, figure: str, activity: str | None) -> None:
    assert indicators(text)[figure].activity == activity


@pytest.mark.parametrize(
    ("text", "figure", "item"),
    [
        ("Mở [QUANTITY|2 lớp] tập huấn cho nông dân.", "2 lớp", "lớp tập huấn"),
        ("Vận động [QUANTITY|2 doanh nghiệp] tham gia.", "2 doanh nghiệp", "doanh nghiệp"),
        ("Kiểm tra [QUANTITY|9 cơ sở] kinh doanh vàng.", "9 cơ sở", "cơ sở kinh doanh vàng"),
        ("Cấp [QUANTITY|9 văn bằng], tăng [QUANTITY|15%].", "15%", "văn bằng"),
        ("Đã trồng mới [QUANTITY|4 ha].", "4 ha", "diện tích"),
        ("Phạt [QUANTITY|7 triệu đồng].", "7 triệu đồng", "tiền phạt"),
        ("Quản lý [QUANTITY|9 đề tài], gồm chuyển tiếp [QUANTITY|5], mở mới [QUANTITY|4].", "5", "đề tài chuyển tiếp"),
        ("Tổng số đề tài, dự án quản lý trong năm là [QUANTITY|9].", "9", "đề tài, dự án"),
        ("Số nhiệm vụ đang quản lý: [QUANTITY|9], chuyển tiếp [QUANTITY|5].", "5", "nhiệm vụ chuyển tiếp"),
        ("Có [QUANTITY|2 nhiệm vụ] xếp loại xuất sắc.", "2 nhiệm vụ", "nhiệm vụ"),
        (
            "Cấp [QUANTITY|9 giấy chứng nhận] doanh nghiệp KH&CN.",
            "9 giấy chứng nhận",
            "giấy chứng nhận doanh nghiệp khoa học và công nghệ",
        ),
        ("Năng suất bình quân đạt [QUANTITY|6 tấn/ha].", "6 tấn/ha", "Năng suất bình quân"),
    ],
)
def test_item_is_what_is_counted_or_measured(text: str, figure: str, item: str) -> None:
    assert indicators(text)[figure].item == item


@pytest.mark.parametrize(
    ("text", "figure", "body"),
    [
        ("[ORG|Chi cục Mẫu] kiểm tra [QUANTITY|9 cơ sở].", "9 cơ sở", "Chi cục Mẫu"),
        ("[ORG|Chi cục Mẫu] họp. Đã kiểm tra [QUANTITY|9 cơ sở].", "9 cơ sở", "Chi cục Mẫu"),
        ("[ORG|Chi cục Mẫu] họp.\n\nChi cục có [QUANTITY|9 biên chế].", "9 biên chế", "Chi cục Mẫu"),
        ("Có [QUANTITY|9 hộ] được [ORG|Hội Mẫu] hỗ trợ.", "9 hộ", "Hội Mẫu"),
        ("[ORG|Công ty Mẫu] được hỗ trợ [QUANTITY|9 triệu đồng].", "9 triệu đồng", None),
        ("[ORG|Sở Mẫu] họp; người dân nộp [QUANTITY|9 đơn].", "9 đơn", None),
        ("Giám đốc [ORG|Sở Mẫu] tặng giấy khen cho [QUANTITY|9 tập thể].", "9 tập thể", "Sở Mẫu"),
        ("[ORG|Sở Mẫu] họp. Tham dự hội nghị có [ORG|Viện Mẫu]; [QUANTITY|9 huyện].", "9 huyện", None),
        ("Đề tài [PROJECT|Chọn lạc] của [ORG|Viện Mẫu] (TS. Lê): chọn được [QUANTITY|7 dòng].", "7 dòng", "Viện Mẫu"),
        ("Trình [ORG|Sở Mẫu] ban hành [QUANTITY|9 văn bản].", "9 văn bản", None),
    ],
)
def test_organisation_is_the_body_that_acts(text: str, figure: str, body: str | None) -> None:
    assert indicators(text)[figure].organisation == body


def test_a_lead_in_governs_its_list() -> None:
    found = indicators(
        "[ORG|Trung tâm Mẫu] đã kiểm định [QUANTITY|30 PTĐ], cụ thể:\n- Cân: [QUANTITY|10];\n- Áp kế: [QUANTITY|20].\n"
    )
    assert [found[text].activity for text in ("10", "20")] == ["kiểm định", "kiểm định"]
    assert [found[text].organisation for text in ("10", "20")] == ["Trung tâm Mẫu", "Trung tâm Mẫu"]
    assert [found[text].part_of for text in ("10", "20")] == [0, 0]


def test_period_is_that_of_the_clause_or_the_heading() -> None:
    text = (
        "BÁO CÁO [DATE|6 tháng đầu năm 2031]\n\nCấp [QUANTITY|9 văn bằng] so với [QUANTITY|7 văn bằng] cùng kỳ "
        "[DATE|năm 2030].\n\nII. NHIỆM VỤ [DATE|6 THÁNG CUỐI NĂM 2031]\n\nNghiệm thu [QUANTITY|4 đề tài].\n"
    )
    found = indicators(text)
    spans = {name: (str(one.period.from_), str(one.period.to)) for name, one in found.items() if one.period}
    assert spans["9 văn bằng"] == ("2031-01-01", "2031-06-30")
    assert spans["4 đề tài"] == ("2031-07-01", "2031-12-31")


def test_a_percentage_before_its_amount_is_its_share() -> None:
    (one,) = assemble(marked("Giải ngân [QUANTITY|56%], tương đương [QUANTITY|12 tỷ đồng].")).indicators
    assert (one.text, one.percent, one.activity) == ("12 tỷ đồng", 56, "Giải ngân")


def test_parts_beyond_semicolons_add_up() -> None:
    found = assemble(
        marked(
            "Chi [QUANTITY|40 triệu đồng], chia làm hai khoản: mua sắm [QUANTITY|30 triệu đồng]; thuê "
            "[QUANTITY|10 triệu đồng]."
        )
    ).indicators
    assert [one.part_of for one in found] == [None, 0, 0]


def test_rows_of_a_flattened_table_are_read_by_their_head() -> None:
    found = assemble(
        marked(
            "Biểu 1. Kinh phí (triệu đồng)\nSTT Khoản mục Dự toán giao Quyết toán %\n"
            "1 Mua sắm [QUANTITY|40] [QUANTITY|30] [QUANTITY|75,0]\n"
            "Biểu 2. Đơn\nSTT Nội dung Năm 2030 Năm 2031\n1 Nhãn hiệu [QUANTITY|8] [QUANTITY|9]\n"
        )
    ).indicators
    planned, spent, share, before, now = found
    assert (planned.value, planned.unit, planned.item) == (40_000_000, "VND", "kinh phí")
    assert (spent.value, spent.percent, share.unit) == (30_000_000, 75, "%")
    assert (before.item, str(before.period.from_ if before.period else None)) == ("Nhãn hiệu", "2030-01-01")
    assert (now.value, now.unit, str(now.period.to if now.period else None)) == (9, None, "2031-12-31")


def test_order_is_of_the_day_of_its_document() -> None:
    text = "BÁO CÁO\n\na) Quyết định số 18/QĐ-SKHCN [DATE|ngày 11/6/2021]: phạt [QUANTITY|9 triệu đồng];"
    period = indicators(text)["9 triệu đồng"].period
    assert period is not None
    assert str(period.from_) == str(period.to) == "2021-06-11"


def test_what_is_given_on_an_occasion_is_of_the_meeting_s_day() -> None:
    text = (
        "[DATE|Ngày 08/7/2022], [ORG|Chi cục Mẫu] tổ chức hội nghị sơ kết công tác [DATE|6 tháng đầu năm 2022].\n\n"
        "Dịp này, Giám đốc [ORG|Sở Mẫu] tặng giấy khen cho [QUANTITY|2 tập thể]."
    )
    period = indicators(text)["2 tập thể"].period
    assert period is not None
    assert str(period.from_) == "2022-07-08"
