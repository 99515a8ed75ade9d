"""The crash loop: kill, restart, go on; then compare the ledger with the server.

    python -m crash.loop --server ours --cycles 200 --seed 1
"""

import argparse
import asyncio
import random
import statistics
import time
from dataclasses import dataclass

from crash.ledger import Ledger
from crash.load import Load
from crash.verify import verify
from support.servers import make_server


@dataclass
class Report:
    """How a crash loop went."""

    ledger: Ledger
    broken: list[str]
    seconds_to_ready: list[float]

    def summary(self) -> str:
        times = self.seconds_to_ready or [0.0]
        ready = f"ready after {statistics.median(times):.2f} s, at most {max(times):.2f} s"
        return f"{len(self.seconds_to_ready)} kills; {ready}; {self.ledger.summary()}"


async def crash_loop(kind: str, cycles: int, seed: int, *, at_once: int = 8) -> Report:
    """Kills a server on a file `cycles` times under load and verifies what it then holds."""
    chance = random.Random(seed)
    ledger = Ledger()
    times: list[float] = []
    async with make_server(kind, on_file=True) as server:
        load = Load(await server.connect(), ledger, chance, at_once)
        async with load.workflow_worker():
            load.begin()
            for _ in range(cycles):
                await asyncio.sleep(0.1 + chance.random() * 0.9)
                times.append(await server.kill_and_restart())
            await asyncio.wait_for(load.finish_starting(), 90)
            broken = await verify(load.client, ledger)
            await load.stop()
        # What a server holds must not depend on what it still has in memory.
        times.append(await server.kill_and_restart())
        broken += await verify(await server.connect(), ledger)
    return Report(ledger, list(dict.fromkeys(broken)), times)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--server", choices=["ours", "real"], default="ours")
    parser.add_argument("--cycles", type=int, default=20)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--at-once", type=int, default=8, help="workflows begun side by side")
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    report = asyncio.run(
        crash_loop(options.server, options.cycles, options.seed, at_once=options.at_once)
    )
    print(report.summary())
    for line in report.broken[:50]:
        print(f"BROKEN {line}")
    print(f"{len(report.broken)} violations")
    return 1 if report.broken else 0


if __name__ == "__main__":
    raise SystemExit(main())
