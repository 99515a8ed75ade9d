"""What is measured on a server, and how."""

import asyncio
import itertools
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client

from floor import fsync_floor, median_ms
from support.servers import DevServer, make_server

QUEUE = "bench-queue"
WORKER = Path(__file__).parent / "worker.py"


@dataclass
class Setup:
    """A server in one of the ways in which it is measured."""

    title: str
    kind: str
    on_file: bool
    arguments: list[str] = field(default_factory=list)

    def server(self, folder: Path) -> DevServer:
        server = make_server(
            self.kind, folder=folder, on_file=self.on_file, arguments=self.arguments
        )
        server._parent_death_wrapper = False  # It would be part of the start-up time.
        return server


@dataclass
class Effort:
    """How much is measured: numbers of runs, and seconds of load."""

    starts: int = 7
    warm_up: int = 10
    one_activity: int = 40
    forty_activities: int = 7
    load_seconds: float = 15.0
    in_flight: int = 100
    idle_seconds: float = 3.0


QUICK = Effort(3, 5, 10, 2, 5.0, 100, 1.0)


@dataclass
class Figures:
    """Results for one setup. Times are in milliseconds, memory in megabytes."""

    title: str
    listening_ms: float = 0.0
    ready_ms: float = 0.0
    idle_mb: float = 0.0
    one_activity_ms: float = 0.0
    one_activity_p90_ms: float = 0.0
    forty_activities_ms: float = 0.0
    per_second: float = 0.0
    cpu_ms_per_workflow: float = 0.0
    written_kb_per_workflow: float = 0.0
    fsync_ms: float = 0.0


async def start_times(setup: Setup, base: Path, count: int) -> tuple[float, float]:
    """Median milliseconds from the process's start to listening, and to its first answer."""
    listening, ready = [], []
    for _ in range(count):
        with tempfile.TemporaryDirectory(dir=base) as folder:
            server = setup.server(Path(folder))
            begin = time.perf_counter()
            server.spawn()
            try:
                while not await server._listens():
                    await asyncio.sleep(0.0005)
                listening.append(time.perf_counter() - begin)
                await _first_answer(server)
                ready.append(time.perf_counter() - begin)
            finally:
                server.kill()
    return median_ms(listening), median_ms(ready)


async def _first_answer(server: DevServer) -> None:
    for _ in range(5000):
        try:
            client = await Client.connect(server.address)
            request = DescribeNamespaceRequest(namespace="default")
            await client.workflow_service.describe_namespace(request)
            return
        except Exception:  # noqa: BLE001  (whatever it says while it is starting)
            await asyncio.sleep(0.001)
    raise TimeoutError(server.log_tail())


class PythonWorker:
    """The worker process, for the length of a block."""

    def __init__(self, address: str) -> None:
        self.address = address

    async def __aenter__(self) -> "PythonWorker":
        self.process = subprocess.Popen(
            [sys.executable, str(WORKER), self.address],
            stdout=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
        )
        assert self.process.stdout is not None
        line = await asyncio.to_thread(self.process.stdout.readline)
        if line.strip() != b"ready":
            raise RuntimeError("the worker did not start")
        return self

    async def __aexit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()


_numbers = itertools.count(1)


async def _run(client: Client, activities: int) -> float:
    begin = time.perf_counter()
    result = await client.execute_workflow(
        "Steps", activities, id=f"bench-{next(_numbers)}", task_queue=QUEUE
    )
    if result != activities:
        raise RuntimeError(f"{activities} activities gave {result}")
    return time.perf_counter() - begin


async def _load(client: Client, in_flight: int, seconds: float) -> tuple[int, float]:
    """Keeps so many workflows going; gives how many ended and in how many seconds."""
    deadline = time.perf_counter() + seconds
    done = 0

    async def lane() -> None:
        nonlocal done
        while time.perf_counter() < deadline:
            await _run(client, 1)
            done += 1

    begin = time.perf_counter()
    await asyncio.gather(*(lane() for _ in range(in_flight)))
    return done, time.perf_counter() - begin


async def measure(setup: Setup, base: Path, effort: Effort, only: set[str]) -> Figures:
    """Measures one setup from start to end."""
    figures = Figures(setup.title)
    figures.fsync_ms = median_ms(fsync_floor(base))
    if "start" in only:
        times = await start_times(setup, base, effort.starts)
        figures.listening_ms, figures.ready_ms = times
    with tempfile.TemporaryDirectory(dir=base) as folder:
        server = setup.server(Path(folder))
        async with server:
            if "memory" in only:
                await asyncio.sleep(effort.idle_seconds)
                figures.idle_mb = server.usage().resident_bytes / 1e6
            if only & {"latency", "throughput"}:
                async with PythonWorker(server.address):
                    await _measure_workflows(server, figures, effort, only)
    return figures


async def _measure_workflows(
    server: DevServer, figures: Figures, effort: Effort, only: set[str]
) -> None:
    client = await server.connect()
    for _ in range(effort.warm_up):
        await _run(client, 1)
    if "latency" in only:
        times = [await _run(client, 1) for _ in range(effort.one_activity)]
        figures.one_activity_ms = median_ms(times)
        figures.one_activity_p90_ms = statistics.quantiles(times, n=10)[8] * 1000
        times = [await _run(client, 40) for _ in range(effort.forty_activities)]
        figures.forty_activities_ms = median_ms(times)
    if "throughput" in only:
        before = server.usage()
        done, seconds = await _load(client, effort.in_flight, effort.load_seconds)
        after = server.usage()
        figures.per_second = done / seconds
        figures.cpu_ms_per_workflow = (after.cpu_seconds - before.cpu_seconds) * 1000 / done
        written = after.written_bytes - before.written_bytes
        figures.written_kb_per_workflow = written / 1000 / done
