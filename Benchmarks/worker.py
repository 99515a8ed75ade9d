"""The Python worker that every server is measured with, as a process of its own.

    python worker.py ADDRESS

Prints `ready` when it polls.
"""

import asyncio
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

QUEUE = "bench-queue"


@activity.defn
async def step(value: int) -> int:
    return value + 1


@workflow.defn
class Steps:
    """Runs so many activities, one after the other."""

    @workflow.run
    async def run(self, count: int) -> int:
        value = 0
        for _ in range(count):
            value = await workflow.execute_activity(
                step, value, start_to_close_timeout=timedelta(seconds=30)
            )
        return value


async def main(address: str) -> None:
    client = await Client.connect(address)
    worker = Worker(
        client,
        task_queue=QUEUE,
        workflows=[Steps],
        activities=[step],
        # The sandbox would only add to the worker's own share, on either server.
        workflow_runner=UnsandboxedWorkflowRunner(),
        max_concurrent_workflow_task_polls=10,
        max_concurrent_activity_task_polls=10,
    )
    async with worker:
        print("ready", flush=True)
        await asyncio.Future()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
