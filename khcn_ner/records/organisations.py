"""Organisations: ORG spans in, one record a body out.

Two mentions are one body where their names, abbreviations spelled out and place set aside, are the same and their
places don't contradict each other; a body without a place joins one with a place only if no other place has one.
"""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass, field

import regex

from khcn_ner.document import Document, Span
from khcn_ner.labels import Label
from khcn_ner.records.abbreviations import defined_abbreviations, expand
from khcn_ner.records.model import Mention, Organisation
from khcn_ner.records.places import LEVELS, PROVINCES, main_province, official_name, province_at_end
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
    (r"TTr\.?", "Thanh tra"),
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
    (r"(?<=^)P\.\s?(?=\p{Lu})", "Phòng "),
    (r"QLKH", "Quản lý Khoa học"),
    (r"QLCN", "Quản lý Công nghệ"),
    (r"KH\s*-\s*TC|KHTC", "Kế hoạch - Tài chính"),
    (r"TC\s*-\s*HC|TCHC", "Tổ chức - Hành chính"),
    (r"DVNN", "Dịch vụ nông nghiệp"),
    (r"NHCSXH", "Ngân hàng Chính sách xã hội"),
    (r"(?<=^)KBNN(?=\s)", "Kho bạc Nhà nước"),
    (r"(?<=^)UBDN(?=\s)", "UBND"),
    (r"TP\.?(?=\s?\p{Lu})", "thành phố "),
    (r"UBMTTQ|MTTQ", "Mặt trận Tổ quốc"),
)
_ABBREVIATION = tuple(
    (regex.compile(rf"(?<![\p{{L}}\d]){'(?:' + pattern + ')'}(?![\p{{L}}\d])"), full) for pattern, full in ABBREVIATIONS
)

_KEPT = frozenset({"UBND", "HĐND", "TNHH", "MTV"})

