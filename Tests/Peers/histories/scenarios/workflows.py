"""Workflows that several scenarios share. Activities are always called `work` and made by the scenario."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ApplicationError


@dataclass
class Plan:
    """How an activity is to be called. Times are in seconds; absent ones are left to the server."""

    argument: str = "input"
    start_to_close: float | None = None
    schedule_to_close: float | None = None
    schedule_to_start: float | None = None
    heartbeat: float | None = None
    attempts: int | None = None
    interval: float = 0.1
    coefficient: float = 2.0
    non_retryable: list[str] | None = None
    queue: str | None = None

    def options(self) -> dict[str, Any]:
        """Keyword arguments for `workflow.execute_activity`."""
        times = {
            "start_to_close_timeout": self.start_to_close,
            "schedule_to_close_timeout": self.schedule_to_close,
            "schedule_to_start_timeout": self.schedule_to_start,
            "heartbeat_timeout": self.heartbeat,
        }
        options: dict[str, Any] = {
            name: timedelta(seconds=value) for name, value in times.items() if value is not None
        }
        if self.attempts is not None:
            options["retry_policy"] = RetryPolicy(
                initial_interval=timedelta(seconds=self.interval),
                backoff_coefficient=self.coefficient,
                maximum_attempts=self.attempts,
                non_retryable_error_types=self.non_retryable,
            )
        if self.queue is not None:
            options["task_queue"] = self.queue
        return options


@workflow.defn
class Greet:
    """Ends at once."""

    @workflow.run
    async def run(self, name: str) -> str:
        return f"Hello, {name}!"


@workflow.defn
class CallActivity:
    """Runs one activity and gives its result."""

    @workflow.run
    async def run(self, plan: Plan) -> str:
        return await workflow.execute_activity("work", plan.argument, **plan.options())


@workflow.defn
class Sleeper:
    """Sleeps for so many seconds."""

    @workflow.run
    async def run(self, seconds: float) -> str:
        await workflow.sleep(seconds)
        return "rested"


@workflow.defn
class Failing:
    """Fails with an application error."""

    @workflow.run
    async def run(self, retryable: bool) -> None:
        raise ApplicationError("no luck", {"code": 7}, type="NoLuck", non_retryable=not retryable)


@workflow.defn
class Collector:
    """Collects signals until it has as many as it was asked for."""

    def __init__(self) -> None:
        self.items: list[str] = []

    @workflow.run
    async def run(self, wanted: int) -> list[str]:
        await workflow.wait_condition(lambda: len(self.items) >= wanted)
        return self.items

    @workflow.signal
    def add(self, item: str) -> None:
        self.items.append(item)


@workflow.defn
class Forever:
    """Waits until it is cancelled."""

    @workflow.run
    async def run(self) -> None:
        await asyncio.Future()
