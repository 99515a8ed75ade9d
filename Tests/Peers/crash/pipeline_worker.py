"""A worker process for a pipeline of five steps, to be killed.

    python pipeline_worker.py ADDRESS LEDGER_FILE NAME

Every step writes a line to the ledger file when it begins.
"""

import asyncio
import sys
from datetime import timedelta
from pathlib import Path

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.common import RetryPolicy
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

QUEUE = "pipeline-queue"
STEPS = 5


@workflow.defn
class Pipeline:
    """Runs its steps one after the other; each gets the result of the one before."""

    @workflow.run
    async def run(self) -> list[str]:
        results: list[str] = []
        for index in range(STEPS):
            results.append(
                await workflow.execute_activity(
                    "step",
                    args=[index, results[-1] if results else "nothing"],
                    result_type=str,
                    start_to_close_timeout=timedelta(seconds=2),
                    retry_policy=RetryPolicy(initial_interval=timedelta(milliseconds=100)),
                )
            )
        return results


async def main(address: str, ledger: Path, name: str) -> None:
    @activity.defn
    async def step(index: int, previous: str) -> str:
        with ledger.open("a") as lines:
            lines.write(f"{index} {name}\n")
        await asyncio.sleep(0.3)
        return f"step {index} after {previous.split(' after ')[0]}"

    client = await Client.connect(address, identity=name)
    worker = Worker(
        client,
        task_queue=QUEUE,
        workflows=[Pipeline],
        activities=[step],
        workflow_runner=UnsandboxedWorkflowRunner(),
        sticky_queue_schedule_to_start_timeout=timedelta(seconds=1),
    )
    await worker.run()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), sys.argv[3]))
