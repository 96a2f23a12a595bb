"""The page at / in headless Chromium, against a server with the embedded model."""

import json
import shutil
import time

import pytest

REPORT = (
    "Ngày 06/10/2021, Sở Khoa học và Công nghệ tỉnh Hòa Bình tổ chức họp giao ban 9 tháng đầu năm 2021.\n"
    "Đồng chí Bùi Văn Thắng – Giám đốc Sở KH&CN chủ trì. Kinh phí hỗ trợ là 30.000.000 đồng. <b>&amp;</b>\n"
)
TOKEN = "0123456789abcdef"
FLAGS = (
    "headless no-sandbox disable-gpu disable-quic no-first-run disable-background-networking "
    "disable-component-update disable-sync window-size=1280,1000"
).split()


@pytest.fixture(scope="module")
def downloads(tmp_path_factory):
    return tmp_path_factory.mktemp("downloads")


@pytest.fixture(scope="module")
def browser(downloads):
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if chromium is None or driver is None:
        pytest.skip("needs chromium and chromedriver (apt-get install chromium chromium-driver)")
    webdriver = pytest.importorskip("selenium.webdriver")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    options.add_experimental_option("prefs", {"download.default_directory": str(downloads)})
    for flag in FLAGS:
        options.add_argument(f"--{flag}")
    started = webdriver.Chrome(options=options, service=webdriver.ChromeService(executable_path=driver))
    yield started
    started.quit()


@pytest.fixture(scope="module")
def address(browser, serving):
    with serving("--max-body", "1", "--threads", "1") as (_, address):
        yield address


@pytest.fixture
def page(browser, address):
    """The page, freshly loaded; afterwards nothing must have been blocked or failed but what was answered 4xx."""
    browser.get(address)
    yield browser
    severe = [entry["message"] for entry in browser.get_log("browser") if entry["level"] == "SEVERE"]
    assert [message for message in severe if "status of 4" not in message] == []


def until(condition, what, *, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError(f"{what} within {seconds} seconds")


def by_id(browser, name):
    return browser.find_element("id", name)


def is_shown(browser, name):
    return by_id(browser, name).is_displayed()


def choose(browser, path):
    by_id(browser, "file").send_keys(str(path))


def problem(browser):
    until(lambda: is_shown(browser, "problem"), "a problem")
    return by_id(browser, "problem-text").text, by_id(browser, "problem-detail").text


@pytest.fixture
def report(tmp_path):
    path = tmp_path / "hòa bình.txt"
    path.write_text(REPORT, encoding="utf-8")
    return path


def test_a_file_is_shown_with_its_records_and_a_record_leads_to_its_place(page, report):
    choose(page, report)
    until(lambda: is_shown(page, "result"), "the report")
    assert by_id(page, "name").text == "hòa bình.txt"
    assert not is_shown(page, "work")
    page.switch_to.frame("report")
    until(lambda: page.find_elements("css selector", "mark.PER"), "spans")
    assert page.find_element("css selector", "mark.PER").text == "Bùi Văn Thắng"
    assert "<b>&amp;</b>" in page.find_element("css selector", ".text").text
    row = page.find_element("css selector", ".table[data-label=PER] tr[data-anchors]")
    assert row.text.startswith("Bùi Văn Thắng")
    colour = "return getComputedStyle(document.querySelector('mark.PER')).backgroundColor"
    assert page.execute_script(colour) != "rgba(0, 0, 0, 0)"  # the frame's own style is let in
    row.find_element("css selector", "a").click()
    assert page.find_element("css selector", "mark.shown").text == "Bùi Văn Thắng"
    assert page.execute_script("return document.activeElement.tagName") == "MARK"
    page.switch_to.default_content()


def test_a_report_cannot_reach_the_page_around_it(page, report):
    choose(page, report)
    until(lambda: is_shown(page, "result"), "the report")
    page.switch_to.frame("report")
    reached = page.execute_script("try { return parent.document.title } catch (error) { return error.name }")
    page.switch_to.default_content()
    assert reached == "SecurityError"


def test_a_pasted_text_is_shown_by_keyboard_alone(page):
    from selenium.webdriver import ActionChains, Keys

    page.execute_script("document.getElementById('file').focus()")
    keys = ActionChains(page)
    for one in (Keys.TAB, Keys.ENTER, Keys.TAB, "Đồng chí Lê Văn Tám chủ trì.", Keys.TAB, Keys.ENTER):
        keys.send_keys(one).pause(0.1)
    keys.perform()
    until(lambda: is_shown(page, "result"), "the report")
    page.switch_to.frame("report")
    until(lambda: page.find_elements("css selector", "mark.PER"), "spans")
    assert page.find_element("css selector", "mark").text == "Lê Văn Tám"
    page.switch_to.default_content()


def test_a_dropped_file_is_shown(page):
    page.execute_script(
        """const data = new DataTransfer();
        data.items.add(new File([arguments[0]], "thả.txt", {type: "text/plain"}));
        document.getElementById("drop").dispatchEvent(
          new DragEvent("drop", {dataTransfer: data, bubbles: true, cancelable: true}));""",
        REPORT,
    )
    until(lambda: is_shown(page, "result"), "the report")
    assert by_id(page, "name").text == "thả.txt"


@pytest.mark.parametrize(
    ("name", "data", "words", "detail"),
    [
        ("a.txt", b"", "Không đọc được báo cáo này.", "a.txt: found an empty file"),
        ("a.docx", b"nothing", "Không đọc được báo cáo này.", "a.docx: found plain text"),
        ("a.xlsx", b"PK", "Không đọc loại tệp này.", "a.xlsx: found a file ending in .xlsx"),
        ("a.txt", b"a" * 1_100_000, "Báo cáo quá lớn.", "a.txt: 1.100.000 byte"),
        ("a.txt", b"a " * 200_000, "Báo cáo quá lớn.", "a.txt: found 400,000 characters"),
    ],
)
def test_errors_are_said_in_words(name, data, words, detail, page, tmp_path):
    path = tmp_path / name
    path.write_bytes(data)
    choose(page, path)
    said, more = problem(page)
    assert said.startswith(words)
    assert more.startswith(detail)
    assert page.execute_script("return document.activeElement.id") == "problem"
    assert not is_shown(page, "result")


def test_the_page_and_the_record_can_be_saved(page, report, downloads):
    choose(page, report)
    until(lambda: is_shown(page, "result"), "the report")
    by_id(page, "save-page").click()
    by_id(page, "save-record").click()
    record, saved = downloads / "hòa bình.json", downloads / "hòa bình.html"
    until(lambda: record.exists() and saved.exists(), "both files")
    assert json.loads(record.read_text(encoding="utf-8"))["people"][0]["name"] == "Bùi Văn Thắng"
    assert saved.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_a_server_that_is_gone_is_said(browser, serving, report):
    with serving("--threads", "1") as (process, address):
        browser.get(address)
        process.kill()
        process.wait()
        choose(browser, report)
        assert problem(browser)[0].startswith("Không liên lạc được với máy chủ.")
    browser.get_log("browser")


def test_a_token_is_asked_for(browser, serving, report):
    with serving("--threads", "1", token=TOKEN) as (_, address):
        browser.get(address)
        choose(browser, report)
        assert problem(browser)[0].startswith("Mã truy cập thiếu hoặc sai.")
        browser.switch_to.active_element.send_keys(TOKEN)
        choose(browser, report)
        until(lambda: is_shown(browser, "result"), "the report")
        assert not is_shown(browser, "problem")
    browser.get_log("browser")
