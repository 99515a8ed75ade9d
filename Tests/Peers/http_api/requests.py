"""The requests, in the order in which they are sent to each server."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Masked = dict[str, Any]


def everything(masked: Masked) -> Any:
    return masked


def shape(masked: Masked) -> Any:
    """Where the values are each server's own, their names still have to be there."""
    body = masked["body"]
    return masked["status"], masked["type"], sorted(body) if isinstance(body, dict) else body


def status(masked: Masked) -> Any:
    """Where each server has words of its own for what is wrong."""
    return masked["status"], masked["type"], masked["body"].get("code")


def first_event(masked: Masked) -> Any:
    """The reference's pages hold whole batches of events, so they may be longer than asked for."""
    return masked["status"], masked["type"], masked["body"]["history"]["events"][0]


def without_token(masked: Masked) -> Any:
    """The reference gives a token with every full page, though nothing may follow."""
    return masked["status"], {k: v for k, v in masked["body"].items() if k != "nextPageToken"}


@dataclass
class Step:
    """One request.

    `until` has it repeated until its answer contains that, since the reference's list lags behind.
    `only` picks what is compared from the masked answer.
    """

    name: str
    verb: str
    path: str
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    until: str = ""
    only: Callable[[Masked], Any] = everything


STEPS: list[Step] = []
API = "/api/v1"
SPACE = f"{API}/namespaces/default"
FLOWS = f"{SPACE}/workflows"
START = {"workflowType": {"name": "Silent"}, "taskQueue": {"name": "http-nobody"}}
JSON_TEXT = "anNvbi9wbGFpbg=="


def get(name: str, path: str, **options: Any) -> None:
    STEPS.append(Step(name, "GET", path, **options))


def post(name: str, path: str, body: Any = None, **options: Any) -> None:
    STEPS.append(Step(name, "POST", path, body, **options))


def delete(name: str, path: str, **options: Any) -> None:
    STEPS.append(Step(name, "DELETE", path, **options))


# The server.
get("system info", f"{API}/system-info", only=shape)
get("system info, old path", "/system-info", only=shape)
get("cluster info", f"{API}/cluster-info", only=shape)
get("cluster info, old path", "/cluster", only=shape)

# Namespaces.
post(
    "register namespace",
    f"{API}/namespaces",
    {"namespace": "second", "workflowExecutionRetentionPeriod": "172800s", "description": "two words"},
)
post("register it again", f"{API}/namespaces", {"namespace": "second", "workflowExecutionRetentionPeriod": "172800s"})
post("register without retention", f"{API}/namespaces", {"namespace": "third"})
get(
    "describe namespace",
    f"{API}/namespaces/second",
    only=lambda masked: (masked["status"], masked["body"]["config"], masked["body"]["namespaceInfo"]["description"]),
)
post(
    "update namespace",
    f"{API}/namespaces/second/update",
    {"updateInfo": {"description": "changed"}},
    only=lambda masked: (masked["status"], masked["body"]["namespaceInfo"]["description"]),
)
get("describe unknown namespace", f"{API}/namespaces/nowhere")
get("list namespaces", f"{API}/namespaces", only=shape)
get("list namespaces, old path", "/cluster/namespaces?pageSize=100", only=shape)
get(
    "search attributes",
    f"{SPACE}/search-attributes",
    only=lambda masked: (masked["status"], masked["body"]["customAttributes"]),
)

