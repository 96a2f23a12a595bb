"""Units that a table's head gives its bare numbers: `kinh phí (triệu đồng)`, `ĐVT: triệu đồng`. Text in, units out.

Only numbers with a decimal comma (6.200,0) are taken for such amounts: a bare 12 may count anything.
"""

from __future__ import annotations

from dataclasses import dataclass

import regex

from khcn_ner.records.model import Dimension, NormalisedQuantity
from khcn_ner.records.quantities import normalise_quantity

_HEAD = regex.compile(
    r"(?P<item>(?:tổng\s+)?(?:kinh phí|dự toán|số tiền|giá trị|doanh thu|vốn)[^\n.;:()]{0,40}?)\s*"
    r"\(\s*(?:đvt\s*:?\s*|đơn vị(?: tính)?\s*:?\s*)?(?P<unit>(?:nghìn|triệu|tỷ|tỉ)\s+đồng|tr\.?\s?đ|trđ)\s*\)"
    r"|(?P<column>kinh phí|dự toán)\s*[-–]\s*(?P<of>(?:nghìn|triệu|tỷ|tỉ)\s+đồng)"
    r"|(?:(?:đvt|đơn vị(?: tính)?)\s*:|tính (?:bằng|theo)(?: đơn vị)?)\s*(?P<alone>(?:nghìn|triệu|tỷ|"
    r"tỉ)\s+đồng|tr\.?\s?đ|trđ)(?!\p{L})",
    regex.IGNORECASE,
)
_CAPTION = regex.compile(r"(?m)^\s*(?:bảng|biểu)(?:\s+số)?\s+\d", regex.IGNORECASE)
_WHOLE = regex.compile(r"\d{1,3}(?:\.\d{3})*(?:,\d{1,3})?|\d+(?:,\d{1,3})?")
_BARE = regex.compile(r"\d{1,3}(?:\.\d{3})*,\d{1,3}|\d+,\d{1,3}")


@dataclass(frozen=True, slots=True)
class TableUnit:
    """A unit from where it is said on, None from where it holds no more, and what the column holds, if that is said."""

    start: int
    unit: str | None
    item: str | None


def table_units(text: str) -> list[TableUnit]:
    """Find where a text gives the numbers of its tables a unit of money.

    Example:
        >>> table_units("tên nhiệm vụ; kinh phí (triệu đồng)")[0].unit
        'triệu đồng'
    """
    said = [
        TableUnit(
            match.end(),
            match["unit"] or match["of"] or match["alone"],
            " ".join(item.split()) if (item := match["item"] or match["column"]) else None,
        )
        for match in _HEAD.finditer(text)
    ]
    # The next table's caption ends it, unless it says one itself.
    ends = [TableUnit(match.start(), None, None) for match in _CAPTION.finditer(text)]
    return sorted([*said, *ends], key=lambda one: one.start)


def unit_at(position: int, units: list[TableUnit]) -> TableUnit | None:
    """Give the unit said last before an offset."""
    said = next((unit for unit in reversed(units) if unit.start <= position), None)
    return said if said is not None and said.unit is not None else None


def in_table_unit(
    surface: str, amount: NormalisedQuantity, position: int, units: list[TableUnit], *, whole: bool = False
) -> NormalisedQuantity | None:
    """Read a bare number of a table in the unit of its head; None where it isn't such a number.

    `whole` says that the number is known to stand in a cell for money, so that 1.260 is one too.
    """
    bare = amount.unit is None and amount.dimension is Dimension.COUNT and amount.of is None and amount.value_to is None
    number = _WHOLE if whole else _BARE
    unit = unit_at(position, units) if bare and number.fullmatch(surface.strip()) else None
    return normalise_quantity(f"{surface.strip()} {unit.unit}") if unit is not None else None
