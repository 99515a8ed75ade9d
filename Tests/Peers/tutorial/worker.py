"""Runs the workflow and its activities until it is interrupted."""

import asyncio
import os

from activities import story_ids, top_stories
from temporalio.client import Client
from temporalio.worker import Worker
from workflow import TASK_QUEUE, HackerNewsWorkflow


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    worker = Worker(
        client,
        task_queue=TASK_QUEUE,
        workflows=[HackerNewsWorkflow],
        activities=[story_ids, top_stories],
    )
    await worker.run()


if __name__ == "__main__":
    asyncio.run(main())
