"""The page in a real browser: it filters, sorts, pages, and follows a mistake to its document."""

import os
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from khcn_ner.cli import app
from khcn_ner.document import Document, Span
from khcn_ner.evaluation import Setting, write_evaluation
from khcn_ner.labels import Label

TEST_SPLIT = Path(__file__).parents[2] / "data" / "annotations" / "test"
FLAGS = (
    "headless no-sandbox disable-gpu disable-quic no-first-run disable-background-networking "
    "disable-component-update disable-sync"
).split()


@pytest.fixture(scope="module")
def browser():
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if chromium is None or driver is None:
        pytest.skip("needs chromium and chromedriver (apt-get install chromium chromium-driver)")
    webdriver = pytest.importorskip("selenium.webdriver")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    for flag in FLAGS:
        options.add_argument(f"--{flag}")
    started = webdriver.Chrome(options=options, service=webdriver.ChromeService(executable_path=driver))
    yield started
    started.quit()


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """Two documents of 60 lines: in each line an ORG is missed in the one, found too short in the other."""
    text = "".join(f"Sở KH&CN số {n} họp.\n" for n in range(60))
    starts = [text.index(f"Sở KH&CN số {n} ") for n in range(60)]
    gold = [Document(name, text, tuple(Span(start, start + 8, Label.ORG) for start in starts)) for name in "ab"]
    predicted = [
        gold[0].with_spans([]),
        gold[1].with_spans(Span(start + 3, start + 8, Label.ORG, n / 60) for n, start in enumerate(starts)),
    ]
    setting = Setting(pages={"a": "pages/a.html"})
    return write_evaluation(tmp_path_factory.mktemp("page"), gold, predicted, title="Test", setting=setting).page


def choose(browser, name, value):
    script = """const field = document.getElementById("filters").elements[arguments[0]];
        field.value = arguments[1]; field.dispatchEvent(new Event("input", {bubbles: true}));"""
    browser.execute_script(script, name, value)


def click(browser, selector):
    browser.execute_script("document.querySelector(arguments[0]).click()", selector)


def cells(browser, column):
    script = (
        "return Array.from(document.querySelectorAll('#browser tbody.row'), one => one.rows[0].cells[%d].textContent)"
    )
    return browser.execute_script(script % column)


def shown(browser):
    return browser.find_element("id", "shown").text


def test_filters_pages_and_sorts(browser, page):
    browser.get(page.as_uri())
    assert shown(browser) == "120 of 120" and len(cells(browser, 0)) == 50
    click(browser, "#next")
    assert cells(browser, 0)[0] == "51"
    choose(browser, "kind", "border")
    assert shown(browser) == "60 of 120" and set(cells(browser, 3)) == {"b"}
    choose(browser, "low", "0.9")
    assert shown(browser) == "6 of 120"
    choose(browser, "words", "số 59")
    assert shown(browser) == "1 of 120"
    choose(browser, "kind", "missed")
    assert shown(browser) == "0 of 120"
    click(browser, 'button.pick[data-cause="border too short"]')
    assert shown(browser) == "60 of 120"
    click(browser, '#browser th[data-key="s"] button')
    assert cells(browser, 4)[0] == "0.00"
    click(browser, '#browser th[data-key="s"] button')
    assert cells(browser, 4)[0] == "0.98"
    choose(browser, "cause", "")
    assert cells(browser, 4)[0] == "0.98"  # undefined scores stay at the end


def test_the_script_draws_the_same_rows_as_the_page_has_without_it(browser, page):
    browser.get(page.as_uri())
    drawn = browser.find_element("id", "browser").get_attribute("textContent")
    written = browser.execute_script(
        "return new DOMParser().parseFromString(arguments[0], 'text/html').getElementById('browser').textContent",
        page.read_text(encoding="utf-8"),
    )
    assert "".join(drawn.split()) == "".join(written.split())


def test_a_mistake_leads_to_its_document_and_to_the_report(browser, page):
    browser.get(page.as_uri())
    click(browser, "#r3 a[href='#m3']")
    (marked,) = browser.find_elements("css selector", "mark.here")
    assert marked.text.endswith("Sở KH&CN")
    assert browser.execute_script("return arguments[0].closest('details').id", marked) == "d1"
    place = browser.execute_script("return arguments[0].getBoundingClientRect().top / innerHeight", marked)
    assert 0 <= place <= 1
    assert browser.find_element("css selector", "#r3 a[href='pages/a.html']").text == "page"
    assert [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"] == []


@pytest.mark.parametrize(
    "folder", [TEST_SPLIT, os.environ.get("KHCN_NER_EVALUATE")], ids=["test split", "named folder"]
)
def test_the_embedded_models_page_filters_sorts_and_leads_to_documents(browser, tmp_path, folder):
    if folder is None:
        pytest.skip("KHCN_NER_EVALUATE names no folder of gold spans")
    done = CliRunner().invoke(app, ["evaluate", str(folder), "--out", str(tmp_path)])
    assert done.exit_code == 0, done.output
    browser.get((tmp_path / "index.html").as_uri())
    n_all = int(shown(browser).split(" of ")[1])
    assert n_all > 0
    choose(browser, "kind", "missed")
    n_missed = int(shown(browser).split(" of ")[0])
    assert 0 < n_missed < n_all
    choose(browser, "kind", "")
    click(browser, '#browser th[data-key="s"] button')
    scores = [float(cell) for cell in cells(browser, 4) if cell != "–"]
    assert scores == sorted(scores)
    number = cells(browser, 0)[0]
    click(browser, f"#r{number} a[href='#m{number}']")
    marked = browser.find_elements("css selector", "mark.here")[0]  # gold and prediction where borders differ
    assert 0 <= browser.execute_script("return arguments[0].getBoundingClientRect().top / innerHeight", marked) <= 1
    assert [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"] == []
