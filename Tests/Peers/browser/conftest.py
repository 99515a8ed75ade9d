"""One server with its data and one browser for the whole suite."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from browser import crawl
from browser.chrome import Chrome
from browser.stage import HACKERNEWS, PIPELINE, Stage
from support.servers import OUR_BINARY


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    for program in (OUR_BINARY, HACKERNEWS):
        if not Path(program).exists():
            pytest.exit(f"there is no {program}: build it (swift build --product {program.name})", returncode=2)
    stage = Stage(tmp_path_factory.mktemp("browser"))
    try:
        stage.start()
        yield stage
    finally:
        stage.stop()


@pytest.fixture(scope="session")
def chrome_of_suite(stage: Stage, addresses: list[str]) -> Iterator[Chrome]:
    chrome = Chrome(stage.server.ui_address)
    try:
        yield chrome
    finally:
        chrome.close()


@pytest.fixture
def chrome(chrome_of_suite: Chrome, request: pytest.FixtureRequest) -> Iterator[Chrome]:
    """The browser as if it were new; a picture is kept if the test fails."""
    chrome = chrome_of_suite
    chrome.script(True)
    chrome.look(1280, "light")
    chrome.open("/settings")
    chrome.forget()
    chrome.complaints()
    failed = request.session.testsfailed
    yield chrome
    chrome.script(True)
    if request.session.testsfailed > failed:
        chrome.screenshot(f"failed-{request.node.name}")


@pytest.fixture(scope="session")
def addresses(stage: Stage) -> list[str]:
    """The pages there are, before any test has changed anything."""
    return crawl.pages(stage.server.ui_address, first_pages(stage))


def first_pages(stage: Stage) -> list[str]:
    run = f"/namespaces/default/workflows/{PIPELINE}/{stage.run_id(PIPELINE)}"
    return [
        "/namespaces/default/workflows",
        f"{run}/history",
        f"{run}/timeline",
        f"{run}/graph",
        f"{run}/pending-activities",
        f"{run}/queries",
        f"{run}/relationships",
        f"{run}/metadata",
        "/namespaces/default/schedules",
        "/namespaces/default/task-queues",
        "/namespaces/default/task-queues/hackernews",
        "/namespaces/default/task-queues/nobody",
        "/namespaces",
        "/namespaces/default",
        "/namespaces/default/edit",
        "/namespaces/default/delete",
        "/create-namespace",
        "/namespaces/default/search-attributes",
        "/import/events",
        "/settings",
    ]
