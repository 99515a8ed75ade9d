"""Sends one request and masks the answer."""

import asyncio
import http.client
import json
import re
from dataclasses import dataclass
from typing import Any

from cli.commands import mask_json

# Where in a body an error is, and where in its own source the reference found it.
PLACES = re.compile(r"^temporalproto: (\(line \d+:\d+\): )?| \(line \d+:\d+\)| \(in [^)]*\)$")
# The reference names its catch-all format, which is no media type, where it means JSON.
MEDIA_TYPES = {"*": "application/json"}


@dataclass
class Answer:
    """What came back, as it was."""

    status: int
    media_type: str
    text: str

    def masked(self) -> dict[str, Any]:
        return {
            "status": self.status,
            "type": MEDIA_TYPES.get(self.media_type, self.media_type),
            "body": mask_json(_plain(self.text)),
        }


def _plain(text: str) -> Any:
    try:
        value = json.loads(text)
    except json.JSONDecodeError:
        return text
    if isinstance(value, dict) and isinstance(value.get("code"), int) and "message" in value:
        value["message"] = PLACES.sub("", value["message"])
    return value


def _send(port: int, verb: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(verb, path, body=body, headers=headers)
        response = connection.getresponse()
        text = response.read().decode(errors="replace")
        return Answer(response.status, response.headers.get("content-type", ""), text)
    finally:
        connection.close()


async def send(
    port: int, verb: str, path: str, body: Any = None, headers: dict[str, str] | None = None
) -> Answer:
    """`body` is bytes or text as they are, or anything that can be JSON."""
    if body is not None and not isinstance(body, bytes):
        body = (body if isinstance(body, str) else json.dumps(body)).encode()
    return await asyncio.to_thread(_send, port, verb, path, body, headers or {})
