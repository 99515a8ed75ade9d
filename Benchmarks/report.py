"""The table of figures, and how they stand to the bars."""

from collections.abc import Iterator

from measure import Figures
from swift_worker import CALLS_PER_WORKFLOW, FAN_OUT, SwiftFigures, SwiftResults

ROWS = [
    ("start to listening, ms", "listening_ms", "start"),
    ("start to first answer, ms", "ready_ms", "start"),
    ("memory when idle, MB", "idle_mb", "memory"),
    ("1 activity, median ms", "one_activity_ms", "latency"),
    ("1 activity, p90 ms", "one_activity_p90_ms", "latency"),
    ("40 activities, median ms", "forty_activities_ms", "latency"),
    ("workflows/s, many in flight", "per_second", "throughput"),
    ("server CPU, ms per workflow", "cpu_ms_per_workflow", "throughput"),
    ("written, KB per workflow", "written_kb_per_workflow", "throughput"),
    ("one fdatasync of 4 KiB, ms", "fsync_ms", ""),
]


SWIFT_ROWS = [
    ("a call that writes nothing, ms", "call_ms"),
    ("1 activity, median ms", "one_activity_ms"),
    ("1 activity, p90 ms", "one_activity_p90_ms"),
    ("40 activities, median ms", "forty_activities_ms"),
    ("workflows/s, many in flight", "per_second"),
    ("CPU of this process, ms per workflow", "process_cpu_ms_per_workflow"),
    ("CPU of the server, ms per workflow", "server_cpu_ms_per_workflow"),
    (f"fan-out of {FAN_OUT}, ms", "fan_out_ms"),
    (f"fan-out of {FAN_OUT}, MB written", "fan_out_written_mb"),
    ("one fdatasync of 4 KiB, ms", "fsync_ms"),
]


def print_report(figures: list[Figures], swift: SwiftResults | None, only: set[str]) -> None:
    """One column for each setup, then the bars that can be judged from what was measured."""
    if figures:
        _table([row[:2] for row in ROWS if not row[2] or row[2] in only], figures)
    if swift:
        _table(SWIFT_ROWS, swift.ways)
        print(f"\nreplay: {swift.replayed:.0f} events/s; echo: {swift.echo:.0f} calls/s")
    lines = [*_bars({item.title: item for item in figures}), *_swift_bars(swift)]
    if lines:
        print("\nBars")
    for line in lines:
        print(f"  {line}")


def _table(rows: list[tuple[str, str]], figures: list[Figures] | list[SwiftFigures]) -> None:
    width = max(len(title) for title, _ in rows)
    columns = [max(len(item.title), 8) for item in figures]
    header = "  ".join(f"{item.title:>{size}}" for item, size in zip(figures, columns))
    print(f"\n{'':<{width}}  {header}")
    for title, name in rows:
        cells = []
        for item, size in zip(figures, columns):
            value = getattr(item, name)
            cells.append(f"{value:>{size}.2f}" if value else f"{'-':>{size}}")
        print(f"{title:<{width}}  {'  '.join(cells)}")


def _bars(by_title: dict[str, Figures]) -> Iterator[str]:
    ours = by_title.get("ours, file, fsync")
    memory = by_title.get("reference, in memory")
    # The better of the reference's two ways to keep a file.
    ways = ("reference, file", "reference, file, WAL")
    files = [by_title[title] for title in ways if title in by_title]
    file = max(files, key=lambda item: item.per_second, default=None)
    if ours and ours.listening_ms:
        yield _line("start to listening, ms", ours.listening_ms, 50, least=False)
    if ours and ours.idle_mb:
        yield _line("memory when idle, MB", ours.idle_mb, 30, least=False)
    if ours and memory and memory.one_activity_ms:
        latencies = (("1 activity", "one_activity_ms"), ("40 activities", "forty_activities_ms"))
        for name, attribute in latencies:
            bar = getattr(memory, attribute) / 5
            title = f"{name}, a fifth of the reference in memory, ms"
            yield _line(title, getattr(ours, attribute), bar, least=False)
    if ours and file and file.per_second:
        yield _line("workflows/s, 10 × the reference on file", ours.per_second, 10 * file.per_second)
        bar = min(item.cpu_ms_per_workflow for item in files) / 20
        title = "server CPU, a twentieth of the reference on file, ms"
        yield _line(title, ours.cpu_ms_per_workflow, bar, least=False)


def _swift_bars(swift: SwiftResults | None) -> Iterator[str]:
    if swift is None:
        return
    grpc, here = swift.ways
    for way in swift.ways:
        for count, attribute in ((1, "one_activity_ms"), (40, "forty_activities_ms")):
            steps = 2 * count + 2
            bar = 1.5 * steps * (way.fsync_ms + way.call_ms)
            title = f"{way.title}, {count} activities, 1.5 × {steps} × (fdatasync + call), ms"
            yield _line(title, getattr(way, attribute), bar, least=False)
        title = f"{way.title}, fan-out of {FAN_OUT}, MB written"
        yield _line(title, way.fan_out_written_mb, 20, least=False)
    yield _line(f"{here.title}, workflows/s", here.per_second, 2000)
    if swift.echo and here.per_second:
        ceiling = 1 / (1 / here.per_second + CALLS_PER_WORKFLOW / swift.echo)
        title = f"{grpc.title}, workflows/s, 80 % of what {CALLS_PER_WORKFLOW} echo calls leave"
        yield _line(title, grpc.per_second, 0.8 * ceiling)
    yield _line("replay, events/s", swift.replayed, 100_000)


def _line(title: str, value: float, bar: float, *, least: bool = True) -> str:
    met = value >= bar if least else value <= bar
    relation = "at least" if least else "at most"
    return f"{'met   ' if met else 'MISSED'}  {title}: {value:.2f}, {relation} {bar:.2f}"
