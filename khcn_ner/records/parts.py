"""Parts: indicators in order in, the same with `part_of`, the index of the whole that each divides, out.

"trong đó", "gồm", a bracket and a list below a line divide the number before them. Without "trong đó" only parts that
add up to it, or bare ones in a bracket, are surely its parts. What doesn't add up is a warning.
"""

from __future__ import annotations

from collections import defaultdict

import regex

from khcn_ner.document import Document
from khcn_ner.records.clauses import Clauses
from khcn_ner.records.items import COUNTED
from khcn_ner.records.model import Dimension, Indicator
from khcn_ner.records.span_index import SpanIndex
from khcn_ner.syllables import fold

_WHOLE_MARK = regex.compile(r"trong (?:số )?(?:đó|ấy)|trong số này", regex.IGNORECASE)
_OPENS_PARTS = regex.compile(
    r"[^()\n;.:▣]{0,80}?(?:\([^()\n]{0,12}\))?[^()\n;.:▣]{0,20}?(?P<sign>\(|:|"
    r",?\s*(?:[\p{L}\s]{0,9}(?<!\p{L}))?(?:gồm|bao gồm|chia ra|gồm có|riêng)(?!\p{L}))"
)


# … tăng 6,4 %, chia làm ba khoản: what stands between doesn't matter where the parts add up.
_CHIA = regex.compile(
    r"[^.;:\n]{0,110}?(?P<sign>(?:gồm|bao gồm|chia (?:làm|ra|thành|theo)[^.;:\n▣]{0,20})(?!\p{L})\s*:?)"
)
_PERSONS = frozenset("đảng đồng đ/c người cán công viên lao nữ nam quần".split())


def link_parts(document: Document, clauses: Clauses, indicators: list[Indicator]) -> list[Indicator]:
    """Point the parts among a document's indicators at their wholes."""
    linked = _link_marked(document, clauses, indicators)
    linked = _link_bracketed(document, clauses, linked)
    return _link_listed(clauses, linked)


def _same_thing(one: Indicator, other: Indicator) -> bool:
    if one.unit is None or other.unit is None:
        return one.dimension is other.dimension
    spelled = [fold(COUNTED.get(unit, unit)) for unit in (one.unit, other.unit)]
    items = [fold(item or "") for item in (one.item, other.item)]
    if all(unit.split()[0] in _PERSONS for unit in spelled):
        return True
    return spelled[0] == spelled[1] or items[0].startswith(spelled[1]) or items[1].startswith(spelled[0])


def _link_marked(document: Document, clauses: Clauses, indicators: list[Indicator]) -> list[Indicator]:
    """Point the numbers after "trong đó" at the nearest number of the same thing before it."""
    linked = list(indicators)
    places = SpanIndex(indicators)
    text, passages = document.text, clauses.passages
    for mark in _WHOLE_MARK.finditer(text):
        sentence = passages.sentence(mark.start())
        opened = text.count("(", sentence.start, mark.start()) > text.count(")", sentence.start, mark.start())
        closing = text.find(")", mark.end()) if opened else -1
        end = closing if closing >= 0 else min(sentence.end, passages.line(mark.start()).end)
        listed = regex.match(r"[\p{L}\s]{0,20}:", text[mark.end() : mark.end() + 22]) is not None
        clause = passages.clause(mark.start())
        if not opened and not listed:
            end = min(end, clause.end)
        last: int | None = None
        wholes = places.numbers_in(clause.start, mark.start())
        for index in places.numbers_in(mark.end(), end):
            one = linked[index]
            if one.dimension is Dimension.PERCENT or one.part_of is not None:
                continue
            whole = next((before for before in reversed(wholes) if _same_thing(linked[before], one)), None)
            if one.unit is None and last is not None:
                whole = last  # 64 đề xuất …, trong đó 22 đề xuất về …, 15 về …
            if whole is None and one.dimension is Dimension.COUNT and last is None:
                whole = _nearest_count(linked, wholes)  # 6.940 phương tiện đo, trong đó 3.118 công tơ điện
            if whole is None:
                if not opened and one.dimension is Dimension.COUNT:
                    break  # the sentence has gone on to something else
                continue
            smaller = one.value is not None and (linked[whole].value or 0) >= one.value
            if not (smaller or opened or listed):
                continue
            linked[index] = one.model_copy(update={"part_of": whole})
            last = whole
    return linked


def _nearest_count(indicators: list[Indicator], wholes: range) -> int | None:
    return next((index for index in reversed(wholes) if indicators[index].dimension is Dimension.COUNT), None)


def _link_bracketed(document: Document, clauses: Clauses, indicators: list[Indicator]) -> list[Indicator]:
    """Point numbers at the one that they divide: `05 đề tài (xuất sắc 01, khá 03, đạt 01)`, `31 …, gồm 22 …, 09 …`."""
    text, linked, places = document.text, list(indicators), SpanIndex(indicators)
    for index, whole in enumerate(indicators):
        if whole.dimension not in (Dimension.COUNT, Dimension.CURRENCY) or not whole.value:
            continue
        near = clauses.masked[whole.end : whole.end + 130]
        if not any(sign in near for sign in _SIGNS):
            continue
        opening = _OPENS_PARTS.match(clauses.masked, whole.end, whole.end + 100)
        if opening is None and ("gồm" in near or "chia" in near):
            opening = _CHIA.match(clauses.masked, whole.end, whole.end + 130)
        if opening is None:
            continue
        start, sign = opening.end(), "(" if opening["sign"] == "(" else opening[0].lower()
        stop = _STOPS["(" if sign == "(" else "gồm" if "gồm" in sign or "chia" in sign else ","].search(text, start)
        end = stop.start() if stop is not None else len(text)
        parts = _at_one_depth(text, places, start, min(end, start + 400))
        _divide(linked, index, parts, sign)
    return linked


