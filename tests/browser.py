"""Chromium for tests, with the few gestures they need.

Import the fixture `driver` beside `Browser` and `watched`.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement

from desk_server import wait_for

SCREENSHOTS = Path(__file__).parents[1] / "build" / "screenshots"
WIDTHS = {360: 740, 1280: 860}
CHROME_FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run"
    " --disable-background-networking --disable-component-update --disable-sync"
)


class Browser:
    """Chromium, with the few gestures the tests need."""

    def __init__(self, driver: webdriver.Chrome, base: str) -> None:
        self.driver = driver
        self.base = base

    def open(self, path: str, width: int = 1280) -> None:
        self.resize(width, WIDTHS[width])
        self.driver.get(self.base + path)

    def resize(self, width: int, height: int) -> None:
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1}
        self.cdp("Emulation.setDeviceMetricsOverride", metrics | {"mobile": width < 500})

    def cdp(self, command: str, arguments: dict[str, Any]) -> None:
        self.driver.execute_cdp_cmd(command, arguments)

    def run(self, script: str, *arguments: Any) -> Any:
        return self.driver.execute_script(script, *arguments)

    def find(self, css: str) -> WebElement:
        found: WebElement = wait_for(
            lambda: next(iter(self.driver.find_elements(By.CSS_SELECTOR, css)), None), css
        )
        return found

    def all(self, css: str) -> list[WebElement]:
        return self.driver.find_elements(By.CSS_SELECTOR, css)

    def text(self, css: str) -> str:
        return str(self.run("return document.querySelector(arguments[0])?.innerText || ''", css))

    def sees(self, words: str, css: str = "body") -> None:
        wait_for(lambda: words in self.text(css), f"{words!r} in {css}")

    def logged(self) -> list[dict[str, Any]]:
        """What the console said since the last call."""
        # Selenium leaves this method untyped.
        entries: list[dict[str, Any]] = self.driver.get_log("browser")  # type: ignore[no-untyped-call]
        return entries

    def press(self, *keys: str) -> None:
        for key in keys:
            self.driver.switch_to.active_element.send_keys(key)

    def choose(self, value: str) -> None:
        self.run("document.querySelector(`input[value='${arguments[0]}']`).click()", value)

    def write(self, words: str) -> None:
        self.find("#text").send_keys(words)

    def submit(self) -> None:
        self.find(".answer button").click()

    def sideways(self) -> list[str]:
        """What can be scrolled sideways: the page itself or a part of it."""
        found: list[str] = self.run(
            "return [...document.querySelectorAll('html, body *')].filter(e =>"
            " e.scrollWidth > e.clientWidth + 1 && (e === document.documentElement ||"
            " ['auto', 'scroll'].includes(getComputedStyle(e).overflowX)))"
            ".map(e => e.tagName + '.' + e.className)"
        )
        return found

    def shoot(self, name: str) -> None:
        """The whole page at both widths, into build/screenshots."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        for width, height in WIDTHS.items():
            self.resize(width, height)
            full = self.run("return document.documentElement.scrollHeight")
            self.resize(width, max(height, full))
            self.driver.save_screenshot(str(SCREENSHOTS / f"{name}-{width}.png"))
        self.resize(1280, WIDTHS[1280])


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    binary = shutil.which("chromium") or shutil.which("google-chrome")
    service = shutil.which("chromedriver")
    if binary is None or service is None:
        pytest.skip("needs Chromium and ChromeDriver (Debian: chromium, chromium-driver)")
    options = Options()
    options.binary_location = binary
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    for flag in CHROME_FLAGS.split():
        options.add_argument(flag)
    options.add_argument(f"--user-data-dir={tmp_path_factory.mktemp('chrome')}")
    driver = webdriver.Chrome(options=options, service=Service(service))
    yield driver
    driver.quit()


def watched(browser: Browser) -> Iterator[Browser]:
    """Lend the browser; fail when a page logged an error or broke its own policy."""
    browser.logged()
    yield browser
    browser.driver.get("about:blank")
    assert [entry for entry in browser.logged() if entry["level"] == "SEVERE"] == []
