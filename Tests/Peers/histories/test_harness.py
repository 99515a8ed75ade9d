"""The comparison itself: it must see every kind of difference, and nothing but differences."""

import copy
from typing import Any

import pytest
from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import (
    HistoryEvent,
    TimerStartedEventAttributes,
    WorkflowExecutionStartedEventAttributes,
)

from histories.compare import differences
from histories.mask import Masker

RUN = "0194c3d2-1111-7000-8000-000000000001"
OTHER_RUN = "0194c3d2-2222-7000-8000-000000000002"


def timer_event(event_id: int = 5, timer: str = "t", fire_after: int = 60) -> HistoryEvent:
    return HistoryEvent(
        event_id=event_id,
        event_time=Timestamp(seconds=1_700_000_000 + event_id, nanos=event_id),
        task_id=1_000_000 + event_id,
        event_type=EventType.EVENT_TYPE_TIMER_STARTED,
        timer_started_event_attributes=TimerStartedEventAttributes(
            timer_id=timer, start_to_fire_timeout=Duration(seconds=fire_after)
        ),
    )


def masked(*events: HistoryEvent) -> dict[str, Any]:
    masker = Masker()
    return {"history": [masker.message(event) for event in events]}


def test_times_and_storage_ids_are_no_difference() -> None:
    later = timer_event()
    later.event_time.seconds += 100
    later.task_id = 7
    assert differences(masked(timer_event()), masked(later)) == []


def test_a_missing_time_is_a_difference() -> None:
    untimed = timer_event()
    untimed.ClearField("event_time")
    (line,) = differences(masked(timer_event()), masked(untimed))
    assert "event_time" in line and "absent" in line


@pytest.mark.parametrize(
    "mutated",
    [timer_event(timer="u"), timer_event(fire_after=61), timer_event(event_id=6)],
    ids=["string", "duration", "number"],
)
def test_a_changed_attribute_is_a_difference(mutated: HistoryEvent) -> None:
    assert len(differences(masked(timer_event()), masked(mutated))) == 1


def test_an_added_attribute_is_a_difference() -> None:
    more = timer_event()
    more.timer_started_event_attributes.workflow_task_completed_event_id = 4
    (line,) = differences(masked(timer_event()), masked(more))
    assert line.endswith("(absent) → 4")


def test_a_lost_or_moved_event_is_a_difference() -> None:
    one, two = timer_event(5), HistoryEvent(event_id=6, event_type=EventType.EVENT_TYPE_TIMER_FIRED)
    whole = masked(one, two)
    assert differences(whole, masked(one))
    assert differences(whole, masked(two, one))
    assert "TIMER_FIRED" in "\n".join(differences(whole, masked(one, one)))


def started(run: str, first: str) -> HistoryEvent:
    return HistoryEvent(
        event_type=EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED,
        workflow_execution_started_event_attributes=WorkflowExecutionStartedEventAttributes(
            original_execution_run_id=run, first_execution_run_id=first
        ),
    )


def test_which_ids_are_equal_is_kept() -> None:
    same, renamed = masked(started(RUN, RUN)), masked(started(OTHER_RUN, OTHER_RUN))
    assert differences(same, renamed) == []
    assert differences(same, masked(started(RUN, OTHER_RUN)))


def test_every_leaf_of_a_record_counts() -> None:
    """Changing any single value of a record, however deep, is found."""
    record = masked(started(RUN, OTHER_RUN), timer_event())
    leaves = list(_leaves(record))
    assert len(leaves) >= 8
    for path in leaves:
        mutated = copy.deepcopy(record)
        holder: Any = mutated
        for step in path[:-1]:
            holder = holder[step]
        holder[path[-1]] = "something else"
        assert differences(record, mutated), path


def _leaves(value: Any, path: tuple[Any, ...] = ()) -> Any:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _leaves(inner, (*path, index))
    else:
        yield path
