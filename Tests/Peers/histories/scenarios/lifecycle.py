"""How runs start and end."""

import asyncio
from datetime import timedelta

from temporalio import workflow
from temporalio.api.common.v1 import WorkflowType
from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes

from histories.harness import Stage, scenario
from histories.raw import RawWorker, complete, record_marker
from histories.scenarios.workflows import Failing, Forever, Greet, Sleeper


@scenario
async def success(stage: Stage) -> None:
    async with stage.worker(workflows=[Greet]):
        await stage.outcome(await stage.start(Greet.run, "peer"))


@scenario
async def success_with_memo_and_summary(stage: Stage) -> None:
    async with stage.worker(workflows=[Greet]):
        handle = await stage.start(
            Greet.run,
            "peer",
            memo={"why": "test", "count": 3},
            static_summary="a short summary",
            static_details="some *details*",
            task_timeout=timedelta(seconds=7),
        )
        await stage.outcome(handle)


@scenario
async def not_yet_picked_up(stage: Stage) -> None:
    await stage.start(Greet.run, "nobody")


@scenario
async def workflow_failure(stage: Stage) -> None:
    async with stage.worker(workflows=[Failing]):
        await stage.outcome(await stage.start(Failing.run, False))


@scenario
async def workflow_failure_without_policy(stage: Stage) -> None:
    """A retryable error without a retry policy fails the run all the same."""
    async with stage.worker(workflows=[Failing]):
        await stage.outcome(await stage.start(Failing.run, True))


@scenario
async def timer(stage: Stage) -> None:
    async with stage.worker(workflows=[Sleeper]):
        await stage.outcome(await stage.start(Sleeper.run, 0.5))


@workflow.defn
class TimerThatLoses:
    """Starts two timers and cancels the one that is still running when the first has fired."""

    @workflow.run
    async def run(self) -> str:
        async def nap(seconds: float) -> None:
            await workflow.sleep(seconds)

        short = asyncio.create_task(nap(0.3))
        long = asyncio.create_task(nap(60))
        await workflow.wait([short, long], return_when=asyncio.FIRST_COMPLETED)
        long.cancel()
        return "first won"


@scenario
async def timer_cancel(stage: Stage) -> None:
    async with stage.worker(workflows=[TimerThatLoses]):
        await stage.outcome(await stage.start(TimerThatLoses.run))


@workflow.defn
class TimerCanceledMidway:
    """Cancels a timer and goes on with another."""

    @workflow.run
    async def run(self) -> str:
        nap = asyncio.create_task(workflow.sleep(60))
        await workflow.sleep(0.2)
        nap.cancel()
        await workflow.sleep(0.2)
        return "went on"


@scenario
async def timer_cancel_midway(stage: Stage) -> None:
    async with stage.worker(workflows=[TimerCanceledMidway]):
        await stage.outcome(await stage.start(TimerCanceledMidway.run))


@scenario
async def terminate(stage: Stage) -> None:
    async with stage.worker(workflows=[Forever]):
        handle = await stage.start(Forever.run)
        await stage.until_event("workflow_task_completed")
        await handle.terminate("a", "b", reason="enough of it")
        await stage.outcome(handle)


@scenario
async def terminate_before_first_task(stage: Stage) -> None:
    handle = await stage.start(Forever.run)
    await handle.terminate()
    await stage.outcome(handle)


@scenario
async def run_timeout(stage: Stage) -> None:
    async with stage.worker(workflows=[Forever]):
        handle = await stage.start(Forever.run, run_timeout=timedelta(seconds=1))
        await stage.outcome(handle)


@scenario
async def run_timeout_without_worker(stage: Stage) -> None:
    handle = await stage.start(Forever.run, run_timeout=timedelta(seconds=1))
    await stage.outcome(handle)


@scenario
async def execution_timeout(stage: Stage) -> None:
    async with stage.worker(workflows=[Forever]):
        handle = await stage.start(Forever.run, execution_timeout=timedelta(seconds=1))
        await stage.outcome(handle)


@scenario
async def start_delay(stage: Stage) -> None:
    async with stage.worker(workflows=[Greet]):
        handle = await stage.start(Greet.run, "late", start_delay=timedelta(seconds=1))
        await stage.snapshot("while it waits")
        await stage.outcome(handle)


@scenario
async def start_delay_signal_does_not_wake(stage: Stage) -> None:
    handle = await stage.start(Greet.run, "late", start_delay=timedelta(seconds=30))
    await handle.signal("poke", "hello")
    await stage.snapshot("after the signal")
    await handle.terminate()


@scenario
async def start_delay_cancel_wakes(stage: Stage) -> None:
    handle = await stage.start(Forever.run, start_delay=timedelta(seconds=30))
    async with stage.worker(workflows=[Forever]):
        await handle.cancel()
        await stage.outcome(handle)


@workflow.defn
class Patched:
    """Uses two patches, one of them deprecated."""

    @workflow.run
    async def run(self) -> str:
        workflow.deprecate_patch("older")
        return "new way" if workflow.patched("newer") else "old way"


@scenario
async def patch_markers(stage: Stage) -> None:
    async with stage.worker(workflows=[Patched]):
        await stage.outcome(await stage.start(Patched.run))


@workflow.defn
class Upserter:
    """Changes its memo."""

    @workflow.run
    async def run(self) -> str:
        workflow.upsert_memo({"changed": True, "gone": None})
        return "changed"


@scenario
async def upsert_memo(stage: Stage) -> None:
    async with stage.worker(workflows=[Upserter]):
        await stage.outcome(await stage.start(Upserter.run, memo={"gone": 1, "stays": 2}))


BUILD_IDS = SearchAttributeKey.for_keyword_list("BuildIds")


@scenario
async def start_with_search_attributes(stage: Stage) -> None:
    attributes = TypedSearchAttributes([SearchAttributePair(BUILD_IDS, ["one", "two"])])
    async with stage.worker(workflows=[Greet]):
        handle = await stage.start(Greet.run, "peer", search_attributes=attributes)
        await stage.outcome(handle)


@scenario
async def raw_marker(stage: Stage) -> None:
    raw = RawWorker(stage)
    await raw.start(workflow_type=WorkflowType(name="Marked"))
    task = await raw.poll("first task")
    await raw.answer("answer", task, record_marker("milestone"), complete())


@scenario
async def unknown_workflow_type(stage: Stage) -> None:
    """A worker that does not know the type fails the task; the run stays open."""
    async with stage.worker(workflows=[Greet]):
        handle = await stage.start("NobodyKnowsThis")
        await stage.until_event("workflow_task_failed")
        await handle.terminate()


@scenario
async def wrong_argument_type(stage: Stage) -> None:
    async with stage.worker(workflows=[Sleeper]):
        handle = await stage.start("Sleeper", "not a number")
        await stage.until_event("workflow_task_failed")
        await handle.terminate()
