"""A gRPC proxy that passes bytes through and keeps the workflow tasks it sees, with their answers."""

from dataclasses import dataclass, field

import grpc
import grpc.aio
from google.protobuf.message import Message
from temporalio.api.workflowservice.v1 import request_response_pb2 as messages

SERVICE = "/temporal.api.workflowservice.v1.WorkflowService/"
POLL = SERVICE + "PollWorkflowTaskQueue"
ANSWERS = {
    SERVICE + "RespondWorkflowTaskCompleted": (
        "completed",
        messages.RespondWorkflowTaskCompletedRequest,
        messages.RespondWorkflowTaskCompletedResponse,
    ),
    SERVICE + "RespondWorkflowTaskFailed": (
        "failed",
        messages.RespondWorkflowTaskFailedRequest,
        messages.RespondWorkflowTaskFailedResponse,
    ),
    SERVICE + "RespondQueryTaskCompleted": (
        "query",
        messages.RespondQueryTaskCompletedRequest,
        messages.RespondQueryTaskCompletedResponse,
    ),
}


@dataclass
class Task:
    """One workflow task: what was polled, and what was answered (`kind` is empty while there is no answer)."""

    poll: messages.PollWorkflowTaskQueueResponse
    kind: str = ""
    request: Message | None = None
    response: Message | None = None
    error: str = ""


@dataclass
class Recorder(grpc.GenericRpcHandler):
    """Every call goes to `channel`; workflow tasks are kept in `tasks`, in the order in which they came."""

    channel: grpc.aio.Channel
    tasks: list[Task] = field(default_factory=list)

    def service(self, details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler:
        method = details.method

        async def forward(request: bytes, context: grpc.aio.ServicerContext) -> bytes:
            call = self.channel.unary_unary(method)
            metadata = [
                (key, value)
                for key, value in context.invocation_metadata() or ()
                if not key.startswith(("grpc-", ":")) and key not in ("user-agent", "te", "content-type")
            ]
            try:
                response = await call(request, metadata=metadata, timeout=context.time_remaining())
            except grpc.aio.AioRpcError as error:
                self.keep(method, request, None, error.code().name)
                context.set_trailing_metadata(tuple(error.trailing_metadata() or ()))
                await context.abort(error.code(), error.details() or "")
                raise
            self.keep(method, request, response, "")
            return response

        return grpc.unary_unary_rpc_method_handler(forward)

    def keep(self, method: str, request: bytes, response: bytes | None, error: str) -> None:
        if method == POLL and response:
            poll = messages.PollWorkflowTaskQueueResponse.FromString(response)
            if poll.task_token:
                self.tasks.append(Task(poll))
        elif method in ANSWERS:
            kind, request_type, response_type = ANSWERS[method]
            answer = request_type.FromString(request)
            for task in self.tasks:
                if task.poll.task_token == answer.task_token and not task.kind:
                    task.kind, task.request, task.error = kind, answer, error
                    task.response = response_type.FromString(response) if response is not None else None
                    break
            if kind == "completed" and response:
                follow_up = messages.RespondWorkflowTaskCompletedResponse.FromString(response)
                if follow_up.workflow_task.task_token:
                    self.tasks.append(Task(follow_up.workflow_task))


async def serve(target: str) -> tuple[Recorder, grpc.aio.Server, str]:
    """A proxy for `target` on a free port: the recorder, the server and its address."""
    recorder = Recorder(grpc.aio.insecure_channel(target, options=[("grpc.max_receive_message_length", -1)]))
    server = grpc.aio.server()
    server.add_generic_rpc_handlers((recorder,))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    return recorder, server, f"127.0.0.1:{port}"
