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
step("unknown namespace", "workflow list --namespace nowhere")
step("empty namespace listed", "workflow list --namespace second")
