"""Clients and workers that keep a server busy, in spite of its dying, and write everything down."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from temporalio import workflow
from temporalio.api.common.v1 import WorkflowExecution, WorkflowType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import (
    PollActivityTaskQueueRequest,
    RespondActivityTaskCompletedRequest,
    SignalWorkflowExecutionRequest,
    StartWorkflowExecutionRequest,
)
from temporalio.client import Client
from temporalio.common import RetryPolicy
from temporalio.converter import DataConverter
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from crash.ledger import Ledger

QUEUE = "crash-queue"
STEPS = 3
SIGNALS = 3
CALL_TIMEOUT = timedelta(seconds=4)
# How long a starter waits for its workflow before it starts the next one, in seconds.
KEEP_UP = 2.0
# What a call may answer when the server is away, starting up, or going down.
AWAY = {
    RPCStatusCode.UNAVAILABLE,
    RPCStatusCode.DEADLINE_EXCEEDED,
    RPCStatusCode.CANCELLED,
    RPCStatusCode.UNKNOWN,
    RPCStatusCode.INTERNAL,
    RPCStatusCode.RESOURCE_EXHAUSTED,
}


@workflow.defn
class Ledgered:
    """Runs steps and collects signals; its result says what it has seen, in order."""

    def __init__(self) -> None:
        self.signals: list[str] = []

    @workflow.run
    async def run(self, steps: int, signals: int) -> dict[str, list[str]]:
        results = []
        for step in range(steps):
            results.append(
                await workflow.execute_activity(
                    "step",
                    step,
                    activity_id=f"step-{step}",
                    result_type=str,
                    start_to_close_timeout=timedelta(seconds=3),
                    retry_policy=RetryPolicy(initial_interval=timedelta(milliseconds=100)),
                )
            )
        await workflow.wait_condition(lambda: len(self.signals) >= signals)
        return {"steps": results, "signals": self.signals}

    @workflow.signal
    def note(self, value: str) -> None:
        self.signals.append(value)


@dataclass
class Load:
    """Drives one server. `stop` lets everything that was begun come to its end."""

    client: Client
    ledger: Ledger
    random: random.Random
    at_once: int = 8
    stopping: bool = False
    _counter: int = 0
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def insist(self, what: str, call: Callable[[], Awaitable[Any]]) -> Any:
        """Repeats a call, with the same request id, until the server has answered."""
        for _ in range(600):
            try:
                return await call()
            except RPCError as error:
                if error.status not in AWAY:
                    raise
                self.ledger.unclear += 1
                await asyncio.sleep(0.1)
        raise TimeoutError(f"no answer to {what}")

    async def one_workflow(self) -> None:
        """Starts a workflow and signals it, every call acknowledged and in the ledger."""
        self._counter += 1
        workflow_id = f"ledgered-{self._counter}"
        payloads = DataConverter.default.payload_converter.to_payloads
        service = self.client.workflow_service
        start = StartWorkflowExecutionRequest(
            namespace="default",
            workflow_id=workflow_id,
            workflow_type=WorkflowType(name="Ledgered"),
            task_queue=TaskQueue(name=QUEUE),
            request_id=f"start-{workflow_id}",
            input={"payloads": payloads([STEPS, SIGNALS])},
        )
        answer = await self.insist(
            "start", lambda: service.start_workflow_execution(start, timeout=CALL_TIMEOUT)
        )
        self.ledger.started(workflow_id, answer.run_id)
        for index in range(SIGNALS):
            value = f"{workflow_id}/{index}"
            signal = SignalWorkflowExecutionRequest(
                namespace="default",
                workflow_execution=WorkflowExecution(workflow_id=workflow_id),
                signal_name="note",
                request_id=f"signal-{value}",
                input={"payloads": payloads([value])},
            )
            await self.insist(
                "signal", lambda: service.signal_workflow_execution(signal, timeout=CALL_TIMEOUT)
            )
            self.ledger.signaled(workflow_id, value)
            await asyncio.sleep(self.random.random() * 0.05)
        await self._let_workers_keep_up(workflow_id)

    async def _let_workers_keep_up(self, workflow_id: str) -> None:
        """Waits a while for the workflow: on a busy machine starts would pile up far faster than they are worked off."""
        try:
            await asyncio.wait_for(self.client.get_workflow_handle(workflow_id).result(), KEEP_UP)
        except (TimeoutError, RPCError):
            pass

    async def keep_starting(self) -> None:
        while not self.stopping:
            await self.one_workflow()

    async def keep_working(self) -> None:
        """An activity worker on plain gRPC, since only then is it known what was acknowledged."""
        service = self.client.workflow_service
        poll = PollActivityTaskQueueRequest(
            namespace="default", task_queue=TaskQueue(name=QUEUE), identity="ledger-worker"
        )
        while True:
            try:
                task = await service.poll_activity_task_queue(poll, timeout=timedelta(seconds=6))
            except RPCError as error:
                if error.status not in AWAY:
                    raise
                await asyncio.sleep(0.05)
                continue
            if task.task_token:
                await self.do_activity(task)

    async def do_activity(self, task: Any) -> None:
        workflow_id, activity_id = task.workflow_execution.workflow_id, task.activity_id
        self.ledger.handed_out(workflow_id, activity_id, task.attempt)
        result = f"{activity_id}@{task.attempt}"
        payloads = DataConverter.default.payload_converter.to_payloads([result])
        request = RespondActivityTaskCompletedRequest(
            namespace="default", task_token=task.task_token, result={"payloads": payloads}
        )
        service = self.client.workflow_service
        resent = False
        for _ in range(100):
            try:
                await service.respond_activity_task_completed(request, timeout=CALL_TIMEOUT)
                self.ledger.completed(workflow_id, activity_id, result)
                return
            except RPCError as error:
                if error.status == RPCStatusCode.NOT_FOUND:
                    # The attempt has timed out, or an answer that was lost had arrived after all.
                    if not resent:
                        self.ledger.unclear += 1
                    return
                if error.status not in AWAY:
                    raise
                resent = True
                self.ledger.unclear += 1
                await asyncio.sleep(0.1)

    def workflow_worker(self) -> Worker:
        """A real worker, whose cached runs live through the server's deaths."""
        return Worker(
            self.client,
            task_queue=QUEUE,
            workflows=[Ledgered],
            workflow_runner=UnsandboxedWorkflowRunner(),
            graceful_shutdown_timeout=timedelta(0),
        )

    def begin(self) -> None:
        self._starters = [asyncio.create_task(self.keep_starting()) for _ in range(self.at_once)]
        self._workers = [asyncio.create_task(self.keep_working()) for _ in range(4)]

    async def finish_starting(self) -> None:
        """No more new workflows; returns when all calls have been answered."""
        self.stopping = True
        await asyncio.gather(*self._starters)

    async def stop(self) -> None:
        """Ends the activity workers. What went wrong in one of them is raised here."""
        for task in self._workers:
            task.cancel()
        ended = await asyncio.gather(*self._workers, return_exceptions=True)
        for outcome in ended:
            if isinstance(outcome, Exception):
                raise outcome
