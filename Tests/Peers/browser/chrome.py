"""A browser for tests: Chromium without a window, and what went wrong in it."""

import base64
import json
import os
import re
import shutil
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from support.servers import REPOSITORY

AUDIT = (Path(__file__).parent / "audit.js").read_text()
SCREENSHOTS = REPOSITORY / "artifacts" / "browser"
HEIGHT = 800


def _program(variable: str, *names: str) -> str:
    for name in (os.environ.get(variable), *names):
        found = shutil.which(name) if name else None
        if found:
            return found
    pytest.exit(f"there is no {names[0]}: run scripts/setup --peers, or set {variable}", returncode=2)


class Chrome:
    """One tab. `base` is put before addresses that begin with a slash."""

    def __init__(self, base: str) -> None:
        self.base = base
        options = webdriver.ChromeOptions()
        options.binary_location = _program("CHROMIUM", "chromium", "google-chrome")
        for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
            options.add_argument(argument)
        options.add_argument("--hide-scrollbars")
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        service = webdriver.ChromeService(_program("CHROMEDRIVER", "chromedriver"))
        self.driver = webdriver.Chrome(options=options, service=service)
        self.driver.set_page_load_timeout(30)
        self.look(1280, "light")

    def close(self) -> None:
        self.driver.quit()

    def command(self, name: str, **parameters: object) -> dict:
        return self.driver.execute_cdp_cmd(name, parameters)

    def look(self, width: int, theme: str) -> None:
        """The width of the window, and what the system says of its colours."""
        self.command(
            "Emulation.setDeviceMetricsOverride", width=width, height=HEIGHT, deviceScaleFactor=1, mobile=False
        )
        self.command(
            "Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": theme}]
        )

    def script(self, isOn: bool) -> None:
        """Whether pages may run scripts."""
        self.command("Emulation.setScriptExecutionDisabled", value=not isOn)

    def open(self, address: str) -> None:
        self.driver.get(self.base + address if address.startswith("/") else address)

    @property
    def path(self) -> str:
        """Where the browser is, without the host and without the query."""
        return re.sub(r"^https?://[^/]+", "", self.driver.current_url).split("?")[0].split("#")[0]

    # What is on the page

    def find(self, selector: str) -> WebElement:
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector: str) -> list[WebElement]:
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def link(self, text: str) -> WebElement:
        return self._by_text("a[href]", text)

    def button(self, text: str) -> WebElement:
        return self._by_text("button, a.button, summary", text)

    def _by_text(self, selector: str, text: str) -> WebElement:
        matching = [
            element
            for element in self.all(selector)
            if text in (element.text.strip(), element.get_attribute("aria-label")) and element.is_displayed()
        ]
        if not matching:
            shown = [element.text.strip() for element in self.all(selector)]
            raise AssertionError(f"{self.driver.current_url} has no {selector} “{text}”, only {shown}")
        return matching[0]

    def field(self, label: str) -> WebElement:
        """The field with a label."""
        for element in self.all("label"):
            if element.text.strip() != label:
                continue
            name = element.get_attribute("for")
            if name:
                return self.driver.find_element(By.ID, name)
            return element.find_element(By.CSS_SELECTOR, "input, select, textarea")
        raise AssertionError(f"{self.driver.current_url} has no field “{label}”")

    def write(self, label: str, text: str) -> None:
        field = self.field(label)
        field.clear()
        field.send_keys(text)

    def text(self) -> str:
        return self.find("main").text

    def until(self, what: str, condition: object, timeout: float = 20.0) -> None:
        """Waits until `condition` (called without arguments) is true."""

        def check(_: object) -> object:
            return condition()  # type: ignore[operator]

        WebDriverWait(self.driver, timeout, ignored_exceptions=[Exception]).until(
            check, f"{what}, at {self.driver.current_url}"
        )

    def until_text(self, text: str, timeout: float = 20.0) -> None:
        self.until(f"the page never said “{text}”", lambda: text in self.text(), timeout)

    def run(self, script: str) -> object:
        return self.driver.execute_script(script)

    # What is wrong

    def audit(self) -> list[str]:
        return list(self.run(AUDIT))  # type: ignore[arg-type]

    def complaints(self) -> list[str]:
        """What the browser complained of since the last time, such as scripts the policy refuses."""
        entries = self.driver.get_log("browser")
        return [
            entry["message"]
            for entry in entries
            if entry["level"] in ("SEVERE", "WARNING") and "the server responded with a status of" not in entry["message"]
        ]

    def screenshot(self, name: str) -> None:
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        shot = self.command("Page.captureScreenshot", format="png", captureBeyondViewport=False)
        safe = re.sub(r"[^A-Za-z0-9._-]+", "_", name).strip("_")[:120]
        (SCREENSHOTS / f"{safe}.png").write_bytes(base64.b64decode(shot["data"]))

    def cookies(self) -> dict[str, str]:
        return {cookie["name"]: cookie["value"] for cookie in self.driver.get_cookies()}

    def forget(self) -> None:
        """As a browser that was never here."""
        self.driver.delete_all_cookies()

    def __repr__(self) -> str:
        return f"Chrome({json.dumps(self.base)})"
