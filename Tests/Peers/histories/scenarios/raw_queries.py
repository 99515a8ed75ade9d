"""Queries: alone, or riding on a workflow task."""

import asyncio

from temporalio.api.enums.v1 import QueryRejectCondition
from temporalio.api.workflowservice.v1 import PollWorkflowTaskQueueResponse

from histories.harness import Stage, scenario
from histories.raw import (
    RawWorker,
    complete,
    continue_as_new,
    fail,
    query_answer,
    query_failure,
    seconds,
    start_timer,
)


def answers(task: PollWorkflowTaskQueueResponse, result: str = "fine") -> dict:
    """The same answer to all queries that ride on the task."""
    return {query_id: query_answer(result) for query_id in task.queries}


async def idle(stage: Stage, **fields) -> RawWorker:
    """A run that has completed its first task and waits."""
    raw = RawWorker(stage)
    await raw.start(workflow_task_timeout=seconds(10))
    await raw.answer("first answer", await raw.poll("first task"), start_timer("t", 60), **fields)
    return raw


@scenario
async def query_alone(stage: Stage) -> None:
    """With no task pending a query goes out by itself."""
    raw = await idle(stage)
    question = await raw.ask("told")
    task = await raw.poll("query")
    await raw.answer_query("query answer", task, query_answer("fine"))
    await question.told()
    await raw.answer_query("second query answer", task, query_answer("late"))


@scenario
async def query_alone_fails(stage: Stage) -> None:
    raw = await idle(stage)
    question = await raw.ask("told")
    await raw.answer_query("query answer", await raw.poll("query"), query_failure("no such query"))
    await question.told()


@scenario
async def query_alone_twice(stage: Stage) -> None:
    """Queries that go out by themselves do not wait for each other."""
    raw = await idle(stage)
    first = await raw.ask("first told", "first")
    second = await raw.ask("second told", "second")
    # The reference hands out from several partitions: in any order, and at once to waiting pollers only.
    tasks = await asyncio.gather(raw.take(), raw.take())
    for task in sorted(tasks, key=lambda task: task.query.query_type, reverse=True):
        kind = task.query.query_type
        await raw.answer_query(f"{kind} answer", task, query_answer(kind))
    await first.told()
    await second.told()


@scenario
async def query_before_the_first_task(stage: Stage) -> None:
    raw = RawWorker(stage)
    await raw.start()
    question = await raw.ask("told")
    task = await raw.poll("first task")
    await raw.answer("answer", task, start_timer("t", 60), query_results=answers(task))
    await question.told()


@scenario
async def query_while_the_first_task_is_started(stage: Stage) -> None:
    raw = RawWorker(stage)
    await raw.start()
    task = await raw.poll("first task")
    question = await raw.ask("told")
    await raw.answer("answer", task, start_timer("t", 60))
    await raw.answer_query("query answer", await raw.poll("query"), query_answer("fine"))
    await question.told()


@scenario
async def query_sees_the_signal_before_it(stage: Stage) -> None:
    raw = await idle(stage)
    await raw.signal("news")
    question = await raw.ask("told")
    task = await raw.poll("task")
    await raw.answer("answer", task, query_results=answers(task))
    await question.told()


@scenario
async def query_while_a_task_is_started(stage: Stage) -> None:
    """It did not ride on that task; once it is over it goes out by itself."""
    raw = await idle(stage)
    await raw.signal("news")
    task = await raw.poll("task")
    question = await raw.ask("told")
    await raw.answer("answer", task)
    await raw.answer_query("query answer", await raw.poll("query"), query_answer("fine"))
    await question.told()


@scenario
async def query_rides_on_the_task_after_the_started_one(stage: Stage) -> None:
    raw = await idle(stage)
    await raw.signal("first news")
    task = await raw.poll("task")
    question = await raw.ask("told")
    await raw.signal("second news")
    await raw.answer("answer", task)
    task = await raw.poll("next task")
    await raw.answer("next answer", task, query_results=answers(task))
    await question.told()


@scenario
async def query_buffer_is_full(stage: Stage) -> None:
    raw = await idle(stage)
    await raw.signal("news")
    first = await raw.ask("first told", "first")
    second = await raw.ask("second told", "second")
    await second.told()
    task = await raw.poll("task")
    third = await raw.ask("third told", "third")
    await third.told()
    await raw.answer("answer", task, query_results=answers(task))
    await first.told()


@scenario
async def query_fails_on_a_task(stage: Stage) -> None:
    raw = await idle(stage)
    await raw.signal("news")
    question = await raw.ask("told")
    task = await raw.poll("task")
    results = {query_id: query_failure("no such query") for query_id in task.queries}
    await raw.answer("answer", task, query_results=results)
    await question.told()


