"""The tutorial's program as it stands: worker and runner as processes of their own."""

import asyncio
import signal
import threading
from pathlib import Path

import pytest

from support.processes import Program
from support.servers import make_server
from tutorial.sample_api import items
from tutorial.sample_api import make_server as make_api

HERE = Path(__file__).parent
ADVERTISED = 10


def expected_lines() -> list[str]:
    """Title, score and address of the items that have an address, in the API's order."""
    top = list(items().values())[:ADVERTISED]
    return [f"{item['title']} {item['score']} {item['url']}" for item in top if "url" in item]


async def _run_tutorial(kind: str, folder: Path, fail_first: int) -> tuple[str, list[str], int]:
    """Gives the printed table, the worker's complaints, and the attempts of the first step."""
    api = make_api(0, fail_first)
    threading.Thread(target=api.serve_forever, daemon=True).start()
    try:
        async with make_server(kind, folder=folder) as server:
            environment = {
                "TEMPORAL_ADDRESS": server.address,
                "HACKERNEWS_API": f"http://127.0.0.1:{api.server_address[1]}",
            }
            worker_log = folder / "worker.log"
            with Program(HERE / "worker.py", log=worker_log, environment=environment) as worker:
                run_log = folder / "run.log"
                runner = HERE / "run_workflow.py"
                with Program(runner, log=run_log, environment=environment) as run:
                    code = await run.wait()
                table, crash, _ = run.output().partition("Fatal Python error: PyGILState_Release")
                # The Python SDK now and then aborts, or dies of a bad access, when its interpreter ends, after all is
                # done: about once in 25 runs, on either server.
                assert code in (0, -signal.SIGSEGV) or crash, run.output() + worker.output()
                client = await server.connect()
                history = await client.get_workflow_handle("hackernews-workflow").fetch_history()
                complaints = [line for line in worker.output().splitlines() if "has no" in line]
                return table, complaints, _first_attempts(history.events)
    finally:
        api.shutdown()
        api.server_close()


def _first_attempts(events: list) -> int:
    started = [event for event in events if event.HasField("activity_task_started_event_attributes")]
    return started[0].activity_task_started_event_attributes.attempt


@pytest.mark.parametrize("fail_first", [0, 1], ids=["steady API", "API fails at first"])
def test_tutorial(pair: tuple[str, str], tmp_path: Path, fail_first: int) -> None:
    async def both() -> list[tuple[str, list[str], int]]:
        runs = []
        for index, kind in enumerate(pair):
            folder = tmp_path / f"{index}-{kind}"
            folder.mkdir()
            runs.append(await _run_tutorial(kind, folder, fail_first))
        return runs

    reference, ours = asyncio.run(both())
    for table, complaints, attempts in (reference, ours):
        lines = [" ".join(line.split()) for line in table.splitlines()]
        assert lines[0] == "Title Score URL"
        assert lines[1:] == expected_lines()
        assert len(complaints) == 2
        assert attempts == fail_first + 1
    assert ours[0] == reference[0]
