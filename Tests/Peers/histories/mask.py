"""Turns protobuf messages into plain dicts in which everything that differs from run to run is masked.

What stays is what a server decides: which fields are set, and to what. Times keep only that they are
set, ids only which of them are equal, and sizes only that they are positive.
"""

import json
import math
import re
from collections.abc import Iterable
from typing import Any

from google.protobuf import symbol_database
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp
from temporalio.api.common.v1 import Payload

UUID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}")

# Numbers that depend on encoding or on how a server counts its own transactions.
COUNTED = {"history_size_bytes", "state_transition_count", "size_bytes", "history_length_bytes"}
# Identifiers of the server's own storage, and hints on load, which depend on how busy the machine is.
DROPPED = {"task_id", "version_history", "poller_scaling_decision"}
# Text that the worker's own code makes and that says where files lie on this machine.
TEXTS = {"stack_trace": "<stack>", "task_token": "<token>", "next_page_token": "<token>"}
# Durations that include how long something really took.
MEASURED = {"execution_duration", "schedule_to_start_latency"}
# Durations that are an interval less the time that has passed, so that they are rounded up.
ROUNDED = {"first_workflow_task_backoff", "backoff_start_interval"}
# Durations that one server knows exactly and the other computes from two times, a few microseconds apart.
NEARLY = {"current_retry_interval"}

# Sets that workers send in no particular order.
UNORDERED = {"core_used_flags", "lang_used_flags"}


def _time(time: Timestamp) -> str:
    """The Go zero time and the epoch both mean "none", but are not the same on the wire."""
    if time.seconds > 0:
        return "<time>"
    return "<time: epoch>" if time.seconds == 0 else "<time: year 1>"


class Masker:
    """Masks one record. Run ids get numbers in the order in which they are first seen."""

    def __init__(self, run_ids: Iterable[str] = ()) -> None:
        self._runs: dict[str, str] = {}
        for run_id in run_ids:
            self._name_run(run_id)

    def _name_run(self, run_id: str) -> str:
        return self._runs.setdefault(run_id, f"<run {len(self._runs) + 1}>")

    def text(self, value: str, field: str = "") -> str:
        """Masks the UUIDs in `value`."""
        if field in TEXTS and value:
            return TEXTS[field]
        if field.endswith("run_id") and UUID.fullmatch(value):
            return self._name_run(value)
        return UUID.sub(lambda match: self._runs.get(match.group(), "<uuid>"), value)

    def message(self, message: Message) -> Any:
        """A message as a dict of its set fields, in the order of the schema."""
        if isinstance(message, Timestamp):
            return _time(message)
        if isinstance(message, Duration):
            return f"{message.seconds + message.nanos / 1e9:g}s"
        if isinstance(message, Payload):
            return self._payload(message)
        if isinstance(message, AnyMessage):
            return self._detail(message)
        fields = sorted(message.ListFields(), key=lambda pair: pair[0].number)
        masked = {}
        for descriptor, value in fields:
            if descriptor.name not in DROPPED:
                masked[descriptor.name] = self._field(descriptor, value)
        return masked

    def _detail(self, detail: AnyMessage) -> dict[str, Any]:
        """An error detail, unpacked as far as its type is known here."""
        name = detail.TypeName()
        try:
            kind = symbol_database.Default().GetSymbol(name)
        except KeyError:
            return {"type": name}
        unpacked = kind()
        detail.Unpack(unpacked)
        return {"type": name, **self.message(unpacked)}

    def _payload(self, payload: Payload) -> dict[str, Any]:
        metadata = {key: value.decode(errors="replace") for key, value in payload.metadata.items()}
        text = payload.data.decode(errors="replace")
        masked: dict[str, Any] = {"metadata": dict(sorted(metadata.items()))}
        if metadata.get("encoding", "").startswith("json/"):
            try:
                masked["json"] = self.value(json.loads(text))
                return masked
            except ValueError:
                pass
        masked["data"] = self.text(text)
        return masked

    def value(self, value: Any) -> Any:
        """Masks plain data and messages at any depth."""
        if isinstance(value, Message):
            return self.message(value)
        if isinstance(value, dict):
            return {str(key): self.value(inner) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return [self.value(inner) for inner in value]
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, bytes):
            return self.text(value.decode(errors="replace"))
        return value

    def _field(self, descriptor: FieldDescriptor, value: Any) -> Any:
        if descriptor.message_type is not None and descriptor.message_type.GetOptions().map_entry:
            item = descriptor.message_type.fields_by_name["value"]
            pairs = [(self.text(str(key)), self._scalar(item, value[key])) for key in value]
            masked: dict[str, Any] = {}
            for key, inner in sorted(pairs, key=lambda pair: (pair[0], json.dumps(pair[1]))):
                # Keys that are masked alike must not hide each other.
                count = sum(1 for other in masked if other.split(" #")[0] == key)
                masked[f"{key} #{count + 1}" if count else key] = inner
            return masked
        if descriptor.is_repeated:
            items = [self._scalar(descriptor, item) for item in value]
            return sorted(items) if descriptor.name in UNORDERED else items
        return self._scalar(descriptor, value)

    def _scalar(self, descriptor: FieldDescriptor, value: Any) -> Any:
        name = descriptor.name
        if isinstance(value, Duration) and name in MEASURED:
            return "<duration>"
        if isinstance(value, Duration) and name in ROUNDED:
            return f"at most {math.ceil(value.seconds + value.nanos / 1e9)}s"
        if isinstance(value, Duration) and name in NEARLY:
            return f"about {round(value.seconds + value.nanos / 1e9)}s"
        if isinstance(value, Duration) and name == "start_to_close_timeout" and value.nanos:
            # A workflow task's timeout from the fourth attempt on, which has a random part.
            return "<grown timeout>"
        if isinstance(value, Message):
            return self.message(value)
        if descriptor.enum_type is not None:
            known = descriptor.enum_type.values_by_number.get(value)
            return known.name if known else value
        if name in COUNTED:
            return "<positive>" if value > 0 else value
        if isinstance(value, str):
            return self.text(value, name)
        if isinstance(value, bytes):
            return TEXTS.get(name) or self.text(value.decode(errors="replace"))
        return value
