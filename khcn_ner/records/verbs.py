"""Verbs: a stretch of text in, the verbs in it out, told from the nouns that are spelled like them.

A verb is the longest run of syllables that the list knows; a compound that is a noun (`dự án`, `chi cục`, `đo lường`)
takes its syllables away from the verbs inside it (dự, chi, đo). There is no tagger of parts of speech in the base
installation, so what decides is this list and the word before.

Source: put together by hand from the vocabulary of Vietnamese administrative, farming and laboratory prose
(Hoàng Phê, Từ điển tiếng Việt, for what is a verb), and kept general: no list of the phrases of any one report.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import regex

_STRONG = """
an ủi|áp dụng|bán|ban hành|bàn|bàn giao|báo cáo|bao tiêu|bảo dưỡng|bảo hộ|bảo lưu|bảo quản|bảo tồn|bảo trì|bảo vệ|bầu|
biên soạn|biên tập|biên dịch|biểu dương|bình chọn|bình xét|bổ nhiệm|bổ sung|bỏ|bố trí|bồi dưỡng|bồi thường|bón|buộc|
bù|cảnh cáo|cảnh báo|cải tạo|cải thiện|cải tiến|cắt giảm|cắt tỉa|cấm|cấp|cấp mới|cấp phép|cấp phát|cấp lại|cập nhật|
cấy|chăm sóc|chấm|chấm dứt|chấn chỉnh|chấp nhận|chấp thuận|chế biến|chế tạo|chi|chi trả|chỉ định|chỉ đạo|chia|
chia thành|chia sẻ|chiết xuất|chính lý|chỉnh lý|chỉnh sửa|cho phép|cho ý kiến|cho vay|chọn|chọn tạo|chống|chủ trì|chụp|
chuẩn bị|chứng nhận|chuyển|chuyển đổi|chuyển giao|chuyển hóa|chuyển tiếp|chuyển qua|cố định|công bố|công nhận|công khai|cộng tác|
củng cố|cung cấp|cung ứng|cử|dán|dán tem|dành|di dời|di chuyển|diễn tập|dự|dùng|dừng|duy trì|duyệt|dựng|dự trữ|đánh giá|đảm nhiệm|
đào|đào tạo|đặt|đặt hàng|đăng|đăng ký|đăng tải|đấu giá|đầu tư|đấu thầu|đẩy mạnh|đề cử|đề nghị|đề xuất|đền bù|điều chỉnh|
điều động|điều tra|điều trị|đình chỉ|đo|đo đạc|đoạt|đổi|đổi mới|đón|đón tiếp|đóng|đóng góp|đôn đốc|đối chiếu|đọc|đưa|đưa vào|
gặt|ghép|ghi|ghi âm|ghi hình|ghi nhận|gia cố|gia công|gia hạn|gìn giữ|giải đáp|giải ngân|giải quyết|giải thể|giám định|
giám sát|giảng dạy|giao|giao nộp|giao lưu|giết mổ|giới thiệu|giúp|giúp đỡ|gieo|gieo trồng|giữ|góp|góp ý|gửi|
hạn chế|hiến|hiến máu|hiệu chuẩn|hỗ trợ|hòa giải|hoàn chỉnh|hoàn thành|hoàn thiện|hoàn trả|hội thảo|họp|hợp nhất|hợp tác|huấn luyện|
hủy|hủy bỏ|huy động|hướng dẫn|hưởng ứng|in|in ấn|kê khai|kết nạp|kết nối|khai giảng|khai quật|khai thác|khai trương|
khám|khám bệnh|khảo nghiệm|khảo sát|khắc phục|khen|khen thưởng|khen tặng|khoan|khôi phục|khởi công|khởi động|khuyến cáo|khử trùng|
kiểm chứng|kiểm định|kiểm kê|kiểm nghiệm|kiểm soát|kiểm toán|kiểm tra|kiểm xạ|kiện toàn|kiến nghị|ký|ký kết|kỷ luật|
làm|làm việc|lắp|lắp đặt|lắng nghe|lấy|lặp lại|lập|lập biên bản|lập hồ sơ|liên kết|luân chuyển|lưu|lưu giữ|lưu trữ|
lựa chọn|mở|mở lớp|mở mới|mở rộng|mời|mua|mua sắm|nạp|nắm bắt|nâng|nâng cao|nâng cấp|nêu|nghe|nghiên cứu|nghiệm thu|ngừng|
nhắc|nhắc nhở|nhận|nhân|nhân giống|nhân nuôi|nhân rộng|nhập|nhập khẩu|niêm phong|niêm yết|nộp|nuôi|nuôi cấy|nuôi trồng|ôn tập|
phạt|phát|phát động|phát hành|phát hiện|phát sóng|phát triển|phân bổ|phân công|phân lập|phân loại|phân tích|phân phối|phê duyệt|
phê bình|phỏng vấn|phối hợp|phổ biến|phun|phục hồi|phục tráng|phục vụ|quảng bá|quản lý|quay|quyên góp|quy hoạch|quyết định|quyết toán|ra quyết định|
rà soát|rửa|cạo|nhổ|gom|rút|rút ngắn|sàng lọc|sản xuất|san lấp|sáp nhập|sắp xếp|sắp xếp lại|sơ kết|sở hữu|soạn|soạn thảo|soát xét|số hóa|sửa|sửa chữa|
sửa đổi|sử dụng|sưu tầm|tạo|tạo ra|tạm dừng|tạm giữ|tái bản|tái canh|tách|tặng|tăng cường|tập huấn|tập dượt|tập trung|tẩy|tham dự|tham gia|
tham mưu|tham quan|tham vấn|thanh lý|thanh tra|thanh toán|thành lập|thay|thay thế|thảo luận|thả|thăm|thăm dò|thăm hỏi|thắng|
thẩm định|thẩm tra|theo dõi|thi|thi công|thi tuyển|thí điểm|thí nghiệm|thiết kế|thiết lập|thông báo|thông qua|thống kê|thu|
thu được|thu gom|thu hái|thu hoạch|thu hồi|thu hút|thu mua|thu nhận|thu thập|thuê|thuần hóa|thụ lý|thúc đẩy|thử|thử nghiệm|thực hiện|thực nghiệm|
thưởng|thương mại hóa|tiến hành|tiếp|tiếp cận|tiếp đón|tiếp nhận|tiếp xúc|tiết kiệm|tiêm|tiêm phòng|tiêu hủy|tiêu thụ|tìm|tìm kiếm|
tình nguyện|tính|tính toán|tịch thu|tích hợp|tỉa|tổ chức|tổ chức thành|tổng hợp|tổng kết|tra cứu|trả|trả lời|trang bị|trao|trao đổi|trao tặng|tráng|treo|
trích|trích lục|trình|trình bày|trình diễn|triển khai|trồng|trồng dặm|trồng mới|trồng xen|trưng bày|truy thu|truy xuất|truyền thông|tu bổ|tư vấn|tuyên truyền|
tuyển|tuyển chọn|tuyển dụng|tước|tưới|tường thuật|ủng hộ|ủy quyền|ươm|ưu tiên|ứng dụng|vận chuyển|vận động|vận hành|vay|vẽ|viết|vinh danh|
vớt|xác định|xác lập|xác minh|xác nhận|xây|xây dựng|xây dựng mới|xem xét|xét|xét chọn|xét duyệt|xét nghiệm|xét tặng|xếp|xếp loại|xin|xin ý kiến|
xuất bản|xuất khẩu|xử lý|xử phạt|yêu cầu|đối thoại|đối ứng|tài trợ|hiệu chỉnh|kiểm chuẩn|nói chuyện|bỏ phiếu|biểu quyết|
từ chối|thâm canh|cam kết|so sánh|hài hòa|thống nhất|kéo dài|kết luận|kiểm điểm|hoàn tất|hoãn|cắt|mượn|che chắn|truyền|phối giống|đăng tuyển|
ký số|lập mới|bầu cử|lồng ghép|phản hồi|phản ánh|tháo gỡ|thu giữ|thu hẹp|tạo lập|mô tả|tiếp sóng|giải trình|giải thích|tận dụng|điều phối|
ứng phó|quét|phơi|soi|chép|ghi chép|gộp|mang|chở|tháo|rót|tạm ứng|thanh quyết toán|định danh|định vị|khoanh|khoanh vùng|quảng cáo|
khuyến khích|gặp mặt|gặp gỡ|chúc mừng|chúc tết|đảm nhận|đón nhận|đính chính|nuôi dưỡng|chữa|chỉnh trang|khai mạc|loại bỏ|thừa nhận|
để lại|xóa|bấm|ra mắt|lan tỏa|tiếp sức|phấn đấu|chuyển chính thức|chạy thử|vận hành thử|thử tải|cắm mốc|số hoá|hoá giải|hoà giải|huỷ|tiêu huỷ|
đồng hành|thuyết minh|thẩm duyệt|thế chấp|thu phí|thu thuế|truyền dạy|vệ sinh|nghỉ|học|dạy|thi đua|hội chẩn|phẫu thuật|mổ|
cứu|cứu hộ|cứu trợ|rải|chôn|đốt|bắt|bắt giữ|khởi tố|truy tố|xét xử|tuyên phạt|tố cáo|khiếu nại|kêu gọi|động viên|trợ cấp|trợ giúp|
vượt qua|lọc|tách chiết|chưng cất|ép|sấy|nghiền|trộn|ủ|đóng chai|đóng gói|dệt|may|đúc|hàn|gia nhập|kích hoạt|cài đặt|
tải|tải lên|truy cập|nhúng|mã hóa|kết xuất|sao lưu|nâng hạng|chuẩn hóa|thể chế hóa|cụ thể hóa|tinh giản|tinh gọn|tiếp thu|lùi hạn|chuyển nguồn
"""
_RESULTS = """
đạt|không đạt|chưa đạt|tăng|giảm|vượt|hụt|thiếu hụt|thiếu|mất|sống|chết|cháy|hao hụt|hại|thiệt hại|hư hỏng|hỏng|sai|đúng|thừa|lỗ|trượt|
vi phạm|sai phạm|thoái hóa|ra rễ|nảy mầm|phù hợp|không phù hợp|trúng|đỗ|thất bại|hạ|chậm|trễ|xong|bỏ trống|thuộc về|
rớt|trở lại|diễn ra|chạy|hoạt động|chờ|đồng ý|tán thành|hưởng lợi|có mặt|vắng|vắng mặt|nở|trùng|ảnh hưởng|kết thúc|nghỉ hưu|nghỉ việc|sạt lở|xuống cấp|cao hơn|thấp hơn
"""
_WEAK = "có|còn|là|gồm|bao gồm|chiếm|cần|ra"
# Nouns, or words of another kind, whose syllables look like a verb.
_NOUNS = """
ban hành chính|bán đảo|bán kính|bán kết|báo cáo viên|bảo hiểm|bảo tàng|cấp tỉnh|cấp quốc gia|cấp bộ|cấp nhà nước|cấp cơ sở|cấp huyện|
cấp xã|cấp thành phố|cấp trên|cấp dưới|cấp ủy|cấp nước|cấp thiết|cấp bách|cấp cao|cấp chính xác|cấp phòng|cấp độ|chi bộ|chi cục|chi đoàn|chi hội|chi nhánh|
chi phí|chi tiết|chi ủy|chi hội phụ nữ|chỉ định thầu|cho đến|cho nên|cho biết|chọn lọc|cân đối|cân đối chứng|cân bằng|cân nặng|dịch bệnh|dịch vụ|
dịch hại|dự án|dự báo|dự thảo|dự toán|dự phòng|dự bị|dự luật|đăng kiểm|đặt vấn đề|đo lường|đào tạo nghề|đầu tư công|đóng băng|
đưa ra|được mùa|giao ban|giao dịch|giao lộ|giao thông|giao ước|giữ chức|giám sát viên|giảng viên|góp phần|góp mặt|
họp báo|học bạ|học bổng|học kỳ|học phần|học phí|học sinh|học thuật|học tập|học vấn|học vị|học viên|học viện|học giả|học hàm|hợp tác xã|
hội thảo viên|in-tơ-nét|khoa học|kiểm định viên|kiểm toán viên|kiểm sát viên|kiểm lâm|lại cho|lập trình viên|lập pháp|làm ăn|làm chủ nhiệm|làm lợi|lên men|
liên quan|lưu lượng|lưu thông|lưu vực|lưu ý|mở đầu|mở lòng|nhân công|nhân dân|nhân dịp|nhân hậu|nhân khẩu|nhân lực|nhân quyền|nhân sự|nhân tạo|nhân tố|
nhân vật|nhân văn|nhân viên|nhập cuộc|nhận định|nhận thức|nhận xét|nhận diện|nuôi con|phát biểu|phát minh|phát sinh|phát thanh|phát huy|phát xạ|
phản biện|quản trị|quản lý nhà nước|quyết tâm|ra đời|ra sức|ra trường|sản xuất giống|sở hữu trí tuệ|sở hữu công nghiệp|tạo điều kiện|tạo giống|
tham mưu trưởng|thanh tra viên|thanh tra sở|thanh tra bộ|thay vì|theo đó|thi đua khen thưởng|thí sinh|thông báo số|thông tin|thu nhập|thưởng thức|
tiếp theo|tiếp tục|tính đến|tính chất|tính năng|tính từ|trả góp|trao đổi chất|tổ chức cán bộ|tổ chức bộ máy|trình độ|trình tự|trích yếu|
trung bình|trung tâm|trưởng ban|tuyển sinh|tổng kết năm|vay vốn|viết tắt|xét về|xuất phát|xuất sắc|xuất xứ|xuất hiện|yêu cầu kỹ thuật|
đo độ ẩm|quay vòng|ghi chú|cử nhân|cử tri|bàn đạp|bàn ghế|bỏ qua|chia buồn|cắt cử|nghe nói|nghe qua|kết quả|chất lượng|kế hoạch|tổ chức, cá nhân|
giảm phát thải|loại hàng|loại hình|loại I|loại II|giảm nghèo|tăng trưởng|tăng thêm|tăng nhanh|sống còn|có liên quan|có thể|là do|có hiệu quả|có hiệu lực|đúng quy định|đúng hạn|đúng tiến độ|
tác giả|tác phẩm|mẫu mã|mô hình|quy trình|nộp ngân sách nhà nước|thuê bao|giữa kỳ|cuối kỳ|tham luận|cho thấy|dành cho|dùng chung|bảo vệ thực vật|
phòng thử nghiệm|phòng kiểm nghiệm|phòng thí nghiệm|thiết bị|phương tiện đo|quả cân|cái cân|công nghiệp chế biến|hướng nghiệp|lễ trao|thi đấu|
chương trình|lộ trình|toàn trình|công trình|hành trình|quá trình|tiến trình|giáo trình|đại học|tin học|y học|dược học|sinh học|hóa học|toán học|
phòng khám|chữ ký|thư ký|bạn đọc|chữ viết|vật nuôi|cây trồng|men ủ|chồi ghép|cây ghép|cành ghép|sâu hại|bệnh hại|tác hại|sai lệch|hè thu|vụ thu|
phòng cháy|chữa cháy|bắt đầu|còn lại|máy sấy|bằng khen|giấy khen|nước ép|bài viết|địa bàn|đời sống|bàn tay|doanh thu|nguồn thu|tổng thu|tổng chi|thu sự nghiệp|thu ngân sách|thu dịch vụ|sai số|trồng trọt|chăn nuôi|mức độ|số đo|số dư|vốn vay|nợ vay|lễ hội|đối chứng|đối tượng|đối tác|đối với|phối hợp chặt chẽ|tập trung cao|đảm bảo|bảo đảm|ưu tú|văn bằng bảo hộ|quy hoạch sử dụng đất
"""
# After these a verb says what kind of thing it is: cơ sở sản xuất, máy đo, tỷ lệ sống.
_THINGS = frozenset(
    "hộ hàng cột máy trạm công thư phòng chất chăn cá khu vùng giống tàu xe lò xưởng đất lệ mức tiền doanh độ mẫu".split()
)
_THING_PAIRS = frozenset(
    "cơ sở|thiết bị|quy trình|vật liệu|phương tiện|ý kiến|dự án|quy định|kỹ thuật|công nghệ|lĩnh vực|hình thức|dịch vụ|"
    "giá trị|bộ phận|chỉ tiêu|sản phẩm|nguyên liệu|thuốc thử".split("|")
)
# After these it is the name of an event, and says what was done only where nothing else does: cuộc thanh tra.
_EVENTS = frozenset("cuộc lớp đợt buổi lễ việc sự khâu phiên kỳ khóa khoá".split())
_EVENT_PAIRS = frozenset("công tác|hội nghị|chương trình|hoạt động|kế hoạch|quá trình|nhiệm vụ".split("|"))

_ASPECT = frozenset("đã đang sẽ được bị vừa phải vẫn mới chỉ đều cùng không chưa xin nhằm".split())
_SYLLABLE = regex.compile(r"[\p{L}]+")
_GAP = regex.compile(r"[ \u00a0]")


def _words(listed: str) -> list[str]:
    return [word.strip() for word in listed.replace("\n", "").split("|") if word.strip()]


STRONG = frozenset(_words(_STRONG))
RESULTS = frozenset(_words(_RESULTS))
WEAK = frozenset(_words(_WEAK))
_KNOWN = STRONG | RESULTS | WEAK
_NOUN = frozenset(_words(_NOUNS))
_LONGEST = max(len(word.split()) for word in _KNOWN | _NOUN)
# What a lexicon's entry can begin with, so that most syllables are passed over at once.
_FIRST = frozenset(word.split()[0] for word in _KNOWN | _NOUN)


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb in the text; `is_marked` after đã, được …, `is_of_noun` where it belongs to the noun before it."""

    start: int
    end: int
    word: str
    is_marked: bool
    is_of_noun: bool
    is_event: bool

    @property
    def is_strong(self) -> bool:
        """Tell whether it names a doing by itself, unlike có and là."""
        return self.word in STRONG

    @property
    def is_result(self) -> bool:
        """Tell whether it says what came of what is counted: đạt, thiếu, tăng."""
        return self.word in RESULTS


