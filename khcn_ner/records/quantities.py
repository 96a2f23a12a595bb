"""Quantities: the text of a QUANTITY span in, value and unit out.

The number is read from the left (figures, words, x/y, a range, tỷ … triệu …), what is left over is the unit, which
gives the dimension: currency becomes VND in đồng, symbols one spelling, counted things keep their word. What can't be
read gives None and a warning, never a guess. Approximating words stand outside the span (annotation guidelines,
QUANTITY), so `approximation_before` reads them from the text before it.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from decimal import Decimal

import regex

from khcn_ner.records.model import Dimension, NormalisedQuantity
from khcn_ner.records.numbers import NUMBER_WORDS, NUMERAL, plain_number, read_decimal_words, read_numeral

_MAX_VALUE = Decimal(10) ** 24

# Spelling in the text (lower case) → the unit's one spelling and its dimension.
# Source: Nghị định 86/2012/NĐ-CP (legal units of measurement), and the units met in the corpus.
_UNITS: dict[str, tuple[str, Dimension]] = {}
for _names, _unit, _dimension in (
    ("%|phần trăm|pct", "%", Dimension.PERCENT),
    ("điểm phần trăm|điểm %", "điểm phần trăm", Dimension.PERCENT),
    ("ha|héc ta|hecta|héc-ta|hec-ta|hécta", "ha", Dimension.AREA),
    ("m2|m²|m^2|mét vuông|m vuông", "m2", Dimension.AREA),
    ("km2|km²|km^2|ki lô mét vuông", "km2", Dimension.AREA),
    ("dm2|dm²", "dm2", Dimension.AREA),
    ("cm2|cm²", "cm2", Dimension.AREA),
    ("sào", "sào", Dimension.AREA),
    ("m3|m³|m^3|mét khối|m khối", "m3", Dimension.VOLUME),
    ("dm3|dm³", "dm3", Dimension.VOLUME),
    ("cm3|cm³", "cm3", Dimension.VOLUME),
    ("cc", "cc", Dimension.VOLUME),
    ("lít|lit|l", "lít", Dimension.VOLUME),
    ("ml|mililít|mi li lít", "ml", Dimension.VOLUME),
    ("kg|ki lô gam|kilôgam|kilogam|ký|kí", "kg", Dimension.MASS),
    ("g|gam|gram|gr", "g", Dimension.MASS),
    ("mg|miligam", "mg", Dimension.MASS),
    ("µg|μg|mcg", "µg", Dimension.MASS),
    ("tấn|t", "tấn", Dimension.MASS),
    ("tạ", "tạ", Dimension.MASS),
    ("yến", "yến", Dimension.MASS),
    ("km|ki lô mét|kilômét|cây số", "km", Dimension.LENGTH),
    ("m|mét", "m", Dimension.LENGTH),
    ("cm|xăng ti mét|centimét", "cm", Dimension.LENGTH),
    ("mm|milimét", "mm", Dimension.LENGTH),
    ("µm|μm", "µm", Dimension.LENGTH),
    ("nm", "nm", Dimension.LENGTH),
    ("hải lý", "hải lý", Dimension.LENGTH),
    ("inch|inches", "inch", Dimension.LENGTH),
    ("giây|s", "giây", Dimension.DURATION),
    ("phút", "phút", Dimension.DURATION),
    ("giờ|h|tiếng", "giờ", Dimension.DURATION),
    ("ngày", "ngày", Dimension.DURATION),
    ("tuần", "tuần", Dimension.DURATION),
    ("tháng", "tháng", Dimension.DURATION),
    ("quý", "quý", Dimension.DURATION),
    ("năm", "năm", Dimension.DURATION),
    ("tuổi", "tuổi", Dimension.DURATION),
    ("thập kỷ|thập kỉ|thập niên", "thập kỷ", Dimension.DURATION),
    ("thế kỷ|thế kỉ", "thế kỷ", Dimension.DURATION),
    ("‰|phần nghìn", "‰", Dimension.OTHER),
    ("°c|oc|ºc|℃|0c|độ c", "°C", Dimension.OTHER),
    ("ph", "pH", Dimension.OTHER),
    ("db", "dB", Dimension.OTHER),
    ("atm", "atm", Dimension.OTHER),
    ("kn", "kN", Dimension.OTHER),
    ("ma", "mA", Dimension.OTHER),
    ("mva", "MVA", Dimension.OTHER),
    ("mwh", "MWh", Dimension.OTHER),
    ("gwh", "GWh", Dimension.OTHER),
    ("kcal", "kcal", Dimension.OTHER),
    ("kv", "kV", Dimension.OTHER),
    ("v", "V", Dimension.OTHER),
    ("kva", "kVA", Dimension.OTHER),
    ("kw", "kW", Dimension.OTHER),
    ("w", "W", Dimension.OTHER),
    ("mw", "MW", Dimension.OTHER),
    ("kwp", "kWp", Dimension.OTHER),
    ("mwp", "MWp", Dimension.OTHER),
    ("kwh", "kWh", Dimension.OTHER),
    ("cv", "CV", Dimension.OTHER),
    ("hp", "HP", Dimension.OTHER),
    ("mpa", "MPa", Dimension.OTHER),
    ("kpa", "kPa", Dimension.OTHER),
    ("bar", "bar", Dimension.OTHER),
    ("hz", "Hz", Dimension.OTHER),
    ("mhz", "MHz", Dimension.OTHER),
    ("ghz", "GHz", Dimension.OTHER),
    ("msv", "mSv", Dimension.OTHER),
    ("µsv|μsv", "µSv", Dimension.OTHER),
    ("bq", "Bq", Dimension.OTHER),
    ("kbq", "kBq", Dimension.OTHER),
    ("mbq", "MBq", Dimension.OTHER),
    ("gbq", "GBq", Dimension.OTHER),
    ("ci", "Ci", Dimension.OTHER),
    ("mci", "mCi", Dimension.OTHER),
    ("µci|μci", "µCi", Dimension.OTHER),
    ("lux", "lux", Dimension.OTHER),
    ("ppm", "ppm", Dimension.OTHER),
    ("gb", "GB", Dimension.OTHER),
    ("mb", "MB", Dimension.OTHER),
    ("mbps", "Mbps", Dimension.OTHER),
    ("vnđ|vnd|đồng|đ|₫|đ.", "VND", Dimension.CURRENCY),
    ("usd|đô la|đô la mỹ|đôla|us$|$|đô", "USD", Dimension.CURRENCY),
    ("eur|euro|€|ơ rô|đồng euro", "EUR", Dimension.CURRENCY),
    ("jpy|yên|yên nhật|¥", "JPY", Dimension.CURRENCY),
    ("cny|nhân dân tệ|ndt", "CNY", Dimension.CURRENCY),
    ("krw|won", "KRW", Dimension.CURRENCY),
    ("gbp|bảng anh", "GBP", Dimension.CURRENCY),
    ("aud|đô la úc", "AUD", Dimension.CURRENCY),
):
    for _name in _names.split("|"):
        _UNITS[_name] = (_unit, _dimension)

_COUNTED_CAPITALS = frozenset({"CC", "T", "KN", "MA", "DB", "PH", "CI", "NM", "ATM"})

_SCALES = {
    "trăm": 100, "nghìn": 1_000, "ngàn": 1_000, "ng": 1_000, "vạn": 10_000, "triệu": 10**6, "tr": 10**6, "trd": 10**6,
    "trđ": 10**6, "tỷ": 10**9, "tỉ": 10**9, "tỷđ": 10**9,
}  # fmt: skip
# A bare triệu or tỷ is money in these reports (268 triệu); nghìn alone is not.
_MONEY_SCALES = {"triệu", "tr", "trđ", "trd", "tỷ", "tỉ", "tỷđ"}
_PHYSICAL = {Dimension.AREA, Dimension.MASS, Dimension.VOLUME, Dimension.LENGTH, Dimension.DURATION}

_DASHES = regex.compile(r"[–—−‑‐]")
_SPACES = regex.compile(r"\s+")
# 1.1OO,0: letters that a scan gives for zeros.
_ZEROS = regex.compile(r"(?<=\d[\d.,]*)[OО]+(?=[\dOО.,]*(?:\s|$))")
_IN_WORDS = regex.compile(r"(?<=\d)\s*\(\p{L}+(?:\s\p{L}+)*\s?\)\s*")
_HALF_OF = regex.compile(r"\s*nửa(?=\s+(?:tỷ|tỉ|triệu)(?!\p{L}))")
_COMRADE = regex.compile(r"đ/c(?!\p{L})")
_UNIT_THEN_NOUN = regex.compile(r"%|(?:vnđ|vnd|đồng(?! (?:chí|bào|hồ))|usd|ha|m2|km2|m3|kg|tấn|lít|mg|ml)(?=\s)")
_ACID = regex.compile(r"pH\s*[=:]?\s*(?=\d)")
_MINUS = regex.compile(r"^(?:âm|trừ)\s+(?=\d)")
_CAPITALISED = regex.compile(r"^\p{Lu}\p{Ll}+")
_SOME = regex.compile(r"một (?:số|vài|ít|nửa|loạt)\b")
_UNIT_TWICE = regex.compile(rf"\s*(?P<unit>\p{{L}}[\p{{L}}\s]*?)\s*/(?=\s*{NUMERAL}\s*(?P=unit)$)")
_UNIT_IN_RANGE = regex.compile(r"\s*(?P<unit>%|[\p{L}%]+[23]?)\s*(?:-|đến|tới)\s*(?=\d)")
_PER_NUMBER = regex.compile(r"^(\s*[\p{L}\s]+?)/\s*\d.*$")
_DEGREES = regex.compile(r"0c(?!\p{L})")
_NUMBER = regex.compile(rf"[-−]?\s*(?P<figures>{NUMERAL})")
_SCALE = regex.compile(
    r"\s*(?P<scale>nghìn|ngàn|vạn|triệu|tỷđ|tỷ|tỉ|trăm(?=\s+(?:nghìn|ngàn|triệu|tỷ|tỉ))|trđ|tr\.?\s*(?=đ)|"
    r"tr(?=[\s.]|$)|ng\.?(?=đ))"
    r"(?!\p{Ll}(?<!đ))"
)
_WORD = regex.compile(r"\s*(\p{L}+)")
_HALF = regex.compile(r"\s+(?:rưỡi|rưởi)(?!\p{L})")
_DONG = regex.compile(r"\s*(?:đồng|đ)(?!\p{L})")
_RANGE = regex.compile(r"\s*(?:-|÷|~|(?<!\p{L})(?:đến|tới)(?!\p{L}))\s*")
_APPROXIMATIONS = (
    ("about", r"trên dưới|khoảng chừng|khoảng|ước khoảng|ước tính|ước đạt|ước|chừng|xấp xỉ|hơn kém|tầm|cỡ|~|≈"),
    (
        "less than",
        r"chưa đến|chưa tới|chưa đầy|không quá|không vượt quá|không đến|dưới|tối đa|ít hơn|nhỏ hơn|thấp hơn|<|≤",
    ),
    ("nearly", r"gần|ngót|suýt soát"),
    (
        "more than",
        r"không dưới|không ít hơn|không thấp hơn|trên|nhiều hơn|lớn hơn|cao hơn|hơn|quá|ít nhất|tối thiểu|từ trên|>|≥",
    ),
)
_AND_MORE = regex.compile(r"\s*trở lên$")
_BEFORE = tuple(
    (name, regex.compile(rf"(?:^|(?<![\p{{L}}\d]))(?:{words})(?:\s+(?:có|là|được|đạt))?\s*$"))
    for name, words in _APPROXIMATIONS
)
_LEADING = regex.compile(
    rf"^(?:(?:{'|'.join(words for _, words in _APPROXIMATIONS)}"
    r"|từ|được|đạt|cả|tổng|số|là|có|vượt|lên đến|lên tới|\+)(?!\p{L})\s*)+"
)
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
# 10⁶, 10^6, 5x10⁶
_POWER = regex.compile(
    rf"(?:(?P<factor>{NUMERAL})\s*[x×.]\s*)?10(?:\^(?P<caret>-?\d{{1,2}})|(?P<raised>⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]{{1,2}}))(?!\d)"
)
# USD 5.000, €100, VNĐ 500.000: the currency before its amount.
_CURRENCY_FIRST = regex.compile(r"^(?P<unit>usd|us\$|\$|€|eur|vnđ|vnd|¥|jpy|gbp|cny)\s*(?=\d)", regex.IGNORECASE)
_TOLERANCE = regex.compile(rf"\s*±\s*{NUMERAL}")
_OUT_OF = regex.compile(r"\s*/\s*(?=\d)|\s+(?:trên|trong)\s+(?:tổng\s+)?(?:số\s+)?(?=\d)")
_UNREADABLE_AFTER = regex.compile(
    r"[.,]?\d|\s*(?:phần\s+(?:hai|ba|bốn|tư|năm|mười|\d)|nửa(?!\p{L})|[x×:*]\s*\d|\S*\s*[x×]\s*\d)"
)


@dataclass(frozen=True, slots=True)
class _Amount:
    value: Decimal
    end: int
    scale_word: str | None = None  # the last of tỷ, triệu …, None for a plain number
    negative: bool = False


def approximation_before(before: str) -> str | None:
    """Tell how the words that end `before` approximate the number after them.

    Example:
        >>> approximation_before("cấy được trên "), approximation_before("tiêu thụ ")
        ('more than', None)
    """
    tail = before[-40:].lower()
    found = [(match.start(), name) for name, pattern in _BEFORE if (match := pattern.search(tail)) is not None]
    return min(found)[1] if found else None  # the longest: "không dưới" is no "dưới"


def _approximation_within(text: str) -> str | None:
    """Tell how the words that begin or end a quantity's own text approximate it."""
    lowered = text.lower()
    lead = _LEADING.match(lowered)
    found = approximation_before(lead[0]) if lead else None
    if found is None and lead is not None:  # ước đạt, hơn từ
        first = next(
            (name for name, words in _APPROXIMATIONS if regex.match(rf"(?:{words})(?!\p{{L}})", lowered)), None
        )
        found = first
    return "more than" if found is None and _AND_MORE.search(lowered) else found


