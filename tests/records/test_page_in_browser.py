"""The page in headless Chromium, a script at the end of the page acts and says what it saw."""

import shutil
import subprocess
from pathlib import Path

import pytest
from marking import marked

from khcn_ner.records import assemble, render_report

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium (apt-get install chromium)")

_TEXT = (
    "Ngày [DATE|06/10/2020], [ORG|Sở KH&CN] kiểm định [QUANTITY|163/440 PTĐ].\n"
    "[PER|Bế Đăng Khoa], Giám đốc [ORG|Sở KH&CN], kết luận: kiểm tra [QUANTITY|54 cơ sở].\n"
)


def _run(tmp_path: Path, script: str) -> str:
    """Give what a script, run at the end of the page, writes into <body data-said>."""
    document = marked(_TEXT)
    page = render_report(document, assemble(document)).replace("</body>", f"<script>{script}</script></body>")
    path = tmp_path / "page.html"
    path.write_text(page, encoding="utf-8")
    command = [
        str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
        f"--user-data-dir={tmp_path / 'profile'}", "--virtual-time-budget=2000", "--dump-dom", path.as_uri(),
    ]  # fmt: skip
    dumped = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout
    return dumped.split('data-said="', 1)[1].split('"', 1)[0]


_SAY = "document.body.dataset.said = "


def test_a_click_on_a_span_shows_its_record(tmp_path: Path) -> None:
    script = (
        "document.querySelector('mark.QUANTITY').click();"
        f"{_SAY}[document.querySelector('tr.shown').textContent, document.activeElement.tagName].join('|')"
    )
    said = _run(tmp_path, script)
    assert "163 / 440 PTĐ" in said
    assert said.endswith("|A")


def test_a_click_on_a_record_shows_its_places(tmp_path: Path) -> None:
    script = (
        "document.querySelector('.table[data-label=ORG] tr[data-anchors]').click();"
        f"{_SAY}[document.querySelectorAll('mark.shown').length, document.activeElement.textContent].join('|')"
    )
    assert _run(tmp_path, script) == "2|Sở KH&amp;CN"


def test_the_keyboard_goes_from_span_to_span_and_to_the_record(tmp_path: Path) -> None:
    script = (
        "document.querySelector('.text').focus();"
        "const press = (key) => document.activeElement"
        ".dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true}));"
        "press('ArrowRight'); press('ArrowRight'); press('ArrowRight'); const on = document.activeElement.textContent;"
        f"press('Enter'); {_SAY}[on, document.activeElement.closest('tr').dataset.anchors].join('|')"
    )
    said = _run(tmp_path, script)
    assert said.startswith("163/440 PTĐ|t")


def test_a_kind_that_is_switched_off_is_hidden_and_skipped(tmp_path: Path) -> None:
    script = (
        "for (const box of document.querySelectorAll('fieldset input')) if (box.value !== 'PER') box.click();"
        "document.querySelector('.text').focus();"
        "document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowRight', bubbles: true}));"
        "const shown = [...document.querySelectorAll('.table')].filter((table) => !table.hidden).length;"
        f"{_SAY}[shown, document.activeElement.textContent].join('|')"
    )
    assert _run(tmp_path, script) == "1|Bế Đăng Khoa"
