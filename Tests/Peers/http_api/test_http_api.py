"""Every request to both servers; status, media type and masked JSON must be equal."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from temporalio import workflow
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import PollActivityTaskQueueRequest
from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from histories.compare import differences
from histories.harness import WORKER_IDENTITY
from http_api.requests import STEPS, Step
from http_api.sending import Answer, send
from support.servers import free_port, make_server
from support.waiting import until

Answers = dict[str, Any]


@workflow.defn
class Waiting:
    """Stays open and can be asked."""

    @workflow.run
    async def run(self) -> None:
        await asyncio.Future()

    @workflow.query
    def state(self, number: int, more: dict[str, int]) -> dict[str, Any]:
        return {"number": number, "more": more}


@workflow.defn
class Delegating:
    """Waits for an activity that nobody but the HTTP API ends."""

    @workflow.run
    async def run(self) -> Any:
        return await workflow.execute_activity(
            "by hand",
            task_queue="http-hands",
            activity_id="1",
            start_to_close_timeout=timedelta(minutes=5),
        )


async def _prepare(client: Client) -> None:
    await client.start_workflow(Waiting.run, id="http-worker", task_queue="http-queue")
    await client.start_workflow(Delegating.run, id="http-activity", task_queue="http-queue")
    poll = PollActivityTaskQueueRequest(
        namespace="default", task_queue=TaskQueue(name="http-hands"), identity="hands"
    )
    task = await client.workflow_service.poll_activity_task_queue(poll)
    assert task.task_token


async def _run(port: int, step: Step) -> Any:
    async def probe() -> Answer | None:
        answer = await send(port, step.verb, step.path, step.body, step.headers)
        return answer if step.until in answer.text else None

    try:
        answer = await until(step.name, probe, interval=0.2, timeout=10)
    except TimeoutError:
        answer = await send(port, step.verb, step.path, step.body, step.headers)
    masked = answer.masked()
    try:
        return step.only(masked)
    except (AttributeError, KeyError, TypeError) as error:
        return {"not as expected": repr(error), **masked}


async def _run_all(kind: str) -> Answers:
    port = free_port()
    arguments = ["--http-port", str(port), "--search-attribute", "HttpWord=Keyword"]
    async with make_server(kind, arguments=arguments) as server:
        client = await server.connect()
        worker = Worker(
            client,
            task_queue="http-queue",
            workflows=[Waiting, Delegating],
            identity=WORKER_IDENTITY,
            workflow_runner=UnsandboxedWorkflowRunner(),
        )
        async with worker:
            await _prepare(client)
            return {step.name: await _run(port, step) for step in STEPS}


@pytest.fixture(scope="module")
def answers(pair: tuple[str, str]) -> tuple[Answers, Answers]:
    async def both() -> tuple[Answers, Answers]:
        return await asyncio.gather(*(_run_all(kind) for kind in pair))

    return asyncio.run(both())


@pytest.mark.parametrize("name", [step.name for step in STEPS])
def test_request(name: str, pair: tuple[str, str], answers: tuple[Answers, Answers]) -> None:
    expected, actual = (_plain(found[name]) for found in answers)
    assert "not as expected" not in str(expected), f"the step fails on the reference: {expected}"
    found = differences(expected, actual)
    if found:
        shown = "\n  ".join(found)
        pytest.fail(f"{name}: {pair[0]} → {pair[1]}\n  {shown}", pytrace=False)


def _plain(value: Any) -> Any:
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def test_names_differ() -> None:
    assert len({step.name for step in STEPS}) == len(STEPS)


def test_masking_keeps_what_matters() -> None:
    answer = Answer(400, "*", '{"code":3,"message":"temporalproto: (line 1:2): unknown field \\"a\\""}')
    assert answer.masked() == {
        "status": 400,
        "type": "application/json",
        "body": {"code": 3, "message": 'unknown field "a"'},
    }
    assert Answer(200, "x", '{"attempt":1}').masked()["body"] == {"attempt": 1}
