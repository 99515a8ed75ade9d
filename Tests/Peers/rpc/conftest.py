"""Fixtures of the RPC layer's peer tests."""

from collections.abc import Iterator

import grpc
import pytest

from rpc.echo import ECHO_BINARY, Echo, EchoServer


@pytest.fixture(scope="session")
def echo_binary() -> str:
    if not ECHO_BINARY.exists():
        pytest.exit(f"there is no {ECHO_BINARY}: swift build --product rpc-echo, or set RPC_ECHO_BIN", returncode=2)
    return str(ECHO_BINARY)


@pytest.fixture
def server(echo_binary: str) -> Iterator[EchoServer]:
    server = EchoServer()
    yield server
    assert server.stop() == 0


@pytest.fixture
def channel(server: EchoServer) -> Iterator[grpc.Channel]:
    with grpc.insecure_channel(f"127.0.0.1:{server.port}") as channel:
        yield channel


@pytest.fixture
def echo(channel: grpc.Channel) -> Echo:
    return Echo(channel)
