"""Commands: unhandled, invalid, and what each writes."""

import asyncio

from temporalio.api.command.v1 import Command, StartTimerCommandAttributes
from temporalio.api.common.v1 import ActivityType
from temporalio.api.enums.v1 import CommandType, TaskQueueKind
from temporalio.api.sdk.v1 import UserMetadata
from temporalio.api.taskqueue.v1 import TaskQueue

from histories.harness import Stage, scenario
from histories.raw import (
    RawWorker,
    cancel_activity,
    cancel_timer,
    complete,
    continue_as_new,
    fail,
    record_marker,
    schedule_activity,
    seconds,
    start_timer,
    text,
)


@scenario
async def unhandled_command(stage: Stage) -> None:
    raw = RawWorker(stage)
    await raw.start()
    task = await raw.poll("first task")
    await raw.signal("came in between")
    await raw.answer("refused answer", task, complete())
    task = await raw.poll("second task")
    await raw.answer("answer", task, complete())


@scenario
async def unhandled_command_with_others(stage: Stage) -> None:
    """Nothing of the refused answer stays, not even its timer."""
    raw = RawWorker(stage)
    await raw.start()
    task = await raw.poll("first task")
    await raw.signal("came in between")
    await raw.answer("refused answer", task, record_marker("lost"), start_timer("t", 60), fail("x"))
    await raw.answer("answer", await raw.poll("second task"), complete())


@scenario
async def unhandled_continue_as_new(stage: Stage) -> None:
    raw = RawWorker(stage)
    await raw.start()
    task = await raw.poll("first task")
    await raw.signal("came in between")
    await raw.answer("refused answer", task, continue_as_new())
    await raw.answer("answer", await raw.poll("second task"), complete())


@scenario
async def unhandled_command_twice(stage: Stage) -> None:
    raw = RawWorker(stage)
    await raw.start()
    task = await raw.poll("first task")
    await raw.signal("one")
    await raw.answer("refused answer", task, complete())
    task = await raw.poll("second task")
    await stage.attempt("signal while the retried task runs", raw.signal("two"))
    await raw.answer("second answer", task, complete())
    await stage.attempt("terminate", raw.terminate())


@scenario
async def cancel_timer_drops_its_buffered_event(stage: Stage) -> None:
    """A timer that fired during the task is cancelled by it: its event goes, the run may close."""
    raw = RawWorker(stage)
    await raw.start()
    task = await raw.poll("first task")
    await raw.answer("first answer", task, start_timer("t", 1))
    await raw.signal("wake")
    task = await raw.poll("second task")
    # The timer is due in one second; only time can make it fire while this task runs.
    await asyncio.sleep(2)
    await raw.answer("second answer", task, cancel_timer("t"), complete())


@scenario
async def bad_command_without_id(stage: Stage) -> None:
    raw = RawWorker(stage)
    await raw.start()
    task = await raw.poll("first task")
    await raw.answer("refused answer", task, start_timer("", 1))
    await raw.answer("answer", await raw.poll("second attempt"), complete())


def bad(name: str, *commands: Command) -> None:
    """A scenario in which the first answer has these commands and is refused."""

    async def play(stage: Stage) -> None:
        raw = RawWorker(stage)
        await raw.start()
        await raw.answer("refused answer", await raw.poll("first task"), *commands)
        await raw.answer("answer", await raw.poll("second attempt"), complete())

    play.__name__ = f"bad_command_{name}"
    scenario(play)


bad("no_attributes", Command(command_type=CommandType.COMMAND_TYPE_START_TIMER))
bad("unknown_kind", Command(command_type=CommandType.COMMAND_TYPE_UNSPECIFIED))
bad(
    "timer_without_time",
    Command(
        command_type=CommandType.COMMAND_TYPE_START_TIMER,
        start_timer_command_attributes=StartTimerCommandAttributes(timer_id="t"),
    ),
)
bad("negative_timer", start_timer("t", -1))
bad("same_timer_twice", start_timer("t", 5), start_timer("t", 6))
bad("cancel_unknown_timer", cancel_timer("nothing"))
bad("close_not_last", complete(), start_timer("t", 1))
bad("two_closes", complete("one"), complete("two"))
QUEUE = TaskQueue(name="tq-of-bad-activities", kind=TaskQueueKind.TASK_QUEUE_KIND_NORMAL)

