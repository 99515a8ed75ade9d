"""Every schedule scenario on both servers; what it leaves behind must be equal."""

import asyncio
import warnings
from typing import Any

import pytest
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from histories.compare import differences
from schedules.scenarios import SCENARIOS
from schedules.stage import ScheduleStage
from schedules.workflows import WORKFLOWS
from support.servers import DevServer, make_server

QUEUE = "schedules"
TIMEOUT = 60.0
# More would make the machine too slow for the moments that scenarios rely on.
AT_ONCE = 6
ARGUMENTS = ["--search-attribute", "Team=Keyword"]

Records = dict[str, dict[str, Any]]


async def _play(name: str, stage: ScheduleStage) -> dict[str, Any]:
    try:
        await asyncio.wait_for(SCENARIOS[name](stage), TIMEOUT)
        return await stage.record()
    except Exception as error:  # noqa: BLE001  (whatever went wrong belongs in the comparison)
        failed = f"{type(error).__name__}: {error}"
        try:
            return {"failed": failed, **await stage.record()}
        except Exception:  # noqa: BLE001
            return {"failed": failed}


async def _play_all(server: DevServer, names: list[str]) -> Records:
    client = await server.connect()
    worker = Worker(
        client,
        task_queue=QUEUE,
        workflows=WORKFLOWS,
        identity="peer-worker",
        workflow_runner=UnsandboxedWorkflowRunner(),
    )
    async with worker:
        gate = asyncio.Semaphore(AT_ONCE)

        async def guarded(name: str) -> dict[str, Any]:
            async with gate:
                return await _play(name, ScheduleStage(name, client, server, QUEUE))

        records = await asyncio.gather(*(guarded(name) for name in names))
    return dict(zip(names, records))


async def _play_on(kind: str, names: list[str]) -> Records:
    async with make_server(kind, arguments=ARGUMENTS) as server:
        return await _play_all(server, names)


@pytest.fixture(scope="module")
def records(request: pytest.FixtureRequest, pair: tuple[str, str]) -> tuple[Records, Records]:
    names = [
        item.callspec.params["name"]
        for item in request.session.items
        if getattr(item, "originalname", "") == "test_schedule"
    ]

    async def both() -> tuple[Records, Records]:
        return await asyncio.gather(*(_play_on(kind, names) for kind in pair))

    return asyncio.run(both())


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_schedule(name: str, pair: tuple[str, str], records: tuple[Records, Records]) -> None:
    expected, actual = (found[name] for found in records)
    if differences(expected, actual) or "failed" in expected:
        # On a busy machine a moment may be missed; alone, it is not.
        first = differences(expected, actual)
        expected, actual = (asyncio.run(_play_on(kind, [name]))[name] for kind in pair)
        warnings.warn(f"{name} differed when it was run among the others: {first[:5]}", stacklevel=1)
    assert "failed" not in expected, f"the scenario fails on the reference: {expected['failed']}"
    found = differences(expected, actual)
    if found:
        shown = "\n  ".join(found)
        pytest.fail(f"{name}: {pair[0]} → {pair[1]}\n  {shown}", pytrace=False)
