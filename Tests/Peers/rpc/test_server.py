"""grpcio, an implementation we have no part in, against our server."""

import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import grpc
import pytest
from google.protobuf.wrappers_pb2 import BytesValue, StringValue
from google.rpc.status_pb2 import Status

from rpc.echo import Echo, EchoServer

MEBIBYTE = 1 << 20


def wait_for(condition, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


@pytest.mark.parametrize("size", [0, 1, 500, 16_384, 100_000, 4 * MEBIBYTE - 100])
@pytest.mark.parametrize("compression", [grpc.Compression.NoCompression, grpc.Compression.Gzip])
def test_echo(server: EchoServer, size: int, compression: grpc.Compression) -> None:
    options = [("grpc.max_receive_message_length", -1)]
    with grpc.insecure_channel(f"127.0.0.1:{server.port}", options=options) as channel:
        value = bytes(index * 31 % 251 for index in range(min(size, 5000))) * max(1, size // 5000)
        request = BytesValue(value=value[:size])
        assert Echo(channel).echo(request, timeout=30, compression=compression) == request


def test_errors_carry_details(echo: Echo) -> None:
    message = "nothing called “a/b%20c”\nhere"
    with pytest.raises(grpc.RpcError) as caught:
        echo.fail(StringValue(value=message), timeout=10)
    error = caught.value
    assert error.code() == grpc.StatusCode.NOT_FOUND
    assert error.details() == message
    trailers = dict(error.trailing_metadata())
    status = Status.FromString(trailers["grpc-status-details-bin"])
    assert status.code == 5
    detail = StringValue()
    assert status.details[0].Unpack(detail)
    assert detail.value == message


def test_unknown_method(echo: Echo) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        echo.absent(StringValue(), timeout=10)
    assert caught.value.code() == grpc.StatusCode.UNIMPLEMENTED


def test_metadata(echo: Echo) -> None:
    metadata = [("client-name", "peer"), ("token-bin", b"\x00\x01\x02")]
    assert echo.metadata(StringValue(value="client-name"), metadata=metadata, timeout=10).value == "peer"
    assert echo.metadata(StringValue(value="token-bin"), metadata=metadata, timeout=10).value.rstrip("=") == "AAEC"
    assert echo.metadata(StringValue(value="other"), metadata=metadata, timeout=10).value == "absent"


def test_deadline(echo: Echo) -> None:
    start = time.monotonic()
    with pytest.raises(grpc.RpcError) as caught:
        echo.park(StringValue(), timeout=0.2)
    assert caught.value.code() == grpc.StatusCode.DEADLINE_EXCEEDED
    assert 0.19 < time.monotonic() - start < 5
    wait_for(lambda: echo.cancelled_calls(StringValue(), timeout=10).value == "1")


def test_cancellation_is_seen_by_the_handler(echo: Echo) -> None:
    calls = [echo.park.future(StringValue(), timeout=100) for _ in range(50)]
    assert echo.cancelled_calls(StringValue(), timeout=10).value == "0"
    for call in calls:
        call.cancel()
    wait_for(lambda: echo.cancelled_calls(StringValue(), timeout=10).value == "50")


VANISHING_CLIENT = """
import os, sys, grpc
from google.protobuf.wrappers_pb2 import BytesValue, StringValue
from rpc.echo import Echo
echo = Echo(grpc.insecure_channel(sys.argv[1]))
call = echo.park.future(StringValue(), timeout=100)
echo.echo(BytesValue(), timeout=10)
os._exit(0)
"""


def test_a_vanished_client_is_seen_by_the_handler(server: EchoServer, echo: Echo) -> None:
    command = [sys.executable, "-c", VANISHING_CLIENT, f"127.0.0.1:{server.port}"]
    subprocess.run(command, check=True, timeout=60)
    wait_for(lambda: echo.cancelled_calls(StringValue(), timeout=10).value == "1")


def test_messages_that_are_too_long(echo: Echo) -> None:
    for compression in [grpc.Compression.NoCompression, grpc.Compression.Gzip]:
        with pytest.raises(grpc.RpcError) as caught:
            echo.echo(BytesValue(value=bytes(5 * MEBIBYTE)), timeout=20, compression=compression)
        assert caught.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
    assert echo.echo(BytesValue(value=b"still here"), timeout=10).value == b"still here"


def test_deflate_is_refused(echo: Echo) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        echo.echo(BytesValue(value=bytes(1000)), timeout=10, compression=grpc.Compression.Deflate)
    assert caught.value.code() == grpc.StatusCode.UNIMPLEMENTED


def test_health(channel: grpc.Channel) -> None:
    check = channel.unary_unary("/grpc.health.v1.Health/Check")
    serving = b"\x08\x01"
    assert check(b"", timeout=10) == serving
    assert check(b"\x0a\x13millrace.bench.Echo", timeout=10) == serving
    with pytest.raises(grpc.RpcError) as caught:
        check(b"\x0a\x05other", timeout=10)
    assert caught.value.code() == grpc.StatusCode.NOT_FOUND


def test_many_threads(echo: Echo) -> None:
    def call(index: int) -> bool:
        request = BytesValue(value=bytes([index % 256]) * (index * 13 % 3000))
        return echo.echo(request, timeout=30) == request

    with ThreadPoolExecutor(16) as pool:
        assert all(pool.map(call, range(3000)))


def test_frequent_keepalive_pings_between_calls(server: EchoServer) -> None:
    options = [
        ("grpc.keepalive_time_ms", 10_000),
        ("grpc.keepalive_permit_without_calls", 1),
        ("grpc.http2.max_pings_without_data", 0),
    ]
    with grpc.insecure_channel(f"127.0.0.1:{server.port}", options=options) as channel:
        states = []
        channel.subscribe(states.append)
        echo = Echo(channel)
        echo.echo(BytesValue(), timeout=10)
        time.sleep(24)
        echo.echo(BytesValue(), timeout=10)
        assert grpc.ChannelConnectivity.TRANSIENT_FAILURE not in states


def test_stop_while_clients_call(echo_binary: str) -> None:
    server = EchoServer()
    with grpc.insecure_channel(f"127.0.0.1:{server.port}") as channel:
        echo = Echo(channel)
        outcomes = []

        def load() -> None:
            while True:
                try:
                    echo.echo(BytesValue(value=b"x"), timeout=10)
                    outcomes.append(None)
                except grpc.RpcError as error:
                    outcomes.append(error.code())
                    return

        with ThreadPoolExecutor(4) as pool:
            for _ in range(4):
                pool.submit(load)
            wait_for(lambda: len(outcomes) > 500)
            assert server.stop() == 0
        failures = [code for code in outcomes if code is not None]
        # Each thread ends with its first failure: nobody listens any more. No call was lost half-way.
        assert failures == [grpc.StatusCode.UNAVAILABLE] * 4
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", server.port)) != 0
