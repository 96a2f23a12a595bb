"""What a body is part of: the bodies of one document in, the name of each one's parent out.

A parent is said by the name ("Công đoàn Sở KH&CN"), by "thuộc", "của", a dash or a bracket beside a mention, or by a
list of a body's units ("07 đầu mối: Văn phòng Sở; Phòng A; …"). Common knowledge doesn't count (docs/gold-records.md).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import regex

from khcn_ner.document import Document, Span
from khcn_ner.labels import Label
from khcn_ner.records.body_names import NameKey, key_of, kind_of, spell_out
from khcn_ner.syllables import fold

_PARENT = regex.compile(
    r"\s(?:của\s+|thuộc\s+)?(?P<parent>(?:Sở(?! hữu)|SỞ(?! HỮU)|(?<!Trung |Nam |Bắc )Bộ(?! phận)|BỘ|UBND|HĐND|"
    r"Tỉnh ủy|Tỉnh uỷ|Thành ủy|Huyện ủy|Chi cục|Tổng cục|Cục|Trung tâm|Viện|Học viện|Trường|Đại học|Tập đoàn|Công an|"
    r"(?<!\p{L} )Quỹ|Quỹ(?=$)|Công ty|công ty(?=$))(?!\p{L}).*)$"
)
# Văn phòng đại diện Cục X tại TP. Y: the place is the office's.
_AT_A_PLACE = regex.compile(r"\s+(?:tại|ở)\s+.*$")
_BELONGS = regex.compile(r"\s+(?:trực thuộc|thuộc|của)\s+")
_BARE_WHOLE = regex.compile(
    r"\s+(?:trực thuộc|thuộc|của)\s+(?P<head>Sở|Bộ|Trung tâm|Chi cục|Viện|Cục|Tổng cục|Công ty|"
    r"Trường)(?!\s+\p{Lu}|\p{L})"
)
_BARE_PARENTS = {
    "sở": "sở", "bộ": "bộ", "trung tâm": "trung tâm", "chi cục": "chi cục", "viện": "viện", "cục": "cục",
    "tổng cục": "tổng cục", "tập đoàn": "tập đoàn", "quỹ": "quỹ", "công ty": "công ty", "trường": "trường",
}  # fmt: skip
_INNER_HEADS = (
    "đảng ủy", "đảng bộ", "chi bộ", "công đoàn", "thanh tra", "văn phòng", "phòng", "ban", "đoàn", "thường trực",
    "chi đoàn", "hội đồng", "trung tâm", "viện", "cục", "chi cục", "khoa", "bộ môn", "vụ", "quỹ", "trạm",
)  # fmt: skip
# Khoa Thủy sản, Trường Đại học Cần Thơ: a unit and, after a comma, the body that it is of.
_UNITS_OF = {
    "khoa": ("trường", "đại học", "học viện", "viện"), "bộ môn": ("trường", "đại học", "học viện", "viện", "khoa"),
    "vụ": ("bộ", "ủy ban"), "trường": ("đại học",),
}  # fmt: skip
# Trung tâm Khuyến nông – Sở Nông nghiệp; Phòng Tài chính (Sở Y tế): by a comma these might only be listed.
_PARTS_OF = {
    "phòng": ("sở", "cục", "chi cục", "viện", "trung tâm", "ubnd", "công an"),
    "trung tâm": ("sở", "viện", "cục", "đại học"), "chi cục": ("sở", "cục", "tổng cục"),
    "viện": ("bộ", "đại học", "trường"),
}  # fmt: skip
_UNIT_COMMA = regex.compile(r"\s*[,(–-]\s*")
_UNIT_DASH = regex.compile(r"\s*(?:\(|[–-]\s)\s*")
# Trưởng phòng Tài chính, Sở Y tế: an office before the unit, and no list after the body.
_OFFICE_BEFORE = regex.compile(r"(?i:trưởng|phó|cán bộ|chuyên viên)\s*$")

_UNIT_KINDS = frozenset(
    (
        "văn phòng",
        "thanh tra",
        "phòng",
        "ban",
        "chi cục",
        "trung tâm",
        "bộ môn",
        "khoa",
        "trạm",
        "đội",
        "tổ",
        "chi nhánh",
    )
)
_LETTERHEAD = 300
_FEWEST_UNITS = 3
_BETWEEN_UNITS = regex.compile(r"\s*(?:\([^()]{1,20}\)\s*)?(?:[;,]|[;,]?\s*(?:và|cùng))\s*(?:[-+•]\s*)?")
_OPENS_UNITS = regex.compile(
    r"(?<!\p{L})(?:chia thành|đầu mối|cơ cấu|bộ máy|trực thuộc|gồm(?: có)?(?: các)? \d+ (?:phòng|đơn vị|ban|"
    r"bộ phận))[^.;\n]{0,60}$",
    regex.IGNORECASE,
)
_OF_BODY = regex.compile(r"(?<!\p{L})(?:trực thuộc|thuộc)\s+")
_SUBJECT = regex.compile(r"\s*[-–+•]?\s*(?P<head>Sở|Viện|Trung tâm|Chi cục|Cục|Công ty|Cơ quan|Đơn vị|Ban)\s+\p{Ll}")
# - Phòng A: …; - Chi cục B: …: the lines of a list that gives each unit its task.
_TASKS_OF_UNITS = regex.compile(r"(?<!\p{L})(?:từng|các|mỗi)\s+(?:phòng|đơn vị)[^:\n]{0,60}:\s*$", regex.IGNORECASE)
_TASK_LINE = regex.compile(r"\s*(?:[-–+•]|\d+[.)])\s*")


class NamedBodies:
    """The bodies of one document with their names, to look a body's parent up among them."""

    def __init__(self, document: Document, names: Sequence[str], spans: Sequence[Sequence[Span]]) -> None:
        self.document, self.names, self.spans = document, names, spans
        self.by_start = {span.start: index for index, mentions in enumerate(spans) for span in mentions}
        self.kinds = [kind_of(name) for name in names]
        self._by_base: defaultdict[str, list[int]] = defaultdict(list)
        self._by_place: defaultdict[tuple[str, str | None], list[int]] = defaultdict(list)
        self._by_kind: defaultdict[str | None, list[int]] = defaultdict(list)
        for index, name in enumerate(names):
            key = key_of(name)
            self._by_base[key.base].append(index)
            self._by_place[key.base, key.place].append(index)
            self._by_kind[self.kinds[index]].append(index)
        ours = [
            (len(spans[index]), -index)
            for index, name in enumerate(names)
            if self.kinds[index] == "sở" and "khoa học và công nghệ" in fold(name)
        ]
        self._own = names[-max(ours)[1]] if ours else None

    def at(self, position: int) -> int | None:
        """Give the number of the body whose mention starts at an offset."""
        return self.by_start.get(position)

    def other(self, key: NameKey, index: int) -> str | None:
        """Give the name of the first body but one that a key means; a key without a place means any place's."""
        alike = self._by_base[key.base] if key.place is None else self._by_place[key.base, key.place]
        return next((self.names[found] for found in alike if found != index), None)

    def bare(self, head: str, index: int | None, own_body: str | None) -> str | None:
        """Give the body that a bare head noun means: the report's own, the only one of its kind, the letterhead's."""
        kind = _BARE_PARENTS.get(fold(head))
        if own_body is not None and kind == kind_of(own_body):
            return own_body
        if kind == "sở" and self._own is not None:
            return self._own
        numbers = [number for number in self._by_kind[kind] if number != index]
        if not numbers:
            return self._only_stated(kind) if kind is not None else None
        headed = [number for number in numbers if self.spans[number][0].start < _LETTERHEAD]
        found = numbers if len(numbers) == 1 else headed
        return self.names[found[0]] if len(found) == 1 else None

    def _only_stated(self, kind: str) -> str | None:
        """Give the one body of a kind that is named only inside others' names: `Đảng bộ Sở Y tế` names a Sở."""
        found = (_PARENT.search(name) for name in self.names)
        stated = {spell_out(match["parent"]) for match in found if match is not None}
        of_kind = [name for name in stated if kind_of(name) == kind and fold(name) != kind]
        return of_kind[0] if len(of_kind) == 1 else None


