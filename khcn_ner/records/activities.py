"""Activities: the numbers of a document in, in order, what was done with each out: the verb, or verbs, that govern it.

In this order: a verb before the number in its own segment ("kiểm định được 163/440 PTĐ"); what the counted did or what
became of it ("có 88 sáng kiến đăng ký", "02 mẫu không đạt"); the verb that the numbers before it in its sentence are
joined under ("kiểm định 440 PTĐ, 12 cân và 3 đồng hồ"); the line above its list ("đã hoàn thành:").
"""

from __future__ import annotations

from dataclasses import dataclass

import regex

from khcn_ner.document import Span
from khcn_ner.records.clauses import AMOUNT, NAME, Clauses
from khcn_ner.records.items import GOES_ON, MEASURED, Tail, trim
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
    r"(?<!\p{L})do\s[^;\n▣]{0,80}?□[^;\n▣]{0,90}?(?:làm\s+)?(?:chủ nhiệm|trưởng ban|chủ trì|phụ trách|thực hiện|"
    r"dẫn đầu|chủ biên|đứng đầu|làm đầu mối)(?!\p{L})"
)
# Đề nghị Sở X bố trí …: what is wished for is what the other one is to do.
_WISHED = regex.compile(
    r"(?<!\p{L})(?:đề nghị|kiến nghị|yêu cầu|chỉ đạo|xin|mời|giao cho|giao|"
    r"chuyển)\s+[\p{L}\s]{0,12}□+(?:\s+của\s+\p{L}+)?",
    regex.IGNORECASE,
)
_ABOUT = regex.compile(r"(?<=\p{L}\s)(?:đối với|cho các|trên địa bàn|trên diện tích|tới các)(?!\p{L})")
_BY = regex.compile(r"\s*(?:(?:đã|đang|sẽ|đều|cũng)\s+)*(?:được|bị|do)\s+[\p{L}\s]{0,20}□+\s*")
_ADVERBS = regex.compile(
    r"[^,;.:()\n□▣]{0,60}?(?P<lead>(?<!\p{L})(?:(?:đã|đang|sẽ|được|bị|đều|cùng|còn|phải|vẫn|chưa|không|xin|"
    r"tham gia|có)\s+)*)$",
)
_JOINT = regex.compile(r"\s*(?:và|cùng|hoặc|/|,)\s*|\s*/\s*")
_DIVIDES = regex.compile(r"trong (?:số )?(?:đó|ấy)\s+(?:có|gồm)\s*:?\s*$")
_TELLING = frozenset({"nêu", "báo cáo", "thông báo", "trình bày", "cho biết"})
_GIVES = frozenset({"tặng", "trao", "trao tặng"})
# Mở rộng phòng cấy thêm 180 m2: how much was done of the doing itself, which its verb alone names.
_HOW_MUCH = frozenset({Dimension.DURATION, Dimension.AREA, Dimension.LENGTH})
_COORDINATED = regex.compile(r"(?<!\p{L})và(?: đã| đang)?\s+$")
_RELATIVE = regex.compile(r"(?<!\p{L})(?:đối với|các|những|một số)(?!\p{L})")
_ATTENDED = regex.compile(r"\s*(?:cùng\s+)?(?P<verb>tham dự|dự)(?!\p{L})", regex.IGNORECASE)
_PASSED = frozenset({"đạt", "không đạt", "phù hợp", "đúng", "vi phạm"})
_CHANGES = frozenset({"tăng", "giảm", "đạt", "còn", "chiếm", "vượt", "hụt", "hao hụt", "sống", "thiếu"})
_JOINS = frozenset({"gồm", "là", "bao gồm"})
_EACH = regex.compile(r"\s*(?:mỗi|bình quân)\s", regex.IGNORECASE)
_REACHES = regex.compile(r"(?<!\p{L})(?:tại|cho|ở|với|trên|của)\s*$")
_REACHING = regex.compile(r"\s*(?:trên|tại|với|cho|ở|từ)\s")
_GOES_ELSEWHERE = regex.compile(
    r"\s(?:mà|thì|vì|do|để|nhưng|hôm|lại|từ (?:tháng|ngày|năm)|trong|tại|ở|theo|cho|còn|nên|khi|sau)(?!\p{L})"
)
_AMOUNT_NEXT = regex.compile(r"\s*(?:trên|gần|khoảng|hơn)?\s*▣")
_NUMBERING = regex.compile(r"[\s\dIVXa-zđA-Z]{1,5}(?:\.\d+)*[.)/]\s*|\s+")
# Thu dịch vụ 684 triệu đồng: taken in for services, though the same words can name the sum.
_TAKES_IN = regex.compile(r"[\s–-]*(?:đã\s+)?thu (?:dịch vụ|phí|lệ phí)\s", regex.IGNORECASE)
_MEASURED_WITH = regex.compile(r"(?<!\p{L})(?:với|trị giá|tổng trị giá|trên|ở)\s+[\p{L}\s]*$")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number on its way to an indicator: its span, its amount, what follows it, where its own words begin."""

    span: Span
    amount: NormalisedQuantity
    tail: Tail
    start: int


@dataclass(frozen=True, slots=True)
class Done:
    """What was done with a number's thing; `is_of_counted` where the thing itself did it or it came of it."""

    activity: str | None
    is_of_counted: bool = False


