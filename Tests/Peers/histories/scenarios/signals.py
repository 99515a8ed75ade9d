"""Signals: before, between and during workflow tasks."""

from histories.harness import Stage, scenario
from histories.raw import RawWorker, complete, start_timer
from histories.scenarios.workflows import Collector


@scenario
async def signal(stage: Stage) -> None:
    async with stage.worker(workflows=[Collector]):
        handle = await stage.start(Collector.run, 1)
        await stage.until_event("workflow_task_completed")
        await handle.signal(Collector.add, "one")
        await stage.outcome(handle)


@scenario
async def signal_before_first_task(stage: Stage) -> None:
    handle = await stage.start(Collector.run, 2)
    await handle.signal(Collector.add, "one")
    await handle.signal(Collector.add, "two")
    async with stage.worker(workflows=[Collector]):
        await stage.outcome(handle)


@scenario
async def signal_with_start_new(stage: Stage) -> None:
    async with stage.worker(workflows=[Collector]):
        handle = await stage.start(Collector.run, 1, start_signal="add", start_signal_args=["first"])
        await stage.outcome(handle)


@scenario
async def signal_with_start_running(stage: Stage) -> None:
    async with stage.worker(workflows=[Collector]):
        handle = await stage.start(Collector.run, 1)
        await stage.until_event("workflow_task_completed")
        again = await stage.start(Collector.run, 1, start_signal="add", start_signal_args=["more"])
        stage.note("same run", again.result_run_id == handle.result_run_id)
        await stage.outcome(handle)


@scenario
async def signal_during_task(stage: Stage) -> None:
    """Buffered while the task runs, written after its completion."""
    raw = RawWorker(stage)
    await raw.start()
    task = await raw.poll("first task")
    await raw.signal("one")
    await raw.signal("two")
    await stage.snapshot("while buffered")
    await raw.history("history while buffered")
    await raw.answer("first answer", task, start_timer("t", 60))
    task = await raw.poll("second task")
    await raw.answer("second answer", task, complete())


@scenario
async def signal_with_same_request_id(stage: Stage) -> None:
    raw = RawWorker(stage)
    await raw.start()
    for _ in range(3):
        await raw.signal("once", request_id="f0e1d2c3-0000-4000-8000-000000000001")
    task = await raw.poll("first task")
    await raw.answer("answer", task, complete())


@scenario
async def signal_same_request_id_during_task(stage: Stage) -> None:
    raw = RawWorker(stage)
    await raw.start()
    task = await raw.poll("first task")
    for _ in range(2):
        await raw.signal("once", request_id="f0e1d2c3-0000-4000-8000-000000000002")
    await raw.answer("first answer", task, start_timer("t", 60))
    await raw.signal("once", request_id="f0e1d2c3-0000-4000-8000-000000000002")
    task = await raw.poll("second task")
    await raw.answer("second answer", task, complete())


@scenario
async def signal_wakes_parked_poll(stage: Stage) -> None:
    """A poll that is already waiting gets the task the signal makes."""
    raw = RawWorker(stage)
    await raw.start()
    await raw.answer("first answer", await raw.poll("first task"), start_timer("t", 60))
    parked = await raw.park_poll("second task")
    await raw.signal("wake")
    await raw.answer("second answer", await parked, complete())
