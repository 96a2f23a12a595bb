"""PDF: the file in; paragraphs, headings and cells of its text layer out, by PDFium.

Lines are joined to paragraphs where the next line's first word had no room on the line before; a paragraph goes on
over a page's end and has the place where it begins. Lines that most pages repeat at their top or bottom, and page
numbers, are left out and told. A page that is a picture is read by OCR where that is installed
(`khcn_ner.reading.ocr`), else told. Scripts and links are never run or followed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import BinaryIO

import pypdfium2
import pypdfium2.raw as pdfium
import regex

from khcn_ner.document import Metadata, PlaceKind
from khcn_ner.errors import InputError
from khcn_ner.reading import ocr
from khcn_ner.reading.draft import Draft
from khcn_ner.reading.pdf_lines import Line, read_lines
from khcn_ner.reading.spelling import is_syllable
from khcn_ner.reading.structure import looks_like_heading, marker_level

MAX_PAGES = 3000
# Lines that may be a header or footer: so many at a page's top and bottom.
_N_MARGIN_LINES = 2
_FEW_PAGES = 2
_PAGE_NUMBER = regex.compile(r"\W*(?:trang\s*)?\d{1,4}(?:\s*/\s*\d{1,4})?\W*", regex.IGNORECASE)
_HYPHENATED = regex.compile(r"(\p{L}+)-$")
_FIRST_LETTERS = regex.compile(r"^\p{L}+")
_SENTENCE_END = regex.compile(r"[.;:!?…][”\"’)]*$")
# In points: letters of one column begin this near to each other.
_NEAR = 3.0
# In letter sizes: lines of one row stand this near in height, also where a cell is centred beside one of two lines.
_SAME_HEIGHT = 0.75
# In letter sizes: a line's distance from the one above it; how much wider it is between paragraphs.
_LEAST_DROP, _GREATEST_DROP = 0.5, 2.2
_WIDER = 1.15
# In justified text so many lines end at one place.
_USUAL = 0.3


@dataclass(slots=True)
class _Page:
    number: int
    lines: list[Line]
    is_picture: bool


def read_pdf(stream: BinaryIO, draft: Draft) -> None:
    """Read a PDF into a draft.

    Raises:
        InputError: it is damaged, encrypted, too long, or of pictures that can't be read here.
    """
    try:
        document = pypdfium2.PdfDocument(stream)
    except pypdfium2.PdfiumError as error:
        encrypted = pdfium.FPDF_GetLastError() in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY)
        raise _unreadable(draft.where, encrypted="password" in str(error).lower() or encrypted) from error
    try:
        if len(document) > MAX_PAGES:
            raise InputError(
                draft.where,
                found=f"{len(document):,} pages",
                expected=f"a report of at most {MAX_PAGES:,} pages",
                remedy="split the file",
            )
        pages = [_read_page(document, index) for index in range(len(document))]
        _drop_repeated(pages, draft)
        read = _read_pictures(document, pages, draft)
        n_tables, lines = 0, list[Line]()
        for page in pages:
            if page.number in read:
                n_tables = _add_paragraphs(lines, draft, n_tables=n_tables)
                lines = []
                for text in read[page.number]:
                    draft.add(text, PlaceKind.PARAGRAPH, page=page.number, level=marker_level(text))
            lines += page.lines
        _add_paragraphs(lines, draft, n_tables=n_tables)
        known = document.get_metadata_dict()
        draft.metadata = Metadata(title=known.get("Title") or None, byline=known.get("Author") or None)
    except pypdfium2.PdfiumError as error:
        raise _unreadable(draft.where, encrypted=False) from error
    finally:
        document.close()


def _unreadable(where: str, *, encrypted: bool) -> InputError:
    if encrypted:
        return InputError(
            where, found="an encrypted PDF", expected="a PDF without a password", remedy="save it without its password"
        )
    return InputError(where, found="a damaged PDF", expected="a whole PDF", remedy="copy or save the file again")


def _read_page(document: pypdfium2.PdfDocument, index: int) -> _Page:
    page = document[index]
    try:
        textpage = page.get_textpage()
        try:
            lines = read_lines(textpage.raw, page=index + 1)
        finally:
            textpage.close()
        is_picture = not lines and any(item.type == pdfium.FPDF_PAGEOBJ_IMAGE for item in page.get_objects(max_depth=3))
        return _Page(index + 1, lines, is_picture)
    finally:
        page.close()


def _drop_repeated(pages: list[_Page], draft: Draft) -> None:
    """Leave out page numbers, and the lines at tops and bottoms that at least half of the pages repeat.

    Of two pages, where a repeated line may be a letterhead, the first keeps it.
    """
    filled = [page for page in pages if page.lines]
    counts = Counter(key for page in filled for key in {_key(page.lines[index]) for index in _margins(page)})
    repeated = {key for key, number in counts.items() if number >= max(2, len(filled) / 2)}
    dropped: Counter[str] = Counter()
    for page in filled:
        out = set()
        for index in _margins(page):
            line = page.lines[index]
            is_header = _key(line) in repeated and (len(filled) > _FEW_PAGES or page is not filled[0])
            if is_header or (_PAGE_NUMBER.fullmatch(line.text) and _is_alone(page, index)):
                out.add(index)
                if not _PAGE_NUMBER.fullmatch(line.text):
                    dropped[line.text] += 1
        page.lines = [line for index, line in enumerate(page.lines) if index not in out]
    if dropped:
        shown = "; ".join(f"“{text[:60]}”" for text, _ in dropped.most_common(3))
        n_lines = f"{dropped.total():,} line{'s' if dropped.total() > 1 else ''}"
        draft.warn(f"left out as headers or footers: {n_lines}, like {shown}")


def _margins(page: _Page) -> list[int]:
    """Give the numbers of the lines that stand highest and lowest on a page."""
    by_height = sorted(range(len(page.lines)), key=lambda index: -page.lines[index].base)
    return sorted({*by_height[:_N_MARGIN_LINES], *by_height[-_N_MARGIN_LINES:]})


def _is_alone(page: _Page, index: int) -> bool:
    """A page number has its height to itself, and is the highest or lowest line; a cell of a table has neighbours."""
    base = page.lines[index].base
    others = [line.base for number, line in enumerate(page.lines) if number != index]
    return not others or base < min(others) - _NEAR or base > max(others) + _NEAR


def _key(line: Line) -> tuple[str, int]:
    """Give what a header's lines share: their text but for numbers, and their height."""
    return regex.sub(r"\d+", "#", line.text.strip().lower()), round(line.base / _NEAR)