class ActivityFinder:
    """Finds what was done with each number of a document, taken in order."""

    def __init__(self, clauses: Clauses) -> None:
        self.clauses = clauses
        self._sentence: int | None = None
        self._carried_by_counted = False
        self._carried: str | None = None  # what the numbers after in the sentence are joined under
        self._last = Done(None)
        self._last_end = 0
        self._of_lines: dict[int, str | None] = {}

    def find(self, figure: Figure, following: Figure | None, *, is_cell: bool = False) -> Done:
        """Give the activity of the next number; `following` is the one after it in its sentence."""
        span = figure.span
        sentence = self.clauses.passages.sentence(span.start)
        if sentence.start != self._sentence:
            self._sentence, self._carried, self._last = sentence.start, None, Done(None)
        done = Done(None) if is_cell else self._done(figure, following)
        if done.activity is not None and not _is_bare_result(done.activity):
            if self._carried is None or self._carried_by_counted or not done.is_of_counted:
                self._carried, self._carried_by_counted = done.activity, done.is_of_counted
            line = self.clauses.passages.line(span.start)
            self._of_lines[line.start] = done.activity
        self._last, self._last_end = done, figure.tail.end
        return done

    def _done(self, figure: Figure, following: Figure | None) -> Done:
        gap = self.clauses.masked[figure.start : figure.span.start]
        last = self._last
        if last.activity is not None and self._last_end == figure.start:
            is_bare = _is_bare_result(last.activity)
            joint = _JOINT.fullmatch(gap)
            if joint is not None and ("," not in gap or is_bare):
                after = self._after(figure) if last.is_of_counted or is_bare else None
                return Done(after, is_of_counted=True) if after is not None else last
            if joint is None and GOES_ON.fullmatch(gap):
                return last
        segment = self.clauses.segments(figure.start, figure.span.start)[-1]
        if figure.amount.dimension is Dimension.CURRENCY and _TAKES_IN.match(self.clauses.masked, segment.start):
            return Done("thu")
        done = self._own(figure, following)
        if done.activity is None and last.is_of_counted and self._in_bracket(figure):
            return last  # 93 đơn nộp Cục X (nhãn hiệu 85, sáng chế 2)
        if done.activity is None and not self._stands_alone(figure):
            return Done(self._carried or self._of_lead_in(figure.span.start) or self._attended(figure.span.start))
        return done

    def _in_bracket(self, figure: Figure) -> bool:
        """Tell whether a number stands in a bracket of its sentence."""
        start = self.clauses.passages.sentence(figure.span.start).start
        said = self.clauses.text[max(start, figure.span.start - 120) : figure.span.start]
        return said.rfind("(") > said.rfind(")")

    def _attended(self, position: int) -> str | None:
        """Give the verb of a list of guests: `Tham dự hội nghị có …; 13/13 huyện, thành, thị`."""
        sentence = self.clauses.passages.sentence(position)
        found = _ATTENDED.match(self.clauses.text, sentence.start, position)
        return found["verb"].lower() if found is not None else None

    def _own(self, figure: Figure, following: Figure | None) -> Done:
        """Give the activity that the number's own segment, or the label before it, says."""
        start, end = figure.start, figure.span.start
        before = self._before(figure)
        after = self._after(figure)
        predicate = figure.tail.predicate
        if before is not None and not before.is_weak:
            is_result = predicate is not None and not predicate.is_strong
            passed = figure.amount.of is not None and predicate is not None and predicate.word in _PASSED
            if before.is_label and after is None and following is not None:
                after = self._after_joined(figure, following)
            told = ((before.is_label or before.is_telling) and not is_result) or (before.is_of_noun and passed)
            return Done(after, is_of_counted=True) if after is not None and told else Done(before.phrase)
        if after is None and following is not None:
            after = self._after_joined(figure, following)
        own = before is not None or self._carried is None or self._is_new_clause(start, end)
        if after is not None and (own or self._tells_apart(figure)):
            return Done(after, is_of_counted=True)
        divides = self.clauses.text[max(start, end - 24) : end].lower()
        if self._carried is not None and _DIVIDES.search(divides):
            return Done(self._carried)  # kiểm tra 29 cơ sở, trong đó có 04 cơ sở …
        if before is not None and (self._carried is None or before.phrase.lower() not in _JOINS):
            return Done(None if before.phrase.lower() == "là" else before.phrase)
        return Done(after, is_of_counted=True) if after is not None and self._carried is None else Done(None)

    def _tells_apart(self, figure: Figure) -> bool:
        """Tell whether what came of a number stands against what was done before: `lấy 37 mẫu, 03/37 mẫu không đạt`."""
        predicate = figure.tail.predicate
        segment = self.clauses.segments(figure.start, figure.span.start)[-1]
        if predicate is None or self.clauses.masked[segment.start : segment.end].strip():
            return False
        if self._carried_by_counted and predicate.is_strong:
            return True  # 14/14 tập thể đăng ký …, 03 tập thể đăng ký …
        return (predicate.is_result and not predicate.is_strong) or figure.amount.dimension is Dimension.PERCENT

    def _is_new_clause(self, start: int, end: int) -> bool:
        """Tell whether a number opens a clause of its own, so that no verb of an earlier one governs it."""
        said = self.clauses.masked[max(start, end - 60) : end]
        return (
            ";" in said
            or end - start > 60
            or regex.search(r"(?:trong đó|kết quả|có|gồm)\s*(?:có\s*)?$", said) is not None
        )

    def _stands_alone(self, figure: Figure) -> bool:
        """Tell whether a measured noun opens the number's segment: `kinh phí 96 triệu đồng` was not done by anyone."""
        if figure.amount.dimension is Dimension.COUNT and figure.amount.unit is not None:
            return False
        segment = self._segment(figure.start, figure.span.start)
        said = self.clauses.text[segment.start : segment.end]
        if figure.amount.dimension is Dimension.PERCENT and said.strip(" ,–-") and not _REACHING.match(said):
            return True
        if figure.amount.unit is None:
            return regex.search(r"(?:\s{2,}|\t)$", said) is not None  # a table's cell
        measured = MEASURED.search(said) is not None or _EACH.match(said) is not None
        return measured and not _MEASURED_WITH.search(said)

    def _segment(self, start: int, end: int) -> Passage:
        """Give the last segment before a number that holds words; a label before ":" is one."""
        segments = self.clauses.segments(start, end)
        last = segments[-1]
        if self.clauses.text[last.start : last.end].strip(" –-") or len(segments) < 2:
            return last
        sign = self.clauses.text[segments[-2].end]
        return segments[-2] if sign in ":(" else last

    def _before(self, figure: Figure) -> _Governing | None:
        """Give the verb phrase before a number in its segment, from the verb that opens it to the number."""
        start, end = figure.start, figure.span.start
        segment = self._segment(start, end)
        verbs = self._usable(self.clauses.verbs(segment.start, segment.end), segment)
        is_label = segment.end < end and self.clauses.text[segment.end] in ":("
        if not verbs and not is_label:
            counted = figure.amount.dimension is Dimension.COUNT and figure.amount.unit is not None
            segment = self._segment_before(start, segment, counted=counted)
            verbs = self._usable(self.clauses.verbs(segment.start, segment.end), segment)
        if not verbs:
            return None
        change = self._change(figure, verbs)
        if change is not None:
            return _Governing(change.word, is_weak=False)
        opening = self._opening(verbs)
        at = self._run_start(opening.start, start) if opening.is_strong else opening.start
        phrase_end = end if not is_label else segment.end
        if figure.amount.dimension is not Dimension.COUNT or "/" in (figure.amount.unit or ""):
            name = self.clauses.masked.find(NAME, opening.end, phrase_end)
            phrase_end = name if name == opening.end + 1 else phrase_end  # phạt Công ty X 35.000.000 đồng
            measured = MEASURED.search(self.clauses.masked, opening.end, phrase_end)
            phrase_end = measured.start() if measured is not None else phrase_end
        else:
            named = self._named_again(figure, opening.end, phrase_end)
            phrase_end = named if named is not None else phrase_end
        in_bracket = is_label and self.clauses.text[segment.end] == "("
        if in_bracket or opening.word in _GIVES or (figure.amount.dimension in _HOW_MUCH and opening.is_strong):
            phrase_end = opening.end
        phrase = opening.word if opening.word in _JOINS else self._phrase(at, phrase_end) or opening.word
        is_weak = not (opening.is_strong or opening.is_result) and len(phrase.split()) < 4
        before = self.clauses.masked[segment.start : opening.start].strip(" –-")
        is_of_noun = (
            not opening.is_marked and bool(before) and before[-1].isalpha() and _LEADING.fullmatch(before + " ") is None
        )
        return _Governing(
            phrase, is_weak=is_weak, is_label=is_label and not in_bracket, is_of_noun=is_of_noun,
            is_telling=opening.word in _TELLING,
        )  # fmt: skip

    def _opening(self, verbs: list[Verb]) -> Verb:
        """Choose the verb that opens what governs a number: the last one after đã, được …, else the first strong one.

        One that only tells more of a noun (`quản lý các nhiệm vụ đang thực hiện`) opens nothing, and a second doing
        joined by "và" after a long first one stands by itself.
        """
        masked = self.clauses.masked
        doing = [verb for verb in verbs if verb.is_strong or verb.is_result]
        strong = [verb for verb in doing if verb.word not in _MODAL] or doing
        if not strong:
            return verbs[-1]
        first = strong[0]
        marked = [verb for verb in doing if verb.is_marked]
        if marked and not (first.is_strong and _RELATIVE.search(masked, first.end, marked[-1].start)):
            return marked[-1]
        joined = [
            verb
            for verb in strong[1:]
            if _COORDINATED.search(masked, first.end, verb.start) and len(masked[first.start : verb.start].split()) > 8
        ]
        return joined[-1] if joined else first

    def _named_again(self, figure: Figure, start: int, end: int) -> int | None:
        """Give where the counted thing's own word begins before its number: `phê duyệt | mẫu phương tiện 1.214 mẫu`."""
        unit = (figure.amount.unit or "").lower()
        at = self.clauses.masked.lower().find(f" {unit} ", start, end) if len(unit) > 1 else -1
        return at if at >= 0 else None

    def _change(self, figure: Figure, verbs: list[Verb]) -> Verb | None:
        """Give the verb right before a measure that says what became of it: `độ đứt giảm từ 35%`."""
        last = verbs[-1]
        beside = len(self.clauses.text[last.end : figure.span.start].split()) <= 2
        counted = figure.amount.dimension is Dimension.COUNT and figure.amount.unit is not None
        return last if beside and not counted and last.word in _CHANGES else None

    def _segment_before(self, start: int, segment: Passage, *, counted: bool) -> Passage:
        """Give the segments back to the verb that a number is joined to: `kiểm tra nhãn hàng, đo lường tại 37 cơ sở`.

        A label before ":" that opens with a verb governs the list after it.
        """
        text, masked = self.clauses.text, self.clauses.masked
        sign = text[segment.start - 1 : segment.start]
        if sign == ":":
            label = self.clauses.segments(start, segment.start - 1)[-1]
            first = next(iter(self.clauses.verbs(label.start, label.end)), None)
            opens = first is not None and not masked[label.start : first.start].strip(" –-0123456789.)\n")
            return label if opens else segment
        said = masked[segment.start : segment.end]
        listed = counted and sign == "," and said.strip() and AMOUNT not in said
        if not (listed or _REACHES.search(said) or _REACHING.match(masked, segment.start)):
            return segment
        before = self.clauses.segments(start, segment.start - 1) if segment.start > start else []
        depth = 0
        for one in reversed(before[-6:]):
            after = text[one.end]
            depth += (after == ")") - (after == "(")
            if after in ";:" and one is not before[-1]:
                break
            if depth == 0 and any(verb.is_strong for verb in self.clauses.verbs(one.start, one.end)):
                return Passage(one.start, segment.end)
        return segment

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
            n_named = len(self.clauses.masked[skipped : segment.end].split()) - sum(len(v.word.split()) for v in verbs)
            if not verbs or verbs[0].start != skipped or not verbs[0].is_strong or n_named > 1:
                break  # gửi thử nghiệm, phát hiện 01 mẫu: the second doing has a noun of its own before it
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
        if tail.predicate.word == "đạt" and _AMOUNT_NEXT.match(masked, tail.predicate.end):
            return None
        lead = regex.search(r"(?:không|chưa|xin|cùng|phải)(?:\s+(?:được|có))?\s+$", between)
        if lead is not None:
            start = tail.end + lead.start()
        end = self.clauses.segment_end(start, self.clauses.passages.sentence(figure.span.start).end)
        amount = masked.find("▣", start, end)
        end = amount if amount >= 0 else end
        goes_on = _GOES_ELSEWHERE.search(masked, tail.predicate.end, end)
        return self._phrase(start, goes_on.start() if goes_on is not None else end) or tail.predicate.word

    def _after_joined(self, figure: Figure, following: Figure) -> str | None:
        """Give what the following number's noun did where the two are joined: `03 tập thể và 11 cá nhân được …`."""
        gap = self.clauses.masked[figure.tail.end : following.span.start]
        joined = regex.fullmatch(r"\s*và\s*", gap) is not None
        return self._after(following) if joined else None

    def _of_lead_in(self, position: int) -> str | None:
        """Give what the line or the heading says was done that the number's list stands under."""
        lead_in = self.clauses.lead_in(position)
        line, sentence = self.clauses.passages.line(position), self.clauses.passages.sentence(position)
        if lead_in is None or (sentence.start > line.start and self.clauses.text[lead_in.end - 1] != ":"):
            return None
        if self.clauses.passages.is_heading(lead_in.start):
            return self._of_heading(lead_in)
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
        return self.clauses.text[verbs[0].start : verbs[0].end]

    def _of_heading(self, heading: Passage) -> str | None:
        """Give the verb that a heading opens with, if it names one doing: `2.1. Kiểm định phương tiện đo`."""
        numbered = _NUMBERING.match(self.clauses.text, heading.start, heading.end)
        start = numbered.end() if numbered is not None else heading.start
        verb = next(iter(self.clauses.verbs(start, min(heading.end, start + 30))), None)
        if verb is None or verb.start != start or not verb.is_strong or verb.word in _GENERAL:
            return None
        return verb.word


_MODAL = frozenset({"cho phép"})
# Verbs of telling, which introduce a list without having done what it lists.
_TELLS = frozenset(
    "báo cáo|thông báo|trình bày|chia|chia thành|tổng hợp|nêu|đánh giá|kiến nghị|đề nghị|thống kê".split("|")
)


# Verbs that headings open with and that say of nothing in particular that it was done.
_GENERAL = frozenset(
    "quản lý|triển khai|thực hiện|tổ chức|tăng cường|đánh giá|phát triển|xây dựng|hoàn thiện|nâng cao|"
    "đẩy mạnh|phổ biến|"
    "tham mưu|hoạt động|phối hợp|đổi mới|báo cáo|sử dụng|ứng dụng".split("|")
)


@dataclass(frozen=True, slots=True)
class _Governing:
    phrase: str
    is_weak: bool
    is_label: bool = False
    is_of_noun: bool = False
    is_telling: bool = False


def _is_bare_result(activity: str) -> bool:
    return activity.lower() in ("có", "còn", "tăng", "giảm", "đạt", "vượt")
