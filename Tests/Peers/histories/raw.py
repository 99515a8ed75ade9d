"""A worker that speaks plain gRPC, for scenarios at the level of single workflow tasks."""

import asyncio
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from google.protobuf.duration_pb2 import Duration
from temporalio.api.command.v1 import (
    CancelTimerCommandAttributes,
    CancelWorkflowExecutionCommandAttributes,
    Command,
    CompleteWorkflowExecutionCommandAttributes,
    ContinueAsNewWorkflowExecutionCommandAttributes,
    FailWorkflowExecutionCommandAttributes,
    RecordMarkerCommandAttributes,
    RequestCancelActivityTaskCommandAttributes,
    ScheduleActivityTaskCommandAttributes,
    StartTimerCommandAttributes,
)
from temporalio.api.common.v1 import ActivityType, Payload, Payloads, WorkflowExecution, WorkflowType
from temporalio.api.enums.v1 import (
    CommandType,
    EventType,
    QueryResultType,
    TaskQueueKind,
    TaskQueueType,
    WorkflowTaskFailedCause,
)
from temporalio.api.failure.v1 import ApplicationFailureInfo, Failure
from temporalio.api.query.v1 import WorkflowQuery, WorkflowQueryResult
from temporalio.api.taskqueue.v1 import StickyExecutionAttributes, TaskQueue
from temporalio.api.workflowservice.v1 import (
    DescribeTaskQueueRequest,
    GetWorkflowExecutionHistoryRequest,
    PollActivityTaskQueueRequest,
    PollWorkflowTaskQueueRequest,
    PollWorkflowTaskQueueResponse,
    QueryWorkflowRequest,
    RequestCancelWorkflowExecutionRequest,
    RespondActivityTaskCanceledRequest,
    RespondActivityTaskCompletedRequest,
    RespondActivityTaskFailedRequest,
    RespondQueryTaskCompletedRequest,
    RespondWorkflowTaskCompletedRequest,
    RespondWorkflowTaskFailedRequest,
    SignalWorkflowExecutionRequest,
    StartWorkflowExecutionRequest,
    StartWorkflowExecutionResponse,
    TerminateWorkflowExecutionRequest,
)

from histories.harness import WORKER_IDENTITY, Stage
from support.servers import CLIENT_IDENTITY
from support.waiting import until


def seconds(value: float) -> Duration:
    duration = Duration()
    duration.FromNanoseconds(round(value * 1e9))
    return duration


def text(value: str) -> Payloads:
    """One JSON string as payloads. The value must need no escaping."""
    payload = Payload(metadata={"encoding": b"json/plain"}, data=f'"{value}"'.encode())
    return Payloads(payloads=[payload])


def failure(message: str, kind: str = "Trouble", *, non_retryable: bool = False) -> Failure:
    info = ApplicationFailureInfo(type=kind, non_retryable=non_retryable)
    return Failure(message=message, source="Peer", application_failure_info=info)


def complete(result: str = "done") -> Command:
    return Command(
        command_type=CommandType.COMMAND_TYPE_COMPLETE_WORKFLOW_EXECUTION,
        complete_workflow_execution_command_attributes=CompleteWorkflowExecutionCommandAttributes(
            result=text(result)
        ),
    )


def fail(message: str) -> Command:
    return Command(
        command_type=CommandType.COMMAND_TYPE_FAIL_WORKFLOW_EXECUTION,
        fail_workflow_execution_command_attributes=FailWorkflowExecutionCommandAttributes(
            failure=failure(message)
        ),
    )


def cancel_workflow() -> Command:
    return Command(
        command_type=CommandType.COMMAND_TYPE_CANCEL_WORKFLOW_EXECUTION,
        cancel_workflow_execution_command_attributes=CancelWorkflowExecutionCommandAttributes(),
    )