def _read_pictures(document: pypdfium2.PdfDocument, pages: list[_Page], draft: Draft) -> dict[int, list[str]]:
    """Read the pages that are pictures by OCR, or say that they were not read; give their paragraphs by page."""
    pictures = [page.number for page in pages if page.is_picture]
    missing = ocr.missing() if pictures else None
    if missing is not None:
        if len(pictures) == len([page for page in pages if page.lines or page.is_picture]):
            raise InputError(
                draft.where,
                found=f"a scanned PDF, {len(pictures):,} page{'s' if len(pictures) > 1 else ''} without text",
                expected="a PDF with text, or OCR for Vietnamese",
                remedy=f"{missing}, or run OCR on it first",
            )
        draft.warn(f"not read, since they are pictures: pages {', '.join(map(str, pictures))}; to read them {missing}")
        return {}
    read: dict[int, list[str]] = {}
    for number in pictures:
        page = document[number - 1]
        picture = page.render(scale=ocr.RESOLUTION / 72, grayscale=True).to_pil()
        page.close()
        try:
            read[number] = [" ".join(paragraph.split("\n")) for paragraph in ocr.read_picture(picture)]
        except RuntimeError as error:
            raise InputError(
                draft.where,
                found=f"a picture on page {number} that OCR can't read",
                expected="a page that Tesseract reads",
                remedy="scan the page again",
            ) from error
    if pictures:
        draft.warn(f"read by OCR, which makes mistakes: pages {', '.join(map(str, pictures))}")
    return read


def _add_paragraphs(lines: list[Line], draft: Draft, *, n_tables: int) -> int:
    """Add lines as paragraphs and cells; give how many tables there have been."""
    layout = _Layout(lines)
    table, row, cell = n_tables, 0, 0
    before: Line | None = None  # the cell before, inside a table
    for paragraph in _paragraphs(lines, layout):
        first = paragraph[0]
        text = _joined(paragraph)
        if not layout.is_cell(first):
            before = None
            bold = all(line.bold for line in paragraph)
            level = marker_level(text)
            if looks_like_heading(text, stands_out=bold):
                kind = PlaceKind.HEADING
            else:
                kind = PlaceKind.PARAGRAPH if level is None else PlaceKind.LIST_ITEM
            draft.add(text, kind, page=first.page, level=level)
            continue
        if before is None:
            table, row, cell = table + 1, 1, 0
        elif _begins_row(before, first):
            row, cell = row + 1, 0
        cell += 1
        before = first
        draft.add(text, PlaceKind.CELL, page=first.page, table=table, row=row, cell=cell)
    return table


def _begins_row(before: Line, line: Line) -> bool:
    """Tell whether a cell is its row's first: below the one before and left of it, or in the page's next column."""
    if before.page == line.page and before.column != line.column:
        return True
    return line.left < before.left - _NEAR and (line.page, -line.base) > (before.page, -before.base)


