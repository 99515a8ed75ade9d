import SwiftProtobuf
import Testing
import WireAPI
import WireRPC

@testable import MillraceCLI

@Suite struct OperatorCommandTests {
    private func health(_ status: Int32) -> TestWorld {
        var world = TestWorld()
        world.services.register(HealthCheck.method) { request, _ in
            guard request.value == HealthCheck.service else { throw RPCError(.notFound, "unknown service") }
            return Google_Protobuf_Int32Value(status)
        }
        return world
    }

    @Test func healthIsAnExitCode() async {
        let serving = await health(1).run("operator", "cluster", "health")
        #expect(serving.code == 0)
        #expect(serving.output == "SERVING\n")
        let down = await health(2).run("operator", "cluster", "health", "-o", "jsonl")
        #expect(down.code == 1)
        #expect(down.output == "{\"status\":\"NOT_SERVING\"}\n")
    }

    @Test func metadataIdentifiesTheCaller() async {
        let recorder = Recorder<[String: String]>()
        var world = TestWorld()
        world.services.register(WorkflowService.getSystemInfo) { _, context in
            recorder.record(Dictionary(context.metadata.map { ($0.key, $0.value) }) { $1 })
            return .init()
        }
        _ = await world.run(
            "operator", "cluster", "system", "--api-key", "k", "-n", "ns", "--grpc-meta", "Extra=1")
        #expect(recorder.requests.first?["authorization"] == "Bearer k")
        #expect(recorder.requests.first?["temporal-namespace"] == "ns")
        #expect(recorder.requests.first?["extra"] == "1")
        #expect(recorder.requests.first?["client-name"] == "millrace-cli")
    }

    @Test func anAttributeIsAddedOnce() async {
        let recorder = Recorder<APIAddSearchAttributesRequest>()
        var world = TestWorld()
        world.services.register(OperatorService.listSearchAttributes) { _, _ in
            var response = APIListSearchAttributesResponse()
            response.customAttributes = ["Old": .keyword]
            response.systemAttributes = ["WorkflowId": .keyword]
            return response
        }
        world.services.register(OperatorService.addSearchAttributes) { request, _ in
            recorder.record(request)
            return .init()
        }
        let command = ["operator", "search-attribute", "create", "--name"]
        #expect(await world.run(command + ["Old", "--type", "Keyword"]).code == 0)
        #expect(recorder.requests.isEmpty)
        #expect(await world.run(command + ["Old", "--type", "Int"]).code == 1)
        #expect(await world.run(command + ["WorkflowId", "--type", "Keyword"]).code == 1)
        #expect(await world.run(command + ["New", "--name", "Other", "--type", "Int", "--type", "Bool"]).code == 0)
        #expect(recorder.requests.first?.searchAttributes == ["New": .int, "Other": .bool])
        #expect(
            await world.run(command + ["A", "--name", "B", "--name", "C", "--type", "Int", "--type", "Bool"]).code == 2)
    }

    @Test func aNamespaceIsDeletedByTypingItsName() async {
        let recorder = Recorder<APIDeleteNamespaceRequest>()
        var world = TestWorld()
        world.services.register(OperatorService.deleteNamespace) { request, _ in
            recorder.record(request)
            return .init()
        }
        world.answers = ["y"]
        #expect(await world.run("operator", "namespace", "delete", "-n", "ns").code == 1)
        world.answers = ["ns"]
        #expect(await world.run("operator", "namespace", "delete", "-n", "ns").code == 0)
        #expect(await world.run("operator", "namespace", "delete", "other", "-y").errors.hasPrefix("Warning: "))
        #expect(recorder.requests.map(\.namespace) == ["ns", "other"])
    }

    @Test func anUpdateKeepsWhatIsNotGiven() async {
        let recorder = Recorder<APIUpdateNamespaceRequest>()
        var world = TestWorld()
        world.services.register(WorkflowService.describeNamespace) { _, _ in
            var response = APIDescribeNamespaceResponse()
            response.namespaceInfo.ownerEmail = "a@b"
            response.config.workflowExecutionRetentionTtl = .init(seconds: 60, nanos: 0)
            return response
        }
        world.services.register(WorkflowService.updateNamespace) { request, _ in
            recorder.record(request)
            return .init()
        }
        _ = await world.run("operator", "namespace", "update", "-n", "ns", "--description", "d")
        #expect(recorder.requests.first?.updateInfo.ownerEmail == "a@b")
        #expect(recorder.requests.first?.updateInfo.description_p == "d")
        #expect(recorder.requests.first?.config.workflowExecutionRetentionTtl.seconds == 60)
    }

    @Test func taskQueuesAreReported() async {
        var world = TestWorld()
        world.services.register(WorkflowService.describeTaskQueue) { _, _ in
            var poller = APIPollerInfo()
            poller.identity = "me"
            poller.ratePerSecond = 100_000
            poller.lastAccessTime = .init(seconds: 1_000_000, nanos: 0)
            var type = APITaskQueueTypeInfo()
            type.pollers = [poller]
            type.stats.tasksAddRate = 0.5
            var version = APITaskQueueVersionInfo()
            version.typesInfo = [1: type]
            var response = APIDescribeTaskQueueResponse()
            response.versionsInfo = ["": version]
            return response
        }
        let json = await world.run("task-queue", "describe", "-t", "q", "-o", "jsonl")
        #expect(
            json.output
                == #"{"reachability":null,"pollers":[{"buildId":"UNVERSIONED","taskQueueType":"workflow","#
                + #""identity":"me","lastAccessTime":"1970-01-12T13:46:40Z","ratePerSecond":100000}],"#
                + #""stats":[{"buildId":"UNVERSIONED","taskQueueType":"workflow","approximateBacklogCount":0,"#
                + #""approximateBacklogAge":"0s","backlogIncreaseRate":0.5,"tasksAddRate":0.5,"#
                + #""tasksDispatchRate":0}]}"# + "\n")
        let text = await world.run("task-queue", "describe", "-t", "q", "--disable-stats")
        #expect(
            text.output == """
                Pollers:
                    BuildID    TaskQueueType  Identity  LastAccessTime  RatePerSecond
                  UNVERSIONED  workflow       me        now                    100000

                """)
    }
}
