"""What is not there, and a server that is not there, are said in words that help."""

import subprocess
from pathlib import Path

import pytest

from browser.chrome import Chrome
from support.processes import Binary
from support.servers import OUR_BINARY, free_port

MISSING = [
    ("/nothing", "There is no page at /nothing"),
    ("/namespaces/nope", "nope"),
    ("/namespaces/nope/workflows", "nope"),
    ("/namespaces/nope/schedules", "nope"),
    ("/namespaces/default/workflows/nope", "nope"),
    ("/namespaces/default/workflows/nope/3f1c1b1e-0000-4000-8000-000000000000/history", "not found"),
    ("/namespaces/default/schedules/nope", "not found"),
    ("/import/events/nope/history", "no longer here"),
]


@pytest.mark.parametrize(("address", "words"), MISSING)
def test_missing_pages_say_what_is_missing(chrome: Chrome, address: str, words: str) -> None:
    chrome.open(address)
    text = chrome.text()
    assert "404" in text
    assert words.lower() in text.lower()
    assert chrome.all("main a[href]"), "there is no way on"
    assert not [line for line in chrome.audit() if "contrast" in line or "sideways" in line]
    assert chrome.find("h1").text


def test_a_server_that_is_not_there(chrome: Chrome, tmp_path: Path) -> None:
    port = free_port()
    arguments = ["ui", "--address", f"127.0.0.1:{free_port()}", "--ui-port", str(port)]
    with Binary(OUR_BINARY, *arguments, log=tmp_path / "ui.log") as ui:

        def listens() -> bool:
            return "Web UI" in ui.output() or ui.process.poll() is not None

        chrome.until("it never listened", listens)
        assert ui.process.poll() is None, ui.output()
        for page in ("/namespaces/default/workflows", "/namespaces", "/settings"):
            chrome.open(f"http://localhost:{port}{page}")
            if page == "/settings":
                assert "Time zone" in chrome.text()
            else:
                assert "503" in chrome.text()
                assert "cannot be reached" in chrome.text()
            assert not chrome.audit()


def test_the_ui_says_which_option_is_wrong() -> None:
    result = subprocess.run(
        [str(OUR_BINARY), "ui", "--ui-port", "70000"], capture_output=True, text=True, timeout=20, check=False
    )
    assert result.returncode != 0
    assert "--ui-port" in result.stderr
