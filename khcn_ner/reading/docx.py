"""Word documents (.docx): the file in; paragraphs, list items with their numbers, cells, notes and headers out.

Read as a stream: an element of the body is dropped when it has been read, so memory follows the text, not the XML.
python-docx keeps the whole tree and knows no numbering, notes, text boxes or tracked changes, so this reader stands on
lxml (entities off, no network). Tracked insertions are accepted, deletions left out, as are comments, hidden text and
field codes. Macros and embedded objects are never opened; external references are never followed.

Order in the text: the body; text boxes after the paragraph that holds them; then footnotes, endnotes, headers and
footers, each piece once. Source: ECMA-376-1, part 1, chapter 17 (WordprocessingML).
"""

from __future__ import annotations

import itertools
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

import regex
from lxml import etree

from khcn_ner.document import Metadata, PlaceKind
from khcn_ner.errors import InputError
from khcn_ner.reading.archive import open_archive, open_member
from khcn_ner.reading.docx_fonts import FontText, symbol
from khcn_ner.reading.docx_parts import CONTENT, Numbering, Styles, W, child, parse_part, value
from khcn_ner.reading.draft import Draft
from khcn_ner.reading.structure import looks_like_heading, marker_level

# XML of the body beyond this is no report; packed it would fill a file of 20 to 50 MB by itself.
MAX_BODY_BYTES = 400 << 20
_MOST_COLUMNS = 64  # Word's limit is 63

_SKIPPED = frozenset(
    {f"{W}del", f"{W}moveFrom", f"{W}instrText", f"{W}delText", f"{W}comment", f"{W}pPr", f"{W}object"}
    | {"{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"}
)
_BOX = f"{W}txbxContent"
_PAGE_NUMBER = regex.compile(r"[\W\d]*(?:trang|page)?[\W\d]*(?:của|of|/)?[\W\d]*", regex.IGNORECASE)
# A letterhead set with tabs: the state's name and motto, or place and day, beside the body's name.
_BESIDE_LETTERHEAD = regex.compile(r" *\t[\t ]*(?=CỘNG H[OÒ]|Độc lập|\p{Lu}[\p{L} .\-]{1,30}, ngày )")
_CONTENTS_LEFT_OUT = "left out: the table of contents"
_NOT_NOTES = ("separator", "continuationSeparator", "continuationNotice")


@dataclass(slots=True)
class _State:
    """Where in the file the reader is."""

    draft: Draft
    styles: Styles
    numbering: Numbering
    fonts: FontText
    page: int | None
    text_page: int | None = None  # where the paragraph's first letter stands
    table: int = 0
    row: int = 0
    carried: str = ""


def read_docx(stream: BinaryIO, draft: Draft) -> None:
    """Read a Word document into a draft.

    Raises:
        InputError: the file is damaged, a bomb, or no Word document.
    """
    where = draft.where
    with open_archive(stream, where=where) as archive:
        body, kind = _main_part(archive, where)
        folder = body.rpartition("/")[0]
        n_bytes = archive.NameToInfo[body].file_size if body in archive.NameToInfo else 0
        if n_bytes > MAX_BODY_BYTES:
            raise InputError(
                where,
                found=f"{n_bytes:,} bytes of text and marks",
                expected=f"at most {MAX_BODY_BYTES:,} bytes",
                remedy="split the document",
            )
        if "macro" in kind:
            draft.warn("the document holds macros; they were not opened")
        state = _State(
            draft,
            styles=Styles(parse_part(archive, f"{folder}/styles.xml", where=where)),
            numbering=Numbering(parse_part(archive, f"{folder}/numbering.xml", where=where)),
            fonts=FontText(),
            page=1 if _knows_pages(archive, body, where) else None,
        )
        _read_body(archive, body, state)
        for part, element in (("footnotes", "footnote"), ("endnotes", "endnote")):
            _read_notes(parse_part(archive, f"{folder}/{part}.xml", where=where), f"{W}{element}", state)
        _read_margins(archive, folder, state)
        draft.metadata = _metadata(archive, where)
        for warning in state.fonts.warnings():
            draft.warn(warning)


def _main_part(archive: zipfile.ZipFile, where: str) -> tuple[str, str]:
    """Give the name and the content type of the part that holds the body."""
    types = parse_part(archive, "[Content_Types].xml", where=where)
    for override in types if types is not None else ():
        kind = override.get("ContentType") or ""
        if ("wordprocessingml" in kind and kind.endswith("main+xml")) or "ms-word.document.macro" in kind:
            return (override.get("PartName") or "").lstrip("/"), kind
    raise InputError(
        where,
        found="a ZIP archive without a Word document's parts",
        expected="a Word document, as its name says",
        remedy="save the report again in one of the formats read",
    )


