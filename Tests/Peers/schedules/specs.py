"""Schedule specs to compare, by hand and at random, and the windows they are looked at in."""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp
from temporalio.api.schedule.v1 import (
    CalendarSpec,
    IntervalSpec,
    Range,
    ScheduleSpec,
    StructuredCalendarSpec,
)

Window = tuple[datetime, datetime]


@dataclass
class SpecCase:
    name: str
    spec: ScheduleSpec
    windows: list[Window]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def stamp(text: str) -> Timestamp:
    time = Timestamp()
    time.FromDatetime(at(text))
    return time


def seconds(value: float) -> Duration:
    return Duration(seconds=int(value), nanos=round(value % 1 * 1e9))


def around(text: str, days: int = 2) -> Window:
    middle = at(text)
    return middle - timedelta(days=days), middle + timedelta(days=days)


# What everybody is looked at in: ordinary days, a leap day, the end of a year, and the end of the calendar.
ORDINARY = [
    (at("2026-01-14T10:17:33"), at("2026-01-16T12:00")),
    around("2028-02-29"),
    (at("2026-12-30T12:00"), at("2027-01-02")),
    (at("2026-03-01"), at("2027-04-01")),
]
FAR = [(at("2039-06-01"), at("2041-06-01")), (at("2100-12-30"), at("2101-02-01"))]

# Zones, and the days on which their clocks are turned in 2026 (or the year given).
ZONES = {
    "UTC": [],
    "Europe/Berlin": ["2026-03-29", "2026-10-25", "2040-03-25"],
    "Europe/London": ["2026-03-29", "2026-10-25"],
    "Europe/Dublin": ["2026-03-29", "2026-10-25"],
    "America/New_York": ["2026-03-08", "2026-11-01", "2043-03-08"],
    "America/St_Johns": ["2026-03-08", "2026-11-01"],
    "America/Havana": ["2026-03-08", "2026-11-01"],
    "America/Santiago": ["2026-04-05", "2026-09-06"],
    "Africa/Cairo": ["2026-04-24", "2026-10-30"],
    "Asia/Beirut": ["2026-03-29", "2026-10-25"],
    "Australia/Sydney": ["2026-04-05", "2026-10-04"],
    "Australia/Lord_Howe": ["2026-04-05", "2026-10-04", "2045-04-02"],
    "Pacific/Chatham": ["2026-04-05", "2026-09-27"],
    "Pacific/Apia": ["2011-12-30"],
    "Africa/Casablanca": ["2026-02-15", "2026-03-22"],
    "Antarctica/Troll": ["2026-03-29", "2026-10-25"],
    "America/Nuuk": ["2026-03-29", "2026-10-25"],
    "Asia/Kolkata": [],
    "Asia/Kathmandu": [],
    "Etc/GMT+12": [],
}


def windows_of(zone: str) -> list[Window]:
    return ORDINARY + [around(day) for day in ZONES.get(zone, [])] + FAR


def ranges(*values: int | tuple[int, ...]) -> list[Range]:
    """`5` or `(start, end)` or `(start, end, step)`."""
    result = []
    for value in values:
        start, end, step = (*(value if isinstance(value, tuple) else (value,)), 0, 0)[:3]
        result.append(Range(start=start, end=end, step=step))
    return result


def structured(**fields: list[Range] | str) -> StructuredCalendarSpec:
    """As a client's library makes it: midnight of any day but for the `fields`."""
    full: dict[str, list[Range] | str] = {
        "second": ranges(0),
        "minute": ranges(0),
        "hour": ranges(0),
        "day_of_month": ranges((1, 31)),
        "month": ranges((1, 12)),
        "day_of_week": ranges((0, 6)),
    }
    return StructuredCalendarSpec(**{**full, **fields})


def cron(*texts: str, **fields: object) -> ScheduleSpec:
    return ScheduleSpec(cron_string=texts, **fields)


def every(interval: float, phase: float | None = None, **fields: object) -> ScheduleSpec:
    spec = IntervalSpec(interval=seconds(interval))
    if phase is not None:
        spec.phase.CopyFrom(seconds(phase))
    return ScheduleSpec(interval=[spec], **fields)


def zone_file(name: str) -> bytes:
    return (Path("/usr/share/zoneinfo") / name).read_bytes()