# Starting, and what bodies may look like.
post(
    "start",
    f"{FLOWS}/http-1",
    {**START, "input": [1, {"a": [True, None]}, "text"], "memo": {"fields": {"m": "memo", "n": [1, 2]}}},
)
get("describe", f"{FLOWS}/http-1")
get("describe, old path", "/namespaces/default/workflows/http-1")
get("history", f"{FLOWS}/http-1/history")
get("history in full", f"{FLOWS}/http-1/history?noPayloadShorthand")
get("history backwards", f"{FLOWS}/http-1/history-reverse?pretty")
get("history, one page", f"{FLOWS}/http-1/history?maximumPageSize=1&skipArchival=true", only=first_event)
get("history by proto names", f"{FLOWS}/http-1/history?maximum_page_size=5&history_event_filter_type=1")
get("history, enum by name", f"{FLOWS}/http-1/history?historyEventFilterType=HISTORY_EVENT_FILTER_TYPE_ALL_EVENT")
get("history, bad enum", f"{FLOWS}/http-1/history?historyEventFilterType=BOGUS")
get("history, unknown number of enum", f"{FLOWS}/http-1/history?historyEventFilterType=99")
get("history, bad flag", f"{FLOWS}/http-1/history?waitNewEvent=yes")
get("history, bad run id", f"{FLOWS}/http-1/history?execution.runId=abc")
get("history, bad token", f"{FLOWS}/http-1/history?nextPageToken=AAA=")
get("history, token is not base64", f"{FLOWS}/http-1/history?nextPageToken=!!", only=status)
get("history, message in query", f"{FLOWS}/http-1/history?execution=abc")
get("history, path beyond a text", f"{FLOWS}/http-1/history?execution.runId.x=abc")
get("history, path cannot be changed", f"{FLOWS}/http-1/history?execution.workflow_id=other&namespace=other")
get("history, number twice", f"{FLOWS}/http-1/history?maximumPageSize=1&maximumPageSize=2")
post("start again", f"{FLOWS}/http-1", START)
post("start, proto names", f"{FLOWS}/http-2", {"workflow_type": {"name": "Silent"}, "task_queue": {"name": "http-nobody"}})
post(
    "start, payloads in full",
    f"{FLOWS}/http-3",
    {**START, "input": {"payloads": [{"metadata": {"encoding": JSON_TEXT}, "data": "MQ=="}]}},
)
post(
    "start, payloads of all kinds",
    f"{FLOWS}/http-4",
    {
        **START,
        "input": [
            None,
            {},
            {"_protoMessageType": "temporal.api.common.v1.WorkflowType", "name": "n"},
            {"metadata": {"encoding": "YmluYXJ5L3BsYWlu"}, "data": "MQ=="},
            {"metadata": {"encoding": "YmluYXJ5L3BsYWlu"}},
            {"data": "MQ=="},
        ],
    },
)
get("payloads of all kinds", f"{FLOWS}/http-4/history?noPayloadShorthand&maximumPageSize=1", only=first_event)
get("payloads of all kinds, short", f"{FLOWS}/http-4/history?maximumPageSize=1", only=first_event)
post("start without body", f"{FLOWS}/http-5")
post("start with empty object", f"{FLOWS}/http-5", {})
post("start without queue", f"{FLOWS}/http-5", {"workflowType": {"name": "Silent"}})
post("start, path wins", f"{FLOWS}/http-5", {**START, "namespace": "nowhere", "workflowId": "other"})
post("start without id", f"{FLOWS}/", START)
post("start in unknown namespace", f"{API}/namespaces/nowhere/workflows/x", START)
post("start, unknown field", f"{FLOWS}/http-6", {**START, "foo": 1})
post("start, unknown inner field", f"{FLOWS}/http-6", {"workflowType": {"foo": 1}})
post("start, field twice", f"{FLOWS}/http-6", '{"identity": "a", "identity": "b"}')
post("start, text for message", f"{FLOWS}/http-6", {"workflowType": "Silent"})
post("start, number for text", f"{FLOWS}/http-6", {"identity": 5}, only=status)
post("start, text for flag", f"{FLOWS}/http-6", {"requestEagerExecution": "true"})
post("start, bad enum", f"{FLOWS}/http-6", {"workflowIdReusePolicy": "BOGUS"})
post("start, bad duration", f"{FLOWS}/http-6", {"workflowRunTimeout": "soon"})
post("start, bad number", f"{FLOWS}/http-6", {"retryPolicy": {"maximumAttempts": "x"}}, only=status)
post("start, nulls", f"{FLOWS}/http-6", {"input": None, "workflowType": None})
post("start, text as input", f"{FLOWS}/http-6", {"input": "a"})
post("start, array as body", f"{FLOWS}/http-6", "[]")
post("start, null as body", f"{FLOWS}/http-6", "null")
post("start, cut body", f"{FLOWS}/http-6", "{")
post("start, no JSON", f"{FLOWS}/http-6", "hello", only=status)
post("start, no UTF-8", f"{FLOWS}/http-6", b'{"identity": "\xff"}', only=status)
post("start, body too large", f"{FLOWS}/http-6", b" " * (4 * 1024 * 1024 + 1))
post("start, input too large", f"{FLOWS}/http-6", {**START, "input": ["x" * (2 * 1024 * 1024 + 100)]})
post(
    "start, no short form",
    f"{FLOWS}/http-6",
    {**START, "input": [1]},
    headers={"Content-Type": "application/json+no-payload-shorthand"},
)
post(
    "start, full form",
    f"{FLOWS}/http-6",
    {**START, "input": {"payloads": []}},
    headers={"Content-Type": "application/json+no-payload-shorthand"},
)
post("start, other content type", f"{FLOWS}/http-7", START, headers={"Content-Type": "text/plain"})
post(
    "start with everything",
    f"{FLOWS}/http-8",
    {
        **START,
        "identity": "me",
        "requestId": "r",
        "workflowExecutionTimeout": "3600s",
        "workflowRunTimeout": "1800.5s",
        "workflowTaskTimeout": "5s",
        "workflowIdReusePolicy": "WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE",
        "retryPolicy": {"initialInterval": "1s", "backoffCoefficient": 2.5, "maximumAttempts": 3},
        "searchAttributes": {
            "indexedFields": {"HttpWord": {"metadata": {"encoding": JSON_TEXT, "type": "S2V5d29yZA=="}, "data": "IndvcmQi"}}
        },
        "header": {"fields": {"h": {"x": 1}}},
        "userMetadata": {"summary": "in short"},
    },
)
get("describe with everything", f"{FLOWS}/http-8")
get("history with everything", f"{FLOWS}/http-8/history")

