"""Our Swift worker: on our server over gRPC, on one in its own process, and replaying a history."""

import json
import os
import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from floor import fsync_floor, median_ms
from measure import Effort
from support.servers import OUR_BINARY, OurServer

REPOSITORY = Path(__file__).resolve().parent.parent
BENCH = Path(os.environ.get("MILLRACE_BENCH_BIN") or REPOSITORY / ".build/release/millrace-bench")
ECHO = Path(os.environ.get("MILLRACE_ECHO_BIN") or REPOSITORY / ".build/release/rpc-echo")

# Start, two polls and two completions of workflow tasks, the activity's completion (it is handed
# out with the first of them), and the wait for the result.
CALLS_PER_WORKFLOW = 7
FAN_OUT = 2_000
REPLAYED_EVENTS = 20_000


@dataclass
class SwiftFigures:
    """One way to reach the server. Times are in milliseconds; 0 for what was not measured."""

    title: str
    fsync_ms: float = 0.0
    call_ms: float = 0.0
    one_activity_ms: float = 0.0
    one_activity_p90_ms: float = 0.0
    forty_activities_ms: float = 0.0
    per_second: float = 0.0
    process_cpu_ms_per_workflow: float = 0.0
    process_written_kb_per_workflow: float = 0.0
    server_cpu_ms_per_workflow: float = 0.0
    fan_out_ms: float = 0.0
    fan_out_written_mb: float = 0.0


def _bench(folder: Path, *arguments: str) -> dict[str, float]:
    command = [str(BENCH), *arguments]
    answer = subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=folder)
    return json.loads(answer.stdout)


def _load(effort: Effort) -> list[str]:
    return [
        *("--one-activity", str(effort.one_activity)),
        *("--forty-activities", str(effort.forty_activities)),
        *("--in-flight", str(effort.in_flight)),
        *("--seconds", str(int(effort.load_seconds))),
    ]


NOTHING = ["--one-activity", "0", "--forty-activities", "0", "--seconds", "0"]


async def over_grpc(base: Path, effort: Effort) -> SwiftFigures:
    """Worker and client in one process, the server in another."""
    figures = SwiftFigures("Swift worker, gRPC", fsync_ms=median_ms(fsync_floor(base)))
    with tempfile.TemporaryDirectory(dir=base) as folder:
        async with OurServer(folder=Path(folder), on_file=True) as server:
            _take(figures, _bench(base, "--address", server.address, *_load(effort)))
            before = server.usage()
            load = [*NOTHING[:-1], str(int(effort.load_seconds))]
            found = _bench(base, "--address", server.address, *load)
            spent = server.usage().cpu_seconds - before.cpu_seconds
            done = found["per_second"] * int(effort.load_seconds)
            figures.server_cpu_ms_per_workflow = spent * 1000 / done
            before = server.usage()
            fan_out = ["--fan-out", str(FAN_OUT)]
            _take(figures, _bench(base, "--address", server.address, *NOTHING, *fan_out))
            written = server.usage().written_bytes - before.written_bytes
            figures.fan_out_written_mb = written / 1e6
    return figures


def in_process(base: Path, effort: Effort) -> SwiftFigures:
    """Worker, client and server in one process, without a socket."""
    figures = SwiftFigures("Swift worker, in process", fsync_ms=median_ms(fsync_floor(base)))
    _take(figures, _bench(base, *_load(effort)))
    found = _bench(base, *NOTHING, "--fan-out", str(FAN_OUT))
    _take(figures, found)
    figures.fan_out_written_mb = found["process_fan_out_written_mb"]
    return figures


def _take(figures: SwiftFigures, found: dict[str, float]) -> None:
    for name, value in found.items():
        if hasattr(figures, name):
            setattr(figures, name, value)


def replayed_per_second(base: Path) -> float:
    """Events of a history that are replayed in a second, workflow code included."""
    return _bench(base, "--replay", str(REPLAYED_EVENTS))["replay_events_per_second"]


def echo_per_second() -> float:
    """Calls per second between our client and our server, each in a process of its own."""
    server = subprocess.Popen([str(ECHO)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        port = server.stdout.readline().split()[-1]
        command = [str(ECHO), "call", port, "100000", "64"]
        answer = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
        found = re.match(r"(\d+) calls/s", answer)
        return float(found.group(1)) if found else 0.0
    finally:
        assert server.stdin is not None
        server.stdin.close()
        server.wait()


@dataclass
class SwiftResults:
    ways: list[SwiftFigures]
    replayed: float
    echo: float


async def measure_swift(base: Path, effort: Effort) -> SwiftResults | None:
    """Everything above, or `None` if the programs are not there."""
    if not BENCH.exists() or not OUR_BINARY.exists():
        return None
    ways = [await over_grpc(base, effort), in_process(base, effort)]
    echo = echo_per_second() if ECHO.exists() else 0.0
    return SwiftResults(ways, replayed_per_second(base), echo)
