"""Cancellation of workflows, and of activities by workflows."""

import asyncio

from temporalio import activity, workflow
from temporalio.exceptions import ActivityError, is_cancelled_exception

from histories.harness import Stage, scenario
from histories.raw import RawWorker, cancel_workflow, complete, start_timer
from histories.scenarios.workflows import Forever, Plan


@scenario
async def cancel(stage: Stage) -> None:
    async with stage.worker(workflows=[Forever]):
        handle = await stage.start(Forever.run)
        await stage.until_event("workflow_task_completed")
        await handle.cancel()
        await stage.outcome(handle)


@scenario
async def cancel_before_first_task(stage: Stage) -> None:
    handle = await stage.start(Forever.run)
    await handle.cancel()
    async with stage.worker(workflows=[Forever]):
        await stage.outcome(handle)


@scenario
async def cancel_twice_and_when_closed(stage: Stage) -> None:
    raw = RawWorker(stage)
    await raw.start()
    await raw.cancel(reason="first")
    await raw.cancel(reason="second")
    task = await raw.poll("task")
    await raw.answer("answer", task, cancel_workflow())
    await stage.attempt("cancel when closed", raw.cancel())


@scenario
async def cancel_during_task(stage: Stage) -> None:
    raw = RawWorker(stage)
    await raw.start()
    task = await raw.poll("first task")
    await raw.cancel(reason="please")
    await raw.answer("first answer", task, start_timer("t", 60))
    task = await raw.poll("second task")
    await raw.answer("second answer", task, cancel_workflow())


@workflow.defn
class CancelsActivity:
    """Runs an activity until it is cancelled and then says how that ended."""

    @workflow.run
    async def run(self, plan: Plan) -> str:
        kind = workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED
        try:
            await workflow.execute_activity(
                "work", plan.argument, cancellation_type=kind, **plan.options()
            )
        except ActivityError as error:
            return f"cancelled: {is_cancelled_exception(error)}"
        except asyncio.CancelledError:
            return "cancelled before it began"
        return "not cancelled"


@scenario
async def cancel_activity_not_started(stage: Stage) -> None:
    async with stage.worker(workflows=[CancelsActivity]):
        plan = Plan(start_to_close=30, queue=f"{stage.name}-nobody")
        handle = await stage.start(CancelsActivity.run, plan)
        await stage.until_event("activity_task_scheduled")
        await handle.cancel()
        await stage.outcome(handle)


@scenario
async def cancel_activity_started(stage: Stage) -> None:
    @activity.defn(name="work")
    async def beats(argument: str) -> str:
        while True:
            activity.heartbeat("still here")
            await asyncio.sleep(0.1)

    async with stage.worker(workflows=[CancelsActivity], activities=[beats]):
        handle = await stage.start(CancelsActivity.run, Plan(start_to_close=30, heartbeat=1))
        await stage.until_described(
            "a heartbeat",
            lambda d: d.pending_activities and d.pending_activities[0].HasField("heartbeat_details"),
        )
        await handle.cancel()
        await stage.outcome(handle)


@scenario
async def cancel_activity_ignored(stage: Stage) -> None:
    """The activity finishes although its cancellation was asked for."""
    cancelled = asyncio.Event()

    @activity.defn(name="work")
    async def finishes_anyway(argument: str) -> str:
        try:
            while True:
                activity.heartbeat()
                await asyncio.sleep(0.1)
        except asyncio.CancelledError:
            cancelled.set()
        return "finished anyway"

    async with stage.worker(workflows=[CancelsActivity], activities=[finishes_anyway]):
        handle = await stage.start(CancelsActivity.run, Plan(start_to_close=30, heartbeat=1))
        await stage.until_described(
            "the attempt to be running",
            lambda d: d.pending_activities and d.pending_activities[0].state == 2,
        )
        await handle.cancel()
        await asyncio.wait_for(cancelled.wait(), 10)
        await stage.outcome(handle)


@workflow.defn
class AbandonsActivity:
    """Asks for the cancellation of an activity but does not wait for it."""

    @workflow.run
    async def run(self, plan: Plan) -> str:
        kind = workflow.ActivityCancellationType.TRY_CANCEL
        running = workflow.start_activity(
            "work", plan.argument, cancellation_type=kind, **plan.options()
        )
        await workflow.sleep(0.3)
        running.cancel()
        try:
            await running
        except ActivityError:
            pass
        return "left it"


@scenario
async def cancel_activity_without_waiting(stage: Stage) -> None:
    async with stage.worker(workflows=[AbandonsActivity]):
        plan = Plan(start_to_close=30, queue=f"{stage.name}-nobody")
        await stage.outcome(await stage.start(AbandonsActivity.run, plan))


@scenario
async def complete_although_cancelled(stage: Stage) -> None:
    raw = RawWorker(stage)
    await raw.start()
    await raw.cancel()
    await raw.answer("answer", await raw.poll("task"), complete())