def _knows_pages(archive: zipfile.ZipFile, body: str, where: str) -> bool:
    """Word notes where its pages last broke; a document that Word has not saved has no such notes."""
    with open_member(archive, body, where=where) as stream:
        before = b""
        while block := stream.read(1 << 20):
            if b"lastRenderedPageBreak" in before + block:
                return True
            before = block[-32:]
    return False


def _read_body(archive: zipfile.ZipFile, body: str, state: _State) -> None:
    """Read the body's paragraphs and table rows one by one, and forget each."""
    n_tables = n_boxes = 0
    with open_member(archive, body, where=state.draft.where) as stream:
        try:
            events = etree.iterparse(
                stream, events=("start", "end"), tag=(f"{W}p", f"{W}tr", f"{W}tbl", _BOX),
                resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True,
            )  # fmt: skip
            for event, element in events:
                step = 1 if event == "start" else -1
                if element.tag == f"{W}tbl":
                    n_tables += step
                    if step == 1 and n_tables == 1 and not n_boxes:
                        state.table, state.row = state.table + 1, 0
                elif element.tag == _BOX:
                    n_boxes += step
                elif event == "end" and not n_boxes:
                    if element.tag == f"{W}p" and not n_tables:
                        _read_paragraph(element, PlaceKind.PARAGRAPH, state)
                        _forget(element)
                    elif element.tag == f"{W}tr" and n_tables == 1:
                        _read_row(element, state)
                        _forget(element)
        except etree.XMLSyntaxError as error:
            raise InputError(
                state.draft.where,
                found=f"damaged XML in {body} ({error.msg})",
                expected="a whole Word document",
                remedy="save the document again",
            ) from error


def _forget(element: Any) -> None:
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _read_row(row: Any, state: _State) -> None:
    state.row += 1
    if child(child(row, "trPr"), "del") is not None:
        return
    table, number = state.table, state.row
    cells = [element for element in row.iter(f"{W}tc") if next(element.iterancestors(f"{W}tr"), None) is row]
    column = 1
    for cell in cells:
        properties = child(cell, "tcPr")
        span = value(child(properties, "gridSpan"))
        merged, at = child(properties, "vMerge"), {"table": table, "row": number, "cell": column}
        column += int(span) if span is not None and span.isdecimal() and 0 < int(span) < _MOST_COLUMNS else 1
        if merged is not None and value(merged) != "restart":
            continue
        # A table in a cell is text of the cell; a text box in it follows its paragraph.
        for paragraph in cell.iter(f"{W}p"):
            if not any(ancestor.tag == _BOX for ancestor in paragraph.iterancestors()):
                _read_paragraph(paragraph, PlaceKind.CELL, state, at=at)
    if state.carried:
        state.draft.add(state.carried, PlaceKind.CELL, page=state.page, table=table, row=number)
        state.carried = ""


def _read_paragraph(paragraph: Any, kind: PlaceKind, state: _State, *, at: dict[str, int] | None = None) -> None:
    """Add a paragraph, its number before it; the text boxes in it follow."""
    state.text_page = None
    properties = child(paragraph, "pPr")
    style = value(child(properties, "pStyle"))
    runs = list(_runs(paragraph, style, state))
    if state.styles.is_contents(style):
        state.draft.warn(_CONTENTS_LEFT_OUT)
        return
    page = state.text_page or state.page
    text = _BESIDE_LETTERHEAD.sub("\n", state.carried + state.fonts.read(runs))
    if properties is not None and child(child(properties, "rPr"), "del") is not None:
        state.carried = text  # the paragraph's end is deleted: the next one goes on
        return
    state.carried = ""
    label, level = state.numbering.label(properties, state.styles.numbering(style)) if text.strip() else (None, None)
    if kind is PlaceKind.PARAGRAPH:
        kind, level = _kind(text, label, level, state.styles.outline(style, properties), _is_bold(runs))
    state.draft.add(f"{label} {text}" if label else text, kind, page=page, level=level, **(at or {}))
    for box in paragraph.iter(_BOX):
        if any(ancestor.tag in _SKIPPED for ancestor in box.iterancestors()):
            continue
        for inner in box.iter(f"{W}p"):
            if next(inner.iterancestors(_BOX), None) is box:
                _read_box_paragraph(inner, page, state)


