"""`millrace` and `temporal` do the same on the same server: exit codes, output, messages.

The server is the first of `--pair`, the real one by default.
"""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from millrace_cli import schedule_cases  # noqa: F401: it adds its cases
from millrace_cli.cases import CASES, Case
from millrace_cli.running import Result, World, mask_json, mask_text


@pytest.fixture(scope="module")
def world(pair: tuple[str, str]) -> Iterator[World]:
    world = World(pair[0])
    yield world
    world.close()


# Later cases act on what earlier ones made, so all are run, in order, whichever are selected.
@pytest.fixture(scope="module")
def results(world: World) -> dict[str, tuple[Result, Result]]:
    found = {}
    with ThreadPoolExecutor(max_workers=2) as pool:
        for case in CASES:
            theirs, ours = (
                pool.submit(world.run, cli, case.arguments, connects=case.connects, stdin=case.stdin)
                for cli in ("temporal", "millrace")
            )
            found[case.name] = (theirs.result(), ours.result())
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_command(case: Case, world: World, results: dict[str, tuple[Result, Result]]) -> None:
    if case.arguments[0] == "schedule" and not world.serves_schedules:
        pytest.skip("schedules are not served")
    theirs, ours = results[case.name]
    COMPARISONS[case.kind](case, theirs, ours)


def compare_text(case: Case, theirs: Result, ours: Result) -> None:
    assert lines(case, ours.output) == lines(case, theirs.output)
    assert mask_text(ours.errors) == mask_text(theirs.errors)
    assert ours.code == theirs.code


def compare_json(case: Case, theirs: Result, ours: Result) -> None:
    assert ours.code == theirs.code, ours.errors
    expected, actual = mask_json(theirs.json()), mask_json(ours.json())
    if case.unordered:
        expected, actual = sort_lists(expected), sort_lists(actual)
    assert actual == expected
    assert mask_text(ours.errors) == mask_text(theirs.errors)


def compare_text_or_json(case: Case, theirs: Result, ours: Result) -> None:
    """JSON lines: each is a document."""
    assert ours.code == theirs.code, ours.errors
    documents = [
        [mask_json(Result(0, line, "").json()) for line in result.output.splitlines()]
        for result in (theirs, ours)
    ]
    assert sort_lists(documents[1]) == sort_lists(documents[0])


def compare_error(case: Case, theirs: Result, ours: Result) -> None:
    assert theirs.code == 1
    assert ours.code == 1
    assert mask_text(ours.errors) == mask_text(theirs.errors)


def compare_usage(case: Case, theirs: Result, ours: Result) -> None:
    assert theirs.code == 1
    assert ours.code == 2
    assert ours.errors.startswith("Error: ")
    assert ours.output == ""


def compare_usage_message(case: Case, theirs: Result, ours: Result) -> None:
    compare_usage(case, theirs, ours)
    assert mask_text(ours.errors) == mask_text(theirs.errors)


def compare_code(case: Case, theirs: Result, ours: Result) -> None:
    assert ours.code == theirs.code, ours.errors


def compare_exactly(case: Case, theirs: Result, ours: Result) -> None:
    assert ours == theirs


def compare_keys(case: Case, theirs: Result, ours: Result) -> None:
    assert ours.code == theirs.code
    assert list(json.loads(ours.output)) == list(json.loads(theirs.output))


COMPARISONS = {
    "text": compare_text,
    "json": compare_json,
    "text-json": compare_text_or_json,
    "error": compare_error,
    "usage": compare_usage,
    "usage-message": compare_usage_message,
    "run": compare_code,
    "exact": compare_exactly,
    "keys": compare_keys,
}


def lines(case: Case, output: str) -> list[str]:
    found = [
        line
        for line in mask_text(output)
        if not any(line.strip().startswith(start) for start in case.ignored_lines)
    ]
    if case.loose:
        found = [" ".join(line.split()) for line in found]
    return sorted(found) if case.unordered else found


def sort_lists(value: Any) -> Any:
    match value:
        case ("object", pairs):
            return ("object", [(key, sort_lists(member)) for key, member in pairs])
        case list():
            return sorted((sort_lists(element) for element in value), key=repr)
        case _:
            return value