def continue_as_new(kind: str = "Raw", **fields: Any) -> Command:
    attributes = ContinueAsNewWorkflowExecutionCommandAttributes(
        workflow_type=WorkflowType(name=kind), **fields
    )
    return Command(
        command_type=CommandType.COMMAND_TYPE_CONTINUE_AS_NEW_WORKFLOW_EXECUTION,
        continue_as_new_workflow_execution_command_attributes=attributes,
    )


def start_timer(timer_id: str, after: float) -> Command:
    return Command(
        command_type=CommandType.COMMAND_TYPE_START_TIMER,
        start_timer_command_attributes=StartTimerCommandAttributes(
            timer_id=timer_id, start_to_fire_timeout=seconds(after)
        ),
    )


def cancel_timer(timer_id: str) -> Command:
    return Command(
        command_type=CommandType.COMMAND_TYPE_CANCEL_TIMER,
        cancel_timer_command_attributes=CancelTimerCommandAttributes(timer_id=timer_id),
    )


def record_marker(name: str) -> Command:
    return Command(
        command_type=CommandType.COMMAND_TYPE_RECORD_MARKER,
        record_marker_command_attributes=RecordMarkerCommandAttributes(
            marker_name=name, details={"what": text("marked")}
        ),
    )


def schedule_activity(activity_id: str, queue: TaskQueue, **fields: Any) -> Command:
    """Start-to-close is 5 s unless `fields` say otherwise."""
    fields.setdefault("start_to_close_timeout", seconds(5))
    fields.setdefault("activity_type", ActivityType(name="work"))
    attributes = ScheduleActivityTaskCommandAttributes(
        activity_id=activity_id, task_queue=queue, **fields
    )
    return Command(
        command_type=CommandType.COMMAND_TYPE_SCHEDULE_ACTIVITY_TASK,
        schedule_activity_task_command_attributes=attributes,
    )


def cancel_activity(scheduled_event_id: int) -> Command:
    return Command(
        command_type=CommandType.COMMAND_TYPE_REQUEST_CANCEL_ACTIVITY_TASK,
        request_cancel_activity_task_command_attributes=RequestCancelActivityTaskCommandAttributes(
            scheduled_event_id=scheduled_event_id
        ),
    )


def query_answer(result: str) -> WorkflowQueryResult:
    return WorkflowQueryResult(
        result_type=QueryResultType.QUERY_RESULT_TYPE_ANSWERED, answer=text(result)
    )


def query_failure(message: str) -> WorkflowQueryResult:
    return WorkflowQueryResult(
        result_type=QueryResultType.QUERY_RESULT_TYPE_FAILED,
        error_message=message,
        failure=failure(message),
    )


def event_names(task: PollWorkflowTaskQueueResponse) -> list[str]:
    """The ids and kinds of the events a workflow task carries."""
    return [
        f"{event.event_id} {EventType.Name(event.event_type).removeprefix('EVENT_TYPE_')}"
        for event in task.history.events
    ]


@dataclass
class Question:
    """A query that was sent."""

    stage: Stage
    label: str
    call: asyncio.Future[Any]

    async def told(self) -> None:
        """Waits for the answer and notes it, or the error."""
        await self.stage.attempt(self.label, self.call)


