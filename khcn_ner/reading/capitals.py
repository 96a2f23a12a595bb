"""Capitals that TCVN3 could not hold: decoded text in, the same text with the capitals that a reader would write out.

TCVN3 has no capital vowels with tones: `SỞ` was typed as `Së` and decodes to `Sở`, `Lê Ánh Tuyết` to `Lê ánh Tuyết`. A
small vowel with a tone is raised where what stands around it is proof enough:

- inside a word of capitals, and in a word that could be either between words of capitals;
- where a sentence, a short line or a quoted title begins, or an item among others that begin with capitals;
- in names: of people (`Lê Ánh`, `Mai Thị Út`), places (`Óc Eo`, `Vũng Áng`), bodies (`Trung tâm Thông tin - Ứng dụng`,
  `Ủy ban nhân dân`) and unquoted titles (`dự án Ứng dụng …`).

The rules were written on the training reports; docs/reading.md has what they miss and raise wrongly on the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import regex

from khcn_ner.reading.spelling import is_syllable

_WORD = regex.compile(r"[\p{L}\p{M}]+")
_PLAIN = regex.compile(r"[A-Za-zĂÂÊÔƠƯĐăâêôơưđ]")
# What may have been a capital: a small vowel with a tone.
_TONED = "[áàảãạấầẩẫậắằẳẵặéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ]"
_INITIAL = regex.compile(rf"(?<![\p{{L}}\p{{M}}]){_TONED}")
_ANY = regex.compile(_TONED)
_BEFORE_TEXT = ' \t\r\n“"(«'
_SHORT_LINE = 60
_SENTENCE_END = regex.compile(r"[.!?:…][\"”’)»]?\s*\Z")
# Where words of capitals stop saying anything of their neighbours.
_BREAK = regex.compile(r"[.!?:;|•●»]\s|\t|[\d/]")
_ALL_CAPITALS_LINE = regex.compile(r"[^\p{Ll}]*\p{Lu}{2}[^\p{Ll}]*")
_LETTERHEAD = regex.compile(r"\s*(Sở)(?: \p{Lu}[\p{Lu}&\-]+)+\s*")

_TITLE = r"\p{Lu}[\p{L}\p{M}]*\p{Ll}"
_SURNAME = (
    "(?:Nguyễn|Trần|Lê|Phạm|Hoàng|Huỳnh|Phan|Vũ|Võ|Đặng|Bùi|Đỗ|Hồ|Ngô|Dương|Lý|Mai|Trịnh|Đinh|Lương|Lò|Vi|Cao|Quách|Nông"
    "|Triệu|Bế|Lưu|Đậu|Trương|Lường|Tô|Tạ|Đoàn|Đào|Hà|Lâm|Tống|Thái|Châu|Phùng|Vương|Kiều|Cà|Lô|Hứa|Chu|Ma|Tăng|Thạch)"
)
# Words that a sentence goes on with, and that begin no name.
_COMMON = "(?:ở|ít|ủng|ấy|ổ|ờ|ừ|ạ|à)"
_GIVEN = "(?:á|ái|ánh|ảnh|én|ẩn|ích|ín|ỉn|ẻm|óc|út|ấn|ý)"
_AGREED = r"(?!\s(?:kiến|thức|nghĩa|tưởng|chí|của|cho|với|hành|định|nút))(?![\p{L}\p{M}])"
_START = r"(?<![\p{L}\p{M}])"


def _rule(pattern: str) -> regex.Pattern[str]:
    return regex.compile(pattern, regex.V1)


_STARTS = (
    # A sentence; after a colon only what does not just go on.
    _rule(rf"(?:\A|[.!?…][\"”’)»]?\s)[\s“\"(«]*+\K{_TONED}"),
    _rule(rf":\s++[“\"(«]?\K(?!{_COMMON}(?![\p{{L}}\p{{M}}])){_TONED}"),
    # A quoted title; a picture's line.
    _rule(rf"(?:[“«]|(?<=[\s(])\")\K{_TONED}(?!\s)|[“«]\K[ýủ](?=\s)|(?<=[\s(])\"\Ký(?= tưởng| chí)"),
    _rule(r"(?:\A|[(\[|\-–]\s*)\Kả(?=nh\s*\d*\s*:)"),
)
_IN_NAMES = (
    # People: after a middle name, after a surname and what follows it, before the rest of the name.
    _rule(rf"{_START}(?:Thị|Văn|(?:Thị|Văn) {_TITLE}) \K(?!{_COMMON}|ứng|ủy){_TONED}(?=[\p{{L}}\p{{M}}]*{_AGREED})"),
    _rule(rf"{_START}(?!Lưu ý){_SURNAME}(?: {_TITLE}){{0,3}} \K(?={_GIVEN}{_AGREED}){_TONED}"),
    _rule(rf"{_START}(?<!(?:công|lợi|hữu|bổ) )\K(?=(?:ái|ánh|út|óc|ấn|ẳng|ảng|áng|ích|én|ấu) {_TITLE}|ý Yên){_TONED}"),
    # Places.
    _rule(rf"{_START}\Kú(?=c(?![\p{{L}}\p{{M}}]))|(?:[Cc]hâu|Đông|Nam|Bắc|Tây|Trung) \Ká(?![\p{{L}}\p{{M}}])"),
    _rule(rf"{_START}{_TITLE} \K(?=(?:ái|áng|ảng|út|én)(?![\p{{L}}\p{{M}}])(?! văn)){_TONED}"),
    # Bodies and their members.
    _rule(
        rf"{_START}(?<!(?:Tỉnh|Đảng|Thành|Huyện|Quận|Chi|Thị|cấp) )"
        r"\Kủ(?=y ban (?:nhân|[Mm]ặt|MTTQ|\p{Lu}|kiểm tra|dân tộc|quản lý|thường vụ)|y viên (?:\p{Lu}|ban))"
    ),
    _rule(
        rf"{_START}(?:Trung tâm|TT\.?|Trạm|Viện|Chi cục|Cục|Phòng|Trưởng phòng|Ban|Quỹ|Hội|Liên hiệp|Trường|Công ty) "
        rf"(?:{_TITLE}(?: (?:tin|cứu|kê|thuật|giống|tạo))?(?:,| -| –| và)? ){{0,3}}"
        rf"\K(?=ứng dụng|áp dụng|{_GIVEN}{_AGREED}){_TONED}"
    ),
    # Titles without quotes.
    _rule(r"(?:[Dd]ự án|[Đđ]ề tài|(?<!\p{L})(?:DA|ĐT)) \K[ứá](?=(?:ng|p) dụng)"),
)
_ITEM = regex.compile(
    r"\s*(?:[(\[]?(?:\d{1,3}(?:\.\d{1,2})*|[a-zđ]|[ivxIVX]{1,4})\s?[).\]/|;:–\-]+\s*|[\-–—+*•●▪○►]+\s*|\d{1,3}\s+)[“\"«(]?"
)
_SUB_ITEM = regex.compile(r"[;:]\s*+[“\"«]?\K\p{L}")
_N_AROUND = 4


@dataclass(frozen=True, slots=True)
class Raised:
    """A text with capitals given back: how many, and the words raised in names with how often each."""

    text: str
    n_letters: int
    in_names: Counter[str]


def restore_capitals(text: str, *, begins: bool = True) -> Raised:
    r"""Give the capital vowels back that TCVN3 could not hold, where the letters around are proof.

    `begins` tells whether a sentence begins where the text does.

    Example:
        >>> raised = restore_capitals("Sở KHOA HọC Và CÔNG NGHệ\n\nủy ban nhân dân và Lê ánh ở Hà Nội")
        >>> raised.text, raised.n_letters, dict(raised.in_names)
        ('SỞ KHOA HỌC VÀ CÔNG NGHỆ\n\nỦy ban nhân dân và Lê Ánh ở Hà Nội', 6, {'Ánh': 1})
    """
    lines = text.splitlines(keepends=True) if "\n" in text else [text]
    restored: list[str] = []
    in_names: Counter[str] = Counter()
    n_letters, above = 0, ""
    for index, line in enumerate(lines):
        new = line
        if _ANY.search(line):
            new = _raise_words_of_capitals(line, above)
            if _INITIAL.search(new):
                new = _raise_starts(new, begins=begins)
                new = _raise_in_names(new, in_names)
                new = _raise_items(new, lines, index)
            n_letters += sum(before != after for before, after in zip(line, new, strict=True)) if new != line else 0
        # A short line ends where its writer ended it; a long one may go on in the next.
        begins = len(line) < _SHORT_LINE or _SENTENCE_END.search(line) is not None
        above = new if new.strip() else above
        restored.append(new)
    return Raised("".join(restored), n_letters, in_names)


def _raise_starts(line: str, *, begins: bool) -> str:
    first = len(line) - len(line.lstrip(_BEFORE_TEXT))

    def raised(match: regex.Match[str]) -> str:
        return match[0].upper() if begins or match.start() > first else match[0]

    for rule in _STARTS:
        line = rule.sub(raised, line)
    return line


def _raise_in_names(line: str, in_names: Counter[str]) -> str:
    def raised(match: regex.Match[str]) -> str:
        word = _WORD.match(match.string, match.start())
        name = word[0] if word else match[0]
        in_names[name[0].upper() + name[1:]] += 1
        return match[0].upper()

    for rule in _IN_NAMES:
        line = rule.sub(raised, line)
    return line


def _raise_items(line: str, lines: Sequence[str], index: int) -> str:
    """Raise the beginning of a list's item where its neighbours begin with capitals that are sure."""
    own = _ITEM.match(line)
    if own is not None and _INITIAL.match(line, own.end()):
        around = [*lines[max(0, index - _N_AROUND) : index], *lines[index + 1 : index + 1 + _N_AROUND]]
        items = [(other, match.end()) for other in around if (match := _ITEM.match(other)) is not None]
        if _are_capitals([other[end : end + 1] for other, end in items], least=1):
            line = line[: own.end()] + line[own.end()].upper() + line[own.end() + 1 :]
    if ";" in line and _are_capitals(_SUB_ITEM.findall(line), least=2):
        line = _SUB_ITEM.sub(lambda match: match[0].upper() if _ANY.match(match[0]) else match[0], line)
    return line


