import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from marking import marked

from khcn_ner.document import Document

REPORT = """Trang chủ » Tin hoạt động

Sơ kết hoạt động KH&CN [DATE|6 tháng đầu năm 2031]

Ngày [DATE|02/7/2031], [ORG|Sở Khoa học và Công nghệ (KH&CN) tỉnh Lào Cai] tổ chức hội nghị sơ kết công tác \
[DATE|6 tháng đầu năm]. Đồng chí [PER|Vàng Thị Thử Nghiệm] – Tỉnh ủy viên, Bí thư Đảng ủy, Giám đốc [ORG|Sở KH&CN] \
chủ trì; cùng dự có TS. [PER|Lê Giả Định], Viện trưởng [ORG|Viện Dược liệu Mẫu], và [QUANTITY|60 đại biểu].

I. KẾT QUẢ THỰC HIỆN

[ORG|Chi cục Tiêu chuẩn Đo lường Chất lượng] kiểm định được trên [QUANTITY|1.200/2.400 PTĐ] \
(đạt [QUANTITY|50%]); xử phạt \
[QUANTITY|03 cơ sở] với số tiền [QUANTITY|15 triệu đồng]. Hướng dẫn [QUANTITY|40 cơ sở] (trong đó: [QUANTITY|25 cơ sở] \
sản xuất, [QUANTITY|10 cơ sở] kinh doanh).

Đề tài cấp tỉnh “[PROJECT|Nghiên cứu trồng thử nghiệm cây sả hương tại huyện Bát Xát, tỉnh Lào Cai]” do TS. \
[PER|Lê Giả Định] làm chủ nhiệm, kinh phí [QUANTITY|1,2 tỷ đồng], đã nghiệm thu, xếp loại Khá. Dự án \
“[PROJECT|Sản xuất thử nghiệm trà túi lọc từ lá sả hương]” do [ORG|Công ty TNHH Mẫu Số] chủ trì.

II. NHIỆM VỤ THỜI GIAN TỚI

Thực hiện Quyết định số 12/QĐ-TTg ngày [DATE|05/01/2031] của Thủ tướng [ORG|Chính phủ]; họp trước ngày [DATE|31/9].
"""


@pytest.fixture
def document() -> Document:
    return marked(
        REPORT.replace("Ngày [DATE|", "[DATE|Ngày ").replace("ngày [DATE|", "[DATE|ngày "), name="lao-cai-2031"
    )
