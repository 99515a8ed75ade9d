"""Failures and timeouts of workflow tasks: attempts and transient tasks."""

from temporalio.api.enums.v1 import WorkflowTaskFailedCause

from histories.harness import Stage, scenario
from histories.raw import RawWorker, complete, seconds, start_timer

NONDETERMINISM = WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR


@scenario
async def task_failure(stage: Stage) -> None:
    raw = RawWorker(stage)
    await raw.start()
    await raw.refuse("refusal", await raw.poll("first task"))
    await raw.answer("answer", await raw.poll("second attempt"), complete())


@scenario
async def task_failure_nondeterminism(stage: Stage) -> None:
    raw = RawWorker(stage)
    await raw.start()
    await raw.refuse("refusal", await raw.poll("first task"), NONDETERMINISM)
    await raw.answer("answer", await raw.poll("second attempt"), complete())


@scenario
async def task_failure_thrice(stage: Stage) -> None:
    """From the second attempt on a failure leaves no event."""
    raw = RawWorker(stage)
    await raw.start(workflow_task_timeout=seconds(1))
    await raw.refuse("first refusal", await raw.poll("first task"))
    task = await raw.poll("second attempt")
    await raw.refuse("second refusal", task)
    await stage.snapshot("after the second refusal")
    await raw.history("history after the second refusal")
    task = await raw.poll("third attempt")
    await raw.answer("answer", task, complete())


@scenario
async def task_failure_token_still_good(stage: Stage) -> None:
    """The token of a transient task that was failed may still complete it, until it times out."""
    raw = RawWorker(stage)
    await raw.start(workflow_task_timeout=seconds(20))
    await raw.refuse("first refusal", await raw.poll("first task"))
    task = await raw.poll("second attempt")
    await raw.refuse("second refusal", task)
    await raw.answer("answer with the same token", task, complete())


@scenario
async def task_timeout(stage: Stage) -> None:
    raw = RawWorker(stage)
    await raw.start(workflow_task_timeout=seconds(1))
    first = await raw.poll("first task")
    second = await raw.poll("second attempt")
    await raw.answer("late answer", first, complete("too late"))
    await raw.answer("answer", second, complete())


@scenario
async def task_timeout_twice(stage: Stage) -> None:
    raw = RawWorker(stage)
    await raw.start(workflow_task_timeout=seconds(1))
    await raw.poll("first task")
    await raw.poll("second attempt")
    third = await raw.poll("third attempt")
    await raw.answer("answer", third, complete())


@scenario
async def transient_task_shown_to_sdks(stage: Stage) -> None:
    """History while a transient task is started, as a client without a name sees it."""
    raw = RawWorker(stage)
    await raw.start()
    await raw.refuse("refusal", await raw.poll("first task"))
    task = await raw.poll("second attempt")
    await raw.history("history while the transient task runs")
    await stage.snapshot("while the transient task runs")
    await raw.answer("answer", task, start_timer("t", 60))
    await raw.terminate()


@scenario
async def signal_makes_transient_task_normal(stage: Stage) -> None:
    raw = RawWorker(stage)
    await raw.start()
    await raw.refuse("refusal", await raw.poll("first task"))
    await raw.signal("news")
    await raw.history("history after the signal")
    task = await raw.poll("task after the signal")
    await raw.answer("answer", task, complete())


@scenario
async def signal_while_transient_task_runs(stage: Stage) -> None:
    raw = RawWorker(stage)
    await raw.start()
    await raw.refuse("refusal", await raw.poll("first task"))
    task = await raw.poll("second attempt")
    await raw.signal("news")
    await raw.answer("answer", task, start_timer("t", 60))
    task = await raw.poll("task for the signal")
    await raw.answer("last answer", task, complete())


@scenario
async def task_failure_with_signal_buffered(stage: Stage) -> None:
    raw = RawWorker(stage)
    await raw.start()
    task = await raw.poll("first task")
    await raw.signal("news")
    await raw.refuse("refusal", task)
    task = await raw.poll("second task")
    await raw.answer("answer", task, complete())


@scenario
async def task_timeout_with_signal_buffered(stage: Stage) -> None:
    raw = RawWorker(stage)
    await raw.start(workflow_task_timeout=seconds(1))
    await raw.poll("first task")
    await raw.signal("news")
    task = await raw.poll("second task")
    await raw.answer("answer", task, complete())


@scenario
async def transient_failure_with_signal_buffered(stage: Stage) -> None:
    raw = RawWorker(stage)
    await raw.start(workflow_task_timeout=seconds(1))
    await raw.refuse("first refusal", await raw.poll("first task"))
    task = await raw.poll("second attempt")
    await raw.signal("news")
    await raw.refuse("second refusal", task)
    task = await raw.poll("task after that")
    await raw.answer("answer", task, complete())


@scenario
async def sticky_task_failure(stage: Stage) -> None:
    """A failure on a sticky queue clears stickiness."""
    raw = RawWorker(stage)
    await raw.start()
    task = await raw.poll("first task")
    await raw.answer(
        "first answer", task, start_timer("t", 60), sticky_attributes=raw.sticky("f")
    )
    polling = await raw.park_poll("sticky task", raw.sticky_queue("f"))
    await raw.signal("wake")
    await raw.refuse("refusal", await polling)
    task = await raw.poll("task on the normal queue")
    await raw.answer("answer", task, complete())


@scenario
async def sticky_task_timeout(stage: Stage) -> None:
    raw = RawWorker(stage)
    await raw.start(workflow_task_timeout=seconds(1))
    task = await raw.poll("first task")
    await raw.answer(
        "first answer", task, start_timer("t", 60), sticky_attributes=raw.sticky("g")
    )
    polling = await raw.park_poll("sticky task", raw.sticky_queue("g"))
    await raw.signal("wake")
    await polling
    task = await raw.poll("task on the normal queue")
    await raw.answer("answer", task, complete())


@scenario
async def terminate_during_task(stage: Stage) -> None:
    raw = RawWorker(stage)
    await raw.start()
    task = await raw.poll("first task")
    await raw.signal("buffered")
    await raw.terminate()
    await raw.answer("late answer", task, complete())


@scenario
async def terminate_during_transient_task(stage: Stage) -> None:
    raw = RawWorker(stage)
    await raw.start()
    await raw.refuse("refusal", await raw.poll("first task"))
    task = await raw.poll("second attempt")
    await raw.terminate()
    await raw.answer("late answer", task, complete())


@scenario
async def run_timeout_during_task(stage: Stage) -> None:
    raw = RawWorker(stage)
    await raw.start(workflow_run_timeout=seconds(1))
    task = await raw.poll("first task")
    await stage.until_event("workflow_execution_timed_out")
    await raw.answer("late answer", task, complete())
