"""Signal, signal-with-start, cancel, terminate and delete."""

from typing import Any

from temporalio.api.common.v1 import WorkflowExecution, WorkflowType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import (
    DeleteWorkflowExecutionRequest,
    RequestCancelWorkflowExecutionRequest,
    SignalWithStartWorkflowExecutionRequest,
    SignalWorkflowExecutionRequest,
    TerminateWorkflowExecutionRequest,
)

from errors.registry import NO_RUN, completed, execution, request_case, running, terminated
from histories.harness import Stage
from histories.raw import text

LARGE = 2 * 1024 * 1024 + 1

MESSAGES: dict[str, tuple[Any, str, dict[str, Any]]] = {
    "signal_workflow_execution": (
        SignalWorkflowExecutionRequest,
        "workflow_execution",
        {"signal_name": "poke"},
    ),
    "request_cancel_workflow_execution": (
        RequestCancelWorkflowExecutionRequest,
        "workflow_execution",
        {},
    ),
    "terminate_workflow_execution": (TerminateWorkflowExecutionRequest, "workflow_execution", {}),
    "delete_workflow_execution": (DeleteWorkflowExecutionRequest, "workflow_execution", {}),
}


def target_cases(method: str, kind: Any, field: str, fields: dict[str, Any]) -> None:
    """What every method that names an execution must refuse, or not."""

    def one(name: str, target: Any, prepare: Any = None, **changed: Any) -> None:
        def message(stage: Stage) -> Any:
            values = {"namespace": "default", **fields, **changed}
            return kind(**values, **({} if target is None else {field: target(stage)}))

        request_case(method, name, message, prepare)

    one("missing", execution)
    one("running", execution, running)
    one("terminated", execution, terminated)
    one("completed", execution, completed)
    one("no-execution", None)
    one("no-workflow-id", lambda _: WorkflowExecution())
    one("id-too-long", lambda _: WorkflowExecution(workflow_id="i" * 1001))
    one("bad-run-id", lambda stage: execution(stage, "not a uuid"), running)
    one("unknown-run-id", lambda stage: execution(stage, NO_RUN), running)
    one("no-namespace", execution, namespace="")
    one("unknown-namespace", execution, namespace="nowhere")


for method, (kind, field, fields) in MESSAGES.items():
    target_cases(method, kind, field, fields)


def signal(name: str, prepare: Any = running, **fields: Any) -> None:
    request_case(
        "signal_workflow_execution",
        name,
        lambda stage: SignalWorkflowExecutionRequest(
            **{
                "namespace": "default",
                "workflow_execution": execution(stage),
                "signal_name": "poke",
                **fields,
            }
        ),
        prepare,
    )


signal("no-name", signal_name="")
signal("name-too-long", signal_name="n" * 1001)
signal("request-id-too-long", request_id="r" * 1001)
signal("input-too-large", input=text("x" * LARGE))

request_case(
    "terminate_workflow_execution",
    "wrong-first-run-id",
    lambda stage: TerminateWorkflowExecutionRequest(
        namespace="default", workflow_execution=execution(stage), first_execution_run_id=NO_RUN
    ),
    running,
)
request_case(
    "request_cancel_workflow_execution",
    "wrong-first-run-id",
    lambda stage: RequestCancelWorkflowExecutionRequest(
        namespace="default", workflow_execution=execution(stage), first_execution_run_id=NO_RUN
    ),
    running,
)


def signal_with_start(name: str, prepare: Any = None, **fields: Any) -> None:
    def message(stage: Stage) -> SignalWithStartWorkflowExecutionRequest:
        good = {
            "namespace": "default",
            "workflow_id": stage.workflow_id,
            "workflow_type": WorkflowType(name="Nothing"),
            "task_queue": TaskQueue(name=stage.task_queue),
            "signal_name": "poke",
            **fields,
        }
        return SignalWithStartWorkflowExecutionRequest(**good)

    request_case("signal_with_start_workflow_execution", name, message, prepare)


signal_with_start("new")
signal_with_start("running", running)
signal_with_start("terminated", terminated)
signal_with_start("completed-rejecting-duplicates", completed, workflow_id_reuse_policy=3)
signal_with_start("completed-failed-only", completed, workflow_id_reuse_policy=2)
signal_with_start("running-with-conflict-fail", running, workflow_id_conflict_policy=1)
signal_with_start("running-with-conflict-terminate", running, workflow_id_conflict_policy=3)
signal_with_start("no-signal-name", signal_name="")
signal_with_start("signal-name-too-long", signal_name="n" * 1001)
signal_with_start("no-workflow-id", workflow_id="")
signal_with_start("no-type", workflow_type=WorkflowType())
signal_with_start("empty-task-queue", task_queue=TaskQueue())
signal_with_start("unknown-namespace", namespace="nowhere")
