"""A short crash loop, and proof that its checks can fail."""

import asyncio

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import (
    HistoryEvent,
    TimerFiredEventAttributes,
    TimerStartedEventAttributes,
    WorkflowExecutionCompletedEventAttributes,
    WorkflowExecutionStartedEventAttributes,
)

from crash.ledger import Ledger
from crash.loop import crash_loop
from crash.wellformed import violations


def test_crash_loop(request: pytest.FixtureRequest, subject: str) -> None:
    cycles, seed = request.config.getoption("--cycles"), request.config.getoption("--seed")
    report = asyncio.run(crash_loop(subject, cycles, seed))
    print(report.summary())
    assert report.broken == [], report.summary()
    assert len(report.seconds_to_ready) == cycles + 1
    assert report.ledger.completions, "the load did nothing"


def _history() -> list[HistoryEvent]:
    kinds = [
        (
            EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED,
            {"workflow_execution_started_event_attributes": WorkflowExecutionStartedEventAttributes()},
        ),
        (
            EventType.EVENT_TYPE_TIMER_STARTED,
            {"timer_started_event_attributes": TimerStartedEventAttributes(timer_id="t")},
        ),
        (
            EventType.EVENT_TYPE_TIMER_FIRED,
            {"timer_fired_event_attributes": TimerFiredEventAttributes(started_event_id=2)},
        ),
        (
            EventType.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED,
            {
                "workflow_execution_completed_event_attributes": (
                    WorkflowExecutionCompletedEventAttributes()
                )
            },
        ),
    ]
    return [
        HistoryEvent(event_id=index, event_type=kind, event_time=Timestamp(seconds=index), **fields)
        for index, (kind, fields) in enumerate(kinds, 1)
    ]


def test_a_good_history_has_no_violations() -> None:
    assert violations(_history(), closed=True) == []


def test_gaps_are_seen() -> None:
    events = _history()
    del events[1]
    assert any("event ids" in line for line in violations(events, closed=True))


def test_missing_and_double_closings_are_seen() -> None:
    events = _history()
    assert violations(events[:-1], closed=True)
    assert violations(events, closed=False)
    second = HistoryEvent()
    second.CopyFrom(events[-1])
    second.event_id = 5
    assert violations([*events, second], closed=True)


def test_double_endings_are_seen() -> None:
    events = _history()
    second = HistoryEvent()
    second.CopyFrom(events[2])
    again = [*events[:3], second, events[3]]
    for index, event in enumerate(again, 1):
        event.event_id = index
    assert any("ended 2 times" in line for line in violations(again, closed=True))


def test_endings_of_nothing_are_seen() -> None:
    events = _history()
    events[2].timer_fired_event_attributes.started_event_id = 1
    assert any("no such thing" in line for line in violations(events, closed=True))


def test_ledger_sees_what_must_not_happen() -> None:
    ledger = Ledger()
    ledger.started("w", "run-1")
    ledger.started("w", "run-1")
    ledger.handed_out("w", "step", 1)
    ledger.handed_out("w", "step", 2)
    assert ledger.broken == []
    ledger.handed_out("w", "step", 2)
    ledger.started("w", "run-2")
    ledger.completed("w", "step", "done")
    ledger.handed_out("w", "step", 3)
    assert len(ledger.broken) == 3