def by_hand() -> dict[str, ScheduleSpec]:
    hours = {f"every-day-at-{hour}-in-{zone.replace('/', '-')}": cron(f"30 {hour} * * *", timezone_name=zone)
             for zone in ZONES for hour in (0, 1, 2, 3, 23)}  # fmt: skip
    quarters = {f"quarters-in-{zone.replace('/', '-')}": cron("*/15 * * * *", timezone_name=zone) for zone in ZONES}
    hourly = {f"hourly-in-{zone.replace('/', '-')}": cron("@hourly", timezone_name=zone) for zone in ZONES}
    return hours | quarters | hourly | {
        "nothing": ScheduleSpec(),
        "yearly": cron("@yearly"),
        "annually": cron("@annually"),
        "monthly": cron("@monthly # first of the month"),
        "weekly": cron("@weekly"),
        "daily": cron("@daily"),
        "midnight": cron("  @midnight  "),
        "hourly": cron("@hourly"),
        "every-14h-3h": cron("@every 14h/3h"),
        "every-90m": cron("@every 1h30m # comment"),
        "every-1d": cron("@every 1d"),
        "every-1.5d": cron("@every 1.5d/90m"),
        "every-no-phase": cron("@every 7h/"),
        "every-with-zone": cron("TZ=Asia/Tokyo @every 5h"),
        "every-odd-word": cron("@everything 5h"),
        "every-fraction": cron("@every 2.75s", start_time=stamp("2026-01-14T11:50"), end_time=stamp("2026-01-14T12:10")),
        "cron-6": cron("0 12 29 2 * 2028"),
        "cron-7": cron("15,45 30 4 * * 1-5 2026-2028/2"),
        "cron-names": cron("0 9 * jan,Feb-apr,DECEMBER mon-Fri"),
        "cron-names-long": cron("0 9 1-7 september,octo,nove tues,thursday"),
        "cron-zone": cron("TZ=America/New_York 0 9 * * 1-5"),
        "cron-zone-long": cron("CRON_TZ=Asia/Kolkata 15 10 * * * # tea"),
        "cron-zones": cron("TZ=Europe/Paris 0 1 * * *", "TZ=Europe/Paris 0 2 * * *"),
        "cron-zone-and-name": cron("TZ=Europe/Paris 0 1 * * *", timezone_name="Europe/Paris"),
        "cron-zone-empty": cron("TZ= 0 1 * * *", timezone_name="Asia/Tokyo"),
        "cron-tabs": cron("0\t12\t*\t*\t*"),
        "cron-comments": cron("0 12 * * * # one # two", "0 13 * * *#three"),
        "cron-weekday-7": cron("0 0 * * 7"),
        "cron-weekday-0-7": cron("0 0 * * 0-7"),
        "cron-weekday-1-7": cron("0 0 * * 1-7"),
        "cron-weekday-3-7": cron("0 0 * * 3-7"),
        "cron-weekday-3-7-3": cron("0 0 * * 3-7/3"),
        "cron-weekday-1-7-2": cron("0 0 * * 1-7/2"),
        "cron-weekday-star-2": cron("0 0 * * */2"),
        "cron-weekday-star-7": cron("0 0 * * */7"),
        "cron-weekday-5-up": cron("0 0 * * 5/2"),
        "cron-weekday-7-up": cron("0 0 * * 7/3"),
        "cron-weekday-6-up": cron("0 0 * * 6/1"),
        "cron-weekday-list": cron("0 0 * * sun,3,7,6-7"),
        "cron-from-x-by-y": cron("7/20 3/10 5/9 2/4 *"),
        "cron-step-one": cron("10-20/1 0-1/1 * * *"),
        "cron-single-range": cron("5-5 6-6 * * *"),
        "cron-large-step": cron("0/100 0 * * *"),
        "cron-plus-sign": cron("+5 +6 * * *"),
        "cron-year-star-2": cron("0 0 1 1 * */2"),
        "cron-year-star-list": cron("0 0 1 1 * *,2027"),
        "cron-friday-13": cron("0 0 13 * 5"),
        "cron-february-30": cron("0 0 30 2 *"),
        "cron-day-31": cron("0 0 31 * *"),
        "cron-monday-29-february": cron("0 0 29 2 1"),
        "cron-2099-on": cron("0 0 1 * * 2099/1"),
        "every-second": cron("* * * * * * *", start_time=stamp("2026-01-14T12:00"), end_time=stamp("2026-01-14T12:05")),
        "calendar-empty": ScheduleSpec(calendar=[CalendarSpec()]),
        "calendar-texts": ScheduleSpec(
            calendar=[
                CalendarSpec(
                    second="5", minute="*/20", hour="6-18/6", day_of_month="1-7", month="1,3,dec", day_of_week="mon-fri",
                    year="2026-2030", comment="working hours",
                )
            ]
        ),
        "calendar-spaces": ScheduleSpec(calendar=[CalendarSpec(hour="  7 ", minute="\t30")]),
        "calendars": ScheduleSpec(calendar=[CalendarSpec(hour="7"), CalendarSpec(hour="19", minute="30")]),
        "structured": ScheduleSpec(structured_calendar=[structured(hour=ranges(5, (10, 20, 5)), comment="c")]),
        "structured-year": ScheduleSpec(structured_calendar=[structured(year=ranges(2028, (2030, 2100, 10)))]),
        "structured-bare": ScheduleSpec(structured_calendar=[StructuredCalendarSpec(hour=ranges(5))]),
        "structured-no-weekday": ScheduleSpec(structured_calendar=[structured(day_of_week=[])]),
        "structured-end-zero": ScheduleSpec(structured_calendar=[structured(hour=ranges((5, 0, 3)))]),
        "structured-comment": ScheduleSpec(structured_calendar=[structured(comment="x" * 200)]),
        "interval": every(3600),
        "interval-phase": every(3600, 1234),
        "interval-days": every(10 * 86400, 3 * 86400),
        "interval-fraction": every(90.75, 0.5),
        "interval-second": every(1, start_time=stamp("2026-01-14T12:00"), end_time=stamp("2026-01-14T12:05")),
        "interval-years": every(400 * 86400),
        "interval-century": every(150 * 365 * 86400, 86400),
        "intervals": ScheduleSpec(interval=[*every(7200).interval, *every(5400, 60).interval]),
        "all-kinds": ScheduleSpec(
            interval=every(50000, 7).interval, cron_string=["12 12 * * *"], calendar=[CalendarSpec(minute="12")],
            structured_calendar=[structured(hour=ranges(12), minute=ranges(12))],
        ),
        "start": every(3600, start_time=stamp("2026-01-15T00:00")),
        "start-fraction": every(1, start_time=Timestamp(seconds=1768435200, nanos=500_000_000),
                                end_time=Timestamp(seconds=1768435210, nanos=500_000_000)),
        "end": every(3600, end_time=stamp("2026-01-15T00:00")),
        "end-before-start": every(3600, start_time=stamp("2027-01-01"), end_time=stamp("2026-01-01")),
        "start-1960": cron("0 0 1 * *", start_time=stamp("1960-05-05")),
        "exclude-texts": cron("0 * * * *", exclude_calendar=[CalendarSpec(hour="0-11"), CalendarSpec(hour="*", day_of_week="sat,sun")]),
        "exclude-structured": every(3600, exclude_structured_calendar=[structured(hour=ranges((1, 23)))]),
        "exclude-all": cron("0 12 * * *", exclude_calendar=[CalendarSpec(hour="12")]),
        "exclude-months": cron("0 0 * * *", exclude_calendar=[CalendarSpec(month="2-12")]),
        "exclude-in-zone": cron("0 * * * *", exclude_calendar=[CalendarSpec(hour="1-3")], timezone_name="America/New_York"),
        "exclude-odd": every(3600, exclude_structured_calendar=[structured(hour=ranges((20, 30)), second=ranges(0, 70))]),
        "zone-local-name": cron("0 12 * * *", timezone_name="UTC"),
        "zone-data": cron("30 1 * * *", timezone_name="My/Zone", timezone_data=zone_file("Europe/Lisbon")),
        "zone-data-no-name": cron("30 1 * * *", timezone_data=zone_file("America/Chicago")),
        "zone-link": cron("0 12 * * *", timezone_name="Europe/Vaduz"),
        "jitter-negative": every(3600, jitter=seconds(-5)),
    }  # fmt: skip


