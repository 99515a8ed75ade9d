"""The way of the tutorial, in the browser: the run of the pipeline, then its schedule."""

import time

from browser.chrome import Chrome
from browser.stage import PIPELINE, Stage


def test_the_run_shows_what_the_pipeline_did(chrome: Chrome, stage: Stage) -> None:
    chrome.open("/")
    chrome.until_text(PIPELINE)
    assert chrome.path == "/namespaces/default/workflows"
    row = next(row for row in chrome.all("table tbody tr") if PIPELINE in row.text)
    assert "Completed" in row.text
    chrome.link(PIPELINE).click()
    chrome.until("the run never opened", lambda: chrome.path.endswith("/history"))

    text = chrome.text()
    assert "Completed" in text
    assert "TopStories" in text
    headings = [heading.text for heading in chrome.all("h2")]
    assert "Input" in headings and "Result" in headings
    assert "10" in chrome.find("#run-values").text
    rows = chrome.all("#run-values table tbody tr")
    assert len(rows) > 3, "the result is not shown as a table"
    assert "A durable pipeline in one Swift file" in chrome.find("#run-values").text
    history = chrome.find("#run-history").text
    assert "stories" in history and "topStoryIDs" in history
    # The first request failed, on purpose.
    chrome.screenshot("run")


def test_the_schedule_fills_up_and_is_deleted(chrome: Chrome, stage: Stage) -> None:
    with stage.program("schedule", "create", "--every", "2s") as create:
        for _ in range(200):
            if create.process.poll() is not None:
                break
            time.sleep(0.05)
        assert create.process.returncode == 0, create.output()
    chrome.open("/namespaces/default/schedules")
    chrome.until_text("workflow-schedule-id")
    chrome.link("workflow-schedule-id").click()
    chrome.until("the schedule never opened", lambda: "/schedules/" in chrome.path)
    headings = [heading.text for heading in chrome.all("h2")]
    assert "Upcoming" in headings and "Latest runs" in headings

    def recent_runs() -> list[str]:
        return [link.get_attribute("href") or "" for link in chrome.all("main a[href*='/workflows/']")]

    # Without a reload: the page keeps itself up to date.
    chrome.until("no run of the schedule appeared", lambda: len(set(recent_runs())) >= 2, timeout=30)
    chrome.screenshot("schedule")
    address = chrome.path
    chrome.button("Delete").click()
    chrome.until("nobody asked before it was deleted", lambda: chrome.path == f"{address}/delete")
    chrome.button("Delete").click()
    chrome.until("the schedule is still listed", lambda: chrome.path == "/namespaces/default/schedules")
    assert "deleted" in chrome.text().lower()
    assert not [link for link in chrome.all("main table a[href]") if link.text == "workflow-schedule-id"]
