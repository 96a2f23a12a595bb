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


def as_rtf(text: str) -> bytes:
    """Write RTF, letters beyond ASCII as Unicode escapes."""
    escaped = "".join(letter if letter.isascii() else f"\\u{ord(letter)}?" for letter in text)
    return (
        "{\\rtf1\\ansi\\deff0{\\fonttbl{\\f0 Times New Roman;}}\\f0 " + escaped.replace("\n", "\\par\n") + "}"
    ).encode()


_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_NUMBERING = f"""<w:numbering {_W}><w:abstractNum w:abstractNumId="1">
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="upperRoman"/><w:lvlText w:val="%1."/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%2."/></w:lvl>
<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="&#xF0B7;"/></w:lvl>
<w:lvl w:ilvl="3"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="+"/></w:lvl>
<w:lvl w:ilvl="4"><w:numFmt w:val="decimal"/><w:isLgl/><w:lvlText w:val="%1.%5."/></w:lvl></w:abstractNum>
<w:num w:numId="7"><w:abstractNumId w:val="1"/></w:num></w:numbering>"""
_COMPATIBLE = "http://schemas.openxmlformats.org/markup-compatibility/2006"


def run_xml(text: str, properties: str = "") -> str:
    """Write a run of a Word document."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph_xml(*runs: str, properties: str = "") -> str:
    """Write a paragraph of a Word document."""
    return f"<w:p><w:pPr>{properties}</w:pPr>{''.join(runs)}</w:p>"


def item_xml(text: str, depth: int, *, properties: str = "") -> str:
    """Write an item of a numbered list of a Word document."""
    number = f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="7"/></w:numPr>'
    return paragraph_xml(run_xml(text, properties), properties=number)


def font_xml(name: str) -> str:
    """Name a run's font."""
    return f'<w:rFonts w:ascii="{name}" w:hAnsi="{name}"/>'


_NOTE = "".join(
    (
        f"<w:footnotes {_W}>",
        f'<w:footnote w:type="separator" w:id="-1">{paragraph_xml(run_xml("sep"))}</w:footnote>',
        f'<w:footnote w:id="2">{paragraph_xml(run_xml("Theo Quyết định số 12/QĐ-SKHCN."))}</w:footnote></w:footnotes>',
    )
)
_BOX = f"<w:txbxContent>{paragraph_xml(run_xml('Nơi nhận: UBND tỉnh'))}</w:txbxContent>"
_RICH_BODY = (
    paragraph_xml(run_xml("BÁO CÁO QUÝ III/2021"), properties='<w:pStyle w:val="Heading1"/>'),
    item_xml("Kết quả đo lường", 0, properties="<w:b/>"),
    item_xml("Kiểm định 25 cột đo;", 1),
    item_xml("Kiểm tra 40 mẫu;", 1),
    item_xml("đạt 38 mẫu.", 2),
    paragraph_xml(
        "<w:r><w:lastRenderedPageBreak/></w:r>",
        run_xml("Kinh phí "),
        '<w:del w:id="1" w:author="a"><w:r><w:delText>10</w:delText></w:r></w:del>',
        f'<w:ins w:id="2" w:author="a">{run_xml("15")}</w:ins>',
        run_xml(" triệu đồng"),
        '<w:r><w:footnoteReference w:id="2"/></w:r>',
        run_xml("ẩn", "<w:vanish/>"),
        run_xml("."),
    ),
    paragraph_xml(
        run_xml("Së Khoa häc vµ C«ng ng", font_xml(".VnTime")),
        run_xml("hÖ", font_xml(".VnTime")),
        run_xml(" họp với "),
        run_xml("Chi cuïc Ño löôøng", font_xml("VNI-Times")),
        run_xml(" hßa b×nh", font_xml(".VnTimeH")),
    ),
    paragraph_xml(
        run_xml("Đoạn có hộp."),
        f'<w:r><mc:AlternateContent xmlns:mc="{_COMPATIBLE}"><mc:Choice Requires="wps"><w:drawing>{_BOX}</w:drawing>',
        f"</mc:Choice><mc:Fallback><w:pict>{_BOX}</w:pict></mc:Fallback></mc:AlternateContent></w:r>",
    ),
)


def rich_docx(*body_xml: str) -> bytes:
    """Write a Word document with numbering, notes, a text box, tracked changes, old fonts and margins.

    `body_xml` takes the place of the body's paragraphs.
    """
    body_xml = body_xml or _RICH_BODY
    import docx
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part
    from docx.oxml import parse_xml

    document = docx.Document()
    body = document.element.body
    for element in reversed(list(parse_xml(f"<w:body {_W}>{''.join(body_xml)}</w:body>"))):
        body.insert(0, element)
    table = document.add_table(rows=2, cols=2)
    texts = ("TT", "Chỉ tiêu", "1", "163/440 PTĐ")
    for cell, text in zip((cell for row in table.rows for cell in row.cells), texts, strict=True):
        cell.text = text
    document.sections[0].header.paragraphs[0].text = "Sở KH&CN tỉnh Hòa Bình"
    document.sections[0].footer.paragraphs[0].text = "Trang 2/9"
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    notes = Part(PackURI("/word/footnotes.xml"), f"{kind}.footnotes+xml", _NOTE.encode(), document.part.package)
    document.part.relate_to(notes, RELATIONSHIP_TYPE.FOOTNOTES)
    document.part.numbering_part._element = parse_xml(_NUMBERING)
    document.core_properties.title = "Báo cáo quý III"
    document.core_properties.author = "Lê Văn Tám"
    return docx_bytes(document)


def font_path() -> Path:
    """Give a font that has Vietnamese, of a PyPI package."""
    import fontpkg_be_vietnam_pro

    folder = Path(fontpkg_be_vietnam_pro.__file__).parent
    return next(iter(sorted(folder.rglob("*Regular*.ttf"))))


def as_pdf(
    blocks: Sequence[Block], *, header: str | None = None, password: str | None = None, compress: bool = True
) -> bytes:
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
    SimpleDocTemplate(stream, pagesize=size, encrypt=password, pageCompression=int(compress)).build(
        flow, onFirstPage=decorate, onLaterPages=decorate
    )
    return stream.getvalue()


def as_newsletter(blocks: Sequence[Block], *, header: str) -> bytes:
    """Write a PDF set in two columns, justified, with a header and numbered pages."""
    from reportlab.lib.enums import TA_JUSTIFY
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Paragraph

    pdfmetrics.registerFont(TTFont("Vietnamese", str(font_path())))
    style = {"fontName": "Vietnamese", "fontSize": 10, "leading": 13}
    body = ParagraphStyle("column", spaceAfter=5, alignment=TA_JUSTIFY, firstLineIndent=12, **style)
    small = ParagraphStyle("small", **style)

    def decorate(canvas, template):  # type: ignore[no-untyped-def]
        canvas.setFont("Vietnamese", 8)
        canvas.drawString(50, 815, header)
        canvas.drawCentredString(297, 25, f"- {canvas.getPageNumber()} -")

    flow = [
        Paragraph(html.escape(block), body) if isinstance(block, str) else _pdf_table(block, small, 200)
        for block in blocks
    ]
    stream = io.BytesIO()
    template = BaseDocTemplate(stream, pagesize=A4)
    frames = [Frame(left, 50, 235, 740, id=str(left)) for left in (50, 310)]
    template.addPageTemplates([PageTemplate(id="columns", frames=frames, onPage=decorate)])
    template.build(flow)
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
