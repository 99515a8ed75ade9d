"""What the scheduled runs do."""

from typing import Any

from temporalio import workflow
from temporalio.exceptions import ApplicationError


@workflow.defn
class Nap:
    """Takes as long as it is told."""

    @workflow.run
    async def run(self, duration: float) -> str:
        await workflow.sleep(duration)
        return "rested"


@workflow.defn
class Counter:
    """Goes on counting where the run before it stopped."""

    @workflow.run
    async def run(self) -> int:
        before: Any = workflow.get_last_completion_result()
        if before == 2 and workflow.get_last_failure() is None:
            raise ApplicationError("no three", type="Trouble")
        return (before or 0) + 1


@workflow.defn
class Chain:
    """Continues as new once."""

    @workflow.run
    async def run(self, rounds: int) -> str:
        await workflow.sleep(1)
        if rounds > 1:
            workflow.continue_as_new(rounds - 1)
        return "end of the chain"


@workflow.defn
class Trouble:
    """Fails."""

    @workflow.run
    async def run(self) -> None:
        raise ApplicationError("it had to be", type="Trouble")


WORKFLOWS = [Nap, Counter, Chain, Trouble]
