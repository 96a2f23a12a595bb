"""The lines of a PDF page: a page's signs and their boxes in, lines with where they stand out. By PDFium.

Signs come in the order that the file draws them, which is the order in which word processors write: a cell's lines stay
together. A page set in two columns, as newsletters are, is told by its lines, drawn down one side and then the other;
a table's are drawn row by row. Lengths are points (1/72 inch) from the page's lower left corner.
"""

from __future__ import annotations

import ctypes
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

import pypdfium2.raw as pdfium

# In letter sizes: a gap in a line that surely separates two cells of a row; and one that does where at least two other
# lines of the page begin where it ends, since justified text has gaps too but no columns.
_WIDE_GAP = 1.6
_GAP = 0.6
_N_ALIGNED = 3
_BOLD_WEIGHT = 600
# A page of two columns has so many lines in each, which fill so much of its width; few lines lie across.
_N_COLUMN_LINES = 8
_FILLED = 0.7
_ACROSS = 0.2
_WIDE_PART = 4  # of the page's width, a column's line takes more than one in so many
_FARTHEST = 1e5
_HYPHENS = "\x02\ufffe"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text, or of a cell of a table: its box, baseline and letter size in points."""

    text: str
    page: int
    left: float
    right: float
    base: float
    size: float
    bold: bool
    # Width of the first word, to tell whether the line before had room for it.
    first_word: float
    # Of a page set in two columns: 1 left, 2 right; 0 across both, and on other pages.
    column: int = 0

    @property
    def flow(self) -> tuple[int, int]:
        """The stretch of a page that text flows down before it goes on elsewhere."""
        return self.page, self.column


@dataclass(slots=True)
class _Sign:
    letter: str
    left: float
    right: float
    index: int
    space_after: bool = False
    gap: float = 0.0  # before it, in letter sizes, where wide enough to look at


def read_lines(textpage: Any, *, page: int) -> list[Line]:
    """Give the lines of a page in the order of the file.

    Args:
        textpage: PDFium's handle of the page's text.
        page: the page's number, from 1.
    """
    runs = list(_runs(textpage))
    gutter = _gutter([(run[0].left, run[-1].right) for run in runs])
    if gutter is None:
        return [_line(run, textpage, page, column=0) for run in _split_at_columns(runs)]
    # In narrow columns justified text has gaps as wide as those between cells; a table's rows fill less of the width.
    widest = _FILLED * (max(run[-1].right for run in runs) - gutter)
    split = _split_at_columns(runs, widest=widest)
    return [_line(run, textpage, page, column=_side(run[0].left, run[-1].right, gutter)) for run in split]


def _side(left: float, right: float, gutter: float) -> int:
    return 1 if right <= gutter else 2 if left >= gutter else 0


def _gutter(boxes: list[tuple[float, float]]) -> float | None:
    """Find where the gap between two columns of running text is, by the left and right ends of a page's lines."""
    if len(boxes) < 2 * _N_COLUMN_LINES:
        return None
    first, last = min(left for left, _ in boxes), max(right for _, right in boxes)
    middle = [first + (last - first) * step / 40 for step in range(14, 27)]
    gutter = min(middle, key=lambda x: (sum(left < x < right for left, right in boxes), abs(2 * x - first - last)))
    sides = [_side(left, right, gutter) for left, right in boxes]
    if sides.count(0) > _ACROSS * len(boxes):
        return None
    for side, reach in ((1, gutter - first), (2, last - gutter)):
        widths = sorted(right - left for (left, right), one in zip(boxes, sides, strict=True) if one == side)
        if len(widths) < _N_COLUMN_LINES or widths[len(widths) // 2] < _FILLED * reach:
            return None
    # Down the left and then the right, anew only below a line across; a page's number may come at any time.
    wide = [
        side for side, (left, right) in zip(sides, boxes, strict=True) if right - left > (last - first) / _WIDE_PART
    ]
    return gutter if not any(before == 2 and after == 1 for before, after in pairwise(wide)) else None


def _runs(textpage: Any) -> Iterator[list[_Sign]]:
    """Give the signs of a page in runs: up to a line's end, or a jump to another line or cell."""
    run: list[_Sign] = []
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    for index in range(pdfium.FPDFText_CountChars(textpage)):
        letter = chr(min(pdfium.FPDFText_GetUnicode(textpage, index), 0x10FFFF))
        if letter in "\r\n\0":
            if run:
                yield run
            run = []
        elif letter.isspace():
            if run:
                run[-1].space_after = True
        elif pdfium.FPDFText_GetCharBox(textpage, index, left, right, bottom, top):
            letter = "-" if letter in _HYPHENS else letter
            sign = _Sign(letter, _finite(left.value), _finite(right.value), index)
            if run and not -1 <= sign.left - run[-1].right <= 2:
                sign.gap = (sign.left - run[-1].right) / max(_finite(pdfium.FPDFText_GetFontSize(textpage, index)), 1.0)
                if sign.gap > _WIDE_GAP or sign.gap < -2:
                    yield run
                    run = []
            run.append(sign)
    if run:
        yield run


def _split_at_columns(runs: list[list[_Sign]], *, widest: float = float("inf")) -> list[list[_Sign]]:
    """Split the runs that are no wider than `widest` points at gaps behind which others begin."""
    narrow = [run for run in runs if run[-1].right - run[0].left <= widest]
    starts = Counter(round(run[0].left) for run in narrow)
    starts.update(round(sign.left) for run in narrow for sign in run[1:] if sign.gap > _GAP)
    split: list[list[_Sign]] = []
    for run in runs:
        split.append(run[:1])
        for sign in run[1:]:
            near, is_gap = round(sign.left), sign.gap > _GAP and run[-1].right - run[0].left <= widest
            if is_gap and sum(starts[near + step] for step in (-1, 0, 1)) >= _N_ALIGNED:
                split.append([])
            split[-1].append(sign)
    return split


def _line(run: list[_Sign], textpage: Any, page: int, *, column: int) -> Line:
    text = "".join(f"{sign.letter} " if sign.space_after else sign.letter for sign in run).rstrip()
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    x, y = ctypes.c_double(), ctypes.c_double()
    pdfium.FPDFText_GetCharOrigin(textpage, run[0].index, x, y)
    word_end = next((sign for sign in run if sign.space_after), run[-1])
    return Line(
        text=text,
        page=page,
        left=_length(run[0].left),
        right=_length(run[-1].right),
        base=_length(y.value),
        size=_length(max(pdfium.FPDFText_GetFontSize(textpage, run[0].index), 1.0)),
        bold=_is_bold(textpage, run[0].index),
        first_word=_length(word_end.right - run[0].left),
        column=column,
    )


def _finite(points: float) -> float:
    """Keep a length on paper; a damaged file may put a sign at infinity, or nowhere."""
    return min(max(points, -_FARTHEST), _FARTHEST) if not math.isnan(points) else 0.0


def _length(points: float) -> float:
    return _same(round(_finite(points), 1))


@lru_cache(maxsize=1 << 14)
def _same(points: float) -> float:
    """Give the number that was given before for an equal one: pages have their lines in the same places."""
    return points


def _is_bold(textpage: Any, index: int) -> bool:
    if pdfium.FPDFText_GetFontWeight(textpage, index) >= _BOLD_WEIGHT:
        return True
    name = ctypes.create_string_buffer(128)
    flags = ctypes.c_int()
    n_bytes = pdfium.FPDFText_GetFontInfo(textpage, index, name, len(name), flags)
    return 0 < n_bytes <= len(name) and b"bold" in name.value.lower()
