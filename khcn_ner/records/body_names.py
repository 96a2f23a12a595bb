"""Names of bodies: as a text writes them in; spelled out, with their head noun and what tells two bodies apart out."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import regex

from khcn_ner.records.places import LEVELS, official_name, province_at_end
from khcn_ner.syllables import fold

# Abbreviations inside names of bodies; UBND and HĐND stay as they are written everywhere.
# Source: the reports' own definitions ("Khoa học và Công nghệ (KH&CN)") and the ministries' published names.
ABBREVIATIONS: tuple[tuple[str, str], ...] = (
    (r"KH\s*(?:&|và|-)\s*CN|KHCN", "Khoa học và Công nghệ"),
    (r"KH\s*&\s*KT|KHKT", "Khoa học và Kỹ thuật"),
    (r"TC\s*-?\s*ĐL\s*-?\s*CL|TCĐLCL|TĐC", "Tiêu chuẩn Đo lường Chất lượng"),
    (r"ƯDTBKH&CN", "Ứng dụng tiến bộ Khoa học và Công nghệ"),
    (r"(?:ƯD|UD)\s*-?\s*TB", "Ứng dụng tiến bộ"),
    (r"SHTT", "Sở hữu trí tuệ"),
    (r"ATBX(?:&HN)?", "An toàn bức xạ"),
    (r"NN\s*(?:&|và)\s*PTNT", "Nông nghiệp và Phát triển nông thôn"),
    (r"PTNT", "Phát triển nông thôn"),
    (r"TN\s*(?:&|và)\s*MT|TNMT", "Tài nguyên và Môi trường"),
    (r"TT\s*(?:&|và)\s*TT|TTTT", "Thông tin và Truyền thông"),
    (r"GD\s*(?:&|và)\s*ĐT|GDĐT", "Giáo dục và Đào tạo"),
    (r"KH\s*(?:&|và)\s*ĐT|KHĐT", "Kế hoạch và Đầu tư"),
    (r"LĐ\s*-?\s*TB\s*(?:&|và)\s*XH|LĐTBXH", "Lao động - Thương binh và Xã hội"),
    (r"VH\s*,?\s*TT\s*(?:&|và)\s*DL|VHTTDL", "Văn hóa, Thể thao và Du lịch"),
    (r"PT\s*-\s*TH|PTTH|PT&TH", "Phát thanh và Truyền hình"),
    (r"HTX", "Hợp tác xã"),
    (r"TTra|TTr\.?", "Thanh tra"),
    (r"(?<=^)TT\.?(?=\s)", "Trung tâm"),
    (r"ĐH", "Đại học"),
    (r"CĐ(?=\s)", "Cao đẳng"),
    (r"BQL", "Ban Quản lý"),
    (r"BCĐ", "Ban Chỉ đạo"),
    (r"(?<=^)VP(?=\s)", "Văn phòng"),
    (r"CTCP(?=\s)", "Công ty Cổ phần"),
    (r"(?:Cty|CTy)(?=\s)", "Công ty"),
    (r"(?<=Công ty\s)CP(?=\s)", "Cổ phần"),
    (r"(?<=^)DNTN(?=\s)", "Doanh nghiệp tư nhân"),
    (r"(?<=^)TTƯD(?=\s)", "Trung tâm Ứng dụng"),
    (r"HCM", "Hồ Chí Minh"),
    (r"QL(?=\s)", "Quản lý"),
    (r"(?<=^)CC(?=\s)", "Chi cục"),
    (r"TT\s*&\s*BVTV", "Trồng trọt và Bảo vệ thực vật"),
    (r"BVTV", "Bảo vệ thực vật"),
    (r"KTTV", "Khí tượng Thủy văn"),
    (r"PCCC", "Phòng cháy chữa cháy"),
    (r"LHPN", "Liên hiệp Phụ nữ"),
    (r"BĐBP", "Bộ đội Biên phòng"),
    (r"HCSN", "Hành chính sự nghiệp"),
    (r"KCN", "Khu công nghiệp"),
    (r"ATTT", "an toàn thông tin"),
    (r"NTMN", "Nông thôn miền núi"),
    (r"QLKH", "Quản lý Khoa học"),
    (r"QLCN", "Quản lý Công nghệ"),
    (r"KH\s*-\s*TC|KHTC", "Kế hoạch - Tài chính"),
    (r"TC\s*-\s*HC|TCHC", "Tổ chức - Hành chính"),
    (r"DVNN", "Dịch vụ nông nghiệp"),
    (r"NHCSXH", "Ngân hàng Chính sách xã hội"),
    (r"(?<=^)KBNN(?=\s)", "Kho bạc Nhà nước"),
    (r"(?<=^)UBDN(?=\s)", "UBND"),
    (r"UBMTTQ|MTTQ", "Mặt trận Tổ quốc"),
)
_ABBREVIATION = tuple(
    (regex.compile(rf"(?<![\p{{L}}\d]){'(?:' + pattern + ')'}(?![\p{{L}}\d])"), full) for pattern, full in ABBREVIATIONS
)

# These stand right before a name, with or without a space: P.QLKH, TP.HCM, UBND H. Mang Thít.
_BEFORE_NAMES = tuple(
    (regex.compile(rf"(?<![\p{{L}}\d]){pattern}\s?(?=\p{{Lu}})"), full)
    for pattern, full in (
        (r"(?<=^)P\.", "Phòng "),
        (r"TP\.?", "thành phố "),
        (r"TX\.", "thị xã "),
        (r"H\.", "huyện "),
    )
)
# Names that the bodies publish for themselves; each joins the full one only where a report has that too.
KNOWN_ALIASES = {
    "vmi": "Viện Đo lường Việt Nam", "vsqi": "Viện Tiêu chuẩn Chất lượng Việt Nam",
    "vast": "Viện Hàn lâm Khoa học và Công nghệ Việt Nam",
    "vusta": "Liên hiệp các Hội Khoa học và Kỹ thuật Việt Nam",
    **{f"quatest {n}": f"Trung tâm Kỹ thuật Tiêu chuẩn Đo lường Chất lượng {n}" for n in (1, 2, 3)},
}  # fmt: skip
ALIAS = regex.compile(
    r"\s*\(\s*(?:gọi tắt là\s+|viết tắt(?: là)?\s*:?\s*)?(?P<alias>\p{Lu}[\p{Lu}\d&-]+(?:\s\d+)?)\s*\)"
)

# Known by these letters everywhere, and written so whichever way a text has them.
_OFFICES = (
    (regex.compile(r"(?<!\p{L})(?:ủy|uỷ) ban nhân dân(?!\p{L})", regex.IGNORECASE), "UBND"),
    (regex.compile(r"(?<!\p{L})hội đồng nhân dân(?!\p{L})", regex.IGNORECASE), "HĐND"),
)
KEPT = frozenset({"UBND", "HĐND", "TNHH", "MTV"})

_HEADS = (
    "phân viện", "bộ môn", "khoa", "nông trường", "lâm trường", "vườn ươm", "đội", "chi nhánh", "nhóm",
    "chi cục", "tổng cục", "cục", "sở", "bộ", "ubnd", "hđnd", "ủy ban nhân dân", "hội đồng nhân dân", "trung tâm",
    "học viện", "viện", "trường", "đại học", "đảng ủy", "đảng bộ", "chi bộ", "chi đoàn", "chi ủy", "đoàn thanh niên",
    "thành đoàn", "tỉnh đoàn", "huyện đoàn", "liên đoàn", "tập đoàn", "đoàn", "tổng công ty", "công ty", "hợp tác xã",
    "doanh nghiệp", "hội đồng", "hiệp hội", "liên hiệp", "hội", "ban", "phòng", "văn phòng", "thanh tra", "công đoàn",
    "công an", "đài", "báo", "tạp chí", "quỹ", "khối", "cụm", "tổ", "tỉnh ủy", "thành ủy", "huyện ủy", "quận ủy",
    "chính phủ", "quốc hội", "bộ chính trị", "ngân hàng", "bệnh viện", "trạm", "kho bạc", "cơ sở", "câu lạc bộ",
    "bảo tàng", "vườn",
    "liên minh", "binh đoàn", "thường trực", "mặt trận tổ quốc", "ủy ban", "vụ", "nhà máy", "trại", "xí nghiệp",
    "nhà xuất bản", "bảo hiểm", "tòa án",
)  # fmt: skip
_HEAD = regex.compile(rf"(?:{'|'.join(sorted(_HEADS, key=len, reverse=True))})(?!\p{{L}})")
_LEVEL_AT_END = regex.compile(rf"\s*,?\s*(?<![\p{{L}}])(?P<level>{LEVELS})(?:\s+(?P<name>[^,]+))?$")


@dataclass(frozen=True, slots=True)
class NameKey:
    """What a name says of which body it is: its words, folded and without the place; a level; a place."""

    base: str
    level: str | None
    place: str | None


# The same names are asked for again and again, by every record that a body stands in.
_REMEMBERED = 4096
_BRACKETED = regex.compile(r"\s*\([\p{Lu}&\-\s\dƯĐ]{2,15}\)")
_DOUBLED = regex.compile(r"\b(\p{L}+) \1\b")
_SIGNS = regex.compile(r"[,\-–.“”\"'&]")
_SMALL_WORDS = regex.compile(r"\b(?:và|của)\b")
_FIELD = regex.compile(r"(?<=^(?:Sở|Bộ|Hội đồng|Ban)\s)khoa học và công nghệ", regex.IGNORECASE)


@lru_cache(maxsize=_REMEMBERED)
def spell_out(name: str) -> str:
    """Write a body's name without abbreviations, doubled words and bracketed abbreviations.

    Example:
        >>> spell_out("Trung tâm ƯDTB KH&CN")
        'Trung tâm Ứng dụng tiến bộ Khoa học và Công nghệ'
        >>> spell_out("Sở khoa học và công nghệ (KH&CN) Cao Bằng")
        'Sở Khoa học và Công nghệ Cao Bằng'
    """
    letters = [character for character in name if character.isalpha()]
    capitals = len(letters) >= 8 and all(character.isupper() for character in letters)
    name = _BRACKETED.sub("", name)
    for pattern, full in (*_BEFORE_NAMES, *_ABBREVIATION):
        name = pattern.sub(full, name)
    for written_out, letters_only in _OFFICES:
        name = written_out.sub(letters_only, name)
    name = " ".join(name.split())
    name = _DOUBLED.sub(lambda match: match[1] if match[1].islower() else match[0], name)
    name = _spread_capitals(name) if capitals else name
    return str(_FIELD.sub("Khoa học và Công nghệ", name))


def _spread_capitals(name: str) -> str:
    """Write a letterhead's name, all in capitals, with capitals where names have them."""
    lowered: str = name.lower()
    lowered = regex.sub(r"\bubnd\b|\bhđnd\b|\btnhh\b|\bcp\b", lambda match: match[0].upper(), lowered)
    place = province_at_end(lowered)
    if place is not None:
        lowered = lowered[: -len(place)] + place if len(lowered) >= len(place) else lowered
    for phrase in ("Khoa học và Công nghệ", "Tiêu chuẩn Đo lường Chất lượng", "Ứng dụng tiến bộ", "Thông tin"):
        lowered = regex.sub(phrase, phrase, lowered, flags=regex.I)
    head = _HEAD.match(lowered)
    field = head.end() + 1 if head else 0  # Viện Tài nguyên …
    if head is not None:
        lowered = lowered[:field] + lowered[field : field + 1].upper() + lowered[field + 1 :]
    return lowered[:1].upper() + lowered[1:]


