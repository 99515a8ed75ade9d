"""Starting workflows: bad fields, limits, and what happens when the id is taken."""

from datetime import timedelta
from typing import Any

from temporalio.api.common.v1 import (
    Memo,
    Payload,
    Payloads,
    Priority,
    RetryPolicy,
    SearchAttributes,
    WorkflowType,
)
from temporalio.api.enums.v1 import WorkflowIdConflictPolicy, WorkflowIdReusePolicy
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflow.v1 import OnConflictOptions

from errors.registry import completed, register, request_case, running, start_request, terminated
from histories.harness import Stage
from histories.raw import text

LARGE = 2 * 1024 * 1024 + 1
REUSE = WorkflowIdReusePolicy
CONFLICT = WorkflowIdConflictPolicy


def start(name: str, **fields: Any) -> None:
    """A case of one start with these fields."""
    request_case("start_workflow_execution", name, lambda stage: start_request(stage, **fields))


start("good")
start("no-namespace", namespace="")
start("unknown-namespace", namespace="nowhere")
start("no-workflow-id", workflow_id="")
start("workflow-id-at-limit", workflow_id="i" * 1000)
start("workflow-id-too-long", workflow_id="i" * 1001)
start("no-type", workflow_type=None)
start("empty-type", workflow_type=WorkflowType())
start("type-too-long", workflow_type=WorkflowType(name="t" * 1001))
start("no-task-queue", task_queue=None)
start("empty-task-queue", task_queue=TaskQueue())
start("task-queue-too-long", task_queue=TaskQueue(name="q" * 1001))
start("task-queue-reserved", task_queue=TaskQueue(name="/_sys/mine/1"))
start("no-request-id", request_id="")
start("request-id-too-long", request_id="r" * 1001)
start("negative-execution-timeout", workflow_execution_timeout=timedelta(seconds=-1))
start("negative-run-timeout", workflow_run_timeout=timedelta(seconds=-1))
start("negative-task-timeout", workflow_task_timeout=timedelta(seconds=-1))
start("negative-start-delay", workflow_start_delay=timedelta(seconds=-1))
start(
    "run-timeout-over-execution-timeout",
    workflow_execution_timeout=timedelta(seconds=5),
    workflow_run_timeout=timedelta(seconds=10),
)
start("cron-bad", cron_schedule="every now and then")
start("cron-with-delay", cron_schedule="@daily", workflow_start_delay=timedelta(seconds=5))
start("retry-empty", retry_policy=RetryPolicy())
start("retry-negative-interval", retry_policy=RetryPolicy(initial_interval=timedelta(seconds=-1)))
start(
    "retry-small-coefficient",
    retry_policy=RetryPolicy(initial_interval=timedelta(seconds=1), backoff_coefficient=0.5),
)
start(
    "retry-maximum-below-initial",
    retry_policy=RetryPolicy(
        initial_interval=timedelta(seconds=5),
        backoff_coefficient=2,
        maximum_interval=timedelta(seconds=1),
    ),
)
start(
    "retry-negative-maximum",
    retry_policy=RetryPolicy(
        initial_interval=timedelta(seconds=5),
        backoff_coefficient=2,
        maximum_interval=timedelta(seconds=-1),
    ),
)
start(
    "retry-negative-attempts",
    retry_policy=RetryPolicy(
        initial_interval=timedelta(seconds=1), backoff_coefficient=2, maximum_attempts=-1
    ),
)
start(
    "retry-bad-timeout-name",
    retry_policy=RetryPolicy(
        initial_interval=timedelta(seconds=1),
        backoff_coefficient=2,
        non_retryable_error_types=["TemporalTimeout:Nonsense"],
    ),
)
start("input-too-large", input=text("x" * LARGE))
start("memo-too-large", memo=Memo(fields={"m": text("x" * LARGE).payloads[0]}))
start("header-large", header={"fields": {"h": text("x" * 1000).payloads[0]}})
start("priority-negative", priority=Priority(priority_key=-1))
start("priority-too-high", priority=Priority(priority_key=6))
start("fairness-key-too-long", priority=Priority(fairness_key="f" * 65))
start(
    "on-conflict-without-use-existing",
    on_conflict_options=OnConflictOptions(attach_request_id=True),
)


