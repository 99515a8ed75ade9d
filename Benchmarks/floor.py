"""How long one durable write takes on this machine, with nothing else around it."""

import os
import statistics
import time
from pathlib import Path

BLOCK = b"\0" * 4096


def fsync_floor(folder: Path, count: int = 200) -> list[float]:
    """Seconds for each of `count` appends of 4 KiB with fdatasync, on the file system of `folder`."""
    path = folder / "fsync-floor"
    times = []
    descriptor = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    try:
        for _ in range(count):
            begin = time.perf_counter()
            os.write(descriptor, BLOCK)
            os.fdatasync(descriptor)
            times.append(time.perf_counter() - begin)
    finally:
        os.close(descriptor)
        path.unlink()
    return times


def median_ms(seconds: list[float]) -> float:
    return statistics.median(seconds) * 1000
