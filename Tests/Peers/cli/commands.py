"""Running `temporal` against a server, and masking what it prints."""

import asyncio
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from histories.mask import UUID
from support.servers import REAL_BINARY, DevServer

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
AGO = re.compile(r"\b(\d+ (second|minute)s? ago|a few seconds ago|now|in \d+ \w+)\b")
ADDRESS = re.compile(r"127\.0\.0\.1:\d+")
DURATION = re.compile(r"\b(\d+m)?\d+(\.\d+)?(ms|µs|s)\b")
# Counted by each server in its own way; only that they are there is compared.
SIZES = re.compile(r"^(\s*(StateTransitionCount|HistorySize(Bytes)?)\s+)\d+", re.MULTILINE)
# Sets that workers send in no particular order.
UNORDERED_KEYS = {"coreUsedFlags", "langUsedFlags"}
MASKED_KEYS = {
    "taskId",
    "historySizeBytes",
    "stateTransitionCount",
    "taskToken",
    "nextPageToken",
    "executionDuration",
    "firstWorkflowTaskBackoff",
    "durationMillis",
}


def mask_text(text: str) -> str:
    """Ids, times, addresses and column widths out of the way."""
    text = UUID.sub("<uuid>", text)
    text = TIME.sub("<time>", text)
    text = AGO.sub("<ago>", text)
    text = ADDRESS.sub("<address>", text)
    text = SIZES.sub(r"\1<positive>", text)
    text = DURATION.sub("<duration>", text)
    lines = (re.sub(r"\s+", " ", line).strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def mask_json(value: Any, key: str = "") -> Any:
    """As `mask_text`, in the values of a document."""
    if key in MASKED_KEYS:
        return f"<{key}>"
    if isinstance(value, dict):
        return {UUID.sub("<uuid>", k): mask_json(inner, k) for k, inner in value.items()}
    if key in UNORDERED_KEYS:
        return sorted(value)
    if isinstance(value, list):
        return [mask_json(inner) for inner in value]
    if isinstance(value, str):
        return ADDRESS.sub("<address>", TIME.sub("<time>", UUID.sub("<uuid>", value)))
    return value


@dataclass
class Outcome:
    """What a command did: exit code and its two outputs, as they were."""

    code: int
    output: str
    errors: str

    def masked(self) -> dict[str, Any]:
        return {
            "exit code": self.code,
            "output": self._masked_output(),
            "errors": mask_text(self.errors).splitlines(),
        }

    def _masked_output(self) -> Any:
        try:
            return mask_json(json.loads(self.output))
        except ValueError:
            return mask_text(self.output).splitlines()


async def temporal(server: DevServer, *arguments: str, timeout: float = 30) -> Outcome:
    """Runs one command, without any configuration of the user's."""
    environment = {
        "HOME": str(server.folder),
        "PATH": os.environ["PATH"],
        "TEMPORAL_ADDRESS": server.address,
        "NO_COLOR": "1",
        "TZ": "UTC",
    }
    process = await asyncio.create_subprocess_exec(
        str(REAL_BINARY),
        *arguments,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=environment,
        cwd=Path(server.folder),
    )
    try:
        output, errors = await asyncio.wait_for(process.communicate(), timeout)
    except TimeoutError:
        process.kill()
        output, errors = await process.communicate()
        return Outcome(-1, output.decode(), errors.decode() + f"\nno end after {timeout:g} s")
    return Outcome(process.returncode or 0, output.decode(), errors.decode())
