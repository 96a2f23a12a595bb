"""Make files of every format that offices have out of a report's text, for tests and benchmarks."""

from __future__ import annotations

import html
import io
import unicodedata
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import regex

from khcn_ner.reading import tcvn3, vni

_TONES = "\u0300\u0301\u0303\u0309\u0323"


def as_cp1258(text: str) -> bytes:
    """Write Windows-1258 as Windows does: letters it has, else a letter and its tone."""
    written = []
    for letter in text:
        try:
            written.append(letter.encode("cp1258"))
        except UnicodeEncodeError:
            parts = unicodedata.normalize("NFD", letter)
            tones = "".join(mark for mark in parts if mark in _TONES)
            base = unicodedata.normalize("NFC", "".join(mark for mark in parts if mark not in _TONES))
            written.append((base + tones).encode("cp1258", "replace"))
    return b"".join(written)


@cache
def _tcvn3_signs() -> dict[str, str]:
    # The set has no capital vowel with a tone: they are typed small.
    signs = {}
    for sign, letter in tcvn3.LETTERS.items():
        if len(letter) == 1 and not unicodedata.combining(letter):
            toned = any(mark in _TONES for mark in unicodedata.normalize("NFD", letter))
            if not (toned and letter.isupper()):
                signs[letter] = sign
    for letter, sign in list(signs.items()):
        signs.setdefault(letter.upper(), sign)
    return signs


def in_tcvn3(text: str) -> str:
    """Write a text in the letters that TCVN3 fonts show."""
    return "".join(_tcvn3_signs().get(letter, letter) for letter in text)


def as_tcvn3(text: str) -> bytes:
    """Write a file in TCVN3."""
    return in_tcvn3(text).encode("cp1252", "replace")


@cache
def _vni_signs() -> dict[str, str]:
    signs: dict[str, str] = {}
    for sign, letter in vni.LETTERS.items():
        if letter.isupper() == sign.isupper() or letter not in signs:
            signs[letter] = sign
    return signs


def in_vni(text: str) -> str:
    """Write a text in the letters that VNI fonts show."""
    return "".join(_vni_signs().get(letter, letter) for letter in text)


def as_vni(text: str) -> bytes:
    """Write a file in VNI."""
    return in_vni(text).encode("cp1252", "replace")


_PAGE = """<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>{title} - Cổng thông tin</title>
<meta name="author" content="Lê Văn Tám"><meta property="article:published_time" content="2021-10-07T08:00:00+07:00">
<script>var quangCao = "99 dự án";</script></head><body>
<div id="header"><ul class="menu"><li><a href="/">Trang chủ</a></li><li><a href="/gt">Giới thiệu</a></li>
<li><a href="/tt">Tin tức</a></li><li><a href="/lh">Liên hệ</a></li></ul></div>
<div class="breadcrumb"><a href="/">Trang chủ</a> » <a href="/tt">Hoạt động KH&amp;CN</a></div>
<div id="content"><div class="article"><h1>{title}</h1><div class="post-meta">Lượt xem: 527 | In trang | Gửi email</div>
<div class="detail">{body}</div>
<div class="share"><a href="https://example.org/fb">Chia sẻ Facebook</a> <a href="https://example.org/z">Zalo</a></div>
<div class="related"><h3>Tin liên quan</h3><ul><li><a href="/a">Sở KH&amp;CN Cà Mau họp ngày 12/3/2014</a></li>
<li><a href="/b">UBND tỉnh Long An tặng bằng khen 35 tập thể</a></li></ul></div></div></div>
<div id="sidebar"><h3>Thống kê truy cập</h3><p>Đang online: 35</p><p>Hôm nay: 1.204</p></div>
<div id="footer"><p>Bản quyền thuộc Sở KH&amp;CN. Giấy phép số 12/GP-TTĐT ngày 01/02/2013.</p></div></body></html>"""

Row = Sequence[str]
Block = str | Sequence[Row]  # a paragraph or a table


