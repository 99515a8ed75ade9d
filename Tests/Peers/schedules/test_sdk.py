"""The Python SDK's schedule client, operation by operation, on both servers."""

import asyncio
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleBackfill,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleSpec,
    ScheduleState,
    ScheduleUpdate,
    ScheduleUpdateInput,
)
from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes
from temporalio.service import RPCError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from schedules.workflows import WORKFLOWS, Nap
from support.servers import make_server
from support.waiting import until

QUEUE = "sdk"
TEAM = SearchAttributeKey.for_keyword("Team")
ARGUMENTS = ["--search-attribute", "Team=Keyword"]
BEGIN = datetime(2024, 5, 1, 0, 0, tzinfo=timezone.utc)

Notes = list[tuple[str, Any]]


def _schedule() -> Schedule:
    return Schedule(
        action=ScheduleActionStartWorkflow(Nap.run, 0.1, id="sdk-run", task_queue=QUEUE, memo={"a": 1}),
        spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(every=timedelta(hours=1), offset=timedelta(minutes=5))]),
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.ALLOW_ALL, catchup_window=timedelta(hours=2)),
        state=ScheduleState(note="by the SDK", paused=True),
    )


async def _life(client: Client) -> Notes:
    """Creates a schedule, does everything to it that a handle can, and deletes it."""
    notes: Notes = []
    attributes = TypedSearchAttributes([SearchAttributePair(TEAM, "blue")])
    handle = await client.create_schedule("sdk", _schedule(), memo={"of": "it"}, search_attributes=attributes)
    try:
        await client.create_schedule("sdk", _schedule())
    except ScheduleAlreadyRunningError as error:
        notes.append(("created twice", str(error)))

    async def state(what: str) -> None:
        found = await handle.describe()
        info = found.info
        notes.append(
            (
                what,
                found.schedule.state,
                found.schedule.policy,
                (info.num_actions, info.num_actions_missed_catchup_window, info.num_actions_skipped_overlap),
                (len(info.next_action_times), len(info.recent_actions), len(info.running_actions)),
                (await found.memo(), dict(found.search_attributes)),
            )
        )

    await state("created")
    await handle.unpause(note="go")
    await until("it goes", lambda: _holds(handle, lambda it: not it.schedule.state.paused))
    await state("unpaused")
    await handle.pause()
    await until("it pauses", lambda: _holds(handle, lambda it: it.schedule.state.paused))
    await state("paused")
    await handle.trigger()
    await until("a run", lambda: _holds(handle, lambda it: it.info.num_actions == 1))
    await handle.backfill(
        ScheduleBackfill(start_at=BEGIN, end_at=BEGIN + timedelta(hours=3), overlap=ScheduleOverlapPolicy.ALLOW_ALL)
    )
    await until("the backfill", lambda: _holds(handle, lambda it: it.info.num_actions == 4))
    await state("backfilled")

    def change(found: ScheduleUpdateInput) -> ScheduleUpdate:
        found.description.schedule.state.note = "changed"
        found.description.schedule.spec.intervals[0].every = timedelta(hours=2)
        return ScheduleUpdate(schedule=found.description.schedule)

    await handle.update(change)
    await until("the update", lambda: _holds(handle, lambda it: it.schedule.state.note == "changed"))
    await state("updated")

    async def listed() -> Any:
        return [entry async for entry in await client.list_schedules(query="Team = 'blue'")]

    entry = (await until("the list", listed))[0]
    notes.append(("listed", entry.id, len(entry.info.next_action_times), dict(entry.search_attributes)))
    notes.append(("memo in the list", await entry.memo()))
    await handle.delete()
    try:
        await client.get_schedule_handle("never was").describe()
    except RPCError as error:
        notes.append(("unknown", error.status.name, error.message))
    return notes


async def _holds(handle: Any, ready: Any) -> bool:
    return bool(ready(await handle.describe()))


async def _on(kind: str) -> Notes:
    async with make_server(kind, arguments=ARGUMENTS) as server:
        client = await server.connect()
        worker = Worker(
            client, task_queue=QUEUE, workflows=WORKFLOWS, workflow_runner=UnsandboxedWorkflowRunner()
        )
        async with worker:
            return await _life(client)


def test_life_of_a_schedule(pair: tuple[str, str]) -> None:
    async def both() -> list[Notes]:
        return list(await asyncio.gather(*(_on(kind) for kind in pair)))

    expected, actual = asyncio.run(both())
    for left, right in zip(expected, actual, strict=True):
        assert left == right