def _clean(text: str) -> str:
    text = unicodedata.normalize("NFC", text)
    text = _DASHES.sub("-", text.translate({0xA0: " ", 0x202F: " "}))
    text = _SPACES.sub(" ", text).strip(" \t,;:()[]\"'“”")
    text = _TOLERANCE.sub("", text)
    text = _ZEROS.sub(lambda match: "0" * len(match[0]), text)  # 1.1OO,0
    text = _IN_WORDS.sub(" ", text)  # 02 (hai) dự án
    return text.strip()


def _read_figures(text: str, position: int) -> _Amount | None:
    match = _NUMBER.match(text, position)
    if match is None:
        return None
    value = read_numeral(match["figures"])
    if value is None:
        return None
    return _Amount(value, match.end(), negative=match[0].startswith("-"))


def _read_word_number(text: str, position: int) -> _Amount | None:
    """Read the longest run of number words; năm after a number is the unit "year" unless tens follow."""
    words: list[str] = []
    ends: list[int] = []
    for match in _WORD.finditer(text, position):
        word = match[1].lower()
        known = word in NUMBER_WORDS or (word == "phẩy" and words)
        if not known or (match.start() != (ends[-1] if ends else position)):
            break
        words.append(word)
        ends.append(match.end())
    for n_words in range(len(words), 0, -1):
        # Mười năm is ten years (fifteen is mười lăm), một trăm linh năm a hundred and five.
        if words[n_words - 1] == "năm" and n_words > 1 and words[n_words - 2] not in ("linh", "lẻ", "phẩy"):
            continue
        value = read_decimal_words(words[:n_words])
        if value is not None:
            scale = next((word for word in reversed(words[:n_words]) if word in _SCALES and word != "trăm"), None)
            return _Amount(value, ends[n_words - 1], scale)
    return None


