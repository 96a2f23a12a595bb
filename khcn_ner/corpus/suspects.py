"""Guideline suspects: annotated documents in, spans and stretches to look at once more out.

The rules decide mechanically what the annotation guidelines decide by form (docs/annotation-guidelines.md). A suspect
is a place to look, not a verdict: what was looked at and stays is listed in the corpus' settled.tsv.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import regex

from khcn_ner.document import Document, Span
from khcn_ner.labels import Label


@dataclass(frozen=True, slots=True)
class Suspect:
    """A stretch `[start, end)` that a rule doubts, and what the guidelines say about it."""

    rule: str
    start: int
    end: int
    reason: str


# A named body needs something that tells which one; these alone are heads.
_BARE_HEADS = frozenset(
    "sở|bộ|cục|vụ|chi cục|tổng cục|trung tâm|viện|trường|đảng ủy|đảng uỷ|chi bộ|chi ủy|chi uỷ|công đoàn|hội đồng|ban|"
    "phòng|văn phòng|đài|công ty|hợp tác xã|quỹ|khối|nhà nước|đảng|ban giám đốc|lãnh đạo sở|ủy ban|uỷ ban|"
    "ban chấp hành|các sở|các đơn vị trực thuộc|ủy ban kiểm tra|đoàn thanh niên|hội phụ nữ".split("|")
)
_RESPECT = regex.compile(r"(?i)(đ/c|đồng chí|ông|bà|ts\.?|ths\.?|pgs\.?|gs\.?|bs\.?|ks\.?|cn\.?)[\s.]")
_DATE_WORD = regex.compile(r"(?i)(?<![\p{L}\p{M}])(ngày|tháng|quý|giai đoạn|năm)[^\S\n]*$")
_APPROXIMATE = regex.compile(r"(?i)(trên|hơn|gần|khoảng|dưới|ước|âm)\s")
_NUMBER_WORDS = "hai|ba|bốn|tư|sáu|bảy|tám|chín|mười"
# In a date, năm is the word for year; in an amount, the number five.
_DATE_NUMBER = regex.compile(rf"(?i)\d|(?<!\p{{L}})([IVX]+|một|{_NUMBER_WORDS})(?!\p{{L}})")
_NUMBER = regex.compile(rf"(?i)\d|(?<!\p{{L}})(năm|trăm|nghìn|ngàn|nửa|rưỡi|{_NUMBER_WORDS})(?!\p{{L}})")
_TASK_WORD = regex.compile(r"(?i)(đề tài|dự án|đề án|nhiệm vụ)\s")
# A number with a unit that can only count or measure; numbers of documents and standards have none.
_AMOUNT = regex.compile(
    r"(?<![\p{L}\d/.,:–-])\d(?:[\d.,]*\d)?(?:/\d(?:[\d.,]*\d)?)?\s?"
    r"(?:triệu đồng|tỷ đồng|tỉ đồng|đồng|ha|kg|m2|m3|km|%|đề tài|dự án|nhiệm vụ|cơ sở|lượt|hồ sơ|PTĐ|phương tiện|người|"
    r"mô hình|học viên|tập thể|cá nhân|sản phẩm|doanh nghiệp|đơn vị|văn bản|mẫu|lớp)(?![\p{L}\d])"
)
_SHORTEST_REPEAT = 6  # code points; shorter names (abbreviations) also stand for other things


def find_suspects(document: Document) -> list[Suspect]:
    """List what the rules doubt in a document, in the order of the text.

    Example:
        >>> document = Document("a", "đồng chí Lê Văn Tám", (Span(0, 19, Label.PER),))
        >>> [(suspect.rule, suspect.reason) for suspect in find_suspects(document)]
        [('title-in-name', 'PER is the name alone')]
    """
    found = [suspect for span in document.spans for suspect in _span_suspects(document, span)]
    found += _unmarked_amounts(document)
    found += _unmarked_repeats(document)
    return sorted(found, key=lambda suspect: (suspect.start, suspect.end, suspect.rule))


def _span_suspects(document: Document, span: Span) -> Iterator[Suspect]:
    surface = document.surface(span)
    before = document.text[max(0, span.start - 20) : span.start]
    for rule, doubted, reason in _RULES[span.label]:
        if doubted(surface, before):
            yield Suspect(rule, span.start, span.end, reason)


_Doubt = Callable[[str, str], bool]
_RULES: dict[Label, tuple[tuple[str, _Doubt, str], ...]] = {
    Label.ORG: (
        (
            "bare-head",
            lambda surface, _: surface.casefold() in _BARE_HEADS,
            "a bare head noun is not a name",
        ),
    ),
    Label.PER: (
        ("title-in-name", lambda surface, _: bool(_RESPECT.match(surface)), "PER is the name alone"),
        ("digit-in-name", lambda surface, _: any(sign.isdigit() for sign in surface), "a name has no digit"),
    ),
    Label.DATE: (
        ("date-without-number", lambda surface, _: not _DATE_NUMBER.search(surface), "a DATE has a number in it"),
        ("date-word-left-out", lambda _, before: bool(_DATE_WORD.search(before)), "a DATE keeps ngày, tháng, quý, năm"),
    ),
    Label.QUANTITY: (
        ("approximation-inside", lambda surface, _: bool(_APPROXIMATE.match(surface)), "approximating words stay out"),
        ("quantity-without-number", lambda surface, _: not _NUMBER.search(surface), "a QUANTITY has a number in it"),
    ),
    Label.PROJECT: (
        ("short-title", lambda surface, _: len(surface.split()) < 3, "a title has at least three syllables"),
        ("task-word-inside", lambda surface, _: bool(_TASK_WORD.match(surface)), "a title is without the task's word"),
    ),
}


def _unmarked_amounts(document: Document) -> Iterator[Suspect]:
    for match in _AMOUNT.finditer(document.text):
        if not _touches(document, match.start(), match.end()):
            yield Suspect("unmarked-amount", match.start(), match.end(), "a number with a unit is a QUANTITY")


def _unmarked_repeats(document: Document) -> Iterator[Suspect]:
    """Find names of bodies and people that are marked elsewhere in the document and stand unmarked here."""
    names = {document.surface(span) for span in document.spans if span.label in (Label.ORG, Label.PER)}
    names = {name for name in names if len(name) >= _SHORTEST_REPEAT}
    if not names:
        return
    ordered = sorted(names, key=len, reverse=True)
    pattern = regex.compile(r"(?<![\p{L}\p{M}\d])(?:\L<names>)(?![\p{L}\p{M}\d])", names=ordered)
    for match in pattern.finditer(document.text):
        if not _touches(document, match.start(), match.end()):
            yield Suspect("unmarked-repeat", match.start(), match.end(), "the same name is marked elsewhere")


def _touches(document: Document, start: int, end: int) -> bool:
    return any(span.start < end and start < span.end for span in document.spans)
