"""People: PER spans in, one record a person out, with the offices that stand beside the name.

An office is read only from apposition: before the name ("Giám đốc Sở, ông X"), after it ("X - Giám đốc Sở"), in
brackets, and above a signature. Names are merged where they are the same but for case and tone placement.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import regex

from khcn_ner.document import Document, Span
from khcn_ner.labels import Label
from khcn_ner.records.model import Mention, Person, Role
from khcn_ner.records.organisations import Bodies, kind_of
from khcn_ner.records.passages import content_end, content_start
from khcn_ner.records.span_index import spans_of
from khcn_ner.syllables import fold

# Longest first in the pattern; each may be followed by a body, a field or a level.
_TITLES = (
    "phó chủ tịch thường trực", "phó bí thư thường trực", "phó giám đốc phụ trách", "phó tổng giám đốc",
    "tổng giám đốc",
    "phó giám đốc", "giám đốc", "phó chủ tịch", "chủ tịch", "phó bí thư", "bí thư", "phó chi cục trưởng",
    "chi cục trưởng", "phó cục trưởng", "cục trưởng", "phó vụ trưởng", "vụ trưởng", "phó viện trưởng", "viện trưởng",
    "phó hiệu trưởng", "hiệu trưởng", "phó trưởng phòng", "phó trưởng ban", "phó trưởng khoa", "phó trưởng đoàn",
    "phó trưởng", "trưởng phòng", "trưởng ban", "trưởng khoa", "trưởng đoàn", "trưởng trạm", "trưởng bộ môn",
    "trưởng nhóm",
    "phó phòng", "phó ban", "phó chánh văn phòng", "phó chánh thanh tra", "chánh văn phòng", "chánh thanh tra",
    "thứ trưởng", "bộ trưởng", "phó thủ tướng", "thủ tướng", "phó chủ nhiệm", "chủ nhiệm", "tỉnh ủy viên",
    "thành ủy viên",
    "huyện ủy viên", "đảng ủy viên", "chi ủy viên", "ủy viên ban thường vụ", "ủy viên bch", "ủy viên",
    "đại biểu quốc hội",
    "phó chánh", "chánh", "nguyên giám đốc", "nguyên phó giám đốc", "nguyên chủ tịch", "kế toán trưởng", "tổ trưởng",
    "tổ phó", "khối trưởng", "khối phó",
    "thanh tra viên", "chuyên viên chính", "chuyên viên cao cấp", "chuyên viên", "kiểm định viên", "thư ký khoa học",
    "thư ký", "phản biện 1",
    "phản biện 2", "phản biện", "cán bộ", "giảng viên", "nghiên cứu viên", "phóng viên", "điều phối viên", "trợ lý",
    "phụ trách",
    "hội trưởng", "quyền giám đốc", "đội trưởng", "tổng biên tập", "phó tổng biên tập", "cục phó", "viện phó",
)  # fmt: skip
_TITLE = rf"(?:{'|'.join(regex.escape(title) for title in sorted(_TITLES, key=len, reverse=True))})(?!\p{{L}})"
_TITLE_START = regex.compile(_TITLE, regex.IGNORECASE)

_HONORIFIC = (
    r"(?:các\s+)?(?:đồng chí|đ/c|đc|ông|bà|anh|chị|cô|cụ|em|thầy|bác sĩ|kỹ sư|bác|đoàn viên"
    r"|nghệ nhân|nhà khoa học|nhà giáo)\s*+:?"
)
_DEGREE = (
    r"(?:GS|PGS|TSKH|TS|ThS|Ths|ThS|Thạc sĩ|Thạc sỹ|Tiến sĩ|Tiến sỹ|Giáo sư|Phó giáo sư|CN|KS|KTS|"
    r"BS\.?\s?CK\s?I{1,2}|BSCKI{1,2}|BS|DS|CKI{1,2}|"
    r"NCS|CVC|LS|DVM)(?!\p{L})\.?"
)
_HONORIFICS_AT_END = regex.compile(
    rf"(?:(?:(?<![\p{{L}}])(?:{_HONORIFIC}|(?-i:{_DEGREE}))[\s.,]*)+)$", regex.IGNORECASE
)
_DEGREES = regex.compile(_DEGREE)
# A character that stands in no degree: the nearest on each side of a name tells whether the name can be alone on its
# line, however long the line is.
_NO_DEGREE = rf"[^\s{regex.escape(''.join(sorted(set(_DEGREE))))},]|\n"
_NO_DEGREE_BEFORE = regex.compile(rf"(?r){_NO_DEGREE}")
_NO_DEGREE_AFTER = regex.compile(_NO_DEGREE)
_OPENING = regex.compile(r"\s*(?:,|[-–—:]|\()\s*")
_ACTING = regex.compile(
    rf"\s*(?:\([^)\n]{{0,60}}\)\s*)?,?\s*(?i:(?:được\s+)?(?:bổ nhiệm\s+)?(?:làm|giữ chức(?:\s+vụ)?))\s+"
    rf"(?P<title>{_TITLE})",
    regex.IGNORECASE,
)
# X (chủ tịch), Viện Y; X ở Phòng Y; X làm chủ nhiệm (Trung tâm Y): the body follows.
_BODY_AFTER = regex.compile(r"\s*\)?\s*(?:,|[-–—]|\(|(?<!\p{L})(?:ở|thuộc|của|tại|công tác tại|từ)(?!\p{L}))\s*")
_BODY_BEFORE = regex.compile(r"(?<!\p{L})(?:đại diện(?:\s+cho)?|lãnh đạo|cán bộ|chuyên gia)\s*$", regex.IGNORECASE)
# Whose body a title names in itself.
_TITLE_BODIES = {
    "chi cục trưởng": "chi cục", "phó chi cục trưởng": "chi cục", "cục trưởng": "cục", "phó cục trưởng": "cục",
    "viện trưởng": "viện", "phó viện trưởng": "viện", "bộ trưởng": "bộ", "thứ trưởng": "bộ",
}  # fmt: skip
_FULL_STOP = regex.compile(r"[.…](?=\s|$)")

# The first of these words ends an office: what follows tells what the person did.
_STOP = (
    r"chủ trì|điều hành|phát biểu|trình bày|báo cáo|nhấn mạnh|cho biết|cho hay|cho rằng|khẳng định|đánh giá|"
    r"yêu cầu|đề nghị|kết luận"
    r"|dự|đến dự|tham dự|tới dự|cùng dự|thay mặt|dẫn đầu|làm|đã|đang|sẽ|ghi nhận|biểu dương|chia sẻ|thông tin|"
    r"giới thiệu|trao|tặng|ký"
    r"|đọc|khai mạc|bế mạc|giải thích|kể|nói|lo|hỏi|nêu|thừa nhận|chỉ đạo|tiếp thu|bày tỏ|chúc mừng|cùng|"
    r"và các|được|giao|đứng đầu|trả lời|có|là|tại|đề xuất|kiến nghị|thông qua|tiếp|xin|nhận"
)
_STOPS = regex.compile(rf"(?<![\p{{L}}])(?:{_STOP})(?![\p{{L}}])", regex.IGNORECASE)
_SEPARATOR = regex.compile(r"\s*(?:,|;|\s[-–—]\s|–|—|\bkiêm\b|\bđồng thời là\b|\bvà\b)\s*")
_BARE = {
    "sở": "sở", "trung tâm": "trung tâm", "chi cục": "chi cục", "viện": "viện", "cục": "cục", "bộ": "bộ",
    "trường": "trường",
    "đảng ủy": "đảng ủy", "đảng uỷ": "đảng ủy", "chi bộ": "chi bộ", "công đoàn": "công đoàn", "hội đồng": "hội đồng",
    "văn phòng": "văn phòng",
    "thanh tra": "thanh tra", "công ty": "công ty", "htx": "hợp tác xã", "phòng": "phòng", "ban": "ban",
}  # fmt: skip
_LONGEST_BARE = sorted(_BARE.items(), key=lambda pair: -len(pair[0]))


@dataclass(slots=True)
class _Found:
    name: str
    mentions: list[Mention] = field(default_factory=list)
    roles: list[Role] = field(default_factory=list)
    degrees: list[str] = field(default_factory=list)


class _RoleReader:
    """Reads the offices beside one name; knows the document's spans and bodies."""

    def __init__(self, document: Document, bodies: Bodies, own_body: str | None) -> None:
        self.text = document.text
        self.bodies = bodies
        self.own_body = own_body
        self.organisations = spans_of(document, Label.ORG)
        self.people = spans_of(document, Label.PER)

    def read(self, span: Span) -> list[Role]:
        after = self._after(span)
        before = self._before(span)
        return before + after or self._signature(span)

    def _region_end(self, start: int, limit: int) -> int:
        """Give where an apposition that begins at `start` must end: at a sentence's end, a verb or another person."""
        end = min(len(self.text), start + limit)
        following = self.people.first_in(start, end)
        end = following.start if following is not None else end
        position = start
        while position < end:
            inside = self.organisations.over(position)
            if inside is not None:
                position = inside.end
                continue
            if self.text[position] in "\n;:()" or _FULL_STOP.match(self.text, position):
                return position
            stop = _STOPS.match(self.text, position)
            if stop and (position == 0 or not self.text[position - 1].isalpha()):
                return position
            position += 1
        return end

    def _after(self, span: Span) -> list[Role]:
        opening = _OPENING.match(self.text, span.end)
        bracket = regex.match(r"\s*\((?=\s*\p{Lu})", self.text[span.end : span.end + 4])
        inside = self.organisations.starting_at(span.end + bracket.end()) if bracket else None
        acting = _ACTING.match(self.text, span.end) or (
            _ACTING.match(self.text, inside.end + 1)
            if inside is not None and self.text[inside.end : inside.end + 1] == ")"
            else None
        )
        if acting is not None:
            end = acting.end("title")
            organisation = self.organisations.starting_at(content_start(self.text, end, min(len(self.text), end + 3)))
            last = organisation.end if organisation is not None else end
            roles = [self._role(acting["title"], organisation, acting.start("title"), last)]
            body = inside if inside is not None else self._body_after(end) if organisation is None else None
            return roles + ([self._role(None, body, body.start, body.end)] if body is not None else [])
        if opening is None:
            body = self._body_after(span.end)
            return [self._role(None, body, body.start, body.end)] if body is not None else []
        start = opening.end()
        end = self._region_end(start, 260)
        roles = self._roles_in(start, end)
        if roles:
            body = (
                self._body_after(roles[-1].end)
                if roles[-1].organisation is None and self._closes(roles[-1].end)
                else None
            )
            return roles + ([self._role(None, body, body.start, body.end)] if body is not None else [])
        # TS. X (Trường Đại học Y), ThS. X, Sở Y tế: an affiliation without an office.
        organisation = self.organisations.starting_at(start)
        if organisation is not None:
            return [self._role(None, organisation, start, organisation.end)]
        return []

    def _closes(self, position: int) -> bool:
        return self.text[position : position + 2].lstrip().startswith(")")

    def _body_after(self, position: int) -> Span | None:
        """Give the body that a name is said to be of by a comma, a bracket or a word such as `ở`."""
        joint = _BODY_AFTER.match(self.text, position, position + 24)
        return self.organisations.starting_at(joint.end()) if joint is not None else None

    def _segments(self, start: int, end: int) -> list[tuple[int, int]]:
        """Split a region at commas and dashes, but not inside a body's name."""
        borders = []
        for match in _SEPARATOR.finditer(self.text, start, end):
            inside = self.organisations.over(match.start())
            if inside is None or inside.start == match.start():
                borders.append(match.span())
        segments, position = [], start
        for left, right in borders:
            segments.append((position, left))
            position = right
        segments.append((position, end))
        return segments

    def _roles_in(self, start: int, end: int) -> list[Role]:
        roles: list[Role] = []
        affiliations: list[Role] = []
        for left, right in self._segments(start, end):
            title = _TITLE_START.match(self.text, left, right)
            if title is None:
                organisation = self.organisations.first_in(left, right)
                if not roles and organisation is not None and organisation.start == left:
                    # X, `Hội Kiến trúc sư`, phản biện 2: an affiliation before the office.
                    affiliations.append(self._role(None, organisation, left, organisation.end))
                    continue
                if roles and organisation is not None and organisation.start == left and roles[-1].organisation is None:
                    previous = roles[-1]
                    if previous.title is not None and "bí thư" not in previous.title.lower() and " " in previous.title:
                        roles[-1] = self._role(previous.title, organisation, previous.start, organisation.end)
                        continue
                if roles or (organisation is None and regex.search(r"\p{L}", self.text[left:right])):
                    break
                continue
            organisation = self.organisations.first_in(left, right)
            last = organisation.end if organisation is not None else left + len(self.text[left:right].rstrip(" ,.-–"))
            if organisation is None and last - left > 70:
                last = title.end()
            words_end = organisation.start if organisation is not None else last
            roles.append(self._role(self.text[left:words_end], organisation, left, last))
        return affiliations + roles if roles else []

    def _role(self, title: str | None, organisation: Span | None, start: int, end: int) -> Role:
        words = " ".join(title.split()) if title is not None else None
        if words is not None:
            words = regex.sub(r"\s*(?:của|thuộc|tại|cho)$", "", words)
            words = words[:1].upper() + words[1:]
        if organisation is not None:
            words = self._with_head(words, organisation)
            return Role(title=words, organisation=self.bodies.name_at(organisation), start=start, end=end)
        name, words, assumed = self._bare_body(words)
        return Role(title=words, organisation=name, assumed=assumed, start=start, end=end)

    def _with_head(self, words: str | None, organisation: Span) -> str | None:
        """Complete a title whose second half stands in the body's name: Trưởng + `Phòng Quản lý khoa học`."""
        if words is None or words.lower() not in ("trưởng", "phó trưởng", "phó", "chánh", "phó chánh", "quyền trưởng"):
            return words
        head = kind_of(self.text[organisation.start : organisation.end])
        if head is None:
            return words
        return f"{words} {head.capitalize() if 'chánh' in words.lower() else head}"

    def _bare_body(self, words: str | None) -> tuple[str | None, str | None, tuple[str, ...]]:
        """Tell which body a bare head noun means: `Giám đốc Sở` is of the report's own Sở."""
        if words is None:
            return None, None, ()
        folded = fold(words)
        kind_of_title = _TITLE_BODIES.get(folded)
        if kind_of_title is not None:
            own = self.own_body if self.own_body is not None and kind_of(self.own_body) == kind_of_title else None
            name = own or self.bodies.only(kind_of_title)
            return name, words, ("organisation",) if name is not None else ()
        for bare, kind in _LONGEST_BARE:
            if not folded.endswith(f" {fold(bare)}") or folded in _TITLES:
                continue
            own = self.own_body if self.own_body is not None and kind_of(self.own_body) == kind else None
            name = own or self.bodies.only(kind)
            if name is None:
                return None, words, ()
            short = words[: -len(bare) - 1].strip()
            return name, short if _TITLE_START.fullmatch(short) else words, ("organisation",)
        return None, words, ()

    def _before(self, span: Span) -> list[Role]:
        start = max(0, span.start - 160)
        start = max(start, self.text.rfind("\n", start, span.start) + 1)
        head = self.text[start : span.start]
        honorific = _HONORIFICS_AT_END.search(head)
        end = start + (honorific.start() if honorific else len(head))
        end = start + len(regex.sub(r"\s+là$", "", self.text[start:end].rstrip(" ,-–:")))
        stated = self.organisations.last_by(end)
        if (
            stated is not None
            and stated.end == end
            and _BODY_BEFORE.search(self.text[max(start, stated.start - 20) : stated.start])
        ):
            return [self._role(None, stated, stated.start, stated.end)]
        # The chain of offices begins after the last sentence end, semicolon, bracket or colon …
        for position in range(end - 1, start - 1, -1):
            if (
                self.text[position] in ";:()\n."
                and self.organisations.over(position) is None
                and not regex.match(r"\.\p{L}", self.text[position : position + 2])
            ):
                start = position + 1
                break
        previous = self.people.last_by(span.start)
        if previous is not None and previous.end > start:
            between = self.text[previous.end : end]
            joint = regex.match(r"\s*(?:,|[-–—(])", between)
            if joint or not between.strip():
                return []  # those offices follow the previous name
            start = previous.end
        return self._chain_before(start, end, has_honorific=honorific is not None)

    def _chain_before(self, start: int, end: int, *, has_honorific: bool) -> list[Role]:
        """Read the longest run of offices that ends where the name begins."""
        starts = [
            match.start()
            for match in _TITLE_START.finditer(self.text, start, end)
            if match.start() == 0 or not self.text[match.start() - 1].isalpha()
            if self.organisations.over(match.start()) is None
        ]
        chain: list[Role] = []
        for first in starts:
            if regex.search(r"(?:làm|bổ nhiệm|giữ chức)\s*$", self.text[max(0, first - 12) : first]):
                continue  # bà Y làm chủ nhiệm, ông X …
            organisation = self.organisations.first_in(first, end)
            reach = self._region_end(first, 160)
            if reach < end:
                continue
            if (
                organisation is not None
                and self.text[organisation.end : end].strip(" ,-–")
                and not _SEPARATOR.match(self.text, organisation.end)
            ):
                continue
            roles = self._roles_in(first, end)
            covered = roles[-1].end if roles else first
            if roles and not self.text[covered:end].strip(" ,-–"):
                chain = roles
                break
        if chain and not has_honorific and len(chain[-1].title or "") > 60:
            return []
        return chain

    def _signature(self, span: Span) -> list[Role]:
        """Read the office above a signature: `PHÓ GIÁM ĐỐC` / `(đã ký)` / name."""
        before = _NO_DEGREE_BEFORE.search(self.text, 0, span.start)
        after = _NO_DEGREE_AFTER.search(self.text, span.end)
        if any(found is not None and found[0] != "\n" for found in (before, after)):
            return []
        line_start = before.end() if before is not None else 0
        line_end = after.start() if after is not None else len(self.text)
        alone = self.text[line_start : span.start] + self.text[span.end : line_end]
        if _DEGREES.sub("", alone).strip(" .,"):
            return []
        end = line_start
        for _ in range(4):
            end = content_end(self.text, 0, end)
            start = self.text.rfind("\n", 0, end) + 1
            line = self.text[start:end]
            lead = len(line) - len(line.lstrip())
            start, content = start + lead, line.strip()
            title = regex.fullmatch(r"(?:KT\.|TM\.|TL\.|Q\.)?\s*(?P<title>\p{Lu}[\p{L}\s]+)", content)
            if title and _TITLE_START.fullmatch(title["title"].strip().lower()):
                office = title["title"].strip().capitalize()
                office = regex.sub(r"^Phó (\p{Ll})", lambda match: f"Phó {match[1].upper()}", office)
                kind = _TITLE_BODIES.get(office.lower())
                own = None if "hủ tịch" in office or "í thư" in office else self.own_body
                if kind is not None and (own is None or kind_of(own) != kind):
                    own = self.bodies.only(kind)
                at = start + content.index(title["title"])
                assumed = ("organisation",) if own else ()
                return [Role(title=office, organisation=own, assumed=assumed, start=at, end=at + len(title["title"]))]
            if content and not regex.fullmatch(r"\(.*\)", content):
                return []
            end = start
            if end == 0:
                break
        return []


