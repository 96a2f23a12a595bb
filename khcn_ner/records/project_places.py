"""Where a project is carried out: a title, or the sentence around it, in; the place as written out.

A place is what follows `tại`, `ở`, `trên địa bàn`, else units with their level (`huyện Trùng Khánh, tỉnh Cao Bằng`),
else a river, an area and its like, else a province or, at the end, a district by its bare name.
"""

from __future__ import annotations

import regex

from khcn_ner.records.places import DISTRICTS, PROVINCES, district_at_end, province_at_end
from khcn_ner.syllables import fold

_LEVEL = r"(?:[Tt]ỉnh|[Tt]hành phố|TP\.?|huyện|quận|thị xã|TX\.?|thị trấn|xã|phường|đặc khu)"
_AREA = (
    r"(?:[Kk]hu (?:vực|bảo tồn|dự trữ sinh quyển|công nghiệp)(?:\s+(?:biển|thiên nhiên|loài))*|[Vv]ườn quốc gia|"
    r"lưu vực(?:\s+sông)?|đồng bằng(?:\s+sông)?|[Cc]ao nguyên(?:\s+đá)?|thung lũng|núi|di tích|chùa|cửa sông|sông|"
    r"lòng hồ|hồ|đầm|vịnh|(?:bán |quần )?đảo|cù lao|"
    r"vùng(?:\s+biển)?|rừng(?:\s+tràm)?|cánh đồng|quốc lộ|làng(?:\s+nghề)?|thôn|bản|[Cc]hợ(?:\s+nổi)?)"
)
_WORD = r"(?:HCM|\p{Lu}['’]?\p{Lu}?\p{Ll}+|\p{Lu}\p{Ll}*)(?:['’]\p{Ll}+)?(?!\p{Lu})"
_NAME = rf"(?:(?:Duyên hải|Đồng bằng sông)\s)?(?:{_WORD}(?:-{_WORD})?(?:\s+(?:{_WORD}|\d{{1,2}}(?![\p{{L}}\d])))*+)"
_UNIT = rf"(?:(?:{_LEVEL}|{_AREA})\s*+){{0,2}}{_NAME}"
_JOINT = r"(?:\s*,\s*(?:và\s+)?|\s+và\s+|\s*[-–]\s*|\s+)"
_BETWEEN = r"\s*,\s*(?:và\s+)?|\s+và\s+|\s+[-–]\s+"
_BRACKET = r"(?:\s*\([^()]{3,40}\))?"
_RUN = rf"{_UNIT}(?:{_JOINT}(?:{_UNIT}))*"
_SOME = r"(?:(?:các|một số|hai|ba|bốn|năm|\d{1,2})\s+)"
# tại cửa sông Mỹ Thanh, ở các xã miền núi, vùng cao tỉnh X: words of the land may stand before the names.
_SAID = regex.compile(
    rf"(?<!\p{{L}})(?:tại|ở|trên địa bàn|địa bàn)\s+(?P<place>(?P<land>(?:(?!(?:tại|ở|"
    rf"trên)\s)\p{{Ll}}+,?\s+){{0,8}}?){_RUN}{_BRACKET})"
)
_LAND = regex.compile(
    r"(?:các|một số|hai|ba|bốn|năm|vùng|khu|sông|cửa|lòng|hồ|đầm|vịnh|đảo|biển|ven|ruộng|rừng|cánh|lưu|xã|huyện|tỉnh|"
    r"thành|thị|quận|phường|địa|chợ|cảng|đất|làng|bản|thôn|núi)(?!\p{L})"
)
_SAID_OF_SOME = regex.compile(rf"(?<!\p{{L}})(?:tại|ở)\s+(?P<place>{_SOME}(?:huyện|xã|tỉnh)\s+[\p{{L}}\s]{{3,30}})$")
_LEVELLED = regex.compile(rf"(?<!\p{{L}})(?P<place>{_SOME}?{_LEVEL}\s+{_NAME}(?:{_JOINT}{_UNIT})*)")
_LANDSCAPE = regex.compile(rf"(?<!\p{{L}})(?P<place>{_AREA}\s+{_NAME}(?:{_JOINT}{_UNIT})*)")
_NUMBERED_ROAD = regex.compile(r"(?P<place>(?:quốc lộ|tỉnh lộ)\s+\d+\p{Lu}?)")
_BODY = regex.compile(r"(?<!TP\.?\s?)(?<!\p{Lu})\p{Lu}{3,}|&")
_CUT = regex.compile(r"(?<!\p{Lu}\p{L}*\s)\p{Lu}\p{Ll}*$")  # khu vực Cố + đô Huế
_PEOPLE = regex.compile(r"(?:người|dân tộc|đồng bào|thuộc)\s*$")
# Bệnh viện Đa khoa Thống Nhất: what begins as a name goes on in small letters.
_GOES_ON = regex.compile(
    r"(?:\s+(?!(?:theo|bằng|nhằm|phục vụ|giai đoạn|đến|năm|trong|gắn|thích|có|và|với|làm|từ|để|qua)\s)\p{L}+)+"
)
_KNOWN = frozenset(fold(name) for name in (*PROVINCES, *DISTRICTS))
_PROVINCE = regex.compile(
    rf"(?<![\p{{L}}])(?<!người\s|\p{{Lu}}\p{{L}}*\s)(?:{'|'.join(map(regex.escape, PROVINCES))})(?!\s+\p{{Lu}}|\p{{L}})"
)


