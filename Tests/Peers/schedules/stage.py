"""What a schedule scenario works with, and how its end state is recorded.

Workflow ids of scheduled runs carry the time they were due at. In a record these times are given as
seconds after the first of them, so that two servers can be compared although they start at different
moments; all other times keep only that they are set.
"""

import asyncio
import json
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp
from temporalio.api.common.v1 import Payload, Payloads, WorkflowType
from temporalio.api.enums.v1 import EventType, ScheduleOverlapPolicy
from temporalio.api.schedule.v1 import (
    BackfillRequest,
    IntervalSpec,
    Schedule,
    ScheduleAction,
    SchedulePatch,
    SchedulePolicies,
    ScheduleSpec,
    ScheduleState,
)
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflow.v1 import NewWorkflowExecutionInfo
from temporalio.api.workflowservice.v1 import (
    CreateScheduleRequest,
    DescribeScheduleRequest,
    DescribeScheduleResponse,
    GetWorkflowExecutionHistoryRequest,
    ListWorkflowExecutionsRequest,
    PatchScheduleRequest,
    UpdateScheduleRequest,
)
from temporalio.client import Client
from temporalio.service import RPCError

from histories.harness import refusal
from histories.mask import Masker
from support.servers import DevServer
from support.waiting import until

DUE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
# The reference learns of the end of a run only when it next has something to do.
LATE = {"start_workflow_status"}
# A full hour long ago, from which backfills go.
HOUR = 1_700_000_000 // 3600 * 3600

POLICIES = {
    name.removeprefix("SCHEDULE_OVERLAP_POLICY_").lower().replace("_", "-"): value
    for name, value in ScheduleOverlapPolicy.items()
    if value
}


def seconds(value: float) -> Duration:
    duration = Duration()
    duration.FromNanoseconds(round(value * 1e9))
    return duration


def moment(value: float) -> Timestamp:
    stamp = Timestamp()
    stamp.FromNanoseconds(round(value * 1e9))
    return stamp


def payload(value: Any) -> Payload:
    return Payload(metadata={"encoding": b"json/plain"}, data=json.dumps(value).encode())


def backfill(hours: int, policy: int = 0) -> BackfillRequest:
    """As many hours, both ends included."""
    return BackfillRequest(
        start_time=moment(HOUR), end_time=moment(HOUR + (hours - 1) * 3600), overlap_policy=policy
    )


