"""A report as a browser shows it: a real Chromium, without a network."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from selenium.webdriver import Chrome, ChromeOptions, Keys
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from tclsmtp.migrate.model import Captured, Comparison, Delivery, Dialogue, Difference, Explanation, Line, Run
from tclsmtp.migrate.report import write
from tclsmtp.migrate.report.write import page_name

ATTACK = "<script>document.title = 'owned'</script><img src=x onerror=\"document.title = 'owned'\">"
NAME = f"{ATTACK}.tcl"
WHY = Explanation("cte-once", "once is right", "deviations.toml")
SAME, EXPLAINED = 480, 18
SECONDS = 10

CONTRAST = """
const parse = (colour) => colour.match(/[\\d.]+/g).map(Number);
const light = (colour) => {
  const [r, g, b] = parse(colour).slice(0, 3).map((part) => part / 255)
    .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const behind = (element) => {
  for (let at = element; at; at = at.parentElement) {
    const colour = getComputedStyle(at).backgroundColor;
    if ((parse(colour)[3] ?? 1) > 0) return colour;
  }
  return "rgb(255, 255, 255)";
};
const poor = [];
for (const element of document.querySelectorAll("body *")) {
  const own = Array.from(element.childNodes).some((node) => node.nodeType === 3 && node.data.trim());
  if (!own || !element.checkVisibility() || element.disabled) continue;
  const [one, other] = [light(getComputedStyle(element).color), light(behind(element))].sort((a, b) => b - a);
  if ((one + 0.05) / (other + 0.05) < 4.5) poor.push(`${element.tagName}.${element.className}: ${element.textContent}`);
}
return poor;
"""
"""The elements whose text does not stand out as WCAG's level AA asks for (success criterion 1.4.3)."""


def message(subject: str, body: str) -> bytes:
    head = f'Subject: {subject}\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'
    file = "--b\r\nContent-Type: image/png; name=x.png\r\nContent-Transfer-Encoding: base64\r\n\r\nAAEC\r\n--b--\r\n"
    return f"{head}--b\r\nContent-Type: text/html\r\n\r\n{body}\r\n{file}".encode()


def run(subject: str, body: str, last: str) -> Run:
    dialogue = Dialogue((Line("S", "220 hi", 0.001), Line("C", f"EHLO {ATTACK}", 0.002), Line("C", last, 0.003)))
    captured = Captured((dialogue,), (Delivery("a@example.com", ("b@example.com",), message(subject, body)),))
    return Run("tclsh, tcllib 1.21", "2.0", 0, f"{body}\n".encode(), b"", 1_700_000_000.0, 0.25, captured)


REFERENCE = run(ATTACK, f"the mail {ATTACK}", "QUIT")
OURS = run(ATTACK, f"a mail {ATTACK}", "QUIT now")
DIFFERS = Comparison(
    NAME,
    REFERENCE,
    OURS,
    (Difference("stdout", "the mail", "a mail"), Difference("header.X", "a", "b", 0, WHY)),
)
FAILED = Comparison("broken.tcl", error="took longer than 60 seconds")
EXPLAINED_ONE = replace(DIFFERS, differences=DIFFERS.differences[1:])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    made = [Comparison(f"jobs/{number:03}_report.tcl", REFERENCE, REFERENCE) for number in range(SAME)]
    made += [replace(EXPLAINED_ONE, name=f"old/{number:03}.tcl") for number in range(EXPLAINED)]
    write([*made, DIFFERS, FAILED], folder, stale=["accept.toml: accept 2"])
    return folder


@pytest.fixture(scope="module")
def chrome(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    options = ChromeOptions()
    binary, driver = shutil.which("chromium"), shutil.which("chromedriver")
    assert binary, "apt-get install chromium"
    assert driver, "apt-get install chromium-driver"
    options.binary_location = binary
    profile = tmp_path_factory.mktemp("profile")
    for word in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", f"--user-data-dir={profile}"):
        options.add_argument(word)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    chrome = Chrome(options=options, service=Service(driver))
    yield chrome
    chrome.quit()


@pytest.fixture
def browser(chrome: Chrome) -> Iterator[Chrome]:
    """The browser, wide and light; what a page complains about fails the test."""
    look(chrome)
    yield chrome
    assert complaints(chrome) == []


@pytest.fixture
def index(browser: Chrome, folder: Path) -> Chrome:
    # Another document first, as a change of the fragment alone loads nothing.
    browser.get("about:blank")
    browser.get((folder / "index.html").as_uri())
    return browser


@pytest.fixture
def page(browser: Chrome, folder: Path) -> Chrome:
    browser.get((folder / "scripts" / f"{page_name(NAME)}.html").as_uri())
    return browser


def look(browser: Chrome, scheme: str = "light", width: int = 1280) -> None:
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})


