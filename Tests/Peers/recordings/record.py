"""Runs every program against a real dev server and writes what was recorded."""

import argparse
import asyncio
import json
import logging
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from temporalio.api.update.v1 import message_pb2  # noqa: F401  (needed to write update messages as JSON)
from temporalio.client import Client
from temporalio.runtime import Runtime, TelemetryConfig
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from recordings import programs
from recordings.proxy import Task, serve

FIXTURES = Path(__file__).parents[2] / "WorkerCoreTests" / "Fixtures"
# What says nothing about the worker core and changes with every run.
DROPPED = {
    "identity", "binaryChecksum", "workerVersion", "workerVersionStamp", "deployment", "deploymentOptions",
    "versioningBehavior", "meteringMetadata", "workerInstanceKey", "workerControlTaskQueue", "stickyAttributes",
    "resourceId", "namespace", "taskId", "version", "requestId", "firstExecutionRunId", "pollerScalingDecision",
    "pollerGroupId", "pollerGroupInfos", "pollerGroupsInfo", "backlogCountHint", "capabilities", "stackTrace",
    "parentWorkflowNamespaceId", "namespaceId", "workerMayIgnore", "prevAutoResetPoints", "links", "principal",
    "encodedAttributes", "sourceVersionStamp", "returnNewWorkflowTask", "completionCallbacks",
}


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


async def start_server(binary: str, log: Path) -> tuple[subprocess.Popen, str]:
    port = free_port()
    with log.open("wb") as output:
        process = subprocess.Popen(
            [binary, "server", "start-dev", "--headless", "--ip", "127.0.0.1", "--port", str(port),
             "--search-attribute", "Stars=Int", "--log-level", "error"],
            stdout=output, stderr=output,
        )
    address = f"127.0.0.1:{port}"
    for _ in range(100):
        try:
            await Client.connect(address)
            return process, address
        except RuntimeError:
            await asyncio.sleep(0.1)
    process.kill()
    raise RuntimeError(f"the server did not start:\n{log.read_text()}")


def slim(value: object) -> object:
    if isinstance(value, dict):
        return {key: slim(item) for key, item in value.items() if key not in DROPPED}
    if isinstance(value, list):
        return [slim(item) for item in value]
    return value


def as_json(message: Message | None) -> object:
    return slim(MessageToDict(message)) if message is not None else None


def as_dict(task: Task, history: list[object]) -> dict[str, object]:
    """The task as JSON. Events that are the same as in the finished history are given by their ids only."""
    poll = as_json(task.poll)
    events = poll.get("history", {}).get("events", [])
    if events:
        first = int(events[0]["eventId"])
        if events == history[first - 1 : first - 1 + len(events)]:
            poll.pop("history")
            poll["events"] = [first, first + len(events) - 1]
    content = {"poll": poll, "kind": task.kind, "request": as_json(task.request)}
    if task.error:
        content["error"] = task.error
    if task.response is not None:
        reset = getattr(task.response, "reset_history_event_id", 0)
        if reset:
            content["resetHistoryEventId"] = str(reset)
    return content


async def record(name: str, program: programs.Program, address: str) -> None:
    direct = await Client.connect(address, identity="recorder")
    recorder, proxy, proxied = await serve(address)
    queue = f"recorded-{name}"
    worker = Worker(
        await Client.connect(proxied, identity="recorder"), task_queue=queue, workflows=programs.WORKFLOWS,
        activities=programs.ACTIVITIES, workflow_runner=UnsandboxedWorkflowRunner(),
        max_cached_workflows=100 if program.cached else 0, disable_eager_activity_execution=True,
        max_concurrent_workflow_tasks=10,
    )
    async with worker:
        if "neighbour" in program.arguments:
            await direct.start_workflow(programs.TimersAndSignals.run, id="neighbour", task_queue="nobody")
        handle = await direct.start_workflow(
            program.workflow.run, args=program.arguments, id=name, task_queue=queue)
        await program.drive(direct, handle)
    await proxy.stop(0.5)
    runs = [run async for run in direct.list_workflows(f"WorkflowId = '{name}'")]
    first = min(runs, key=lambda run: run.start_time)
    history = await direct.get_workflow_handle(name, run_id=first.run_id).fetch_history()
    events = [as_json(event) for event in history.events]
    mine = [task for task in recorder.tasks if task.poll.workflow_execution.run_id == first.run_id]
    tasks = [as_dict(task, events) for task in mine]
    content = {
        "name": name,
        "runId": first.run_id,
        "tasks": tasks,
        "history": {"events": events},
    }
    path = FIXTURES / f"{name}.json"
    path.write_text(json.dumps(content, separators=(",", ":"), sort_keys=True) + "\n")
    print(f"{name}: {len(tasks)} tasks, {len(history.events)} events, {path.stat().st_size} bytes", flush=True)


async def main() -> None:
    # Tasks fail on purpose here.
    logging.disable(logging.CRITICAL)
    Runtime.set_default(Runtime(telemetry=TelemetryConfig(logging=None)))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="programs to record; all of them if none is given")
    parser.add_argument("--server", default=str(Path(sys.executable).with_name("temporal")),
                        help="the reference's command-line tool, which brings the dev server")
    arguments = parser.parse_args()
    FIXTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as directory:
        server, address = await start_server(arguments.server, Path(directory) / "server.log")
        try:
            for name, program in programs.PROGRAMS.items():
                if not arguments.names or name in arguments.names:
                    await record(name, program, address)
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    asyncio.run(main())
