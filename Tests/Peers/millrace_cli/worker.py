"""The workflows the commands act on: `python -m millrace_cli.worker ADDRESS QUEUE`.

Prints `ready` when it polls.
"""

import asyncio
import sys
from datetime import timedelta
from typing import Any

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.common import RetryPolicy
from temporalio.exceptions import ApplicationError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker


@activity.defn
async def greet(name: str) -> str:
    return f"Hello {name}"


@activity.defn
async def fail() -> None:
    raise ApplicationError("it broke", {"a": 1}, type="Broken")


@workflow.defn
class Steps:
    """Waits, greets, and returns its input with the greeting."""

    @workflow.run
    async def run(self, argument: Any) -> dict[str, Any]:
        await workflow.sleep(0.01)
        greeting = await workflow.execute_activity(
            greet, "you", start_to_close_timeout=timedelta(seconds=5)
        )
        return {"argument": argument, "greeting": greeting}


@workflow.defn
class Fails:
    """Fails because its activity does, twice."""

    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity(
            fail,
            start_to_close_timeout=timedelta(seconds=5),
            retry_policy=RetryPolicy(maximum_attempts=2, initial_interval=timedelta(milliseconds=20)),
        )


@workflow.defn
class Retries:
    """Its activity has failed once and waits for ten minutes."""

    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity(
            fail,
            start_to_close_timeout=timedelta(seconds=5),
            retry_policy=RetryPolicy(initial_interval=timedelta(seconds=600)),
        )


@workflow.defn
class Nothing:
    @workflow.run
    async def run(self) -> None:
        return None


@workflow.defn
class CountsDown:
    """Continues as new until its argument is 0."""

    @workflow.run
    async def run(self, number: int) -> int:
        if number > 0:
            workflow.continue_as_new(number - 1)
        return number


@workflow.defn
class Waits:
    """Waits for a signal with its result."""

    def __init__(self) -> None:
        self.value: str | None = None

    @workflow.run
    async def run(self) -> str:
        await workflow.wait_condition(lambda: self.value is not None)
        return self.value or ""

    @workflow.signal
    def go(self, value: str) -> None:
        self.value = value

    @workflow.query
    def state(self) -> dict[str, Any]:
        return {"value": self.value, "list": [1, 2], "text": "<é>"}


async def main(address: str, queue: str) -> None:
    client = await Client.connect(address)
    worker = Worker(
        client,
        task_queue=queue,
        workflows=[Steps, Fails, Retries, Nothing, CountsDown, Waits],
        activities=[greet, fail],
        workflow_runner=UnsandboxedWorkflowRunner(),
        identity="peer-worker",
    )
    async with worker:
        print("ready", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
