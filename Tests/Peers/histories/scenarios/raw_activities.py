"""Activities at the level of single calls."""

from temporalio.api.common.v1 import RetryPolicy
from temporalio.api.workflowservice.v1 import RecordActivityTaskHeartbeatRequest

from histories.harness import Stage, scenario
from histories.raw import (
    RawWorker,
    cancel_activity,
    complete,
    failure,
    seconds,
    start_timer,
    text,
)

ONCE = RetryPolicy(maximum_attempts=1)


async def _heartbeat(stage: Stage, label: str, task: object) -> None:
    request = RecordActivityTaskHeartbeatRequest(
        namespace="default", task_token=task.task_token, details=text("beat")
    )
    await stage.attempt(label, stage.service.record_activity_task_heartbeat(request))


@scenario
async def raw_activity(stage: Stage) -> None:
    raw = RawWorker(stage)
    await raw.start()
    await raw.answer("first answer", await raw.poll("first task"), raw.activity("a"))
    task = await raw.poll_activity("activity")
    await stage.snapshot("while the activity runs")
    await raw.history("history while the activity runs")
    await raw.complete_activity("completion", task)
    await raw.complete_activity("completion again", task)
    await raw.answer("second answer", await raw.poll("second task"), complete())


@scenario
async def raw_activity_done_during_task(stage: Stage) -> None:
    """Its events are buffered, and come after the signal that came later."""
    raw = RawWorker(stage)
    await raw.start()
    await raw.answer("first answer", await raw.poll("first task"), raw.activity("a"))
    activity = await raw.poll_activity("activity")
    await raw.signal("wake")
    task = await raw.poll("second task")
    await raw.complete_activity("completion", activity)
    await raw.signal("after the completion")
    await raw.answer("second answer", task, start_timer("t", 60))
    await raw.answer("third answer", await raw.poll("third task"), complete())


@scenario
async def raw_two_activities_out_of_order(stage: Stage) -> None:
    raw = RawWorker(stage)
    await raw.start()
    commands = [raw.activity("a"), raw.activity("b")]
    await raw.answer("first answer", await raw.poll("first task"), *commands)
    # Two queued tasks may come in either order, so nothing is noted until both are here.
    polled = [await raw.poll_activity() for _ in commands]
    tasks = {task.activity_id: task for task in polled}
    stage.note("activities", [tasks["a"], tasks["b"]])
    await raw.complete_activity("completion of b", tasks["b"])
    await raw.complete_activity("completion of a", tasks["a"])
    await raw.answer("second answer", await raw.poll("second task"), complete())


@scenario
async def raw_activity_heartbeat_and_cancel(stage: Stage) -> None:
    raw = RawWorker(stage)
    await raw.start()
    await raw.answer("first answer", await raw.poll("first task"), raw.activity("a"))
    activity = await raw.poll_activity("activity")
    await _heartbeat(stage, "first heartbeat", activity)
    await raw.cancel_activity_task("cancelled without a request", activity)
    await raw.signal("wake")
    await raw.answer("second answer", await raw.poll("second task"), cancel_activity(5))
    await _heartbeat(stage, "second heartbeat", activity)
    await stage.snapshot("while cancellation is asked for")
    await raw.cancel_activity_task("cancelled", activity)
    await raw.answer("third answer", await raw.poll("third task"), complete())


@scenario
async def raw_activity_cancelled_twice(stage: Stage) -> None:
    raw = RawWorker(stage)
    await raw.start()
    await raw.answer("first answer", await raw.poll("first task"), raw.activity("a"))
    await raw.poll_activity("activity")
    await raw.signal("wake")
    await raw.answer("second answer", await raw.poll("second task"), cancel_activity(5))
    await raw.signal("wake")
    await raw.answer("third answer", await raw.poll("third task"), cancel_activity(5))
    await raw.terminate()


@scenario
async def raw_activity_failed(stage: Stage) -> None:
    raw = RawWorker(stage)
    await raw.start()
    command = raw.activity("a", retry_policy=ONCE)
    await raw.answer("first answer", await raw.poll("first task"), command)
    activity = await raw.poll_activity("activity")
    await raw.fail_activity("failure", activity, failure("broken"))
    await raw.answer("second answer", await raw.poll("second task"), complete())


@scenario
async def raw_activity_retried(stage: Stage) -> None:
    raw = RawWorker(stage)
    await raw.start()
    policy = RetryPolicy(initial_interval=seconds(0.1), maximum_attempts=3)
    command = raw.activity("a", retry_policy=policy)
    await raw.answer("first answer", await raw.poll("first task"), command)
    first = await raw.poll_activity("first attempt")
    fields = {"last_heartbeat_details": text("got so far")}
    await raw.fail_activity("failure", first, failure("broken"), **fields)
    second = await raw.poll_activity("second attempt")
    await raw.complete_activity("completion with the first token", first)
    await raw.complete_activity("completion", second)
    await raw.answer("second answer", await raw.poll("second task"), complete())


@scenario
async def raw_activity_after_close(stage: Stage) -> None:
    raw = RawWorker(stage)
    await raw.start()
    await raw.answer("first answer", await raw.poll("first task"), raw.activity("a"))
    activity = await raw.poll_activity("activity")
    await raw.terminate()
    await _heartbeat(stage, "heartbeat after close", activity)
    await raw.complete_activity("completion after close", activity)


@scenario
async def raw_activity_scheduled_and_cancelled_at_once(stage: Stage) -> None:
    raw = RawWorker(stage)
    await raw.start()
    task = await raw.poll("first task")
    await raw.answer("first answer", task, raw.activity("a"), cancel_activity(5))
    await raw.answer("second answer", await raw.poll("second task"), complete())


@scenario
async def raw_eager_activity(stage: Stage) -> None:
    raw = RawWorker(stage)
    await raw.start()
    command = raw.activity("a", request_eager_execution=True)
    answer = await raw.answer("first answer", await raw.poll("first task"), command)
    if answer.activity_tasks:
        await raw.complete_activity("completion", answer.activity_tasks[0])
    else:
        await raw.complete_activity("completion", await raw.poll_activity("activity"))
    await raw.answer("second answer", await raw.poll("second task"), complete())
