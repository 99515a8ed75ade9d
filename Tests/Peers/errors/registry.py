"""Where cases are registered, and what they are made with."""

from collections.abc import Awaitable, Callable
from typing import Any

from temporalio.api.common.v1 import WorkflowExecution, WorkflowType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import (
    PollWorkflowTaskQueueRequest,
    RespondWorkflowTaskCompletedRequest,
    StartWorkflowExecutionRequest,
    TerminateWorkflowExecutionRequest,
)

from histories.harness import Scenario, Stage
from histories.raw import complete
from support.servers import CLIENT_IDENTITY

CASES: dict[str, Scenario] = {}
NO_RUN = "0194c3d2-1111-7000-8000-000000000001"


def case(play: Callable[[Stage], Awaitable[None]]) -> Callable[[Stage], Awaitable[None]]:
    """Registers a coroutine that makes some requests and notes their answers."""
    register(play.__name__.replace("_", "-"), play)
    return play


def register(name: str, play: Callable[[Stage], Awaitable[None]]) -> None:
    if name in CASES:
        raise ValueError(f"two cases are called {name}")
    CASES[name] = Scenario(name, play)


def request_case(method: str, name: str, request: Any, prepare: Any = None) -> None:
    """A case of one request to a WorkflowService method.

    `request` is the message, or a function of the stage that makes it. `prepare` may be a coroutine
    function that brings the server into the state the request needs.
    """

    async def play(stage: Stage) -> None:
        if prepare is not None:
            await prepare(stage)
        message = request(stage) if callable(request) else request
        await stage.attempt("answer", getattr(stage.service, method)(message))

    register(f"{method}-{name}".replace("_", "-"), play)


def start_request(stage: Stage, **fields: Any) -> StartWorkflowExecutionRequest:
    """A good request that `fields` may spoil; None leaves a field out."""
    good: dict[str, Any] = {
        "namespace": "default",
        "workflow_id": stage.workflow_id,
        "workflow_type": WorkflowType(name="Nothing"),
        "task_queue": TaskQueue(name=stage.task_queue),
        "identity": CLIENT_IDENTITY,
        "request_id": f"request-{stage.name}",
    }
    good.update(fields)
    return StartWorkflowExecutionRequest(**{k: v for k, v in good.items() if v is not None})


def execution(stage: Stage, run_id: str = "") -> WorkflowExecution:
    return WorkflowExecution(workflow_id=stage.workflow_id, run_id=run_id)


async def running(stage: Stage) -> None:
    """Has a workflow open under the stage's id."""
    await stage.service.start_workflow_execution(start_request(stage))


async def terminate(stage: Stage) -> None:
    await stage.service.terminate_workflow_execution(
        TerminateWorkflowExecutionRequest(namespace="default", workflow_execution=execution(stage))
    )


async def terminated(stage: Stage) -> None:
    """Has a workflow under the stage's id that was terminated before its first task."""
    await running(stage)
    await terminate(stage)


async def completed(stage: Stage) -> None:
    """Has a workflow under the stage's id that has completed."""
    await running(stage)
    task = await stage.service.poll_workflow_task_queue(
        PollWorkflowTaskQueueRequest(namespace="default", task_queue=TaskQueue(name=stage.task_queue))
    )
    await stage.service.respond_workflow_task_completed(
        RespondWorkflowTaskCompletedRequest(
            namespace="default", task_token=task.task_token, commands=[complete()]
        )
    )
