"""Starts the workflow, waits for its result and prints it as a table."""

import asyncio
import os

from temporalio.client import Client
from workflow import TASK_QUEUE, HackerNewsWorkflow


def show(stories: list[list[str]]) -> None:
    """Prints one line for each story, in columns."""
    width = max((len(title) for title, _, _ in stories), default=0)
    print(f"{'Title':<{width}}  Score  URL")
    for title, url, score in stories:
        print(f"{title:<{width}}  {score:>5}  {url}")


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    stories = await client.execute_workflow(
        HackerNewsWorkflow.run, id="hackernews-workflow", task_queue=TASK_QUEUE
    )
    show(stories)


if __name__ == "__main__":
    asyncio.run(main())