def _are_capitals(letters: Sequence[str], *, least: int) -> bool:
    """Tell whether the letters that TCVN3 has in both cases are capitals, at least so many."""
    sure = [letter for letter in letters if _PLAIN.match(letter)]
    return len(sure) >= least and all(letter.isupper() for letter in sure)


def _raise_words_of_capitals(line: str, above: str) -> str:
    if _LETTERHEAD.fullmatch(line) and _ALL_CAPITALS_LINE.fullmatch(above.strip()):
        return line.upper()
    words = list(_WORD.finditer(line))
    capital = [_is_capital(match[0]) for match in words]
    if True not in capital:
        return line
    # Two letters alone may be an abbreviation that looks like a syllable: `ĐU Sở`.
    is_sure = any(known and len(match[0]) > 2 for known, match in zip(capital, words, strict=True))
    ends = [match.end() for match in words]
    breaks = [_BREAK.search(line, end, match.start()) is not None for end, match in zip(ends, words[1:], strict=False)]
    before = _told_before(capital, breaks)
    after = _told_before(capital[::-1], breaks[::-1])[::-1]
    parts, end = [], 0
    for number, match in enumerate(words):
        # A word that could be either is what its neighbours in the sentence are, if they are capitals.
        around = (before[number], after[number])
        is_among = capital[number] is None and is_sure and False not in around and True in around
        if capital[number] or is_among:
            parts += [line[end : match.start()], match[0].upper()]
            end = match.end()
    return "".join((*parts, line[end:]))


def _told_before(capital: Sequence[bool | None], breaks: Sequence[bool]) -> list[bool | None]:
    """Give for each word what the last one before it that says something says, None behind a break."""
    told: list[bool | None] = [None]
    for known, is_break in zip(capital, breaks, strict=False):
        told.append(None if is_break else known if known is not None else told[-1])
    return told


def _is_capital(word: str) -> bool | None:
    """Tell whether a word is all capitals by the letters that TCVN3 has in both cases; None where they don't say.

    An abbreviation says nothing: `Sở KH&CN` is no line of capitals.
    """
    plain = _PLAIN.findall(word)
    if any(letter.islower() for letter in plain):
        return False
    return True if len(plain) > 1 and is_syllable(word.lower()) else None