def find_verbs(text: str, start: int, end: int) -> Iterator[Verb]:
    """Give the verbs in `text[start:end]` in order.

    Example:
        >>> [verb.word for verb in find_verbs("đã kiểm tra dự án, thả cá giống", 0, 31)]
        ['kiểm tra', 'thả']
    """
    syllables = list(_SYLLABLE.finditer(text, start, end))
    words = [syllable[0].lower() for syllable in syllables]
    at = 0
    while at < len(words):
        n_words = _longest(text, syllables, words, at) if words[at] in _FIRST else 0
        word = " ".join(words[at : at + n_words])
        if n_words and word in _KNOWN:
            beside = at > 0 and syllables[at].start() - syllables[at - 1].end() == 1
            before = words[at - 1] if beside else ""
            pair = f"{words[at - 2]} {before}" if beside and at > 1 else ""
            is_event = before in _EVENTS or pair in _EVENT_PAIRS
            yield Verb(
                syllables[at].start(), syllables[at + n_words - 1].end(), word,
                is_marked=before in _ASPECT, is_of_noun=is_event or before in _THINGS or pair in _THING_PAIRS,
                is_event=is_event,
            )  # fmt: skip
        at += max(n_words, 1)


def _longest(text: str, syllables: list[regex.Match[str]], words: list[str], at: int) -> int:
    """Give how many syllables the longest entry of the lexicon has that begins at one of them, 0 for none."""
    joined = 1
    while joined < _LONGEST and at + joined < len(words):
        gap = text[syllables[at + joined - 1].end() : syllables[at + joined].start()]
        if not _GAP.fullmatch(gap):
            break
        joined += 1
    for n_words in range(joined, 0, -1):
        word = " ".join(words[at : at + n_words])
        if word in _KNOWN or word in _NOUN:
            return n_words
    return 0
