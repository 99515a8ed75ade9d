"""Compares a ledger with what the server holds."""

import asyncio
import time
from typing import Any

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.history.v1 import HistoryEvent
from temporalio.api.workflowservice.v1 import GetWorkflowExecutionHistoryRequest
from temporalio.client import Client, WorkflowHandle
from temporalio.converter import DataConverter

from crash.ledger import Ledger
from crash.load import SIGNALS, STEPS
from crash.wellformed import violations


class Progress:
    """When a run was last seen to complete: as long as some do, the others may only be waiting for their turn."""

    def __init__(self) -> None:
        self._last = time.monotonic()

    def note(self) -> None:
        self._last = time.monotonic()

    def quiet(self) -> float:
        return time.monotonic() - self._last


async def verify(client: Client, ledger: Ledger, *, patience: float = 60.0) -> list[str]:
    """Waits until all runs have completed or none has for `patience` seconds; one line for each broken rule."""
    found = list(ledger.broken)
    progress = Progress()
    gate = asyncio.Semaphore(16)

    async def one(workflow_id: str, run_id: str) -> list[str]:
        async with gate:
            return await _verify_run(client, ledger, workflow_id, run_id, patience, progress)

    checks = [one(workflow_id, run_id) for workflow_id, run_id in ledger.starts.items()]
    for lines in await asyncio.gather(*checks):
        found += lines
    return found


async def _verify_run(
    client: Client,
    ledger: Ledger,
    workflow_id: str,
    run_id: str,
    patience: float,
    progress: Progress,
) -> list[str]:
    handle = client.get_workflow_handle(workflow_id, run_id=run_id)
    try:
        result = await _result(handle, patience, progress)
    except Exception as error:  # noqa: BLE001  (a lost run, a failed one, one that hangs)
        return [f"{workflow_id}: {type(error).__name__}: {error}"]
    events = await history(client, workflow_id, run_id)
    found = [f"{workflow_id}: {line}" for line in violations(events, closed=True)]
    found += _signal_violations(ledger, workflow_id, events, result)
    found += _step_violations(ledger, workflow_id, events, result)
    return found


async def _result(handle: WorkflowHandle[Any, Any], patience: float, progress: Progress) -> Any:
    while True:
        try:
            result = await asyncio.wait_for(handle.result(), patience)
        except TimeoutError:
            if progress.quiet() >= patience:
                raise
        else:
            progress.note()
            return result


def _signal_violations(
    ledger: Ledger, workflow_id: str, events: list[HistoryEvent], result: Any
) -> list[str]:
    acknowledged = ledger.signals.get(workflow_id, [])
    written = [
        _value(event.workflow_execution_signaled_event_attributes.input)
        for event in events
        if event.HasField("workflow_execution_signaled_event_attributes")
    ]
    found = []
    if written != acknowledged:
        found.append(f"{workflow_id}: signals {acknowledged} acknowledged, {written} in history")
    if result["signals"] != acknowledged[:SIGNALS]:
        found.append(f"{workflow_id}: signals {acknowledged}, the workflow saw {result['signals']}")
    return found


def _step_violations(
    ledger: Ledger, workflow_id: str, events: list[HistoryEvent], result: Any
) -> list[str]:
    names = {
        event.event_id: event.activity_task_scheduled_event_attributes.activity_id
        for event in events
        if event.HasField("activity_task_scheduled_event_attributes")
    }
    written = {}
    for event in events:
        if event.HasField("activity_task_completed_event_attributes"):
            attributes = event.activity_task_completed_event_attributes
            written[names[attributes.scheduled_event_id]] = _value(attributes.result)
    found = []
    if list(written) != [f"step-{index}" for index in range(STEPS)]:
        found.append(f"{workflow_id}: completed steps {list(written)}")
    if result["steps"] != list(written.values()):
        found.append(f"{workflow_id}: steps {written} in history, the workflow saw {result['steps']}")
    for (owner, activity_id), value in ledger.completions.items():
        if owner == workflow_id and written.get(activity_id) != value:
            found.append(f"{workflow_id}: {value} acknowledged, {written.get(activity_id)} in history")
    return found


def _value(payloads: Any) -> Any:
    return DataConverter.default.payload_converter.from_payloads(payloads.payloads)[0]


async def history(client: Client, workflow_id: str, run_id: str) -> list[HistoryEvent]:
    """All events of a run, page by page."""
    request = GetWorkflowExecutionHistoryRequest(
        namespace=client.namespace,
        execution=WorkflowExecution(workflow_id=workflow_id, run_id=run_id),
    )
    events: list[HistoryEvent] = []
    while True:
        page = await client.workflow_service.get_workflow_execution_history(request)
        events += page.history.events
        if not page.next_page_token:
            return events
        request.next_page_token = page.next_page_token
