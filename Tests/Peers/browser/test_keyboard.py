"""Everything can be reached with the keyboard, in the order it is read, and the focus is seen."""

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from browser.chrome import Chrome
from browser.stage import PIPELINE, Stage

# What has the focus: which element, and whether that is to be seen.
FOCUS = """
const element = document.activeElement;
if (!element || element === document.body) return null;
if (!element.dataset.focusNumber) element.dataset.focusNumber = String(document.querySelectorAll("[data-focus-number]").length + 1);
let shown = element.matches("input[type=radio], input[type=checkbox]") && element.closest("label") ? element.closest("label") : element;
const visible = (node) => {
  const style = getComputedStyle(node);
  return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
};
const box = shown.getBoundingClientRect();
return {
  number: element.dataset.focusNumber,
  name: element.tagName + " " + (element.id || element.textContent.trim().slice(0, 30) || element.name || ""),
  isSeen: visible(element) || visible(shown),
  isInside: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
};
"""

# What can have the focus, except for the radio buttons of a group but one.
FOCUSABLE = """
return [...document.querySelectorAll("a[href], button:not(:disabled), input:not([type=hidden]):not(:disabled), select, textarea, summary")]
  .filter((element) => element.checkVisibility() && !(element.type === "radio" && !element.checked) && element.tabIndex >= 0)
  .filter((element) => !element.dataset.focusNumber)
  .map((element) => element.outerHTML.slice(0, 120));
"""


def tab_through(chrome: Chrome, limit: int = 400) -> list[str]:
    problems: list[str] = []
    last = 0
    for _ in range(limit):
        ActionChains(chrome.driver).send_keys(Keys.TAB).perform()
        focus = chrome.run(FOCUS)
        if not isinstance(focus, dict):
            break
        number = int(focus["number"])
        if number <= last:
            break
        last = number
        if not focus["isSeen"]:
            problems.append(f"{focus['name']}: the focus is not seen")
        if not focus["isInside"]:
            problems.append(f"{focus['name']}: has the focus outside of the window")
    left = chrome.run(FOCUSABLE)
    return problems + [f"never gets the focus: {line}" for line in left]  # type: ignore[union-attr]


PAGES = [
    "/namespaces/default/workflows",
    "RUN/history",
    "RUN/graph",
    "RUN/queries",
    "/namespaces/default/schedules",
    "/namespaces/default/task-queues",
    "/namespaces/default/search-attributes",
    "/create-namespace",
    "/import/events",
    "/settings",
]


@pytest.mark.parametrize("page", PAGES)
def test_keyboard_reaches_everything(chrome: Chrome, stage: Stage, page: str) -> None:
    run = f"/namespaces/default/workflows/{PIPELINE}/{stage.run_id(PIPELINE)}"
    chrome.open(page.replace("RUN", run))
    problems = tab_through(chrome)
    assert not problems, "\n" + "\n".join(problems)


def test_skip_link_comes_first(chrome: Chrome) -> None:
    chrome.open("/settings")
    ActionChains(chrome.driver).send_keys(Keys.TAB).perform()
    assert chrome.run("return document.activeElement.className") == "skip"
    ActionChains(chrome.driver).send_keys(Keys.ENTER).perform()
    chrome.until("the content never got the focus", lambda: chrome.run("return document.activeElement.id") == "content")


def test_slash_goes_to_the_search(chrome: Chrome) -> None:
    chrome.open("/namespaces/default/task-queues")
    ActionChains(chrome.driver).send_keys("/").perform()
    assert chrome.run("return document.activeElement.id") == "field-queue"
