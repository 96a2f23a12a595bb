"""Web pages: bytes in; the main text's headings, paragraphs, list items and cells out, and title, date and byline.

trafilatura tells the main text from navigation, counters, share bars and related links. It is given a string and
fetches nothing. Pictures written into the page are cut out before anything is parsed.
"""

from __future__ import annotations

import codecs
from typing import Any

import regex

from khcn_ner.document import Metadata, PlaceKind
from khcn_ner.errors import InputError
from khcn_ner.reading.draft import Draft
from khcn_ner.reading.encodings import decode
from khcn_ner.reading.html_furniture import is_counter_table, is_furniture, unfold_layout
from khcn_ner.reading.structure import marker_level

# Of marks and text, without the pictures; the parser's tree takes about ten times as much memory.
MAX_PAGE_BYTES = 20 << 20
_PICTURE = regex.compile(rb"data:[\w/+.\-;=]*;base64,[A-Za-z0-9+/=\s%]{64,}+")
_CHARSET = regex.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w\-]+)", regex.IGNORECASE)
# Names that old pages in TCVN3 and VNI give themselves; the letters tell better.
_UNTOLD = ("iso8859-1", "cp1252", "ascii", "cp1258")
# The day a page was published, where its marks say it; searching its text takes minutes on odd pages and guesses.
_DATES = {"original_date": True, "extensive_search": False}
# trafilatura keeps line breaks in <lb/>, and headings as <head rend="h2">.
_BLOCKS = {"p", "quote", "code", "head", "item", "cell", "row", "table", "list"}


def read_html(data: bytes, draft: Draft) -> None:
    """Read a web page into a draft.

    Raises:
        InputError: the page is too large, in no encoding that can be told, or holds no text.
    """
    data = _PICTURE.sub(b"data:,", data)
    if len(data) > MAX_PAGE_BYTES:
        raise InputError(
            draft.where,
            found=f"a web page of {len(data):,} bytes without its pictures",
            expected=f"at most {MAX_PAGE_BYTES:,} bytes",
            remedy="save the page as text",
        )
    text = _decoded(data, draft)
    del data
    import trafilatura.settings

    try:
        page = trafilatura.load_html(text)
        if page is None:
            raise _no_text(draft)
        del text
        unfold_layout(page)
        found = trafilatura.bare_extraction(
            page, with_metadata=True, include_comments=False, include_tables=True, include_images=False,
            include_links=False, favor_recall=True, deduplicate=False, date_extraction_params=_DATES,
        )  # fmt: skip
    except (ValueError, TypeError, AttributeError, KeyError, IndexError, RecursionError, AssertionError) as error:
        raise _no_text(draft) from error
    # With other options it may be a dict or nothing.
    if not isinstance(found, trafilatura.settings.Document) or found.body is None:
        raise _no_text(draft)
    draft.metadata = Metadata(title=found.title or None, date=found.date or None, byline=found.author or None)
    walk = _Walk(draft)
    walk.blocks(found.body)
    walk.tell_furniture()


def _no_text(draft: Draft) -> InputError:
    return InputError(
        draft.where, found="a web page without a main text", expected="a report's text", remedy="save the page as text"
    )


def _decoded(data: bytes, draft: Draft) -> str:
    """Decode a page as it says, unless it says nothing, what it says is wrong, or old pages said it of anything."""
    told = _CHARSET.search(data[:4096])
    if told is not None and not data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        try:
            codec = codecs.lookup(told[1].decode("ascii"))
            if codec.name.startswith(("utf-16", "utf-32", "utf-7")):
                raise LookupError(codec.name)  # the name itself is in ASCII
            if codec.name not in _UNTOLD and getattr(codec, "_is_text_encoding", True):
                return data.decode(codec.name)
        except (LookupError, UnicodeDecodeError, ValueError):
            draft.warn(f"the page says that it is in {told[1].decode('ascii', 'replace')}, and is not")
    decoded = decode(data, where=draft.where)
    for warning in decoded.warnings:
        draft.warn(warning)
    return decoded.text


