"""Every page there is, narrow and wide, light and dark: nothing scrolls sideways, everything has its name, can be read,
and the browser has nothing to complain of."""

import pytest

from browser.chrome import Chrome


def report(problems: dict[str, list[str]]) -> str:
    """Problems by what is wrong, with the pages that have them."""
    pages: dict[str, list[str]] = {}
    for address, lines in problems.items():
        for line in lines:
            pages.setdefault(line, []).append(address)
    return "\n".join(f"{line}\n    on {len(where)}: {where[0]}" for line, where in sorted(pages.items()))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 400])
def test_pages_are_sound(chrome: Chrome, addresses: list[str], width: int, theme: str) -> None:
    chrome.look(width, theme)
    problems: dict[str, list[str]] = {}
    for address in addresses:
        chrome.open(address)
        found = chrome.audit() + chrome.complaints()
        if found:
            problems[address] = found
        chrome.screenshot(f"{width}-{theme}-{address}")
    assert not problems, "\n" + report(problems)


def test_the_navigation_leads_to_pages(chrome: Chrome) -> None:
    chrome.open("/")
    links = [(link.text, link.get_attribute("href")) for link in chrome.all("nav[aria-label=Main] a")]
    names = [name for name, _ in links]
    for name in ("Workflows", "Schedules", "Task queues", "Namespaces", "Search attributes", "Import", "Settings"):
        assert name in names
    # The server has neither.
    assert "Workers" not in names
    for name, address in links:
        chrome.open(address or "")
        current = [link.text for link in chrome.all("nav[aria-label=Main] a[aria-current=page]")]
        assert current == [name], f"{address} marks {current}"


def test_open_menus_fit(chrome: Chrome, addresses: list[str]) -> None:
    """What opens stays within the window."""
    chrome.look(400, "light")
    problems = {}
    for address in addresses[:40]:
        chrome.open(address)
        chrome.run("for (const details of document.querySelectorAll('details')) details.open = true")
        found = [line for line in chrome.audit() if "sideways" in line or "ends at" in line]
        if found:
            problems[address] = found
    assert not problems, "\n" + report(problems)