class RawWorker:
    """Polls and answers by hand. Everything it is told is noted under the labels it is given."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.namespace = stage.client.namespace
        self.queue = TaskQueue(name=stage.task_queue, kind=TaskQueueKind.TASK_QUEUE_KIND_NORMAL)

    def activity(self, activity_id: str, **fields: Any) -> Command:
        """Schedules an activity on this scenario's own queue."""
        return schedule_activity(activity_id, self.queue, **fields)

    async def start(self, **fields: Any) -> StartWorkflowExecutionResponse:
        """Starts a workflow of type Raw; `fields` override the request's."""
        fields.setdefault("workflow_id", self.stage.workflow_id)
        fields.setdefault("workflow_type", WorkflowType(name="Raw"))
        fields.setdefault("task_queue", self.queue)
        fields.setdefault("request_id", str(uuid.uuid4()))
        request = StartWorkflowExecutionRequest(
            namespace=self.namespace, identity=CLIENT_IDENTITY, **fields
        )
        answer = await self.stage.service.start_workflow_execution(request)
        self.stage.started(answer, fields["workflow_id"])
        return answer

    def execution(self) -> WorkflowExecution:
        return WorkflowExecution(workflow_id=self.stage.workflow_id)

    async def signal(self, name: str, **fields: Any) -> None:
        await self.stage.service.signal_workflow_execution(
            SignalWorkflowExecutionRequest(
                namespace=self.namespace,
                workflow_execution=self.execution(),
                signal_name=name,
                identity=CLIENT_IDENTITY,
                **fields,
            )
        )

    async def cancel(self, **fields: Any) -> None:
        await self.stage.service.request_cancel_workflow_execution(
            RequestCancelWorkflowExecutionRequest(
                namespace=self.namespace,
                workflow_execution=self.execution(),
                identity=CLIENT_IDENTITY,
                **fields,
            )
        )

    async def terminate(self, reason: str = "enough") -> None:
        await self.stage.service.terminate_workflow_execution(
            TerminateWorkflowExecutionRequest(
                namespace=self.namespace,
                workflow_execution=self.execution(),
                identity=CLIENT_IDENTITY,
                reason=reason,
            )
        )

    async def poll(self, label: str, queue: TaskQueue | None = None) -> PollWorkflowTaskQueueResponse:
        """The next workflow task, which must come; notes what it carries."""
        task = await self.take(queue, label)
        seen = PollWorkflowTaskQueueResponse()
        seen.CopyFrom(task)
        seen.ClearField("history")
        self.stage.note(label, {"task": seen, "events": event_names(task)})
        return task

    async def take(
        self, queue: TaskQueue | None = None, label: str = "a poll"
    ) -> PollWorkflowTaskQueueResponse:
        """As `poll`, without a note."""
        request = PollWorkflowTaskQueueRequest(
            namespace=self.namespace, task_queue=queue or self.queue, identity=WORKER_IDENTITY
        )
        task = await self.stage.service.poll_workflow_task_queue(request)
        if not task.task_token:
            raise TimeoutError(f"no workflow task came for {label}")
        return task

    async def park_poll(
        self, label: str, queue: TaskQueue | None = None
    ) -> asyncio.Task[PollWorkflowTaskQueueResponse]:
        """Begins a poll and returns once the server lists its poller.

        A sticky queue without a known poller gets no tasks, so that a poll must wait there first.
        """
        polling = asyncio.create_task(self.poll(label, queue))
        request = DescribeTaskQueueRequest(
            namespace=self.namespace,
            task_queue=queue or self.queue,
            task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
        )

        async def listed() -> bool:
            return bool((await self.stage.service.describe_task_queue(request)).pollers)

        await until(f"a poller for {label}", listed)
        return polling

    async def answer(
        self, label: str, task: PollWorkflowTaskQueueResponse, *commands: Command, **fields: Any
    ) -> Any:
        """Completes the task with these commands; notes the answer or the error."""
        request = RespondWorkflowTaskCompletedRequest(
            namespace=self.namespace,
            task_token=task.task_token,
            commands=commands,
            identity=WORKER_IDENTITY,
            **fields,
        )
        return await self.stage.attempt(
            label, self.stage.service.respond_workflow_task_completed(request)
        )

    async def refuse(
        self,
        label: str,
        task: PollWorkflowTaskQueueResponse,
        cause: Any = WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_WORKFLOW_WORKER_UNHANDLED_FAILURE,
    ) -> Any:
        """Fails the task."""
        request = RespondWorkflowTaskFailedRequest(
            namespace=self.namespace,
            task_token=task.task_token,
            cause=cause,
            failure=failure("cannot go on"),
            identity=WORKER_IDENTITY,
        )
        return await self.stage.attempt(
            label, self.stage.service.respond_workflow_task_failed(request)
        )

    async def ask(
        self, label: str, kind: str = "state", *, within: float = 20.0, **fields: Any
    ) -> "Question":
        """Sends a query and gives it time to reach the server.

        Nothing that can be observed tells that a query waits there, so this waits for a while.
        """
        fields.setdefault("execution", self.execution())
        request = QueryWorkflowRequest(
            namespace=self.namespace,
            query=WorkflowQuery(query_type=kind, query_args=fields.pop("arguments", None)),
            **fields,
        )
        call = self.stage.service.query_workflow(request, timeout=timedelta(seconds=within))
        question = Question(self.stage, label, asyncio.ensure_future(call))
        await asyncio.wait([question.call], timeout=0.4)
        return question

    async def answer_query(
        self, label: str, task: PollWorkflowTaskQueueResponse, result: WorkflowQueryResult
    ) -> Any:
        """Answers a query that came by itself."""
        request = RespondQueryTaskCompletedRequest(
            namespace=self.namespace,
            task_token=task.task_token,
            completed_type=result.result_type,
            query_result=result.answer,
            error_message=result.error_message,
        )
        if result.HasField("failure"):
            request.failure.CopyFrom(result.failure)
        return await self.stage.attempt(
            label, self.stage.service.respond_query_task_completed(request)
        )

    def sticky(self, name: str, timeout: float = 5.0) -> StickyExecutionAttributes:
        """Sticky attributes for a queue of this scenario; `timeout` is in seconds."""
        return StickyExecutionAttributes(
            worker_task_queue=self.sticky_queue(name),
            schedule_to_start_timeout=seconds(timeout),
        )

    def sticky_queue(self, name: str) -> TaskQueue:
        return TaskQueue(
            name=f"sticky-{name}-{self.stage.name}",
            kind=TaskQueueKind.TASK_QUEUE_KIND_STICKY,
            normal_name=self.stage.task_queue,
        )

    async def poll_activity(self, label: str = "") -> Any:
        """The next activity task, which must come; notes it if there is a label."""
        request = PollActivityTaskQueueRequest(
            namespace=self.namespace, task_queue=self.queue, identity=WORKER_IDENTITY
        )
        task = await self.stage.service.poll_activity_task_queue(request)
        if not task.task_token:
            raise TimeoutError(f"no activity task came for {label}")
        if label:
            self.stage.note(label, task)
        return task

    async def complete_activity(self, label: str, task: Any, result: str = "worked") -> Any:
        return await self._about_activity(
            label,
            self.stage.service.respond_activity_task_completed,
            RespondActivityTaskCompletedRequest(task_token=task.task_token, result=text(result)),
        )

    async def fail_activity(self, label: str, task: Any, error: Failure, **fields: Any) -> Any:
        return await self._about_activity(
            label,
            self.stage.service.respond_activity_task_failed,
            RespondActivityTaskFailedRequest(task_token=task.task_token, failure=error, **fields),
        )

    async def cancel_activity_task(self, label: str, task: Any) -> Any:
        return await self._about_activity(
            label,
            self.stage.service.respond_activity_task_canceled,
            RespondActivityTaskCanceledRequest(task_token=task.task_token),
        )

    async def _about_activity(self, label: str, call: Callable[..., Any], request: Any) -> Any:
        request.namespace = self.namespace
        request.identity = WORKER_IDENTITY
        return await self.stage.attempt(label, call(request))

    async def history(self, label: str, **fields: Any) -> Any:
        """Notes a page of history as asked for with `fields`."""
        request = GetWorkflowExecutionHistoryRequest(
            namespace=self.namespace, execution=self.execution(), **fields
        )
        return await self.stage.attempt(
            label, self.stage.service.get_workflow_execution_history(request)
        )
