"""Structure from markers: a line in, the depth that its number or bullet gives it out.

Depths run from the outermost to the innermost marker of Vietnamese reports: 1 `Phần thứ nhất`, `Chương 2`, `A.`;
2 `I.`; 3 `1.`; 4 `1.1.`; 5 `1.1.1`; 6 `a)`; 7 `-`; 8 `+`. They order a report's markers; it need not use all.
"""

from __future__ import annotations

import regex

_MARKERS = (
    (1, regex.compile(r"(?:phần|chương)\s+(?:thứ\s+)?(?:\p{L}+|\d+)(?!\p{L})", regex.IGNORECASE)),
    (2, regex.compile(r"[IVX]{1,5}\s*[./)\-–:]\s")),
    (1, regex.compile(r"[A-HĐ]\s*[./)\-–]\s")),
    (5, regex.compile(r"\d{1,2}(?:\.\d{1,2}){2,}[./)]?\s")),
    (4, regex.compile(r"\d{1,2}\.\d{1,2}[./)]?\s")),
    (3, regex.compile(r"\d{1,2}\s*[./)]\s")),
    (6, regex.compile(r"[a-zđ]\s*[.)]\s")),
    (7, regex.compile(r"[-–—•▪●*]\s*\S")),
    (8, regex.compile(r"\+\s*\S")),
)
_SENTENCE_END = regex.compile(r"[;,.…]$")


def marker_level(line: str) -> int | None:
    """Give the depth of a line's marker, or None where it has none.

    Example:
        >>> [marker_level(line) for line in ("I. KẾT QUẢ", "1. Xăng dầu", "1.2. Vàng", "a) Cân", "- Nhãn", "Năm 2022")]
        [2, 3, 4, 6, 7, None]
    """
    line = line.lstrip()[:40]
    for level, marker in _MARKERS:
        if marker.match(line):
            return level
    return None


def looks_like_heading(line: str, *, stands_out: bool) -> bool:
    """Tell whether a paragraph is a heading: short, without a sentence's end, and numbered, bold or in capitals.

    Example:
        >>> looks_like_heading("1. Hoạt động quản lý công nghệ", stands_out=True)
        True
    """
    line = line.strip()
    if not 4 <= len(line) <= 120 or "\n" in line or _SENTENCE_END.search(line):
        return False
    letters = [character for character in line if character.isalpha()]
    level = marker_level(line)
    capitals = len(letters) >= 8 and all(character.isupper() for character in letters)
    return len(letters) >= 4 and level in (1, 2, 3, 4, 5) and (stands_out or capitals)
