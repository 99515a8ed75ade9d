"""Makes schedules on a server and notes what it says of them."""

import asyncio
from collections.abc import Awaitable, Iterable
from typing import Any

from google.protobuf.json_format import MessageToDict
from google.protobuf.timestamp_pb2 import Timestamp
from temporalio.api.common.v1 import WorkflowType
from temporalio.api.schedule.v1 import Schedule, ScheduleAction, ScheduleSpec, ScheduleState
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflow.v1 import NewWorkflowExecutionInfo
from temporalio.api.workflowservice.v1 import (
    CreateScheduleRequest,
    DescribeNamespaceRequest,
    DescribeScheduleRequest,
    ListScheduleMatchingTimesRequest,
    UpdateScheduleRequest,
)
from temporalio.client import Client
from temporalio.service import RPCError

from schedules.farmhash import jittered
from schedules.specs import SpecCase, Window, cron, seconds

Record = dict[str, Any]


def _stamp(time: Any) -> Timestamp:
    result = Timestamp()
    result.FromDatetime(time)
    return result


def _schedule(spec: ScheduleSpec) -> Schedule:
    """Paused: nothing is to be started."""
    workflow = NewWorkflowExecutionInfo(
        workflow_id="nothing", workflow_type=WorkflowType(name="Nothing"), task_queue=TaskQueue(name="nobody")
    )
    return Schedule(
        spec=spec, action=ScheduleAction(start_workflow=workflow), state=ScheduleState(paused=True)
    )


class Player:
    """Calls of one server."""

    def __init__(self, client: Client) -> None:
        self.service = client.workflow_service

    async def create(self, name: str, spec: ScheduleSpec) -> None:
        await self.service.create_schedule(
            CreateScheduleRequest(
                namespace="default", schedule_id=name, request_id=name, schedule=_schedule(spec)
            )
        )

    async def update(self, name: str, spec: ScheduleSpec) -> None:
        await self.service.update_schedule(
            UpdateScheduleRequest(
                namespace="default", schedule_id=name, request_id=f"{name}-2", schedule=_schedule(spec)
            )
        )

    async def canonical(self, name: str) -> ScheduleSpec:
        request = DescribeScheduleRequest(namespace="default", schedule_id=name)
        return (await self.service.describe_schedule(request)).schedule.spec

    async def times(self, name: str, window: Window) -> list[Timestamp]:
        request = ListScheduleMatchingTimesRequest(
            namespace="default", schedule_id=name, start_time=_stamp(window[0]), end_time=_stamp(window[1])
        )
        return list((await self.service.list_schedule_matching_times(request)).start_time)

    async def spec_record(self, case: SpecCase) -> Record:
        """The spec as the server shows it, and when it says it is due."""
        try:
            await self.create(case.name, case.spec)
            record: Record = {"spec": MessageToDict(await self.canonical(case.name))}
            for window in case.windows:
                times = await self.times(case.name, window)
                record[f"from {window[0].isoformat()}"] = [time.ToJsonString() for time in times]
            return record
        except RPCError as error:
            return {"failed": _error(error)}

    async def bad_record(self, name: str, spec: ScheduleSpec) -> Record:
        """What the server answers to the spec in a new schedule, and in one that is there."""
        record = {"create": await _outcome(self.create(f"bad-{name}", spec))}
        if record["create"] == "accepted":
            record["spec"] = MessageToDict(await self.canonical(f"bad-{name}"))
        await self.create(f"good-{name}", cron("@daily"))
        record["update"] = await _outcome(self.update(f"good-{name}", spec))
        return record

    async def jitter_problems(self, case: SpecCase, jitter: float) -> list[str]:
        """Where jittered times are not what their definition makes of the plain ones."""
        described = await self.service.describe_namespace(DescribeNamespaceRequest(namespace="default"))
        name = f"{case.name}-jitter-{jitter:g}"
        seed = f"{described.namespace_info.id}-{name}"
        plain, all_times, jittery = ScheduleSpec(), ScheduleSpec(), ScheduleSpec()
        for spec in (plain, all_times, jittery):
            spec.CopyFrom(case.spec)
        all_times.ClearField("exclude_calendar")
        all_times.ClearField("exclude_structured_calendar")
        jittery.jitter.CopyFrom(seconds(jitter))
        await self.create(f"{name}-plain", plain)
        await self.create(f"{name}-all", all_times)
        await self.create(name, jittery)
        problems: list[str] = []
        for window in case.windows:
            nominals = [time.ToNanoseconds() for time in await self.times(f"{name}-plain", window)]
            every = [time.ToNanoseconds() for time in await self.times(f"{name}-all", window)]
            found = [time.ToNanoseconds() for time in await self.times(name, window)]
            # What follows the last time of a list is not known: it is left out.
            following = dict(zip(every, every[1:], strict=False))
            expected = [jittered(time, following[time], jitter, seed) for time in nominals if time in following]
            end = min(len(expected), len(found))
            if expected[:end] != found[:end] or end < len(expected) - 1:
                problems.append(f"from {window[0]}: {expected[:5]} expected, {found[:5]} found")
        return problems


async def play_specs(client: Client, cases: Iterable[SpecCase]) -> dict[str, Record]:
    player = Player(client)
    return await _all({case.name: player.spec_record(case) for case in cases})


async def play_bad(client: Client, specs: dict[str, ScheduleSpec]) -> dict[str, Record]:
    player = Player(client)
    return await _all({name: player.bad_record(name, spec) for name, spec in specs.items()})


async def _all(calls: dict[str, Awaitable[Record]]) -> dict[str, Record]:
    """A few at a time."""
    places = asyncio.Semaphore(4)

    async def one(call: Awaitable[Record]) -> Record:
        async with places:
            return await call

    return dict(zip(calls, await asyncio.gather(*map(one, calls.values())), strict=True))


def _error(error: RPCError) -> str:
    return f"{error.status.name}: {error.message}"


async def _outcome(call: Awaitable[None]) -> str:
    try:
        await call
        return "accepted"
    except RPCError as error:
        return _error(error)
