"""Namespaces, search attributes, settings and the import of histories: every form, with and without scripts."""

import json
import subprocess
from pathlib import Path

import pytest

from browser.chrome import Chrome
from browser.stage import PIPELINE, Stage
from support.servers import OUR_BINARY


@pytest.fixture(params=["script", "no script"])
def browser(request: pytest.FixtureRequest, chrome: Chrome) -> Chrome:
    chrome.script(request.param == "script")
    return chrome


def test_namespace_from_its_beginning_to_its_end(browser: Chrome) -> None:
    browser.open("/namespaces")
    browser.button("New namespace").click()
    browser.write("Name", "reports")
    browser.write("Description", "what it is for")
    browser.write("Retention", "nonsense")
    browser.button("Create namespace").click()
    browser.until_text("Write a time such as 3d")
    browser.write("Retention", "36h")
    browser.write("Data", "team=data\nlevel=<b>1</b>")
    browser.button("Create namespace").click()
    browser.until_text("Namespace reports created")
    assert browser.path == "/namespaces/reports"
    text = browser.text()
    assert "what it is for" in text and "36 hours" in text and "<b>1</b>" in text

    browser.button("Edit").click()
    assert browser.field("Retention").get_attribute("value") == "36h"
    browser.write("Description", "changed")
    browser.button("Save").click()
    browser.until_text("Namespace reports saved")
    assert "changed" in browser.text()

    browser.find(".bar-namespaces > summary").click()
    browser.link("default").click()
    browser.until("the switch did nothing", lambda: browser.find(".bar-namespace span").text == "default")

    browser.open("/namespaces/reports")
    browser.button("Delete").click()
    browser.write("Type the name of the namespace to confirm", "report")
    browser.button("Delete").click()
    browser.until_text("That is not the name")
    browser.write("Type the name of the namespace to confirm", "reports")
    browser.button("Delete").click()
    browser.until_text("Namespace reports deleted")
    browser.open("/namespaces/reports")
    assert "404" in browser.text()


def test_the_namespace_of_the_server_stays(chrome: Chrome) -> None:
    chrome.open("/namespaces/temporal-system/delete")
    assert "cannot be deleted" in chrome.text() or "404" in chrome.text()
    assert not chrome.all("main form")


def test_search_attributes_come_and_go(browser: Chrome) -> None:
    browser.open("/namespaces/default/search-attributes")
    browser.write("New search attribute", "CustomerId")
    browser.button("Add").click()
    browser.until_text("Search attribute CustomerId added")
    assert "CustomerId" in browser.find("main table").text
    browser.write("New search attribute", "WorkflowId")
    browser.button("Add").click()
    browser.until_text("WorkflowId is a search attribute of every run")
    browser.open("/namespaces/default/search-attributes")
    browser.button("Remove CustomerId").click()
    browser.until_text("Remove CustomerId from namespace default?")
    browser.button("Remove").click()
    browser.until_text("Search attribute CustomerId removed")


def test_settings_are_kept(browser: Chrome) -> None:
    browser.open("/settings")
    browser.field("Dark").click()
    browser.field("Another").click()
    browser.write("Name of another time zone", "Nowhere/Else")
    browser.button("Save").click()
    browser.until_text("There is no time zone Nowhere/Else")
    browser.write("Name of another time zone", "Asia/Kolkata")
    browser.button("Save").click()
    browser.until_text("The settings are saved")
    root = browser.find("html")
    assert root.get_attribute("data-theme") == "dark"
    assert root.get_attribute("data-zone") == "Asia/Kolkata"
    background = browser.find("body").value_of_css_property("background-color")
    assert background == "rgba(12, 19, 23, 1)"
    browser.open("/namespaces/default/task-queues")
    moment = browser.find("main time")
    offset = 5 * 60 + 30
    clock = moment.text if len(moment.text) == 8 else moment.text.split()[1]
    hours, minutes, _ = clock.split(":")
    utc = (moment.get_attribute("datetime") or "").split("T")[1]
    expected = (int(utc[:2]) * 60 + int(utc[3:5]) + offset) % 1440
    assert int(hours) * 60 + int(minutes) == expected
    browser.open("/settings")
    browser.field("Time passed").click()
    browser.field("As the system").click()
    browser.field("This browser's").click()
    browser.button("Save").click()
    browser.until_text("The settings are saved")
    browser.open("/namespaces/default/task-queues")
    assert "ago" in browser.find("main time").text


def test_a_history_from_a_file(browser: Chrome, stage: Stage, tmp_path: Path) -> None:
    history = subprocess.run(
        [
            *(str(OUR_BINARY), "workflow", "show", "-w", PIPELINE, "-o", "json"),
            *("--address", stage.server.address),
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    file = tmp_path / "history.json"
    file.write_text(history)
    browser.open("/import/events")
    browser.button("Show").click()
    browser.until_text("Choose a file")
    browser.field("File with a history as JSON").send_keys(str(file))
    browser.button("Show").click()
    browser.until("the history is not shown", lambda: browser.path.endswith("/history"))
    text = browser.text()
    assert "Completed" in text and "TopStories" in text
    assert "A durable pipeline in one Swift file" in text
    assert "topStoryIDs" in browser.find("#run-history").text
    address = browser.path
    for tab in ("Timeline", "Step graph", "History"):
        browser.link(tab).click()
        assert "topStoryIDs" in browser.text()
    assert browser.path == address
    # As older tools write it: a list, with short names of enumerations.
    events = json.loads(history)["events"]
    for event in events:
        words = event["eventType"].removeprefix("EVENT_TYPE_").split("_")
        event["eventType"] = "".join(word.title() for word in words)
    file.write_text(json.dumps(events))
    browser.open("/import/events")
    browser.field("File with a history as JSON").send_keys(str(file))
    browser.button("Show").click()
    browser.until("the history is not shown", lambda: browser.path.endswith("/history"))
    assert "topStoryIDs" in browser.find("#run-history").text
    browser.open("/import/events")
    browser.write("Or the JSON itself", "{\"events\": 1}")
    browser.button("Show").click()
    browser.until_text("This is no history")


def test_task_queues_tell_who_polls(browser: Chrome) -> None:
    browser.open("/namespaces/default/task-queues")
    assert "1 worker" in browser.text()
    browser.link("hackernews").click()
    browser.until_text("activities")
    assert "@" in browser.find("main table").text
    browser.open("/namespaces/default/task-queues")
    browser.write("Task queue", "nobody")
    browser.button("Open").click()
    browser.until_text("No worker polls this task queue")
    assert browser.path.endswith("/task-queues/nobody")
