"""What every history must satisfy, whatever happened to the server."""

from collections import Counter
from collections.abc import Sequence

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent

CLOSING = {
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_FAILED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIMED_OUT,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW,
}

# Attributes of the events that end something, and the field that says what they end.
ENDINGS = {
    "activity_task_completed": "scheduled_event_id",
    "activity_task_failed": "scheduled_event_id",
    "activity_task_timed_out": "scheduled_event_id",
    "activity_task_canceled": "scheduled_event_id",
    "timer_fired": "started_event_id",
    "timer_canceled": "started_event_id",
    "workflow_task_completed": "scheduled_event_id",
    "workflow_task_failed": "scheduled_event_id",
    "workflow_task_timed_out": "scheduled_event_id",
}

# Which events may be named as the beginning of such an ending.
BEGINNINGS = {
    "activity": EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED,
    "timer": EventType.EVENT_TYPE_TIMER_STARTED,
    "workflow": EventType.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED,
}


def violations(events: Sequence[HistoryEvent], *, closed: bool) -> list[str]:
    """One line for each rule that the history breaks. `closed` says whether the run has to be."""
    found = []
    if [event.event_id for event in events] != list(range(1, len(events) + 1)):
        found.append(f"event ids are not 1, 2, 3 …: {[event.event_id for event in events]}")
    closings = [event.event_id for event in events if event.event_type in CLOSING]
    if len(closings) != (1 if closed else 0):
        found.append(f"closing events: {closings}")
    if closings and closings[-1] != len(events):
        found.append(f"there are events after the closing event {closings[-1]}")
    # Times are not checked: buffered completions are written after signals that came later.
    return found + _ending_violations(events)


def _ending_violations(events: Sequence[HistoryEvent]) -> list[str]:
    by_id = {event.event_id: event for event in events}
    found = []
    ends: Counter[int] = Counter()
    for event in events:
        name = str(event.WhichOneof("attributes")).removesuffix("_event_attributes")
        if name not in ENDINGS:
            continue
        begin = getattr(getattr(event, f"{name}_event_attributes"), ENDINGS[name])
        ends[begin] += 1
        beginning = by_id.get(begin)
        wanted = BEGINNINGS[name.split("_")[0]]
        if beginning is None or beginning.event_type != wanted or begin >= event.event_id:
            found.append(f"event {event.event_id} ({name}) ends {begin}, which is no such thing")
    found += [f"event {begin} ended {count} times" for begin, count in ends.items() if count > 1]
    return found
