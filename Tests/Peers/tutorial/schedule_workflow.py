"""Does one thing to the workflow's schedule: create, describe, list, pause, trigger, backfill, update or delete.

It runs every ten hours, or as often as the second argument says, in seconds.
"""

import asyncio
import os
import sys
from datetime import datetime, timedelta, timezone

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleBackfill,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    ScheduleSpec,
    ScheduleState,
    ScheduleUpdate,
    ScheduleUpdateInput,
)
from workflow import TASK_QUEUE, HackerNewsWorkflow

SCHEDULE_ID = "workflow-schedule-id"


def spec(seconds: float) -> ScheduleSpec:
    return ScheduleSpec(intervals=[ScheduleIntervalSpec(every=timedelta(seconds=seconds))])


async def create(client: Client, every: float) -> None:
    await client.create_schedule(
        SCHEDULE_ID,
        Schedule(
            action=ScheduleActionStartWorkflow(
                HackerNewsWorkflow.run, id="hackernews-workflow", task_queue=TASK_QUEUE
            ),
            spec=spec(every),
            state=ScheduleState(note="Top stories, again and again."),
        ),
    )
    print("created")


async def describe(client: Client, _: float) -> None:
    description = await client.get_schedule_handle(SCHEDULE_ID).describe()
    state = description.schedule.state
    print("paused" if state.paused else "running")
    print(f"note {state.note}")
    print(f"every {description.schedule.spec.intervals[0].every.total_seconds():.0f}")
    print(f"upcoming {len(description.info.next_action_times)}")
    print(f"runs {description.info.num_actions}")
    for action in description.info.recent_actions:
        print(f"recent {action.action.workflow_id}")


async def show_list(client: Client, _: float) -> None:
    async for entry in await client.list_schedules():
        upcoming = len(entry.info.next_action_times) if entry.info else 0
        recent = len(entry.info.recent_actions) if entry.info else 0
        print(f"{entry.id} upcoming {upcoming} recent {recent}")


async def pause(client: Client, _: float) -> None:
    await client.get_schedule_handle(SCHEDULE_ID).pause(note="Not now.")


async def trigger(client: Client, _: float) -> None:
    await client.get_schedule_handle(SCHEDULE_ID).trigger()


async def backfill(client: Client, every: float) -> None:
    end = datetime.fromtimestamp(1_700_000_000 // every * every + 1, tz=timezone.utc)
    await client.get_schedule_handle(SCHEDULE_ID).backfill(
        ScheduleBackfill(
            start_at=end - timedelta(seconds=2 * every),
            end_at=end,
            overlap=ScheduleOverlapPolicy.ALLOW_ALL,
        )
    )


async def update(client: Client, every: float) -> None:
    def change(current: ScheduleUpdateInput) -> ScheduleUpdate:
        schedule = current.description.schedule
        schedule.spec = spec(every)
        return ScheduleUpdate(schedule=schedule)

    await client.get_schedule_handle(SCHEDULE_ID).update(change)


async def delete(client: Client, _: float) -> None:
    await client.get_schedule_handle(SCHEDULE_ID).delete()


OPERATIONS = {
    "create": create,
    "describe": describe,
    "list": show_list,
    "pause": pause,
    "trigger": trigger,
    "backfill": backfill,
    "update": update,
    "delete": delete,
}


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    every = float(sys.argv[2]) if len(sys.argv) > 2 else 36_000
    await OPERATIONS[sys.argv[1]](client, every)
    print("done")


if __name__ == "__main__":
    asyncio.run(main())
