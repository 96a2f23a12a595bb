"""Vietnam's provinces and districts by name, for telling bodies of different places apart and places in titles.

The 63 provinces, with their districts, held until 30 June 2025; since 1 July 2025 there are 34 and no districts.
Source: administrative_units.json (made by tools/administrative_units.py; the 34 are those of Nghị quyết 202/2025/QH15).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from importlib import resources

import regex

from khcn_ner.syllables import fold

_UNITS = json.loads(resources.files("khcn_ner.records").joinpath("administrative_units.json").read_text("utf-8"))

MERGED_ON = date.fromisoformat(_UNITS["merged_on"])
PROVINCES_NOW: tuple[str, ...] = tuple(one["name"] for one in _UNITS["provinces_now"])
# Other names of a province in reports, all as long as the official one but those of Huế, a city since 1 January 2025.
# Source: Nghị quyết 175/2024/QH15 (Huế); spellings that bodies of the province use themselves.
_OTHER_NAMES = {
    "Thừa Thiên Huế": "Huế", "Thừa Thiên - Huế": "Huế", "Đăk Lăk": "Đắk Lắk", "Đắc Lắc": "Đắk Lắk",
    "Đăk Nông": "Đắk Nông", "Đắc Nông": "Đắk Nông", "Bắc Cạn": "Bắc Kạn",
}  # fmt: skip
PROVINCES: tuple[str, ...] = (*(one["name"] for one in _UNITS["provinces_before"]), *_OTHER_NAMES)
"""Every name that a province had; those of the 34 are among them."""

_NOW = {one["name"]: one["now"] for one in _UNITS["provinces_before"]}
# Quận 1 and its like are no names that a text could hold by themselves.
DISTRICTS: frozenset[str] = frozenset(
    name
    for province in _UNITS["provinces_before"]
    for name in (regex.sub(r"^(?:thành phố|thị xã|quận|huyện)\s", "", district) for district in province["districts"])
    if not name.isdigit()
)
_MOST_WORDS = max(len(name.split()) for name in DISTRICTS)

LEVELS = r"(?:tỉnh|thành phố|tp\.?|huyện|quận|thị xã|thị trấn|xã|phường|đặc khu)"

_FIRST_LINES = 200

_FOLDED = {fold(name): name for name in PROVINCES}
_FOLDED_DISTRICTS = {fold(name): name for name in DISTRICTS}
_OFFICIAL = {fold(name): fold(_OTHER_NAMES.get(name, name)) for name in PROVINCES}
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


def official_name(province: str) -> str:
    """Give the folded name by which a province's other names are known too; any other text is only folded.

    Example:
        >>> official_name("Thừa Thiên - Huế"), official_name("Huế"), official_name("Trùng Khánh")
        ('huế', 'huế', 'trùng khánh')
    """
    folded = fold(province)
    return _OFFICIAL.get(folded, folded)


def province_now(name: str) -> str | None:
    """Give which of the 34 provinces one belongs to since 1 July 2025, or None where the name is no province's.

    Example:
        >>> province_now("Bắc Kạn"), province_now("Cao Bằng"), province_now("Paris")
        ('Thái Nguyên', 'Cao Bằng', None)
    """
    known = _FOLDED.get(official_name(name))
    return None if known is None else _NOW[known]


def district_at_end(name: str) -> str | None:
    """Give the district, as named until 30 June 2025, that a text ends with.

    Example:
        >>> district_at_end("Ghép cải tạo vườn nhãn tạp Sông Mã"), district_at_end("Phát triển sông mã")
        ('Sông Mã', None)
    """
    words = name.split()
    for n_words in range(_MOST_WORDS, 0, -1):
        last = words[-n_words:]
        if len(last) == n_words and all(word[0].isupper() for word in last):
            district = _FOLDED_DISTRICTS.get(fold(" ".join(last)))
            if district is not None:
                return district
    return None


def main_province(text: str) -> str | None:
    """Give the province that a report is from: the first fifth counts double.

    Where none leads clearly it is the only one of the first lines, else None.
    """
    folded = fold(text)
    named = list(_named_provinces(folded))
    counts: Counter[str] = Counter()
    for position, name in named:
        counts[name] += 2 if position < len(folded) // 5 else 1
    ranked = counts.most_common(2)
    if not ranked:
        return None
    if len(ranked) == 2 and ranked[1][1] * 2 > ranked[0][1]:
        first = {name for position, name in named if position < _FIRST_LINES}
        return first.pop() if len(first) == 1 else None
    return ranked[0][0]


def _named_provinces(folded: str) -> Iterator[tuple[int, str]]:
    """Give where a folded text names provinces; of Huế's two names the one that it has anywhere."""
    hue = "Thừa Thiên Huế" if "thừa thiên" in folded else "Huế"
    for match in _PROVINCE.finditer(folded):
        name = _FOLDED.get(regex.sub(r"\s*[-–]\s*", " - ", match[0]))
        before = folded[max(0, match.start() - 12) : match.start()]
        if name == "Hồ Chí Minh" and not regex.search(r"(?:tp\.?|thành phố)\s*$", before):
            continue  # phong cách Hồ Chí Minh is a person
        if name is not None:
            yield match.start(), hue if official_name(name) == "huế" else name
