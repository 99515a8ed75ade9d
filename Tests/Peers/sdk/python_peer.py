"""The Python side of the SDK's interoperability tests: a worker with workflows and activities.

Started by the Swift tests (PythonPeerTests) with the server's address and a task queue; prints "ready" when it works,
and ends when its standard input is closed.
"""

import asyncio
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker


@dataclass
class Story:
    title: str
    posted: datetime


@activity.defn(name="pyGreet")
async def py_greet(name: str, times: int) -> str:
    return " ".join([f"hello {name}"] * times)


@activity.defn(name="pyStory")
async def py_story(story: Story) -> Story:
    return Story(title=story.title.upper(), posted=story.posted + timedelta(microseconds=1))


@activity.defn(name="pyBytes")
async def py_bytes(data: bytes) -> bytes:
    return bytes(reversed(data))


@activity.defn(name="pyNothing")
async def py_nothing(value: None) -> None:
    assert value is None


@activity.defn(name="pyFails")
async def py_fails() -> None:
    try:
        raise ValueError("inner")
    except ValueError as error:
        raise ApplicationError("from python", {"code": 7}, type="PyError", non_retryable=True) from error


@workflow.defn(name="PyCallsSwift")
class PyCallsSwift:
    @workflow.run
    async def run(self, queue: str) -> dict:
        options = dict(task_queue=queue, start_to_close_timeout=timedelta(seconds=15))
        ids = await workflow.execute_activity("storyIDs", 3, result_type=list[int], **options)
        story = await workflow.execute_activity("story", 7, result_type=Story, **options)
        try:
            await workflow.execute_activity(
                "refuses", retry_policy=RetryPolicy(maximum_attempts=1), **options)
        except ActivityError as error:
            cause = error.cause
            failure = {
                "activity": error.activity_type,
                "type": cause.type,
                "message": cause.message,
                "details": list(cause.details),
                "inner": str(cause.cause),
            }
        return {"ids": ids, "title": story.title, "posted": story.posted.isoformat(), "failure": failure}


async def main(address: str, queue: str) -> None:
    client = await Client.connect(address)
    worker = Worker(
        client,
        task_queue=queue,
        workflows=[PyCallsSwift],
        activities=[py_greet, py_story, py_bytes, py_nothing, py_fails],
        workflow_runner=UnsandboxedWorkflowRunner(),
    )
    async with worker:
        print("ready", flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


asyncio.run(main(sys.argv[1], sys.argv[2]))
