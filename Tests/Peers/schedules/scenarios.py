"""Schedules at work: every overlap policy, failures, limits, backfills, triggers, patches, updates.

The moments at which things happen are at least half a second apart, so that a slower server sees the
same order.
"""

import asyncio
from collections.abc import Awaitable, Callable

from temporalio.api.common.v1 import Header, Memo, RetryPolicy, SearchAttributes
from temporalio.api.schedule.v1 import Schedule, SchedulePatch, TriggerImmediatelyRequest

from schedules.stage import POLICIES, ScheduleStage, after_a_tick, backfill, moment, payload, seconds

Play = Callable[[ScheduleStage], Awaitable[None]]
SCENARIOS: dict[str, Play] = {}


def scenario(play: Play) -> Play:
    SCENARIOS[play.__name__.replace("_", "-")] = play
    return play


def trigger(policy: int = 0) -> TriggerImmediatelyRequest:
    return TriggerImmediatelyRequest(overlap_policy=policy)


# Overlap policies on times of the spec: the nap, and how many runs there are in the end.


@scenario
async def overlap_skip(stage: ScheduleStage) -> None:
    await stage.create(stage.schedule("Nap", 3, limit=3))
    await stage.until_quiet(3)


@scenario
async def overlap_buffer_one(stage: ScheduleStage) -> None:
    await stage.create(stage.schedule("Nap", 3.5, limit=3, overlap=POLICIES["buffer-one"]))
    await stage.until_quiet(3)


@scenario
async def overlap_buffer_all(stage: ScheduleStage) -> None:
    await stage.create(stage.schedule("Nap", 2.6, limit=4, overlap=POLICIES["buffer-all"]))
    await stage.until_quiet(4)


@scenario
async def overlap_cancel_other(stage: ScheduleStage) -> None:
    await stage.create(stage.schedule("Nap", 5, limit=3, overlap=POLICIES["cancel-other"]))
    await stage.until_quiet(3)


@scenario
async def overlap_terminate_other(stage: ScheduleStage) -> None:
    await stage.create(stage.schedule("Nap", 5, limit=3, overlap=POLICIES["terminate-other"]))
    await stage.until_quiet(3)


@scenario
async def overlap_allow_all(stage: ScheduleStage) -> None:
    await stage.create(stage.schedule("Nap", 5, limit=3, overlap=POLICIES["allow-all"]))
    await stage.until_quiet(3)


@scenario
async def overlap_while_it_runs(stage: ScheduleStage) -> None:
    """What Describe says in the middle of it."""
    await after_a_tick(2)
    await stage.create(stage.schedule("Nap", 30, overlap=POLICIES["buffer-all"]))
    await stage.until_described("the buffer", lambda it: it.info.buffer_size == 2)
    await stage.patch(pause="enough")
    await stage.until_described("the pause", lambda it: it.schedule.state.paused)
    await stage.snapshot("with two in the buffer")


# Results and failures.


@scenario
async def last_result_and_failure(stage: ScheduleStage) -> None:
    await stage.create(stage.schedule("Counter", limit=4))
    await stage.until_quiet(4)


@scenario
async def pause_on_failure(stage: ScheduleStage) -> None:
    await stage.create(stage.schedule("Trouble", pause_on_failure=True))
    await stage.until_described("the pause", lambda it: it.schedule.state.paused)
    await asyncio.sleep(2.5)
    await stage.until_quiet(1)


@scenario
async def pause_on_failure_after_retries(stage: ScheduleStage) -> None:
    retry = RetryPolicy(initial_interval=seconds(1), maximum_attempts=2)
    await stage.create(
        stage.schedule("Trouble", every=5, pause_on_failure=True, retry_policy=retry)
    )
    await stage.until_described("the pause", lambda it: it.schedule.state.paused)


@scenario
async def pause_on_timeout(stage: ScheduleStage) -> None:
    await stage.create(
        stage.schedule("Nap", 30, every=3, pause_on_failure=True, workflow_run_timeout=seconds(1))
    )
    await stage.until_described("the pause", lambda it: it.schedule.state.paused)


@scenario
async def chain_counts_as_one(stage: ScheduleStage) -> None:
    await stage.create(stage.schedule("Chain", 2, every=4, limit=2))
    await stage.until_described("two actions", lambda it: it.info.action_count == 2)
    await stage.until_described("the end", lambda it: not it.info.running_workflows)


@scenario
async def action_in_full(stage: ScheduleStage) -> None:
    """Everything an action can have arrives at the run."""
    await stage.create(
        stage.schedule(
            "Nap",
            0.1,
            every=3600,
            notes="a note",
            memo=Memo(fields={"of": payload("action")}),
            header=Header(fields={"head": payload(1)}),
            search_attributes=SearchAttributes(indexed_fields={"BuildIds": payload(["one"])}),
            workflow_task_timeout=seconds(7),
            workflow_run_timeout=seconds(20),
            workflow_execution_timeout=seconds(25),
            retry_policy=RetryPolicy(initial_interval=seconds(1), maximum_attempts=3),
        ),
        memo=Memo(fields={"of": payload("schedule")}),
        initial_patch=SchedulePatch(trigger_immediately=trigger()),
    )
    await stage.until_quiet(1)


# Backfills and triggers.