def _read_amount(text: str, position: int) -> _Amount | None:
    """Read one number with its scales: `1.934`, `1,8`, `1 tỷ 200 triệu`, `hai tỷ`."""
    power = _POWER.match(text, position)
    if power is not None:
        factor = read_numeral(power["factor"]) if power["factor"] else Decimal(1)
        exponent = int(power["caret"] or power["raised"].translate(_SUPERSCRIPTS))
        return None if factor is None else _Amount(factor * Decimal(10) ** exponent, power.end())
    half = _HALF_OF.match(text[position:].lower())
    if half:
        amount: _Amount | None = _Amount(Decimal("0.5"), position + half.end())
    else:
        amount = _read_figures(text, position)
    if amount is None:
        return _read_word_number(text, position)
    total, part, end = Decimal(0), amount.value, amount.end
    scale_word: str | None = None
    last_scale: int | None = None
    while True:
        match = _SCALE.match(text.lower(), end)
        if match is None:
            break
        scale_word = match["scale"].strip(" .")
        scale = _SCALES[scale_word]
        end = match.end()
        again = _SCALE.match(text.lower(), end)
        while again is not None:  # nghìn tỷ, trăm triệu
            scale_word = again["scale"].strip(" .")
            scale *= _SCALES[scale_word]
            end = again.end()
            again = _SCALE.match(text.lower(), end)
        total += part * scale
        part = Decimal(0)
        half = _HALF.match(text.lower(), end)
        if half:
            total, end = total + Decimal(scale) / 2, half.end()
        following = _read_figures(text, len(text) - len(text[end:].lstrip(" ,")))
        if following is None or (last_scale is not None and scale >= last_scale):
            break
        next_scale = _SCALE.match(text.lower(), following.end)
        if next_scale is None or _SCALES[next_scale["scale"].strip(" .")] >= scale:
            rest = _DONG.match(text.lower(), following.end)
            last = text[rest.end() if rest else following.end :].strip(" .,") == ""
            written = text[end : following.end].strip()
            if rest is not None and following.value >= 1000:  # 1 triệu 250.000 đồng
                total, end = total + following.value, following.end
            elif last and scale >= 10**6 and regex.fullmatch(r"\d|\d{3}", written):
                # Một tỷ hai, 1 tỷ 200: the figures go on where the scale left off.
                total, end = total + following.value * scale / 10 ** len(written), following.end
            break
        last_scale, part, end = scale, following.value, following.end
    return _Amount(total + part, end, scale_word, amount.negative)


