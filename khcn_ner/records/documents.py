"""Official documents: references such as `Nghị quyết số 50/NQ-CP ngày 17/4/2020 của Chính phủ`, found in the text.

They carry no label (annotation guidelines: numbers of documents are no spans), so a pattern finds them; the issuer is
the ORG span after "của", or what the number itself says.
"""

from __future__ import annotations

from datetime import date

import regex

from khcn_ner.document import Document, Span
from khcn_ner.labels import Label
from khcn_ner.records.dates import normalise_date
from khcn_ner.records.model import OfficialDocument
from khcn_ner.records.organisations import Bodies
from khcn_ner.records.passages import Passage
from khcn_ner.records.span_index import SpanIndex, spans_of

_KINDS = {
    "quyết định": "Quyết định", "qđ": "Quyết định", "nghị quyết": "Nghị quyết", "nq": "Nghị quyết",
    "nghị định": "Nghị định",
    "nđ": "Nghị định", "kế hoạch": "Kế hoạch", "kh": "Kế hoạch", "thông tư liên tịch": "Thông tư liên tịch",
    "thông tư": "Thông tư",
    "công văn": "Công văn", "cv": "Công văn", "chỉ thị": "Chỉ thị", "ct": "Chỉ thị", "kết luận": "Kết luận",
    "hướng dẫn": "Hướng dẫn",
    "chương trình": "Chương trình", "báo cáo": "Báo cáo", "bc": "Báo cáo", "tờ trình": "Tờ trình", "ttr": "Tờ trình",
    "thông báo": "Thông báo", "tb": "Thông báo", "quy định": "Quy định", "văn bản": "Văn bản", "công điện": "Công điện",
    "luật": "Luật", "đề án": "Đề án", "hợp đồng": "Hợp đồng", "giấy mời": "Giấy mời", "giấy phép": "Giấy phép",
    "giấy chứng nhận": "Giấy chứng nhận", "giấy xác nhận": "Giấy xác nhận", "biên bản": "Biên bản",
    "tt": "Thông tư",
    "quy chế": "Quy chế", "pháp lệnh": "Pháp lệnh", "văn bản hợp nhất": "Văn bản hợp nhất",
}  # fmt: skip
_KIND = "|".join(sorted((regex.escape(kind) for kind in _KINDS), key=len, reverse=True))
# The number must have a letter part after / or -, so that "Quyết định 5" and sums are left alone.
_NUMBER = (
    r"\d{1,5}(?:\s?[/\-–]\s?(?:19|20)\d{2})?"
    r"(?:(?:\s?/\s?|\s?[-–](?!\s)|[-–]\s?)(?:\p{Lu}[\p{L}&]*|\d{1,2}(?=-\p{Lu})))+"
)
_REFERENCE = regex.compile(
    rf"(?<![\p{{L}}\d])(?P<kind>(?i:{_KIND}))\s*(?:(?i:số)\s*+:?\s*|:\s*)?(?P<number>{_NUMBER})(?![\p{{L}}\d])"
)
_BARE = regex.compile(
    r"(?<![\p{L}\d])(?P<kind>quyết định|nghị quyết|nghị định|chỉ thị|kết luận|thông tư|"
    r"công văn)\s+số\s*+:?\s*(?P<number>\d{1,5}(?![\p{L}\d/,.\-]\d?))",
    regex.IGNORECASE,
)
_DATE_AFTER = regex.compile(
    r"[\s,(]*(?:[^.;:\n]{0,40}?\sban hành\s+)?(?P<date>ngày\s*\d{1,2}(?:\s*[/.\-]\s*\d{1,2}\s*[/.\-]\s*\d{4}|"
    r"\s*tháng\s*\d{1,2}\s*(?:năm|/)\s*\d{4})"
    r"|(?<=[\s,(])\d{1,2}/\d{1,2}/\d{4})",
    regex.IGNORECASE,
)
_OFFICE = (
    r"(?:Thủ tướng|Phó Thủ tướng|Chủ tịch|Giám đốc|Bộ trưởng|Ban Thường vụ|Ban Chấp hành|Ban Bí thư"
    r"|Chi cục trưởng|Tổng cục trưởng|Cục trưởng)"
)
_ISSUER = regex.compile(rf"[\s,)]*của\s+(?P<issuer>(?P<office>{_OFFICE}\s+)?)")
_KNOWN_ISSUER = regex.compile(
    r"Thủ tướng Chính phủ|Chính phủ|Bộ Chính trị|Quốc hội|Ban Bí thư|Ban Chấp hành Trung ương|"
    r"(?:Chủ tịch )?(?:UBND|HĐND) tỉnh"
    r"|Tỉnh ủy|Tỉnh uỷ|Thành ủy|Bộ KH&CN|Bộ Khoa học và Công nghệ"
)
# UBND tỉnh phê duyệt tại Quyết định số …; Văn phòng X có Công văn số …; ban hành 07 kế hoạch, đáng chú ý là …
_ISSUED_BY = regex.compile(
    r"\s+(?:đã\s+)?(?:(?:ban hành|phê duyệt|ký|giao|ra|công bố|cấp|cho phép|thống nhất)(?:\s+\p{L}+){0,4}\s+)?"
    r"(?:tại|ban hành|có|ra|bằng)\s*|\s+(?:đã\s+)?ban hành\s[^.;\n]{0,70}\slà\s*"
)
_OFFICE_OF_NUMBER = regex.compile(r"-(?P<office>UBND|HĐND)$")
_PASSED_BY = regex.compile(r"[^.;\n]{0,90}?\sđược\s+(?=(?:UBND|HĐND)(?!\p{L}))")
_REACH_BACK = 250
# Who signs under such a number is fixed by law.
# Source: Luật Ban hành văn bản quy phạm pháp luật 2015, Điều 4; Nghị định 30/2020/NĐ-CP, Phụ lục I.
_MINISTRIES = {
    "BKHCN": "Bộ Khoa học và Công nghệ", "BTC": "Bộ Tài chính", "BNV": "Bộ Nội vụ", "BYT": "Bộ Y tế",
    "BCT": "Bộ Công Thương", "BXD": "Bộ Xây dựng", "BCA": "Bộ Công an", "BQP": "Bộ Quốc phòng", "BTP": "Bộ Tư pháp",
    "BNNPTNT": "Bộ Nông nghiệp và Phát triển nông thôn", "BTNMT": "Bộ Tài nguyên và Môi trường",
    "BGDĐT": "Bộ Giáo dục và Đào tạo", "BTTTT": "Bộ Thông tin và Truyền thông", "BGTVT": "Bộ Giao thông vận tải",
    "BKHĐT": "Bộ Kế hoạch và Đầu tư", "BLĐTBXH": "Bộ Lao động - Thương binh và Xã hội",
    "BVHTTDL": "Bộ Văn hóa, Thể thao và Du lịch",
}  # fmt: skip
_JOINT_CIRCULAR = regex.compile(r"/TTLT-(?P<ministries>B\p{Lu}+(?:-B\p{Lu}+)+)$")
_ISSUER_BY_SUFFIX = (
    (r"[-/]TTg$", "Thủ tướng Chính phủ"),
    (r"(?:NĐ|NQ)-CP$", "Chính phủ"),
    (r"/QH\d*$", "Quốc hội"),
    *((rf"-{short}$", full) for short, full in _MINISTRIES.items()),
)


