"""Every case on both servers; code, message and details must be equal."""

import asyncio
from typing import Any

import pytest

import errors.cases  # noqa: F401
from errors.registry import CASES
from histories.compare import differences
from histories.harness import play_all
from support.servers import make_server

Records = dict[str, dict[str, Any]]


async def _play_on(kind: str) -> Records:
    async with make_server(kind) as server:
        return await play_all(server, registry=CASES)


@pytest.fixture(scope="module")
def records(pair: tuple[str, str]) -> tuple[Records, Records]:
    async def both() -> tuple[Records, Records]:
        return await asyncio.gather(*(_play_on(kind) for kind in pair))

    return asyncio.run(both())


@pytest.mark.parametrize("name", sorted(CASES))
def test_case(name: str, pair: tuple[str, str], records: tuple[Records, Records]) -> None:
    expected, actual = (found[name] for found in records)
    assert "failed" not in expected, f"the case fails on the reference: {expected['failed']}"
    found = differences(expected, actual)
    if found:
        shown = "\n  ".join(found)
        pytest.fail(f"{name}: {pair[0]} → {pair[1]}\n  {shown}", pytrace=False)
