"""Options and fixtures of all peer suites."""

from pathlib import Path

import pytest

from support.servers import OUR_BINARY, REAL_BINARY


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--pair",
        default="real,ours",
        help="the two servers to compare, reference first: real or ours, e.g. real,real",
    )
    parser.addoption(
        "--subject",
        default="ours",
        choices=["ours", "real"],
        help="the server that suites about one server alone are run on",
    )
    parser.addoption("--cycles", type=int, default=5, help="how often the crash loop kills the server")
    parser.addoption("--seed", type=int, default=1, help="seed of the crash loop")


def _must_exist(kinds: list[str]) -> None:
    """A missing server ends the run with one clear line, not with a failure of every test."""
    unknown = set(kinds) - {"real", "ours"}
    if unknown:
        pytest.exit(f"unknown server {', '.join(sorted(unknown))}", returncode=2)
    if "ours" in kinds and not OUR_BINARY.exists():
        advice = "build it (swift build --product millrace) or set MILLRACE_BIN"
        pytest.exit(f"there is no {OUR_BINARY}: {advice}", returncode=2)
    if "real" in kinds and not REAL_BINARY.exists():
        pytest.exit(f"there is no {REAL_BINARY}: run scripts/peer-env", returncode=2)


@pytest.fixture(scope="session")
def pair(request: pytest.FixtureRequest) -> tuple[str, str]:
    """The kinds of the two servers to compare, the reference first."""
    kinds = request.config.getoption("--pair").split(",")
    _must_exist(kinds)
    expected, actual = kinds
    return expected, actual


@pytest.fixture(scope="session")
def subject(request: pytest.FixtureRequest) -> str:
    """The kind of server for suites that need only one."""
    kind = request.config.getoption("--subject")
    _must_exist([kind])
    return kind


KNOWN_DIFFERENCES = Path(__file__).parent / "known_differences.txt"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that are known to differ today run all the same and are reported, but do not fail the suite."""
    if not KNOWN_DIFFERENCES.exists():
        return
    lines = [line.strip() for line in KNOWN_DIFFERENCES.read_text().splitlines()]
    known = {line for line in lines if line and not line.startswith("#")}
    for item in items:
        if item.nodeid in known:
            item.add_marker(pytest.mark.xfail(reason="known difference", strict=False))