def attribute(data: bytes, kind: str = "") -> Payload:
    metadata = {"encoding": b"json/plain"}
    if kind:
        metadata["type"] = kind.encode()
    return Payload(metadata=metadata, data=data)


def with_attribute(name: str, key: str, value: Payload) -> None:
    start(name, search_attributes=SearchAttributes(indexed_fields={key: value}))


with_attribute("unknown-search-attribute", "Foo", attribute(b'"x"', "Keyword"))
with_attribute("system-search-attribute", "WorkflowType", attribute(b'"x"', "Keyword"))
with_attribute("search-attribute-of-wrong-type", "BuildIds", attribute(b"17", "Int"))
with_attribute("search-attribute-garbage", "BuildIds", attribute(b"{not json"))
with_attribute("search-attribute-too-large", "BuildIds", attribute(b'["' + b"x" * 2100 + b'"]'))

# Combinations of policies that are refused whatever the state of the id.
POLICIES = [
    (reuse, conflict)
    for reuse in (
        REUSE.WORKFLOW_ID_REUSE_POLICY_UNSPECIFIED,
        REUSE.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE,
        REUSE.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE_FAILED_ONLY,
        REUSE.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE,
        REUSE.WORKFLOW_ID_REUSE_POLICY_TERMINATE_IF_RUNNING,
    )
    for conflict in (
        CONFLICT.WORKFLOW_ID_CONFLICT_POLICY_UNSPECIFIED,
        CONFLICT.WORKFLOW_ID_CONFLICT_POLICY_FAIL,
        CONFLICT.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
        CONFLICT.WORKFLOW_ID_CONFLICT_POLICY_TERMINATE_EXISTING,
    )
]


async def _start_again(stage: Stage, reuse: int, conflict: int) -> None:
    request = start_request(
        stage,
        request_id="second request",
        workflow_id_reuse_policy=reuse,
        workflow_id_conflict_policy=conflict,
    )
    await stage.attempt("second start", stage.service.start_workflow_execution(request))
    description = await stage.describe()
    status = description.workflow_execution_info.status
    stage.note("status of the current run", status)


def policy_case(state: str, prepare: Any, reuse: int, conflict: int) -> None:
    async def play(stage: Stage) -> None:
        await prepare(stage)
        await _start_again(stage, reuse, conflict)

    names = [
        REUSE.Name(reuse).removeprefix("WORKFLOW_ID_REUSE_POLICY_"),
        CONFLICT.Name(conflict).removeprefix("WORKFLOW_ID_CONFLICT_POLICY_"),
    ]
    register("-".join(["taken", state, *names]).lower().replace("_", "-"), play)


for state, prepare in (("running", running), ("terminated", terminated), ("completed", completed)):
    for reuse, conflict in POLICIES:
        policy_case(state, prepare, reuse, conflict)


async def _same_request(stage: Stage) -> None:
    first = await stage.attempt("first", stage.service.start_workflow_execution(start_request(stage)))
    again = await stage.attempt("again", stage.service.start_workflow_execution(start_request(stage)))
    stage.note("same run", first.run_id == again.run_id)


async def _same_request_after_close(stage: Stage) -> None:
    await terminated(stage)
    await stage.attempt("again", stage.service.start_workflow_execution(start_request(stage)))


async def _same_request_other_type(stage: Stage) -> None:
    await running(stage)
    request = start_request(stage, workflow_type=WorkflowType(name="Other"))
    await stage.attempt("again", stage.service.start_workflow_execution(request))


async def _empty_payloads(stage: Stage) -> None:
    request = start_request(stage, input=Payloads())
    await stage.attempt("answer", stage.service.start_workflow_execution(request))


register("start-same-request-id", _same_request)
register("start-same-request-id-after-close", _same_request_after_close)
register("start-same-request-id-other-type", _same_request_other_type)
register("start-with-empty-payloads", _empty_payloads)