@dataclass
class ScheduleStage:
    """One scenario on one server; the schedule, its runs and the task queue are named after it."""

    name: str
    client: Client
    server: DevServer
    task_queue: str
    notes: list[tuple[str, Any]] = field(default_factory=list)
    # False where it depends on the machine how many seconds lie between two due times; their order stays.
    counts_seconds: bool = True

    @property
    def service(self) -> Any:
        return self.client.workflow_service

    def schedule(
        self,
        workflow_type: str,
        argument: Any = None,
        *,
        every: float = 2,
        limit: int | None = None,
        paused: bool = False,
        notes: str = "",
        overlap: int = 0,
        catchup: float | None = None,
        pause_on_failure: bool = False,
        **action: Any,
    ) -> Schedule:
        policies = SchedulePolicies(overlap_policy=overlap, pause_on_failure=pause_on_failure)
        if catchup is not None:
            policies.catchup_window.CopyFrom(seconds(catchup))
        state = ScheduleState(notes=notes, paused=paused)
        if limit is not None:
            state.limited_actions = True
            state.remaining_actions = limit
        start = NewWorkflowExecutionInfo(
            workflow_id=f"wf-{self.name}",
            workflow_type=WorkflowType(name=workflow_type),
            task_queue=TaskQueue(name=self.task_queue),
            **action,
        )
        if argument is not None:
            start.input.CopyFrom(Payloads(payloads=[payload(argument)]))
        return Schedule(
            spec=ScheduleSpec(interval=[IntervalSpec(interval=seconds(every))]),
            action=ScheduleAction(start_workflow=start),
            policies=policies,
            state=state,
        )

    async def create(self, schedule: Schedule, **fields: Any) -> Any:
        return await self.service.create_schedule(
            CreateScheduleRequest(
                namespace=self.client.namespace,
                schedule_id=self.name,
                schedule=schedule,
                request_id=f"create-{self.name}",
                identity="peer-client",
                **fields,
            )
        )

    async def patch(self, **fields: Any) -> Any:
        return await self.service.patch_schedule(
            PatchScheduleRequest(
                namespace=self.client.namespace,
                schedule_id=self.name,
                patch=SchedulePatch(**fields),
                request_id=f"patch-{time.monotonic_ns()}",
            )
        )

    async def update(self, schedule: Schedule, **fields: Any) -> Any:
        return await self.service.update_schedule(
            UpdateScheduleRequest(
                namespace=self.client.namespace,
                schedule_id=self.name,
                schedule=schedule,
                request_id=f"update-{time.monotonic_ns()}",
                **fields,
            )
        )

    async def describe(self) -> DescribeScheduleResponse:
        return await self.service.describe_schedule(
            DescribeScheduleRequest(namespace=self.client.namespace, schedule_id=self.name)
        )

    async def until_described(
        self, what: str, ready: Callable[[DescribeScheduleResponse], Any], timeout: float = 30
    ) -> DescribeScheduleResponse:
        async def probe() -> Any:
            description = await self.describe()
            return description if ready(description) else None

        return await until(what, probe, timeout=timeout)

    async def attempt(self, what: str, call: Awaitable[Any]) -> Any:
        """Notes the answer of a call, or its gRPC error."""
        try:
            answer = await call
        except RPCError as error:
            self.notes.append((what, refusal(error)))
            return None
        self.notes.append((what, answer))
        return answer

    async def snapshot(self, what: str) -> None:
        self.notes.append((what, await self.describe()))

    async def runs(self) -> list[Any]:
        """All runs of the schedule, the first ones first."""
        query = f"TemporalScheduledById = '{self.name}'"
        request = ListWorkflowExecutionsRequest(namespace=self.client.namespace, query=query)
        rows = (await self.service.list_workflow_executions(request)).executions
        return sorted(rows, key=lambda row: (row.start_time.ToNanoseconds(), row.execution.workflow_id))

    async def until_quiet(self, actions: int, timeout: float = 30) -> None:
        """Waits until that many actions were taken and their runs are closed."""
        await self.until_described(
            f"{actions} actions of {self.name}", lambda it: it.info.action_count == actions, timeout
        )

        async def closed() -> Any:
            rows = await self.runs()
            return len(rows) >= actions and all(row.HasField("close_time") for row in rows)

        await until(f"the ends of {actions} runs of {self.name}", closed, timeout=timeout)
        # The reference has yet to take notice of the last end.
        await self.until_described("rest", lambda it: not it.info.running_workflows, timeout)

    async def record(self) -> dict[str, Any]:
        rows = await self.runs()
        masker = Masker(row.execution.run_id for row in rows)
        histories = {}
        for row in rows:
            name = f"{row.execution.workflow_id} {masker.text(row.execution.run_id)}"
            request = GetWorkflowExecutionHistoryRequest(
                namespace=self.client.namespace, execution=row.execution
            )
            events = (await self.service.get_workflow_execution_history(request)).history.events
            kinds = [EventType.Name(event.event_type) for event in events]
            histories[name] = {"started": masker.message(events[0]), "events": kinds}
            if len(events) > 1:
                histories[name]["last"] = masker.message(events[-1])
        record = {
            "describe": masker.message(await self.describe()),
            "runs": histories,
            "notes": [{"what": what, "value": masker.value(value)} for what, value in self.notes],
        }
        return _relative(record, self.counts_seconds)


def _relative(record: dict[str, Any], counts_seconds: bool) -> dict[str, Any]:
    """The record with due times counted from the first, and without what the reference learns late."""
    times = sorted({_parsed(text) for text in DUE.findall(json.dumps(record))})

    def due(match: re.Match[str]) -> str:
        time = _parsed(match.group())
        return f"+{time - times[0]}s" if counts_seconds else f"<due {times.index(time) + 1}>"

    def change(value: Any) -> Any:
        if isinstance(value, dict):
            return {
                change(key): "<late>" if key in LATE else change(inner) for key, inner in value.items()
            }
        if isinstance(value, list):
            return [change(inner) for inner in value]
        if isinstance(value, str):
            return DUE.sub(due, value)
        return value

    return change(record)


def _parsed(text: str) -> int:
    parsed = datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ")
    return round(parsed.replace(tzinfo=timezone.utc).timestamp())


async def after_a_tick(every: int) -> None:
    """Waits until a little after the next time that is a multiple of so many seconds."""
    now = time.time()
    await asyncio.sleep((now // every + 1) * every + 0.2 - now)