def without_marks(text: str) -> str:
    """Write a folded text without marks: in long names a mark is often mistyped."""
    plain = unicodedata.normalize("NFD", text.replace("đ", "d"))
    return "".join(character for character in plain if not unicodedata.combining(character))


def _base(name: str) -> str:
    name = fold(name).replace("ủy ban nhân dân", "ubnd").replace("hội đồng nhân dân", "hđnd")
    name = " ".join(_SMALL_WORDS.sub(" ", _SIGNS.sub(" ", name)).split())
    # A long name is still the same with a mark mistyped (khoa hoc); a short one may not be.
    return without_marks(name) if len(name) >= 16 else name


@lru_cache(maxsize=_REMEMBERED)
def key_of(name: str) -> NameKey:
    """Give what tells a body apart from others, of a name that is spelled out.

    Example:
        >>> key_of("Sở Y tế tỉnh Cao Bằng")
        NameKey(base='sở y tế', level='tỉnh', place='cao bằng')
    """
    folded = fold(name)
    match = _LEVEL_AT_END.search(folded)
    if match and match.start() > 0:
        level = "thành phố" if match["level"].startswith("tp") else match["level"]
        place = match["name"]
        return NameKey(_base(folded[: match.start()]), level, official_name(place) if place else None)
    province = province_at_end(name)
    if province is not None and len(folded) > len(province) + 1:
        return NameKey(_base(folded[: -len(fold(province))].rstrip(" -–")), None, official_name(province))
    return NameKey(_base(folded), None, None)


@lru_cache(maxsize=_REMEMBERED)
def kind_of(name: str) -> str | None:
    """Give the head noun of a body's name, in lower case.

    Example:
        >>> kind_of("Chi cục Tiêu chuẩn Đo lường Chất lượng")
        'chi cục'
    """
    match = _HEAD.match(fold(name))
    if match is None:
        return None
    head = str(match[0])
    return {"ủy ban nhân dân": "ubnd", "hội đồng nhân dân": "hđnd"}.get(head, head)