def complaints(browser: Chrome) -> list[str]:
    """What is in the browser's console since it was last asked for."""
    return [entry["message"] for entry in browser.execute("getLog", {"type": "browser"})["value"]]


def one(browser: Chrome, selector: str) -> WebElement:
    return browser.find_element(By.CSS_SELECTOR, selector)


def visible_rows(browser: Chrome) -> list[str]:
    rows: list[str] = browser.execute_script(
        "return Array.from(document.querySelectorAll('.scripts tbody tr')).filter((row) => row.checkVisibility())"
        ".map((row) => row.querySelector('a').textContent)"
    )
    return rows


def status(browser: Chrome) -> str:
    return one(browser, "#shown").text


def press(browser: Chrome, *keys: str) -> None:
    browser.switch_to.active_element.send_keys(*keys)


def test_all_of_500_scripts_are_listed_and_counted(index: Chrome) -> None:
    assert len(visible_rows(index)) == SAME + EXPLAINED + 2 == 500
    assert status(index) == "500 of 500 shown"
    assert "480 same, 18 explained, 1 differs, 1 failed" in str(one(index, "svg").get_attribute("aria-label"))


def test_a_search_finds_names_that_have_every_word(index: Chrome) -> None:
    one(index, "#search").send_keys("REPORT 47")
    found = [f"jobs/{number:03}_report.tcl" for number in range(SAME) if "47" in f"{number:03}"]
    assert visible_rows(index) == found
    assert status(index) == f"{len(found)} of 500 shown"


def test_a_search_finds_ids_of_differences_and_what_explains_them(index: Chrome) -> None:
    one(index, "#search").send_keys("cte-once old/")
    assert len(visible_rows(index)) == EXPLAINED
    one(index, "#search").clear()
    one(index, "#search").send_keys("stdout")
    assert visible_rows(index) == [NAME]


def test_a_search_without_a_find_says_so(index: Chrome) -> None:
    one(index, "#search").send_keys("nowhere")
    assert (visible_rows(index), status(index)) == ([], "0 of 500 shown")
    assert one(index, "#none").is_displayed()


def test_a_filter_shows_one_outcome(index: Chrome) -> None:
    button = one(index, "button[data-outcome=failed]")
    button.click()
    assert visible_rows(index) == ["broken.tcl"]
    assert button.get_attribute("aria-pressed") == "true"
    assert one(index, "button[data-outcome='']").get_attribute("aria-pressed") == "false"
    one(index, "button[data-outcome='']").click()
    assert len(visible_rows(index)) == 500


def test_search_and_filter_are_there_again_on_the_way_back(index: Chrome) -> None:
    one(index, "button[data-outcome=same]").click()
    one(index, "#search").send_keys("00_report")
    shown = visible_rows(index)
    assert len(shown) == 5
    one(index, ".scripts tr:not([hidden]) a").click()
    WebDriverWait(index, SECONDS).until(lambda browser: "/scripts/" in browser.current_url)
    index.back()
    WebDriverWait(index, SECONDS).until(lambda browser: "/scripts/" not in browser.current_url)
    assert visible_rows(index) == shown
    assert one(index, "#search").get_attribute("value") == "00_report"


def test_a_slash_leads_to_the_search_and_escape_clears_it(index: Chrome) -> None:
    press(index, "/")
    assert index.switch_to.active_element == one(index, "#search")
    press(index, "a/b")
    assert one(index, "#search").get_attribute("value") == "a/b"
    press(index, Keys.ESCAPE)
    assert (one(index, "#search").get_attribute("value"), len(visible_rows(index))) == ("", 500)


