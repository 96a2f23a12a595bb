import making
import pytest

from khcn_ner.reading.capitals import restore_capitals
from khcn_ner.reading.tcvn3 import tcvn3_to_unicode


@pytest.mark.parametrize(
    "text",
    [
        "SỞ KHOA HỌC VÀ CÔNG NGHỆ",
        "BÁO CÁO của Sở",
        "Phần thứ năm. ĐỀ NGHỊ",
        "GÓC CHUYÊN ĐỀ | Bức xạ",
        "UBND TỈNH BÌNH PHƯỚC\nSỞ KH&CN\nSố: 1042/BC-SKHCN",
        "Sở KH&CN Kiên Giang",
        "Số 58-BC/ĐU",
        "- ĐU Sở: học nghị quyết",
        "Xong. Ở đây có ý",
        "Xong: ở đây có ít người",
        "Kết quả: Ứng dụng 3 quy trình",
        "đồng chí Lê Ánh Tuyết, bà Nguyễn Thị Út, ông Ích Khiêm và Ngô Đức Ý dự",
        "Trần Mạnh Hà ủng hộ, Lê Văn Hải ý kiến thêm, Lưu ý bạn đọc, Phạm Thị Hoa ở Huế",
        "Bí thư Đảng ủy, Tỉnh ủy viên; Dự án và Đề án của Tòa án",
        "thị trấn Óc Eo, Vũng Áng, châu Á, nước Úc, trong nước ấy",
        "gửi Ủy ban nhân dân tỉnh; Tỉnh ủy ban hành; các ủy viên phản biện, Ủy viên Ban Thường vụ",
        "Trung tâm Thông tin - Ứng dụng KH&CN, Trung tâm Nghiên cứu, Ứng dụng và Dịch vụ",
        "dự án Ứng dụng công nghệ tưới được ứng dụng ở xã",
        "đề tài “Ứng dụng GIS”, cuộc thi “Ý tưởng xanh”, (Ảnh: CTV)",
        "- Áp kế: 25\n- Cân: 30\n",
        "- cân, áp kế\n- áp kế: 25\n",
        "gồm: Nuôi cá; Ứng dụng men; Trồng nấm",
        "gồm: nuôi cá; ứng dụng men; trồng nấm",
        "Quỹ Dịch vụ viễn thông công ích Việt Nam",
    ],
)
def test_a_text_comes_back_from_tcvn3(text):
    assert restore_capitals(tcvn3_to_unicode(making.in_tcvn3(text))).text == text


def test_what_nothing_shows_stays_small():
    assert restore_capitals("cô út kể").text == "cô út kể"


def test_words_raised_in_names_are_told():
    raised = restore_capitals("Lê ánh Tuyết và bà Lê ánh. ở Sở")
    assert (raised.n_letters, dict(raised.in_names)) == (3, {"Ánh": 2})


def test_a_line_that_goes_on_begins_no_sentence():
    assert restore_capitals("ủng hộ", begins=False).text == "ủng hộ"


def test_of_the_corpus_hardly_a_capital_is_lost_or_added(reports):
    n_lost = n_missed = n_wrong = 0
    for text in reports.values():
        small = tcvn3_to_unicode(making.in_tcvn3(text))
        found = restore_capitals(small).text
        n_lost += sum(before != after for before, after in zip(text, small, strict=True))
        n_missed += sum(letter.isupper() and letter != one for letter, one in zip(text, found, strict=True))
        n_wrong += sum(letter.islower() and letter != one for letter, one in zip(text, found, strict=True))
    assert n_missed < 0.02 * n_lost
    assert n_wrong < 0.005 * n_lost