bad("activity_without_id", schedule_activity("", QUEUE))
bad("activity_without_queue", schedule_activity("a", TaskQueue()))
bad("activity_without_type", schedule_activity("a", QUEUE, activity_type=ActivityType()))
bad(
    "activity_without_timeouts",
    schedule_activity("a", QUEUE, start_to_close_timeout=seconds(0)),
)
bad("activity_negative_timeout", schedule_activity("a", QUEUE, heartbeat_timeout=seconds(-1)))
bad("same_activity_twice", schedule_activity("a", QUEUE), schedule_activity("a", QUEUE))
bad("activity_id_too_long", schedule_activity("a" * 1001, QUEUE))
bad("cancel_unknown_activity", cancel_activity(77))
bad("marker_without_name", record_marker(""))
bad("fail_without_failure", Command(command_type=CommandType.COMMAND_TYPE_FAIL_WORKFLOW_EXECUTION))


@scenario
async def bad_command_at_second_attempt(stage: Stage) -> None:
    """At a transient attempt the failure leaves no event and the task goes on until it times out."""
    raw = RawWorker(stage)
    await raw.start(workflow_task_timeout=seconds(1))
    await raw.answer("first refused", await raw.poll("first task"), start_timer("", 1))
    await raw.answer("second refused", await raw.poll("second attempt"), start_timer("", 1))
    await raw.history("history after that")
    await raw.answer("answer", await raw.poll("third attempt"), complete())


@scenario
async def bad_command_token_still_good(stage: Stage) -> None:
    """Until that time-out the same token may still bring a good answer."""
    raw = RawWorker(stage)
    await raw.start()
    await raw.answer("first refused", await raw.poll("first task"), start_timer("", 1))
    task = await raw.poll("second attempt")
    await raw.answer("second refused", task, start_timer("", 1))
    await raw.answer("answer with the same token", task, complete())


@scenario
async def commands_before_a_bad_one(stage: Stage) -> None:
    """The good commands before a bad one are not kept."""
    raw = RawWorker(stage)
    await raw.start()
    task = await raw.poll("first task")
    await raw.answer("refused answer", task, record_marker("kept?"), start_timer("", 1))
    await raw.answer("answer", await raw.poll("second attempt"), complete())


@scenario
async def command_with_metadata(stage: Stage) -> None:
    raw = RawWorker(stage)
    await raw.start()
    command = start_timer("t", 60)
    command.user_metadata.CopyFrom(UserMetadata(summary=text("a nap").payloads[0]))
    await raw.answer("first answer", await raw.poll("first task"), command)
    await raw.terminate()


@scenario
async def empty_answer(stage: Stage) -> None:
    raw = RawWorker(stage)
    await raw.start()
    await raw.answer("first answer", await raw.poll("first task"))
    await raw.signal("wake")
    await raw.answer("second answer", await raw.poll("second task"), complete())


@scenario
async def timer_started_and_cancelled_at_once(stage: Stage) -> None:
    raw = RawWorker(stage)
    await raw.start()
    task = await raw.poll("first task")
    await raw.answer("answer", task, start_timer("t", 60), cancel_timer("t"), complete())


@scenario
async def token_used_twice(stage: Stage) -> None:
    raw = RawWorker(stage)
    await raw.start()
    task = await raw.poll("first task")
    await raw.answer("first answer", task, start_timer("t", 60))
    await raw.answer("same token again", task, start_timer("t", 60))
    await raw.refuse("same token refused", task)
    await raw.terminate()


@scenario
async def payload_too_large_in_command(stage: Stage) -> None:
    """Over 2 MiB in a result: the run is ended by the server."""
    raw = RawWorker(stage)
    await raw.start()
    task = await raw.poll("first task")
    await raw.answer("answer", task, complete("x" * (2 * 1024 * 1024 + 1)))
