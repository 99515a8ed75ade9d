"""Finds and prints the differences between two masked records."""

import json
from typing import Any

MISSING = "(absent)"


def differences(expected: Any, actual: Any, path: str = "") -> list[str]:
    """One line for each difference; empty if the two are equal."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        return _dict_differences(expected, actual, path)
    if isinstance(expected, list) and isinstance(actual, list):
        return _list_differences(expected, actual, path)
    if expected == actual and type(expected) is type(actual):
        return []
    return [f"{path or '(whole)'}: {_short(expected)} → {_short(actual)}"]


def _dict_differences(expected: dict[str, Any], actual: dict[str, Any], path: str) -> list[str]:
    lines = []
    for key in [*expected, *(key for key in actual if key not in expected)]:
        inner = f"{path}.{key}" if path else key
        lines += differences(expected.get(key, MISSING), actual.get(key, MISSING), inner)
    return lines


def _list_differences(expected: list[Any], actual: list[Any], path: str) -> list[str]:
    if _is_history(expected) and _is_history(actual):
        return _history_differences(expected, actual, path)
    lines = []
    for index in range(max(len(expected), len(actual))):
        left = expected[index] if index < len(expected) else MISSING
        right = actual[index] if index < len(actual) else MISSING
        lines += differences(left, right, f"{path}[{index}]")
    return lines


def _is_history(items: list[Any]) -> bool:
    return bool(items) and all(isinstance(item, dict) and "event_type" in item for item in items)


def _history_differences(expected: list[Any], actual: list[Any], path: str) -> list[str]:
    """If the kinds of events differ, comparing attributes one by one would only be noise."""
    left, right = [[_event_name(event) for event in events] for events in (expected, actual)]
    if left != right:
        lines = [f"{path}: the events differ (expected | actual)"]
        for index in range(max(len(left), len(right))):
            one = left[index] if index < len(left) else "-"
            other = right[index] if index < len(right) else "-"
            lines.append(f"    {'  ' if one == other else '≠ '}{index + 1:>3} {one:<50} | {other}")
        return lines
    lines = []
    for event, other in zip(expected, actual):
        where = f"{path}[{event.get('event_id', '?')} {_event_name(event)}]"
        lines += differences(event, other, where)
    return lines


def _event_name(event: dict[str, Any]) -> str:
    return str(event["event_type"]).removeprefix("EVENT_TYPE_")


def _short(value: Any) -> str:
    text = value if value is MISSING else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 300 else text[:297] + "…"
