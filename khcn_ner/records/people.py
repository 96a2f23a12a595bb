"""People: PER spans in, one record a person out, with the offices that stand beside the name.

An office is read only from apposition: before the name ("Giám đốc Sở, ông X"), after it ("X - Giám đốc Sở"), in
brackets, above a signature, and from what opens or ends a list of names ("Các ủy viên: A; B", "các đồng chí A, B, Phó
Giám đốc Sở"). Names are merged where they are the same but for case and tone placement, or one ends the other.
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
    "ủy viên thư ký", "ủy viên phản biện", "phản biện thứ nhất", "phản biện thứ hai", "biên tập viên", "biên tập",
    "chịu trách nhiệm xuất bản", "chịu trách nhiệm nội dung", "cnđt", "cnda", "cnnv", "đầu mối",
)  # fmt: skip
_TITLE = (
    r"(?:nguyên\s+)?(?:trưởng(?=\s+(?:P\.|BQL|BCĐ|BCH))|"
    + "|".join(regex.escape(title).replace("ủy", "(?:ủy|uỷ)") for title in sorted(_TITLES, key=len, reverse=True))
    + r")(?!\p{L})"
)
_SPELLED_OUT = {"cnđt": "Chủ nhiệm đề tài", "cnda": "Chủ nhiệm dự án", "cnnv": "Chủ nhiệm nhiệm vụ"}
# Offices in a council or of a task: a body that follows one is the person's own, not the office's.
_OF_COUNCIL = regex.compile(r"(?:ủy viên|uỷ viên|thư ký|phản biện|chủ nhiệm)(?!\p{L})", regex.IGNORECASE)
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
_OPENING = regex.compile(r"\s*(?:,|[-–—:]|\()\s*")
_ACTING = regex.compile(
    rf"\s*(?:\([^)\n]{{0,60}}\)\s*)?,?\s*(?i:(?:được\s+)?(?:bổ nhiệm\s+)?(?:làm|giữ chức(?:\s+vụ)?))\s+"
    rf"(?P<title>{_TITLE})",
    regex.IGNORECASE,
)
# X (chủ tịch), Viện Y; X ở Phòng Y; X làm chủ nhiệm (Trung tâm Y): the body follows.
_BODY_AFTER = regex.compile(
    r"\s*\)?\s*(?:,\s*đại diện(?:\s+cho)?(?!\p{L})|,|[-–—]|\(|"
    r"(?<!\p{L})(?:ở|thuộc|của|tại|công tác tại|từ)(?!\p{L}))\s*"
)
_BODY_BEFORE = regex.compile(r"(?<!\p{L})(?:đại diện(?:\s+cho)?|lãnh đạo|cán bộ|chuyên gia)\s*$", regex.IGNORECASE)
# Whose body a title names in itself.
_TITLE_BODIES = {
    "chi cục trưởng": "chi cục", "phó chi cục trưởng": "chi cục", "cục trưởng": "cục", "phó cục trưởng": "cục",
    "viện trưởng": "viện", "phó viện trưởng": "viện", "bộ trưởng": "bộ", "thứ trưởng": "bộ", "trưởng phòng": "phòng",
    "phó trưởng phòng": "phòng", "trưởng ban": "ban", "phó trưởng ban": "ban",
}  # fmt: skip
# Whose bodies these offices may be where none is said.
_DIRECTOR = regex.compile(
    r"(?:nguyên\s+)?(?:quyền\s+)?(?:phó\s+)?(?:tổng\s+)?giám đốc(?:\s+phụ trách)?", regex.IGNORECASE
)
_DIRECTED = ("sở", "trung tâm", "viện", "công ty", "quỹ", "hợp tác xã", "bảo tàng", "bệnh viện", "đài")
_SECRETARY = regex.compile(r"(?:phó\s+)?bí thư", regex.IGNORECASE)
_WITH_SECRETARY = ("chi bộ", "đảng bộ", "đảng ủy")
# các đồng chí A, B và C, Phó Giám đốc Sở; các Phó Giám đốc Sở: A, B; Các ủy viên: KS. A, Viện X; bà B, Sở Y.
_SEVERAL = regex.compile(r"(?<!\p{L})(?:các|hai|ba|bốn|nhóm)(?:\s+\p{L}+){0,2}\s*$", regex.IGNORECASE)
_NAMES_JOINED = regex.compile(r"\s*(?:,|và|cùng|,\s*và)\s*")
_SHARED = regex.compile(rf"(?<!\p{{L}})(?:các|hai|ba|bốn)?\s*(?P<title>{_TITLE})\s*(?:gồm|là)?\s*:", regex.IGNORECASE)
_ITEM_SIGN = regex.compile(r"[;:,]|(?<!\p{L})và(?!\p{L})")
# (HTX X, kỹ sư A); : Trường Y, PGS. B: the body before a name with its degree.
_BODY_OPENS = regex.compile(r"[(:]\s*$|(?<!\p{L})(?:phối hợp|phối hợp với|cùng|với)\s*$")
_ON_BEHALF = regex.compile(r"(?:T/?M|TM)\.?\s*(?P<body>\p{L}[\p{L}\s&-]*)", regex.IGNORECASE)
_WIDEST_LINE = 160
_LONGEST_LINE = 1500
_MOST_NAMES = 12  # that share one office
_COLUMN = regex.compile(r"\s{4,}")
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
    "thanh tra": "thanh tra", "quỹ": "quỹ", "đảng bộ": "đảng bộ", "tổng cục": "tổng cục", "công ty": "công ty",
    "htx": "hợp tác xã", "phòng": "phòng", "ban": "ban",
}  # fmt: skip
_BARE_HEAD = regex.compile(
    rf"\s+(?P<head>(?i:{'|'.join(sorted(_BARE, key=len, reverse=True))}))(?!\p{{L}})(?!\s+\p{{Lu}})"
)
_HALF_TITLES = (
    "trưởng",
    "phó trưởng",
    "phó",
    "chánh",
    "phó chánh",
    "quyền trưởng",
    "nguyên trưởng",
    "nguyên phó trưởng",
)
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
        """Give the offices of the person that a span names, as they stand around it."""
        after = self._after(span)
        before = self._before(span)
        return before + after or self._signature(span) or self._of_list(span)

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
            opens_word = position == 0 or not self.text[position - 1].isalpha()
            title = _TITLE_START.match(self.text, position, end) if opens_word else None
            if title is not None:
                position = title.end()  # the verb of a title (thư ký) ends nothing
                continue
            if opens_word and _STOPS.match(self.text, position):
                return position
            position += 1
        return end

    def _after(self, span: Span) -> list[Role]:
        bracket = regex.match(r"\s*\((?=\s*\p{Lu})", self.text[span.end : span.end + 4])
        inside = self.organisations.starting_at(span.end + bracket.end()) if bracket else None
        acting = _ACTING.match(self.text, span.end) or (
            _ACTING.match(self.text, inside.end + 1)
            if inside is not None and self.text[inside.end : inside.end + 1] == ")"
            else None
        )
        if acting is not None:
            return self._acting(acting, inside)
        opening = _OPENING.match(self.text, span.end)
        body = self._body_after(span.end) if opening is None else None
        if opening is None:
            return self._of_body(body) if body is not None else []
        roles = self._roles_in(opening.end(), self._region_end(opening.end(), 260))
        if not roles:
            # TS. X (Trường Đại học Y), ThS. X, Sở Y tế: an affiliation without an office.
            organisation = self.organisations.starting_at(opening.end()) or self._body_after(span.end)
            return self._of_body(organisation) if organisation is not None else []
        further = _ACTING.match(self.text, roles[-1].end)
        if further is not None and roles[-1].title != further["title"]:
            return [*roles, self._role(further["title"], None, *further.span("title"))]
        if roles[-1].organisation is None and self._closes(roles[-1].end):
            body = self._body_after(roles[-1].end)
        return roles + ([self._role(None, body, body.start, body.end)] if body is not None else [])

    def _acting(self, acting: regex.Match[str], inside: Span | None) -> list[Role]:
        """Read `làm chủ nhiệm`, `giữ chức Phó Giám đốc Sở`; `inside` is the body in brackets before it."""
        start, end = acting.span("title")
        inside_title = self.organisations.over(end - 1)
        if inside_title is not None and inside_title.start > start:
            # giữ chức Phó Chánh `Văn phòng Sở`
            return [self._role(self.text[start : inside_title.start], inside_title, start, inside_title.end)]
        bare = _BARE_HEAD.match(self.text, end)
        if bare is not None and self.organisations.over(bare.start("head")) is None:
            return [self._role(self.text[start : bare.end("head")], None, start, bare.end("head"))]
        organisation = self.organisations.starting_at(content_start(self.text, end, min(len(self.text), end + 3)))
        last = organisation.end if organisation is not None else end
        roles = [self._role(acting["title"], organisation, start, last)]
        body = inside if inside is not None else self._body_after(end) if organisation is None else None
        return roles + ([self._role(None, body, body.start, body.end)] if body is not None else [])

    def _of_body(self, body: Span) -> list[Role]:
        """Give a bare affiliation, with what its person does there: `TS. X (Viện Y) làm chủ nhiệm`."""
        roles = [self._role(None, body, body.start, body.end)]
        acting = _ACTING.match(self.text, body.end + (self.text[body.end : body.end + 1] == ")"))
        return roles if acting is None else [self._role(acting["title"], None, *acting.span("title")), *roles]

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
                if roles and organisation is not None and organisation.start == left:
                    previous = roles[-1]
                    if previous.organisation is not None and not previous.assumed:
                        continue  # Trưởng `Phòng A`, `Sở B` - Ủy viên: the body's own body
                    if _OF_COUNCIL.match(previous.title or ""):
                        roles.append(self._role(None, organisation, left, organisation.end))
                        continue
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
            if organisation is None and fold(self.text[left:words_end]).startswith("phụ trách"):
                continue  # phụ trách chung: what he sees to, no office
            roles.append(self._role(self.text[left:words_end], organisation, left, last))
        return affiliations + roles if roles else []

    def _role(self, title: str | None, organisation: Span | None, start: int, end: int) -> Role:
        words = " ".join(title.split()) if title is not None else None
        if words is not None:
            words = regex.sub(r"\s*(?:của|thuộc|tại|cho)$", "", words)
            words = _SPELLED_OUT.get(fold(words), words[:1].upper() + words[1:])
        if organisation is not None:
            words = self._with_head(words, organisation)
            return Role(title=words, organisation=self.bodies.name_at(organisation), start=start, end=end)
        name, words, assumed = self._bare_body(words, start)
        return Role(title=words, organisation=name, assumed=assumed, start=start, end=end)

    def _with_head(self, words: str | None, organisation: Span) -> str | None:
        """Complete a title whose second half stands in the body's name: Trưởng + `Phòng Quản lý khoa học`."""
        if words is None or words.lower() not in _HALF_TITLES:
            return words
        head = kind_of(self.text[organisation.start : organisation.end])
        if head is None:
            return words
        return f"{words} {head.capitalize() if 'chánh' in words.lower() else head}"

    def _bare_body(self, words: str | None, at: int) -> tuple[str | None, str | None, tuple[str, ...]]:
        """Tell which body a bare head noun means: `Giám đốc Sở` is of the report's own Sở."""
        if words is None:
            return None, None, ()
        folded = fold(words)
        kinds: tuple[str, ...] = ()
        if folded in _TITLE_BODIES:
            kinds = (_TITLE_BODIES[folded],)
        elif _DIRECTOR.fullmatch(words):
            kinds = _DIRECTED
        elif _SECRETARY.fullmatch(words):
            kinds = _WITH_SECRETARY
        if kinds:
            name = self._meant(kinds, at)
            return name, words, ("organisation",) if name is not None else ()
        for bare, kind in _LONGEST_BARE:
            if not folded.endswith(f" {fold(bare)}") or folded in _TITLES:
                continue
            name = self._meant((kind,), at)
            if name is None:
                return None, words, ()
            short = regex.sub(r"\s+(?:của|thuộc)$", "", words[: -len(bare) - 1].strip())
            is_office = _TITLE_START.fullmatch(short) or (
                short != words[: -len(bare) - 1].strip() and _TITLE_START.match(short)
            )
            return name, short if is_office else words, ("organisation",)
        return None, words, ()

    def _meant(self, kinds: tuple[str, ...], at: int) -> str | None:
        """Give the body of one of some kinds that an office is of where only its head, or nothing, says so.

        For one kind that is the report's own body or what that is part of, the only one, or the last in the line; an
        office that may be of several kinds is of the body that its line is about, else of the report's own.
        """
        line = max(0, at - _LONGEST_LINE)
        line = max(line, self.text.rfind("\n", line, at) + 1)
        near = self.organisations.starting_in(line, at)
        names = [name for name in (self.bodies.name_at(span) for span in near) if name is not None]
        own = [name for name in (self.own_body, self.bodies.parent_of(self.own_body)) if name is not None]
        own = [name for name in own if kind_of(name) in kinds]
        fitting = [name for name in names if kind_of(name) in kinds]
        if len(kinds) == 1:
            only = self.bodies.only(kinds[0])
            return next(iter([*own, *([only] if only is not None else []), *reversed(fitting)]), None)
        subject = names[0] if names and near[0].start - line < 60 and kind_of(names[0]) in kinds else None
        if subject is not None and kind_of(subject) != "sở":
            return subject
        return own[0] if own else None

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
        if stated is not None and honorific is not None and _is_joint(self.text[stated.end : end + 1]):
            opening = self.text[max(start, stated.start - 20) : stated.start]
            if _BODY_OPENS.search(opening):
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
        chain = self._on_behalf(chain, start)
        if chain and not has_honorific and len(chain[-1].title or "") > 60:
            return []
        return chain

    def _on_behalf(self, chain: list[Role], start: int) -> list[Role]:
        """Give the office in `T/M Hội đồng X, Chủ tịch: Y` the body that it speaks for."""
        if len(chain) != 1 or (chain[0].organisation is not None and not chain[0].assumed):
            return chain
        body = self.organisations.last_by(chain[0].start)
        if body is None or body.start < start or not _ON_BEHALF.match(self.text[start : body.end].strip()):
            return chain
        return [chain[0].model_copy(update={"organisation": self.bodies.name_at(body), "assumed": ()})]

    def _of_list(self, span: Span) -> list[Role]:
        """Read the office that opens or ends a list of names."""
        return self._of_following(span) or self._of_opening(span)

    def _of_following(self, span: Span) -> list[Role]:
        """Read the office after the last of several names: `các đồng chí A, B, Phó Giám đốc Sở`."""
        first = last = span
        for _ in range(_MOST_NAMES):
            earlier = self.people.last_by(first.start)
            if earlier is None or not self._are_joined(earlier, first):
                break
            first = earlier
        if not _SEVERAL.search(_HONORIFICS_AT_END.sub(" các ", self.text[max(0, first.start - 40) : first.start])):
            return []
        for _ in range(_MOST_NAMES):
            later = self.people.first_from(last.end)
            if later is None or not self._are_joined(last, later):
                break
            last = later
        return [] if last is span else self._after(last)

    def _are_joined(self, one: Span, other: Span) -> bool:
        between = self.text[one.end : other.start]
        return len(between) < 30 and _NAMES_JOINED.fullmatch(without_honorifics(between)) is not None

    def _of_opening(self, span: Span) -> list[Role]:
        """Read the office that opens a list: `Các ủy viên: KS. A, Viện X; bà B, Sở Y`; `Biên tập: A, B`."""
        start = max(0, span.start - 600)
        start = max(start, self.text.rfind("\n", start, span.start) + 1, self.text.rfind("•", start, span.start) + 1)
        openings = list(_SHARED.finditer(self.text, start, span.start))
        if not openings:
            return []
        opening = openings[-1]
        between = self.text[opening.end() - 1 : span.start]
        item = without_honorifics(between).rstrip()
        several = fold(opening[0]).startswith(("các", "hai", "ba", "bốn")) or self._only_names(
            opening.end(), span.start
        )
        if not several or not _ITEM_SIGN.fullmatch(item[-1:]) or regex.search(r"\p{Ll}[.]\s", between):
            return []
        return [self._role(opening["title"], None, *opening.span("title"))]

    def _only_names(self, start: int, end: int) -> bool:
        rest = self.text[start:end]
        for person in self.people.starting_in(start, end):
            rest = rest.replace(self.text[person.start : person.end], "")
        return not regex.search(r"\p{L}", regex.sub(r"(?<!\p{L})và(?!\p{L})", "", without_honorifics(rest)))

    def _signature(self, span: Span) -> list[Role]:
        """Read the office above a signature: `PHÓ GIÁM ĐỐC` / `(đã ký)` / name; lines may be in two columns."""
        line_start = self.text.rfind("\n", 0, span.start) + 1
        line_end = self.text.find("\n", span.end)
        line_end = len(self.text) if line_end < 0 else line_end
        before = self.text[max(line_start, span.start - _WIDEST_LINE) : span.start]
        after = self.text[span.end : min(line_end, span.end + _WIDEST_LINE)]
        columns = len(_COLUMN.split(after.rstrip())) - 1  # how many stand to its right
        before = _COLUMN.split(f"{' ' * 4 if not before.strip() else ''}{before}")[-1]
        after = _COLUMN.split(after)[0]
        if len(before) > 60 or _DEGREES.sub("", before + after).strip(" .,"):
            return []
        end = line_start
        for _ in range(4):
            end = content_end(self.text, 0, end)
            start = self.text.rfind("\n", 0, end) + 1
            content, at = self._column(start, end, columns)
            role = self._office_of_signature(content, at, start)
            if role is not None:
                return [role]
            if content and not regex.fullmatch(r"\(.*\)|[-–].*", content):
                return []
            end = start
            if end == 0:
                break
        return []

    def _column(self, start: int, end: int, n_right: int) -> tuple[str, int]:
        """Give the column of a line that has so many to its right, and where it starts."""
        pieces = [(match[0], match.start()) for match in regex.finditer(r"\S(?:\s{0,3}\S)*", self.text[start:end])]
        if len(pieces) < 2:
            return (pieces[0][0], start + pieces[0][1]) if pieces else ("", start)
        content, at = pieces[max(0, len(pieces) - 1 - n_right)]
        return content, start + at

    def _office_of_signature(self, content: str, at: int, line_start: int) -> Role | None:
        found = regex.fullmatch(r"(?:KT\.|TM\.|TL\.|Q\.)?\s*(?P<title>\p{Lu}[\p{L}\s]+)", content)
        title = _TITLE_START.match(found["title"].strip().lower()) if found else None
        if found is None or title is None:
            return None
        rest = found["title"].strip()[title.end() :].strip()  # CHỦ TỊCH HỘI ĐỒNG
        if rest and fold(rest) not in _BARE:
            return None
        office = title[0].capitalize()
        office = regex.sub(r"^Phó (\p{Ll})", lambda match: f"Phó {match[1].upper()}", office)
        own = self._signing_body(office, rest, line_start)
        at += content.index(found["title"])
        assumed = ("organisation",) if own else ()
        office = office if own or not rest else f"{office} {rest.lower()}"
        return Role(title=office, organisation=own, assumed=assumed, start=at, end=at + len(found["title"].rstrip()))

    def _signing_body(self, office: str, rest: str, line_start: int) -> str | None:
        """Tell whose office a signature's is: what the line above speaks for, what the title names, or the own body."""
        above = self.text[self.text.rfind("\n", 0, max(0, line_start - 1)) + 1 : line_start].strip()
        spoken_for = _ON_BEHALF.fullmatch(above)
        bare = fold(spoken_for["body"]) if spoken_for is not None else fold(rest)
        if bare in _BARE:
            return self._meant((_BARE[bare],), line_start)
        kind = _TITLE_BODIES.get(office.lower())
        if kind is not None:
            return self._meant((kind,), line_start)
        of_others = ("hủ tịch", "í thư", "hư ký", "hản biện", "viên")
        return None if any(word in office for word in of_others) else self.own_body