def find_documents(document: Document, bodies: Bodies) -> tuple[OfficialDocument, ...]:
    """Find the official documents that a text refers to, each once, where it is first named."""
    text = document.text
    found: dict[tuple[str, str], OfficialDocument] = {}
    titles, organisations = spans_of(document, Label.PROJECT), spans_of(document, Label.ORG)
    matches = [*_REFERENCE.finditer(text), *_BARE.finditer(text)]
    for match in sorted(matches, key=lambda one: one.start()):
        if titles.over(match.start()) is not None:
            continue
        number = regex.sub(r"\s", "", match["number"]).replace("–", "-").rstrip("-/.")
        kind = _KINDS[match["kind"].lower()]
        if match["kind"].islower() and len(match["kind"]) <= 3:
            continue
        end = match.start("number") + len(match["number"].rstrip("-/. "))
        issued, after = _read_date(text, end)
        issuer, assumed = _read_issuer(document, bodies, organisations, after, number)
        if issuer is None:
            issuer, assumed = _issuer_around(document, bodies, organisations, Passage(match.start(), after), number)
        record = OfficialDocument(
            kind=kind, number=number, date=issued, issuer=issuer, assumed=assumed, start=match.start(), end=end
        )
        known = found.get((kind, number))
        found[kind, number] = record if known is None else _complete(known, record)
    return tuple(sorted(found.values(), key=lambda record: record.start))


