"""Ours and the reference in turn, in the same run, with ratios and bars.

    scripts/bench [--quick] [--only start,memory,latency,throughput,schedules,swift] [--setups NAME,…] [--json FILE]
"""

import argparse
import asyncio
import json
import os
import platform
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "Tests/Peers")]

from measure import QUICK, Effort, Setup, measure  # noqa: E402
from report import print_report  # noqa: E402
from schedules import measure_schedules, print_schedules  # noqa: E402
from support.servers import OUR_BINARY, REAL_BINARY  # noqa: E402
from swift_worker import measure_swift  # noqa: E402

# As durable as ours, and several times faster than what the reference does when it is not told.
WAL = ["--sqlite-pragma", "journal_mode=wal", "--sqlite-pragma", "synchronous=2"]

SETUPS = {
    "ours": Setup("ours, file, fsync", "ours", True),
    "real-memory": Setup("reference, in memory", "real", False),
    "real-file": Setup("reference, file", "real", True),
    "real-file-wal": Setup("reference, file, WAL", "real", True, WAL),
}
PARTS = ["start", "memory", "latency", "throughput", "schedules", "swift"]
# Measured on each server.
BOTH = set(PARTS[:4])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few repetitions, for a first look")
    parser.add_argument("--only", default=",".join(PARTS), help=f"of {', '.join(PARTS)}")
    parser.add_argument("--setups", default=",".join(SETUPS), help=f"of {', '.join(SETUPS)}")
    parser.add_argument("--folder", type=Path, help="where databases lie; must be on a real disk")
    parser.add_argument("--seconds", type=float, help="of load")
    parser.add_argument("--json", type=Path, help="write the figures there too")
    options = parser.parse_args()
    only, names = set(options.only.split(",")), options.setups.split(",")
    unknown = (only - set(PARTS)) | (set(names) - set(SETUPS))
    if unknown:
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    for name in names:
        binary = OUR_BINARY if SETUPS[name].kind == "ours" else REAL_BINARY
        if not binary.exists():
            parser.error(f"there is no {binary}, needed for {name}")
    effort = QUICK if options.quick else Effort()
    if options.seconds:
        effort.load_seconds = options.seconds
    base = options.folder or Path(tempfile.mkdtemp(prefix="bench-"))

    print(f"{os.cpu_count()} cores, {platform.system()} {platform.release()}, databases in {base}")
    figures = []
    for name in names if only & BOTH else []:
        print(f"measuring {SETUPS[name].title} …", flush=True)
        figures.append(asyncio.run(measure(SETUPS[name], base, effort, only)))
    schedules = []
    if "schedules" in only:
        count, periods = (1_000, 1) if options.quick else (10_000, 3)
        for spread in (True, False):
            print("measuring schedules on our server …", flush=True)
            work = measure_schedules(SETUPS["ours"], base, count, periods, spread=spread)
            schedules.append(asyncio.run(work))
    swift = None
    if "swift" in only:
        print("measuring our Swift worker …", flush=True)
        swift = asyncio.run(measure_swift(base, effort))
        if swift is None:
            print("there is no millrace-bench: swift build -c release --product millrace-bench")
    print_report(figures, swift, only)
    print_schedules(schedules)
    if options.json:
        found = {"servers": [asdict(item) for item in figures]}
        found["schedules"] = [asdict(item) for item in schedules]
        if swift is not None:
            found["swift"] = asdict(swift)
        options.json.write_text(json.dumps(found, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
