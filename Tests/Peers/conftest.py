"""Options and fixtures of all peer suites."""

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


def pytest_configure(config: pytest.Config) -> None:
    """A missing server is one clear error, not a failure of every test."""
    kinds = {*config.getoption("--pair").split(","), config.getoption("--subject")}
    unknown = kinds - {"real", "ours"}
    if unknown:
        raise pytest.UsageError(f"unknown server {', '.join(sorted(unknown))}")
    if "ours" in kinds and not OUR_BINARY.exists():
        raise pytest.UsageError(
            f"there is no {OUR_BINARY}: build it (swift build --product millrace) or set MILLRACE_BIN"
        )
    if "real" in kinds and not REAL_BINARY.exists():
        raise pytest.UsageError(f"there is no {REAL_BINARY}: run scripts/peer-env")


@pytest.fixture(scope="session")
def pair(request: pytest.FixtureRequest) -> tuple[str, str]:
    """The kinds of the two servers to compare, the reference first."""
    expected, actual = request.config.getoption("--pair").split(",")
    return expected, actual


@pytest.fixture(scope="session")
def subject(request: pytest.FixtureRequest) -> str:
    """The kind of server for suites that need only one."""
    return request.config.getoption("--subject")
