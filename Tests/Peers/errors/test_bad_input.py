"""Bytes that are no requests: the server must go on, and so must its other connections."""

import asyncio
import os

from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest

from support.servers import make_server

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

GARBAGE = {
    "random bytes": os.urandom(4096),
    "HTTP/1 request": b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "preface and random bytes": PREFACE + os.urandom(4096),
    "frame longer than allowed": PREFACE + b"\x00\x00\x00\x04\x00\x00\x00\x00\x00" + b"\xff" * 4096,
    "TLS hello": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + os.urandom(200),
    "nothing at all": b"",
}


async def _throw(port: int, garbage: bytes) -> None:
    """Sends the bytes and reads until the server hangs up, or for half a second."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(garbage)
        await writer.drain()
        await asyncio.wait_for(reader.read(), 0.5)
    except (TimeoutError, ConnectionError):
        pass
    finally:
        writer.close()


def test_server_survives_garbage(subject: str) -> None:
    async def play() -> None:
        async with make_server(subject) as server:
            before = await server.connect()
            await asyncio.gather(
                *(_throw(server.port, garbage) for garbage in GARBAGE.values() for _ in range(10))
            )
            request = DescribeNamespaceRequest(namespace="default")
            await before.workflow_service.describe_namespace(request)
            await (await server.connect()).workflow_service.describe_namespace(request)
            assert server.process is not None and server.process.poll() is None

    asyncio.run(play())
