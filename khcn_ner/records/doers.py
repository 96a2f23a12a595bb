"""Doers: a number in its sentence in, the body out that did what is told of it.

A body acts where it opens a clause and a verb follows ("Chi cục kiểm tra 12 cơ sở"), where a passive names it ("được
Cục Sở hữu trí tuệ cấp") or where it is asked to ("Đề nghị Sở Tài chính bố trí"). The sentences after it in its
paragraph, and the list that it leads in, carry it on until another one acts. A body that is inspected, supported or
reported to does not.
A bare head noun, which is no span ("Chi cục", "cơ quan"), means the body of that kind that was named last, or the
report's own.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

import regex

from khcn_ner.document import Document, Span
from khcn_ner.labels import Label
from khcn_ner.records.activities import Done, Figure
from khcn_ner.records.clauses import Clauses
from khcn_ner.records.model import Dimension
from khcn_ner.records.organisations import Bodies, kind_of
from khcn_ner.records.passages import Passage
from khcn_ner.records.span_index import SpanIndex, spans_of
from khcn_ner.syllables import fold

# Head nouns that stand for a body already named, and the kind of body that each means; None means any.
_BARE_HEADS: dict[str, str | None] = {
    **{
        kind: kind
        for kind in (
            "sở", "chi cục", "trung tâm", "viện", "chi bộ", "đảng bộ", "trường", "công ty", "quỹ", "thanh tra", "cục",
            "chi đoàn", "công đoàn", "đảng ủy", "chi ủy", "hợp tác xã", "hội đồng", "văn phòng",
        )
    },
    "ban chỉ đạo": "ban", "bcđ": "ban", "htx": "hợp tác xã", "cơ quan": None, "đơn vị": None,
}  # fmt: skip
_SPELLED = {"bcđ": "Ban Chỉ đạo"}
_COUNCIL = regex.compile(r"tư vấn|khoa học|nghiệm thu|tuyển chọn|sáng kiến|đánh giá")
# The fields of the bodies that a report on science and technology means by a bare Chi cục or Trung tâm.
_OUR_FIELD = regex.compile(r"tiêu chuẩn|đo lường|khoa học và công nghệ|ứng dụng tiến bộ")
_BARE = regex.compile(
    rf"(?<![\p{{L}}□])(?:{'|'.join(sorted(_BARE_HEADS, key=len, reverse=True))})(?![\p{{L}}□])", regex.IGNORECASE
)
# A list item of what a person says.
_SPEAKER = regex.compile(r"\s*[-–+*•]?\s*(?:\p{Lu}[\p{L}./]{0,9}\s*){0,3}□+[^:\n]{0,40}:")
_LEADS = regex.compile(
    r"(?:chủ trì|ĐVCT|CQCT|(?:đơn vị|cơ quan|tổ chức) (?:chủ trì|thực hiện)|giao)\s*:?\s*(?:là\s+)?$", regex.IGNORECASE
)
_OBJECT = regex.compile(
    r"(?<!\p{L})(?:của|cho|với|từ|gửi|tại|thuộc|về|trên|theo|cùng|và|ở|sang|là|gồm|đến|như|tới|để|vào|bằng|thì|giúp|"
    r"các|những|mỗi|một|phối hợp|trình|tham mưu|báo cáo|thuê|nhờ|hỗ trợ|qua)\s*$",
    regex.IGNORECASE,
)
_ASKED = regex.compile(
    r"(?<!\p{L})(?:đề nghị|kiến nghị|yêu cầu|chỉ đạo|giao|xin|mời|kính đề nghị|đề xuất|chuyển)\s*(?:với\s+|"
    r"các\s+|cho\s+)?$",
    regex.IGNORECASE,
)
_BY = regex.compile(r"(?<!\p{L})(?:được|bị|do|bởi)\s*$", regex.IGNORECASE)
_OPENS = regex.compile(
    r"[\s\d.)/–•*-]*(?:(?:trong|hiện|đến|tính|từ|theo|nay|nhờ|bên cạnh|qua|ngày|cả thảy|năm|kỳ|quý|tháng|đầu|cuối|đó|"
    r"hiện nay|đến nay|vừa|riêng|cũng|đồng thời|ngoài ra|đại diện|lãnh đạo|tập thể|trang tin|trang thông tin|"
    r"điện tử|của|về|sau|khi|"
    r"tuy nhiên|nhưng|song|nên|do đó|vì vậy|mảng|kết quả|bản tin|người|nói|báo cáo|(?:phòng|tổ|trạm|đội|khoa|"
    r"vườn ươm)(?:\s\p{Ll}+){0,4}|đảng viên|đoàn viên|công chức|viên chức)(?!\p{L})\s*|[◇\d/]+\s*|"
    r"\p{L}\)\s*)*",
    regex.IGNORECASE,
)
# A body after these is whom the one named belongs to.
_TITLE = regex.compile(
    r"(?<!\p{L})(?:Thủ tướng|Giám đốc|Chủ tịch|Bí thư|Trưởng|đồng chí|Chánh|Phó|giảng viên|chuyên gia|cán bộ|"
    r"nghiên cứu viên|"
    r"giáo sư|bác sĩ|kỹ sư|nguyên|trưởng|phó)\s*$"
)
_SKIPPED = regex.compile(
    r"[”\"\s]*(?:của\s+(?:Bộ|Sở|tỉnh|Viện|Trường)(?!\p{L})\s*)?(?:\([^()\n]{0,60}\)\s*)?"
    r"(?:do\s[^;.:\n▣]{0,80}?làm\s(?:chủ tịch|trưởng ban|tổ trưởng|chủ nhiệm)[,\s]*)?",
    regex.IGNORECASE,
)
# Phối hợp với X, Y kiểm tra: those that one works with don't work alone.
_WITH = regex.compile(
    r"(?<!\p{L})(?:phối hợp|cùng|cùng với|với)(?:\s+(?:với|cùng))?\s[^;.:\n]{0,60}□\s*,\s*$", regex.IGNORECASE
)
_ADVERBS = regex.compile(
    r"\s*(?:(?:đã|đang|sẽ|cũng|tiếp tục|vừa|còn|luôn|hiện|mới|chỉ|nửa năm đầu|trong kỳ|trong năm|thường xuyên|phải|vẫn|"
    r"kịp thời|tích cực|chủ động|đồng thời|thì|tỉnh|◇+)\s+)*",
    regex.IGNORECASE,
)
# Giám đốc Sở tặng giấy khen, Bằng khen của Chủ tịch UBND tỉnh tặng: its head honours in the body's name.
_HEADED = regex.compile(r"(?<!\p{L})(?:(?:Tổng )?Giám đốc|Chủ tịch|Hiệu trưởng|Viện trưởng|Bộ trưởng)\s+$", regex.I)
_HONOURS = regex.compile(r"\s+(?:đã\s+|vừa\s+|cũng\s+)?(?:tặng|trao|khen thưởng|biểu dương)(?!\p{L})")
_COMES = frozenset({"dự", "tham dự"})
# What is done to a body that receives it.
_RECEIVES = regex.compile(
    r"\s*(?:đã\s+|vừa\s+|cũng\s+)?(?:được|bị)\s+(?:□+\s+|[\p{L}\s]{0,12}□+\s+)?(?:hỗ trợ|cấp|tặng|trao|"
    r"kiểm tra|thanh tra|khen|công nhận|"
    r"xử phạt|phạt|nhắc nhở|hướng dẫn|tư vấn|tài trợ|đầu tư|thu hồi|trang bị)(?!\p{L})"
)
_IS_LEAD = regex.compile(r"\s*chủ trì")
_SIGNS = regex.compile(r"[,:;()\n“”\"+]|(?<=\s)[-–](?=\s)")
_LED_IN_BRACKET = regex.compile(r"(?:^|[\s,.])do\s[^;\n]{0,60}\(\s*$")
_NAME_BRACKET = regex.compile(r"□\s*\(\s*$")
_OF_PROJECT = regex.compile(r"□[”\"\s]*(?:của\s+|\(\s*)$")
_PASSIVE = regex.compile(r"(?:được|bị)\s+")
_NOT_ITS_OWN = regex.compile(
    r"kinh phí|(?<!với )(?<!với tổng )số tiền|năng suất|tỷ lệ|tỉ lệ|dự toán|quyết toán|vốn|giá trị|thời hạn|"
    r"lợi nhuận|mật độ",
    regex.I,
)
# Nouns that act without being a body, at the beginning of a segment.
_OTHERS = regex.compile(
    r"[\s\d.)–*•-]*(?:(?:nhưng|song|còn|và|riêng|các|những|nhiều|một số|toàn bộ|cả)\s+)*(?:người|nhân dân|"
    r"dân|bà con|hộ|nông dân|nhóm|"
    r"đoàn(?! thanh| viên)|học viên|cá nhân|cán bộ|công chức|đảng viên|đồng chí|đ/c|ông|bà|anh|chị|cô|chú|"
    r"chủ nhiệm|đề tài|dự án|"
    r"nhiệm vụ|mô hình|quy trình|khóa|khoá|giống|cây|con|máy|thiết bị|sản phẩm|doanh nghiệp|hội thảo|hội nghị|hệ thống|"
    r"toàn tỉnh|tỉnh|cấp xã|tác giả|trường hợp|sáng chế|phòng|vườn|lúa|tôm|cá|ruộng|lô|thư viện|mảng|"
    r"bản tin|chương trình|cuộc thi|ban giám khảo|cuốn|tài liệu|xã|huyện|địa phương|quà|mức|thị trường)(?!\p{L})"
    r"|[\s\d.)–*•-]*(?:\p{Lu}\p{L}{0,4}\.\s*)?□",
    regex.IGNORECASE,
)
_LABEL = regex.compile(r"[^:;.□▣\n]{1,30}:\s")
# What a sentence that goes on with the subject of the one before can begin with besides a verb.
_GOES_ON = regex.compile(
    r"[\s\d.)–*•-]*(?:(?:trong|ngoài|đồng thời|bên cạnh|qua|kết quả|đến|tính|từ|tại|theo|hiện|nay|đợt|sau|"
    r"trước|với|để|nhằm|đã|đang|sẽ|"
    r"được|còn|cũng|tổng|số|năm|ngày|cùng|nhờ|trên|đặc biệt|cụ thể|đơn vị|tiêu biểu|lũy kế|trung bình|"
    r"bình quân|doanh thu|thu)(?!\p{L})|◇)",
    regex.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Turn:
    """From `start` on, up to `end`, this body acts; None where something else does.

    A local one, asked to act or named by a passive, is not the subject that later sentences carry on.
    """

    start: int
    end: int
    name: str | None
    is_local: bool = False


def _start(turn: _Turn) -> int:
    return turn.start


@dataclass(frozen=True, slots=True)
class _Candidate:
    start: int
    end: int
    name: str | None


class DoerFinder:
    """Finds the body behind each number of a document."""

    def __init__(self, document: Document, clauses: Clauses, bodies: Bodies, own: str | None) -> None:
        self.clauses = clauses
        self.bodies = bodies
        self.own = own
        self.organisations = spans_of(document, Label.ORG)
        self.projects = spans_of(document, Label.PROJECT)
        self._turns: dict[int, list[_Turn]] = {}
        self._carried: dict[int, str | None] = {}
        self._acted: dict[str | None, str] = {}  # the body of each kind that acted last
        self._of_kind = _by_kind(self.organisations, bodies)

    def find(self, figure: Figure, done: Done) -> tuple[str | None, bool]:
        """Give the body behind a number, and whether that is assumed.

        Args:
            figure: the number with what stands around it.
            done: what was done with it.
        """
        span, predicate = figure.span, figure.tail.predicate
        if done.is_of_counted:
            agent = self._agent_after(span, predicate.start if predicate is not None else None)
            if agent is not None or (predicate is not None and predicate.is_strong):
                return agent, False
        if not done.is_of_counted and done.activity in _COMES:
            return None, False  # Tham dự hội nghị có …: 13/13 huyện: the guests came of themselves
        segment = self.clauses.segments(figure.start, span.start)[-1]
        sentence = self.clauses.passages.sentence(span.start)
        turn = self._turn(sentence, span.start)
        if (turn is None or turn.start < segment.start) and self._is_nobody_s(figure, segment):
            return None, False
        if turn is not None or not self._goes_on(sentence):
            return (turn.name if turn is not None else None), False
        carried = self._carried_into(sentence)
        if done.activity is None and carried is not None and self._row_body(span) == carried:
            return None, False  # a cell of a row: what it counts was not the body's doing
        return carried, carried is not None

    def _is_nobody_s(self, figure: Figure, segment: Passage) -> bool:
        """Tell whether a segment tells of something that no body did: `kinh phí 96 triệu đồng`, `người dân nộp`."""
        measured = _NOT_ITS_OWN.search(self.clauses.masked, segment.start, figure.span.start)
        counted = figure.amount.dimension is Dimension.COUNT and figure.amount.unit is not None
        if measured is not None and not counted and not self._governs(segment.start, measured.start()):
            return True
        return self._another_acts(segment)

    def _row_body(self, span: Span) -> str | None:
        return self._of_row(self.clauses.passages.line(span.start))

    def _governs(self, start: int, end: int) -> bool:
        """Tell whether a verb stands before a measured noun, so that the money is somebody's doing."""
        return any(verb.is_strong for verb in self.clauses.verbs(start, end))

    def _agent_after(self, span: Span, predicate: int | None) -> str | None:
        """Give the body that a passive after the number names: `27 hồ sơ đã được Tổng cục cấp mã`."""
        body = self.organisations.first_in(span.end, span.end + 90 if predicate is None else predicate)
        if body is None or self.clauses.segment_end(span.end, body.start) < body.start:
            return None
        said = self.clauses.masked[max(span.end, body.start - 12) : body.start]
        return self.bodies.name_at(body) if _BY.search(said) and self._acts(body.end) else None

    def _another_acts(self, segment: Passage) -> bool:
        """Tell whether a noun that is no body opens a segment and a verb follows it: `người dân nộp 137 đơn`."""
        other = _OTHERS.match(self.clauses.masked, segment.start, segment.end)
        if other is None or self.organisations.over(other.end() - 1) is not None:
            return False
        return bool(self.clauses.verbs(segment.start, segment.end))

    def _goes_on(self, sentence: Passage) -> bool:
        """Tell whether a sentence has no subject of its own, so that the one before it carries on."""
        masked = self.clauses.masked
        line = self.clauses.passages.line(sentence.start)
        if sentence.start <= line.start:
            return _SPEAKER.match(masked, line.start, line.end) is None
        if _GOES_ON.match(masked, sentence.start, sentence.end) is not None:
            return True
        label = _LABEL.match(masked, sentence.start, sentence.end)
        start = label.end() if label is not None else sentence.start
        first = regex.compile(r"\p{L}").search(masked, start, sentence.end)
        return first is not None and self.clauses.verb_at(first.start()) is not None

    def _turn(self, sentence: Passage, position: int) -> _Turn | None:
        turns = self._turns_in(sentence)
        index = bisect_left(turns, position, key=_start)
        return next((turn for turn in reversed(turns[max(0, index - 3) : index]) if position < turn.end), None)

    def _turns_in(self, sentence: Passage) -> list[_Turn]:
        if sentence.start not in self._turns:
            found: list[_Turn] = []
            for one in self._candidates(sentence):
                has_subject = any(not turn.is_local and turn.name is not None for turn in found[-1:])
                turn = self._turn_of(one, sentence, has_subject=has_subject)
                if turn is not None:
                    found.append(turn)
                    if turn.name is not None and not turn.is_local:
                        self._acted[kind_of(turn.name)] = turn.name
            self._turns[sentence.start] = found
        return self._turns[sentence.start]

    def _candidates(self, sentence: Passage) -> list[_Candidate]:
        spans = self.organisations.starting_in(sentence.start, sentence.end)
        found = [_Candidate(span.start, span.end, self.bodies.name_at(span)) for span in spans]
        for match in _BARE.finditer(self.clauses.masked, sentence.start, sentence.end):
            if match[0][0].isupper() or match[0] in ("cơ quan", "đơn vị"):
                name = self._meant(match[0].lower(), match.start())
                found += [_Candidate(match.start(), match.end(), name)] if name is not None else []
        return sorted(found, key=lambda one: one.start)

    def _meant(self, head: str, position: int) -> str | None:
        """Give the body that a bare head noun means."""
        kind = _BARE_HEADS[head]
        own_kind = kind_of(self.own) if self.own is not None else None
        if head == "đơn vị":  # whoever the report is about, unless that is the Sở
            return self.own if own_kind != "sở" else None
        if kind is None or own_kind == kind:
            return self.own
        names = self._of_kind.get(kind, ([], []))[1]
        if head == "hội đồng":
            councils = {name for name in names if _COUNCIL.search(fold(name))}
            return councils.pop() if len(councils) == 1 else None
        return self._acted.get(kind) or self._named_last(kind, position) or _SPELLED.get(head, head.capitalize())

    def _named_last(self, kind: str | None, position: int) -> str | None:
        """Give the only body of a kind in the report's field, else the one named last before an offset."""
        starts, names = self._of_kind.get(kind, ([], []))
        ours = [name for name in dict.fromkeys(names) if _OUR_FIELD.search(fold(name)) and not name[-1].isdigit()]
        if len(ours) == 1:
            return ours[0]
        index = bisect_left(starts, position)
        return names[max(0, index - 1)] if names else None

    def _turn_of(self, one: _Candidate, sentence: Passage, *, has_subject: bool) -> _Turn | None:
        """Tell whether a body acts from its place on; `has_subject` where another one does before it."""
        masked = self.clauses.masked
        said = masked[max(sentence.start, one.start - 70) : one.start]
        segment = _SIGNS.split(said)[-1]
        clause = self.clauses.passages.clause(one.start)
        acts = self._acts(one.end)
        if _LEADS.search(said) and not acts:
            return _Turn(one.start, sentence.end, one.name)
        is_project_s = self._of_project(one, said) and (acts or self._is_told(one.end))
        if is_project_s or (acts and (_ASKED.search(segment) or _BY.search(segment))):
            return self._local_turn(one, segment, clause, has_subject=has_subject)
        opens = _OPENS.fullmatch(segment) is not None and not _TITLE.search(segment)
        if _HEADED.search(segment) and _HONOURS.match(masked, one.end):
            return _Turn(one.start, clause.end, one.name, is_local=True)
        is_object = _OBJECT.search(segment) is not None and not (opens and acts)
        if is_object or _WITH.search(said) or self._in_bracket(one, said):
            return None
        if opens and _RECEIVES.match(masked, one.end):
            return _Turn(one.start, clause.end, None)
        told = self._is_told(one.end)
        is_subject = opens and (acts or told or self._opens_sentence(one, sentence))
        governed = self._governs(one.start - len(segment), one.start)
        is_subject = is_subject or (acts and not governed and not _TITLE.search(segment))
        return _Turn(one.start, sentence.end, one.name) if is_subject else None

    def _is_told(self, end: int) -> bool:
        """Tell whether a colon after a body, brackets aside, opens what it did: `Viện Y (TS. X): chọn được …`."""
        skipped = _SKIPPED.match(self.clauses.masked, end)
        at = skipped.end() if skipped is not None else end
        return self.clauses.masked[at : at + 2].strip().startswith(":")

    def _local_turn(self, one: _Candidate, segment: str, clause: Passage, *, has_subject: bool) -> _Turn | None:
        """Give the turn of a body that is asked to act, named by a passive or said to be a project's own."""
        asked = _ASKED.search(segment)
        if asked is not None:
            verb = asked[0].split()[0].lower()
            if has_subject and verb not in ("giao", "chuyển"):
                return None
            return _Turn(one.start, clause.end, one.name, is_local=verb != "giao")
        leads = _BY.search(segment) is None or _IS_LEAD.match(self.clauses.masked, one.end) is not None
        end = clause.end if leads else self.clauses.segment_end(one.end, clause.end)
        return _Turn(one.start, end, one.name, is_local=True)

    def _opens_sentence(self, one: _Candidate, sentence: Passage) -> bool:
        """Tell whether a body opens its sentence and words of another kind than its own follow."""
        masked = self.clauses.masked
        opens = not masked[sentence.start : one.start].strip(" -–+*•\n")
        return (
            opens
            and regex.match(
                r"\s(?:\([^()]{0,12}\)\s)?(?!và|của|tại|thuộc|là|ở|do|với|trên|tỉnh|cùng|cho)\p{Ll}",
                masked[one.end : one.end + 24],
            )
            is not None
        )

    def _in_bracket(self, one: _Candidate, said: str) -> bool:
        """Tell whether a body is only said in a bracket to be whose a person is: `do TS. X (Viện Y) làm chủ nhiệm`."""
        masked = self.clauses.masked
        if _NAME_BRACKET.search(said) and masked[one.end : one.end + 1] == ")":
            other = self.organisations.last_by(one.start)
            if other is not None and one.start - other.end <= 3:
                return True  # Viện Đo lường Việt Nam (VMI)
        return _LED_IN_BRACKET.search(said) is not None or (
            _NAME_BRACKET.search(said) is not None and self.clauses.masked[one.end : one.end + 1] != ")"
        )

    def _of_project(self, one: _Candidate, said: str) -> bool:
        """Tell whether a body is named as a project's own: `đề tài “…” của Trường X đã thu`."""
        return _OF_PROJECT.search(said) is not None and (
            self.projects.last_by(one.start) is not None and one.start - self.projects.last_by(one.start).end <= 12  # type: ignore[union-attr]
        )

    def _acts(self, end: int) -> bool:
        """Tell whether a verb follows a body, brackets and adverbs aside."""
        masked = self.clauses.masked
        if masked[end : end + 1] == ")":
            end += 1
        skipped = _SKIPPED.match(masked, end, end + 150)
        at = skipped.end() if skipped is not None else end
        adverbs = _ADVERBS.match(masked, at, at + 60)
        at = adverbs.end() if adverbs is not None else at
        passive = _PASSIVE.match(masked, at)
        if passive is not None or masked.startswith(("có ", "gồm ", "cùng ", "ra ", "lo ", "là ", "cho ▣"), at):
            return True
        verb = self.clauses.verb_at(at)
        return verb is not None and (verb.is_strong or verb.is_result)

    def _carried_into(self, sentence: Passage) -> str | None:
        """Give the body that the sentences before in the paragraph, or what the paragraph stands under, carry on."""
        chain: list[Passage] = []
        while sentence.start not in self._carried:
            chain.append(sentence)
            line = self.clauses.passages.line(sentence.start)
            if sentence.start <= line.start:
                self._carried[sentence.start] = self._of_lead_in(line) or self._of_row(line)
                break
            sentence = self.clauses.passages.sentence(sentence.start - 1)
        for one in reversed(chain):
            if one.start not in self._carried:
                turns = self._turns_in(sentence)
                first = self.clauses.passages.clause(sentence.start)
                lasting = [turn for turn in turns if not turn.is_local and turn.start < first.end]
                self._carried[one.start] = lasting[-1].name if lasting else self._carried[sentence.start]
            sentence = one
        return self._carried[sentence.start]

    def _of_lead_in(self, line: Passage) -> str | None:
        lead_in = self.clauses.lead_in(line.start)
        if lead_in is None:
            return None
        if self.clauses.passages.is_heading(lead_in.start):
            bodies = self.organisations.starting_in(lead_in.start, lead_in.end)
            return self.bodies.name_at(bodies[0]) if len(bodies) == 1 else None
        last = self.clauses.passages.sentence(lead_in.end - 1)
        turns = self._turns_in(last)
        return turns[-1].name if turns else None

    def _of_row(self, line: Passage) -> str | None:
        """Give the body that stands beside the title in a row of a table."""
        project = self.projects.first_in(line.start, min(line.end, line.start + 8))
        body = self.organisations.first_from(project.end) if project is not None else None
        if project is None or body is None or self.clauses.text[project.end : body.start].strip():
            return None
        return self.bodies.name_at(body)


def _by_kind(organisations: SpanIndex[Span], bodies: Bodies) -> dict[str | None, tuple[list[int], list[str]]]:
    """Give, by kind, where bodies are named and which."""
    found: dict[str | None, tuple[list[int], list[str]]] = {}
    for span in organisations.spans:
        name = bodies.name_at(span)
        if name is not None:
            starts, names = found.setdefault(kind_of(name), ([], []))
            starts.append(span.start)
            names.append(name)
    return found