_SIGNS = ("(", ":", "gồm", "chia", "riêng")
_STOPS = {
    "(": regex.compile(r"[)\n]"), "gồm": regex.compile(r"[.\n](?!\d)"), ",": regex.compile(r"[.;\n](?!\d)"),
}  # fmt: skip


def _at_one_depth(text: str, places: SpanIndex[Indicator], start: int, end: int) -> list[int]:
    """Give the numbers of a stretch that stand in no bracket of their own."""
    numbers, position, depth = [], start, 0
    for number in places.numbers_in(start, end):
        one = places.spans[number]
        between = text[position : one.start]
        depth, position = depth + between.count("(") - between.count(")"), one.start
        if depth == 0:
            numbers.append(number)
    return numbers


def _divide(linked: list[Indicator], index: int, parts: list[int], sign: str) -> None:
    """Point parts at a whole where they are surely its parts: what they count and add up to says so."""
    whole = linked[index]
    value = whole.value or 0
    numbers = [n for n in parts if linked[n].dimension is whole.dimension and linked[n].value is not None]
    counted = [linked[n] for n in numbers]
    if not counted or any(one.part_of is not None for one in counted):
        return
    is_bracket = sign == "("
    bare = all(one.unit is None or _same_thing(one, whole) for one in counted)
    sums = [sum(one.value or 0 for one in counted[:n]) for n in range(len(counted) + 1)]
    n_parts = next((n for n in range(2, len(sums)) if abs(sums[n] - value) < 1e-9 * value), 0)
    if n_parts and (bare or is_bracket or "gồm" in sign or "chia" in sign):
        chosen = numbers[:n_parts]
    elif is_bracket and bare and sums[-1] <= value and len(counted) == len(parts):
        chosen = numbers
    elif "riêng" in sign and (counted[0].value or 0) <= value:
        chosen = numbers[:1]
    else:
        return
    for n in chosen:
        linked[n] = linked[n].model_copy(update={"part_of": index})


def _link_listed(clauses: Clauses, indicators: list[Indicator]) -> list[Indicator]:
    """Point the items of a list at the number of the line above it that they add up to."""
    linked = list(indicators)
    lists: defaultdict[int, list[int]] = defaultdict(list)
    places = SpanIndex(indicators)
    for index, one in enumerate(indicators):
        line = clauses.passages.line(one.start)
        lead_in = (
            clauses.lead_in(one.start) if places.numbers_in(line.start, one.start) == range(index, index) else None
        )
        if lead_in is not None and one.dimension is Dimension.COUNT and one.part_of is None:
            lists[lead_in.start].append(index)
    for start, items in lists.items():
        line = clauses.passages.line(start)
        total = sum(indicators[index].value or 0 for index in items)
        wholes = places.numbers_in(line.start, line.end)
        whole = next((index for index in reversed(wholes) if indicators[index].value == total), None)
        if whole is not None and len(items) > 1 and total:
            for index in items:
                linked[index] = linked[index].model_copy(update={"part_of": whole})
    return linked


def _passed_and_failed(text: str, parts: list[Indicator]) -> bool:
    """Tell whether one part is what passed and the other what failed: `đạt 498 PTĐ, không đạt 17 PTĐ`."""
    around = [text[max(0, one.start - 25) : one.end + 25].lower() for one in parts]
    failed = [
        regex.search(
            r"(?:không|chưa) (?:đạt|hợp lệ|đảm bảo|bảo đảm)[^,;]{0,25}$",
            text[max(0, one.start - 35) : one.start].lower(),
        )
        or regex.match(r"[^,;]{0,25}(?:không|chưa) đạt", text[one.end : one.end + 35].lower())
        for one in parts
    ]
    return sum(found is not None for found in failed) == 1 and all("đạt" in words for words in around)


def find_contradictions(text: str, indicators: list[Indicator]) -> list[str]:
    """Give a warning for each percentage that its count contradicts and each whole that its parts don't make up."""
    warnings = []
    for one in indicators:
        if one.of and one.value is not None and one.percent is not None and one.unit != "%":
            said, counted = float(one.percent), 100.0 * one.value / one.of
            if abs(said - counted) > 1.0:
                warnings.append(
                    f"indicator at {one.start}: {one.text!r} is {counted:.1f} %, the text says {one.percent} %"
                )
        if one.of is not None and one.value is not None and one.value > one.of and one.value_to is None:
            warnings.append(f"indicator at {one.start}: {one.text!r} counts more than its total")
    parts_of: defaultdict[int | None, list[Indicator]] = defaultdict(list)
    for one in indicators:
        if one.value is not None:
            parts_of[one.part_of].append(one)
    for index, whole in enumerate(indicators):
        parts = parts_of.get(index, [])
        if not parts or whole.value is None:
            continue
        total = sum(one.value for one in parts if one.value is not None)
        if any(one.value is not None and one.value > whole.value for one in parts):
            warnings.append(f"indicator at {whole.start}: a part of {whole.text!r} is larger than the whole")
        elif len(parts) > 1 and total > whole.value and all(one.value != whole.value for one in parts):
            warnings.append(f"indicator at {whole.start}: the parts of {whole.text!r} add up to {total:g}")
        elif len(parts) == 2 and total != whole.value and _passed_and_failed(text, parts):
            warnings.append(f"indicator at {whole.start}: passed and failed of {whole.text!r} add up to {total:g}")
    return warnings
