"""A worker is killed; another finishes what it had begun."""

import asyncio
from pathlib import Path

from crash.pipeline_worker import QUEUE, STEPS
from crash.verify import history
from crash.wellformed import violations
from support.processes import Program
from support.servers import make_server
from support.waiting import until

SCRIPT = Path(__file__).parent / "pipeline_worker.py"


def _lines(ledger: Path) -> list[str]:
    return ledger.read_text().splitlines() if ledger.exists() else []


def test_another_worker_finishes(subject: str, tmp_path: Path) -> None:
    async def play() -> None:
        ledger = tmp_path / "ledger"
        async with make_server(subject) as server:
            client = await server.connect()
            arguments = [server.address, str(ledger)]
            first = Program(SCRIPT, *arguments, "first", log=tmp_path / "first.log")
            with first:
                handle = await client.start_workflow("Pipeline", id="pipeline", task_queue=QUEUE)

                async def third_step_begun() -> bool:
                    return len(_lines(ledger)) >= 3

                await until("the third step", third_step_begun, timeout=30)
                first.kill()
            events = await history(client, "pipeline", "")
            completed = sum(
                event.HasField("activity_task_completed_event_attributes") for event in events
            )
            with Program(SCRIPT, *arguments, "second", log=tmp_path / "second.log"):
                result = await asyncio.wait_for(handle.result(), 60)
            assert len(result) == STEPS
            assert result[-1] == f"step {STEPS - 1} after step {STEPS - 2}"
            by_second = [line.split()[0] for line in _lines(ledger) if line.endswith("second")]
            assert completed >= 2
            assert by_second == [str(index) for index in range(completed, STEPS)]
            events = await history(client, "pipeline", "")
            assert violations(events, closed=True) == []

    asyncio.run(play())
