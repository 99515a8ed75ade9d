"""Starts the echo server of `Benchmarks/rpc` and calls its methods with grpcio."""

import os
import subprocess
from pathlib import Path

import grpc
from google.protobuf.wrappers_pb2 import BytesValue, StringValue

REPOSITORY = Path(__file__).resolve().parents[3]
ECHO_BINARY = Path(os.environ.get("RPC_ECHO_BIN") or REPOSITORY / ".build/debug/rpc-echo")
SERVICE = "millrace.bench.Echo"


class EchoServer:
    """One echo server process; it ends when its input is closed."""

    def __init__(self, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [ECHO_BINARY, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        line = self.process.stdout.readline()
        assert line.startswith("listening on "), line
        self.port = int(line.split()[-1])

    def stop(self) -> int:
        """Stops it gracefully and returns its exit code."""
        self.process.stdin.close()
        return self.process.wait(timeout=30)


class Echo:
    """The server's methods on one channel."""

    def __init__(self, channel: grpc.Channel) -> None:
        self.echo = self._method(channel, "Echo", BytesValue)
        self.fail = self._method(channel, "Fail", StringValue)
        self.metadata = self._method(channel, "Metadata", StringValue)
        self.park = self._method(channel, "Park", StringValue)
        self.cancelled_calls = self._method(channel, "CancelledCalls", StringValue)
        self.absent = self._method(channel, "Absent", StringValue)

    @staticmethod
    def _method(channel: grpc.Channel, name: str, message: type):
        return channel.unary_unary(
            f"/{SERVICE}/{name}",
            request_serializer=message.SerializeToString,
            response_deserializer=message.FromString,
        )