def test_the_index_is_used_by_keyboard_alone(index: Chrome) -> None:
    press(index, Keys.TAB)
    assert index.switch_to.active_element.text == "Skip to the content"
    press(index, Keys.TAB, Keys.TAB)
    button = index.switch_to.active_element
    assert button.get_attribute("data-outcome") == "differs"
    assert button.value_of_css_property("outline-style") == "solid"
    press(index, Keys.ENTER)
    assert visible_rows(index) == [NAME]


def test_the_search_has_a_label(index: Chrome) -> None:
    assert one(index, "#search").accessible_name == "Search names and differences"


def test_without_javascript_all_is_listed(index: Chrome) -> None:
    index.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        index.refresh()
        assert not one(index, "#controls").is_displayed()
        assert len(index.find_elements(By.CSS_SELECTOR, ".scripts tbody tr")) == 500
    finally:
        index.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_a_subject_that_is_a_script_is_text(page: Chrome) -> None:
    assert page.title == f"{NAME}: differs"
    assert one(page, "h1").text == NAME
    assert ATTACK in one(page, "#messages ~ details summary").text
    assert page.find_elements(By.CSS_SELECTOR, "script, img") == []


def test_no_other_script_runs_and_nothing_is_loaded(page: Chrome) -> None:
    page.execute_script(
        "const script = document.createElement('script'); script.text = 'document.title = \"owned\"';"
        "document.body.append(script)"
    )
    assert page.title == f"{NAME}: differs"
    (refused,) = complaints(page)
    assert "Content Security Policy" in refused
    assert page.execute_script("return performance.getEntriesByType('resource').length") == 0


def test_changed_words_are_marked_by_more_than_colour(page: Chrome) -> None:
    marked = one(page, ".difference del"), one(page, ".difference ins")
    assert [element.text for element in marked] == ["the", "a"]
    assert [element.value_of_css_property("text-decoration-line") for element in marked] == ["underline", "underline"]
    assert [element.value_of_css_property("text-decoration-style") for element in marked] == ["dashed", "solid"]


def test_a_message_opens_and_closes_by_keyboard(page: Chrome) -> None:
    details = one(page, "#messages ~ details")
    assert details.get_attribute("open") == "true"
    one(page, "#messages ~ details summary").send_keys(Keys.ENTER)
    assert details.get_attribute("open") is None


def test_pages_lead_on(page: Chrome) -> None:
    one(page, "a[rel=next]").click()
    WebDriverWait(page, SECONDS).until(lambda browser: one(browser, "h1").text == "broken.tcl")
    assert "took longer than 60 seconds" in one(page, ".error").text


def test_a_dark_theme_is_dark(index: Chrome) -> None:
    light = one(index, "body").value_of_css_property("background-color")
    look(index, "dark")
    dark = one(index, "body").value_of_css_property("background-color")
    assert (light, dark) == ("rgba(255, 255, 255, 1)", "rgba(20, 23, 27, 1)")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("shown", ["index", "page"])
def test_text_stands_out(scheme: str, shown: str, request: pytest.FixtureRequest) -> None:
    browser: Chrome = request.getfixturevalue(shown)
    look(browser, scheme)
    assert browser.execute_script(CONTRAST) == []


@pytest.mark.parametrize("width", [390, 320])
@pytest.mark.parametrize("shown", ["index", "page"])
def test_on_a_phone_nothing_is_wider_than_the_screen(width: int, shown: str, request: pytest.FixtureRequest) -> None:
    browser: Chrome = request.getfixturevalue(shown)
    look(browser, width=width)
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width


def test_on_a_phone_each_side_is_named_beside_its_text(page: Chrome) -> None:
    look(page, width=390)
    labels = [
        page.execute_script(
            "return getComputedStyle(arguments[0], '::before').content", one(page, f".difference .{side}")
        )
        for side in ("reference", "ours")
    ]
    assert labels == ['"Reference "', '"tclsmtp "']
