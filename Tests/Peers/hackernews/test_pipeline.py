"""The Swift pipeline as processes of its own: worker and runner, on the reference's server and on ours."""

import asyncio
import os
from pathlib import Path

import pytest

from crash.verify import history
from crash.wellformed import violations
from support.processes import Binary
from support.servers import OUR_BINARY, make_server
from support.waiting import until

HACKERNEWS = Path(os.environ.get("HACKERNEWS_BIN") or OUR_BINARY.parent / "hackernews")
WORKFLOW_ID = "hackernews-workflow"


@pytest.fixture(scope="module", autouse=True)
def _binary() -> None:
    if not HACKERNEWS.exists():
        pytest.fail(f"there is no {HACKERNEWS}: build it (swift build --product hackernews) or set HACKERNEWS_BIN")


def program(name: str, folder: Path, address: str, *arguments: str) -> Binary:
    return Binary(HACKERNEWS, name, "--address", address, *arguments, log=folder / f"{name}.log")


def check_table(text: str) -> None:
    assert "A durable pipeline in one Swift file" in text
    assert "Left out: item 9003, a job post, not a story." in text
    assert "Left out: item 9006, it has no link." in text
    assert "Most frequent words" in text
    assert "swift" in text


def test_pipeline_on_both_servers(pair: tuple[str, str], tmp_path: Path) -> None:
    async def play(kind: str, folder: Path) -> list[str]:
        folder.mkdir()
        async with make_server(kind, folder=folder) as server:
            sample = ("--source", "sample", "--fail-first", "1")
            with program("worker", folder, server.address, *sample), program("run", folder, server.address) as run:
                code = await run.wait()
                assert code == 0, run.output()
                check_table(run.output())
                events = await history(await server.connect(), WORKFLOW_ID, "")
                assert violations(events, closed=True) == []
                return [event.event_type for event in events]

    async def both() -> list[list[str]]:
        return [await play(kind, tmp_path / f"{index}-{kind}") for index, kind in enumerate(pair)]

    reference, ours = asyncio.run(both())
    assert ours == reference


def test_server_and_worker_killed_under_the_pipeline(subject: str, tmp_path: Path) -> None:
    """The runner, the worker and the server know each other again after the server has died, and a second worker
    finishes what the first one, killed as well, had begun."""

    async def play() -> None:
        async with make_server(subject, folder=tmp_path, on_file=True) as server:
            failing = ("--source", "sample", "--fail-first", "4")
            with program("worker", tmp_path, server.address, *failing) as worker:
                with program("run", tmp_path, server.address) as run:

                    async def failed_once() -> bool:
                        return "attempt 1 failed" in run.output()

                    await until("the first attempt's failure", failed_once, timeout=30)
                    await server.kill_and_restart()
                    worker.kill()
                    second = tmp_path / "second"
                    second.mkdir()
                    with program("worker", second, server.address, "--source", "sample"):
                        code = await run.wait()
                        assert code == 0, run.output()
                        check_table(run.output())
                    events = await history(await server.connect(), WORKFLOW_ID, "")
                    assert violations(events, closed=True) == []

    asyncio.run(play())


def test_bad_input_is_answered_clearly(subject: str, tmp_path: Path) -> None:
    async def play() -> None:
        async with make_server(subject, folder=tmp_path) as server:
            with program("run", tmp_path, server.address, "--namespace", "nowhere") as run:
                assert await run.wait() != 0
                assert "nowhere" in run.output()
        with program("run", tmp_path, "127.0.0.1:1") as run:
            assert await run.wait() != 0
            assert "127.0.0.1:1" in run.output()

    asyncio.run(play())
