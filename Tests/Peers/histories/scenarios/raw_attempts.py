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
async def task_failure_ends_the_token(stage: Stage) -> None:
    """A transient task that was failed is gone at once, though its failure leaves no event."""
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


@scenario
async def task_failures_lengthen_the_timeout(stage: Stage) -> None:
    """Failed attempts follow one another at once; from the fourth on only the timeout grows. The
    fifth failure in a row is reported in a search attribute."""
    raw = RawWorker(stage)
    await raw.start()
    for attempt in range(1, 6):
        task = await raw.poll(f"attempt {attempt}")
        timeout = task.history.events[-2].workflow_task_scheduled_event_attributes
        stage.note("timeout grown", timeout.start_to_close_timeout.ToSeconds() > 10)
        await raw.refuse(f"refusal {attempt}", task)
        await stage.snapshot(f"after refusal {attempt}")
    task = await raw.poll("last attempt")
    await raw.answer("answer", task, start_timer("t", 60))
    await stage.snapshot("after the answer")
    await raw.terminate()


@scenario
async def many_buffered_signals(stage: Stage) -> None:
    """Too many events buffered while a task runs fail the task."""
    raw = RawWorker(stage)
    await raw.start(workflow_task_timeout=seconds(60))
    task = await raw.poll("first task")
    for index in range(101):
        await raw.signal(f"signal-{index}")
    await raw.history("history after the signals")
    await raw.answer("late answer", task, start_timer("t", 60))
    await raw.answer("answer", await raw.poll("second task"), complete())
