"""Child processes other than servers: workers and programs of a test."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from types import TracebackType


class Binary:
    """A program that runs beside the test. Its output goes to a file that can be read."""

    def __init__(
        self, binary: Path, *arguments: str, log: Path, environment: dict[str, str] | None = None
    ) -> None:
        self._spawn([str(binary), *arguments], log, log.parent, environment)

    def _spawn(
        self, command: list[str], log: Path, folder: Path, environment: dict[str, str] | None
    ) -> None:
        setpriv = shutil.which("setpriv")
        if setpriv:
            command = [setpriv, "--pdeathsig", "KILL", "--", *command]
        self.log_path = log
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=folder,
                env={**os.environ, **(environment or {})},
            )

    def output(self) -> str:
        return self.log_path.read_text(errors="replace")

    async def wait(self, timeout: float = 60.0) -> int:
        """The exit code; raises `TimeoutError` with the output after `timeout` seconds."""
        try:
            return await asyncio.to_thread(self.process.wait, timeout)
        except subprocess.TimeoutExpired:
            raise TimeoutError(f"it did not end in {timeout:g} s:\n{self.output()}") from None

    def kill(self) -> None:
        """SIGKILL; returns when the process is gone."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def __enter__(self) -> "Binary":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.kill()


class Program(Binary):
    """A Python script that runs beside the test."""

    def __init__(
        self, script: Path, *arguments: str, log: Path, environment: dict[str, str] | None = None
    ) -> None:
        self._spawn([sys.executable, "-u", str(script), *arguments], log, script.parent, environment)
