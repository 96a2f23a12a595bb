"""The parts of a Word document beside its body: XML in; what styles say and the numbers of list items out."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import regex
from lxml import etree

from khcn_ner.errors import InputError
from khcn_ner.reading.archive import read_member

CONTENT = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
}
W = f"{{{CONTENT['w']}}}"
_MAX_PART_BYTES = 32 << 20
# A style may stand on another, and that on another; longer chains are circles.
_MAX_CHAIN = 20
_CONTENTS = regex.compile(r"toc ?\d|table of figures")
# Signs of lists that a reader knows as such; other bullets are signs of symbol fonts.
_BULLETS = "-–—+*•●○▪"


def child(element: Any, name: str) -> Any:
    """Give the first child element of a name, or None; None has no children."""
    return element.find(f"{W}{name}") if element is not None else None


def value(element: Any, name: str = "val") -> str | None:
    """Give an attribute of an element, or None."""
    found = element.get(f"{W}{name}") if element is not None else None
    return str(found) if found is not None else None


def parse_part(archive: zipfile.ZipFile, name: str, *, where: str) -> Any:
    """Parse a part that a document may have or not; None where it has not.

    Raises:
        InputError: the part is damaged or too large.
    """
    if name not in archive.NameToInfo:
        return None
    data = read_member(archive, name, where=where, limit=_MAX_PART_BYTES)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise InputError(
            where, found=f"damaged XML in {name}", expected="a whole Word document", remedy="save the document again"
        ) from error


class Styles:
    """What paragraph styles say: outline level, numbering, font and weight, each from the style or those below it."""

    def __init__(self, root: Any) -> None:
        self._styles: dict[str, Any] = {}
        self._default: str | None = None
        self._names: dict[str, str] = {}
        self._document_font: str | None = None
        for style in root.iter(f"{W}style") if root is not None else ():
            name = value(style, "styleId")
            if name is not None:
                self._styles[name] = style
                self._names[name] = (value(child(style, "name")) or name).lower()
                if value(style, "type") == "paragraph" and value(style, "default") == "1":
                    self._default = name
        if root is not None:
            defaults = child(child(child(root, "docDefaults"), "rPrDefault"), "rPr")
            self._document_font = _font(defaults)

    def _chain(self, style: str | None) -> Iterator[Any]:
        name = style or self._default
        for _ in range(_MAX_CHAIN):
            element = self._styles.get(name or "")
            if element is None:
                return
            yield element
            name = value(child(element, "basedOn"))

    def is_contents(self, style: str | None) -> bool:
        """Tell whether a paragraph style is that of a line in a table of contents."""
        name = self._names.get(style or "", (style or "").lower())
        return _CONTENTS.fullmatch(name) is not None

    def outline(self, style: str | None, properties: Any) -> int | None:
        """Give a paragraph's depth as a heading, from 1, or None for body text."""
        elements = [properties, *(child(element, "pPr") for element in self._chain(style))]
        for element in elements:
            level = value(child(element, "outlineLvl"))
            if level is not None:
                return int(level) + 1 if level.isdigit() and int(level) < 9 else None
        return None

    def numbering(self, style: str | None) -> Any:
        """Give the `numPr` element that a style brings, or None."""
        found = (child(child(element, "pPr"), "numPr") for element in self._chain(style))
        return next((one for one in found if one is not None), None)

    def font(self, run: Any, style: str | None) -> str | None:
        """Give a run's font: its own, its character style's, its paragraph style's, or the document's."""
        own = _font(run)
        if own is not None:
            return own
        character = value(child(run, "rStyle"))
        chains = [*(self._chain(character) if character else ()), *self._chain(style)]
        found = (_font(child(element, "rPr")) for element in chains)
        return next((font for font in found if font is not None), self._document_font)

    def is_bold(self, style: str | None) -> bool:
        """Tell whether a paragraph style is bold."""
        found = (child(child(element, "rPr"), "b") for element in self._chain(style))
        bold = next((one for one in found if one is not None), None)
        return bold is not None and value(bold) not in ("0", "false", "off")


def _font(properties: Any) -> str | None:
    fonts = child(properties, "rFonts")
    return value(fonts, "ascii") or value(fonts, "hAnsi")