def find_parents(named: NamedBodies, own_body: str | None = None) -> list[str | None]:
    """Give the name of each body's parent; `own_body` is the report's own, which a bare "Sở" means."""
    units = dict(_units(named, own_body)) if own_body is not None else {}
    return [_parent(named, index, own_body, units) for index in range(len(named.names))]


def _parent(named: NamedBodies, index: int, own_body: str | None, units: Mapping[int, str]) -> str | None:
    beside = (_parent_beside(named, span, index, own_body) for span in named.spans[index])
    said = next((name for name in beside if name is not None), None)
    said = said if said is not None else _parent_in_name(named, index, own_body)
    listed = units.get(index)
    return listed if said is None and listed != named.names[index] else said


def _parent_beside(named: NamedBodies, span: Span, index: int, own_body: str | None) -> str | None:
    """Read the parent that stands after a mention: `Trung tâm X thuộc Sở Y`, `Khoa X, Trường Y`."""
    text = named.document.text
    joint = _BELONGS.match(text, span.end, span.end + 14)
    other = named.at(joint.end()) if joint is not None else None
    if other is not None and other != index:
        return named.names[other]
    bare = _BARE_WHOLE.match(text, span.end, span.end + 26)
    if bare is not None:
        return named.bare(bare["head"], index, own_body)
    kind = named.kinds[index] or ""
    by_office = _OFFICE_BEFORE.search(text[max(0, span.start - 12) : span.start]) is not None
    for joint_pattern, wholes in (
        (_UNIT_COMMA, _UNITS_OF.get(kind, ())),
        (_UNIT_COMMA if by_office else _UNIT_DASH, _PARTS_OF.get(kind, ())),
    ):
        joint = joint_pattern.match(text, span.end, span.end + 5) if wholes else None
        other = named.at(joint.end()) if joint is not None else None
        if other is not None and other != index and named.kinds[other] in wholes:
            return named.names[other]
    return None


