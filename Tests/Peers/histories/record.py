"""Runs scenarios on one server and writes their masked records as JSON files.

    python -m histories.record --server real --out FOLDER [NAME ...]
"""

import argparse
import asyncio
import json
import time
from pathlib import Path

import histories.scenarios  # noqa: F401
from histories.harness import SCENARIOS, play_all
from support.servers import make_server


async def _record(kind: str, folder: Path, names: list[str], at_once: int) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    begin = time.monotonic()
    async with make_server(kind) as server:
        records = await play_all(server, names or None, at_once=at_once)
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
    parser.add_argument("--at-once", type=int, default=12, help="scenarios that run side by side")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{len(SCENARIOS)} are known")
    options = parser.parse_args()
    return asyncio.run(_record(options.server, options.out, options.names, options.at_once))


if __name__ == "__main__":
    raise SystemExit(main())