def _backfill(name: str, policy: int, runs: int) -> None:
    async def play(stage: ScheduleStage) -> None:
        schedule = stage.schedule("Nap", 0.7, every=3600, paused=True, limit=0)
        await stage.create(schedule)
        await stage.patch(backfill_request=[backfill(4, policy)])
        await stage.until_quiet(runs)

    SCENARIOS[f"backfill-{name}"] = play


for _name, _runs in {
    "skip": 1,
    "buffer-one": 2,
    "buffer-all": 4,
    "cancel-other": 1,
    "terminate-other": 1,
    "allow-all": 4,
}.items():
    _backfill(_name, POLICIES[_name], _runs)


@scenario
async def backfill_by_the_schedules_policy(stage: ScheduleStage) -> None:
    schedule = stage.schedule("Nap", 0.7, every=3600, overlap=POLICIES["buffer-all"])
    await stage.create(schedule, initial_patch=SchedulePatch(backfill_request=[backfill(3)]))
    await stage.until_quiet(3)


@scenario
async def trigger_at_creation(stage: ScheduleStage) -> None:
    schedule = stage.schedule("Nap", 0.1, every=3600)
    patch = SchedulePatch(trigger_immediately=trigger(), pause="at once")
    await stage.create(schedule, initial_patch=patch)
    await stage.until_quiet(1)


@scenario
async def trigger_for_a_time(stage: ScheduleStage) -> None:
    schedule = stage.schedule("Nap", 0.1, every=3600, paused=True)
    await stage.create(schedule)
    request = trigger()
    request.scheduled_time.CopyFrom(moment(1_600_000_000))
    await stage.patch(trigger_immediately=request)
    await stage.until_quiet(1)


@scenario
async def trigger_while_one_runs(stage: ScheduleStage) -> None:
    stage.counts_seconds = False
    schedule = stage.schedule("Nap", 3, every=3600, paused=True)
    await stage.create(schedule)
    await stage.patch(trigger_immediately=trigger())
    await stage.until_described("a run", lambda it: it.info.running_workflows)
    await asyncio.sleep(1.1)
    await stage.patch(trigger_immediately=trigger(POLICIES["skip"]))
    await asyncio.sleep(0.3)
    await stage.patch(trigger_immediately=trigger(POLICIES["buffer-one"]))
    await stage.until_described("the buffer", lambda it: it.info.buffer_size == 1)
    record = await stage.describe()
    stage.notes.append(("skipped", record.info.overlap_skipped))
    await stage.until_quiet(2)


# Patches and updates.


@scenario
async def pause_and_unpause(stage: ScheduleStage) -> None:
    await stage.create(stage.schedule("Nap", 0.1, every=3600, notes="first"))
    await stage.attempt("pause", stage.patch(pause="a break"))
    await stage.until_described("the pause", lambda it: it.schedule.state.paused)
    await stage.snapshot("paused")
    await stage.attempt("unpause", stage.patch(unpause="go on"))
    await stage.until_described("the end of it", lambda it: not it.schedule.state.paused)
    await stage.snapshot("unpaused")


@scenario
async def pause_drops_what_waits(stage: ScheduleStage) -> None:
    await after_a_tick(2)
    await stage.create(stage.schedule("Nap", 5.2, overlap=POLICIES["buffer-all"]))
    await stage.until_described("the buffer", lambda it: it.info.buffer_size == 1)
    await stage.patch(pause="a break")
    await stage.until_quiet(1)
    await stage.until_described("an empty buffer", lambda it: it.info.buffer_size == 0)


@scenario
async def update(stage: ScheduleStage) -> None:
    await stage.create(stage.schedule("Nap", 0.1, every=3600), memo=Memo(fields={"a": payload(1)}))
    description = await stage.describe()
    changed = Schedule()
    changed.CopyFrom(description.schedule)
    changed.spec.interval[0].interval.CopyFrom(seconds(2))
    changed.action.start_workflow.workflow_id = f"changed-{stage.name}"
    changed.state.limited_actions = True
    changed.state.remaining_actions = 2
    changed.state.notes = "changed"
    await stage.attempt("update", stage.update(changed, conflict_token=description.conflict_token))
    await stage.until_quiet(2)


@scenario
async def update_policy_of_what_waits(stage: ScheduleStage) -> None:
    await after_a_tick(2)
    await stage.create(stage.schedule("Nap", 5.2, overlap=POLICIES["buffer-all"]))
    await stage.until_described("the buffer", lambda it: it.info.buffer_size == 2)
    changed = stage.schedule("Nap", 5.2, every=3600)
    await stage.update(changed)
    await stage.until_described("an empty buffer", lambda it: it.info.buffer_size == 0)
    await stage.until_quiet(1)


@scenario
async def limits_are_kept(stage: ScheduleStage) -> None:
    await stage.create(stage.schedule("Nap", 0.1, limit=2))
    await stage.until_quiet(2)
    await asyncio.sleep(2.5)
    await stage.snapshot("with none left")


@scenario
async def attributes_of_the_schedule(stage: ScheduleStage) -> None:
    attributes = SearchAttributes(indexed_fields={"Team": payload("mine")})
    await stage.create(
        stage.schedule("Nap", 0.1, every=3600),
        memo=Memo(fields={"a": payload(1)}),
        search_attributes=attributes,
    )
    await stage.snapshot("at first")
    await stage.update(stage.schedule("Nap", 0.1, every=1800), search_attributes=SearchAttributes())
    await stage.until_described("the update", lambda it: it.info.HasField("update_time"))
