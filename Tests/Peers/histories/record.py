"""Runs scenarios, or the cases of bad requests, on one server and writes their records as JSON.

    python -m histories.record --server real --out FOLDER [NAME ...]
    python -m histories.record --errors --out FOLDER
"""

import argparse
import asyncio
import json
import time
from pathlib import Path

import histories.scenarios  # noqa: F401
import errors.cases  # noqa: F401
from errors.registry import CASES
from histories.harness import SCENARIOS, Scenario, play_all
from support.servers import make_server


async def _record(
    kind: str, folder: Path, names: list[str], at_once: int, registry: dict[str, Scenario]
) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    begin = time.monotonic()
    async with make_server(kind) as server:
        records = await play_all(
            server, names or None, at_once=at_once, registry=registry
        )
    failed = 0
    for name, record in records.items():
        text = json.dumps(record, indent=2, ensure_ascii=False)
        (folder / f"{name}.json").write_text(text + "\n")
        if "failed" in record:
            failed += 1
            print(f"{name}: {record['failed']}")
    print(f"{len(records)} scenarios in {time.monotonic() - begin:.1f} s, {failed} failed")
    return 1 if failed else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--server", choices=["real", "ours"], default="real")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--at-once", type=int, default=24, help="scenarios that run side by side")
    parser.add_argument("--errors", action="store_true", help="the cases of bad requests instead")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{len(SCENARIOS)} are known")
    options = parser.parse_args()
    registry = CASES if options.errors else SCENARIOS
    work = _record(options.server, options.out, options.names, options.at_once, registry)
    return asyncio.run(work)


if __name__ == "__main__":
    raise SystemExit(main())
