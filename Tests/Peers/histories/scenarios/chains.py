"""Runs that follow one another: continue-as-new, retry, reuse of ids."""

from datetime import timedelta

from temporalio import workflow
from temporalio.client import WorkflowHandle
from temporalio.common import RetryPolicy, WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError

from histories.harness import Stage, scenario
from histories.raw import RawWorker, complete, continue_as_new, fail, seconds
from histories.scenarios.workflows import Failing, Forever, Greet


@workflow.defn
class Countdown:
    """Continues as new until it has come to zero."""

    @workflow.run
    async def run(self, left: int) -> str:
        if left > 0:
            workflow.continue_as_new(left - 1)
        return "lift-off"


@scenario
async def continue_as_new_twice(stage: Stage) -> None:
    async with stage.worker(workflows=[Countdown]):
        handle = await stage.start(Countdown.run, 2, memo={"kept": "yes"})
        await stage.outcome(handle)


@scenario
async def continue_as_new_with_timeouts(stage: Stage) -> None:
    async with stage.worker(workflows=[Countdown]):
        handle = await stage.start(
            Countdown.run,
            1,
            execution_timeout=timedelta(seconds=40),
            run_timeout=timedelta(seconds=20),
            task_timeout=timedelta(seconds=5),
        )
        await stage.outcome(handle)


@scenario
async def continue_as_new_changes_type(stage: Stage) -> None:
    raw = RawWorker(stage)
    await raw.start()
    task = await raw.poll("first task")
    await raw.answer("first answer", task, continue_as_new("Other", workflow_run_timeout=seconds(9)))
    task = await raw.poll("task of the second run")
    await raw.answer("second answer", task, complete())


@scenario
async def continue_as_new_with_backoff(stage: Stage) -> None:
    raw = RawWorker(stage)
    await raw.start()
    task = await raw.poll("first task")
    command = continue_as_new("Raw", backoff_start_interval=seconds(2))
    await raw.answer("first answer", task, command)
    await stage.snapshot("while it waits")
    task = await raw.poll("task of the second run")
    await raw.answer("second answer", task, complete())


@workflow.defn
class FailsTwice:
    """Fails at its first two attempts."""

    @workflow.run
    async def run(self) -> str:
        attempt = workflow.info().attempt
        if attempt < 3:
            raise ApplicationError(f"attempt {attempt}", type="Again")
        return f"done at attempt {attempt}"


@scenario
async def workflow_retry(stage: Stage) -> None:
    policy = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_attempts=5)
    async with stage.worker(workflows=[FailsTwice]):
        handle = await stage.start(FailsTwice.run, retry_policy=policy)
        await stage.outcome(handle)


@scenario
async def workflow_retries_exhausted(stage: Stage) -> None:
    policy = RetryPolicy(
        initial_interval=timedelta(seconds=1), backoff_coefficient=1.0, maximum_attempts=2
    )
    async with stage.worker(workflows=[Failing]):
        await stage.outcome(await stage.start(Failing.run, True, retry_policy=policy))


@scenario
async def workflow_retry_non_retryable(stage: Stage) -> None:
    policy = RetryPolicy(non_retryable_error_types=["NoLuck"])
    async with stage.worker(workflows=[Failing]):
        await stage.outcome(await stage.start(Failing.run, True, retry_policy=policy))


@scenario
async def workflow_retry_after_run_timeout(stage: Stage) -> None:
    policy = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_attempts=2)
    async with stage.worker(workflows=[Forever]):
        handle = await stage.start(
            Forever.run, retry_policy=policy, run_timeout=timedelta(seconds=1)
        )
        await stage.outcome(handle)


@scenario
async def workflow_retry_waits(stage: Stage) -> None:
    """Describe while the next attempt waits."""
    raw = RawWorker(stage)
    from temporalio.api.common.v1 import RetryPolicy as WirePolicy

    await raw.start(retry_policy=WirePolicy(initial_interval=seconds(3), maximum_attempts=3))
    await raw.answer("first answer", await raw.poll("first task"), fail("not yet"))
    await stage.snapshot("while it waits")
    await raw.answer("second answer", await raw.poll("task of the second run"), complete())


@scenario
async def terminate_existing(stage: Stage) -> None:
    first = await stage.start(Forever.run)
    second = await stage.start(
        Greet.run, "second", id_conflict_policy=WorkflowIDConflictPolicy.TERMINATE_EXISTING
    )
    async with stage.worker(workflows=[Greet, Forever]):
        await stage.outcome(_by_run(stage, first), "first")
        await stage.outcome(second, "second")


@scenario
async def use_existing(stage: Stage) -> None:
    first = await stage.start(Greet.run, "first")
    again = await stage.start(
        Greet.run, "second", id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING
    )
    stage.note("same run", first.result_run_id == again.result_run_id)
    async with stage.worker(workflows=[Greet]):
        await stage.outcome(again)


@scenario
async def reuse_after_close(stage: Stage) -> None:
    async with stage.worker(workflows=[Greet]):
        await stage.outcome(await stage.start(Greet.run, "first"), "first")
        again = await stage.start(
            Greet.run, "second", id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE
        )
        await stage.outcome(again, "second")


def _by_run(stage: Stage, handle: WorkflowHandle) -> WorkflowHandle:
    return stage.client.get_workflow_handle(handle.id, run_id=handle.result_run_id)