_HEADS = (
    "phân viện", "bộ môn", "khoa", "nông trường", "lâm trường", "vườn ươm", "đội", "chi nhánh", "nhóm",
    "chi cục", "tổng cục", "cục", "sở", "bộ", "ubnd", "hđnd", "ủy ban nhân dân", "hội đồng nhân dân", "trung tâm",
    "học viện", "viện", "trường", "đại học", "đảng ủy", "đảng bộ", "chi bộ", "chi đoàn", "chi ủy", "đoàn thanh niên",
    "thành đoàn", "tỉnh đoàn", "huyện đoàn", "liên đoàn", "tập đoàn", "đoàn", "tổng công ty", "công ty", "hợp tác xã",
    "doanh nghiệp", "hội đồng", "hiệp hội", "liên hiệp", "hội", "ban", "phòng", "văn phòng", "thanh tra", "công đoàn",
    "công an", "đài", "báo", "tạp chí", "quỹ", "khối", "cụm", "tổ", "tỉnh ủy", "thành ủy", "huyện ủy", "quận ủy",
    "chính phủ", "quốc hội", "bộ chính trị", "ngân hàng", "bệnh viện", "trạm", "kho bạc", "cơ sở", "câu lạc bộ",
    "bảo tàng", "vườn",
    "mặt trận tổ quốc", "ủy ban", "vụ", "nhà máy", "trại", "xí nghiệp", "nhà xuất bản", "bảo hiểm", "tòa án",
)  # fmt: skip
_HEAD = regex.compile(rf"(?:{'|'.join(sorted(_HEADS, key=len, reverse=True))})(?!\p{{L}})")
_LEVEL_AT_END = regex.compile(rf"\s*,?\s*(?<![\p{{L}}])(?P<level>{LEVELS})(?:\s+(?P<name>[^,]+))?$")
_PARENT = regex.compile(
    r"\s(?:của\s+|thuộc\s+)?(?P<parent>(?:Sở(?! hữu)|SỞ(?! HỮU)|(?<!Trung |Nam |Bắc )Bộ(?! phận)|BỘ|UBND|HĐND|"
    r"Tỉnh ủy|Tỉnh uỷ|"
    r"Thành ủy|Huyện ủy|Chi cục|Cục|Trung tâm|Viện|Học viện|Trường|Đại học|Tập đoàn|Công an|(?<!\p{L} )Quỹ|"
    r"Công ty)(?!\p{L}).*)$"
)
_BELONGS = regex.compile(r"\s+(?:trực thuộc|thuộc|của)\s+")
_PROVINCES = frozenset(official_name(name) for name in PROVINCES)
_BARE_PARENTS = {
    "sở": "sở", "bộ": "bộ", "trung tâm": "trung tâm", "chi cục": "chi cục", "viện": "viện", "cục": "cục",
    "tập đoàn": "tập đoàn", "quỹ": "quỹ", "công ty": "công ty", "trường": "trường",
}  # fmt: skip
# Khoa Thủy sản, Trường Đại học Cần Thơ: a unit and, after a comma, the body that it is of.
_UNITS_OF = {
    "khoa": ("trường", "đại học", "học viện", "viện"), "bộ môn": ("trường", "đại học", "học viện", "viện", "khoa"),
    "vụ": ("bộ", "ủy ban"),
}  # fmt: skip
_UNIT_COMMA = regex.compile(r"\s*[,(–-]\s*")
_INNER_HEADS = (
    "đảng ủy", "đảng bộ", "chi bộ", "công đoàn", "thanh tra", "văn phòng", "phòng", "ban", "đoàn",
    "chi đoàn", "hội đồng", "trung tâm", "viện", "cục", "chi cục", "khoa", "bộ môn", "vụ", "quỹ", "trạm",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Key:
    base: str
    level: str | None
    place: str | None


@dataclass(slots=True)
class _Body:
    key: _Key
    spans: list[Span] = field(default_factory=list)
    names: list[str] = field(default_factory=list)


class Bodies:
    """The bodies of one document, to look a span's body up by."""

    def __init__(self, records: tuple[Organisation, ...], by_start: dict[int, int]) -> None:
        self.records = records
        self._by_start = by_start
        self._by_kind: defaultdict[str | None, list[str]] = defaultdict(list)
        for record in records:
            self._by_kind[record.kind].append(record.name)

    def name_at(self, span: Span) -> str | None:
        """Give the name of the body that an ORG span mentions."""
        index = self._by_start.get(span.start)
        return None if index is None else self.records[index].name

    def only(self, kind: str) -> str | None:
        """Give the name of the only body of a kind, or None if there are several or none."""
        names = self._by_kind.get(kind, [])
        return names[0] if len(names) == 1 else None


_FIELD = regex.compile(r"(?<=^(?:Sở|Bộ|Hội đồng|Ban)\s)khoa học và công nghệ", regex.IGNORECASE)


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
    name = regex.sub(r"\s*\([\p{Lu}&\-\s\dƯĐ]{2,15}\)", "", name)
    for pattern, full in _ABBREVIATION:
        name = pattern.sub(full, name)
    name = " ".join(name.split())
    name = regex.sub(r"\b(\p{L}+) \1\b", lambda match: match[1] if match[1].islower() else match[0], name)
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


def _without_marks(text: str) -> str:
    plain = unicodedata.normalize("NFD", text.replace("đ", "d"))
    return "".join(character for character in plain if not unicodedata.combining(character))


def _base(name: str) -> str:
    name = fold(name).replace("ủy ban nhân dân", "ubnd").replace("hội đồng nhân dân", "hđnd")
    name = regex.sub(r"[,\-–.“”\"'&]", " ", name)
    name = regex.sub(r"\b(?:và|của)\b", " ", name)
    name = " ".join(name.split())
    # A long name is still the same with a mark mistyped (khoa hoc); a short one may not be.
    return _without_marks(name) if len(name) >= 16 else name


def _key(name: str) -> _Key:
    folded = fold(name)
    match = _LEVEL_AT_END.search(folded)
    if match and match.start() > 0:
        level = "thành phố" if match["level"].startswith("tp") else match["level"]
        place = match["name"]
        return _Key(_base(folded[: match.start()]), level, official_name(place) if place else None)
    province = province_at_end(name)
    if province is not None and len(folded) > len(province) + 1:
        return _Key(_base(folded[: -len(fold(province))].rstrip(" -–")), None, official_name(province))
    return _Key(_base(folded), None, None)


def _levels_agree(one: str | None, other: str | None) -> bool:
    return one is None or other is None or one == other


def _group(document: Document) -> list[_Body]:
    bodies: dict[_Key, _Body] = {}
    meanings = {short: full for short, full in defined_abbreviations(document.text).items() if short not in _KEPT}
    alike: defaultdict[tuple[str, str | None], list[_Key]] = defaultdict(list)  # bodies of a name and place, any level
    for span in document.spans:
        if span.label is not Label.ORG:
            continue
        name = spell_out(expand(document.surface(span), meanings))
        key = _key(name)
        same = next(
            (
                known
                for known in alike[key.base, key.place]
                if _levels_agree(known.level, key.level) and (key.place is not None or known.level == key.level)
            ),
            None,
        )
        if same is None:
            same = key
            bodies[key] = _Body(key)
            alike[key.base, key.place].append(key)
        body = bodies[same]
        body.spans.append(span)
        body.names.append(name)
    return list(bodies.values())


def _join_placeless(bodies: list[_Body], own_place: str | None) -> list[_Body]:
    """Join a body without a place to the one body of that name with a place, if there is only one.

    In a report from one province, a body of another province takes no placeless mention.
    """
    placed: defaultdict[str, list[_Body]] = defaultdict(list)
    for body in bodies:
        if body.key.place is not None:
            placed[body.key.base].append(body)
    joined: list[_Body] = []
    for body in bodies:
        if body.key.place is None and body.key.level not in ("huyện", "quận", "xã", "phường", "thị xã"):
            others = [other for other in placed[body.key.base] if _levels_agree(body.key.level, other.key.level)]
            # Sở KH&CN tỉnh Luông Pha Bang is abroad, and not the one that a report from Sơn La calls Sở KH&CN.
            foreign = own_place is not None and any(
                place is not None and place != own_place and (place in _PROVINCES or other.key.level == "tỉnh")
                for place, other in ((other.key.place, other) for other in others)
            )
            if len(others) == 1 and not foreign:
                others[0].spans.extend(body.spans)
                others[0].names.extend(body.names)
                continue
        joined.append(body)
    # `UBND tỉnh` with a level and `Sở KH&CN` without one are told apart; a bare level joins nothing else.
    return sorted(joined, key=lambda body: min(span.start for span in body.spans))


def _fullest(names: list[str]) -> str:
    """Choose the name with a place, then the longest; of equally long ones the most frequent, then the first."""
    counts = Counter(names)
    return max(dict.fromkeys(names), key=lambda name: (_key(name).place is not None, len(name), counts[name]))


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


class _Named:
    """The bodies of one document with their names, to look a body's parent up among them."""

    def __init__(self, bodies: list[_Body], names: list[str]) -> None:
        self.names = names
        self.by_start = {span.start: index for index, body in enumerate(bodies) for span in body.spans}
        self._by_base: defaultdict[str, list[int]] = defaultdict(list)
        self._by_place: defaultdict[tuple[str, str | None], list[int]] = defaultdict(list)
        self._by_kind: defaultdict[str | None, list[str]] = defaultdict(list)
        for index, (body, name) in enumerate(zip(bodies, names, strict=True)):
            self._by_base[body.key.base].append(index)
            self._by_place[body.key.base, body.key.place].append(index)
            self._by_kind[kind_of(name)].append(name)
        ours = [
            (len(body.spans), -index)
            for index, (body, name) in enumerate(zip(bodies, names, strict=True))
            if kind_of(name) == "sở" and "khoa học và công nghệ" in fold(name)
        ]
        self._own = names[-max(ours)[1]] if ours else None

    @property
    def own(self) -> str | None:
        """Give the Sở Khoa học và Công nghệ that is named most: the one that a bare "Sở" means."""
        return self._own

    def other(self, key: _Key, index: int) -> str | None:
        """Give the name of the first body but one that a key means; a key without a place means any place's."""
        alike = self._by_base[key.base] if key.place is None else self._by_place[key.base, key.place]
        return next((self.names[found] for found in alike if found != index), None)

    def of_kind(self, kind: str) -> list[str]:
        """Give the names of the bodies of a kind."""
        return self._by_kind[kind]


def _parent(body: _Body, index: int, document: Document, named: _Named) -> str | None:
    beside = (_parent_beside(span, index, document, named) for span in body.spans)
    said = next((name for name in beside if name is not None), None)
    return said if said is not None else _parent_in_name(index, named)


def _parent_beside(span: Span, index: int, document: Document, named: _Named) -> str | None:
    """Read the parent that stands after a mention: `Trung tâm X thuộc Sở Y`, `Khoa X, Trường Y`."""
    joint = _BELONGS.match(document.text, span.end, span.end + 14)
    other = named.by_start.get(joint.end()) if joint is not None else None
    if other is not None and other != index:
        return named.names[other]
    wholes = _UNITS_OF.get(kind_of(named.names[index]) or "", ())
    comma = _UNIT_COMMA.match(document.text, span.end, span.end + 4) if wholes else None
    other = named.by_start.get(comma.end()) if comma is not None else None
    return named.names[other] if other is not None and kind_of(named.names[other]) in wholes else None


def _parent_in_name(index: int, named: _Named) -> str | None:
    """Read the parent that a name ends with: `Công đoàn Sở KH&CN`, `Thanh tra Sở`."""
    name = named.names[index]
    match = _PARENT.search(name)
    if match is None or kind_of(name) not in _INNER_HEADS:
        return None
    stated = match["parent"]
    known = named.other(_key(spell_out(stated)), index)
    if known is not None or fold(stated) not in _BARE_PARENTS:
        return known or spell_out(stated)
    if fold(stated) == "sở" and named.own is not None:
        return named.own
    kinds = [other for other in named.of_kind(fold(stated)) if other != name]
    return kinds[0] if len(kinds) == 1 else stated


def find_organisations(document: Document) -> Bodies:
    """Gather the ORG spans of a document into bodies, in order of first mention."""
    province = main_province(document.text)
    bodies = _join_placeless(_group(document), official_name(province) if province is not None else None)
    names = [_fullest(body.names) for body in bodies]
    named = _Named(bodies, names)
    records = []
    for index, (body, name) in enumerate(zip(bodies, names, strict=True)):
        spans = sorted(body.spans, key=lambda span: span.start)
        mentions = tuple(
            Mention(text=document.surface(span), start=span.start, end=span.end, score=span.score) for span in spans
        )
        parent = _parent(body, index, document, named)
        records.append(Organisation(name=name, kind=kind_of(name), parent=parent, mentions=mentions))
    return Bodies(tuple(records), named.by_start)