def place_in_title(title: str) -> str | None:
    """Give the place that a title names.

    Example:
        >>> place_in_title("Trồng thử nghiệm cây dẻ tại huyện Trùng Khánh, tỉnh Cao Bằng")
        'huyện Trùng Khánh, tỉnh Cao Bằng'
        >>> place_in_title("Khảo sát trữ lượng cá ở cửa sông Bồ Đề bằng máy dò")
        'cửa sông Bồ Đề'
    """
    title = " ".join(title.split())
    for places in (
        _said(title),
        _matched(_SAID_OF_SOME, title),
        _matched(_LEVELLED, title),
        _matched(_LANDSCAPE, title),
        _matched(_NUMBERED_ROAD, title),
    ):
        if places:
            return places[-1]
    opening = title.split(":")[0]  # Chợ nổi Ngã Bảy: ký ức và tương lai
    ended = province_at_end(title) or district_at_end(title) or province_at_end(opening) or district_at_end(opening)
    inside = None if ended is not None else _PROVINCE.search(title)
    return inside[0] if inside is not None else ended


_IN_BRACKETS = regex.compile(rf"[\s”“\"»]*\(\s*(?P<place>{_LEVEL}\s+{_NAME}(?:{_JOINT}{_UNIT})*)\s*\)")


def place_in_sentence(words: str) -> str | None:
    """Give the place that the words after a title say it is carried out at: only known or levelled names count.

    Example:
        >>> place_in_sentence("trồng được 12 ha ở Châu Thành và Giồng Trôm, năng suất cao")
        'Châu Thành và Giồng Trôm'
        >>> place_in_sentence("trình bày tại Hội trường lớn") is None
        True
    """
    bracket = _IN_BRACKETS.match(words)
    if bracket is not None:
        return str(bracket["place"])
    for match in _SAID.finditer(" ".join(words.split())):
        names = (regex.sub(rf"^(?:{_LEVEL}|{_AREA})\s+", "", one) for one in regex.split(_BETWEEN, match["place"]))
        levelled = regex.match(rf"{_SOME}?{_LEVEL}\s", match["place"]) is not None
        if levelled or all(fold(name) in _KNOWN for name in names):
            return _shortened(match)
    return None


def _matched(pattern: regex.Pattern[str], title: str) -> list[str]:
    return [
        match["place"]
        for match in pattern.finditer(title)
        if not _BODY.search(match["place"]) and not (_CUT.search(match["place"]) and _GOES_ON.match(title, match.end()))
    ]


def _said(title: str) -> list[str]:
    """Give the places that stand after `tại`, `ở`, `trên địa bàn`, each as far as it goes."""
    places = []
    for match in _SAID.finditer(title):
        if _BODY.search(match["place"]) or _PEOPLE.search(match["land"]):
            continue
        rest = _GOES_ON.match(title, match.end())
        opens_a_name = " " not in match["place"] and fold(match["place"]) not in _KNOWN
        if rest is not None and _CUT.search(match["place"]) and match["land"]:
            continue
        places.append(match["place"] + rest[0] if opens_a_name and rest is not None else _shortened(match))
    return places


def _shortened(match: regex.Match[str]) -> str:
    """Leave out the words before the names where they aren't of the land: `ở phụ nữ huyện X` is of `huyện X`."""
    place: str = match["place"].removeprefix("địa bàn ")
    if match["land"] and not _LAND.match(place):
        levelled = _LEVELLED.search(place)
        return levelled["place"] if levelled is not None else place[len(match["land"]) :]
    return place
