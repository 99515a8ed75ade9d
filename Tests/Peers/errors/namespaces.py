"""Namespaces, health, and the shape of what the server says about itself."""

from datetime import timedelta

from temporalio.api.workflowservice.v1 import (
    DescribeNamespaceRequest,
    GetClusterInfoRequest,
    ListNamespacesRequest,
    RegisterNamespaceRequest,
)

from errors.registry import case, request_case
from histories.harness import Stage

request_case("describe_namespace", "unknown", DescribeNamespaceRequest(namespace="nowhere"))
request_case("describe_namespace", "neither", DescribeNamespaceRequest())
request_case(
    "describe_namespace",
    "unknown-id",
    DescribeNamespaceRequest(id="0194c3d2-1111-7000-8000-000000000001"),
)


def register_namespace(name: str, **fields: object) -> None:
    values = {"workflow_execution_retention_period": timedelta(days=1), **fields}
    request_case("register_namespace", name, RegisterNamespaceRequest(**values))


register_namespace("duplicate", namespace="default")
register_namespace("no-name", namespace="")
register_namespace("name-too-long", namespace="n" * 1001)
register_namespace(
    "no-retention", namespace="no-retention", workflow_execution_retention_period=None
)
register_namespace(
    "short-retention",
    namespace="short-retention",
    workflow_execution_retention_period=timedelta(minutes=1),
)


@case
async def describe_default_namespace(stage: Stage) -> None:
    """Names, limits and state; capabilities are for each server to tell."""
    answer = await stage.service.describe_namespace(DescribeNamespaceRequest(namespace="default"))
    answer.namespace_info.ClearField("capabilities")
    answer.namespace_info.ClearField("supports_schedules")
    answer.namespace_info.ClearField("description")
    answer.namespace_info.data.clear()
    stage.note("default", answer)


@case
async def list_namespaces(stage: Stage) -> None:
    answer = await stage.service.list_namespaces(ListNamespacesRequest())
    names = {description.namespace_info.name for description in answer.namespaces}
    stage.note("default is listed", "default" in names)


@case
async def cluster_info(stage: Stage) -> None:
    """Which fields are set; versions and names are each server's own."""
    answer = await stage.service.get_cluster_info(GetClusterInfoRequest())
    needed = ("cluster_id", "cluster_name", "server_version", "persistence_store")
    stage.note("fields", [name for name in needed if getattr(answer, name)])


@case
async def health(stage: Stage) -> None:
    service = stage.client.service_client
    stage.note("workflow service", await service.check_health())
    stage.note(
        "operator service",
        await service.check_health(service="temporal.api.operatorservice.v1.OperatorService"),
    )