post(
    "start, attribute without type",
    f"{FLOWS}/http-10",
    {**START, "searchAttributes": {"indexedFields": {"HttpWord": "word"}}},
)
get("describe attribute without type", f"{FLOWS}/http-10")
get("history of attribute without type", f"{FLOWS}/http-10/history")
post(
    "start, unknown attribute",
    f"{FLOWS}/http-11",
    {**START, "searchAttributes": {"indexedFields": {"Nonsense": "word"}}},
)

# Signals, cancellation, the end.
post("signal", f"{FLOWS}/http-1/signal/poke", {"input": ["a", 1], "identity": "me"})
post("signal, id with odd characters", f"{FLOWS}/a%20b+c%25/signal/p%C3%B6ke", {})
post("signal nobody", f"{FLOWS}/nobody/signal/poke", {})
post("signal with start", f"{FLOWS}/http-9/signal-with-start/poke", {**START, "signalInput": ["s"], "input": [1]})
get("history after signals", f"{FLOWS}/http-9/history")
post("cancel", f"{FLOWS}/http-9/cancel", {"reason": "why not"})
post("cancel nobody", f"{FLOWS}/nobody/cancel")
post("terminate", f"{FLOWS}/http-1/terminate", {"reason": "enough", "details": [{"d": 1}]})
post("terminate again", f"{FLOWS}/http-1/terminate")
get("history of the end", f"{FLOWS}/http-1/history?historyEventFilterType=HISTORY_EVENT_FILTER_TYPE_CLOSE_EVENT")
get("wait for the end", f"{FLOWS}/http-1/history?waitNewEvent=true&historyEventFilterType=2")
get("describe nobody", f"{FLOWS}/nobody")
get("history of nobody", f"{FLOWS}/nobody/history")
post("query nobody", f"{FLOWS}/nobody/query/state", {})
post("query", f"{FLOWS}/http-worker/query/state", {"query": {"queryArgs": [1, {"a": 2}]}})
post("query of another name", f"{FLOWS}/http-worker/query/other", only=status)

# Lists.
get("list", f"{FLOWS}?query=WorkflowId%3D%27http-8%27", until='"http-8"')
get("list, one", f"{FLOWS}?pageSize=1&query=WorkflowId+STARTS_WITH+%27http-8%27", until='"http-8"', only=without_token)
get("list, nothing", f"{FLOWS}?query=WorkflowId%3D%27nothing%27")
get("list, bad query", f"{FLOWS}?query=Foo%3D1")
get("list, bad number", f"{FLOWS}?pageSize=abc")
get("list, empty number", f"{FLOWS}?pageSize=")
get("list, large number", f"{FLOWS}?pageSize=99999999999")
get("list, semicolon", f"{FLOWS}?pageSize=1;query=x")
get("list, bad escape", f"{FLOWS}?query=%zz")
get("list, unknown parameter", f"{FLOWS}?foo=1&query=WorkflowId%3D%27nothing%27")
get("list, negative number", f"{FLOWS}?pageSize=-1&query=WorkflowId%3D%27nothing%27")
get("count", f"{SPACE}/workflow-count?query=WorkflowId%3D%27http-8%27", until='"1"')
get("count by status", f"{SPACE}/workflow-count?query=WorkflowId%3D%27http-8%27+GROUP+BY+ExecutionStatus")
get("archived", f"{SPACE}/archived-workflows")

