"""Finds the pages there are by following links, as a reader without a script would."""

import re
import urllib.error
import urllib.request
from collections import Counter, deque
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urljoin, urlsplit

IDS = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+")
PER_SHAPE = 2
LIMIT = 140
PATIENCE = 20


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = dict(attributes)
        if tag == "a" and values.get("href") and "download" not in values:
            self.addresses.append(values["href"] or "")


def shape(address: str) -> str:
    """What pages of a kind have in common: the path without ids, and which fields the query has."""
    parts = urlsplit(address)
    segments = parts.path.split("/")
    for index in range(1, len(segments)):
        if segments[index - 1] in ("workflows", "schedules", "task-queues") and "-" not in segments[index]:
            segments[index] = "*"
    fields = ",".join(sorted(name for name, _ in parse_qsl(parts.query, keep_blank_values=True)))
    return IDS.sub("*", "/".join(segments)) + (f"?{fields}" if fields else "")


def pages(base: str, first: list[str]) -> list[str]:
    """Addresses of HTML pages that answer with 200, a few of each shape."""
    waiting = deque(first)
    seen: set[str] = set(first)
    shapes: Counter[str] = Counter()
    found: list[str] = []
    while waiting and len(found) < LIMIT:
        address = waiting.popleft()
        if address not in first and shapes[shape(address)] >= PER_SHAPE:
            continue
        shapes[shape(address)] += 1
        try:
            with urllib.request.urlopen(base + address, timeout=PATIENCE) as answer:
                if not answer.headers.get_content_type() == "text/html":
                    continue
                text = answer.read().decode()
        except urllib.error.HTTPError as error:
            raise AssertionError(f"a link leads to {address}, which answers {error.code}") from None
        except TimeoutError:
            raise AssertionError(f"a link leads to {address}, which does not answer in {PATIENCE} s") from None
        found.append(address)
        links = _Links()
        links.feed(text)
        for link in links.addresses:
            target = urlsplit(urljoin(base + address, link))
            if f"{target.scheme}://{target.netloc}" != base:
                continue
            next_address = target.path + (f"?{target.query}" if target.query else "")
            # Such a link asks a worker, and there are runs without one.
            if next_address not in seen and not (target.path.endswith("/queries") and target.query):
                seen.add(next_address)
                waiting.append(next_address)
    return found
