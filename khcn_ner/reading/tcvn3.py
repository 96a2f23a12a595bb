"""TCVN3 (ABC): text as its fonts hold it in, Unicode out.

TCVN3 has one sign a letter, but none for capital vowels with tones: `SỞ` was typed as `Së`, or in a font whose name
ends in H (.VnTimeH), which shows capitals for small letters. Decoding gives `Sở`; `khcn_ner.reading.capitals` mends
what the letters around show.

Source: TCVN 5712:1993, the upper half of its table (as glibc's TCVN5712-1).
"""

from __future__ import annotations

import regex

from khcn_ner.reading.spelling import is_syllable

# Bytes 0xA1 to 0xFF. 0xB0 to 0xB4 are marks that combine with the letter before them.
_UPPER_HALF = (
    "ĂÂÊÔƠƯĐăâêôơưđẰ\u0300\u0309\u0303\u0301\u0323àảãáạ"
    "ẲằẳẵắẴẮẦẨẪẤỀặầẩẫấậèỂẻẽéẹềểễếệìỉỄẾỒĩíịòỔỏõóọồổỗốộờởỡớợùỖủũụúừửữứựỳỷỹýỵỐ"
)
# The fonts' signs reach a text as the letters that Windows-1252 has in their places.
LETTERS = dict(zip(bytes(range(0xA1, 0x100)).decode("latin-1"), _UPPER_HALF, strict=True))
_TABLE = str.maketrans(LETTERS)

# Signs that a file has from another font, in whose places TCVN3 has letters and marks: ° ± ² ³ ´ where no vowel is
# marked, » and « where the letter makes no word, µ before a unit.
_MARKS = "\u0300\u0309\u0303\u0301\u0323"
_SIGNS_OF_MARKS = dict(zip(_MARKS, "°±²³´", strict=True))
_FOREIGN_MARK = regex.compile(rf"(?<![aeiouyăâêôơưAEIOUYĂÂÊÔƠƯ])[{_MARKS}]")
_CLOSING = regex.compile(r"(?<!\p{L})(\p{L}*)ằ(?!\p{L})")
_OPENING = regex.compile(r"(?<!\p{L})ô(\p{L}+)")
# Small letters that may have been capitals.
_LOST = frozenset(letter for letter in LETTERS.values() if letter.islower() and letter not in "ăâêôơưđ")
_MICRO = regex.compile(r"(?<=\d ?)à(?=(?:m|g|l|s|F|A|V|W|Sv|Gy|mol|mg)(?!\p{L}))")


def tcvn3_to_unicode(text: str) -> str:
    """Read text that TCVN3 fonts show.

    Example:
        >>> tcvn3_to_unicode("Së Khoa häc vµ C«ng nghÖ"), tcvn3_to_unicode("«§o l­êng» 0,5 µm, ±2°C")
        ('Sở Khoa học và Công nghệ', '«Đo lường» 0,5 µm, ±2°C')
    """
    text = _FOREIGN_MARK.sub(lambda match: _SIGNS_OF_MARKS[match[0]], text.translate(_TABLE))
    text = _MICRO.sub("µ", text)
    text = _OPENING.sub(lambda match: f"«{match[1]}" if _opens(match[1]) else match[0], text)
    return _CLOSING.sub(lambda match: f"{match[1]}»" if _closes(match[1]) else match[0], text)


def _opens(rest: str) -> bool:
    """Tell whether ô before a word is «: a title begins, with a capital that TCVN3 may have lost (`ôxy` stays)."""
    return rest[0].isupper() or (rest[0] in _LOST and is_syllable(rest.lower().removesuffix("ằ")))


def _closes(rest: str) -> bool:
    """Tell whether ằ after a word is »: where the two are no syllable, and the word is one or a number or the like."""
    return rest == "" or (not is_syllable(f"{rest.lower()}ằ") and (rest.isascii() or is_syllable(rest.lower())))
