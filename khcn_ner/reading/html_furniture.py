"""What portals put around a report: a page's tree in, the same without tables for layout out; lines told as furniture.

trafilatura knows modern pages' parts by their names. Older portals lay the whole page out in tables, and put counters
and links among the text.
"""

from __future__ import annotations

from typing import Any

import regex

_CELLS = ("td", "th")
_TABLE_PARTS = ("table", "tbody", "thead", "tfoot", "tr", *_CELLS)
_COUNT = r"[:\s]*[\d.,]+(?:\s*(?:lượt|người|khách))?"
# Lines, or parts of lines between | and the like, that are no report's.
_FURNITURE = regex.compile(
    rf"""
    (?:đang\s(?:truy\scập|online|trực\stuyến)|trực\stuyến|hôm\s(?:nay|qua)|(?:tuần|tháng|năm)\s(?:này|trước)
      |(?:tổng(?:\ssố)?\s)?(?:số\s)?lượt\s(?:truy\scập|xem|đọc)|tổng\struy\scập|đã\sxem|số\slần\sxem){_COUNT}
    |(?:ngày\sđăng|đăng\s(?:lúc|ngày)|cập\snhật(?:\slúc|\sngày)?)[:\s]*[\d/:\-.,\s]+(?:sa|ch|am|pm)?
    |(?:thứ\s\w+,?\s)?\d{{1,2}}/\d{{1,2}}/\d{{4}},?\s+\d{{1,2}}:\d\d(?::\d\d)?(?:\s?(?:sa|ch|am|pm))?
    |(?:thống\skê\s)?(?:số\s)?(?:lượt\s)?truy\scập|liên\skết\s(?:web\s?site|trang\sweb)|cỡ\schữ[:\s]*(?:a\s?[+\-]?\s?)*
    |a\s?[+\-]?(?:\s+a\s?[+\-]?)*|đọc\sbài\sviết|in\s(?:trang|bài|ra)(?:\snày|\sviết)?|gửi\s(?:email|phản\shồi|bài\sviết)
    |(?:về|lên)\sđầu\strang|chia\ssẻ(?:\s(?:facebook|zalo|bài\sviết))?|facebook|zalo|twitter|quay\s(?:lại|về)
    |(?:các\s)?(?:tin|bài|bài\sviết)\s(?:khác|liên\squan|cùng\s(?:loại|chuyên\smục)|mới(?:\snhất)?|đã\sđưa|cũ\shơn|mới\shơn)
    |đánh\sgiá[:\s]*[\d.,/\s]+(?:\(\d+\slượt\))?|ý\skiến\sbạn\sđọc|bình\sluận(?:\s\(\d+\))?
    """,
    regex.IGNORECASE | regex.VERBOSE,
)
_RIGHTS = regex.compile(r"\s*(?:©|bản quyền thuộc)", regex.IGNORECASE)
_TOTAL = regex.compile(r"tổng(?: cộng)?[:\s]*[\d.,]+", regex.IGNORECASE)
_BETWEEN = regex.compile(r"\s*[|»•]\s*|\s{2,}|\n")
# A page of more was made to take time.
_MOST_TABLES = 2000
_LONGEST, _LONGEST_RIGHTS = 160, 500


def is_furniture(text: str) -> bool:
    """Tell whether a line is a portal's own: counters, buttons, heads of other news.

    Example:
        >>> [is_furniture(line) for line in ("Lượt xem: 1.245 | In trang", "Hôm nay: 2.314", "Lượt xem tăng 12%")]
        [True, True, False]
    """
    if _RIGHTS.match(text):
        return len(text) <= _LONGEST_RIGHTS
    parts = [part.strip(" :.[]()\u00a0") for part in _BETWEEN.split(text[: _LONGEST + 1])]
    return 0 < len(text) <= _LONGEST and all(not part or _FURNITURE.fullmatch(part) for part in parts) and any(parts)


def is_counter_table(cells: list[str]) -> bool:
    """Tell whether all cells of a table are a counter's; in other tables a total is a figure."""
    return (
        bool(cells) and all(is_furniture(cell) or _TOTAL.fullmatch(cell) for cell in cells) and is_furniture(cells[0])
    )


def unfold_layout(tree: Any) -> None:
    """Turn a page's tables for layout into plain blocks, and take out the menus among them."""
    tables = list(tree.iter("table"))
    if len(tables) > _MOST_TABLES:
        return
    layout = {table for table in tables if _is_layout(table)}
    for table in tables:
        is_inside = table not in layout and any(outer in layout for outer in table.iterancestors("table"))
        if is_inside and _is_menu(table):
            table.drop_tree()
    for table in layout:
        parts = [element for element in table.iter(*_TABLE_PARTS) if _table_of(element) is table]
        for part in parts:
            part.tag = "div"


def _table_of(element: Any) -> Any:
    return element if element.tag == "table" else next(element.iterancestors("table"), None)


def _is_layout(table: Any) -> bool:
    """A table for layout has tables in it, and a cell with half of its text; a table of data has neither."""
    if next(table.iterdescendants("table"), None) is None:
        return False
    cells = [cell for cell in table.iter(*_CELLS) if _table_of(cell) is table]
    lengths = [len(cell.text_content().strip()) for cell in cells]
    return bool(lengths) and 2 * max(lengths) >= sum(lengths)


def _is_menu(table: Any) -> bool:
    """A menu has nothing but links, or a list of them with their days, below a head maybe."""
    cells = [cell for cell in table.iter(*_CELLS) if cell.text_content().strip()]
    if len(cells) > 1 and next(cells[0].iter("a"), None) is None:
        cells = cells[1:]
    letters = sum(map(_n_letters, (cell.text_content() for cell in cells)))
    linked = sum(_n_letters(link.text_content()) for link in table.iter("a"))
    return bool(cells) and letters == linked


def _n_letters(text: str) -> int:
    return sum(map(str.isalpha, text))