def _with_scale_of(earlier: _Amount, later: _Amount) -> Decimal:
    """Give the first of `3-5 triệu`, `312/640 triệu` the scale that only the second one writes."""
    if earlier.scale_word is None and later.scale_word is not None and earlier.value <= later.value:
        return earlier.value * _SCALES[later.scale_word]
    return earlier.value


def _one_unit(text: str) -> tuple[str, Dimension] | None:
    """Look a unit up; case matters only where capitals abbreviate something counted (05 CC: công chức)."""
    if text.strip(" .") in _COUNTED_CAPITALS:
        return None
    key = _SPACES.sub(" ", text.strip(" .")).lower()
    if key in _UNITS:
        return _UNITS[key]
    bare = key.replace(" ", "")
    return _UNITS.get(bare)


def _read_unit(text: str, scale_word: str | None) -> tuple[str | None, Dimension]:
    text = text.split(" (", maxsplit=1)[0] if not text.startswith(" (") else ""
    text = _AND_MORE.sub("", text.strip(" .,;:)(]\"”'/")).strip()
    if _COMRADE.match(text.lower()):
        return text, Dimension.COUNT  # đồng chí, not a price
    if not text:
        return ("VND", Dimension.CURRENCY) if scale_word in _MONEY_SCALES else (None, Dimension.COUNT)
    known = _one_unit(text)
    if known is not None:
        return known
    numerator, slash, denominator = text.partition("/")
    if slash and denominator:
        parts = [(_one_unit(part) or (part.strip(), Dimension.COUNT))[0] for part in denominator.split("/")]
        if numerator.strip():
            unit, dimension = _one_unit(numerator) or (numerator.strip(), Dimension.COUNT)
        elif scale_word in _MONEY_SCALES:
            unit, dimension = "VND", Dimension.CURRENCY
        else:
            unit, dimension = "", Dimension.COUNT
        # A rate of physical units (tấn/ha, kg/giờ) is no mass; money or things per unit stay what they are.
        return "/".join([unit, *parts]), Dimension.OTHER if dimension in _PHYSICAL else dimension
    # A span that runs on past its unit (37% đảng viên, 1,8 ha đất) still measures in it.
    head = _UNIT_THEN_NOUN.match(text.lower())
    if head:
        return _UNITS[head[0]]
    return text, Dimension.COUNT


