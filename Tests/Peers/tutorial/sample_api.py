"""A stand-in for the Hacker News API with stories of our own.

    python sample_api.py --port PORT [--fail-first N]

Prints `listening on PORT` when it is ready.
"""

import argparse
import contextlib
import itertools
import json
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

FIRST_ID = 9001

STORIES: list[dict[str, Any]] = [
    {"title": "A lighthouse that writes its own logbook", "score": 312},
    {"title": "Counting swallows with a broken radio", "score": 97},
    {"title": "The lighthouse keeper's guide to retries", "score": 540},
    {"title": "Ask: how do you label jam jars?", "score": 44, "url": None},
    {"title": "Small engines, long rivers", "score": 128},
    {"title": "Harbor Works is hiring a bridge painter", "score": 1, "type": "job", "url": None},
    {"title": "Why the river clock runs backwards in winter", "score": 231},
    {"title": "A radio made of river stones", "score": 76},
    {"title": "Notes on folding very large maps", "score": 185},
    {"title": "The bridge that remembers every crossing", "score": 402},
    {"title": "Long winters, small radios", "score": 58},
    {"title": "Mapping swallows from a lighthouse", "score": 149},
]


def items() -> dict[int, dict[str, Any]]:
    """All items by id, in the API's shape."""
    found = {}
    for index, story in enumerate(STORIES):
        item_id = FIRST_ID + index
        item = {
            "by": "keeper",
            "id": item_id,
            "score": story["score"],
            "time": 1_750_000_000 + 60 * index,
            "title": story["title"],
            "type": story.get("type", "story"),
            "url": story.get("url", f"https://example.org/{item_id}"),
        }
        found[item_id] = {key: value for key, value in item.items() if value is not None}
    return found


def make_server(
    port: int, fail_first: int, before_answer: Callable[[str], None] = lambda path: None
) -> ThreadingHTTPServer:
    """A server on loopback that answers its first `fail_first` requests with 503.

    `before_answer` is called with every path, on the request's own thread, and may hold it up.
    """
    requests = itertools.count(1)
    everything = items()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            before_answer(self.path)
            if next(requests) <= fail_first:
                self.reply(503, {"error": "come back later"})
            elif self.path == "/v0/topstories.json":
                self.reply(200, list(everything))
            elif self.path.startswith("/v0/item/") and self.path.endswith(".json"):
                name = self.path.removeprefix("/v0/item/").removesuffix(".json")
                self.reply(200, everything.get(int(name)) if name.isdigit() else None)
            else:
                self.reply(404, None)

        def reply(self, status: int, document: Any) -> None:
            body = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with contextlib.suppress(ConnectionError):
                self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Says nothing about single requests."""

    return ThreadingHTTPServer(("127.0.0.1", port), Handler)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--fail-first", type=int, default=0, metavar="N")
    options = parser.parse_args()
    server = make_server(options.port, options.fail_first)
    print(f"listening on {server.server_address[1]}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
