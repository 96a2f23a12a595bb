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
an ủi|ban hành|bao tiêu|biên dịch|biên soạn|biên tập|biểu dương|biểu quyết|buộc|bàn|bàn giao|bán|báo cáo|bình chọn|
bình xét|bón|bù|bảo dưỡng|bảo hộ|bảo lưu|bảo quản|bảo trì|bảo tồn|bảo vệ|bấm|bầu|bầu cử|bắt|bắt giữ|bỏ|bỏ phiếu|
bố trí|bồi dưỡng|bồi thường|bổ nhiệm|bổ sung|cam kết|che chắn|chi|chi trả|chia|chia sẻ|chia thành|chiết xuất|
cho phép|cho vay|cho ý kiến|chuyển|chuyển chính thức|chuyển giao|chuyển hóa|chuyển nguồn|chuyển qua|chuyển tiếp|
chuyển đổi|chuẩn bị|chuẩn hóa|chép|chính lý|chôn|chúc mừng|chúc tết|chăm sóc|chưng cất|chạy thử|chấm|chấm dứt|
chấn chỉnh|chấp nhận|chấp thuận|chế biến|chế tạo|chỉ đạo|chỉ định|chỉnh lý|chỉnh sửa|chỉnh trang|chọn|chọn tạo|
chống|chở|chụp|chủ trì|chứng nhận|chữa|cung cấp|cung ứng|cài đặt|công bố|công khai|công nhận|cạo|cải thiện|cải tiến|
cải tạo|cảnh báo|cảnh cáo|cấm|cấp|cấp lại|cấp mới|cấp phát|cấp phép|cấy|cập nhật|cắm mốc|cắt|cắt giảm|cắt tỉa|
cố định|cộng tác|cụ thể hóa|củng cố|cứu|cứu hộ|cứu trợ|cử|di chuyển|di dời|diễn tập|duy trì|duyệt|dành|dán|dán tem|
dùng|dạy|dệt|dừng|dự|dự trữ|dựng|ghi|ghi chép|ghi hình|ghi nhận|ghi âm|ghép|gia công|gia cố|gia hạn|gia nhập|giao|
giao lưu|giao nộp|gieo|gieo trồng|giám sát|giám định|giúp|giúp đỡ|giải ngân|giải quyết|giải thích|giải thể|
giải trình|giải đáp|giảng dạy|giết mổ|giới thiệu|giữ|gom|gìn giữ|góp|góp ý|gặp gỡ|gặp mặt|gặt|gộp|gửi|hiến|hiến máu|
hiệu chuẩn|hiệu chỉnh|hoà giải|hoàn chỉnh|hoàn thiện|hoàn thành|hoàn trả|hoàn tất|hoá giải|hoãn|huy động|huấn luyện|
huỷ|hài hòa|hàn|hòa giải|hướng dẫn|hưởng ứng|hạn chế|học|họp|hỗ trợ|hội chẩn|hội thảo|hợp nhất|hợp tác|hủy|hủy bỏ|
in|in ấn|khai giảng|khai mạc|khai quật|khai thác|khai trương|khen|khen thưởng|khen tặng|khiếu nại|khoan|khoanh|
khoanh vùng|khuyến cáo|khuyến khích|khám|khám bệnh|khôi phục|khảo nghiệm|khảo sát|khắc phục|khởi công|khởi tố|
khởi động|khử trùng|kiến nghị|kiểm chuẩn|kiểm chứng|kiểm kê|kiểm nghiệm|kiểm soát|kiểm toán|kiểm tra|kiểm xạ|
kiểm điểm|kiểm định|kiện toàn|kéo dài|kê khai|kêu gọi|kích hoạt|ký|ký kết|ký số|kết luận|kết nạp|kết nối|kết xuất|
kỷ luật|lan tỏa|liên kết|loại bỏ|luân chuyển|làm|làm việc|lùi hạn|lưu|lưu giữ|lưu trữ|lấy|lập|lập biên bản|
lập hồ sơ|lập mới|lắng nghe|lắp|lắp đặt|lặp lại|lọc|lồng ghép|lựa chọn|mang|may|mua|mua sắm|mã hóa|mô tả|mượn|mổ|
mời|mở|mở lớp|mở mới|mở rộng|nghe|nghiên cứu|nghiền|nghiệm thu|nghỉ|ngừng|nhân|nhân giống|nhân nuôi|nhân rộng|nhúng|
nhận|nhập|nhập khẩu|nhắc|nhắc nhở|nhổ|niêm phong|niêm yết|nuôi|nuôi cấy|nuôi dưỡng|nuôi trồng|nâng|nâng cao|
nâng cấp|nâng hạng|nêu|nói chuyện|nạp|nắm bắt|nộp|phun|phát|phát hiện|phát hành|phát sóng|phát triển|phát động|
phân bổ|phân công|phân loại|phân lập|phân phối|phân tích|phê bình|phê duyệt|phơi|phạt|phản hồi|phản ánh|phấn đấu|
phẫu thuật|phỏng vấn|phối giống|phối hợp|phổ biến|phục hồi|phục tráng|phục vụ|quay|quy hoạch|quyên góp|quyết toán|
quyết định|quét|quản lý|quảng bá|quảng cáo|ra mắt|ra quyết định|rà soát|rót|rút|rút ngắn|rải|rửa|san lấp|sao lưu|
so sánh|soi|soát xét|soạn|soạn thảo|sàng lọc|sáp nhập|sơ kết|sưu tầm|sản xuất|sấy|sắp xếp|sắp xếp lại|số hoá|số hóa|
sở hữu|sử dụng|sửa|sửa chữa|sửa đổi|tham dự|tham gia|tham mưu|tham quan|tham vấn|thanh lý|thanh quyết toán|
thanh toán|thanh tra|thay|thay thế|theo dõi|thi|thi công|thi tuyển|thi đua|thiết kế|thiết lập|thu|thu giữ|thu gom|
thu hoạch|thu hái|thu hút|thu hẹp|thu hồi|thu mua|thu nhận|thu phí|thu thuế|thu thập|thu được|thuyết minh|thuê|
thuần hóa|thành lập|tháo|tháo gỡ|thâm canh|thí nghiệm|thí điểm|thông báo|thông qua|thúc đẩy|thăm|thăm dò|thăm hỏi|
thương mại hóa|thưởng|thả|thảo luận|thẩm duyệt|thẩm tra|thẩm định|thắng|thế chấp|thể chế hóa|thống kê|thống nhất|
thụ lý|thừa nhận|thử|thử nghiệm|thử tải|thực hiện|thực nghiệm|tinh giản|tinh gọn|tiêm|tiêm phòng|tiêu huỷ|tiêu hủy|
tiêu thụ|tiến hành|tiếp|tiếp cận|tiếp nhận|tiếp sóng|tiếp sức|tiếp thu|tiếp xúc|tiếp đón|tiết kiệm|tra cứu|trang bị|
trao|trao tặng|trao đổi|treo|triển khai|truy cập|truy thu|truy tố|truy xuất|truyền|truyền dạy|truyền thông|tráng|
trình|trình bày|trình diễn|trích|trích lục|trưng bày|trả|trả lời|trồng|trồng dặm|trồng mới|trồng xen|trộn|trợ cấp|
trợ giúp|tu bổ|tuyên phạt|tuyên truyền|tuyển|tuyển chọn|tuyển dụng|tài trợ|tách|tách chiết|tái bản|tái canh|tìm|
tìm kiếm|tình nguyện|tích hợp|tính|tính toán|tăng cường|tư vấn|tước|tưới|tường thuật|tạm dừng|tạm giữ|tạm ứng|tạo|
tạo lập|tạo ra|tải|tải lên|tẩy|tận dụng|tập dượt|tập huấn|tập trung|tặng|tỉa|tịch thu|tố cáo|tổ chức|tổ chức thành|
tổng hợp|tổng kết|từ chối|vay|vinh danh|viết|vượt qua|vận chuyển|vận hành|vận hành thử|vận động|vẽ|vệ sinh|vớt|
xem xét|xin|xin ý kiến|xuất bản|xuất khẩu|xác lập|xác minh|xác nhận|xác định|xây|xây dựng|xây dựng mới|xét|xét chọn|
xét duyệt|xét nghiệm|xét tặng|xét xử|xóa|xếp|xếp loại|xử lý|xử phạt|yêu cầu|áp dụng|ép|ôn tập|điều chỉnh|điều phối|
điều tra|điều trị|điều động|đo|đo đạc|đoạt|đào|đào tạo|đánh giá|đình chỉ|đính chính|đón|đón nhận|đón tiếp|đóng|
đóng chai|đóng gói|đóng góp|đôn đốc|đúc|đăng|đăng ký|đăng tuyển|đăng tải|đưa|đưa vào|đảm nhiệm|đảm nhận|đấu giá|
đấu thầu|đầu tư|đẩy mạnh|đặt|đặt hàng|đề cử|đề nghị|đề xuất|đền bù|để lại|định danh|định vị|đọc|đối chiếu|đối thoại|
đối ứng|đốt|đồng hành|đổi|đổi mới|động viên|ưu tiên|ươm|ủ|ủng hộ|ủy quyền|ứng dụng|ứng phó
"""
_RESULTS = """
bỏ trống|cao hơn|cháy|chưa đạt|chạy|chậm|chết|chờ|có mặt|diễn ra|giảm|hao hụt|hoạt động|hư hỏng|hưởng lợi|hạ|hại|
hỏng|hụt|không phù hợp|không đạt|kết thúc|lỗ|mất|nghỉ hưu|nghỉ việc|nảy mầm|nở|phù hợp|ra rễ|rớt|sai|sai phạm|
sạt lở|sống|thiếu|thiếu hụt|thiệt hại|thoái hóa|thuộc về|thấp hơn|thất bại|thừa|trùng|trúng|trượt|trễ|trở lại|
tán thành|tăng|vi phạm|vượt|vắng|vắng mặt|xong|xuống cấp|đúng|đạt|đồng ý|đỗ|ảnh hưởng
"""
_WEAK = "có|còn|là|gồm|bao gồm|chiếm|cần|ra"
# Nouns, or words of another kind, whose syllables look like a verb.
_NOUNS = """
ban hành chính|bài viết|bàn ghế|bàn tay|bàn đạp|bán kính|bán kết|bán đảo|báo cáo viên|bạn đọc|bảo hiểm|bảo tàng|
bảo vệ thực vật|bảo đảm|bắt đầu|bằng khen|bệnh hại|bỏ qua|chi bộ|chi cục|chi hội|chi hội phụ nữ|chi nhánh|chi phí|
chi tiết|chi đoàn|chi ủy|chia buồn|cho biết|cho nên|cho thấy|cho đến|chăn nuôi|chương trình|chất lượng|
chỉ định thầu|chọn lọc|chồi ghép|chữ ký|chữ viết|chữa cháy|cuối kỳ|cành ghép|cái cân|cân bằng|cân nặng|cân đối|
cân đối chứng|cây ghép|cây trồng|còn lại|có hiệu lực|có hiệu quả|có liên quan|có thể|công nghiệp chế biến|
công trình|cấp bách|cấp bộ|cấp cao|cấp chính xác|cấp cơ sở|cấp dưới|cấp huyện|cấp nhà nước|cấp nước|cấp phòng|
cấp quốc gia|cấp thiết|cấp thành phố|cấp trên|cấp tỉnh|cấp xã|cấp độ|cấp ủy|cắt cử|cử nhân|cử tri|doanh thu|
dành cho|dùng chung|dược học|dịch bệnh|dịch hại|dịch vụ|dự báo|dự bị|dự luật|dự phòng|dự thảo|dự toán|dự án|ghi chú|
giao ban|giao dịch|giao lộ|giao thông|giao ước|giám sát viên|giáo trình|giảm nghèo|giảm phát thải|giảng viên|
giấy khen|giữ chức|giữa kỳ|góp mặt|góp phần|hành trình|hè thu|hóa học|hướng nghiệp|học bạ|học bổng|học giả|học hàm|
học kỳ|học phí|học phần|học sinh|học thuật|học tập|học viên|học viện|học vấn|học vị|họp báo|hội thảo viên|
hợp tác xã|in-tơ-nét|khoa học|kiểm lâm|kiểm sát viên|kiểm toán viên|kiểm định viên|kế hoạch|kết quả|liên quan|
loại I|loại II|loại hàng|loại hình|là do|làm chủ nhiệm|làm lợi|làm ăn|lên men|lưu lượng|lưu thông|lưu vực|lưu ý|
lại cho|lập pháp|lập trình viên|lễ hội|lễ trao|lộ trình|men ủ|máy sấy|mô hình|mẫu mã|mở lòng|mở đầu|mức độ|nghe nói|
nghe qua|nguồn thu|nhân công|nhân dân|nhân dịp|nhân hậu|nhân khẩu|nhân lực|nhân quyền|nhân sự|nhân tạo|nhân tố|
nhân viên|nhân văn|nhân vật|nhận diện|nhận thức|nhận xét|nhận định|nhập cuộc|nuôi con|nước ép|
nộp ngân sách nhà nước|nợ vay|phát biểu|phát huy|phát minh|phát sinh|phát thanh|phát xạ|phòng cháy|phòng khám|
phòng kiểm nghiệm|phòng thí nghiệm|phòng thử nghiệm|phương tiện đo|phản biện|phối hợp chặt chẽ|quay vòng|
quy hoạch sử dụng đất|quy trình|quyết tâm|quá trình|quả cân|quản lý nhà nước|quản trị|ra sức|ra trường|ra đời|
sai lệch|sai số|sinh học|sâu hại|sản xuất giống|số dư|số đo|sống còn|sở hữu công nghiệp|sở hữu trí tuệ|tham luận|
tham mưu trưởng|thanh tra bộ|thanh tra sở|thanh tra viên|thay vì|theo đó|thi đua khen thưởng|thi đấu|thiết bị|
thu dịch vụ|thu ngân sách|thu nhập|thu sự nghiệp|thuê bao|thí sinh|thông báo số|thông tin|thư ký|thưởng thức|
tin học|tiến trình|tiếp theo|tiếp tục|toàn trình|toán học|trao đổi chất|trung bình|trung tâm|trình tự|trình độ|
trích yếu|trưởng ban|trả góp|trồng trọt|tuyển sinh|tác giả|tác hại|tác phẩm|tính chất|tính năng|tính từ|tính đến|
tăng nhanh|tăng thêm|tăng trưởng|tạo giống|tạo điều kiện|tập trung cao|tổ chức bộ máy|tổ chức cán bộ|
tổ chức, cá nhân|tổng chi|tổng kết năm|tổng thu|vay vốn|viết tắt|văn bằng bảo hộ|vật nuôi|vốn vay|vụ thu|xuất hiện|
xuất phát|xuất sắc|xuất xứ|xét về|y học|yêu cầu kỹ thuật|đo lường|đo độ ẩm|đào tạo nghề|đóng băng|đúng hạn|
đúng quy định|đúng tiến độ|đăng kiểm|đưa ra|được mùa|đại học|đảm bảo|đầu tư công|đặt vấn đề|địa bàn|đối chứng|
đối tác|đối tượng|đối với|đời sống|ưu tú
"""
# After these a verb says what kind of thing it is: cơ sở sản xuất, máy đo, tỷ lệ sống.
_THINGS = frozenset(
    "hộ hàng cột máy trạm công thư phòng chất chăn cá khu vùng giống tàu xe lò xưởng đất lệ mức tiền doanh độ "
    "mẫu".split()
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
    return [word for word in listed.replace("\n", "").split("|") if word]


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
