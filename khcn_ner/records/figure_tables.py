"""Tables of figures: a document in, what each cell of a table says by its row and its column's head out.

A table stands in the text as a head ("STT Chỉ tiêu Kế hoạch Thực hiện Tỷ lệ (%)") and rows below it ("1 Nhiệm vụ cấp
tỉnh 29 29 100"), its cells joined by a sign, by spaces, or, where the file's reader knows them, as cells of their own.
A column's head says what its numbers are: planned, done, a share, a change, a year's, money. Rows that have more or
fewer numbers than the head has columns are left alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import regex

from khcn_ner.document import Document, PlaceKind, Span
from khcn_ner.labels import Label
from khcn_ner.records.passages import Passage, content_end, content_start
from khcn_ner.records.span_index import SpanIndex, spans_of


class ColumnKind(StrEnum):
    """What the numbers of a column are."""

    PLAN = "plan"
    DONE = "done"
    SHARE = "share"
    CHANGE = "change"
    YEAR = "year"
    MONEY = "money"
    TIME = "time"


@dataclass(frozen=True, slots=True)
class Cell:
    """What a number's row and column say of it.

    `unit` is one that the table's head gives it, `is_share` says that it is the percentage of the number before it.
    """

    kind: ColumnKind
    label: Passage
    unit: str | None = None
    year: int | None = None
    table_item: str | None = None
    is_share: bool = False


_MONEY_UNIT = r"(?:nghìn|triệu|tỷ|tỉ)\s+đồng|tr\.?\s?đ(?:ồng)?|trđ"
_KINDS = (
    (ColumnKind.CHANGE, r"tăng\s*[/,(\-]?\s*giảm(?:\s*\(?%\)?)?|tăng trưởng"),
    (
        ColumnKind.SHARE,
        (
            r"(?:tỷ lệ|tỉ lệ|đạt|so(?: với)? (?:kế hoạch|KH))\s*\(?\s*%\s*\)?|"
            r"%(?:\s*(?:so với\s*)?(?:kế hoạch|KH|TH/KH))?"
        ),
    ),
    (ColumnKind.YEAR, r"(?:năm\s+)?(?:19|20)\d{2}"),
    (
        ColumnKind.MONEY,
        (
            r"(?:tổng\s+)?(?:kinh phí|KP|vốn|dự toán(?: giao)?|quyết toán|đã cấp|giải ngân|doanh thu)"
            rf"(?:\s*(?:\(|-\s*)(?:{_MONEY_UNIT})\)?)?"
        ),
    ),
    (ColumnKind.TIME, r"thời gian(?: thực hiện)?\s*(?:\(|-\s*)(?:tháng|năm)\)?"),
    (ColumnKind.PLAN, r"kế hoạch(?: giao)?|KH|chỉ tiêu giao|giao"),
    (ColumnKind.DONE, r"(?:ước\s+)?thực hiện|TH|kết quả|đạt được|đạt"),
)  # fmt: skip
_COLUMN = regex.compile(
    "|".join(rf"(?P<{kind.name}>(?<![\p{{L}}\d])(?:{words})(?![\p{{L}}\d]))" for kind, words in _KINDS),
    regex.IGNORECASE,
)
# Columns that hold words: their heads are no kind of number though they contain such words (Tên chỉ tiêu).
_WORDY = regex.compile(
    r"(?:STT|TT|số TT|tên|nội dung|chỉ tiêu|khoản mục|đơn vị|ĐVT|đối tượng|nhiệm vụ|chủ trì|chủ nhiệm|người|"
    r"tiến độ|ghi chú|"
    r"kết luận|thời gian|địa bàn|lĩnh vực|hạng mục|loại|danh mục)(?!\p{L})",
    regex.IGNORECASE,
)
_HEAD = regex.compile(r"\s*(?:[A-ZĐ\d]{1,4}[.)]\s*)?(?:STT|TT|Số TT|Bảng|Biểu)(?!\p{L})[^\n]{6,220}", regex.IGNORECASE)
_CAPTION_ITEM = regex.compile(
    r"(?P<item>(?:tổng\s+)?(?:kinh phí|doanh thu|dự toán|vốn|số tiền)[^(),;:\n]{0,40})", regex.IGNORECASE
)
_UNIT = regex.compile(_MONEY_UNIT, regex.IGNORECASE)
_SEPARATOR = regex.compile(r"\s+[|–-]\s+|\s*[|;\t]\s*|\s{2,}")
_NUMBERED = regex.compile(r"\s*(?:\d{1,2}(?:\.\d{1,2})*|[IVXl]{1,4})[.)]?\s*(?:[–|;-]\s*)?")
_BARE = regex.compile(r"\d[\d.]*(?:,\d+)?\s*%?")
_CURRENCY_WORD = regex.compile(rf"\s*(?P<unit>{_MONEY_UNIT})$", regex.IGNORECASE)
_N_LINES_APART = 60


@dataclass(frozen=True, slots=True)
class _Column:
    kind: ColumnKind
    unit: str | None
    year: int | None


@dataclass(frozen=True, slots=True)
class _Head:
    columns: tuple[_Column, ...]
    unit: str | None
    item: str | None


def find_cells(document: Document) -> dict[int, Cell]:
    r"""Find the numbers that stand in tables, by where their spans start.

    Example:
        >>> text = "STT Nội dung Kế hoạch Thực hiện\n1 Đơn 40 38"
        >>> spans = tuple(Span(at, at + 2, Label.QUANTITY) for at in (text.index("40"), text.index("38")))
        >>> [cell.kind.value for cell in find_cells(Document("a", text, spans)).values()]
        ['plan', 'done']
    """
    spans = spans_of(document, Label.QUANTITY)
    if not spans.spans:
        return {}
    found = dict(_cells_of_lines(document, spans))
    found.update(_cells_of_places(document, spans))
    return found


def _read_column(text: str) -> _Column | None:
    """Read one column's head; None where it holds words."""
    match = _COLUMN.search(text)
    if match is None or (_WORDY.match(text.strip()) and match.start() > 0 and "(" not in text):
        return None
    return _column_of(match, text)


