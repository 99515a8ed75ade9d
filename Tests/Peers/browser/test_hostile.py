"""Text from workflows stays text, whatever is in it."""

from urllib.parse import quote

from browser.chrome import Chrome
from browser.stage import HOSTILE, HOSTILE_ID, HOSTILE_QUEUE, HOSTILE_SCHEDULE, Stage


def check(chrome: Chrome, address: str) -> None:
    chrome.open(address)
    chrome.run("for (const details of document.querySelectorAll('details')) details.open = true")
    assert chrome.run("return window.hacked") is None, address
    assert not chrome.all("img[src=x]"), address
    assert not chrome.all("a[href^='javascript:' i]"), address
    strange = chrome.run(
        "return [...document.querySelectorAll('script')].filter((script) => !script.src).length"
    )
    assert strange == 0, address
    assert not chrome.complaints(), address


def test_hostile_text_stays_text(chrome: Chrome, stage: Stage) -> None:
    run = f"/namespaces/default/workflows/{quote(HOSTILE_ID, safe='')}/{stage.run_id(HOSTILE_ID)}"
    tabs = ["history", "timeline", "graph", "pending-activities", "queries", "relationships", "metadata"]
    queries = ["history?form=full", "history?form=json", "history?order=newest"]
    for tab in tabs + queries:
        check(chrome, f"{run}/{tab}")
        assert HOSTILE_ID in chrome.text(), f"{tab} does not show the id as it is"
    for event in (1, 2, 5, 8):
        check(chrome, f"{run}/events/{event}")
    chrome.open(f"{run}/history")
    values = chrome.find("#run-values").text
    assert f"failed {HOSTILE}" in values
    others = [
        "/namespaces/default/workflows",
        f"/namespaces/default/workflows?query={quote(HOSTILE)}",
        "/namespaces/default/task-queues",
        f"/namespaces/default/task-queues/{quote(HOSTILE_QUEUE, safe='')}",
        "/namespaces/default/schedules",
        f"/namespaces/default/schedules/{quote(HOSTILE_SCHEDULE, safe='')}",
        f"/namespaces/{quote(HOSTILE, safe='')}/workflows",
        f"/namespaces/default/workflows/{quote(HOSTILE, safe='')}",
        f"/{quote(HOSTILE, safe='')}",
    ]
    for address in others:
        check(chrome, address)
    chrome.open("/namespaces/default/workflows")
    assert HOSTILE_ID in chrome.text()
    chrome.open(f"/namespaces/default/task-queues/{quote(HOSTILE_QUEUE, safe='')}")
    assert HOSTILE_QUEUE in chrome.text()


def test_foreign_hosts_and_forms_are_refused(chrome: Chrome, stage: Stage) -> None:
    import urllib.error
    import urllib.request

    def status(path: str, headers: dict[str, str], data: bytes | None = None) -> int:
        request = urllib.request.Request(stage.server.ui_address + path, data=data, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code

    assert status("/settings", {}) == 200
    assert status("/settings", {"Host": "evil.example"}) == 421
    form = b"theme=dark"
    assert status("/settings", {}, form) == 403
    assert status("/settings", {"Origin": "https://evil.example"}, form) == 403
