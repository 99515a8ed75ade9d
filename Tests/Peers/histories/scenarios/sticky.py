"""Sticky queues: what their tasks carry, and falling back when their worker is gone."""

from datetime import timedelta

from temporalio.api.workflowservice.v1 import ResetStickyTaskQueueRequest

from histories.harness import Stage, scenario
from histories.raw import RawWorker, complete, start_timer
from histories.scenarios.workflows import Collector


@scenario
async def sticky_worker_stops(stage: Stage) -> None:
    """Another worker takes over a run that was cached by the first."""
    async with stage.worker(workflows=[Collector], identity="first-worker"):
        handle = await stage.start(Collector.run, 2)
        await stage.until_event("workflow_task_completed")
    await handle.signal(Collector.add, "one")
    async with stage.worker(workflows=[Collector], identity="second-worker"):
        await stage.until_event("workflow_task_completed", count=2)
        await handle.signal(Collector.add, "two")
        await stage.outcome(handle)


@scenario
async def sticky_without_cache(stage: Stage) -> None:
    async with stage.worker(workflows=[Collector], max_cached_workflows=0):
        handle = await stage.start(Collector.run, 1)
        await stage.until_event("workflow_task_completed")
        await handle.signal(Collector.add, "one")
        await stage.outcome(handle)


@scenario
async def sticky_task_carries_only_new_events(stage: Stage) -> None:
    raw = RawWorker(stage)
    await raw.start()
    task = await raw.poll("first task")
    await raw.answer(
        "first answer", task, start_timer("t", 60), sticky_attributes=raw.sticky("a")
    )
    await stage.snapshot("with a sticky queue")
    polling = await raw.park_poll("sticky task", raw.sticky_queue("a"))
    await raw.signal("wake")
    task = await polling
    await raw.answer("second answer", task, complete())


@scenario
async def sticky_schedule_to_start_timeout(stage: Stage) -> None:
    """Nobody polls the sticky queue: the task moves to the normal one."""
    raw = RawWorker(stage)
    await raw.start()
    task = await raw.poll("first task")
    await raw.answer(
        "first answer", task, start_timer("t", 60), sticky_attributes=raw.sticky("b", 1)
    )
    polling = await raw.park_poll("sticky task", raw.sticky_queue("b"))
    await raw.signal("first wake")
    task = await polling
    await raw.answer(
        "second answer", task, start_timer("u", 60), sticky_attributes=raw.sticky("b", 1)
    )
    await raw.signal("second wake")
    task = await raw.poll("task on the normal queue")
    await raw.answer("third answer", task, complete())


@scenario
async def sticky_reset(stage: Stage) -> None:
    raw = RawWorker(stage)
    await raw.start()
    task = await raw.poll("first task")
    await raw.answer(
        "first answer", task, start_timer("t", 60), sticky_attributes=raw.sticky("c")
    )
    request = ResetStickyTaskQueueRequest(namespace="default", execution=raw.execution())
    await stage.attempt("reset", stage.service.reset_sticky_task_queue(request))
    await raw.signal("wake")
    task = await raw.poll("task on the normal queue")
    await raw.answer("second answer", task, complete())


@scenario
async def new_task_in_the_answer(stage: Stage) -> None:
    """`return_new_workflow_task` hands the next task out with the answer."""
    raw = RawWorker(stage)
    await raw.start()
    task = await raw.poll("first task")
    await raw.signal("buffered")
    answer = await raw.answer(
        "first answer",
        task,
        start_timer("t", 60),
        return_new_workflow_task=True,
        sticky_attributes=raw.sticky("d"),
    )
    await raw.answer("second answer", answer.workflow_task, complete())


@scenario
async def task_heartbeat(stage: Stage) -> None:
    """A local activity's heartbeat: the task is completed and another forced at once."""
    raw = RawWorker(stage)
    await raw.start(workflow_task_timeout=timedelta(seconds=5))
    task = await raw.poll("first task")
    answer = await raw.answer(
        "heartbeat",
        task,
        force_create_new_workflow_task=True,
        return_new_workflow_task=True,
        sticky_attributes=raw.sticky("e"),
    )
    await raw.answer("answer", answer.workflow_task, complete())
