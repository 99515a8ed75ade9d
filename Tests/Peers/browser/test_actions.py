"""What can be done to a run and to a schedule, with and without scripts."""

import asyncio
from datetime import timedelta

import pytest
from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleIntervalSpec,
    ScheduleSpec,
)

from browser.chrome import Chrome
from browser.stage import Stage


@pytest.fixture(params=["script", "no script"])
def browser(request: pytest.FixtureRequest, chrome: Chrome) -> Chrome:
    chrome.script(request.param == "script")
    return chrome


def start_waiting(stage: Stage, name: str) -> str:
    """A run that nobody works on; returns the address of its page."""

    async def start() -> str:
        client = await Client.connect(stage.server.address)
        handle = await client.start_workflow("Waiting", {"limit": 3}, id=name, task_queue="nobody")
        return handle.result_run_id or ""

    return f"/namespaces/default/workflows/{name}/{asyncio.run(start())}"


def choose(chrome: Chrome, action: str) -> None:
    """An action of the head of a page: a button, or in the menu."""
    shown = [e for e in chrome.all("main a.button, main summary.button") if e.is_displayed() and e.text.strip() == action]
    if not shown:
        chrome.find("#run-actions details.menu > summary").click()
        shown = [e for e in chrome.all("main .menu-body a") if e.is_displayed() and e.text.strip() == action]
    assert shown, f"there is no action {action}"
    shown[0].click()


def submit(chrome: Chrome) -> None:
    chrome.find("main form[method=post] button[type=submit]").click()


def test_signal_cancel_terminate(browser: Chrome, stage: Stage, request: pytest.FixtureRequest) -> None:
    name = "acted-on-" + ("without" if "no script" in request.node.name else "with")
    address = start_waiting(stage, name)
    browser.open(f"{address}/history")
    assert "No worker polls the task queue" in browser.text()
    choose(browser, "Send a signal")
    browser.write("Name of the signal", "go")
    browser.write("Input", "not json")
    submit(browser)
    browser.until_text("is not JSON")
    browser.write("Input", '{"a": 1}')
    submit(browser)
    browser.until("no way back to the run", lambda: browser.path == f"{address}/history")
    browser.until_text("go")
    assert browser.all("main .notice-done"), "nothing says that it was sent"

    browser.open(f"{address}/history")
    choose(browser, "Request cancellation")
    browser.write("Reason", "for a test")
    submit(browser)
    browser.until_text("Cancellation has been requested")

    browser.open(f"{address}/history")
    choose(browser, "Terminate")
    browser.write("Reason", "enough <b>")
    submit(browser)
    browser.until_text("enough <b>")
    assert stage.status(name) == "TERMINATED"


def test_start_again(browser: Chrome, stage: Stage, request: pytest.FixtureRequest) -> None:
    browser.open("/namespaces/default/workflows/failing-run")
    browser.until("the run never opened", lambda: browser.path.endswith("/history"))
    choose(browser, "Start again")
    name = "again-" + ("without" if "no script" in request.node.name else "with")
    browser.write("Workflow id", name)
    submit(browser)
    browser.until("the new run never opened", lambda: f"/workflows/{name}/" in browser.path)
    assert stage.status(name) == "RUNNING"


def test_schedule_actions(browser: Chrome, stage: Stage, request: pytest.FixtureRequest) -> None:
    name = "acted-on-" + ("without" if "no script" in request.node.name else "with")

    async def create() -> None:
        client = await Client.connect(stage.server.address)
        await client.create_schedule(
            name,
            Schedule(
                action=ScheduleActionStartWorkflow("Waiting", id=f"{name}-run", task_queue="nobody"),
                spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(every=timedelta(hours=10))]),
            ),
        )

    asyncio.run(create())
    browser.open(f"/namespaces/default/schedules/{name}")
    _menu(browser, "Trigger now", "Trigger")
    browser.until("no run was started", lambda: bool(browser.all(f"main a[href*='{name}-run']")))
    _menu(browser, "Pause", "Pause", note="for a test")
    browser.until_text("Paused")
    browser.until_text("for a test")
    _menu(browser, "Go on", "Go on")
    browser.until("it stays paused", lambda: any(e.text == "Pause" for e in browser.all("main summary")))
    browser.open(f"/namespaces/default/schedules/{name}")
    browser.button("Backfill").click()
    assert browser.path.endswith("/backfill")
    assert browser.find("main form[method=post]")
    browser.open(f"/namespaces/default/schedules/{name}")
    browser.button("Delete").click()
    browser.button("Delete").click()
    browser.until("it is still there", lambda: browser.path == "/namespaces/default/schedules")


def _menu(chrome: Chrome, menu: str, button: str, note: str | None = None) -> None:
    summary = next(e for e in chrome.all("main details.menu > summary") if e.text.strip() == menu)
    summary.click()
    form = next(form for form in chrome.all("main .menu-body form") if form.is_displayed())
    if note is not None:
        form.find_element("css selector", "input[name=note]").send_keys(note)
    next(b for b in form.find_elements("css selector", "button") if b.text.strip() == button).click()
