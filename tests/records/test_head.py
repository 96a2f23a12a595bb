import pytest
from marking import marked

from khcn_ner.records import assemble


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Trang nhất » Tin tức\n\nSở KH&CN sơ kết công tác\n\nNgày ...", "Sở KH&CN sơ kết công tác"),
        ("Trang chủ / Tin\nCỡ chữ: A- A+\nThứ Ba, 2/3/2031 - 07:15\n\nĐưa khoa học về vườn\n", "Đưa khoa học về vườn"),
        (
            (
                "UBND TỈNH LÀO CAI\nSỞ KHOA HỌC VÀ CÔNG NGHỆ\nSố: 9/BC-SKHCN\n"
                "Lào Cai, ngày 2 tháng 3 năm 2031\n\nBÁO CÁO\nKết quả công tác quý I\n\n"
            ),
            "BÁO CÁO Kết quả công tác quý I",
        ),
        (
            "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n\nBIÊN BẢN\nPhiên họp thứ hai\n",
            "BIÊN BẢN Phiên họp thứ hai",
        ),
        ("12\n3456\n", None),
    ],
)
def test_finds_the_title(text: str, title: str | None) -> None:
    assert assemble(marked(text)).report.title == title


def test_the_letterhead_gives_issuer_and_number() -> None:
    text = "UBND TỈNH LÀO CAI\n[ORG|SỞ KHOA HỌC VÀ CÔNG NGHỆ]\nSố: 9/BC-SKHCN\n\n"
    text += "BÁO CÁO\nKết quả [DATE|quý I năm 2031]\n\nTại Lào Cai."
    head = assemble(marked(text)).report
    assert (head.issuer, head.number, head.assumed) == ("Sở Khoa học và Công nghệ Lào Cai", "9/BC-SKHCN", ("issuer",))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("Kết quả [DATE|9 tháng đầu năm], nhiệm vụ [DATE|3 tháng cuối năm 2031]\n\nA", "2031-01-01", "2031-09-30"),
        ("Kết quả năm [DATE|2031], phương hướng [DATE|năm 2032]\n\nA", "2031-01-01", "2031-12-31"),
        ("Đơn vị thi đua\n\nHọ đã làm tốt trong [DATE|6 tháng đầu năm 2031].", "2031-01-01", "2031-06-30"),
        ("Tổng kết hoạt động năm 2031\n\nA", "2031-01-01", "2031-12-31"),
        ("Chuyện một năm của trung tâm\n[DATE|18-12-2031]\n\n[DATE|Hết tháng 11], làm.", "2031-01-01", "2031-12-31"),
    ],
)
def test_finds_the_period(text: str, first: str, last: str) -> None:
    period = assemble(marked(text)).report.period
    assert period is not None
    assert (str(period.from_), str(period.to)) == (first, last)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Tin\n\nKết quả [DATE|quý II] và [DATE|quý III/2031]", ["2031-04-01", "2031-07-01"]),
        (
            "Kế hoạch [DATE|năm 2032]\n\nNgày họp [DATE|20/12/2031]. Từ [DATE|15/3] làm.",
            ["2032-01-01", "2031-12-20", "2032-03-15"],
        ),
        (
            "Xét danh mục [DATE|năm 2032]\n\n[DATE|Ngày 19/10/2031] họp; đến [DATE|30/9] nhận.",
            ["2032-01-01", "2031-10-19", "2031-09-30"],
        ),
        (
            "Tổng kết [DATE|năm 2031]\n\n[DATE|Ngày 20/01/2032] họp. Ngày [DATE|15/01] gửi. Ngày [DATE|15/6] mưa.",
            ["2031-01-01", "2032-01-20", "2032-01-15", "2031-06-15"],
        ),
        ("Tin\n\n[DATE|Ngày 5/6] họp.", ["None"]),
    ],
)
def test_takes_missing_years_from_the_report(text: str, days: list[str]) -> None:
    assert [str(record.from_) for record in assemble(marked(text)).dates] == days


@pytest.mark.parametrize(
    ("text", "event"),
    [
        (
            "Tin A B\n\n[DATE|Ngày 6/10/2031], [ORG|Sở KH&CN] đã tổ chức Họp đánh giá.",
            ("2031-10-06", "họp", "Sở Khoa học và Công nghệ"),
        ),
        (
            "Tin A B\n\nChiều [DATE|6/10/2031], tại phòng họp, [ORG|Chi bộ 3] trực thuộc [ORG|Đảng ủy Sở] họp.",
            ("2031-10-06", "họp", "Chi bộ 3"),
        ),
        (
            "Tin A B\n\nHội thảo do [ORG|Sở KH&CN] tổ chức diễn ra [DATE|ngày 6/10/2031].",
            ("2031-10-06", "hội thảo", "Sở Khoa học và Công nghệ"),
        ),
        ("Tin A B\n\nĐến [DATE|ngày 6/10/2031], [ORG|Sở KH&CN] làm việc tốt.", None),
        ("Tin A B\n\nKhông có gì.", None),
    ],
)
def test_finds_the_event(text: str, event: tuple[str, str, str] | None) -> None:
    found = assemble(marked(text)).report.event
    assert (found and (str(found.date), found.kind, found.host)) == event