def without_honorifics(before: str) -> str:
    """Cut the honorifics and degrees that end the words before a name.

    Example:
        >>> without_honorifics("Chủ nhiệm: PGS.TS. ")
        'Chủ nhiệm: '
    """
    found = _HONORIFICS_AT_END.search(before)
    return before[: found.start()] if found else before


def _merge_roles(roles: Sequence[Role]) -> tuple[Role, ...]:
    """Keep each office once; one whose body is known stands for the same one without."""
    kept: list[Role] = []
    first: dict[str, int] = {}  # title → the first office kept; only the first of a title can be without a body
    by_body: dict[tuple[str, str | None], int] = {}
    for role in roles:
        key = fold(role.title or "")
        same = first.get(key)
        if same is not None and None not in (kept[same].organisation, role.organisation):
            same = by_body.get((key, role.organisation))
        if same is None:
            same = len(kept)
            kept.append(role)
            first.setdefault(key, same)
        elif kept[same].organisation is None and role.organisation is not None:
            kept[same] = role
        by_body.setdefault((key, kept[same].organisation), same)
    named = {role.organisation for role in kept if role.title is not None}
    return tuple(role for role in kept if role.title is not None or role.organisation not in named)


def find_people(
    document: Document, bodies: Bodies, *, own_body: str | None = None, leads: Sequence[tuple[str, int, int]] = ()
) -> tuple[Person, ...]:
    """Gather the PER spans of a document into people, in order of first mention.

    `own_body` is the name of the report's own body, which a bare "Sở" means; `leads` are those who lead a project, with
    where its title stands: a table's column says so, and no word beside the name.
    """
    reader = _RoleReader(document, bodies, own_body)
    found: dict[str, _Found] = {}
    for span in document.spans:
        if span.label is not Label.PER:
            continue
        surface = document.surface(span)
        person = found.setdefault(fold(surface), _Found(" ".join(surface.split())))
        if person.name.isupper() and not surface.isupper():
            person.name = " ".join(surface.split())
        person.mentions.append(Mention(text=surface, start=span.start, end=span.end, score=span.score))
        person.roles.extend(reader.read(span))
        before = document.text[max(0, span.start - 40) : span.start]
        honorific = _HONORIFICS_AT_END.search(before)
        if honorific:
            person.degrees.extend(match[0].rstrip(".") for match in _DEGREES.finditer(honorific[0]))
    for name, start, end in leads:
        lead = found.get(fold(name))
        if lead is not None and not any("hủ nhiệm" in (role.title or "") for role in lead.roles):
            lead.roles.append(Role(title="Chủ nhiệm", organisation=None, start=start, end=end))
    return tuple(
        Person(
            name=person.name,
            degrees=tuple(dict.fromkeys(person.degrees)),
            roles=_merge_roles(person.roles),
            mentions=tuple(person.mentions),
        )
        for person in found.values()
    )
