"""What a scenario is, and how one is run on a server and recorded.

A scenario is a coroutine that takes a `Stage`: it starts workers and workflows, does something to
them, and waits until they have come to rest. The harness then records, for every run it touched, the
history, Describe and the visibility row, together with what the scenario itself noted on the way.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from google.protobuf.message import Message
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import IndexedValueType  # noqa: F401  (registers the enum)
from temporalio.api.errordetails import v1 as _details  # noqa: F401  (registers the detail types)
from temporalio.api.history.v1 import HistoryEvent
from temporalio.api.workflowservice.v1 import (
    DescribeWorkflowExecutionRequest,
    DescribeWorkflowExecutionResponse,
    GetWorkflowExecutionHistoryRequest,
    ListWorkflowExecutionsRequest,
    StartWorkflowExecutionResponse,
)
from temporalio.client import Client, WorkflowHandle
from temporalio.exceptions import FailureError
from temporalio.service import RPCError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from histories.mask import Masker
from support.servers import DevServer
from support.waiting import until

WORKER_IDENTITY = "peer-worker"
SCENARIO_TIMEOUT = 60.0

# Workers report every failed activity, and here most activities fail on purpose.
logging.getLogger("temporalio").setLevel(logging.CRITICAL)


@dataclass(frozen=True)
class Scenario:
    """A named scenario, as `@scenario` registers it."""

    name: str
    play: Callable[["Stage"], Awaitable[None]]


SCENARIOS: dict[str, Scenario] = {}


def scenario(play: Callable[["Stage"], Awaitable[None]]) -> Callable[["Stage"], Awaitable[None]]:
    """Registers a coroutine as a scenario; its name is the function's, with dashes."""
    name = play.__name__.replace("_", "-")
    if name in SCENARIOS:
        raise ValueError(f"two scenarios are called {name}")
    SCENARIOS[name] = Scenario(name, play)
    return play


@dataclass
class Stage:
    """What a scenario works with. Ids are the same on every server, so they need no masking."""

    name: str
    client: Client
    server: DevServer
    notes: list[tuple[str, Any]] = field(default_factory=list)
    _runs: list[tuple[str, str]] = field(default_factory=list)

    @property
    def workflow_id(self) -> str:
        return f"wf-{self.name}"

    @property
    def task_queue(self) -> str:
        return f"tq-{self.name}"

    @property
    def service(self) -> Any:
        """The raw gRPC stub."""
        return self.client.workflow_service

    @contextlib.asynccontextmanager
    async def worker(
        self,
        *,
        workflows: Sequence[type] = (),
        activities: Sequence[Callable[..., Any]] = (),
        identity: str = WORKER_IDENTITY,
        **options: Any,
    ) -> AsyncIterator[Worker]:
        """A Python worker on this scenario's task queue, for the length of the block."""
        # The sandbox re-imports modules for each worker, which would dominate the suite's time.
        worker = Worker(
            self.client,
            task_queue=options.pop("task_queue", self.task_queue),
            workflows=list(workflows),
            activities=list(activities),
            identity=identity,
            workflow_runner=UnsandboxedWorkflowRunner(),
            graceful_shutdown_timeout=timedelta(0),
            **options,
        )
        async with worker:
            yield worker

    async def start(self, workflow: Any, *args: Any, **options: Any) -> WorkflowHandle[Any, Any]:
        """Starts a workflow under this scenario's id and remembers the run."""
        workflow_id = options.pop("id", self.workflow_id)
        queue = options.pop("task_queue", self.task_queue)
        handle = await self.client.start_workflow(
            workflow, args=args, id=workflow_id, task_queue=queue, **options
        )
        self.remember(workflow_id, handle.first_execution_run_id or handle.result_run_id or "")
        return handle

    def remember(self, workflow_id: str, run_id: str) -> None:
        """Has this run recorded. Runs that follow it in its chain are found by themselves."""
        if run_id and (workflow_id, run_id) not in self._runs:
            self._runs.append((workflow_id, run_id))

    def started(self, answer: StartWorkflowExecutionResponse, workflow_id: str | None = None) -> None:
        """As `remember`, for a start made with raw gRPC."""
        self.remember(workflow_id or self.workflow_id, answer.run_id)

    def note(self, what: str, value: Any) -> None:
        """Adds something the scenario saw to the record; it is masked and compared too."""
        self.notes.append((what, value))

    async def outcome(self, handle: WorkflowHandle[Any, Any], what: str = "outcome") -> None:
        """Waits for the result of a run and notes it, or the chain of failures."""
        try:
            self.note(what, {"result": await handle.result()})
        except Exception as error:
            self.note(what, {"error": failure_chain(error)})

    async def attempt(self, what: str, call: Awaitable[Any]) -> Any:
        """Notes the answer of a call, or its gRPC error; gives the answer or None."""
        try:
            answer = await call
        except RPCError as error:
            self.note(what, refusal(error))
            return None
        self.note(what, answer if isinstance(answer, Message) else "ok")
        return answer

    async def describe(self, run_id: str = "", workflow_id: str | None = None) -> Any:
        execution = WorkflowExecution(workflow_id=workflow_id or self.workflow_id, run_id=run_id)
        return await self.service.describe_workflow_execution(
            DescribeWorkflowExecutionRequest(namespace=self.client.namespace, execution=execution)
        )

    async def snapshot(self, what: str) -> None:
        """Notes what Describe says now."""
        self.note(what, await self.describe())

    async def until_described(
        self, what: str, ready: Callable[[DescribeWorkflowExecutionResponse], Any]
    ) -> DescribeWorkflowExecutionResponse:
        """Waits until Describe satisfies `ready`."""

        async def probe() -> Any:
            description = await self.describe()
            return description if ready(description) else None

        return await until(what, probe)

    async def events(self, workflow_id: str, run_id: str) -> list[HistoryEvent]:
        """The whole history of a run, page by page."""
        execution = WorkflowExecution(workflow_id=workflow_id, run_id=run_id)
        request = GetWorkflowExecutionHistoryRequest(
            namespace=self.client.namespace, execution=execution
        )
        events: list[HistoryEvent] = []
        while True:
            page = await self.service.get_workflow_execution_history(request)
            events += page.history.events
            if not page.next_page_token:
                return events
            request.next_page_token = page.next_page_token

    async def until_event(self, name: str, *, count: int = 1) -> HistoryEvent:
        """Waits until the current run's history has `count` events with these attributes' name."""

        async def probe() -> HistoryEvent | None:
            events = await self.events(self.workflow_id, "")
            found = [event for event in events if event.HasField(f"{name}_event_attributes")]
            return found[count - 1] if len(found) >= count else None

        return await until(f"{count} {name} in {self.workflow_id}", probe)

    async def record(self) -> dict[str, Any]:
        """Everything about this scenario, masked."""
        chains = [run for start in list(self._runs) for run in await self._chain(*start)]
        runs = list(dict.fromkeys(chains))
        masker = Masker(run_id for _, run_id in runs)
        masked_runs = {}
        for workflow_id, run_id in runs:
            events = [masker.message(event) for event in await self.events(workflow_id, run_id)]
            description = await self.describe(run_id, workflow_id)
            listed = await self._listed(workflow_id, run_id, description)
            masked_runs[f"{workflow_id} {masker.text(run_id)}"] = {
                "history": events,
                "describe": masker.message(description),
                "listed": masker.message(listed),
            }
        return {
            "scenario": self.name,
            "runs": masked_runs,
            "notes": [{"what": what, "value": masker.value(value)} for what, value in self.notes],
        }

    async def _chain(self, workflow_id: str, run_id: str) -> list[tuple[str, str]]:
        chain = []
        while run_id:
            chain.append((workflow_id, run_id))
            last = (await self.events(workflow_id, run_id))[-1]
            attributes = getattr(last, str(last.WhichOneof("attributes")))
            run_id = getattr(attributes, "new_execution_run_id", "")
        return chain

    async def _listed(self, workflow_id: str, run_id: str, description: Any) -> Message:
        """The row in visibility, once it has caught up with the run."""
        query = f"WorkflowId = '{workflow_id}' AND RunId = '{run_id}'"
        request = ListWorkflowExecutionsRequest(namespace=self.client.namespace, query=query)
        expected = description.workflow_execution_info.status

        async def probe() -> Message | None:
            rows = (await self.service.list_workflow_executions(request)).executions
            return rows[0] if len(rows) == 1 and rows[0].status == expected else None

        return await until(f"{workflow_id} in the list", probe)


