"""Every spec on both servers: what they show of it and when they say it is due must be equal."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from temporalio.api.workflowservice.v1 import ListSchedulesRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from schedules.bad_specs import SPECS as BAD_SPECS
from schedules.play import Player, Record, play_bad, play_specs
from schedules.specs import all_cases
from support.servers import make_server

CASES = {case.name: case for case in all_cases()}
# Not where clocks are turned: there it is part of the answer whether one asks after the nominal or the jittered time.
STEADY = {"", "UTC", "Asia/Kolkata", "Asia/Kathmandu", "Etc/GMT+12"}
JITTERED = [
    name
    for name, case in CASES.items()
    if name.startswith(("random-", "quarters-")) and case.spec.timezone_name in STEADY
][:30]
Records = tuple[dict[str, Record], dict[str, Record]]


async def _serves_schedules(client: Client) -> bool:
    try:
        await client.workflow_service.list_schedules(ListSchedulesRequest(namespace="default"))
    except RPCError as error:
        return error.status != RPCStatusCode.UNIMPLEMENTED
    return True


def _on_both(pair: tuple[str, str], play: Callable[[Client], Awaitable[Any]]) -> Any:
    async def on(kind: str) -> Any:
        async with make_server(kind) as server:
            client = await server.connect()
            return await play(client) if await _serves_schedules(client) else None

    async def both() -> tuple[Any, ...]:
        return tuple(await asyncio.gather(*(on(kind) for kind in pair)))

    records = asyncio.run(both())
    if None in records:
        pytest.skip(f"the {pair[records.index(None)]} server does not serve schedules")
    return records


@pytest.fixture(scope="module")
def records(pair: tuple[str, str]) -> Records:
    return _on_both(pair, lambda client: play_specs(client, CASES.values()))


@pytest.fixture(scope="module")
def bad_records(pair: tuple[str, str]) -> Records:
    return _on_both(pair, lambda client: play_bad(client, BAD_SPECS))


@pytest.mark.parametrize("name", CASES)
def test_spec(name: str, records: Records) -> None:
    expected, actual = (found[name] for found in records)
    assert "failed" not in expected, f"the spec fails on the reference: {expected['failed']}"
    assert actual == expected


@pytest.mark.parametrize("name", BAD_SPECS)
def test_bad_spec(name: str, bad_records: Records) -> None:
    expected, actual = (found[name] for found in bad_records)
    assert actual == expected


def test_specs_are_due() -> None:
    """There is something to compare: hundreds of specs, of every kind."""
    assert len(CASES) >= 300
    kinds = ["cron_string", "calendar", "structured_calendar", "interval", "exclude_calendar", "timezone_name"]
    for field in kinds:
        assert sum(bool(getattr(case.spec, field)) for case in CASES.values()) >= 10, field


def test_jitter(subject: str) -> None:
    """The subject's jitter follows from its ids and the nominal times; `--subject real` checks the definition itself."""

    async def play() -> dict[str, list[str]] | None:
        async with make_server(subject) as server:
            client = await server.connect()
            if not await _serves_schedules(client):
                return None
            player = Player(client)
            found: dict[str, list[str]] = {}
            for place, name in enumerate(JITTERED):
                jitter = (0.75, 10.0, 90.0, 5000.0, 10_000_000.0)[place % 5]
                if problems := await player.jitter_problems(CASES[name], jitter):
                    found[name] = problems
            return found

    problems = asyncio.run(play())
    if problems is None:
        pytest.skip(f"the {subject} server does not serve schedules")
    assert problems == {}
