"""Queries whose task or worker comes to nothing.

Where the reference forgets a query, so that its caller waits until it gives up, ours goes on with it; that cannot be
compared. Such are: a query whose task's answer is refused, and one whose run is terminated.
"""

import asyncio

from histories.harness import Stage, scenario
from histories.raw import RawWorker, complete, query_answer, seconds, start_timer, text
from histories.scenarios.raw_queries import answers, idle


@scenario
async def query_when_its_task_fails(stage: Stage) -> None:
    raw = await idle(stage)
    await raw.signal("news")
    question = await raw.ask("told")
    await raw.refuse("refusal", await raw.poll("task"))
    task = await raw.poll("second attempt")
    await raw.answer("answer", task, query_results=answers(task))
    await question.told()


@scenario
async def query_when_its_task_times_out(stage: Stage) -> None:
    raw = RawWorker(stage)
    await raw.start(workflow_task_timeout=seconds(1))
    await raw.answer("first answer", await raw.poll("first task"), start_timer("t", 60))
    await raw.signal("news")
    question = await raw.ask("told")
    late = await raw.poll("task")
    task = await raw.poll("second attempt")
    await raw.answer("late answer", late, query_results=answers(late, "late"))
    await raw.answer("answer", task, query_results=answers(task))
    await question.told()


@scenario
async def query_while_attempts_fail(stage: Stage) -> None:
    """Once a task has failed often enough a query is refused at once."""
    raw = await idle(stage)
    await raw.signal("news")
    await raw.refuse("first refusal", await raw.poll("task"))
    question = await raw.ask("told on the second attempt")
    task = await raw.poll("second attempt")
    await raw.refuse("second refusal", task)
    another = await raw.ask("told on the third attempt")
    await another.told()
    task = await raw.poll("third attempt")
    await raw.answer("answer", task, query_results=answers(task))
    await question.told()


@scenario
async def query_while_the_first_task_fails(stage: Stage) -> None:
    raw = RawWorker(stage)
    await raw.start()
    await raw.refuse("first refusal", await raw.poll("first task"))
    await raw.refuse("second refusal", await raw.poll("second attempt"))
    question = await raw.ask("told")
    await question.told()


@scenario
async def query_on_a_run_that_never_ran(stage: Stage) -> None:
    raw = RawWorker(stage)
    await raw.start()
    await raw.terminate()
    question = await raw.ask("told")
    await question.told()


@scenario
async def query_during_a_start_delay(stage: Stage) -> None:
    raw = RawWorker(stage)
    await raw.start(workflow_start_delay=seconds(60))
    question = await raw.ask("told", within=5)
    await question.told()


@scenario
async def query_given_up(stage: Stage) -> None:
    """Its caller goes while a worker has it."""
    raw = await idle(stage)
    question = await raw.ask("told")
    task = await raw.poll("query")
    question.call.cancel()
    await asyncio.wait([question.call])
    await asyncio.sleep(0.5)
    await raw.answer_query("late query answer", task, query_answer("late"))


@scenario
async def query_sticky_worker_gone(stage: Stage) -> None:
    """Nobody takes it from the sticky queue: it goes to the normal one, and the stickiness ends."""
    raw = RawWorker(stage)
    await raw.start()
    await raw.answer(
        "first answer", await raw.poll("first task"), start_timer("t", 60), sticky_attributes=raw.sticky("g", 1)
    )
    polling = await raw.park_poll("sticky query", raw.sticky_queue("g"))
    first = await raw.ask("first told")
    await raw.answer_query("first query answer", await polling, query_answer("fine"))
    await first.told()
    second = await raw.ask("second told")
    await raw.answer_query("second query answer", await raw.poll("query"), query_answer("fine"))
    await second.told()
    await raw.signal("news")
    await raw.answer("answer", await raw.poll("task on the normal queue"), complete())


@scenario
async def query_sticky_worker_never_seen(stage: Stage) -> None:
    raw = RawWorker(stage)
    await raw.start()
    await raw.answer(
        "first answer", await raw.poll("first task"), start_timer("t", 60), sticky_attributes=raw.sticky("n", 5)
    )
    question = await raw.ask("told")
    await raw.answer_query("query answer", await raw.poll("query"), query_answer("fine"))
    await question.told()
    await raw.signal("news")
    await raw.answer("answer", await raw.poll("task on the normal queue"), complete())


@scenario
async def query_answer_too_large(stage: Stage) -> None:
    raw = await idle(stage)
    question = await raw.ask("told of the first")
    task = await raw.poll("query")
    await raw.answer_query("query answer", task, query_answer("x" * (2 << 20)))
    await question.told()
    await raw.signal("news")
    question = await raw.ask("told of the second")
    task = await raw.poll("task")
    await raw.answer("answer", task, query_results=answers(task, "x" * (2 << 20)))
    await question.told()


@scenario
async def query_too_large(stage: Stage) -> None:
    raw = await idle(stage)
    question = await raw.ask("told", arguments=text("x" * (2 << 20)))
    await question.told()