def _is_joint(between: str) -> bool:
    return regex.fullmatch(r"\s*,?\s*", between) is not None and "," in between


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


def _fuller_names(names: Sequence[str]) -> dict[str, str]:
    """Tell of each name that ends exactly one longer name which one: `bà Diễm` is the only Ngô Kiều Diễm."""
    longer: dict[str, set[str]] = {}
    for name in dict.fromkeys(names):
        words = name.split()
        for first in range(1, len(words)):
            longer.setdefault(" ".join(words[first:]), set()).add(name)
    known = set(names)
    fuller = {name: [other for other in longer[name] if len(other.split()) > 2] for name in known & longer.keys()}
    return {name: others[0] for name, others in fuller.items() if len(others) == 1}


def find_people(
    document: Document, bodies: Bodies, *, own_body: str | None = None, leads: Sequence[tuple[str, int, int]] = ()
) -> tuple[Person, ...]:
    """Gather the PER spans of a document into people, in order of first mention.

    `own_body` is the name of the report's own body, which a bare "Sở" means; `leads` are those who lead a project, with
    where its title stands: a table's column says so, and no word beside the name.
    """
    reader = _RoleReader(document, bodies, own_body)
    found: dict[str, _Found] = {}
    spans = [span for span in document.spans if span.label is Label.PER]
    known_as = _fuller_names([fold(document.surface(span)) for span in spans])
    for span in spans:
        surface = document.surface(span)
        key = known_as.get(fold(surface), fold(surface))
        person = found.setdefault(key, _Found(" ".join(surface.split())))
        if fold(surface) == key and (fold(person.name) != key or (person.name.isupper() and not surface.isupper())):
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