_TWO_UNITS = regex.compile(rf"({NUMERAL})\s*(\p{{L}}+)\s*({NUMERAL})\s*(\p{{L}}+)")
_COMPOUND = {
    ("tấn", "kg"): 1000, ("tấn", "tạ"): 10, ("tạ", "kg"): 100, ("kg", "g"): 1000, ("km", "m"): 1000,
    ("năm", "tháng"): 12, ("giờ", "phút"): 60, ("phút", "giây"): 60, ("tuần", "ngày"): 7,
}  # fmt: skip


def _read_compound(text: str) -> NormalisedQuantity | None:
    """Read `1 tấn 200 kg`, `2 năm 6 tháng`, `1 giờ 30 phút` as a number of the smaller unit."""
    match = _TWO_UNITS.fullmatch(text)
    if match is None:
        return None
    large, small = _one_unit(match[2]), _one_unit(match[4])
    factor = _COMPOUND.get((large[0], small[0])) if large and small else None
    first, second = read_numeral(match[1]), read_numeral(match[3])
    if factor is None or small is None or first is None or second is None:
        return None
    return NormalisedQuantity(value=plain_number(first * factor + second), unit=small[0], dimension=small[1])


def _unreadable(text: str, why: str) -> NormalisedQuantity:
    return NormalisedQuantity(warning=f"'{' '.join(text.split())[:80]}': {why}")


