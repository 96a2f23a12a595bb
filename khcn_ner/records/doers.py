"""Doers: a number in its sentence in, the body out that did what is told of it.

A body acts where it opens a clause and a verb follows ("Chi cục kiểm tra 12 cơ sở"), where a passive names it ("được Cục Sở
hữu trí tuệ cấp") or where it is asked to ("Đề nghị Sở Tài chính bố trí"). The sentences after it in its paragraph, and
the list that it leads in, carry it on until another one acts. A body that is inspected, supported or reported to does not.
A bare head noun, which is no span ("Chi cục", "cơ quan"), means the body of that kind that was named last, or the
report's own.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

import regex

from khcn_ner.document import Document, Span
from khcn_ner.labels import Label
from khcn_ner.records.clauses import NAME, Clauses
from khcn_ner.records.organisations import Bodies, kind_of
from khcn_ner.records.passages import Passage
from khcn_ner.records.span_index import SpanIndex, spans_of
from khcn_ner.records.verbs import RESULTS, STRONG, find_verbs

_BARE_HEADS = {
    "sở": "sở", "chi cục": "chi cục", "trung tâm": "trung tâm", "viện": "viện", "chi bộ": "chi bộ", "đảng bộ": "đảng bộ",
    "trường": "trường", "công ty": "công ty", "quỹ": "quỹ", "thanh tra": "thanh tra", "ban chỉ đạo": "ban",
    "bcđ": "ban", "hội đồng": "hội đồng", "cục": "cục", "chi đoàn": "chi đoàn", "công đoàn": "công đoàn",
    "ban giám đốc": None, "cơ quan": None, "văn phòng": "văn phòng",
}  # fmt: skip
_BARE = regex.compile(
    rf"(?<![\p{{L}}□])(?:{'|'.join(sorted(_BARE_HEADS, key=len, reverse=True))})(?![\p{{L}}□])", regex.IGNORECASE
)
_OBJECT = regex.compile(
    r"(?<!\p{L})(?:của|cho|với|từ|gửi|tại|thuộc|về|trên|theo|cùng|và|ở|sang|là|gồm|đến|như|tới|để|vào|bằng|thì|giúp|"
    r"các|những|mỗi|một|phối hợp|trình|tham mưu|báo cáo|thuê|nhờ|hỗ trợ|qua)\s*$",
    regex.IGNORECASE,
)
_ASKED = regex.compile(
    r"(?<!\p{L})(?:đề nghị|kiến nghị|yêu cầu|chỉ đạo|giao|xin|mời|kính đề nghị|đề xuất)\s*(?:với\s+|các\s+)?$", regex.IGNORECASE
)
_BY = regex.compile(r"(?<!\p{L})(?:được|bị|do|bởi)\s*$", regex.IGNORECASE)
_OPENS = regex.compile(
    r"[\s\d.)/–•*-]*(?:(?:trong|hiện|đến|tính|từ|theo|nay|nhờ|bên cạnh|qua|ngày|cả thảy|năm|kỳ|quý|tháng|đầu|cuối|đó|"
    r"hiện nay|đến nay|vừa|riêng|cũng|đồng thời|ngoài ra|đại diện|lãnh đạo|tập thể|trang tin|trang thông tin|điện tử|của|về|sau|khi|"
    r"tuy nhiên|nhưng|song|nên|do đó|vì vậy|mảng|kết quả|bản tin|người|nói)(?!\p{L})\s*|[◇\d/]+\s*|\p{L}\)\s*)*",
    regex.IGNORECASE,
)
_TITLE = regex.compile(r"(?:Thủ tướng|Giám đốc|Chủ tịch|Bí thư|Trưởng|đồng chí|Chánh|Phó)\s*$")
_SKIPPED = regex.compile(r"[”\"\s]*(?:\([^()\n]{0,60}\)\s*)?")
_ADVERBS = regex.compile(
    r"\s*(?:(?:đã|đang|sẽ|cũng|tiếp tục|vừa|còn|luôn|hiện|mới|chỉ|nửa năm đầu|trong kỳ|trong năm|thường xuyên|phải|vẫn|"
    r"kịp thời|tích cực|chủ động|đồng thời|thì|tỉnh|◇+)\s+)*",
    regex.IGNORECASE,
)
# What is done to a body that receives it.
_RECEIVES = regex.compile(
    r"\s*(?:đã\s+|vừa\s+|cũng\s+)?(?:được|bị)\s+(?:□+\s+|[\p{L}\s]{0,12}□+\s+)?(?:hỗ trợ|cấp|tặng|trao|kiểm tra|thanh tra|khen|công nhận|"
    r"xử phạt|phạt|nhắc nhở|hướng dẫn|tư vấn|tài trợ|đầu tư|thu hồi|trang bị)(?!\p{L})"
)
_NOT_ITS_OWN = regex.compile(r"kinh phí|năng suất|tỷ lệ|tỉ lệ|dự toán|quyết toán|vốn|giá trị|thời hạn|lợi nhuận|mật độ", regex.I)
_ADVERBIAL = frozenset(
    "trong ngày đến từ tại theo qua với để nhằm về bên ngoài đồng kết hiện nay năm tính sau trước ở do khi đã đang sẽ được bị có còn "
    "cũng vẫn mới tổng số riêng cả cùng gồm trên dưới kỳ quý tháng vừa thêm cho và mà nên chỉ đầu hơn khoảng gần mỗi các những nơi "
    "là phải xin tiếp đặc đáng trong lượt".split()
)


@dataclass(frozen=True, slots=True)
class _Turn:
    """From `start` on, up to `end`, this body acts; None where something else does."""

    start: int
    end: int
    name: str | None


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
        self._last_of_kind = _by_kind(self.organisations, bodies)

    def find(self, span: Span, *, start: int, predicate: int | None) -> tuple[str | None, bool]:
        """Give the body behind a number, and whether that is assumed.

        Args:
            span: the number.
            start: where the words begin that can govern it.
            predicate: where the verb begins that says what became of it, if one follows it.
        """
        agent = self._agent_after(span, predicate)
        if agent is not None:
            return agent, False
        segment = self.clauses.segments(start, span.start)[-1]
        sentence = self.clauses.passages.sentence(span.start)
        turn = self._turn(sentence, span.start)
        if turn is None or turn.start < segment.start:
            said = self.clauses.masked[segment.start : span.start]
            if _NOT_ITS_OWN.search(said) or self._another_acts(segment):
                return None, False
        if turn is not None:
            return turn.name, False
        carried = self._carried_into(sentence)
        return carried, carried is not None

    def _agent_after(self, span: Span, predicate: int | None) -> str | None:
        """Give the body that a passive after the number names: `27 hồ sơ đã được Tổng cục cấp mã`."""
        body = self.organisations.first_in(span.end, span.end + 90 if predicate is None else predicate)
        if body is None or self.clauses.segment_end(span.end, body.start) < body.start:
            return None
        said = self.clauses.masked[max(span.end, body.start - 12) : body.start]
        return self.bodies.name_at(body) if _BY.search(said) and self._acts(body.end) else None

    def _another_acts(self, segment: Passage) -> bool:
        """Tell whether a noun that is no body opens a segment and a verb follows it: `người dân nộp 137 đơn`."""
        words = self.clauses.masked[segment.start : segment.end].split()
        first = next((word for word in words if word[0].isalpha()), "")
        if not first or first.lower() in _ADVERBIAL or NAME in first:
            return False
        verbs = self.clauses.verbs(segment.start, segment.end)
        if not verbs:
            return False
        between = self.clauses.masked[segment.start : verbs[0].start].strip(" –-+*•\n")
        return 3 <= len(between) <= 60 and NAME not in between and not _BARE.search(between) and "kết quả" not in between.lower()

    def _turn(self, sentence: Passage, position: int) -> _Turn | None:
        turns = self._turns_in(sentence)
        index = bisect_left([turn.start for turn in turns], position)
        return next((turn for turn in reversed(turns[max(0, index - 3) : index]) if position < turn.end), None)

    def _turns_in(self, sentence: Passage) -> list[_Turn]:
        if sentence.start not in self._turns:
            found = [self._turn_of(one, sentence) for one in self._candidates(sentence)]
            self._turns[sentence.start] = [turn for turn in found if turn is not None]
        return self._turns[sentence.start]

    def _candidates(self, sentence: Passage) -> list[_Candidate]:
        spans = self.organisations.starting_in(sentence.start, sentence.end)
        found = [_Candidate(span.start, span.end, self.bodies.name_at(span)) for span in spans]
        for match in _BARE.finditer(self.clauses.masked, sentence.start, sentence.end):
            if match[0][0].isupper() or match[0] == "cơ quan":
                found.append(_Candidate(match.start(), match.end(), self._meant(match[0].lower(), match.start())))
        return sorted(found, key=lambda one: one.start)

    def _meant(self, head: str, position: int) -> str | None:
        """Give the body that a bare head noun means."""
        kind = _BARE_HEADS[head]
        if kind is None or (self.own is not None and kind_of(self.own) == kind):
            return self.own
        starts, names = self._last_of_kind.get(kind, ([], []))
        if len(set(names)) == 1:
            return names[0]
        index = bisect_left(starts, position)
        return names[index - 1] if index else None

    def _turn_of(self, one: _Candidate, sentence: Passage) -> _Turn | None:
        """Tell whether a body acts from its place on."""
        masked = self.clauses.masked
        said = masked[max(sentence.start, one.start - 70) : one.start]
        segment = regex.split(r"[,:;()\n“”\"+]|(?<=\s)[-–](?=\s)", said)[-1]
        clause = self.clauses.passages.clause(one.start)
        acts = self._acts(one.end)
        if _ASKED.search(segment):
            return _Turn(one.start, clause.end, one.name) if acts else None
        if _BY.search(segment):
            return _Turn(one.start, clause.end, one.name) if acts else None
        if self._of_project(one, said):
            return _Turn(one.start, clause.end, one.name) if acts else None
        opens = _OPENS.fullmatch(segment) is not None and not _TITLE.search(segment)
        if _OBJECT.search(segment) and not (opens and acts):
            return None
        if _RECEIVES.match(masked, one.end):
            return _Turn(one.start, clause.end, None) if opens else None
        if opens and (acts or masked[one.end : one.end + 2].strip().startswith(":")):
            return _Turn(one.start, sentence.end, one.name)
        governed = any(verb.is_strong for verb in find_verbs(segment, 0, len(segment)))
        if acts and not governed and not _OBJECT.search(segment) and not _TITLE.search(segment):
            return _Turn(one.start, sentence.end, one.name)
        return None

    def _of_project(self, one: _Candidate, said: str) -> bool:
        """Tell whether a body is named as a project's own: `đề tài “…” của Trường X đã thu`."""
        return regex.search(r"□[”\"\s]*(?:của\s+|\(\s*)$", said) is not None and (
            self.projects.last_by(one.start) is not None
            and one.start - self.projects.last_by(one.start).end <= 12  # type: ignore[union-attr]
        )

    def _acts(self, end: int) -> bool:
        """Tell whether a verb follows a body, brackets and adverbs aside."""
        masked = self.clauses.masked
        if masked[end : end + 1] == ")":
            end += 1
        skipped = _SKIPPED.match(masked, end, end + 90)
        at = skipped.end() if skipped is not None else end
        adverbs = _ADVERBS.match(masked, at, at + 60)
        at = adverbs.end() if adverbs is not None else at
        passive = regex.match(r"(?:được|bị)\s+", masked[at : at + 8])
        if passive is not None or masked.startswith(("có ", "gồm ", "cùng "), at):
            return True
        verb = next(find_verbs(masked, at, min(len(masked), at + 30)), None)
        return verb is not None and verb.start == at and (verb.word in STRONG or verb.word in RESULTS)

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
                self._carried[one.start] = turns[-1].name if turns else self._carried[sentence.start]
            sentence = one
        return self._carried[sentence.start]

    def _of_lead_in(self, line: Passage) -> str | None:
        lead_in = self.clauses.lead_in(line.start)
        if lead_in is None:
            return None
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
