"""Names of Vietnam's provinces and centrally run cities, for telling bodies of different places apart.

Source: Nghị quyết 202/2025/QH15 (the 34 units since 1 July 2025) and the 63 units before it.
"""

from __future__ import annotations

from collections import Counter

import regex

from khcn_ner.syllables import fold

PROVINCES: tuple[str, ...] = (
    "An Giang", "Bà Rịa - Vũng Tàu", "Bắc Giang", "Bắc Kạn", "Bạc Liêu", "Bắc Ninh", "Bến Tre", "Bình Định",
    "Bình Dương", "Bình Phước", "Bình Thuận", "Cà Mau", "Cần Thơ", "Cao Bằng", "Đà Nẵng", "Đắk Lắk", "Đắk Nông",
    "Điện Biên", "Đồng Nai", "Đồng Tháp", "Gia Lai", "Hà Giang", "Hà Nam", "Hà Nội", "Hà Tĩnh", "Hải Dương",
    "Hải Phòng", "Hậu Giang", "Hòa Bình", "Hồ Chí Minh", "Hưng Yên", "Khánh Hòa", "Kiên Giang", "Kon Tum", "Lai Châu",
    "Lâm Đồng", "Lạng Sơn", "Lào Cai", "Long An", "Nam Định", "Nghệ An", "Ninh Bình", "Ninh Thuận", "Phú Thọ",
    "Phú Yên", "Quảng Bình", "Quảng Nam", "Quảng Ngãi", "Quảng Ninh", "Quảng Trị", "Sóc Trăng", "Sơn La", "Tây Ninh",
    "Thái Bình", "Thái Nguyên", "Thanh Hóa", "Thừa Thiên Huế", "Huế", "Tiền Giang", "Trà Vinh", "Tuyên Quang",
    "Vĩnh Long", "Vĩnh Phúc", "Yên Bái",
)  # fmt: skip

LEVELS = r"(?:tỉnh|thành phố|tp\.?|huyện|quận|thị xã|thị trấn|xã|phường|đặc khu)"

_FOLDED = {fold(name): name for name in PROVINCES}
_NAMES = "|".join(
    regex.escape(name).replace(r"\ \-\ ", r"\s*[-–]\s*") for name in sorted(_FOLDED, key=len, reverse=True)
)
_PROVINCE = regex.compile(rf"(?<![\p{{L}}\d])(?:{_NAMES})(?![\p{{L}}])")
_AT_END = regex.compile(rf"(?<![\p{{L}}\d])({_NAMES})\s*$")


def province_at_end(name: str) -> str | None:
    """Give the province that a name ends with.

    Example:
        >>> province_at_end("Báo Cao Bằng")
        'Cao Bằng'
    """
    match = _AT_END.search(fold(name))
    return _FOLDED.get(regex.sub(r"\s*[-–]\s*", " - ", match[1])) if match else None


def main_province(text: str) -> str | None:
    """Give the province that a report is from: the first fifth counts double; None where none leads clearly."""
    folded = fold(text)
    opening = len(folded) // 5
    counts: Counter[str] = Counter()
    for match in _PROVINCE.finditer(folded):
        name = _FOLDED.get(regex.sub(r"\s*[-–]\s*", " - ", match[0]), "")
        before = folded[max(0, match.start() - 12) : match.start()]
        if name == "Hồ Chí Minh" and not regex.search(r"(?:tp\.?|thành phố)\s*$", before):
            continue  # phong cách Hồ Chí Minh is a person
        if name == "Huế":
            name = "Thừa Thiên Huế"
        if name:
            counts[name] += 2 if match.start() < opening else 1
    ranked = counts.most_common(2)
    if not ranked or (len(ranked) == 2 and ranked[1][1] * 2 > ranked[0][1]):
        return None
    return "Huế" if ranked[0][0] == "Thừa Thiên Huế" and "thừa thiên" not in folded else ranked[0][0]
