"""What the browser looks at: our server with its web UI, the example's worker, and runs of all kinds."""

import asyncio
import logging
import os
from datetime import timedelta
from pathlib import Path

from temporalio import activity, workflow
from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleIntervalSpec,
    ScheduleSpec,
    WorkflowFailureError,
)
from temporalio.common import RetryPolicy
from temporalio.exceptions import ApplicationError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from support.processes import Binary
from support.servers import OUR_BINARY, OurServer, free_port

HACKERNEWS = Path(os.environ.get("HACKERNEWS_BIN") or OUR_BINARY.parent / "hackernews")
PIPELINE = "hackernews-workflow"

# Text that would do something if any page took it for markup.
HOSTILE = "<script>window.hacked=1</script>\"'><img src=x onerror=\"window.hacked=1\">&lt;b&gt;"
HOSTILE_ID = f"id {HOSTILE} /../%2e?#x"
HOSTILE_QUEUE = f"queue {HOSTILE}"
HOSTILE_SCHEDULE = "schedule <img src=x onerror=window.hacked=1>"
FAILING_ID = "failing-run"
RETRYING_ID = "retrying-run"
WAITING_ID = "waiting-run"


class UIServer(OurServer):
    """Our server with its web UI."""

    def __init__(self, **options: object) -> None:
        super().__init__(**options)  # type: ignore[arg-type]
        self.ui_port = free_port()

    @property
    def ui_address(self) -> str:
        return f"http://localhost:{self.ui_port}"

    def command(self) -> list[str]:
        flags = [argument for argument in super().command() if argument != "--headless"]
        return [*flags, "--ui-port", str(self.ui_port)]


@activity.defn(name=f"activity {HOSTILE}")
async def hostile_activity(value: str) -> dict:
    return {"rows": [{HOSTILE: value, "link": "javascript:window.hacked=1", "number": 1}], HOSTILE: HOSTILE}


@activity.defn
async def broken_activity() -> None:
    raise ApplicationError(f"it broke {HOSTILE}", {"detail": HOSTILE}, type=f"Broken {HOSTILE}")


@workflow.defn(name=f"type {HOSTILE}")
class HostileWorkflow:
    def __init__(self) -> None:
        self.signals: list[str] = []

    @workflow.run
    async def run(self, value: dict) -> None:
        await workflow.execute_activity(
            f"activity {HOSTILE}", HOSTILE, start_to_close_timeout=timedelta(seconds=10), summary=f"summary {HOSTILE}"
        )
        await workflow.wait_condition(lambda: bool(self.signals))
        raise ApplicationError(f"failed {HOSTILE}", value, type=f"Type {HOSTILE}", non_retryable=True)

    @workflow.signal(name=f"signal {HOSTILE}")
    def add(self, value: str) -> None:
        self.signals.append(value)

    @workflow.query(name=f"query {HOSTILE}")
    def state(self) -> str:
        return HOSTILE


@workflow.defn
class Failing:
    @workflow.run
    async def run(self, attempts: int) -> None:
        await workflow.execute_activity(
            broken_activity,
            start_to_close_timeout=timedelta(seconds=10),
            retry_policy=RetryPolicy(maximum_attempts=attempts, initial_interval=timedelta(milliseconds=100)),
        )


async def _play_hostile(client: Client) -> None:
    value = {"text": HOSTILE, "rows": [{HOSTILE: HOSTILE, "a": 1}, {HOSTILE: "x", "a": 2}]}
    handle = await client.start_workflow(
        f"type {HOSTILE}",
        value,
        id=HOSTILE_ID,
        task_queue=HOSTILE_QUEUE,
        memo={HOSTILE: HOSTILE},
        static_summary=f"summary {HOSTILE}",
        static_details=f"details {HOSTILE}",
    )
    await handle.signal(f"signal {HOSTILE}", HOSTILE)
    try:
        await handle.result()
    except WorkflowFailureError:
        pass


async def _play(address: str) -> None:
    client = await Client.connect(address, identity=f"worker {HOSTILE}")
    workers = [
        Worker(
            client,
            task_queue=queue,
            workflows=[HostileWorkflow, Failing],
            activities=[hostile_activity, broken_activity],
            workflow_runner=UnsandboxedWorkflowRunner(),
        )
        for queue in (HOSTILE_QUEUE, "peer")
    ]
    async with workers[0], workers[1]:
        await _play_hostile(client)
        failing = await client.start_workflow(Failing.run, 3, id=FAILING_ID, task_queue="peer")
        try:
            await failing.result()
        except WorkflowFailureError:
            pass
        # Still failing when the worker goes: it stays as it is, with an attempt to come.
        retrying = await client.start_workflow(Failing.run, 0, id=RETRYING_ID, task_queue="peer")
        for _ in range(200):
            description = await retrying.describe()
            pending = description.raw_description.pending_activities
            if pending and pending[0].attempt > 2:
                break
            await asyncio.sleep(0.05)
    await client.start_workflow("Waiting", id=WAITING_ID, task_queue="nobody")
    await client.create_schedule(
        HOSTILE_SCHEDULE,
        Schedule(
            action=ScheduleActionStartWorkflow(
                f"type {HOSTILE}", HOSTILE, id="hostile-scheduled", task_queue=HOSTILE_QUEUE
            ),
            spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(every=timedelta(hours=10))]),
        ),
    )


class Stage:
    """The server with its data, for as long as the tests run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.server = UIServer(folder=folder)
        self.worker: Binary | None = None

    def program(self, *arguments: str) -> Binary:
        return Binary(
            HACKERNEWS, *arguments, "--address", self.server.address, log=self.folder / f"{arguments[0]}.log"
        )

    def start(self) -> None:
        asyncio.run(self.server.start())
        self.worker = Binary(
            HACKERNEWS,
            *("worker", "--address", self.server.address, "--source", "sample", "--fail-first", "1"),
            log=self.folder / "worker.log",
        )
        with self.program("run") as run:
            code = asyncio.run(run.wait())
            assert code == 0, run.output()
        # It tells of every failure that is meant to be.
        logging.getLogger("temporalio").setLevel(logging.CRITICAL)
        asyncio.run(_play(self.server.address))

    def stop(self) -> None:
        if self.worker is not None:
            self.worker.kill()
        asyncio.run(self.server.stop())

    def run_id(self, workflow_id: str) -> str:
        async def read() -> str:
            client = await Client.connect(self.server.address)
            return (await client.get_workflow_handle(workflow_id).describe()).run_id

        return asyncio.run(read())

    def status(self, workflow_id: str) -> str:
        async def read() -> str:
            client = await Client.connect(self.server.address)
            description = await client.get_workflow_handle(workflow_id).describe()
            return description.status.name if description.status else "?"

        return asyncio.run(read())
