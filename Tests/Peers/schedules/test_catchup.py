"""A server that was down: what fell into that time is made up for, once, inside the catch-up window."""

import asyncio
import warnings
from typing import Any

import pytest
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from histories.compare import differences
from schedules.stage import POLICIES, ScheduleStage
from schedules.workflows import WORKFLOWS
from support.servers import DevServer, make_server

QUEUE = "catchup"
EVERY = 2
DOWN = 9.0


def _worker(stage: ScheduleStage) -> Worker:
    return Worker(
        stage.client,
        task_queue=QUEUE,
        workflows=WORKFLOWS,
        identity="peer-worker",
        workflow_runner=UnsandboxedWorkflowRunner(),
    )


async def _outage(server: DevServer) -> None:
    # Nothing is due within half a second, so that the last action is written.
    await asyncio.sleep(0.5)
    server.kill()
    await asyncio.sleep(DOWN)
    await server.start(timeout=60)


async def _everything_is_made_up_for(kind: str) -> dict[str, Any]:
    """Two actions before the outage, eight in all: no time is missing and none comes twice."""
    async with make_server(kind, on_file=True) as server:
        stage = ScheduleStage("catchup", await server.connect(), server, QUEUE)
        schedule = stage.schedule("Nap", 0.1, every=EVERY, limit=8, overlap=POLICIES["buffer-all"])
        await stage.create(schedule)
        await stage.until_described("two actions", lambda it: it.info.action_count >= 1)
        await _outage(server)
        stage.client = await server.connect()
        async with _worker(stage):
            await stage.until_quiet(8, timeout=60)
            return await stage.record()


async def _some_is_missed(kind: str) -> dict[str, Any]:
    """A window of ten seconds and an outage that is longer: what is older is counted, not done."""
    async with make_server(kind, on_file=True) as server:
        stage = ScheduleStage("missed", await server.connect(), server, QUEUE)
        schedule = stage.schedule("Nap", 0.1, every=4, overlap=POLICIES["allow-all"], catchup=10)
        await stage.create(schedule)
        await stage.until_described("an action", lambda it: it.info.action_count >= 1)
        server.kill()
        await asyncio.sleep(22)
        await server.start(timeout=60)
        stage.client = await server.connect()
        description = await stage.until_described("a miss", lambda it: it.info.missed_catchup_window)
        rows = await stage.runs()
        due = [row.execution.workflow_id for row in rows]
        return {
            "missed": description.info.missed_catchup_window >= 2,
            "made up for": len(due) >= 3,
            "none twice": len(due) == len(set(due)),
            "all counted": description.info.action_count >= len(due),
        }


async def _skipped(kind: str) -> dict[str, Any]:
    """With the policy of skipping the oldest time is made up for; the others met its run."""
    async with make_server(kind, on_file=True) as server:
        stage = ScheduleStage("skipped", await server.connect(), server, QUEUE)
        schedule = stage.schedule("Nap", 0.1, every=EVERY, paused=True)
        await stage.create(schedule)
        await stage.patch(unpause="begin")
        await stage.until_described("the start", lambda it: not it.schedule.state.paused)
        await _outage(server)
        stage.client = await server.connect()
        await stage.until_described("a run", lambda it: it.info.action_count == 1)
        await stage.patch(pause="end")
        description = await stage.until_described("the pause", lambda it: it.schedule.state.paused)
        return {"actions": description.info.action_count, "some skipped": description.info.overlap_skipped >= 3}


CASES = {
    "everything-is-made-up-for": _everything_is_made_up_for,
    "some-is-missed": _some_is_missed,
    "skipped": _skipped,
}


@pytest.mark.parametrize("name", CASES)
def test_outage(name: str, pair: tuple[str, str]) -> None:
    async def both() -> list[dict[str, Any]]:
        return list(await asyncio.gather(*(CASES[name](kind) for kind in pair)))

    expected, actual = asyncio.run(both())
    if differences(expected, actual):
        warnings.warn(f"{name} differed at first: {differences(expected, actual)[:5]}", stacklevel=1)
        expected, actual = asyncio.run(both())
    found = differences(expected, actual)
    if found:
        pytest.fail(f"{name}: {pair[0]} → {pair[1]}\n  " + "\n  ".join(found), pytrace=False)
