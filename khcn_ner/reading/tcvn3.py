"""TCVN3 (ABC): text as its fonts hold it in, Unicode out, and the capitals that it can't hold given back where sure.

TCVN3 has one sign a letter, but none for capital vowels with tones: `SỞ` was typed as `Së`, or in a font whose name
ends in H (.VnTimeH), which shows capitals for small letters. Decoding gives `Sở`; `restore_capitals` mends what the
letters around show beyond doubt.

Source: TCVN 5712:1993, the upper half of its table (as glibc's TCVN5712-1).
"""

from __future__ import annotations

import regex

from khcn_ner.reading.spelling import is_syllable

# Bytes 0xA1 to 0xFF. 0xB0 to 0xB4 are marks that combine with the letter before them.
_UPPER_HALF = (
    "ĂÂÊÔƠƯĐăâêôơưđẰ\u0300\u0309\u0303\u0301\u0323àảãáạ"
    "ẲằẳẵắẴẮẦẨẪẤỀặầẩẫấậèỂẻẽéẹềểễếệìỉỄẾỒĩíịòỔỏõóọồổỗốộờởỡớợùỖủũúụừửữứựỳỷỹýỵỐ"
)
# The fonts' signs reach a text as the letters that Windows-1252 has in their places.
LETTERS = dict(zip(bytes(range(0xA1, 0x100)).decode("latin-1"), _UPPER_HALF, strict=True))
_TABLE = str.maketrans(LETTERS)

_WORD = regex.compile(r"[\p{L}\p{M}]+")
_PLAIN = regex.compile(r"[A-Za-zĂÂÊÔƠƯĐăâêôơưđ]")
_LINE = regex.compile(r"[^\n]*\n|[^\n]+\Z")
_BEFORE_TEXT = ' \t\r\n“"('
_SENTENCE_START = regex.compile(r"(?:\A|[.!?:…][\"”’)]?\s+)[\s“\"(]*\K[\p{Ll}--[a-zăâêôơưđ]]", regex.V1)
# A body's name goes on with a capital after its kind (`Trung tâm Ứng dụng`); a quoted title begins with one.
_IN_NAME = regex.compile(
    r"(?:(?<!\p{L})(?:Trung tâm|Viện|Chi cục|Cục|Phòng|Ban|Quỹ|Hội|Liên hiệp|Trường|Công ty)\s+|“|(?<=\s)\")"
    r"\K[\p{Ll}--[a-zăâêôơưđ]](?!\s)",
    regex.V1,
)
_SHORT_LINE = 60
_SENTENCE_END = regex.compile(r"[.!?:…][\"”’)]?\s*\Z")


def tcvn3_to_unicode(text: str) -> str:
    """Read text that TCVN3 fonts show.

    Example:
        >>> tcvn3_to_unicode("Së Khoa häc vµ C«ng nghÖ")
        'Sở Khoa học và Công nghệ'
    """
    return text.translate(_TABLE)


def restore_capitals(text: str, *, begins: bool = True) -> tuple[str, int]:
    r"""Give the capital vowels back that TCVN3 could not hold, and how many, where the letters around are proof.

    That is inside a word whose other letters are capitals, between words of capitals, after the kind of a body
    (`Trung tâm Ứng dụng`) or an opening quote, and where a sentence begins; `begins` tells whether one does where the
    text begins. A vowel with a tone that begins another name inside a sentence (`Ánh`, `Ủy ban`) stays small.

    Example:
        >>> restore_capitals("Sở KHOA HọC Và CÔNG NGHệ\n\nủy ban nhân dân và Lê ánh")
        ('SỞ KHOA HỌC VÀ CÔNG NGHỆ\n\nỦy ban nhân dân và Lê ánh', 5)
    """
    restored: list[str] = []
    n_restored = 0
    # Line by line: a text of letters in a list would take eight times its memory.
    for match in _LINE.finditer(text):
        line = _restore_line(match[0])
        line = _IN_NAME.sub(lambda found: found[0].upper(), line)
        for start in _SENTENCE_START.finditer(line):
            if begins or start.start() > len(line) - len(line.lstrip(_BEFORE_TEXT)):
                line = line[: start.start()] + start[0].upper() + line[start.end() :]
        n_restored += sum(before != after for before, after in zip(match[0], line, strict=True))
        # A short line ends where its writer ended it; a long one may go on in the next.
        begins = len(line) < _SHORT_LINE or _SENTENCE_END.search(line) is not None
        restored.append(line)
    return "".join(restored), n_restored


def _restore_line(line: str) -> str:
    words = list(_WORD.finditer(line))
    capital = [_is_capital(match[0]) for match in words]
    if True not in capital:
        return line
    letters = list(line)
    for number, match in enumerate(words):
        if capital[number] is False or match[0].isupper():
            continue
        before = next((known for known in reversed(capital[:number]) if known is not None), None)
        after = next((known for known in capital[number + 1 :] if known is not None), None)
        # A word that could be either is what its neighbours are.
        if capital[number] or (before is not False and after is not False and (before or after)):
            letters[match.start() : match.end()] = match[0].upper()
    return "".join(letters)


def _is_capital(word: str) -> bool | None:
    """Tell whether a word is all capitals by the letters that TCVN3 has in both cases; None where they don't say.

    An abbreviation says nothing: `Sở KH&CN` is no line of capitals.
    """
    plain = _PLAIN.findall(word)
    if any(letter.islower() for letter in plain):
        return False
    return True if len(plain) > 1 and is_syllable(word.lower()) else None
