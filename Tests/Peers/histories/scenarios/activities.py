"""Activities that succeed, fail and are retried, with a real worker."""

import asyncio
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.exceptions import ApplicationError

from histories.harness import Stage, scenario
from histories.scenarios.workflows import CallActivity, Plan


@activity.defn(name="work")
async def works(argument: str) -> str:
    return f"worked on {argument}"


@activity.defn(name="work")
async def works_at_third(argument: str) -> str:
    attempt = activity.info().attempt
    if attempt < 3:
        raise ApplicationError(f"attempt {attempt} failed", {"attempt": attempt}, type="Flaky")
    return f"worked at attempt {attempt}"


@activity.defn(name="work")
async def never_works(argument: str) -> str:
    raise ApplicationError("it never works", type="Hopeless")


@scenario
async def activity_success(stage: Stage) -> None:
    async with stage.worker(workflows=[CallActivity], activities=[works]):
        await stage.outcome(await stage.start(CallActivity.run, Plan(start_to_close=5)))


@scenario
async def activity_only_schedule_to_close(stage: Stage) -> None:
    async with stage.worker(workflows=[CallActivity], activities=[works]):
        await stage.outcome(await stage.start(CallActivity.run, Plan(schedule_to_close=5)))


@scenario
async def activity_timeouts_capped_by_run_timeout(stage: Stage) -> None:
    plan = Plan(start_to_close=100, schedule_to_start=90, heartbeat=80)
    async with stage.worker(workflows=[CallActivity], activities=[works]):
        handle = await stage.start(CallActivity.run, plan, run_timeout=timedelta(seconds=20))
        await stage.outcome(handle)


@scenario
async def activity_retry(stage: Stage) -> None:
    async with stage.worker(workflows=[CallActivity], activities=[works_at_third]):
        plan = Plan(start_to_close=5, attempts=5)
        await stage.outcome(await stage.start(CallActivity.run, plan))


@scenario
async def activity_retry_pending(stage: Stage) -> None:
    """What Describe says while an activity waits for its next attempt."""
    plan = Plan(start_to_close=5, attempts=5, interval=60)
    async with stage.worker(workflows=[CallActivity], activities=[never_works]):
        handle = await stage.start(CallActivity.run, plan)
        await stage.until_described(
            "the first failure",
            lambda d: d.pending_activities and d.pending_activities[0].HasField("last_failure"),
        )
        await stage.snapshot("between attempts")
        await handle.terminate()


@scenario
async def activity_retries_exhausted(stage: Stage) -> None:
    async with stage.worker(workflows=[CallActivity], activities=[never_works]):
        plan = Plan(start_to_close=5, attempts=2)
        await stage.outcome(await stage.start(CallActivity.run, plan))


@scenario
async def activity_non_retryable_type(stage: Stage) -> None:
    async with stage.worker(workflows=[CallActivity], activities=[never_works]):
        plan = Plan(start_to_close=5, attempts=5, non_retryable=["Hopeless"])
        await stage.outcome(await stage.start(CallActivity.run, plan))


@scenario
async def activity_non_retryable_error(stage: Stage) -> None:
    @activity.defn(name="work")
    async def refuses(argument: str) -> str:
        raise ApplicationError("I refuse", type="Refusal", non_retryable=True)

    async with stage.worker(workflows=[CallActivity], activities=[refuses]):
        await stage.outcome(await stage.start(CallActivity.run, Plan(start_to_close=5)))


@scenario
async def activity_next_retry_delay(stage: Stage) -> None:
    @activity.defn(name="work")
    async def asks_for_a_delay(argument: str) -> str:
        if activity.info().attempt == 1:
            raise ApplicationError("later", next_retry_delay=timedelta(milliseconds=100))
        return "worked"

    async with stage.worker(workflows=[CallActivity], activities=[asks_for_a_delay]):
        plan = Plan(start_to_close=5, attempts=3, interval=600)
        await stage.outcome(await stage.start(CallActivity.run, plan))


@scenario
async def activity_retry_does_not_fit(stage: Stage) -> None:
    """The next attempt would begin after schedule-to-close."""
    async with stage.worker(workflows=[CallActivity], activities=[never_works]):
        plan = Plan(schedule_to_close=3, attempts=5, interval=10)
        await stage.outcome(await stage.start(CallActivity.run, plan))


@scenario
async def activity_unknown_type(stage: Stage) -> None:
    @activity.defn(name="other")
    async def other() -> None:
        return None

    async with stage.worker(workflows=[CallActivity], activities=[other]):
        plan = Plan(start_to_close=5, attempts=1)
        await stage.outcome(await stage.start(CallActivity.run, plan))


@scenario
async def activity_heartbeat_details_reach_next_attempt(stage: Stage) -> None:
    @activity.defn(name="work")
    async def resumes(argument: str) -> str:
        if activity.info().attempt == 1:
            activity.heartbeat("half", 50)
            await asyncio.sleep(0.3)
            raise ApplicationError("stopped halfway")
        return f"resumed from {list(activity.info().heartbeat_details)}"

    async with stage.worker(workflows=[CallActivity], activities=[resumes]):
        plan = Plan(start_to_close=5, heartbeat=3, attempts=3)
        await stage.outcome(await stage.start(CallActivity.run, plan))


@scenario
async def activity_completed_by_id(stage: Stage) -> None:
    @activity.defn(name="work")
    async def hands_over(argument: str) -> str:
        activity.raise_complete_async()

    async with stage.worker(workflows=[CallActivity], activities=[hands_over]):
        handle = await stage.start(CallActivity.run, Plan(start_to_close=10))
        await stage.until_described(
            "a started activity", lambda d: d.pending_activities and d.pending_activities[0].attempt
        )
        outside = stage.client.get_async_activity_handle(
            workflow_id=stage.workflow_id, run_id=None, activity_id="1"
        )
        await stage.until_described(
            "the attempt to be running", lambda d: d.pending_activities[0].state == 2
        )
        await outside.heartbeat("from outside")
        await stage.snapshot("after the heartbeat")
        await outside.complete("finished from outside")
        await stage.outcome(handle)


@scenario
async def activity_failed_by_id(stage: Stage) -> None:
    @activity.defn(name="work")
    async def hands_over(argument: str) -> str:
        activity.raise_complete_async()

    async with stage.worker(workflows=[CallActivity], activities=[hands_over]):
        handle = await stage.start(CallActivity.run, Plan(start_to_close=10, attempts=1))
        await stage.until_described(
            "the attempt to be running",
            lambda d: d.pending_activities and d.pending_activities[0].state == 2,
        )
        outside = stage.client.get_async_activity_handle(
            workflow_id=stage.workflow_id, run_id=None, activity_id="1"
        )
        await outside.fail(ApplicationError("failed from outside"))
        await stage.outcome(handle)


@workflow.defn
class FanOut:
    """Runs activities one after the other in a first task, then several at once."""

    @workflow.run
    async def run(self) -> list[str]:
        options = Plan(start_to_close=5).options()
        first = await workflow.execute_activity("work", "first", **options)
        second = await workflow.execute_activity("work", "second", **options)
        return [first, second]


@scenario
async def two_activities_in_a_row(stage: Stage) -> None:
    async with stage.worker(workflows=[FanOut], activities=[works]):
        await stage.outcome(await stage.start(FanOut.run))