@dataclass(frozen=True, slots=True)
class _Level:
    """How a level of a list numbers: format, pattern (`%1.%2`), first number, whether all numbers are decimal."""

    form: str
    pattern: str
    start: int
    is_decimal: bool


class Numbering:
    """Counts list items as Word does and gives each its label."""

    def __init__(self, root: Any) -> None:
        self._levels: dict[str, dict[int, _Level]] = {}
        self._lists: dict[str, str] = {}
        self._starts: dict[tuple[str, int], int] = {}
        self._counts: dict[str, dict[int, int]] = {}
        for abstract in root.iter(f"{W}abstractNum") if root is not None else ():
            self._levels[value(abstract, "abstractNumId") or ""] = _levels(abstract)
        for number in root.iter(f"{W}num") if root is not None else ():
            name = value(number, "numId") or ""
            self._lists[name] = value(child(number, "abstractNumId")) or ""
            for override in number.iter(f"{W}lvlOverride"):
                start = value(child(override, "startOverride"))
                if start is not None and start.isdigit():
                    self._starts[name, _whole(value(override, "ilvl"))] = int(start)

    def label(self, properties: Any, from_style: Any) -> tuple[str | None, int | None]:
        """Give a list item's label (`1.`, `a)`, `-`) and depth from 1; (None, None) for what is no list item."""
        own = child(properties, "numPr")
        number = value(child(own, "numId")) or value(child(from_style, "numId"))
        depth = _whole(value(child(own, "ilvl")) or value(child(from_style, "ilvl")))
        if number in (None, "0") or number not in self._lists:
            return None, None
        levels = self._levels.get(self._lists[number], {})
        level = levels.get(depth)
        if level is None:
            return None, None
        if level.form == "bullet":
            return level.pattern if level.pattern and level.pattern in _BULLETS else "-", depth + 1
        # Lists of one definition count on together, unless one starts anew.
        restarts = any((number, one) in self._starts for one in levels)
        counts = self._counts.setdefault(number if restarts else f"abstract {self._lists[number]}", {})
        first = self._starts.get((number, depth), level.start)
        counts[depth] = counts[depth] + 1 if depth in counts else first
        for deeper in [one for one in counts if one > depth]:
            del counts[deeper]
        label = level.pattern
        for other in range(9):
            if f"%{other + 1}" in label:
                form = levels[other].form if other in levels and not level.is_decimal else "decimal"
                label = label.replace(f"%{other + 1}", _written(counts.get(other, 1), form))
        return label.strip() or None, depth + 1


def _levels(abstract: Any) -> dict[int, _Level]:
    found: dict[int, _Level] = {}
    for level in abstract.iter(f"{W}lvl"):
        form = value(child(level, "numFmt")) or "decimal"
        pattern = "" if form == "none" else value(child(level, "lvlText")) or ""
        start = _whole(value(child(level, "start")), otherwise=1)
        legal = child(level, "isLgl")
        is_decimal = legal is not None and value(legal) not in ("0", "false", "off")
        found[_whole(value(level, "ilvl"))] = _Level(form, pattern[:40], start, is_decimal)
    return found


def _whole(text: str | None, *, otherwise: int = 0) -> int:
    return int(text) if text is not None and text.isdecimal() and len(text) < 9 else otherwise


def _written(number: int, form: str) -> str:
    """Write a number in Word's number format.

    Example:
        >>> [_written(14, form) for form in ("decimal", "upperRoman", "lowerLetter", "decimalZero")]
        ['14', 'XIV', 'n', '14']
    """
    if form in ("upperRoman", "lowerRoman"):
        roman = _roman(number)
        return roman if form == "upperRoman" else roman.lower()
    if form in ("upperLetter", "lowerLetter"):
        letter = chr(ord("a") + (number - 1) % 26) * min((number - 1) // 26 + 1, 5)
        return letter.upper() if form == "upperLetter" else letter
    return f"{number:02d}" if form == "decimalZero" else str(number)


def _roman(number: int) -> str:
    if not 0 < number < 4000:
        return str(number)
    signs = (
        (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"),
        (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
    )  # fmt: skip
    written = ""
    for worth, sign in signs:
        written += sign * (number // worth)
        number %= worth
    return written