@scenario
async def query_answers_nobody_asked_for(stage: Stage) -> None:
    raw = await idle(stage)
    await raw.signal("news")
    task = await raw.poll("task")
    await raw.answer("answer", task, query_results={"unknown": query_answer("what")})
    await raw.signal("more news")
    question = await raw.ask("told")
    task = await raw.poll("next task")
    results = answers(task) | {"unknown": query_answer("what")}
    await raw.answer("next answer", task, query_results=results)
    await question.told()


@scenario
async def query_left_unanswered_on_a_task(stage: Stage) -> None:
    """The worker says nothing of the query: it goes out once more, by itself."""
    raw = await idle(stage)
    await raw.signal("news")
    question = await raw.ask("told")
    await raw.answer("answer", await raw.poll("task"))
    await raw.answer_query("query answer", await raw.poll("query"), query_answer("fine"))
    await question.told()


@scenario
async def query_rides_through_a_heartbeat(stage: Stage) -> None:
    raw = await idle(stage)
    await raw.signal("news")
    question = await raw.ask("told")
    task = await raw.poll("task")
    answer = await raw.answer(
        "heartbeat", task, force_create_new_workflow_task=True, return_new_workflow_task=True
    )
    task = answer.workflow_task
    await raw.answer("answer", task, query_results=answers(task))
    await question.told()


@scenario
async def query_rides_on_a_forced_task(stage: Stage) -> None:
    raw = await idle(stage)
    await raw.signal("news")
    question = await raw.ask("told")
    await raw.answer("forcing", await raw.poll("task"), force_create_new_workflow_task=True)
    task = await raw.poll("forced task")
    await raw.answer("answer", task, query_results=answers(task))
    await question.told()


@scenario
async def query_answered_by_the_last_task(stage: Stage) -> None:
    raw = await idle(stage)
    await raw.signal("news")
    question = await raw.ask("told")
    task = await raw.poll("task")
    await raw.answer("answer", task, complete(), query_results=answers(task))
    await question.told()


@scenario
async def query_waits_while_the_run_completes(stage: Stage) -> None:
    raw = await idle(stage)
    await raw.signal("news")
    task = await raw.poll("task")
    question = await raw.ask("told")
    await raw.answer("answer", task, complete())
    await raw.answer_query("query answer", await raw.poll("query"), query_answer("fine"))
    await question.told()


@scenario
async def query_waits_while_the_run_continues_as_new(stage: Stage) -> None:
    raw = await idle(stage)
    await raw.signal("news")
    task = await raw.poll("task")
    question = await raw.ask("told")
    # The next run's task must not be there together with the query.
    await raw.answer("answer", task, continue_as_new(backoff_start_interval=seconds(3)))
    await raw.answer_query("query answer", await raw.poll("query"), query_answer("fine"))
    await question.told()
    await raw.answer("last answer", await raw.poll("task of the next run"), complete())


@scenario
async def query_on_a_closed_run(stage: Stage) -> None:
    raw = RawWorker(stage)
    await raw.start()
    await raw.answer("answer", await raw.poll("task"), fail("no luck"))
    question = await raw.ask("told")
    await raw.answer_query("query answer", await raw.poll("query"), query_answer("fine"))
    await question.told()
    for name in ("NOT_OPEN", "NOT_COMPLETED_CLEANLY"):
        condition = QueryRejectCondition.Value(f"QUERY_REJECT_CONDITION_{name}")
        question = await raw.ask(f"told with {name}", query_reject_condition=condition)
        await question.told()


@scenario
async def query_on_a_sticky_queue(stage: Stage) -> None:
    raw = RawWorker(stage)
    await raw.start()
    await raw.answer(
        "first answer", await raw.poll("first task"), start_timer("t", 60), sticky_attributes=raw.sticky("q")
    )
    polling = await raw.park_poll("sticky query", raw.sticky_queue("q"))
    question = await raw.ask("told")
    await raw.answer_query("query answer", await polling, query_answer("fine"))
    await question.told()


@scenario
async def query_rides_on_a_sticky_task(stage: Stage) -> None:
    raw = RawWorker(stage)
    await raw.start()
    await raw.answer(
        "first answer", await raw.poll("first task"), start_timer("t", 60), sticky_attributes=raw.sticky("r")
    )
    polling = await raw.park_poll("sticky task", raw.sticky_queue("r"))
    await raw.signal("news")
    task = await polling
    question = await raw.ask("told")
    await raw.signal("more news")
    await raw.answer("answer", task, sticky_attributes=raw.sticky("r"))
    task = await raw.poll("next sticky task", raw.sticky_queue("r"))
    await raw.answer("next answer", task, query_results=answers(task))
    await question.told()