# Task queues and activities.
get(
    "task queue",
    f"{SPACE}/task-queues/http-nobody?taskQueueType=TASK_QUEUE_TYPE_WORKFLOW",
    only=lambda masked: (masked["status"], masked["body"].get("pollers")),
)
get("task queue, bad type", f"{SPACE}/task-queues/http-nobody?taskQueueType=NONE")
post("heartbeat", f"{FLOWS}/http-activity/activities/1/heartbeat", {"details": [50]})
post("complete", f"{FLOWS}/http-activity/activities/1/complete", {"result": [{"done": True}], "identity": "me"})
get(
    "history of the activity",
    f"{FLOWS}/http-activity/history?waitNewEvent=true&historyEventFilterType=2",
    until="WORKFLOW_EXECUTION_COMPLETED",
)
post("complete again", f"{FLOWS}/http-activity/activities/1/complete", {"result": [1]})
post("fail nobody's activity", f"{FLOWS}/nobody/activities/1/fail", {"failure": {"message": "m"}})
post("cancel nobody's activity", f"{FLOWS}/nobody/activities/1/resolve-as-canceled")
post("complete without token", f"{SPACE}/activity-complete", {"result": [1]}, only=status)
post("complete with a bad token", f"{SPACE}/activity-complete", {"taskToken": "AAAA"}, only=status)
post("token is not base64", f"{SPACE}/activity-complete", {"taskToken": "!"}, only=status)

# Schedules.
get("schedules", f"{SPACE}/schedules")
get("describe no schedule", f"{SPACE}/schedules/nothing")
delete("delete no schedule", f"{SPACE}/schedules/nothing?identity=me")
SCHEDULE = {
    "schedule": {
        "spec": {"interval": [{"interval": "3600s"}]},
        "action": {
            "startWorkflow": {
                "workflowId": "http-scheduled",
                "workflowType": {"name": "Silent"},
                "taskQueue": {"name": "http-nobody"},
                "input": [1, {"a": 2}],
            }
        },
        "state": {"paused": True, "notes": "not yet"},
    },
    "identity": "me",
    "requestId": "r",
}
post("create schedule", f"{SPACE}/schedules/http", SCHEDULE, only=shape)
post("create schedule again", f"{SPACE}/schedules/http", {**SCHEDULE, "requestId": "s"}, only=status)
get(
    "describe schedule",
    f"{SPACE}/schedules/http",
    only=lambda masked: (masked["status"], masked["body"]["schedule"]["action"], masked["body"]["schedule"]["state"]),
)
get(
    "times of a schedule",
    f"{SPACE}/schedules/http/matching-times?startTime=2026-01-01T00:00:00Z&endTime=2026-01-01T03:00:00Z",
)
get("times, bad time", f"{SPACE}/schedules/http/matching-times?startTime=abc", only=status)
post("patch schedule", f"{SPACE}/schedules/http/patch", {"patch": {"unpause": "now"}, "identity": "me"})
delete("delete schedule", f"{SPACE}/schedules/http?identity=me")

# Paths and methods.
get("nothing there", f"{API}/nothing")
get("the root", "/")
get("one segment more", f"{FLOWS}/http-1/bogus")
get("slash at the end", f"{API}/namespaces/default/")
post("post to a get", f"{API}/system-info", headers={"Content-Type": "application/json"})
STEPS.append(Step("put", "PUT", f"{FLOWS}/http-1", START))
STEPS.append(Step("patch", "PATCH", f"{FLOWS}/http-1", START))
STEPS.append(Step("head", "HEAD", f"{API}/system-info"))
STEPS.append(Step("options", "OPTIONS", f"{API}/system-info"))
delete("delete what cannot be deleted", f"{FLOWS}/http-1")

# Formats and headers.
FORMATS = ["", "+pretty", "+no-payload-shorthand", "+pretty+no-payload-shorthand", "+other"]
for suffix in FORMATS:
    get(f"accept json{suffix}", f"{FLOWS}/http-8/history", headers={"Accept": f"application/json{suffix}"})
get("accept html", f"{FLOWS}/nobody", headers={"Accept": "text/html"})
get("error in pretty", f"{FLOWS}/nobody?pretty")
get("client too new", f"{API}/system-info", headers={"Client-Name": "temporal-go", "Client-Version": "99.0.0"})
get("client without version", f"{API}/system-info", headers={"Client-Name": "temporal-go", "Client-Version": "x"})
get("bad timeout", f"{API}/system-info", headers={"Grpc-Timeout": "bogus"})