def _complete(known: OfficialDocument, other: OfficialDocument) -> OfficialDocument:
    update: dict[str, object] = {}
    if known.date is None and other.date is not None:
        update["date"] = other.date
    if other.issuer is not None and (known.issuer is None or ("issuer" in known.assumed and not other.assumed)):
        update |= {"issuer": other.issuer, "assumed": other.assumed}
    return known.model_copy(update=update)


def _read_date(text: str, position: int) -> tuple[date | None, int]:
    match = _DATE_AFTER.match(text, position)
    if match is None:
        return None, position
    return normalise_date(match["date"]).from_, match.end()


def _read_issuer(
    document: Document, bodies: Bodies, organisations: SpanIndex[Span], position: int, number: str
) -> tuple[str | None, tuple[str, ...]]:
    text = document.text
    match = _ISSUER.match(text, position)
    if match is not None:
        office = " ".join((match["office"] or "").split())
        known = _KNOWN_ISSUER.match(text, match.start("issuer"))
        if known is not None and known[0].startswith("Thủ tướng"):
            return known[0], ()
        span = organisations.starting_at(match.end())
        if span is not None:
            surface = " ".join(document.surface(span).split())
            name = bodies.name_at(span) or surface
            return f"{office} {name}".strip(), ()
        if known is not None:
            return known[0], ()
    joint = _JOINT_CIRCULAR.search(number)
    if joint is not None:
        names = [_MINISTRIES.get(short) for short in joint["ministries"].split("-")]
        if None not in names:
            return ", ".join(name for name in names if name is not None), ("issuer",)
    for suffix, issuer in _ISSUER_BY_SUFFIX:
        if regex.search(suffix, number):
            return issuer, ("issuer",)
    return None, ()


def _issuer_around(
    document: Document, bodies: Bodies, organisations: SpanIndex[Span], reference: Passage, number: str
) -> tuple[str | None, tuple[str, ...]]:
    """Read the issuer from the body that acts before the reference, or the only UBND that its sentence names."""
    text, start = document.text, reference.start
    before = organisations.last_by(start)
    if before is not None and _ISSUED_BY.fullmatch(text, before.end, start):
        return bodies.name_at(before), ()
    office = _OFFICE_OF_NUMBER.search(number)
    if office is None:
        return None, ()
    reach = max(0, start - _REACH_BACK)
    reach = max(
        reach, text.rfind("\n", reach, start) + 1, text.rfind(". ", reach, start) + 1, text.rfind(";", reach, start) + 1
    )
    near = list(organisations.starting_in(reach, start))
    passed = _PASSED_BY.match(text, reference.end)
    near += [span for span in (organisations.starting_at(passed.end()),) if span is not None] if passed else []
    names = {bodies.name_at(span) for span in near}
    named = [name for name in names if name is not None and name.startswith(office["office"])]
    return (named[0], ("issuer",)) if len(named) == 1 else (None, ())


def reference_spans(text: str) -> SpanIndex[Passage]:
    """Give where each reference and its date stand, so that the date isn't taken for one of the report's own."""
    spans = []
    for match in _REFERENCE.finditer(text):
        _, end = _read_date(text, match.end())
        spans.append(Passage(match.start(), end))
    return SpanIndex(spans)