def _column_of(match: regex.Match[str], text: str) -> _Column:
    kind = next(kind for kind, _ in _KINDS if match[kind.name] is not None)
    if kind is ColumnKind.TIME:
        return _Column(kind, "năm" if "năm" in match[0] else "tháng", None)
    unit, year = _UNIT.search(text), regex.search(r"(?:19|20)\d{2}", match[0])
    return _Column(kind, unit[0] if unit is not None else None, int(year[0]) if year is not None else None)


def _cells_of_lines(document: Document, spans: SpanIndex[Span]) -> Iterator[tuple[int, Cell]]:
    """Read the tables whose rows are lines of the text."""
    text, head, n_since, caption = document.text, None, 0, ""
    position = 0
    for raw in text.splitlines(keepends=True):
        line, position = Passage(position, position + len(raw)), position + len(raw)
        if not raw.strip():
            continue
        if _HEAD.match(raw):
            numbers = spans.starting_in(line.start, line.end)
            # TT. Kỹ thuật … được đầu tư: a paragraph of a centre, not the head of a table.
            is_prose = raw.rstrip().endswith((".", ";", ",")) or len(numbers) > 1
            found = None if is_prose else _read_head(raw, caption)
            if found is not None or raw.lstrip()[:3].lower() in ("bản", "biể"):
                head, n_since, caption = found, 0, raw
                continue
        n_since += 1
        if head is None or n_since > _N_LINES_APART:
            continue
        yield from _row_of_line(document, line, spans, head)


def _read_head(line: str, caption: str) -> _Head | None:
    """Read a table's head, with the unit and the item that it or its caption says."""
    columns = [_column_of(match, match[0]) for match in _columns_in(line)]
    if not columns:
        return None
    whole = f"{caption} {line}"
    unit, item = _UNIT.search(whole), _CAPTION_ITEM.search(caption) or _CAPTION_ITEM.search(line)
    return _Head(
        tuple(columns),
        unit[0] if unit is not None else None,
        " ".join(item["item"].split()) if item is not None and unit is not None else None,
    )


