"""The tutorial's pipeline while its server is killed under a live worker."""

import asyncio
import threading
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from crash.verify import history
from crash.wellformed import violations
from support.processes import Program
from support.servers import DevServer, make_server
from support.waiting import until
from tutorial.sample_api import items
from tutorial.sample_api import make_server as make_api
from tutorial.test_tutorial import ADVERTISED, expected_lines

TUTORIAL = Path(__file__).parent.parent / "tutorial"
WORKFLOW_ID = "hackernews-workflow"
QUEUE = "hackernews-task-queue"


class Api:
    """The sample API, counting requests and holding up those whose path begins as `held`."""

    def __init__(self, held: str) -> None:
        self.requests: Counter[str] = Counter()
        self._held = held
        self._gate = threading.Event()
        self._lock = threading.Lock()
        self.server = make_api(0, 0, self._arrived)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def _arrived(self, path: str) -> None:
        with self._lock:
            self.requests[path] += 1
        if path.startswith(self._held):
            self._gate.wait(60)

    def count(self, prefix: str) -> int:
        with self._lock:
            return sum(count for path, count in self.requests.items() if path.startswith(prefix))

    def release(self) -> None:
        self._gate.set()

    def close(self) -> None:
        self.release()
        self.server.shutdown()
        self.server.server_close()


@asynccontextmanager
async def pipeline(kind: str, folder: Path, held: str) -> AsyncIterator[tuple[DevServer, Api]]:
    """A server on a file, the tutorial's worker and its workflow, held up at a step."""
    api = Api(held)
    try:
        async with make_server(kind, folder=folder, on_file=True) as server:
            environment = {
                "TEMPORAL_ADDRESS": server.address,
                "HACKERNEWS_API": f"http://127.0.0.1:{api.server.server_address[1]}",
            }
            with Program(TUTORIAL / "worker.py", log=folder / "worker.log", environment=environment):
                client = await server.connect()
                await client.start_workflow("HackerNewsWorkflow", id=WORKFLOW_ID, task_queue=QUEUE)
                yield server, api
    finally:
        api.close()


async def _arrived(api: Api, prefix: str, count: int) -> None:
    async def probe() -> bool:
        return api.count(prefix) >= count

    await until(f"{count} requests for {prefix}", probe, timeout=30)


async def _check_run(server: DevServer) -> None:
    """The runner's own call does not survive the server, so the result is asked for anew."""
    client = await server.connect()
    stories = await asyncio.wait_for(client.get_workflow_handle(WORKFLOW_ID).result(), 60)
    assert [f"{title} {score} {url}" for title, url, score in stories] == expected_lines()
    events = await history(client, WORKFLOW_ID, "")
    assert violations(events, closed=True) == []


def test_server_killed_during_second_step(subject: str, tmp_path: Path) -> None:
    """The first step's completion was acknowledged: it must not run again. The second is running:
    its worker finishes it, and the server, which knows of the attempt, takes the result."""

    async def play() -> None:
        async with pipeline(subject, tmp_path, "/v0/item/") as (server, api):
            await _arrived(api, "/v0/item/", 1)
            await server.kill_and_restart()
            api.release()
            await _check_run(server)
            assert api.count("/v0/topstories") == 1
            assert api.count("/v0/item/") == ADVERTISED

    asyncio.run(play())


def test_server_killed_during_first_step(subject: str, tmp_path: Path) -> None:
    async def play() -> None:
        async with pipeline(subject, tmp_path, "/v0/topstories") as (server, api):
            await _arrived(api, "/v0/topstories", 1)
            await server.kill_and_restart()
            api.release()
            await _check_run(server)
            assert api.count("/v0/topstories") == 1
            assert api.count("/v0/item/") == ADVERTISED

    asyncio.run(play())


def test_server_killed_three_times_in_a_row(subject: str, tmp_path: Path) -> None:
    async def play() -> None:
        async with pipeline(subject, tmp_path, "/v0/item/") as (server, api):
            await _arrived(api, "/v0/item/", 1)
            for _ in range(3):
                await server.kill_and_restart()
            api.release()
            await _check_run(server)
            assert api.count("/v0/topstories") == 1

    asyncio.run(play())


def test_server_dead_while_the_step_ends(subject: str, tmp_path: Path) -> None:
    """The result is ready while there is no server; the worker sends it again when there is one."""

    async def play() -> None:
        async with pipeline(subject, tmp_path, "/v0/item/") as (server, api):
            await _arrived(api, "/v0/item/", 1)
            server.kill()
            api.release()
            # Long enough for the worker to try in vain, short enough for it to go on trying.
            await asyncio.sleep(1)
            await server.start()
            await _check_run(server)
            assert api.count("/v0/topstories") == 1
            assert api.count("/v0/item/") == ADVERTISED

    asyncio.run(play())


def test_the_api_stand_in_holds_up_requests() -> None:
    """Otherwise the tests above would kill the server when all is over."""
    api = Api("/v0/item/")
    try:
        assert not api._gate.is_set()
        assert len(items()) >= ADVERTISED
    finally:
        api.close()


def test_requests_are_counted_by_prefix() -> None:
    api = Api("/nowhere")
    try:
        api._arrived("/v0/item/1.json")
        api._arrived("/v0/topstories.json")
        assert api.count("/v0/item/") == 1
    finally:
        api.close()
