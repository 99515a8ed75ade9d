"""Who answers is told in a header of our own; what clients decide by is the reference's version."""

import asyncio

import grpc
from temporalio.api.workflowservice.v1 import (
    DescribeNamespaceRequest,
    DescribeNamespaceResponse,
    GetSystemInfoRequest,
    GetSystemInfoResponse,
)

from support.servers import make_server

SERVICE = "/temporal.api.workflowservice.v1.WorkflowService/"
HEADER = "millrace-version"


def test_every_answer_names_its_server() -> None:
    async def play() -> None:
        async with make_server("ours") as server, grpc.aio.insecure_channel(server.address) as channel:
            info = channel.unary_unary(
                SERVICE + "GetSystemInfo",
                request_serializer=GetSystemInfoRequest.SerializeToString,
                response_deserializer=GetSystemInfoResponse.FromString,
            )(GetSystemInfoRequest())
            version = dict(await info.initial_metadata())[HEADER]
            assert version.split(".")[0].isdigit()
            assert (await info).server_version == "1.32.0"

            # A refusal is an answer too. It may come as trailers alone.
            describe = channel.unary_unary(
                SERVICE + "DescribeNamespace",
                request_serializer=DescribeNamespaceRequest.SerializeToString,
                response_deserializer=DescribeNamespaceResponse.FromString,
            )(DescribeNamespaceRequest(namespace="nowhere"))
            assert await describe.code() == grpc.StatusCode.NOT_FOUND
            told = [*await describe.initial_metadata(), *await describe.trailing_metadata()]
            assert (HEADER, version) in told

    asyncio.run(play())