def refusal(error: RPCError) -> dict[str, Any]:
    """A gRPC error as plain data; details whose types are known are unpacked by the masker."""
    return {
        "code": error.status.name,
        "message": error.message,
        "details": list(error.grpc_status.details),
    }


def failure_chain(error: BaseException | None) -> list[dict[str, Any]]:
    """An exception and its causes as plain data."""
    chain: list[dict[str, Any]] = []
    while error is not None:
        item: dict[str, Any] = {"exception": type(error).__name__, "message": str(error)}
        for attribute in ("type", "non_retryable", "retry_state", "activity_type"):
            value = getattr(error, attribute, None)
            if value is not None:
                item[attribute] = getattr(value, "name", value)
        if isinstance(error, FailureError) and getattr(error, "details", None):
            item["details"] = list(getattr(error, "details"))
        chain.append(item)
        error = getattr(error, "cause", None)
    return chain


async def play(entry: Scenario, server: DevServer) -> dict[str, Any]:
    """Runs one scenario on one server and returns its record.

    A scenario that fails gives a record too, with the failure in it, so that the comparison shows on
    which server it failed and how far it had come.
    """
    stage = Stage(entry.name, await server.connect(), server)
    try:
        await asyncio.wait_for(entry.play(stage), SCENARIO_TIMEOUT)
        return await stage.record()
    except Exception as error:  # noqa: BLE001  (whatever went wrong belongs in the comparison)
        return await _record_of_failure(stage, error)


async def _record_of_failure(stage: Stage, error: Exception) -> dict[str, Any]:
    trouble = f"{type(error).__name__}: {error}"
    try:
        record = await asyncio.wait_for(stage.record(), 20)
    except Exception as second:  # noqa: BLE001
        record = {"scenario": stage.name, "runs": {}, "notes": [], "unrecorded": repr(second)}
    return {"failed": trouble, **record}


async def play_all(
    server: DevServer,
    names: Sequence[str] | None = None,
    *,
    at_once: int = 24,
    registry: dict[str, Scenario] | None = None,
) -> dict[str, dict[str, Any]]:
    """Runs the named scenarios, or all, on one server; gives their records by name.

    `registry` is where the names are looked up, `SCENARIOS` if absent.
    """
    known = SCENARIOS if registry is None else registry
    gate = asyncio.Semaphore(at_once)

    async def guarded(entry: Scenario) -> dict[str, Any]:
        async with gate:
            return await play(entry, server)

    chosen = [known[name] for name in (names or sorted(known))]
    records = await asyncio.gather(*(guarded(entry) for entry in chosen))
    return {entry.name: record for entry, record in zip(chosen, records)}
