"""The four activity timeouts, with and without retries."""

import asyncio

from temporalio import activity

from histories.harness import Stage, scenario
from histories.scenarios.workflows import CallActivity, Plan


@activity.defn(name="work")
async def hangs(argument: str) -> str:
    await asyncio.sleep(3600)
    return "never"


@activity.defn(name="work")
async def beats_then_hangs(argument: str) -> str:
    activity.heartbeat("progress", activity.info().attempt)
    await asyncio.sleep(3600)
    return "never"


@scenario
async def timeout_start_to_close(stage: Stage) -> None:
    async with stage.worker(workflows=[CallActivity], activities=[hangs]):
        plan = Plan(start_to_close=1, attempts=1)
        await stage.outcome(await stage.start(CallActivity.run, plan))


@scenario
async def timeout_start_to_close_retried(stage: Stage) -> None:
    async with stage.worker(workflows=[CallActivity], activities=[beats_then_hangs]):
        plan = Plan(start_to_close=1, attempts=2)
        await stage.outcome(await stage.start(CallActivity.run, plan))


@scenario
async def timeout_start_to_close_non_retryable(stage: Stage) -> None:
    async with stage.worker(workflows=[CallActivity], activities=[hangs]):
        plan = Plan(start_to_close=1, attempts=3, non_retryable=["TemporalTimeout:StartToClose"])
        await stage.outcome(await stage.start(CallActivity.run, plan))


@scenario
async def timeout_schedule_to_start(stage: Stage) -> None:
    async with stage.worker(workflows=[CallActivity], activities=[hangs]):
        plan = Plan(schedule_to_start=1, start_to_close=5, attempts=3, queue=f"{stage.name}-nobody")
        await stage.outcome(await stage.start(CallActivity.run, plan))


@scenario
async def timeout_schedule_to_close_not_started(stage: Stage) -> None:
    async with stage.worker(workflows=[CallActivity], activities=[hangs]):
        plan = Plan(schedule_to_close=1, attempts=3, queue=f"{stage.name}-nobody")
        await stage.outcome(await stage.start(CallActivity.run, plan))


@scenario
async def timeout_schedule_to_close_running(stage: Stage) -> None:
    async with stage.worker(workflows=[CallActivity], activities=[hangs]):
        plan = Plan(schedule_to_close=1, start_to_close=10, attempts=3)
        await stage.outcome(await stage.start(CallActivity.run, plan))


@scenario
async def timeout_heartbeat(stage: Stage) -> None:
    async with stage.worker(workflows=[CallActivity], activities=[hangs]):
        plan = Plan(start_to_close=20, heartbeat=1, attempts=1)
        await stage.outcome(await stage.start(CallActivity.run, plan))


@scenario
async def timeout_heartbeat_with_details(stage: Stage) -> None:
    async with stage.worker(workflows=[CallActivity], activities=[beats_then_hangs]):
        plan = Plan(start_to_close=20, heartbeat=1, attempts=1)
        await stage.outcome(await stage.start(CallActivity.run, plan))


@scenario
async def timeout_heartbeat_then_success(stage: Stage) -> None:
    @activity.defn(name="work")
    async def hangs_once(argument: str) -> str:
        if activity.info().attempt == 1:
            activity.heartbeat("at the first attempt")
            await asyncio.sleep(3600)
        return f"after {list(activity.info().heartbeat_details)}"

    async with stage.worker(workflows=[CallActivity], activities=[hangs_once]):
        plan = Plan(start_to_close=20, heartbeat=1, attempts=3)
        await stage.outcome(await stage.start(CallActivity.run, plan))