def _finish(text: str, first: _Amount, second: _Amount | None, joined_by: str | None, rest: str) -> NormalisedQuantity:
    last = second or first
    unit, dimension = _read_unit(rest, last.scale_word or first.scale_word)
    value = first.value if second is None else _with_scale_of(first, second)
    value = -value if first.negative else value
    if max(abs(value), last.value) > _MAX_VALUE:
        return _unreadable(text, "too large a number")
    if dimension is Dimension.COUNT and unit in ("điểm", "lần") and value != value.to_integral_value():
        dimension = Dimension.OTHER  # 89,4 điểm, 2,9 lần: nothing is counted
    other = plain_number(second.value) if second is not None else None
    warning = None
    if joined_by == "-" and second is not None and value > second.value:
        warning = f"'{' '.join(text.split())[:80]}': the range ends below its beginning"
    return NormalisedQuantity(
        value=plain_number(value),
        value_to=other if joined_by == "-" else None,
        of=other if joined_by == "/" else None,
        unit=unit,
        dimension=dimension,
        warning=warning,
    )


def normalise_quantity(text: str) -> NormalisedQuantity:
    """Read the text of a QUANTITY span.

    Returns:
        Value and unit; `value_to` for a range, `of` for "x of y"; all None, with a warning, where it can't be read.

    Example:
        >>> found = normalise_quantity("15 triệu đồng")
        >>> found.value, found.unit, found.dimension.value
        (15000000, 'VND', 'currency')
        >>> found = normalise_quantity("163/440 PTĐ")
        >>> found.value, found.of, found.unit
        (163, 440, 'PTĐ')
    """
    approximation = _approximation_within(_clean(text[:300]))
    found = _normalise_bare(text)
    return found.model_copy(update={"approximation": approximation}) if approximation and not found.warning else found


def _normalise_bare(text: str) -> NormalisedQuantity:
    cleaned = _LEADING.sub("", _clean(text[:300]))
    currency = _CURRENCY_FIRST.match(cleaned)
    symbol = f" {currency['unit']}" if currency else ""
    cleaned = cleaned[currency.end() :] if currency else cleaned
    acid = _ACID.match(cleaned)
    cleaned, symbol = (cleaned[acid.end() :], " pH") if acid else (cleaned, symbol)
    cleaned = _MINUS.sub("-", cleaned)
    compound = _read_compound(cleaned)
    if compound is not None:
        return compound
    lowered = _CAPITALISED.sub(lambda match: match[0].lower(), cleaned)
    first = None if _SOME.match(lowered) else _read_amount(lowered, 0)
    if first is None:
        return _unreadable(text, "no number that can be read")
    rest = lowered[first.end :]
    slash = _OUT_OF.match(rest)
    dash = _RANGE.match(rest)
    joint = slash or dash
    if joint is None:  # 163 PTĐ/440 PTĐ
        slash = _UNIT_TWICE.match(rest)
        joint = slash
    # 3 kg-5 kg: the unit may stand at both ends of a range.
    repeated = _UNIT_IN_RANGE.match(rest)
    if joint is None and repeated is not None and first.scale_word is None:
        joint = dash = repeated
    if joint is not None:
        start = first.end + joint.end()
        second = _read_amount(lowered, start)
        if second is None:
            return _unreadable(text, "no number that can be read after the sign")
        return _finish(text, first, second, "/" if slash else "-", lowered[second.end :] + symbol)
    following = rest.lstrip(" ")
    rest = _PER_NUMBER.sub(r"\1", rest)  # 1.000 cuốn/02 số
    degrees = _DEGREES.match(following.lower()) is not None  # 37 0C
    if (_UNREADABLE_AFTER.match(rest) and not degrees) or (
        following[:1].isdigit() and first.scale_word is None and not degrees
    ):
        return _unreadable(text, "no number that can be read")
    return _finish(text, first, None, None, rest + symbol)
