"""Waiting for a condition with a deadline, so that no test sleeps for a guessed time."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")


async def until(
    what: str,
    probe: Callable[[], Awaitable[T]],
    *,
    timeout: float = 15.0,
    interval: float = 0.05,
) -> T:
    """Calls `probe` until it gives something true and returns that.

    `timeout` and `interval` are seconds. Raises `TimeoutError`, naming `what` and the last answer.
    """
    deadline = time.monotonic() + timeout
    while True:
        answer = await probe()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {timeout:g} s for {what}; the last answer was {answer!r}")
        await asyncio.sleep(interval)