def _columns_in(line: str) -> list[regex.Match[str]]:
    """Give the heads of number columns in a line, those of word columns and of the caption left out."""
    opening = regex.match(r"\s*(?:[A-ZĐ\d]{1,4}[.)]\s*)?(?:Bảng|Biểu)\s*[^:(]*[:(]", line, regex.IGNORECASE)
    if opening is None and regex.match(r"\s*(?:Bảng|Biểu)", line, regex.IGNORECASE):
        return []
    start = opening.end() if opening is not None else 0
    inner = regex.match(r"[^:()]*\)\s*:", line[start:])
    start += inner.end() if inner is not None else 0  # Bảng (doanh thu, tỷ đồng): đơn vị – KH – TH – %
    return list(_COLUMN.finditer(line, start))


def _row_of_line(document: Document, line: Passage, spans: SpanIndex[Span], head: _Head) -> Iterator[tuple[int, Cell]]:
    numbers = [span for span in spans.starting_in(line.start, line.end) if _BARE.fullmatch(document.surface(span))]
    numbers = numbers[-len(head.columns) :]
    if len(numbers) != len(head.columns):
        return
    # Between the numbers of a row stands nothing but signs and a word (giảm 15,0).
    for one, other in pairwise(numbers):
        if not regex.fullmatch(r"[\s|;–-]*(?:\p{L}{1,5}\s+)?", document.text[one.end : other.start]):
            return
    yield from _cells(document, _label(document.text, line.start, numbers[0].start), numbers, head.columns, head)


def _label(text: str, start: int, end: int) -> Passage:
    """Give the words of a row before its numbers, without the row's own number."""
    numbered = _NUMBERED.match(text, start, end)
    start = numbered.end() if numbered is not None else start
    while end > start and text[end - 1] in " \t|;–-:":
        end -= 1
    return Passage(content_start(text, start, end), content_end(text, start, end))


def _cells(
    document: Document, label: Passage, numbers: Sequence[Span], columns: Sequence[_Column], head: _Head
) -> Iterator[tuple[int, Cell]]:
    """Give the cells of one row."""
    if label.end <= label.start or not any(character.isalpha() for character in document.text[label.start : label.end]):
        return
    own = _CURRENCY_WORD.search(document.text[label.start : label.end])
    label = Passage(label.start, label.start + own.start()) if own is not None else label
    for number, (span, column) in enumerate(zip(numbers, columns, strict=True)):
        share = column.kind in (ColumnKind.SHARE, ColumnKind.CHANGE)
        unit = "%" if share else own["unit"] if own is not None else column.unit or head.unit
        yield (
            span.start,
            Cell(
                column.kind,
                label,
                unit,
                column.year,
                head.item,
                is_share=column.kind is ColumnKind.SHARE and number > 0,
            ),
        )


def _cells_of_places(document: Document, spans: SpanIndex[Span]) -> Iterator[tuple[int, Cell]]:
    """Read the tables whose cells the file's reader knows."""
    rows: defaultdict[int, defaultdict[int, list[Passage]]] = defaultdict(lambda: defaultdict(list))
    for place in document.places:
        if place.kind is PlaceKind.CELL and place.table is not None and place.row is not None:
            rows[place.table][place.row].append(Passage(place.start, place.end))
    for table in rows.values():
        first, *others = [table[number] for number in sorted(table)]
        columns = [_read_column(document.text[cell.start : cell.end]) for cell in first]
        unit = _UNIT.search(document.text[max(0, first[0].start - 160) : first[-1].end])
        head = _Head((), unit[0] if unit is not None else None, None)
        for row in others:
            if len(row) == len(first) and any(column is not None for column in columns):
                yield from _row_of_cells(document, row, columns, spans, head)


def _row_of_cells(
    document: Document, row: list[Passage], columns: list[_Column | None], spans: SpanIndex[Span], head: _Head
) -> Iterator[tuple[int, Cell]]:
    numbers, heads = [], []
    for cell, column in zip(row, columns, strict=True):
        span = spans.first_in(cell.start, cell.end)
        if column is not None and span is not None and _BARE.fullmatch(document.text[cell.start : cell.end].strip()):
            numbers.append(span)
            heads.append(column)
    wordy = [cell for cell, column in zip(row, columns, strict=True) if column is None]
    words = [one for one in wordy if any(character.isalpha() for character in document.text[one.start : one.end])]
    if numbers and words:
        label = _label(document.text, words[0].start, words[0].end)
        yield from _cells(document, label, numbers, heads, head)
