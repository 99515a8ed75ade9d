"""Polls, answers to tasks with bad tokens, and activities by id."""

from datetime import timedelta
from typing import Any

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import (
    DescribeTaskQueueRequest,
    PollActivityTaskQueueRequest,
    PollWorkflowTaskQueueRequest,
    RecordActivityTaskHeartbeatByIdRequest,
    RecordActivityTaskHeartbeatRequest,
    ResetStickyTaskQueueRequest,
    RespondActivityTaskCanceledByIdRequest,
    RespondActivityTaskCanceledRequest,
    RespondActivityTaskCompletedByIdRequest,
    RespondActivityTaskCompletedRequest,
    RespondActivityTaskFailedByIdRequest,
    RespondActivityTaskFailedRequest,
    RespondQueryTaskCompletedRequest,
    RespondWorkflowTaskCompletedRequest,
    RespondWorkflowTaskFailedRequest,
)

from errors.registry import NO_RUN, case, execution, request_case, running, terminated
from histories.harness import Stage

POLLS = {
    "poll_workflow_task_queue": PollWorkflowTaskQueueRequest,
    "poll_activity_task_queue": PollActivityTaskQueueRequest,
}

for method, kind in POLLS.items():
    good = TaskQueue(name="tq-polls")
    request_case(method, "no-queue", kind(namespace="default"))
    request_case(method, "empty-queue", kind(namespace="default", task_queue=TaskQueue()))
    long_name = TaskQueue(name="q" * 1001)
    request_case(method, "queue-too-long", kind(namespace="default", task_queue=long_name))
    request_case(method, "no-namespace", kind(task_queue=good))
    request_case(method, "unknown-namespace", kind(namespace="nowhere", task_queue=good))
    identity = "i" * 1001
    too_long = kind(namespace="default", task_queue=good, identity=identity)
    request_case(method, "identity-too-long", too_long)


@case
async def poll_with_short_deadline(stage: Stage) -> None:
    queue = TaskQueue(name=stage.task_queue)
    for method, kind in POLLS.items():
        request = kind(namespace="default", task_queue=queue)
        call = getattr(stage.service, method)(request, timeout=timedelta(seconds=1.5))
        await stage.attempt(method, call)


@case
async def poll_that_ends_empty(stage: Stage) -> None:
    """The answer comes a second before the deadline and is empty."""
    queue = TaskQueue(name=stage.task_queue)
    for method, kind in POLLS.items():
        request = kind(namespace="default", task_queue=queue)
        call = getattr(stage.service, method)(request, timeout=timedelta(seconds=3))
        await stage.attempt(method, call)


TOKENS = {
    "respond_workflow_task_completed": RespondWorkflowTaskCompletedRequest,
    "respond_workflow_task_failed": RespondWorkflowTaskFailedRequest,
    "respond_query_task_completed": RespondQueryTaskCompletedRequest,
    "record_activity_task_heartbeat": RecordActivityTaskHeartbeatRequest,
    "respond_activity_task_completed": RespondActivityTaskCompletedRequest,
    "respond_activity_task_failed": RespondActivityTaskFailedRequest,
    "respond_activity_task_canceled": RespondActivityTaskCanceledRequest,
}

for method, kind in TOKENS.items():
    request_case(method, "no-token", kind(namespace="default"))
    request_case(method, "no-namespace", kind(task_token=b"x"))


@case
async def garbage_tokens(stage: Stage) -> None:
    """Only the code: what the message says about the bytes depends on how tokens are made."""
    for method, kind in TOKENS.items():
        request = kind(namespace="default", task_token=b"\xff\xfe garbage")
        try:
            await getattr(stage.service, method)(request)
            stage.note(method, "accepted")
        except Exception as error:  # noqa: BLE001
            stage.note(method, getattr(error, "status", repr(error)).name)


BY_ID: dict[str, Any] = {
    "record_activity_task_heartbeat_by_id": RecordActivityTaskHeartbeatByIdRequest,
    "respond_activity_task_completed_by_id": RespondActivityTaskCompletedByIdRequest,
    "respond_activity_task_failed_by_id": RespondActivityTaskFailedByIdRequest,
    "respond_activity_task_canceled_by_id": RespondActivityTaskCanceledByIdRequest,
}


def by_id_cases(method: str, kind: Any) -> None:
    def one(name: str, prepare: Any = None, **fields: Any) -> None:
        request_case(
            method,
            name,
            lambda stage: kind(
                **{
                    "namespace": "default",
                    "workflow_id": stage.workflow_id,
                    "activity_id": "1",
                    **fields,
                }
            ),
            prepare,
        )

    one("missing-workflow")
    one("no-such-activity", running)
    one("closed-workflow", terminated)
    one("no-activity-id", running, activity_id="")
    one("no-workflow-id", workflow_id="")
    one("unknown-run", running, run_id=NO_RUN)
    one("unknown-namespace", namespace="nowhere")


for method, kind in BY_ID.items():
    by_id_cases(method, kind)

request_case("describe_task_queue", "no-queue", DescribeTaskQueueRequest(namespace="default"))
request_case(
    "describe_task_queue",
    "unknown-namespace",
    DescribeTaskQueueRequest(namespace="nowhere", task_queue=TaskQueue(name="q")),
)


@case
async def describe_task_queue_never_used(stage: Stage) -> None:
    """All but the rate limit: the reference tells one of its own, and here there is none."""
    answer = await stage.service.describe_task_queue(
        DescribeTaskQueueRequest(
            namespace="default", task_queue=TaskQueue(name="tq-never-used"), task_queue_type=1
        )
    )
    answer.ClearField("effective_rate_limit")
    stage.note("answer", answer)


request_case(
    "reset_sticky_task_queue",
    "missing",
    lambda stage: ResetStickyTaskQueueRequest(namespace="default", execution=execution(stage)),
)
request_case(
    "reset_sticky_task_queue",
    "no-workflow-id",
    ResetStickyTaskQueueRequest(namespace="default", execution=WorkflowExecution()),
)
request_case(
    "reset_sticky_task_queue",
    "terminated",
    lambda stage: ResetStickyTaskQueueRequest(namespace="default", execution=execution(stage)),
    terminated,
)