class Generator:
    """Specs at random: the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def chance(self, of: float) -> bool:
        return self.random.random() < of

    def entry(self, low: int, high: int) -> tuple[int, ...]:
        start = self.random.randint(low, high)
        end = self.random.randint(start, high)
        return self.random.choice([(start,), (start, end), (start, end, self.random.randint(1, 9)), (low, high)])

    def entries(self, low: int, high: int) -> list[tuple[int, ...]]:
        return [self.entry(low, high) for _ in range(self.random.choice([1, 1, 1, 2, 3]))]

    def text(self, low: int, high: int, star: float, names: Iterable[str] = ()) -> str:
        if self.chance(star):
            return self.random.choice(["*", "*", f"*/{self.random.randint(1, 12)}"])
        if names and self.chance(0.4):
            name = self.random.choice(list(names))
            return self.random.choice([name, name.upper(), name[:3]])
        forms = {1: "{}", 2: "{}-{}", 3: "{}-{}/{}"}
        texts = [forms[len(entry)].format(*entry) for entry in self.entries(low, high)]
        if self.chance(0.2):
            texts.append(f"{self.random.randint(low, high)}/{self.random.randint(1, 20)}")
        return ",".join(texts)

    def fields(self) -> dict[str, str]:
        result = {
            "second": self.text(0, 59, 0) if self.chance(0.2) else "0",
            "minute": self.text(0, 59, 0.1),
            "hour": self.text(0, 23, 0.3),
            "day_of_month": self.text(1, 31, 0.7),
            "month": self.text(1, 12, 0.7, ["january", "june", "october", "may"]),
            "day_of_week": self.text(0, 7, 0.6, ["sunday", "monday", "saturday"]),
        }
        if self.chance(0.15):
            result["year"] = self.text(2026, 2045, 0.3)
        return result

    def cron(self) -> str:
        fields = self.fields()
        names = ["minute", "hour", "day_of_month", "month", "day_of_week"]
        if "year" in fields or fields["second"] != "0":
            fields.setdefault("year", "*")
            names.append("year")
        if fields["second"] != "0":
            names.insert(0, "second")
        return " ".join(fields[name] for name in names) + self.random.choice(["", "", " # noted"])

    def structured(self) -> StructuredCalendarSpec:
        limits = {"second": (0, 59), "minute": (0, 59), "hour": (0, 23)}
        dates = {"day_of_month": (1, 31), "month": (1, 12), "day_of_week": (0, 6), "year": (2000, 2100)}
        chosen = {name: ranges(*self.entries(*limit)) for name, limit in limits.items()
                  if name != "second" or self.chance(0.2)}  # fmt: skip
        chosen |= {name: ranges(*self.entries(*limit)) for name, limit in dates.items() if self.chance(0.25)}
        return structured(**chosen)

    def interval(self) -> IntervalSpec:
        unit = self.random.choice([60, 900, 3600, 86400])
        interval = unit * self.random.randint(1, 40) + self.random.choice([0, 0, 1, 17])
        spec = IntervalSpec(interval=seconds(interval))
        if self.chance(0.5):
            spec.phase.CopyFrom(seconds(self.random.randrange(interval)))
        return spec

    def spec(self) -> ScheduleSpec:
        spec = ScheduleSpec()
        if self.chance(0.6):
            spec.timezone_name = self.random.choice(list(ZONES))
        while not (spec.cron_string or spec.calendar or spec.structured_calendar or spec.interval):
            if self.chance(0.4):
                spec.cron_string.append(self.cron())
            if self.chance(0.25):
                spec.calendar.append(CalendarSpec(**self.fields()))
            if self.chance(0.35):
                spec.structured_calendar.append(self.structured())
            if self.chance(0.25):
                spec.interval.append(self.interval())
        if self.chance(0.2):
            spec.exclude_calendar.append(CalendarSpec(**self.fields()))
        if self.chance(0.25):
            # Not too much: the reference gives up a search after two weeks of excluded seconds.
            wide = {"second": ranges((0, 59)), "minute": ranges((0, 59)), "hour": ranges(self.entry(0, 23))}
            wide |= {"day_of_month": ranges((2, self.random.randint(3, 9), 2)), "month": ranges((1, 11, 2))}
            spec.exclude_structured_calendar.append(structured(**wide))
        if self.chance(0.15):
            spec.start_time.CopyFrom(stamp(f"2026-0{self.random.randint(1, 9)}-11T01:02:03"))
        if self.chance(0.15):
            spec.end_time.CopyFrom(stamp(f"2027-0{self.random.randint(1, 9)}-11T01:02:03"))
        return spec


def all_cases(seed: int = 1, count: int = 200) -> list[SpecCase]:
    generator = Generator(seed)
    specs = by_hand() | {f"random-{number}": generator.spec() for number in range(count)}
    return [SpecCase(name, spec, windows_of(spec.timezone_name)) for name, spec in specs.items()]
