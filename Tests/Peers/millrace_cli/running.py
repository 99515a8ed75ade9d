"""Runs the two CLIs against one dev server and masks what differs from run to run."""

import asyncio
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support.servers import OUR_BINARY, REAL_BINARY, make_server

QUEUE = "cli-queue"
# Both names have eight letters, so that tables with them have the same columns.
CLIS = {"temporal": REAL_BINARY, "millrace": OUR_BINARY}

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
_RAW_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)? \+0000 UTC")
_RELATIVE = re.compile(r"\d+ (second|minute|hour|day)s? (ago|from now)|(?<= )now\b")
_DURATION = re.compile(r"\d+(\.\d+)?(ms|s)\b")
# Members whose values are each run's own.
_COUNTED = {"taskId", "durationMillis", "historySizeBytes", "executionDuration", "currentRetryInterval", "conflictToken"}


@dataclass
class Result:
    """What a command did."""

    code: int
    output: str
    errors: str

    def json(self) -> Any:
        """Objects as lists of pairs, so that the order of members counts."""
        return json.loads(self.output, object_pairs_hook=lambda pairs: ("object", pairs))


class World:
    """One server, one worker, and the two CLIs."""

    def __init__(self, kind: str = "real") -> None:
        self.server = make_server(
            kind,
            arguments=["--dynamic-config-value", "frontend.MaxConcurrentBatchOperationPerNamespace=100"],
        )
        asyncio.run(self.server.start())
        self.serves_schedules = asyncio.run(self.server.serves_schedules())
        self.home = self.server.folder
        self.worker = subprocess.Popen(
            [sys.executable, "-m", "millrace_cli.worker", self.server.address, QUEUE],
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).resolve().parents[1],
        )
        assert self.worker.stdout is not None
        assert self.worker.stdout.readline() == "ready\n"

    def close(self) -> None:
        self.worker.kill()
        self.worker.wait()
        asyncio.run(self.server.stop())

    def environment(self, cli: str) -> dict[str, str]:
        home = self.home / cli
        home.mkdir(exist_ok=True)
        return {"HOME": str(home), "PATH": os.environ["PATH"], "USER": "root"}

    def run(self, cli: str, arguments: list[str], *, connects: bool = True, stdin: str = "") -> Result:
        """`{id}` in arguments becomes the CLI's name."""
        filled = [argument.replace("{id}", cli).replace("{queue}", QUEUE) for argument in arguments]
        if connects:
            filled += ["--address", self.server.address]
        done = subprocess.run(
            [str(CLIS[cli]), *filled],
            input=stdin,
            capture_output=True,
            text=True,
            timeout=30,
            env=self.environment(cli),
        )
        return Result(done.returncode, done.stdout, done.stderr)


def mask_text(text: str) -> list[str]:
    """The lines without what differs between runs or between the CLIs' names."""
    text = text.replace("millrace", "temporal")
    text = _UUID.sub("<uuid>", text)
    text = _RAW_TIME.sub("<time>", text)
    text = _TIME.sub("<time>", text)
    text = _RELATIVE.sub("<ago>", text)
    lines = []
    for line in text.splitlines():
        line = line.rstrip()
        if "RunTime" in line:
            line = _DURATION.sub("<duration>", line)
        line = re.sub(r"^(\s*HistorySize\s+)\d+$", r"\1<count>", line)
        line = line.replace("<nil>", "null")
        line = re.sub(r"^(taskId|historySizeBytes): \d+$", r"\1: <count>", line)
        line = re.sub(r"^(sdkMetadata\.coreUsedFlags)\[\d+\]: \d+$", r"\1: <flag>", line)
        lines.append(line)
    return lines


def mask_json(value: Any) -> Any:
    """The same for JSON with ordered members."""
    match value:
        case ("object", pairs):
            return ("object", [(mask_text(key)[0], _member(key, member)) for key, member in pairs])
        case list():
            if value and all(isinstance(element, int) for element in value):
                return sorted(value)
            return [mask_json(element) for element in value]
        case str():
            return "\n".join(mask_text(value))
        case _:
            return value


def _member(key: str, value: Any) -> Any:
    return "<count>" if key in _COUNTED else mask_json(value)
