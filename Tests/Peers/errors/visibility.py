"""The query language of list and count: what is refused, and with which words."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

from temporalio.api.workflowservice.v1 import (
    CountWorkflowExecutionsRequest,
    ListWorkflowExecutionsRequest,
)
from temporalio.service import RPCError

from errors.registry import register, request_case
from histories.harness import Stage, refusal

QUERIES = {
    "unknown-attribute": "Foo = 'x'",
    "unquoted": "WorkflowId = abc",
    "no-operator": "WorkflowId",
    "dangling": "WorkflowId =",
    "bad-operator": "WorkflowId ~ 'x'",
    "open-parenthesis": "(WorkflowId = 'x'",
    "like": "WorkflowId LIKE 'x%'",
    "limit": "WorkflowId = 'x' LIMIT 1",
    "bad-status": "ExecutionStatus = 'Sleeping'",
    "status-as-number": "ExecutionStatus = 1",
    "status-below": "ExecutionStatus < 'Running'",
    "bad-time": "StartTime > 'yesterday'",
    "bad-duration": "ExecutionDuration > 'long'",
    "number-for-keyword": "WorkflowId = 5",
    "text-for-number": "HistoryLength > 'many'",
    "bad-in": "WorkflowId IN 'x'",
    "empty-in": "WorkflowId IN ()",
    "between-without-and": "StartTime BETWEEN '2020-01-01T00:00:00Z'",
    "keyword-below": "WorkflowId < 'x'",
    "starts-with-on-number": "HistoryLength STARTS_WITH '1'",
    "keyword-list-below": "BuildIds < 'x'",
    "unterminated-quote": "WorkflowId = 'x",
    "group-by": "GROUP BY ExecutionStatus",
    "group-by-other": "GROUP BY WorkflowType",
    "group-by-two": "GROUP BY ExecutionStatus, WorkflowType",
    "select": "SELECT * FROM executions",
    "function": "lower(WorkflowId) = 'x'",
    "good-nothing-found": "WorkflowId = 'nothing' AND ExecutionStatus IN ('Running', 'Failed')",
    "good-time-and-not": "NOT (StartTime > '2100-01-01T00:00:00Z') AND WorkflowId = 'nothing'",
    "good-is-null": "CloseTime IS NULL AND WorkflowId STARTS_WITH 'nothing'",
    "good-backticks": "`WorkflowId` = \"nothing\"",
    "good-duration": "ExecutionDuration > '1h' AND WorkflowId = 'nothing'",
}

KINDS = {
    "list_workflow_executions": ListWorkflowExecutionsRequest,
    "count_workflow_executions": CountWorkflowExecutionsRequest,
}

# Where the reference tells of the insides of its parser, only the beginning is compared.
INSIDES = re.compile(r"(syntax error|must be a column name).*")


def _query(method: str, kind: Any, query: str) -> Callable[[Stage], Awaitable[None]]:
    async def play(stage: Stage) -> None:
        try:
            await getattr(stage.service, method)(kind(namespace="default", query=query))
        except RPCError as error:
            answer = refusal(error)
            answer["message"] = INSIDES.sub("…", answer["message"])
            stage.note("answer", answer)
        else:
            # Other cases start workflows meanwhile, so what is found is not the same twice.
            stage.note("answer", "ok")

    return play


for method, kind in KINDS.items():
    for name, query in QUERIES.items():
        register(f"{method}-{name}".replace("_", "-"), _query(method, kind, query))
    request_case(method, "no-namespace", kind())
    request_case(method, "unknown-namespace", kind(namespace="nowhere"))

request_case(
    "list_workflow_executions",
    "negative-page-size",
    ListWorkflowExecutionsRequest(
        namespace="default", page_size=-1, query="WorkflowId = 'nothing'"
    ),
)
