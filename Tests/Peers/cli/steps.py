"""The commands, in the order in which they are given to each server."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Step:
    """One command.

    `until` has it repeated until its output contains that, since the reference's list lags behind.
    `only` picks what is compared from the masked outcome.
    """

    name: str
    arguments: list[str]
    until: str = ""
    only: Callable[[dict[str, Any]], Any] = field(default=lambda masked: masked)


STEPS: list[Step] = []


def step(name: str, command: str, *more: str, **options: Any) -> None:
    """`command` is split at spaces; arguments that contain spaces go into `more`."""
    STEPS.append(Step(name, [*command.split(), *more], **options))


def exit_code(masked: dict[str, Any]) -> Any:
    return masked["exit code"]


def keys_and_code(masked: dict[str, Any]) -> Any:
    """Where the values are each server's own, their names still have to be there."""
    output = masked["output"]
    return masked["exit code"], sorted(output) if isinstance(output, dict) else type(output).__name__


def without_counts(masked: dict[str, Any]) -> Any:
    """Task queue statistics depend on the moment; which columns there are does not."""
    return masked["exit code"], [line.split()[:1] for line in masked["output"]], masked["errors"]


QUEUE = "--task-queue cli-queue"

step("health", "operator cluster health")
step("health as JSON", "operator cluster health -o json")
step("system", "operator cluster system -o json", only=keys_and_code)
step("cluster", "operator cluster describe -o json", only=keys_and_code)
step("namespace create", "operator namespace create second --retention 48h --description", "two words")
step("namespace create again", "operator namespace create second")
step(
    "namespace describe",
    "operator namespace describe second -o json",
    only=lambda masked: (
        masked["exit code"],
        {k: v for k, v in masked["output"]["namespaceInfo"].items() if k != "capabilities"},
        masked["output"]["config"],
    ),
)
step("namespace describe unknown", "operator namespace describe nowhere")
step(
    "namespace list",
    "operator namespace list -o json",
    only=lambda masked: (
        masked["exit code"],
        sorted(
            item["namespaceInfo"]["name"]
            for item in masked["output"]
            # The reference keeps its own workings in a namespace of its own.
            if item["namespaceInfo"]["name"] != "temporal-system"
        ),
    ),
)

step("start", f"workflow start --type Collector --workflow-id one {QUEUE} --input 2")
step("start as JSON", f"workflow start --type Collector --workflow-id two {QUEUE} --input 1 -o json")
step("start again", f"workflow start --type Collector --workflow-id one {QUEUE} --input 2")
step(
    "start use existing",
    f"workflow start --type Collector --workflow-id one {QUEUE} --id-conflict-policy UseExisting -o json",
)
step("start without type", f"workflow start {QUEUE}", only=exit_code)
step("start bad JSON", f"workflow start --type Collector {QUEUE} --input {{not-json")
step("describe", "workflow describe --workflow-id one")
step("describe as JSON", "workflow describe --workflow-id two -o json")
step("describe missing", "workflow describe --workflow-id nothing")
step("list open", "workflow list --query", "ExecutionStatus = 'Running'", until="two")
step("count", "workflow count --query", "WorkflowType = 'Collector'", until="2")
step("count as JSON", "workflow count -o json --query", "WorkflowType = 'Collector'")
step("list bad query", "workflow list --query", "Foo = 'x'")
step("signal", "workflow signal --workflow-id one --name add --input", '"first"')
step("signal again", "workflow signal --workflow-id one --name add --input", '"second"')
step("signal missing", "workflow signal --workflow-id nothing --name add")
step("result", "workflow result --workflow-id one")
step("result as JSON", "workflow result --workflow-id one -o json")
step("signal closed", "workflow signal --workflow-id one --name add")
step("show", "workflow show --workflow-id one")
step("show as JSON", "workflow show --workflow-id one -o json")
step("show missing", "workflow show --workflow-id nothing")
step("describe closed", "workflow describe --workflow-id one")
step("execute", f"workflow execute --type Greet --workflow-id greet {QUEUE} --input", '"CLI"')
step("execute as JSON", f"workflow execute --type Greet --workflow-id g2 {QUEUE} -o json --input", '"x"')
step("execute failing", f"workflow execute --type Failing --workflow-id bad {QUEUE} --input false")
step(
    "execute failing as JSON",
    f"workflow execute --type Failing --workflow-id bad2 {QUEUE} --input false -o json",
)
step("result of failing", "workflow result --workflow-id bad")
step("start waiting", f"workflow start --type Forever --workflow-id wait {QUEUE} --memo", 'why="cli"')
step("cancel", "workflow cancel --workflow-id wait")
step("result of canceled", "workflow result --workflow-id wait")
step("cancel missing", "workflow cancel --workflow-id nothing")
step("terminate", "workflow terminate --workflow-id two --reason", "no longer wanted")
step("terminate again", "workflow terminate --workflow-id two")
step("result of terminated", "workflow result --workflow-id two")
step("show terminated", "workflow show --workflow-id two")
step("list closed", "workflow list --query", "WorkflowId = 'two'", until="Terminated")
step(
    "list as JSON",
    "workflow list -o json --query",
    "WorkflowId = 'greet' AND ExecutionStatus = 'Completed'",
    until="COMPLETED",
)
step(
    "count by status",
    "workflow count --query",
    "WorkflowType = 'Collector' GROUP BY ExecutionStatus",
    until="2",
)
step("task queue", "task-queue describe --task-queue cli-queue", only=without_counts)
step("task queue as JSON", "task-queue describe --task-queue cli-queue -o json", only=keys_and_code)
step("delete without consent", "workflow delete --workflow-id g2")
step("delete", "workflow delete --yes --workflow-id g2")
step("delete missing", "workflow delete --yes --workflow-id nothing")

