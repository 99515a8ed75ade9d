"""Many schedules on our server: how late their runs start."""

import asyncio
import statistics
import tempfile
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from google.protobuf.duration_pb2 import Duration
from temporalio.api.common.v1 import WorkflowType
from temporalio.api.enums.v1 import ScheduleOverlapPolicy
from temporalio.api.schedule.v1 import (
    IntervalSpec,
    Schedule,
    ScheduleAction,
    SchedulePolicies,
    ScheduleSpec,
)
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflow.v1 import NewWorkflowExecutionInfo
from temporalio.api.workflowservice.v1 import CreateScheduleRequest, ListWorkflowExecutionsRequest
from temporalio.client import Client

from measure import Setup

PERIOD = 60
# The runs have no worker and end by themselves, so that what is measured is the schedules' own work: to start a run, and
# to hear of its end.
RUN_TIMEOUT = 5


@dataclass
class ScheduleFigures:
    """Lateness is from the time a run was due to the time in its first event, in milliseconds."""

    title: str
    schedules: int
    actions: int = 0
    late_p50_ms: float = 0.0
    late_p99_ms: float = 0.0
    late_max_ms: float = 0.0
    cpu_ms_per_action: float = 0.0
    written_kb_per_action: float = 0.0
    create_per_second: float = 0.0


def _seconds(value: int) -> Duration:
    return Duration(seconds=value)


def _request(number: int, phase: int) -> CreateScheduleRequest:
    action = NewWorkflowExecutionInfo(
        workflow_id=f"run-{number}",
        workflow_type=WorkflowType(name="Nothing"),
        task_queue=TaskQueue(name="nobody"),
        workflow_run_timeout=_seconds(RUN_TIMEOUT),
    )
    schedule = Schedule(
        spec=ScheduleSpec(interval=[IntervalSpec(interval=_seconds(PERIOD), phase=_seconds(phase))]),
        action=ScheduleAction(start_workflow=action),
        policies=SchedulePolicies(
            overlap_policy=ScheduleOverlapPolicy.SCHEDULE_OVERLAP_POLICY_SKIP
        ),
    )
    return CreateScheduleRequest(
        namespace="default", schedule_id=f"s-{number}", schedule=schedule, request_id=f"r-{number}"
    )


async def _create(client: Client, count: int, *, spread: bool) -> float:
    """Creates them, 100 at a time; gives how many in a second."""
    numbers = iter(range(count))

    async def lane() -> None:
        for number in numbers:
            request = _request(number, number % PERIOD if spread else 0)
            await client.workflow_service.create_schedule(request)

    begin = time.perf_counter()
    await asyncio.gather(*(lane() for _ in range(100)))
    return count / (time.perf_counter() - begin)


async def _lateness(client: Client, since: float) -> list[float]:
    """Of all runs that were due after a moment, in milliseconds."""
    late: list[float] = []
    token = b""
    moment = datetime.utcfromtimestamp(since).strftime("%Y-%m-%dT%H:%M:%SZ")
    query = f"TemporalScheduledStartTime >= '{moment}'"
    while True:
        request = ListWorkflowExecutionsRequest(
            namespace="default", query=query, page_size=1000, next_page_token=token
        )
        answer = await client.workflow_service.list_workflow_executions(request)
        for row in answer.executions:
            due = row.search_attributes.indexed_fields["TemporalScheduledStartTime"].data.decode()
            due_at = datetime.fromisoformat(due.strip('"').replace("Z", "+00:00")).timestamp()
            late.append((row.start_time.ToNanoseconds() / 1e9 - due_at) * 1000)
        token = answer.next_page_token
        if not token:
            return late


async def measure_schedules(
    setup: Setup, base: Path, count: int, periods: int, *, spread: bool
) -> ScheduleFigures:
    title = f"{count} schedules, {'spread over the minute' if spread else 'all due at once'}"
    figures = ScheduleFigures(title, count)
    with tempfile.TemporaryDirectory(dir=base) as folder:
        async with setup.server(Path(folder)) as server:
            client = await server.connect()
            figures.create_per_second = await _create(client, count, spread=spread)
            # From the next full minute on.
            begin = (time.time() // PERIOD + 1) * PERIOD
            await asyncio.sleep(begin - 1 - time.time())
            before = server.usage()
            await asyncio.sleep(begin + periods * PERIOD - 5 - time.time())
            after = server.usage()
            late = await _lateness(client, begin)
    figures.actions = len(late)
    figures.late_p50_ms = statistics.median(late)
    figures.late_p99_ms = statistics.quantiles(late, n=100)[98]
    figures.late_max_ms = max(late)
    figures.cpu_ms_per_action = (after.cpu_seconds - before.cpu_seconds) * 1000 / len(late)
    figures.written_kb_per_action = (after.written_bytes - before.written_bytes) / 1000 / len(late)
    return figures


def print_schedules(figures: list[ScheduleFigures]) -> None:
    for item in figures:
        print(f"\n{item.title}: {item.actions} actions")
        print(f"  lateness, ms: p50 {item.late_p50_ms:.0f}, p99 {item.late_p99_ms:.0f}, max {item.late_max_ms:.0f}")
        print(
            f"  server, per action: {item.cpu_ms_per_action:.2f} ms CPU, "
            f"{item.written_kb_per_action:.1f} KB written; created at {item.create_per_second:.0f}/s"
        )
        verdict = "met" if item.late_p99_ms < 1000 else "MISSED"
        print(f"  bar: p99 below 1000 ms: {verdict}")