class _Walk:
    """Walks the main text in reading order; tables and rows are counted on the way."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._table = 0
        self._furniture: list[str] = []

    def tell_furniture(self) -> None:
        """Say which lines were left out as the page's own."""
        if self._furniture:
            shown = "; ".join(f"“{text[:60]}”" for text in self._furniture[:3])
            n_lines = f"{len(self._furniture):,} line{'s' if len(self._furniture) > 1 else ''}"
            self._draft.warn(f"left out as the page's own: {n_lines}, like {shown}")

    def _add(self, text: str, kind: PlaceKind, *, level: int | None) -> None:
        """Add a block; where line breaks make a list of it, each of its lines."""
        lines = [line for line in text.split("\n") if line.strip()]
        parts = lines if any(marker_level(line) for line in lines) else [text]
        if is_furniture(text.strip()):
            parts = [text]
        for part in parts:
            told = " ".join(part.split())
            if is_furniture(told):
                self._furniture.append(told)
                continue
            marker = marker_level(part) if kind is PlaceKind.PARAGRAPH else None
            self._draft.add(part, PlaceKind.LIST_ITEM if marker else kind, level=marker or level)

    def blocks(self, element: Any, *, kind: PlaceKind = PlaceKind.PARAGRAPH, level: int | None = None) -> None:
        """Add an element's blocks; text between them is a paragraph too."""
        if element.tag == "table":
            self._rows(element)
        elif element.tag == "list":
            self._items(element, depth=(level or 0) + 1)
        elif element.tag == "head":
            rank = (element.get("rend") or "h2").removeprefix("h")
            self._add(_inline(element), PlaceKind.HEADING, level=int(rank) if rank.isdigit() else None)
        elif any(inner.tag in _BLOCKS for inner in element):
            self._mixed(element, kind, level)
        else:
            self._add(_inline(element), kind, level=level)

    def _mixed(self, element: Any, kind: PlaceKind, level: int | None) -> None:
        text = element.text or ""
        for inner in element:
            if inner.tag in _BLOCKS:
                self._add(text, kind, level=level)
                self.blocks(inner, level=level)
                text = inner.tail or ""
            else:
                text += _inline(inner) + (inner.tail or "")
        self._add(text, kind, level=level)

    def _items(self, element: Any, *, depth: int) -> None:
        ordered = element.get("rend") == "ol"
        number = 0
        for item in element:
            if item.tag == "list":
                self._items(item, depth=depth + 1)
                continue
            number += 1
            nested = [inner for inner in item if inner.tag == "list"]
            text = _inline(item, without=("list",))
            marked = marker_level(text) is not None
            label = "" if marked else f"{number}. " if ordered else "- "
            self._draft.add(f"{label}{text}" if text.strip() else "", PlaceKind.LIST_ITEM, level=depth)
            for inner in nested:
                self._items(inner, depth=depth + 1)

    def _rows(self, table: Any) -> None:
        cells = [text for cell in table.iter("cell") if (text := _inline(cell).strip())]
        if is_counter_table(cells):
            self._furniture += cells
            return
        self._table += 1
        number = self._table
        for row_number, row in enumerate((row for row in table.iter("row")), start=1):
            for cell_number, cell in enumerate((one for one in row if one.tag == "cell"), start=1):
                self._draft.add(_inline(cell), PlaceKind.CELL, table=number, row=row_number, cell=cell_number)


def _inline(element: Any, *, without: tuple[str, ...] = ()) -> str:
    """Give the text in an element; line breaks and blocks in it begin a new line."""
    if element.tag in without:
        return ""
    if element.tag == "lb":
        return "\n"
    parts = [" ".join((element.text or "").split("\n"))]
    for inner in element:
        if isinstance(inner.tag, str):
            text = _inline(inner, without=without)
            parts.append(f"\n{text}\n" if inner.tag in _BLOCKS and text.strip() else text)
        parts.append(" ".join((inner.tail or "").split("\n")))
    return "".join(parts)