class _Layout:
    """What the pages' lines show of columns: which lines are cells, and how far lines may reach."""

    def __init__(self, lines: list[Line]) -> None:
        self._cells = {id(line) for flow in _by_flow(lines) for line in _beside_others(flow)}
        # Below a cell's first line the next ones may have nothing beside them.
        for before, line in pairwise(lines):
            if id(before) in self._cells and _is_next_line(before, line):
                self._cells.add(id(line))
        drops = sorted(
            (before.base - line.base) / line.size
            for before, line in pairwise(lines)
            if before.flow == line.flow and not self.is_cell(before) and not self.is_cell(line)
        )
        drops = [drop for drop in drops if _LEAST_DROP < drop < _GREATEST_DROP]
        # Lines of one paragraph stand closer than paragraphs, where those stand apart at all.
        self.greatest_drop = _WIDER * drops[len(drops) // 5] if drops else _GREATEST_DROP
        self._reach: dict[tuple[int, int], float] = {}
        for line in lines:
            if self.is_cell(line):
                column = _column(line)
                self._reach[column] = max(self._reach.get(column, 0.0), line.right)
        self._body_reach = {
            flow[0].flow: _usual_reach([line.right for line in flow if not self.is_cell(line)])
            for flow in _by_flow(lines)
        }

    def is_cell(self, line: Line) -> bool:
        """Tell whether a line stands in a table's column."""
        return id(line) in self._cells

    def reach(self, line: Line) -> float:
        """Give how far to the right lines like this one go."""
        if self.is_cell(line):
            return self._reach[_column(line)]
        return self._body_reach[line.flow]


def _usual_reach(rights: list[float]) -> float:
    """Give where lines end: in justified text where most of them do (a header may be longer), else the farthest."""
    if not rights:
        return 0.0
    ends = Counter(round(right / _NEAR) for right in rights)
    end, number = ends.most_common(1)[0]
    return max(rights) if number < _USUAL * len(rights) else (end + 0.5) * _NEAR


def _beside_others(page: list[Line]) -> Iterator[Line]:
    """Give the lines of a page that have another at about their height: cells, in the middle of their row or not."""
    in_order = sorted(page, key=lambda line: line.base)
    for index, line in enumerate(in_order):
        for other in in_order[index + 1 :]:
            if other.base - line.base > _SAME_HEIGHT * line.size:
                break
            if other.left > line.right or line.left > other.right:
                yield line
                yield other


def _column(line: Line) -> tuple[int, int]:
    return line.page, round(line.left / _NEAR)


def _is_next_line(before: Line, line: Line) -> bool:
    """Tell whether a line stands right below another and begins where it does."""
    drop = before.base - line.base
    is_below = before.flow == line.flow and _LEAST_DROP * line.size < drop < _GREATEST_DROP * line.size
    return is_below and abs(before.left - line.left) < _NEAR


def _by_flow(lines: list[Line]) -> list[list[Line]]:
    flows: dict[tuple[int, int], list[Line]] = {}
    for line in lines:
        flows.setdefault(line.flow, []).append(line)
    return list(flows.values())


def _paragraphs(lines: list[Line], layout: _Layout) -> Iterator[list[Line]]:
    paragraph: list[Line] = []
    for line in lines:
        if paragraph and not _goes_on(paragraph[-1], line, layout):
            yield paragraph
            paragraph = []
        paragraph.append(line)
    if paragraph:
        yield paragraph


def _goes_on(before: Line, line: Line, layout: _Layout) -> bool:
    """Tell whether a line goes on with the paragraph of the line before."""
    if layout.is_cell(before) != layout.is_cell(line) or abs(before.size - line.size) > 1 or before.bold != line.bold:
        return False
    has_room = before.right + 0.3 * line.size + line.first_word < layout.reach(before)
    if has_room:
        return False
    marker = marker_level(line.text)
    if marker is not None and (marker < 7 or _SENTENCE_END.search(before.text)):
        return False
    if before.flow != line.flow:
        return not _SENTENCE_END.search(before.text)
    if layout.is_cell(line):
        return _is_next_line(before, line)
    return _LEAST_DROP * line.size < before.base - line.base < layout.greatest_drop * line.size


def _joined(paragraph: list[Line]) -> str:
    """Join a paragraph's lines; a word that a hyphen split becomes whole.

    A hyphen at a line's end goes where the letters around it are small and spell one Vietnamese syllable together;
    else it belongs to the text (`X-quang`, `2011-2020`).
    """
    text = paragraph[0].text
    for line in paragraph[1:]:
        split, following = _HYPHENATED.search(text), _FIRST_LETTERS.match(line.text)
        if text.endswith("-") and not text.endswith(" -"):
            whole = split[1] + following[0] if split and following else ""
            text = text[:-1] if whole.islower() and is_syllable(whole) else text
            text += line.text
        else:
            text += f" {line.text}"
    return text
