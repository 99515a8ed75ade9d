"""Every step on both servers; exit code and masked output must be equal."""

import asyncio
from typing import Any

import pytest
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from cli.commands import Outcome, mask_json, mask_text, temporal
from cli.steps import STEPS, Step
from histories.compare import differences
from histories.harness import WORKER_IDENTITY
from histories.scenarios.workflows import Collector, Failing, Forever, Greet
from support.servers import DevServer, make_server
from support.waiting import until

Outcomes = dict[str, Any]


async def _run(server: DevServer, entry: Step) -> Any:
    async def probe() -> Outcome | None:
        outcome = await temporal(server, *entry.arguments)
        return outcome if entry.until in outcome.output else None

    try:
        outcome = await until(entry.name, probe, interval=0.2, timeout=10)
    except TimeoutError:
        outcome = await temporal(server, *entry.arguments)
    masked = outcome.masked()
    try:
        return entry.only(masked)
    except (KeyError, TypeError) as error:
        return {"not as expected": repr(error), **masked}


async def _run_all(kind: str) -> Outcomes:
    async with make_server(kind) as server:
        client = await server.connect()
        worker = Worker(
            client,
            task_queue="cli-queue",
            workflows=[Collector, Failing, Forever, Greet],
            identity=WORKER_IDENTITY,
            workflow_runner=UnsandboxedWorkflowRunner(),
        )
        serves_schedules = await server.serves_schedules()
        async with worker:
            return {
                entry.name: await _run(server, entry)
                for entry in STEPS
                if serves_schedules or not entry.name.startswith("schedule ")
            }


@pytest.fixture(scope="module")
def outcomes(pair: tuple[str, str]) -> tuple[Outcomes, Outcomes]:
    async def both() -> tuple[Outcomes, Outcomes]:
        return await asyncio.gather(*(_run_all(kind) for kind in pair))

    return asyncio.run(both())


@pytest.mark.parametrize("name", [entry.name for entry in STEPS])
def test_command(name: str, pair: tuple[str, str], outcomes: tuple[Outcomes, Outcomes]) -> None:
    if any(name not in found for found in outcomes):
        pytest.skip("schedules are not served")
    expected, actual = (_plain(found[name]) for found in outcomes)
    assert "not as expected" not in str(expected), f"the step fails on the reference: {expected}"
    found = differences(expected, actual)
    if found:
        shown = "\n  ".join(found)
        pytest.fail(f"{name}: {pair[0]} → {pair[1]}\n  {shown}", pytrace=False)


def _plain(value: Any) -> Any:
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def test_masking_keeps_what_matters() -> None:
    text = "wf-1   0194c3d2-1111-7000-8000-000000000001  Running  3 seconds ago  2026-01-02T03:04:05Z"
    assert mask_text(text) == "wf-1 <uuid> Running <ago> <time>"
    assert mask_json({"taskId": "12", "attempt": 1}) == {"taskId": "<taskId>", "attempt": 1}
