"""The programs that are recorded: small workflows, one for each thing the worker core must know."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Awaitable, Callable

from temporalio import activity, workflow
from temporalio.client import Client, WorkflowHandle, WorkflowUpdateFailedError
from temporalio.common import RetryPolicy, SearchAttributeKey, SearchAttributePair, TypedSearchAttributes
from temporalio.exceptions import ActivityError, ApplicationError, ChildWorkflowError

STARS = SearchAttributeKey.for_int("Stars")
SHORT = timedelta(milliseconds=50)
LONG = timedelta(minutes=10)
ONCE = RetryPolicy(maximum_attempts=1)


@activity.defn
async def shout(text: str) -> str:
    return text.upper()


@activity.defn
async def break_down(text: str) -> str:
    raise ApplicationError(text, type="Broken", non_retryable=True)


@activity.defn
async def linger() -> str:
    """Runs until it is told to stop."""
    while True:
        activity.heartbeat()
        await asyncio.sleep(0.1)


@workflow.defn
class OneActivity:
    @workflow.run
    async def run(self) -> str:
        return await workflow.execute_activity(shout, "hello", start_to_close_timeout=LONG)


@workflow.defn
class ActivityFails:
    @workflow.run
    async def run(self) -> str:
        try:
            await workflow.execute_activity(break_down, "oh", start_to_close_timeout=LONG)
        except ActivityError:
            await workflow.execute_activity(shout, "repaired", start_to_close_timeout=LONG)
        await workflow.execute_activity("unknown", start_to_close_timeout=SHORT, retry_policy=ONCE, task_queue="nobody",
                                        schedule_to_start_timeout=SHORT)
        return "unreachable"


@workflow.defn
class TimersAndSignals:
    def __init__(self) -> None:
        self.heard: list[str] = []

    @workflow.run
    async def run(self) -> list[str]:
        long = asyncio.create_task(workflow.sleep(600))
        await workflow.sleep(0.05)
        await workflow.wait_condition(lambda: len(self.heard) >= 2)
        long.cancel()
        short_lived = asyncio.create_task(workflow.sleep(600))
        await asyncio.sleep(0)
        short_lived.cancel()
        await workflow.sleep(0.05)
        return self.heard

    @workflow.signal
    def hear(self, what: str) -> None:
        self.heard.append(what)

    @workflow.query
    def count(self) -> int:
        return len(self.heard)


@workflow.defn
class CancelActivities:
    """Cancels one activity of each cancellation type, and one that was not sent yet."""

    @workflow.run
    async def run(self) -> None:
        def begin(kind: workflow.ActivityCancellationType) -> workflow.ActivityHandle[str]:
            return workflow.start_activity(
                linger, start_to_close_timeout=LONG, heartbeat_timeout=timedelta(seconds=5), cancellation_type=kind
            )

        kinds = workflow.ActivityCancellationType
        handles = [begin(kinds.TRY_CANCEL), begin(kinds.WAIT_CANCELLATION_COMPLETED), begin(kinds.ABANDON)]
        await workflow.sleep(0.3)
        for handle in handles:
            handle.cancel()
        unsent = begin(kinds.TRY_CANCEL)
        await asyncio.sleep(0)
        unsent.cancel()
        for handle in [*handles, unsent]:
            try:
                await handle
            except (ActivityError, asyncio.CancelledError):
                pass


@workflow.defn
class Cancelled:
    @workflow.run
    async def run(self) -> None:
        await workflow.sleep(600)


@workflow.defn
class Failing:
    @workflow.run
    async def run(self) -> None:
        raise ApplicationError("out of luck", type="Luck")


@workflow.defn
class Counting:
    @workflow.run
    async def run(self, left: int) -> int:
        await workflow.sleep(0.02)
        if left > 0:
            workflow.continue_as_new(left - 1)
        return left


@workflow.defn
class Patched:
    @workflow.run
    async def run(self) -> str:
        if workflow.patched("first"):
            await workflow.sleep(0.02)
        workflow.deprecate_patch("second")
        await workflow.execute_activity(shout, "patched", start_to_close_timeout=LONG)
        if workflow.patched("third") and workflow.patched("first"):
            await workflow.sleep(0.02)
        return "done"


@workflow.defn
class Attributes:
    @workflow.run
    async def run(self) -> None:
        workflow.upsert_search_attributes([STARS.value_set(3)])
        workflow.upsert_memo({"mood": "fine"})
        await workflow.sleep(0.02)
        workflow.upsert_search_attributes([STARS.value_unset()])


@workflow.defn
class Children:
    """A child that succeeds, one that fails, one whose id is taken, one that is cancelled."""

    @workflow.run
    async def run(self) -> None:
        await workflow.execute_child_workflow(OneActivity.run, id="child-good")
        try:
            await workflow.execute_child_workflow(Failing.run, id="child-bad")
        except ChildWorkflowError:
            pass
        child = await workflow.start_child_workflow(Cancelled.run, id="child-cancelled")
        try:
            await workflow.execute_child_workflow(Cancelled.run, id="child-cancelled")
        except Exception:
            await workflow.sleep(0.02)
        child.cancel()
        try:
            await child
        except (ChildWorkflowError, asyncio.CancelledError):
            pass


@workflow.defn
class Externals:
    @workflow.run
    async def run(self, other: str) -> None:
        handle = workflow.get_external_workflow_handle(other)
        await handle.signal("hear", "from afar")
        for attempt in (workflow.get_external_workflow_handle("no-such-workflow"), handle):
            try:
                await attempt.signal("hear", "again")
                await attempt.cancel()
            except Exception:
                await workflow.sleep(0.02)


@workflow.defn
class Updated:
    def __init__(self) -> None:
        self.sum = 0

    @workflow.run
    async def run(self) -> int:
        await workflow.wait_condition(lambda: self.sum >= 10)
        await workflow.wait_condition(workflow.all_handlers_finished)
        return self.sum

    @workflow.update
    def add(self, number: int) -> int:
        self.sum += number
        return self.sum

    @add.validator
    def validate_add(self, number: int) -> None:
        if number < 0:
            raise ValueError("less than nothing")

    @workflow.update
    async def add_slowly(self, number: int) -> int:
        await workflow.sleep(0.05)
        self.sum += number
        return self.sum

    @workflow.query
    def total(self) -> int:
        return self.sum


FAILURES_TO_COME = {"count": 0}


@workflow.defn
class FailsItsTask:
    """The first attempts at its second workflow task fail."""

    @workflow.run
    async def run(self) -> None:
        await workflow.sleep(0.02)
        if FAILURES_TO_COME["count"] > 0:
            FAILURES_TO_COME["count"] -= 1
            raise RuntimeError("not yet")
        await workflow.sleep(0.02)


WORKFLOWS = [OneActivity, ActivityFails, TimersAndSignals, CancelActivities, Cancelled, Failing, Counting, Patched,
             Attributes, Children, Externals, Updated, FailsItsTask]
ACTIVITIES = [shout, break_down, linger]


@dataclass
class Program:
    """A workflow and what is done to it from outside, until it has come to its end."""

    workflow: type
    drive: Callable[[Client, WorkflowHandle], Awaitable[None]]
    arguments: list[object]
    cached: bool


async def settle() -> None:
    """Lets the worker finish what it is doing, so that what follows comes with a task of its own."""
    await asyncio.sleep(0.4)


async def wait_for_end(client: Client, handle: WorkflowHandle) -> None:
    try:
        await handle.result()
    except Exception:
        pass


async def signals(client: Client, handle: WorkflowHandle) -> None:
    await settle()
    await handle.query(TimersAndSignals.count)
    await handle.signal(TimersAndSignals.hear, "one")
    await handle.signal(TimersAndSignals.hear, "two")
    await wait_for_end(client, handle)
    await handle.query(TimersAndSignals.count)


async def cancel(client: Client, handle: WorkflowHandle) -> None:
    await settle()
    await handle.cancel()
    await wait_for_end(client, handle)


async def with_neighbour(client: Client, handle: WorkflowHandle) -> None:
    await wait_for_end(client, handle)
    await client.get_workflow_handle("neighbour").terminate()


async def updates(client: Client, handle: WorkflowHandle) -> None:
    await settle()
    await handle.execute_update(Updated.add, 1, id="first")
    await handle.query(Updated.total)
    for attempt in ("bad", "worse"):
        try:
            await handle.execute_update(Updated.add, -1, id=attempt)
        except WorkflowUpdateFailedError:
            pass
    await asyncio.gather(
        handle.execute_update(Updated.add_slowly, 4, id="slow"), handle.execute_update(Updated.add, 2, id="quick")
    )
    await handle.execute_update(Updated.add, 5, id="last")
    await wait_for_end(client, handle)


async def failing_tasks(client: Client, handle: WorkflowHandle) -> None:
    FAILURES_TO_COME["count"] = 2
    await wait_for_end(client, handle)


def both(name: str, workflow: type, drive: Callable = wait_for_end, *arguments: object) -> dict[str, Program]:
    """With the sticky cache and without: the same workflow hears partial histories, or all of it with each task."""
    return {
        name: Program(workflow, drive, list(arguments), cached=True),
        f"{name}-uncached": Program(workflow, drive, list(arguments), cached=False),
    }


PROGRAMS: dict[str, Program] = {
    **both("one-activity", OneActivity),
    **both("activity-fails", ActivityFails),
    **both("timers-and-signals", TimersAndSignals, signals),
    **both("cancel-activities", CancelActivities),
    **both("cancelled", Cancelled, cancel),
    **both("failing", Failing),
    **both("counting", Counting, wait_for_end, 1),
    **both("patched", Patched),
    **both("attributes", Attributes),
    **both("children", Children),
    **both("externals", Externals, with_neighbour, "neighbour"),
    **both("updated", Updated, updates),
    **both("fails-its-task", FailsItsTask, failing_tasks),
}
