"""Describe and history, forwards and backwards."""

import asyncio
from typing import Any

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import (
    DescribeWorkflowExecutionRequest,
    GetWorkflowExecutionHistoryRequest,
    GetWorkflowExecutionHistoryReverseRequest,
)

from errors.registry import NO_RUN, case, execution, request_case, running, terminate, terminated
from histories.harness import Stage

METHODS = {
    "describe_workflow_execution": DescribeWorkflowExecutionRequest,
    "get_workflow_execution_history": GetWorkflowExecutionHistoryRequest,
    "get_workflow_execution_history_reverse": GetWorkflowExecutionHistoryReverseRequest,
}


def read_cases(method: str, kind: Any) -> None:
    def one(name: str, target: Any, prepare: Any = None, **fields: Any) -> None:
        def message(stage: Stage) -> Any:
            return kind(
                **{"namespace": "default", **fields},
                **({} if target is None else {"execution": target(stage)}),
            )

        request_case(method, name, message, prepare)

    one("missing", execution)
    one("terminated", execution, terminated)
    one("no-execution", None)
    one("no-workflow-id", lambda _: WorkflowExecution())
    one("bad-run-id", lambda stage: execution(stage, "not a uuid"), running)
    one("unknown-run-id", lambda stage: execution(stage, NO_RUN), running)
    one("unknown-namespace", execution, namespace="nowhere")
    if method != "describe_workflow_execution":
        one("garbage-token", execution, running, next_page_token=b"garbage")


for method, kind in METHODS.items():
    read_cases(method, kind)


async def _pages(stage: Stage, method: str, kind: Any) -> None:
    """Small pages, put together. How many events a page of one has is each server's own affair."""
    await terminated(stage)
    request = kind(namespace="default", execution=execution(stage), maximum_page_size=1)
    events: list[Any] = []
    pages = 0
    while True:
        answer = await getattr(stage.service, method)(request)
        events += answer.history.events
        pages += 1
        if not answer.next_page_token:
            break
        request.next_page_token = answer.next_page_token
    stage.note("events", events)
    stage.note("more than one page", pages > 1)


@case
async def history_pages(stage: Stage) -> None:
    method = "get_workflow_execution_history"
    await _pages(stage, method, METHODS[method])


@case
async def history_pages_reverse(stage: Stage) -> None:
    method = "get_workflow_execution_history_reverse"
    await _pages(stage, method, METHODS[method])


@case
async def history_token_of_another_run(stage: Stage) -> None:
    await terminated(stage)
    request = GetWorkflowExecutionHistoryRequest(
        namespace="default", execution=execution(stage), maximum_page_size=1
    )
    page = await stage.service.get_workflow_execution_history(request)
    request.next_page_token = page.next_page_token
    request.execution.run_id = NO_RUN
    await stage.attempt("answer", stage.service.get_workflow_execution_history(request))


@case
async def history_close_event_of_closed_run(stage: Stage) -> None:
    await terminated(stage)
    for wait in (False, True):
        request = GetWorkflowExecutionHistoryRequest(
            namespace="default",
            execution=execution(stage),
            history_event_filter_type=2,
            wait_new_event=wait,
        )
        call = stage.service.get_workflow_execution_history(request)
        await stage.attempt(f"waiting: {wait}", call)


@case
async def history_close_event_of_open_run(stage: Stage) -> None:
    """The call stays until the run closes, with waiting and, in the reference, also without."""
    await running(stage)
    calls = []
    for wait in (False, True):
        request = GetWorkflowExecutionHistoryRequest(
            namespace="default",
            execution=execution(stage),
            history_event_filter_type=2,
            wait_new_event=wait,
        )
        call = stage.service.get_workflow_execution_history(request)
        calls.append(asyncio.create_task(call))
    # There is no event by which to see that both calls have arrived.
    await asyncio.sleep(0.3)
    await terminate(stage)
    for wait, call in zip((False, True), calls):
        await stage.attempt(f"waiting: {wait}", call)


@case
async def history_wait_on_open_run(stage: Stage) -> None:
    """The first waiting call gives what there is, with a token for more."""
    await running(stage)
    request = GetWorkflowExecutionHistoryRequest(
        namespace="default", execution=execution(stage), wait_new_event=True
    )
    await stage.attempt("answer", stage.service.get_workflow_execution_history(request))
