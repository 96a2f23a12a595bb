"""Dates: the text of a DATE span in, its first and last day out.

The text is cleaned (clock times, weekdays, leading words), then tried as one calendar unit (day, month, quarter, part
of a year, year), then as a range or list of two units whose later one lends the earlier its month and year.
What is impossible or has no year gives None and a warning, never a guess.
"""

from __future__ import annotations

import calendar
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

import regex

from khcn_ner.records.model import NormalisedDate, Precision
from khcn_ner.records.numbers import read_words

_FIRST_YEAR, _LAST_YEAR = 1900, 2100

_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4, "01": 1, "02": 2, "03": 3, "04": 4}
_ROMAN |= {"một": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4}

_COARSENESS = {
    Precision.DAY: 0, Precision.MONTH: 1, Precision.MONTHS: 2, Precision.QUARTER: 3, Precision.HALF: 4,
    Precision.YEAR: 5, Precision.YEARS: 6,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Unit:
    """A calendar unit as read, before context completes it."""

    precision: Precision
    day: int | None = None
    month: int | None = None
    last_month: int | None = None  # inclusive, for quarters, halves and runs of months
    year: int | None = None
    year_shift: int | None = None  # năm nay 0, năm ngoái -1: counted from the context's year
    part: str | None = None
    assumed: tuple[str, ...] = ()


class _ImpossibleDateError(ValueError):
    pass


Reader = Callable[[regex.Match[str]], _Unit]

_Y = r"(?P<year>\d{4})"
_YY = r"(?P<year>\d{4}|\d{2})"
_SEP = r"\s*[/.\-]\s*"
# 30/6/2022, 30.6/2022, 30-6-2022; but 5-6/2023 and 14-16/11 are ranges, so a dash never stands before a slash.
_FIRST_SEP = r"(?:\s*[/.]\s*|\s*-\s*(?=\d{1,2}\s*-))"
_RELATIVE_YEAR = r"năm\s+(?P<relative>nay|ngoái|trước|sau|tới)"
_OF_YEAR = rf"(?:\s*[/.\-,]\s*(?:năm\s*)?{_Y}|\s*(?:của\s+)?(?:năm\s*)?{_Y}|\s+{_RELATIVE_YEAR})"
_MONTH_WORD = r"(?P<month>\d{1,2}|giêng|mười một|mười hai|mười|một|hai|ba|bốn|tư|năm|sáu|bảy|tám|chín)"
_COUNT = r"(?P<n>\d{1,2}|mười một|mười|hai|ba|bốn|năm|sáu|bảy|tám|chín)"
_QUARTER = r"(?:quý|quí|q\.?)\s*(?P<quarter>iv|v|iii|ii|i|0?[1-9]|một|hai|ba|bốn|tư)(?![\w])"
_RELATIVE = {"nay": 0, "ngoái": -1, "trước": -1, "sau": 1, "tới": 1}


def _year(match: regex.Match[str]) -> int | None:
    text = match.groupdict().get("year")
    if text is None:
        return None
    if len(text) == 2:
        return 2000 + int(text) if int(text) < 70 else 1900 + int(text)
    return int(text)


def _shift(match: regex.Match[str]) -> int | None:
    return _RELATIVE.get(match.groupdict().get("relative") or "")


def _count(word: str) -> int:
    if word.isdigit():
        return int(word)
    if word == "giêng":
        return 1
    value = read_words(["bốn" if part == "tư" else part for part in word.split()])
    return int(value or 0)


def _read_day(match: regex.Match[str]) -> _Unit:
    groups = match.groupdict()
    month = _count(groups["month"]) if groups.get("month") else None
    return _Unit(Precision.DAY, day=int(groups["day"]), month=month, year=_year(match), year_shift=_shift(match))


def _read_iso(match: regex.Match[str]) -> _Unit:
    return _read_day(match)


def _read_month(match: regex.Match[str]) -> _Unit:
    month = _count(match["month"])
    return _Unit(Precision.MONTH, month=month, last_month=month, year=_year(match), year_shift=_shift(match))


def _read_quarter(match: regex.Match[str]) -> _Unit:
    quarter = _ROMAN.get(match["quarter"], 0)
    if not quarter:
        raise _ImpossibleDateError(f"there is no quarter {match['quarter']}")
    return _Unit(
        Precision.QUARTER, month=quarter * 3 - 2, last_month=quarter * 3, year=_year(match), year_shift=_shift(match)
    )


def _read_part_of_year(match: regex.Match[str]) -> _Unit:
    n_months = _count(match["n"])
    if not 1 <= n_months <= 12:
        raise _ImpossibleDateError(f"a year has no {n_months} months")
    from_end = match.groupdict().get("side") == "cuối"
    first = 13 - n_months if from_end else 1
    precision = Precision.HALF if n_months == 6 else Precision.MONTHS
    return _Unit(precision, month=first, last_month=first + n_months - 1, year=_year(match), year_shift=_shift(match))


def _read_bare_months(match: regex.Match[str]) -> _Unit:
    """Read `6 tháng`: what a report calls so are the first ones of its year, but the text doesn't say it."""
    return replace(_read_part_of_year(match), assumed=("part",))


def _read_first_or_last_quarter(match: regex.Match[str]) -> _Unit:
    first = 10 if match["side"] == "cuối" else 1
    return _Unit(Precision.QUARTER, month=first, last_month=first + 2, year=_year(match), year_shift=_shift(match))


def _read_half(match: regex.Match[str]) -> _Unit:
    first = 7 if match["side"] in ("cuối", "sau") else 1
    return _Unit(Precision.HALF, month=first, last_month=first + 5, year=_year(match), year_shift=_shift(match))


def _read_year(match: regex.Match[str]) -> _Unit:
    return _Unit(Precision.YEAR, month=1, last_month=12, year=_year(match), year_shift=_shift(match))


# Tried in this order on the cleaned, lower-cased text; the first that matches all of it wins.
_UNITS: tuple[tuple[regex.Pattern[str], Reader], ...] = tuple(
    (regex.compile(pattern), reader)
    for pattern, reader in (
        (r"(?:ngày\s*)?(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})", _read_iso),
        (rf"(?:ngày\s*)?(?P<day>\d{{1,2}}){_FIRST_SEP}(?P<month>\d{{1,2}}){_SEP}{_YY}", _read_day),
        (rf"(?:ngày\s*)?(?P<day>\d{{1,2}}){_SEP}(?P<month>\d{{1,2}})\s*(?:,\s*)?năm\s*{_Y}", _read_day),
        (rf"{_COUNT}\s*(?:tháng\s*|t\s*)(?P<side>đầu|cuối)?\s*(?:năm|của năm)?{_OF_YEAR}", _read_part_of_year),
        (rf"(?:ngày\s*)?(?P<day>\d{{1,2}})\s*tháng\s*{_MONTH_WORD}\s*[,/.\-]?\s*(?:năm\s*)?{_Y}", _read_day),
        (rf"(?:ngày\s*)?(?P<day>\d{{1,2}})\s*tháng\s*{_MONTH_WORD}(?:\s+{_RELATIVE_YEAR})?", _read_day),
        (rf"{_COUNT}\s*(?:tháng|t)\s*(?P<side>đầu|cuối)\s*(?:của\s+)?năm", _read_part_of_year),
        (rf"{_COUNT}t\s*/\s*{_Y}", _read_part_of_year),
        (r"(?P<day>\d{1,2})\s*/\s*(?P<month>\d{1,2})", _read_day),
        (rf"ngày\s*(?P<day>\d{{1,2}}){_SEP}(?P<month>0?[1-9]|1[0-2])", _read_day),
        (r"ngày\s*(?P<day>\d{1,2})\s*/\s*(?P<month>\d{1,2})", _read_day),
        (r"ngày\s*(?P<day>\d{1,2})", _read_day),
        (rf"(?:tháng|t\.?)\s*{_MONTH_WORD}{_OF_YEAR}", _read_month),
        (rf"(?P<month>\d{{1,2}}){_SEP}{_Y}", _read_month),
        (rf"tháng\s*{_MONTH_WORD}", _read_month),
        (rf"{_QUARTER}{_OF_YEAR}", _read_quarter),
        (_QUARTER, _read_quarter),
        (rf"quý\s+(?P<side>đầu|cuối)(?:\s+(?:của\s+)?năm)?(?:{_OF_YEAR})?", _read_first_or_last_quarter),
        (rf"nửa\s+(?:năm\s+)?(?P<side>đầu|cuối|sau)(?:\s+(?:của\s+)?năm)?{_OF_YEAR}", _read_half),
        (r"nửa\s+(?:năm\s+)?(?P<side>đầu|cuối|sau)(?:\s+(?:của\s+)?năm)?", _read_half),
        (rf"(?:cả\s+|trọn\s+|toàn\s+|các\s+)?(?:năm\s*)?{_Y}", _read_year),
        (r"năm\s+(?P<relative>nay|ngoái|trước|sau|tới)", _read_year),
        (rf"{_COUNT}\s*(?:tháng|t)", _read_bare_months),
    )
)  # fmt: skip

_CLOCK = regex.compile(
    r"\b\d{1,2}\s*(?:h|giờ|g|:)\s*(?:\d{1,2}(?:\s*(?:phút|'|p))?)?(?::\d{2})?(?:\s*(?:am|pm))?(?=[\s,;\-–]|$)"
)
_WEEKDAY = r"(?:thứ\s*(?:hai|ba|tư|bốn|năm|sáu|bảy|[2-7])|chủ nhật|cn)"
_LEADING = regex.compile(
    r"^(?:(?:từ|trong|vào|kể từ|tính đến|cho đến|đến hết|đến|hết|trước|sau|khoảng|tới|lúc|hồi|nhiệm kỳ|nhiệm kì|"
    r"năm học|"
    r"niên khóa|niên khoá|niên độ|khóa|khoá|cùng kỳ|cùng kì"
    r"|giai đoạn|thời kỳ|thời kì|vụ(?:\s+(?:đông xuân|xuân hè|hè thu|thu đông|xuân|mùa|đông|hè|thu))?"
    r"|các năm|những năm|sáng|trưa|chiều|tối|đêm|buổi|(?:các|những|tròn|suốt)(?=\s+(?:ngày|tháng|quý|năm))"
    rf"|{_WEEKDAY}(?=\s*[,\-–(]|\s+ngày))\b[\s,:\-–(]*)+"
)
# ngày 5/7/2022 (thứ Ba), năm 2022 vừa qua
_TRAILING = regex.compile(rf"\s*(?:[(,]\s*{_WEEKDAY}|\s(?:vừa qua|vừa rồi|này|qua|sắp tới|tới đây))\s*\)?$")
# trong hai ngày 9 và 10/9; 5 năm 2016-2020; 10 năm (2011-2020)
_NUMBER_OF = regex.compile(
    r"^(?:\d{1,2}|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười)\s+(?:(?P<days>ngày)\s*[,:(]?\s*(?:ngày\s*)?(?=\d)"
    r"|(?:tháng|quý)\s*[,:(]\s*(?=\d|tháng|quý)|năm\s*[,:(]?\s*(?=\d{4}|từ|giai đoạn))"
)
_UNTIL_NOW = regex.compile(r"\s*(?:,\s*)?(?:cho\s+)?(?:đến|tới|-)\s*(?:hiện\s+)?nay$")
_PART = regex.compile(
    r"^(?P<part>nửa đầu|nửa cuối|đầu|giữa|cuối|thượng tuần|trung tuần|hạ tuần)\s*(?:của\s+)?"
    r"(?=(?<!nửa \p{L}+\s*)năm|tháng|quý|quí|q\.|t\d|\d)"
)
_PARTS = {
    "đầu": "start", "giữa": "middle", "cuối": "end", "nửa đầu": "start", "nửa cuối": "end", "thượng tuần": "start",
    "trung tuần": "middle", "hạ tuần": "end",
}  # fmt: skip
_RANGE = regex.compile(r"\s*(?:(?<!\p{L})(?:cho đến|cho tới|đến hết|đến|tới|và|với)(?!\p{L})|-|,|&|;|\+)\s*(?:từ\s+)?")
_LIST_WORDS = {"và", ",", "&", ";", "với", "+"}


def _clean(text: str) -> str:
    text = unicodedata.normalize("NFKC", text)
    text = unicodedata.normalize("NFC", text.lower())
    text = regex.sub(r"[–—−‑‐]", "-", text)
    text = regex.sub(r"\s+", " ", text).strip(" \t.,;:()[]\"'“”").replace("qúy", "quý").replace("qúi", "quý")
    text = regex.sub(r"(?<=\p{L})(?<!\bt)(?<!\bq)(?=\d)|(?<=\d)(?=ngày|tháng|năm|quý)", " ", text)
    text = _CLOCK.sub(" ", text) if regex.search(r"[/.\-]|tháng|ngày", text) else text
    text = regex.sub(r"\b(?:mồng|mùng)\s*", "ngày ", text).replace("ngày ngày", "ngày")
    text = regex.sub(r"\s+", " ", text).strip(" ,;-")
    text = _TRAILING.sub("", text)
    text = _LEADING.sub("", text).strip(" ,;-")
    text = _NUMBER_OF.sub(lambda match: "ngày " if match["days"] else "", text)
    text = _LEADING.sub("", text).strip(" ,;-")
    return str(regex.sub(r"^ngày (?=tháng|quý|năm)", "", text))


def _read_unit(text: str) -> _Unit | None:
    text = text.strip(" ,;")
    part = _PART.match(text)
    if part:
        text = text[part.end() :]
    text = regex.sub(r"^(?:giai đoạn|ngày ngày)\s+", "", text)
    if part and text == "năm":
        return _Unit(Precision.YEAR, month=1, last_month=12, part=_PARTS[part["part"]])
    for pattern, reader in _UNITS:
        match = pattern.fullmatch(text)
        if match:
            unit = reader(match)
            return replace(unit, part=_PARTS[part["part"]]) if part else unit
    return None


def _check(unit: _Unit) -> None:
    if unit.year is not None and not _FIRST_YEAR <= unit.year <= _LAST_YEAR:
        raise _ImpossibleDateError(f"year {unit.year} lies outside {_FIRST_YEAR}-{_LAST_YEAR}")
    if unit.month is not None and not 1 <= unit.month <= 12:
        raise _ImpossibleDateError(f"there is no month {unit.month}")
    if unit.day is not None:
        # Without a year 29 February may exist, so a leap year is allowed for.
        longest = calendar.monthrange(unit.year or 2000, unit.month)[1] if unit.month else 31
        if not 1 <= unit.day <= longest:
            raise _ImpossibleDateError(f"there is no day {unit.day} in that month")


def _first_day(unit: _Unit) -> date | None:
    if unit.year is None or unit.month is None:
        return None
    _check(unit)
    return date(unit.year, unit.month, unit.day or 1)


def _last_day(unit: _Unit) -> date | None:
    if unit.year is None or unit.month is None:
        return None
    _check(unit)
    if unit.day is not None:
        return date(unit.year, unit.month, unit.day)
    month = unit.last_month or unit.month
    return date(unit.year, month, calendar.monthrange(unit.year, month)[1])


def _with_context(unit: _Unit, year: int | None, month: int | None) -> tuple[_Unit, tuple[str, ...]]:
    assumed: list[str] = []
    if unit.month is None and month is not None:
        unit = replace(unit, month=month)
        assumed.append("month")
    if unit.year is None and year is not None:
        unit = replace(unit, year=year + (unit.year_shift or 0))
        assumed.append("year")
    return unit, (*assumed, *unit.assumed)


def _lend(earlier: _Unit, later: _Unit) -> _Unit:
    """Give the earlier end of a range what only the later one says."""
    if earlier.month is None and later.month is not None:
        earlier = replace(earlier, month=later.month)
    if earlier.year is None and later.year is not None:
        earlier = replace(earlier, year=later.year)
        if (earlier.month, earlier.day or 0) > (later.last_month or later.month, later.day or 31):
            earlier = replace(earlier, year=later.year - 1)  # ngày 20/12 đến ngày 15/01/2024
    return earlier


def _spell_out_ends(left: str, right: str) -> tuple[str, str]:
    """Complete the short end of a range from the other: `tháng 5-6/2023`, `14-16/11/2017`, `quý I, II`."""
    head = regex.match(r"(ngày|tháng|quý|quí|q\.|q|t|năm)\s*(?=[\divx])", left)
    if head and head[1] in ("quý", "quí", "q.", "q") and regex.match(r"[1-4]\s*/", right):
        right = f"quý {right}"  # quý 1,2/2022: by itself 2/2022 would be a month
    if head and _read_unit(right) is None and regex.match(r"[\divx]", right) and not regex.match(r"\d{4}-\d", right):
        word = head[1]
        if word == "ngày" or not regex.match(r"\d{1,2}\s*/\s*\d{1,2}\s*/", right):
            right = f"{word} {right}"
    if regex.fullmatch(r"\d{1,2}", left):
        if regex.match(r"(?:ngày\s*)?\d{1,2}\s*(?:[/.\-]\s*\d{1,2}(?!\d)|tháng)", right):
            left = f"ngày {left}"
        elif regex.match(r"tháng|\d{1,2}\s*[/.\-]\s*\d{4}", right):
            left = f"tháng {left}"
    if regex.fullmatch(r"(?:i|ii|iii|iv)", left) and regex.match(r"q", right):
        left = f"quý {left}"
    return left, right


def _read_range(text: str, year: int | None, month: int | None) -> NormalisedDate | None:
    for match in _RANGE.finditer(text):
        left, right = text[: match.start()].strip(), text[match.end() :].strip()
        if not left or not right:
            continue
        short = regex.fullmatch(r"(?:năm )?(\d{2})\d{2}-(\d{2})", text)
        if short:  # giai đoạn 2021-25
            right = f"{short[1]}{short[2]}"
        left, right = _spell_out_ends(left, right)
        n_steps = 2 if match[0].strip() in _LIST_WORDS else 1
        earlier = _read_unit(left)
        later = _read_unit(right)
        if earlier is None or later is None:
            if n_steps == 2 and earlier is not None:
                rest = _read_range(right, year, month)
                if rest is not None and rest.to is not None:
                    return _join_list(earlier, rest)
            continue
        return _join(earlier, later, year, month)
    return None


def _join_list(earlier: _Unit, rest: NormalisedDate) -> NormalisedDate | None:
    if rest.from_ is None or rest.to is None:
        return None
    lender = _Unit(Precision.DAY, day=rest.from_.day, month=rest.from_.month, year=rest.from_.year)
    first = _first_day(_lend(earlier, lender))
    if first is None or first > rest.from_:
        return None
    return rest.model_copy(update={"from_": first})


def _join(earlier: _Unit, later: _Unit, year: int | None, month: int | None) -> NormalisedDate:
    if later.year is None and earlier.year is not None:
        wraps = (later.month or 12, later.day or 31) < (earlier.month or 1, earlier.day or 1)
        later = replace(later, year=earlier.year + wraps)
    later, assumed = _with_context(later, year, month)
    earlier = _lend(earlier, later)
    _check(earlier)
    _check(later)
    precision = min(earlier.precision, later.precision, key=_COARSENESS.__getitem__)
    widened = {Precision.MONTH: Precision.MONTHS, Precision.YEAR: Precision.YEARS}
    precision = widened.get(precision, precision)
    first, last = _first_day(earlier), _last_day(later)
    if first is None or last is None:
        return NormalisedDate(precision=precision, warning="no year is said")
    if first > last:
        raise _ImpossibleDateError(f"the range ends on {last} before it begins on {first}")
    return NormalisedDate(from_=first, to=last, precision=precision, assumed=assumed)


_ZERO_AS_LETTER = regex.compile(r"(?<=\d)[Oo](?=\d|\b)")  # 31/12/2O21, as scanning programs read it


def normalise_date(text: str, *, year: int | None = None, month: int | None = None) -> NormalisedDate:
    """Read the text of a DATE span.

    Args:
        text: a calendar expression, for example "ngày 06/10".
        year: the year that context gives; used, and then named in `assumed`, where the text says none.
        month: the month that context gives to a bare "ngày 14".

    Returns:
        First and last day; both None, with a warning, where the text is unreadable, impossible or lacks a year.

    Example:
        >>> found = normalise_date("ngày 06/10", year=2020)
        >>> str(found.from_), found.precision.value, found.assumed
        ('2020-10-06', 'day', ('year',))
        >>> normalise_date("31/02/2023").warning
        "'31/02/2023': there is no day 31 in that month"
    """
    shown = " ".join(text.split())[:80]
    cleaned = _clean(_ZERO_AS_LETTER.sub("0", text[:200]))
    try:
        years = _read_run_of_years(cleaned)
        if years is not None:
            return years
        unit = _read_unit(cleaned)
        if unit is None:
            since = _UNTIL_NOW.search(cleaned)
            if since is not None:
                return _read_until_now(cleaned[: since.start()], shown, year)
            span = _read_range(cleaned, year, month) or NormalisedDate(warning="not a date that can be read")
            return span if span.warning is None else span.model_copy(update={"warning": f"'{shown}': {span.warning}"})
        unit, assumed = _with_context(unit, year, month)
        _check(unit)
        first, last = _first_day(unit), _last_day(unit)
        if first is None:
            missing = "month" if unit.month is None else "year"
            return NormalisedDate(precision=unit.precision, part=unit.part, warning=f"'{shown}': no {missing} is said")
        return NormalisedDate(from_=first, to=last, precision=unit.precision, part=unit.part, assumed=assumed)
    except _ImpossibleDateError as problem:
        return NormalisedDate(warning=f"'{shown}': {problem}")


def _read_until_now(text: str, shown: str, year: int | None) -> NormalisedDate:
    """Read `năm 2015 đến nay`: now is the end of the context's year, as far as can be told."""
    unit = _read_unit(text)
    if unit is None:
        return NormalisedDate(warning=f"'{shown}': not a date that can be read")
    unit, assumed = _with_context(unit, year, None)
    first = _first_day(unit)
    precision = Precision.YEARS if unit.precision is Precision.YEAR else unit.precision
    if first is None or year is None or year < first.year:
        return NormalisedDate(from_=first, precision=precision, warning=f"'{shown}': no year is said to end it")
    return NormalisedDate(from_=first, to=date(year, 12, 31), precision=precision, assumed=(*assumed, "to"))


def _read_run_of_years(text: str) -> NormalisedDate | None:
    """Read `2019, 2020, 2021` and `2011-2020`; a list with a gap has no single range."""
    match = regex.fullmatch(
        r"(?:năm )?(\d{4})(?:(\s*[,;]\s*|\s+và\s+|\s*-\s*|\s+đến\s+|\s*/\s*)(?:năm\s+)?(\d{4}))+", text
    )
    if match is None:
        return None
    years = [int(match[1]), *(int(found) for found in match.captures(3))]
    joined_by = {separator.strip() for separator in match.captures(2)}
    if any(not _FIRST_YEAR <= year <= _LAST_YEAR for year in years):
        raise _ImpossibleDateError(f"a year lies outside {_FIRST_YEAR}-{_LAST_YEAR}")
    if any(later <= earlier for earlier, later in pairwise(years)):
        raise _ImpossibleDateError("the range ends before it begins")
    if joined_by & {",", ";", "và"} and years != list(range(years[0], years[-1] + 1)):
        return NormalisedDate(precision=Precision.YEARS, warning=f"'{text}': years with gaps between them")
    return NormalisedDate(from_=date(years[0], 1, 1), to=date(years[-1], 12, 31), precision=Precision.YEARS)
