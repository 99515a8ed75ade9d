"""A server that is started on a file with 100,000 open runs: how soon it is ready, and how much memory it takes."""

import asyncio
import sqlite3
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from temporalio.api.workflowservice.v1 import CountWorkflowExecutionsRequest

from histories.harness import Stage
from histories.raw import RawWorker, start_timer
from support.servers import OurServer

RUNS = 100_000
READY_SECONDS = 2.0
RESIDENT_BYTES = 200 << 20

TEMPLATE = "many-000000"
# A row of history lies at run × 2²⁰ + the id of its first event.
HISTORY_SHIFT = 20


async def _make_template(server: OurServer) -> None:
    """One run that waits for a timer and for an activity nobody works on."""
    stage = Stage("many-runs", await server.connect(), server)
    raw = RawWorker(stage)
    await raw.start(workflow_id=TEMPLATE)
    task = await raw.poll("task")
    await raw.answer("answer", task, start_timer("t", 3600), raw.activity("a"))


def _copies(row: tuple[Any, ...], old: str, run_ids: list[str], runs: range) -> Iterator[tuple[Any, ...]]:
    """The row for other runs: their ids, of the same length, stand where the template's stood."""
    for index, (run, run_id) in enumerate(zip(runs, run_ids), 1):
        workflow_id = f"many-{index:06d}"
        copy = []
        for value in row:
            if isinstance(value, str):
                value = value.replace(TEMPLATE, workflow_id).replace(old, run_id)
            elif isinstance(value, bytes):
                value = value.replace(TEMPLATE.encode(), workflow_id.encode())
                value = value.replace(old.encode(), run_id.encode())
            copy.append(value)
        yield (run, *copy)


def _multiply(path: Path, count: int) -> None:
    """Copies the only run in the file `count` times, which is much faster than starting as many."""
    with sqlite3.connect(path) as database:
        ((key, run_id),) = database.execute("SELECT key, run_id FROM runs").fetchall()
        run_ids = [str(uuid.uuid4()) for _ in range(count)]
        runs = range(key + 1, key + 1 + count)
        for table in ("runs", "headers", "current", "items", "wakes", "visibility", "history", "tasks"):
            columns = [column[1] for column in database.execute(f"PRAGMA table_info({table})")]
            name = {"runs": "key", "history": "place"}.get(table, "run")
            where = f"{name} = ?" if table != "history" else f"{name} >> {HISTORY_SHIFT} = ?"
            others = [column for column in columns if column not in (name, "id" if table == "tasks" else name)]
            rows = database.execute(f"SELECT {name}, {', '.join(others)} FROM {table} WHERE {where}", (key,))
            target = f"INSERT INTO {table} ({name}, {', '.join(others)}) VALUES (?{', ?' * len(others)})"
            for first, *row in rows.fetchall():
                copies = _copies(tuple(row), run_id, run_ids, runs)
                if table == "history":
                    offset = first - (key << HISTORY_SHIFT)
                    copies = (((run << HISTORY_SHIFT) + offset, *rest) for run, *rest in copies)
                database.executemany(target, copies)
        database.execute("UPDATE counters SET runs = runs + ? WHERE runs > 0", (count,))
    database.close()


def test_ready_soon_and_small_with_many_open_runs(subject: str) -> None:
    if subject != "ours":
        pytest.skip("knows how our file is laid out")

    async def play() -> None:
        async with OurServer(on_file=True) as server:
            await _make_template(server)
            server.process.terminate()
            await asyncio.to_thread(server.process.wait, 10)
            _multiply(server.database, RUNS)
            seconds = await server.kill_and_restart()
            resident = server.usage().resident_bytes
            print(f"{RUNS} open runs: ready after {seconds:.2f} s, {resident / 1e6:.0f} MB resident")

            # They are really there.
            client = await server.connect()
            request = CountWorkflowExecutionsRequest(namespace="default", query="ExecutionStatus = 'Running'")
            assert (await client.workflow_service.count_workflow_executions(request)).count == RUNS + 1
            last = f"many-{RUNS:06d}"
            await client.get_workflow_handle(last).signal("hello")
            stage = Stage("many-runs", client, server)
            raw = RawWorker(stage)
            assert (await raw.take()).workflow_execution.workflow_id == last
            assert (await raw.poll_activity()).activity_id == "a"

            resident = max(resident, server.usage().resident_bytes)
            assert seconds < READY_SECONDS
            assert resident < RESIDENT_BYTES

    asyncio.run(play())
