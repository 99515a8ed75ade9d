"""The tutorial's schedule: created, watched, changed and deleted by programs of its own and by the reference's CLI."""

import asyncio
import threading
from pathlib import Path

import pytest

from cli.commands import temporal
from support.processes import Program
from support.servers import DevServer, make_server
from support.waiting import until
from tutorial.sample_api import make_server as make_api

HERE = Path(__file__).parent


class Console:
    """Runs the schedule program, as a person would."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self._folder = folder
        self._environment = environment
        self._count = 0

    async def __call__(self, *arguments: str) -> list[str]:
        """The lines that are printed."""
        self._count += 1
        log = self._folder / f"schedule-{self._count}.log"
        script = HERE / "schedule_workflow.py"
        with Program(script, *arguments, log=log, environment=self._environment) as program:
            await program.wait()
            # Not the exit code: the Python SDK now and then crashes when its interpreter ends, after all is done.
            printed, done, _ = program.output().partition("done\n")
            assert done, program.output()
            return printed.splitlines()


async def _walk(server: DevServer, run: Console) -> list[object]:
    """What is seen on the way, the same on any server."""
    seen: list[object] = []
    assert await run("create") == ["created"]
    seen.append(await run("describe"))

    async def listed() -> list[str]:
        return await run("list")

    # The reference lists with some delay.
    seen.append(await until("the schedule in the list", listed))
    await run("trigger")
    await run("backfill")
    # One that was triggered and two that were made up for.
    async def three_runs() -> list[str] | None:
        lines = await run("describe")
        return lines if "runs 3" in lines else None

    lines = await until("three runs", three_runs)
    seen.append([line for line in lines if not line.startswith("recent ")])
    await run("update", "1")

    async def more_runs() -> bool:
        lines = await run("describe")
        return len([line for line in lines if line.startswith("recent ")]) >= 5

    await until("runs every second", more_runs, timeout=30)
    await run("pause")
    seen.append((await run("describe"))[:3])
    client = await server.connect()

    async def completed() -> bool:
        query = "WorkflowType = 'HackerNewsWorkflow' AND ExecutionStatus = 'Completed'"
        return (await client.count_workflows(query)).count >= 5

    await until("five runs that completed", completed, timeout=30)
    await run("delete")
    gone = await temporal(server, "schedule", "describe", "--schedule-id", "workflow-schedule-id")
    seen.append((gone.code, gone.errors))
    await run("create")
    by_cli = await temporal(server, "schedule", "delete", "--schedule-id=workflow-schedule-id")
    seen.append((by_cli.code, by_cli.output))

    async def nothing_listed() -> bool:
        return not await run("list")

    await until("an empty list", nothing_listed)
    return seen


async def _run(kind: str, folder: Path) -> list[object]:
    api = make_api(0, 0)
    threading.Thread(target=api.serve_forever, daemon=True).start()
    try:
        async with make_server(kind, folder=folder) as server:
            environment = {
                "TEMPORAL_ADDRESS": server.address,
                "HACKERNEWS_API": f"http://127.0.0.1:{api.server_address[1]}",
            }
            log = folder / "worker.log"
            with Program(HERE / "worker.py", log=log, environment=environment):
                return await _walk(server, Console(folder, environment))
    finally:
        api.shutdown()
        api.server_close()


def test_scheduled_pipeline(pair: tuple[str, str], tmp_path: Path) -> None:
    async def both() -> list[list[object]]:
        seen = []
        for index, kind in enumerate(pair):
            folder = tmp_path / f"{index}-{kind}"
            folder.mkdir()
            seen.append(await _run(kind, folder))
        return seen

    reference, ours = asyncio.run(both())
    assert ours == reference
    assert reference[0] == ["running", "note Top stories, again and again.", "every 36000", "upcoming 10", "runs 0"]
