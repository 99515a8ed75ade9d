"""The table of figures, and how they stand to the bars."""

from collections.abc import Iterator

from measure import Figures

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


def print_report(figures: list[Figures], only: set[str]) -> None:
    """One column for each setup, then the bars that can be judged from what was measured."""
    rows = [row for row in ROWS if not row[2] or row[2] in only]
    width = max(len(title) for title, _, _ in rows)
    columns = [max(len(item.title), 8) for item in figures]
    header = "  ".join(f"{item.title:>{size}}" for item, size in zip(figures, columns))
    print(f"\n{'':<{width}}  {header}")
    for title, name, _ in rows:
        cells = []
        for item, size in zip(figures, columns):
            value = getattr(item, name)
            cells.append(f"{value:>{size}.2f}" if value else f"{'-':>{size}}")
        print(f"{title:<{width}}  {'  '.join(cells)}")
    lines = list(_bars({item.title: item for item in figures}))
    if lines:
        print("\nBars")
    for line in lines:
        print(f"  {line}")


def _bars(by_title: dict[str, Figures]) -> Iterator[str]:
    ours = by_title.get("ours, file, fsync")
    memory = by_title.get("reference, in memory")
    # The better of the reference's two ways to keep a file.
    ways = ("reference, file", "reference, file, WAL")
    files = [by_title[title] for title in ways if title in by_title]
    file = max(files, key=lambda item: item.per_second, default=None)
    swift = by_title.get("ours, file, fsync, Swift worker")
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
    if swift:
        for count, attribute in ((1, "one_activity_ms"), (40, "forty_activities_ms")):
            fsyncs = (2 * count + 2) * (ours.fsync_ms if ours else swift.fsync_ms)
            # The calls themselves are on top of this; see README.md.
            title = f"{count} activities, Swift worker, 1.5 × {2 * count + 2} fdatasyncs, ms"
            yield _line(title, getattr(swift, attribute), 1.5 * fsyncs, least=False)
        yield _line("workflows/s, Swift worker", swift.per_second, 2000)


def _line(title: str, value: float, bar: float, *, least: bool = True) -> str:
    met = value >= bar if least else value <= bar
    relation = "at least" if least else "at most"
    return f"{'met   ' if met else 'MISSED'}  {title}: {value:.2f}, {relation} {bar:.2f}"
