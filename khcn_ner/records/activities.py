"""Activities: the numbers of a document in order in, what was done with each out: the verb, or run of verbs, that governs it.

In this order: a verb before the number in its own segment ("kiểm định được 163/440 PTĐ"); what the counted did or what
became of it ("có 88 sáng kiến đăng ký", "02 mẫu không đạt"); the verb that the numbers before it in its sentence are
joined under ("kiểm định 440 PTĐ, 12 cân và 3 đồng hồ"); the line above its list ("đã hoàn thành:").
"""

from __future__ import annotations

from dataclasses import dataclass

import regex

from khcn_ner.document import Span
from khcn_ner.records.clauses import Clauses
from khcn_ner.records.items import MEASURED, Tail, trim
from khcn_ner.records.model import Dimension, NormalisedQuantity
from khcn_ner.records.passages import Passage
from khcn_ner.records.verbs import Verb

_LEADING = regex.compile(
    r"(?:(?:đã|đang|sẽ|được|cũng|còn|tiếp tục|trong đó|kết quả|và|đến nay|hiện nay|mới|vừa|phải|chỉ|nhằm|để|bị|"
    r"hiện|đều|cùng|trong năm|trong kỳ|vẫn|ta|nên)\s+)+",
    regex.IGNORECASE,
)
# do TS. X làm chủ nhiệm: who led it, not what was done.
_LED_BY = regex.compile(
    r"(?<!\p{L})do\s[^;.\n▣]{0,80}?□[^;.\n▣]{0,40}?(?:làm\s+)?(?:chủ nhiệm|trưởng ban|chủ trì|phụ trách|thực hiện|"
    r"dẫn đầu|chủ biên|đứng đầu|làm đầu mối)(?!\p{L})"
)
# Đề nghị Sở X bố trí …: what is wished for is what the other one is to do.
_WISHED = regex.compile(
    r"(?<!\p{L})(?:đề nghị|kiến nghị|yêu cầu|chỉ đạo|xin|mời|giao cho|giao)\s+[\p{L}\s]{0,12}□", regex.IGNORECASE
)
_ABOUT = regex.compile(r"(?<=\p{L}\s)(?:đối với|cho các|trên địa bàn|trên diện tích|tới các)(?!\p{L})")
_BY = regex.compile(r"\s*(?:(?:đã|đang|sẽ|đều|cũng)\s+)*(?:được|bị|do)\s+[\p{L}\s]{0,20}□+\s*")
_ADVERBS = regex.compile(
    r"[^,;.:()\n□▣]{0,60}?(?P<lead>(?<!\p{L})(?:(?:đã|đang|sẽ|được|bị|đều|cùng|còn|phải|vẫn|chưa|không|xin|tham gia|có)\s+)*)$",
)
_LISTS = regex.compile(r"(?<!\p{L})(?:như sau|cụ thể|sau đây|gồm|bao gồm|trong đó|chia theo[\p{L}\s]*|kết quả)\s*:?\s*$")
_MEASURED_WITH = regex.compile(r"(?<!\p{L})(?:với|trị giá|tổng trị giá)\s+[\p{L}\s]*$")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number on its way to an indicator: its span, its amount, what follows it, where its own words begin."""

    span: Span
    amount: NormalisedQuantity
    tail: Tail
    start: int


class ActivityFinder:
    """Finds what was done with each number of a document, taken in order."""

    def __init__(self, clauses: Clauses) -> None:
        self.clauses = clauses
        self._sentence: int | None = None
        self._carried: str | None = None
        self._of_lines: dict[int, str | None] = {}

    def find(self, figure: Figure, following: Figure | None) -> str | None:
        """Give the activity of the next number; `following` is the one after it in its sentence."""
        span = figure.span
        sentence = self.clauses.passages.sentence(span.start)
        if sentence.start != self._sentence:
            self._sentence, self._carried = sentence.start, None
        found = self._own(figure, following)
        if found is None and not self._stands_alone(figure):
            found = self._carried or self._of_lead_in(span.start)
            self._carried = found
        elif found is not None and not _is_bare_result(found):
            self._carried = found
        line = self.clauses.passages.line(span.start)
        self._of_lines[line.start] = found or self._of_lines.get(line.start)
        return found

    def _own(self, figure: Figure, following: Figure | None) -> str | None:
        """Give the activity that the number's own segment, or the label before it, says."""
        start, end = figure.start, figure.span.start
        before = self._before(start, end)
        if before is not None and not before.is_weak:
            return before.phrase
        after = self._after(figure)
        if after is None and before is None and following is not None:
            after = self._after_joined(figure, following)
        if after is not None and (before is not None or self._carried is None or self._is_new_clause(start, end)):
            return after
        if before is not None:
            return None if before.phrase in ("gồm", "là", "bao gồm", "trong đó có") else before.phrase
        return after if self._carried is None else None

    def _is_new_clause(self, start: int, end: int) -> bool:
        """Tell whether a number opens a clause of its own, so that no verb of an earlier one governs it."""
        said = self.clauses.masked[max(start, end - 60) : end]
        return ";" in said or end - start > 60 or regex.search(r"(?:trong đó|kết quả|có)\s*(?:có\s*)?$", said) is not None

    def _stands_alone(self, figure: Figure) -> bool:
        """Tell whether a measured noun opens the number's segment: `kinh phí 96 triệu đồng` was not done by anyone."""
        if figure.amount.dimension is Dimension.COUNT and figure.amount.unit is not None:
            return False
        segment = self._segment(figure.start, figure.span.start)
        said = self.clauses.text[segment.start : segment.end]
        return MEASURED.search(said) is not None and not _MEASURED_WITH.search(said)

    def _segment(self, start: int, end: int) -> Passage:
        """Give the last segment before a number that holds words; a label before ":" is one."""
        segments = self.clauses.segments(start, end)
        last = segments[-1]
        if self.clauses.text[last.start : last.end].strip(" –-") or len(segments) < 2:
            return last
        sign = self.clauses.text[segments[-2].end]
        return segments[-2] if sign == ":" else last

    def _before(self, start: int, end: int) -> _Governing | None:
        """Give the verb phrase before a number in its segment, from the verb that opens it to the number."""
        segment = self._segment(start, end)
        verbs = self.clauses.verbs(segment.start, segment.end)
        verbs = self._usable(verbs, segment)
        if not verbs:
            return None
        opening = _opening(verbs)
        at = self._run_start(opening.start, start) if opening.is_strong else opening.start
        phrase = self._phrase(at, segment.end)
        if phrase is None:
            return None
        return _Governing(phrase, is_weak=not (opening.is_strong or opening.is_result) and len(phrase.split()) < 4)

    def _usable(self, verbs: list[Verb], segment: Passage) -> list[Verb]:
        """Leave out the verbs that say who led something, who is asked, or what kind of thing a noun is."""
        masked = self.clauses.masked
        position = segment.start
        for pattern in (_LED_BY, _WISHED):
            for match in pattern.finditer(masked, max(0, segment.start - 90), segment.end):
                if match.end() > segment.start and any(verb.start >= match.end() for verb in verbs):
                    position = max(position, match.end())
        verbs = [verb for verb in verbs if verb.start >= position]
        free = [verb for verb in verbs if not verb.is_of_noun or verb.is_marked]
        return free or [verb for verb in verbs if verb.is_event]

    def _run_start(self, start: int, limit: int) -> int:
        """Take in the segments before that are verbs of the same run: `Duy trì theo dõi, quản lý, đôn đốc …`."""
        segments = self.clauses.segments(limit, start)
        opening = segments[-1]
        if self.clauses.masked[opening.start : start].strip(" –-") or len(segments) < 2:
            return start
        for segment in reversed(segments[:-1]):
            if self.clauses.text[segment.end] != ",":
                break
            content = self.clauses.masked[segment.start : segment.end]
            lead = _LEADING.match(content.lstrip(" –-"))
            skipped = segment.start + len(content) - len(content.lstrip(" –-")) + (lead.end() if lead else 0)
            verbs = self.clauses.verbs(segment.start, segment.end)
            if not verbs or verbs[0].start != skipped or not verbs[0].is_strong or len(content.split()) > 6:
                break
            start = skipped
        return start

    def _phrase(self, start: int, end: int) -> str | None:
        words = " ".join(self.clauses.text[start:end].split()[:18])
        about = _ABOUT.search(words)
        return trim(words[: about.start()] if about is not None else words)

    def _after(self, figure: Figure) -> str | None:
        """Give what the counted did, or what became of it, in the number's segment."""
        tail, masked = figure.tail, self.clauses.masked
        if tail.predicate is None:
            return None
        start = tail.predicate.start
        between = masked[tail.end : start]
        by = _BY.fullmatch(between) is not None
        if not by and not _ADVERBS.fullmatch(between):
            return None
        lead = regex.search(r"(?:không|chưa|xin|cùng|phải)(?:\s+(?:được|có))?\s+$", between)
        if lead is not None:
            start = tail.end + lead.start()
        end = self.clauses.segment_end(start, len(masked))
        amount = masked.find("▣", start, end)
        phrase = self._phrase(start, amount if amount >= 0 else end)
        return phrase

    def _after_joined(self, figure: Figure, following: Figure) -> str | None:
        """Give what the following number's noun did where the two are joined: `03 tập thể và 11 cá nhân được …`."""
        gap = self.clauses.masked[figure.tail.end : following.span.start]
        joined = regex.fullmatch(r"\s*(?:,|và|,?\s*cùng)\s*", gap) is not None
        return self._after(following) if joined else None

    def _of_lead_in(self, position: int) -> str | None:
        """Give what the line says was done that the number's list stands under."""
        lead_in = self.clauses.lead_in(position)
        if lead_in is None:
            return None
        start = self.clauses.passages.line(lead_in.start).start
        if self._of_lines.get(start) is not None:
            return self._of_lines[start]
        last = self.clauses.passages.sentence(lead_in.end - 1)
        verbs = [
            verb
            for verb in self.clauses.verbs(max(lead_in.start, last.start), lead_in.end)
            if verb.is_strong and verb.word not in _TELLS
        ]
        if not verbs:
            return None
        phrase = self.clauses.text[verbs[0].start : self.clauses.segment_end(verbs[0].start, lead_in.end)]
        listed = _LISTS.search(phrase)
        return trim(phrase[: listed.start()] if listed else phrase)


# Verbs of telling, which introduce a list without having done what it lists.
_TELLS = frozenset("báo cáo|thông báo|trình bày|chia|chia thành|tổng hợp|nêu|đánh giá|kiến nghị|đề nghị|thống kê".split("|"))


@dataclass(frozen=True, slots=True)
class _Governing:
    phrase: str
    is_weak: bool


def _opening(verbs: list[Verb]) -> Verb:
    """Choose the verb that opens what governs a number: the last one after đã, được …, else the first strong one."""
    marked = [verb for verb in verbs if verb.is_marked and (verb.is_strong or verb.is_result)]
    if marked:
        return marked[-1]
    strong = [verb for verb in verbs if verb.is_strong or verb.is_result]
    return strong[0] if strong else verbs[-1]


def _is_bare_result(activity: str) -> bool:
    return activity.lower() in ("có", "còn", "tăng", "giảm", "đạt")
