"""Our client against the reference server."""

import asyncio
import subprocess

from support.servers import RealServer


async def _probe(binary: str) -> list[str]:
    async with RealServer() as server:
        command = [binary, "probe", f"127.0.0.1:{server.port}"]
        done = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()


def test_client_against_the_reference(echo_binary: str) -> None:
    lines = asyncio.run(_probe(echo_binary))
    assert lines[0] == "version present"
    assert lines[1] == "error notFound detail no-such-namespace"
    # The reference turns away a poll whose time is too short; it must have understood grpc-timeout for that.
    assert lines[2] == "short poll failedPrecondition in time"
    assert lines[3] == "cancelled poll cancelled at once"
    assert lines[4] == "many done on 1 connection"