# Schedules: the tutorial's path, with a workflow that stays open, so that nothing depends on how fast a worker is.

SCHEDULED = f"--type Forever --workflow-id scheduled {QUEUE}"


def without_moment(masked: dict[str, Any]) -> Any:
    """A schedule as it is set up: what it has done and when it is due next changes with time."""
    described = masked["output"]
    return masked["exit code"], described["schedule"], sorted(described["info"])


def running(masked: dict[str, Any]) -> Any:
    """What a schedule has started, and how often."""
    info = masked["output"]["info"]
    started = [action["startWorkflowResult"]["workflowId"] for action in info["recentActions"]]
    return masked["exit code"], info.get("actionCount"), info.get("overlapSkipped"), started, len(info["runningWorkflows"])


step("schedule create", f"schedule create --schedule-id nightly --interval 24h {SCHEDULED}", "--input", '{"n": 30}')
step("schedule create again", f"schedule create --schedule-id nightly --interval 24h {SCHEDULED}")
step(
    "schedule create with everything",
    "schedule create --schedule-id full --interval 48h/3h --time-zone Europe/Rome --overlap-policy BufferOne"
    " --catchup-window 2h --pause-on-failure --paused --remaining-actions 7 --start-time 2026-01-01T00:00:00Z"
    " --end-time 2040-01-01T00:00:00Z --schedule-memo why=\"cli\" --memo of=[1] --run-timeout 1h"
    f" --execution-timeout 2h --task-timeout 9s {SCHEDULED}",
    "--cron",
    "30 12 * * Fri",
    "--calendar",
    '{"dayOfWeek":"Mon-Wed","hour":"17","minute":"5","comment":"after work"}',
    "--notes",
    "two words",
    "--static-summary",
    "one line",
)
step("schedule create with a bad cron", f"schedule create --schedule-id bad --cron nope {SCHEDULED}")
step("schedule create with a bad hour", f'schedule create --schedule-id bad --calendar {{"hour":"25"}} {SCHEDULED}')
step("schedule create with a short interval", f"schedule create --schedule-id bad --interval 1ms {SCHEDULED}")
step("schedule create with a late offset", f"schedule create --schedule-id bad --interval 1h/2h {SCHEDULED}")
step("schedule create in no time zone", f"schedule create --schedule-id bad --interval 1h --time-zone No/Where {SCHEDULED}")
step("schedule create without a queue", "schedule create --schedule-id bad --interval 1h --type T --task-queue", "")
step(
    "schedule create with an unknown attribute",
    f"schedule create --schedule-id bad --interval 1h --schedule-search-attribute Nope=1 {SCHEDULED}",
)
step("schedule describe", "schedule describe --schedule-id nightly --time-format iso")
step("schedule describe as JSON", "schedule describe --schedule-id nightly -o json", only=without_moment)
step("schedule describe everything", "schedule describe --schedule-id full --time-format iso")
step("schedule describe everything as JSON", "schedule describe --schedule-id full -o json", only=without_moment)
step("schedule describe missing", "schedule describe --schedule-id nothing")
step("schedule list", "schedule list --time-format iso --query", "ScheduleId = 'nightly'", until="nightly")
step("schedule list in full", "schedule list --really-long --time-format iso --query", "ScheduleId = 'full'", until="two words")
step("schedule list as JSON", "schedule list -o json --query", "ScheduleId = 'full'", until="two words")
step("schedule list paused", "schedule list --time-format iso --query", "TemporalSchedulePaused = true", until="full")
step("schedule list bad query", "schedule list --query", "Foo = 'x'")
step(
    "schedule times",
    "schedule list-matching-times --schedule-id full --start-time 2026-03-27T00:00:00Z"
    " --end-time 2026-04-02T00:00:00Z -o json",
)
step("schedule toggle", "schedule toggle --schedule-id nightly --pause --reason", "source is down")
step("schedule describe paused", "schedule describe --schedule-id nightly --time-format iso", until="source is down")
step("schedule toggle back", "schedule toggle --schedule-id nightly --unpause")
step("schedule toggle missing", "schedule toggle --schedule-id nothing --pause")
step("schedule trigger", "schedule trigger --schedule-id nightly")
step(
    "schedule describe triggered",
    "schedule describe --schedule-id nightly -o json",
    until='"actionCount": "1"',
    only=running,
)
step("schedule trigger overlapping", "schedule trigger --schedule-id nightly")
step("schedule trigger missing", "schedule trigger --schedule-id nothing")
step(
    "schedule backfill",
    "schedule backfill --schedule-id nightly --start-time 2026-01-01T12:00:00Z --end-time 2026-01-04T12:00:00Z"
    " --overlap-policy AllowAll",
)
step(
    "schedule describe backfilled",
    "schedule describe --schedule-id nightly -o json",
    until='"actionCount": "4"',
    only=running,
)
step(
    "schedule backfill missing",
    "schedule backfill --schedule-id nothing --start-time 2026-01-01T00:00:00Z --end-time 2026-01-04T00:00:00Z",
)
step("schedule count started", "workflow count --query", "TemporalScheduledById = 'nightly'", until="4")
step("schedule update", f"schedule update --schedule-id nightly --cron @daily --notes changed {SCHEDULED}")
step(
    "schedule describe updated",
    "schedule describe --schedule-id nightly -o json",
    until="changed",
    only=without_moment,
)
step("schedule update missing", f"schedule update --schedule-id nothing --cron @daily {SCHEDULED}")
step("schedule delete", "schedule delete --schedule-id nightly")
step("schedule describe deleted", "schedule describe --schedule-id nightly")
step("schedule delete missing", "schedule delete --schedule-id nothing")
step("unknown namespace", "workflow list --namespace nowhere")
step("empty namespace listed", "workflow list --namespace second")