def _parent_in_name(named: NamedBodies, index: int, own_body: str | None) -> str | None:
    """Read the parent that a name ends with: `Công đoàn Sở KH&CN`, `Thanh tra Sở`."""
    match = _PARENT.search(named.names[index])
    if match is None or named.kinds[index] not in _INNER_HEADS:
        return None
    stated = _AT_A_PLACE.sub("", match["parent"])
    known = named.other(key_of(spell_out(stated)), index)
    if known is not None or fold(stated) not in _BARE_PARENTS:
        return known or spell_out(stated)
    return named.bare(stated, index, own_body) or stated


def _units(named: NamedBodies, own_body: str | None) -> Iterator[tuple[int, str]]:
    """Give the bodies that a list names as units, each with the body that they are of."""
    text = named.document.text
    for run in _runs(named):
        start = max(0, run[0].start - 240, text.rfind("\n", 0, run[0].start) + 1)
        before = text[start : run[0].start]
        before = before[max(before.rfind(". "), before.rfind("; ")) + 1 :]
        if not _OPENS_UNITS.search(before):
            continue
        numbers = [named.by_start[span.start] for span in run]
        said = (_parent_in_name(named, number, own_body) for number in numbers)
        whole = next((name for name in said if name is not None and fold(name) not in _BARE_PARENTS), None)
        whole = whole or _subject(named, before, run[0].start - len(before), own_body)
        if whole is not None:
            yield from ((number, whole) for number in numbers)
    yield from _units_with_tasks(named, own_body)


def _runs(named: NamedBodies) -> Iterator[list[Span]]:
    """Give the units that stand one after the other with nothing but separators between."""
    text = named.document.text
    run: list[Span] = []
    for span in (span for span in named.document.spans if span.label is Label.ORG):
        is_unit = named.kinds[named.by_start[span.start]] in _UNIT_KINDS
        if is_unit and run and _BETWEEN_UNITS.fullmatch(text, run[-1].end, span.start):
            run.append(span)
            continue
        if len(run) >= _FEWEST_UNITS:
            yield run
        run = [span] if is_unit else []
    if len(run) >= _FEWEST_UNITS:
        yield run


def _subject(named: NamedBodies, before: str, start: int, own_body: str | None) -> str | None:
    """Give the body that the sentence before a list says the units to be of, or is about."""
    belongs = [match.end() + start for match in _OF_BODY.finditer(before)]
    said = next((named.by_start[at] for at in reversed(belongs) if at in named.by_start), None)
    if said is not None:
        return named.names[said]
    inside = [named.by_start[at] for at in range(start, start + len(before)) if at in named.by_start]
    if inside:
        return named.names[inside[0]]
    head = _SUBJECT.match(before)
    if head is None:
        return None
    return own_body if head["head"] in ("Cơ quan", "Đơn vị") else named.bare(head["head"], None, own_body)


def _units_with_tasks(named: NamedBodies, own_body: str | None) -> Iterator[tuple[int, str]]:
    """Give the units that open the lines below `giao việc từng đơn vị:`; they are the report's own."""
    text = named.document.text
    at, is_open = 0, False
    for line in text.splitlines(keepends=True):
        marker = _TASK_LINE.match(line)
        if marker is None:
            is_open = _TASKS_OF_UNITS.search(line) is not None
        elif is_open and own_body is not None:
            index = named.at(at + marker.end())
            if index is not None and named.kinds[index] in _UNIT_KINDS:
                yield index, own_body
        at += len(line)