def _read_box_paragraph(paragraph: Any, page: int | None, state: _State) -> None:
    style = value(child(child(paragraph, "pPr"), "pStyle"))
    state.draft.add(state.fonts.read(list(_runs(paragraph, style, state))), PlaceKind.TEXT_BOX, page=page)


def _kind(
    text: str, label: str | None, level: int | None, outline: int | None, bold: bool
) -> tuple[PlaceKind, int | None]:
    """Tell headings (by outline, or standing out and numbered) from list items (numbered or bulleted)."""
    if outline is not None:
        return PlaceKind.HEADING, outline
    line = f"{label} {text}" if label else text
    marker = marker_level(line)
    if looks_like_heading(line, stands_out=bold):
        return PlaceKind.HEADING, marker
    if level is not None or marker is not None:
        return PlaceKind.LIST_ITEM, level if level is not None else marker
    return PlaceKind.PARAGRAPH, None


@dataclass(frozen=True, slots=True)
class Run:
    """A run of a paragraph: its text, font and weight."""

    text: str
    font: str | None
    bold: bool


def _is_bold(runs: list[Run]) -> bool:
    filled = [run for run in runs if run.text.strip()]
    return bool(filled) and all(run.bold for run in filled)


def _runs(paragraph: Any, style: str | None, state: _State) -> Iterator[Run]:
    """Give the visible runs of a paragraph, those of its text boxes left out."""
    for run in _visible(paragraph):
        properties = child(run, "rPr")
        if _is_on(child(properties, "vanish")):
            continue
        text = "".join(_run_text(run, state))
        if text:
            font = state.styles.font(properties, style)
            bold = child(properties, "b")
            yield Run(text, font, _is_on(bold) if bold is not None else state.styles.is_bold(style))


def _visible(element: Any) -> Iterator[Any]:
    for inner in element:
        if inner.tag in _SKIPPED or inner.tag == _BOX:
            continue
        if inner.tag in (f"{W}r", f"{{{CONTENT['m']}}}r"):
            yield inner
        elif isinstance(inner.tag, str):
            yield from _visible(inner)


def _run_text(run: Any, state: _State) -> Iterator[str]:
    for part in run:
        if part.tag in (f"{W}t", f"{{{CONTENT['m']}}}t"):
            state.text_page = state.text_page or state.page
            yield part.text or ""
        elif part.tag in (f"{W}tab", f"{W}ptab"):
            yield "\t"
        elif part.tag == f"{W}sym":
            yield symbol(value(part, "char"), value(part, "font"))
        elif part.tag in (f"{W}br", f"{W}cr"):
            yield "\n"
        elif part.tag == f"{W}noBreakHyphen":
            yield "-"
        elif part.tag == f"{W}lastRenderedPageBreak":
            state.page = state.page + 1 if state.page is not None else None


def _is_on(element: Any) -> bool:
    return element is not None and value(element) not in ("0", "false", "off", "none")


def _read_notes(root: Any, tag: str, state: _State) -> None:
    for note in root.iter(tag) if root is not None else ():
        if value(note, "type") in _NOT_NOTES:
            continue
        for paragraph in note.iter(f"{W}p"):
            style = value(child(child(paragraph, "pPr"), "pStyle"))
            state.draft.add(state.fonts.read(list(_runs(paragraph, style, state))), PlaceKind.FOOTNOTE)


def _read_margins(archive: zipfile.ZipFile, folder: str, state: _State) -> None:
    """Add headers and footers, each text once; page numbers are none."""
    seen: set[str] = set()
    kinds = (("header", PlaceKind.HEADER), ("footer", PlaceKind.FOOTER))
    for (part, kind), number in itertools.product(kinds, range(1, 100)):
        root = parse_part(archive, f"{folder}/{part}{number}.xml", where=state.draft.where)
        for paragraph in root.iter(f"{W}p") if root is not None else ():
            style = value(child(child(paragraph, "pPr"), "pStyle"))
            text = state.fonts.read(list(_runs(paragraph, style, state)))
            if text.strip() not in seen and not _PAGE_NUMBER.fullmatch(text):
                seen.add(text.strip())
                state.draft.add(text, kind)


def _metadata(archive: zipfile.ZipFile, where: str) -> Metadata | None:
    root = parse_part(archive, "docProps/core.xml", where=where)
    if root is None:
        return None
    found = {etree.QName(one).localname: (one.text or "").strip() for one in root if isinstance(one.tag, str)}
    date = found.get("modified") or found.get("created") or ""
    return Metadata(title=found.get("title") or None, date=date[:10] or None, byline=found.get("creator") or None)
