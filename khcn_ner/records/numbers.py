"""Numbers as Vietnamese reports write them: text in, exact Decimal out.

`.` groups thousands and `,` is the decimal mark (record contract, "Numbers"); English notation is read where it can
only be that (12.5, 1,934,000). Words are read from không to tỷ.
"""

from __future__ import annotations

from decimal import Decimal

import regex

# Longest alternatives first; a run that fits none of them is no number.
NUMERAL = (
    r"(?:\d{1,3}(?:\.\d{3})+(?:,\d+)?(?![\d.,]*\d)"  # 1.934.000  3.250,5
    r"|\d{1,3}(?:,\d{3}){2,}(?:\.\d+)?(?![\d.,]*\d)"  # 1,934,000
    r"|\d{1,3}(?:,\d{3})+\.\d+(?![\d.,]*\d)"  # 1,934.50
    r"|\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?:,\d+)?(?![\d.,]*\d)"  # 8 069
    r"|\d+[.,]\d+(?![\d.,]*\d)"  # 1,8  12.5
    r"|\d+(?![\d.,]*\d))"
)
_ENGLISH = regex.compile(r"\d{1,3}(?:,\d{3}){2,}(?:\.\d+)?|\d{1,3}(?:,\d{3})+\.\d+")
_GROUPED = regex.compile(r"[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?|0\d(?:\.\d{3})+")
_NUMERAL = regex.compile(NUMERAL)
_MAX_DIGITS = 24

_DIGIT_WORDS = {
    "không": 0, "một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "lăm": 5, "nhăm": 5,
    "sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8, "chín": 9,
}  # fmt: skip
SCALES = {
    "nghìn": 1_000, "ngàn": 1_000, "vạn": 10_000, "triệu": 1_000_000, "tỷ": 1_000_000_000, "tỉ": 1_000_000_000,
}  # fmt: skip
_TENS = {"mươi": 10, "mười": 10, "chục": 10}
_FILLERS = {"linh", "lẻ"}

NUMBER_WORDS = frozenset([*_DIGIT_WORDS, *SCALES, *_TENS, *_FILLERS, "trăm", "rưỡi", "rưởi"])


def read_numeral(text: str) -> Decimal | None:
    """Read a number written in figures, or give None.

    Example:
        >>> [str(read_numeral(text)) for text in ("1.934.000", "1,8", "12.5", "02", "1.2.3")]
        ['1934000', '1.8', '12.5', '2', 'None']
    """
    text = text.strip()
    if not _NUMERAL.fullmatch(text) or sum(character.isdigit() for character in text) > _MAX_DIGITS:
        return None
    plain = "".join(text.split())
    english = _ENGLISH.fullmatch(plain)
    if english:
        return Decimal(plain.replace(",", ""))
    if _GROUPED.fullmatch(plain):
        return Decimal(plain.replace(".", "").replace(",", "."))
    if plain.count(".") + plain.count(",") > 1:
        return None
    return Decimal(plain.replace(",", "."))


def read_words(words: list[str]) -> Decimal | None:
    """Read a number written in words, or give None.

    Example:
        >>> str(read_words("sáu tỷ hai trăm linh hai triệu".split()))
        '6202000000'
    """
    if (
        not words
        or any(word not in NUMBER_WORDS for word in words)
        or words[0] in _FILLERS | {"mươi", "mốt", "lăm", "nhăm"}
    ):
        return None
    if all(word in SCALES or word in ("rưỡi", "rưởi", "trăm") for word in words):
        return None  # "triệu" alone counts nothing
    total = group = 0
    digit: int | None = None  # the digit that mươi or trăm may still follow
    last_scale = 1
    half = Decimal(0)
    for word in words:
        if word in _DIGIT_WORDS:
            if digit is not None:
                return None
            digit = _DIGIT_WORDS[word]
            group += digit
        elif word in _TENS:
            group = group - (digit or 0) + (1 if digit is None else digit) * 10
            digit, last_scale = None, 10
        elif word == "trăm":
            group = group - (digit or 0) + (1 if digit is None else digit) * 100
            digit, last_scale = None, 100
        elif word in SCALES:
            scale = SCALES[word]
            if group == 0 and total:
                total *= scale  # nghìn tỷ
            else:
                total += (group or 1) * scale
            group, digit, last_scale = 0, None, scale
        elif word in ("rưỡi", "rưởi"):
            half = Decimal(last_scale) / 2
        else:
            digit = None
    return Decimal(total + group) + half


def read_decimal_words(words: list[str]) -> Decimal | None:
    """Read a number in words that may have a decimal part after "phẩy", or give None.

    Example:
        >>> str(read_decimal_words("ba phẩy hai lăm".split()))
        '3.25'
    """
    if "phẩy" not in words:
        return read_words(words)
    comma = words.index("phẩy")
    whole = read_words(words[:comma])
    digits = [_DIGIT_WORDS.get(word) for word in words[comma + 1 :]]
    if whole is None or not digits or None in digits or whole != whole.to_integral_value():
        return None
    return whole + Decimal(f"0.{''.join(str(digit) for digit in digits)}")


def plain_number(value: Decimal) -> int | float:
    """Give an exact value as the int or float that JSON writes.

    Example:
        >>> plain_number(Decimal("15.0")), plain_number(Decimal("1.8"))
        (15, 1.8)
    """
    return int(value) if value == value.to_integral_value() else float(value)