def as_html(blocks: Sequence[Block], *, title: str) -> bytes:
    """Write a web page of a portal, with its menu, counters and related links around the report."""
    parts = []
    for block in blocks:
        if isinstance(block, str):
            parts.append(f"<p>{html.escape(block)}</p>")
        else:
            rows = ("".join(f"<td>{html.escape(cell)}</td>" for cell in row) for row in block)
            parts.append(f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>")
    return _PAGE.format(title=html.escape(title), body="".join(parts)).encode()


def as_docx(blocks: Sequence[Block]) -> bytes:
    """Write a Word document with paragraphs and tables."""
    import docx

    document = docx.Document()
    for block in blocks:
        if isinstance(block, str):
            document.add_paragraph(block)
        else:
            table = document.add_table(rows=0, cols=max(map(len, block)))
            for row in block:
                cells = table.add_row().cells
                if len(row) < len(cells):
                    cells[len(row) - 1].merge(cells[-1])
                for cell, text in zip(cells, row, strict=False):
                    cell.text = text
    return docx_bytes(document)


def docx_bytes(document: object) -> bytes:
    """Save a python-docx document in memory."""
    stream = io.BytesIO()
    document.save(stream)  # type: ignore[attr-defined]
    return stream.getvalue()


def font_path() -> Path:
    """Give a font that has Vietnamese, of a PyPI package."""
    import fontpkg_be_vietnam_pro

    folder = Path(fontpkg_be_vietnam_pro.__file__).parent
    return next(iter(sorted(folder.rglob("*Regular*.ttf"))))


def as_pdf(blocks: Sequence[Block], *, header: str | None = None, password: str | None = None) -> bytes:
    """Write a PDF of A4 pages with a text layer, lines broken where the page ends, numbered pages."""
    from reportlab.lib.pagesizes import A4, landscape
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.platypus import Paragraph, SimpleDocTemplate

    if "Vietnamese" not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont("Vietnamese", str(font_path())))
    body = ParagraphStyle("body", fontName="Vietnamese", fontSize=11, leading=14, spaceAfter=6)
    small = ParagraphStyle("small", parent=body, fontSize=8, leading=10)

    def decorate(canvas, template):  # type: ignore[no-untyped-def]
        canvas.setFont("Vietnamese", 9)
        canvas.drawCentredString(300, 30, str(canvas.getPageNumber()))
        if header is not None:
            canvas.drawString(72, canvas._pagesize[1] - 32, header)

    is_wide = any(not isinstance(block, str) and max(map(len, block)) > 6 for block in blocks)
    size = landscape(A4) if is_wide else A4
    width = size[0] - 150
    flow = []
    for block in blocks:
        flow.append(Paragraph(html.escape(block), body) if isinstance(block, str) else _pdf_table(block, small, width))
    stream = io.BytesIO()
    SimpleDocTemplate(stream, pagesize=size, encrypt=password).build(flow, onFirstPage=decorate, onLaterPages=decorate)
    return stream.getvalue()


def _pdf_table(block: Sequence[Row], style: object, width: float) -> object:
    """Lay a table out: columns as wide as their texts ask for, none narrower than a number; short rows span."""
    from reportlab.platypus import Paragraph, Table

    n_columns = max(map(len, block))
    whole = [row for row in block if len(row) == n_columns]
    longest = [max(len(word) for row in whole for word in row[column].split()) for column in range(n_columns)]
    asked = [
        max(min(40, *[max(len(row[column]) for row in whole)] * 2), longest[column] + 2) for column in range(n_columns)
    ]
    rows = [[Paragraph(html.escape(cell), style) for cell in row] + [""] * (n_columns - len(row)) for row in block]
    spans = [("SPAN", (len(row) - 1, number), (-1, number)) for number, row in enumerate(block) if len(row) < n_columns]
    grid = [("GRID", (0, 0), (-1, -1), 0.5, "black"), ("VALIGN", (0, 0), (-1, -1), "TOP"), *spans]
    grid += [("LEFTPADDING", (0, 0), (-1, -1), 2), ("RIGHTPADDING", (0, 0), (-1, -1), 2)]
    return Table(rows, colWidths=[width * one / sum(asked) for one in asked], style=grid)


def blocks_of(text: str) -> list[Block]:
    """Give a report's lines as paragraphs and its flattened tables as tables.

    A table is a run of lines that begins with `TT`, `STT` or a like head and whose rows begin with a number each.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    blocks: list[Block] = []
    index = 0
    while index < len(lines):
        table, after = _table_at(lines, index)
        if table:
            blocks.append(table)
            index = after
        else:
            blocks.append(lines[index])
            index += 1
    return blocks


def _table_at(lines: list[str], index: int) -> tuple[list[list[str]], int]:
    if not regex.fullmatch(r"(?:TT|STT)", lines[index], regex.IGNORECASE):
        return [], index
    first = next((one for one in range(index + 1, min(index + 14, len(lines))) if lines[one] in ("1", "I", "01")), None)
    if first is None:
        return [], index
    n_columns = first - index
    rows, at = [lines[index:first]], first
    while at < len(lines):
        if regex.fullmatch(r"\d{1,2}", lines[at]) and at + n_columns <= len(lines):
            rows.append(lines[at : at + n_columns])
            at += n_columns
        elif regex.fullmatch(r"[IVX]+", lines[at]) and at + 2 < len(lines):
            rows.append(lines[at : at + 2])
            at += 2
        elif lines[at].startswith("Cộng"):
            rows.append(lines[at : at + 1])
            at += 1
        else:
            break
    return rows, at
