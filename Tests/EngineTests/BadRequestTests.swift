import Foundation
import SwiftProtobuf
import Testing
import WireAPI

@testable import Engine

/// One case of each kind of bad request: code and text are what users match.
struct BadRequest: Sendable, CustomTestStringConvertible {
    var name: String
    var request: EngineRequest
    var code: EngineError.Code
    var message: String

    init(_ name: String, _ request: EngineRequest, _ message: String, code: EngineError.Code = .invalidArgument) {
        self.name = name
        self.request = request
        self.code = code
        self.message = message
    }

    var testDescription: String { name }
}

@Suite struct BadRequestTests {
    @Test(arguments: starts + signals + executions + tokens + polls + namespaces + attributes)
    func isRefused(_ bad: BadRequest) throws {
        let bench = try Bench()
        try bench.start("open")
        let error = try #require(bench.error(bad.request))
        #expect(error.message == bad.message)
        #expect(error.code == bad.code)
        #expect((error.detail != nil) == (bad.code != .invalidArgument && bad.code != .unimplemented))
    }

    private static let tooLong = String(repeating: "i", count: 1_001)
    private static let noRun = "0194c3d2-1111-7000-8000-000000000001"

    // MARK: Starts

    private static func start(
        _ name: String, _ message: String, _ change: (inout APIStartWorkflowExecutionRequest) -> Void
    ) -> BadRequest {
        BadRequest("start: \(name)", .startWorkflow(Bench.startRequest("wf", change)), message)
    }

    static let starts = [
        start("no namespace", "Namespace is empty.") { $0.namespace = "" },
        start("no workflow id", "WorkflowId is not set on request.") { $0.workflowID = "" },
        start("long workflow id", "WorkflowId exceeds maximum allowed length (1001/1000)") { $0.workflowID = tooLong },
        start("no type", "WorkflowType is not set on request.") { $0.clearWorkflowType() },
        start("long type", "WorkflowType length exceeds limit.") { $0.workflowType.name = tooLong },
        start("no queue", "taskQueue is not set") { $0.clearTaskQueue() },
        start("queue without a name", "missing task queue name") { $0.taskQueue.name = "" },
        start("long queue", "taskQueue length exceeds limit") { $0.taskQueue.name = tooLong },
        start("reserved queue", "task queue name cannot start with reserved prefix /_sys/") {
            $0.taskQueue.name = "/_sys/mine"
        },
        start("long request id", "RequestId length exceeds limit.") { $0.requestID = tooLong },
        start(
            "negative run timeout",
            "An invalid WorkflowRunTimeoutSeconds is set on request. cause: negative duration"
        ) { $0.workflowRunTimeout.seconds = -1 },
        start(
            "negative delay", "An invalid WorkflowStartDelaySeconds is set on request. cause: negative duration"
        ) { $0.workflowStartDelay.seconds = -1 },
        start("cron and delay", "CronSchedule and WorkflowStartDelay may not be used together.") {
            $0.cronSchedule = "@daily"
            $0.workflowStartDelay.seconds = 1
        },
        start("bad cron", "invalid CronSchedule.") { $0.cronSchedule = "now and then" },
        start("retry policy", "BackoffCoefficient cannot be less than 1 on retry policy.") {
            $0.retryPolicy.backoffCoefficient = 0.5
        },
        start(
            "policies that contradict",
            "Invalid WorkflowIDReusePolicy: WORKFLOW_ID_REUSE_POLICY_TERMINATE_IF_RUNNING cannot be used together "
                + "with a WorkflowIDConflictPolicy"
        ) {
            $0.workflowIDReusePolicy = .terminateIfRunning
            $0.workflowIDConflictPolicy = .fail
        },
        start("negative priority", "priority key can't be negative") { $0.priority.priorityKey = -1 },
        start("long fairness key", "fairness key length exceeds limit") {
            $0.priority.fairnessKey = String(repeating: "f", count: 65)
        },
        start("large input", "Blob data size exceeds limit.") {
            $0.input = Engine.textPayloads(String(repeating: "x", count: 3 << 20))
        },
        start("large memo", "Memo size exceeds limit.") {
            $0.memo.fields["m"] = Engine.textPayloads(String(repeating: "x", count: 3 << 20)).payloads[0]
        },
    ]

    // MARK: Signals

    private static func signal(
        _ name: String, _ message: String, _ change: (inout APISignalWorkflowExecutionRequest) -> Void
    ) -> BadRequest {
        var request = APISignalWorkflowExecutionRequest()
        request.namespace = "default"
        request.workflowExecution.workflowID = "open"
        request.signalName = "go"
        change(&request)
        return BadRequest("signal: \(name)", .signalWorkflow(request), message)
    }

    private static func signalWithStart(
        _ name: String, _ message: String, _ change: (inout APISignalWithStartWorkflowExecutionRequest) -> Void
    ) -> BadRequest {
        var request = APISignalWithStartWorkflowExecutionRequest()
        request.namespace = "default"
        request.workflowID = "wf"
        request.workflowType.name = "Flow"
        request.taskQueue.name = "queue"
        request.signalName = "go"
        change(&request)
        return BadRequest("signal with start: \(name)", .signalWithStart(request), message)
    }

    static let signals = [
        signal("no name", "SignalName is not set on request.") { $0.signalName = "" },
        signal("long name", "SignalName length exceeds limit.") { $0.signalName = tooLong },
        signal("long request id", "RequestId length exceeds limit.") { $0.requestID = tooLong },
        signal("no execution", "Execution is not set on request.") { $0.clearWorkflowExecution() },
        signalWithStart("no name", "signal not set") { $0.signalName = "" },
        signalWithStart("long name", "signal name exceeds maximum allowed length (1001/1000)") {
            $0.signalName = tooLong
        },
        signalWithStart("no type", "workflow type not set") { $0.workflowType.name = "" },
        signalWithStart(
            "policy",
            "Invalid WorkflowIDConflictPolicy: WORKFLOW_ID_CONFLICT_POLICY_FAIL is not supported for this operation."
        ) { $0.workflowIDConflictPolicy = .fail },
    ]

    // MARK: Executions

    private static func terminate(
        _ name: String, _ message: String, code: EngineError.Code = .invalidArgument,
        _ change: (inout APITerminateWorkflowExecutionRequest) -> Void
    ) -> BadRequest {
        var request = APITerminateWorkflowExecutionRequest()
        request.namespace = "default"
        request.workflowExecution.workflowID = "open"
        change(&request)
        return BadRequest("terminate: \(name)", .terminate(request), message, code: code)
    }

    static let executions = [
        terminate("no workflow id", "WorkflowId is not set on request.") { $0.workflowExecution.workflowID = "" },
        terminate("bad run id", "Invalid RunId.") { $0.workflowExecution.runID = "x" },
        terminate("unknown namespace", "Namespace nowhere is not found.", code: .notFound) {
            $0.namespace = "nowhere"
        },
        terminate("unknown workflow", "workflow not found for ID: gone", code: .notFound) {
            $0.workflowExecution.workflowID = "gone"
        },
        terminate(
            "unknown run", "workflow execution not found for workflow ID \"open\" and run ID \"\(noRun)\"",
            code: .notFound
        ) { $0.workflowExecution.runID = noRun },
        terminate("other chain", "workflow execution not found", code: .notFound) { $0.firstExecutionRunID = noRun },
        query("no execution", "Execution is not set on request.") { $0.clearExecution() },
        query("no query", "WorkflowQuery is not set on request.") { $0.clearQuery() },
        query("no query type", "QueryType is not set on request.") { $0.query.queryType = "" },
    ]

    private static func query(
        _ name: String, _ message: String, _ change: (inout APIQueryWorkflowRequest) -> Void
    ) -> BadRequest {
        var request = APIQueryWorkflowRequest()
        request.namespace = "default"
        request.execution.workflowID = "open"
        request.query.queryType = "state"
        change(&request)
        return BadRequest("query: \(name)", .queryWorkflow(request), message)
    }

    // MARK: Tokens and activity ids

    private static func byID(
        _ name: String, _ message: String, code: EngineError.Code = .notFound,
        _ change: (inout APIRecordActivityTaskHeartbeatByIdRequest) -> Void
    ) -> BadRequest {
        var request = APIRecordActivityTaskHeartbeatByIdRequest()
        request.namespace = "default"
        request.workflowID = "open"
        request.activityID = "1"
        change(&request)
        return BadRequest("by id: \(name)", .heartbeatByID(request), message, code: code)
    }

    static let tokens = [
        BadRequest(
            "no token", .completeWorkflowTask(APIRespondWorkflowTaskCompletedRequest()),
            "Task token not set on request."),
        BadRequest(
            "bad token",
            .completeActivity(.with { $0.taskToken = Data([0xFF, 0xFF]) }), "Error deserializing task token."),
        BadRequest(
            "no query token", .completeQuery(APIRespondQueryTaskCompletedRequest()), "Task token not set on request."),
        byID("no activity id", "ActivityId is not set on request.", code: .invalidArgument) { $0.activityID = "" },
        byID("no workflow id", "activity not found for ID: 1") { $0.workflowID = "" },
        byID("bad run id", "RunId is not valid UUID.", code: .invalidArgument) { $0.runID = "x" },
        byID(
            "no such activity",
            "cannot find pending activity with ActivityID 1, check workflow execution history for more details"
        ) { _ in },
    ]

    // MARK: Polls and queues

    static let polls = [
        BadRequest(
            "poll without a queue", .pollWorkflowTask(.with { $0.namespace = "default" }), "taskQueue is not set"),
        BadRequest(
            "poll of a queue without a name",
            .pollActivityTask(
                .with {
                    $0.namespace = "default"
                    $0.taskQueue = APITaskQueue()
                }), "missing task queue name"),
        BadRequest(
            "poll with a long identity",
            .pollWorkflowTask(
                .with {
                    $0.namespace = "default"
                    $0.taskQueue.name = "queue"
                    $0.identity = tooLong
                }), "Identity length exceeds limit."),
        BadRequest(
            "describe no queue", .describeTaskQueue(.with { $0.namespace = "default" }), "taskQueue is not set"),
    ]

    // MARK: Namespaces

    private static func register(
        _ name: String, _ message: String, code: EngineError.Code = .invalidArgument,
        _ change: (inout APIRegisterNamespaceRequest) -> Void
    ) -> BadRequest {
        var request = APIRegisterNamespaceRequest()
        request.namespace = "new"
        request.workflowExecutionRetentionPeriod.seconds = 86_400
        change(&request)
        return BadRequest("register: \(name)", .registerNamespace(request), message, code: code)
    }

    static let namespaces = [
        register("no name", "Namespace not set on request.") { $0.namespace = "" },
        register("long name", "Namespace length exceeds limit.") { $0.namespace = tooLong },
        register("twice", "Namespace \"default\" already exists", code: .alreadyExists) { $0.namespace = "default" },
        register("no retention", "A valid retention period is not set on request.") {
            $0.clearWorkflowExecutionRetentionPeriod()
        },
        register("short retention", "A valid retention period is not set on request.") {
            $0.workflowExecutionRetentionPeriod.seconds = 60
        },
        BadRequest(
            "describe no namespace", .describeNamespace(APIDescribeNamespaceRequest()),
            "Namespace not set on request."),
    ]

    // MARK: Search attributes

    private static func attribute(_ name: String, _ json: String, _ message: String) -> BadRequest {
        start("\(name) = \(json.prefix(20))", message) { request in
            var payload = APIPayload()
            payload.metadata["encoding"] = Data("json/plain".utf8)
            payload.data = Data(json.utf8)
            request.searchAttributes.indexedFields[name] = payload
        }
    }

    static let attributes = [
        attribute("Foo", "1", "Namespace default has no mapping defined for search attribute Foo"),
        attribute("WorkflowType", "\"x\"", "WorkflowType attribute can't be set in SearchAttributes"),
        attribute("BuildIds", "17", "invalid value for search attribute BuildIds of type KeywordList: 17"),
        attribute(
            "BuildIds", "{not json",
            "invalid value for search attribute BuildIds of type KeywordList: value from "
                + "<metadata:{key:\"encoding\"  value:\"json/plain\"}  data:\"{not json\">"),
        attribute(
            "BuildIds", "[\"\(String(repeating: "x", count: 2_100))\"]",
            "search attribute BuildIds value size 2104 exceeds size limit 2048"),
    ]
}

@Suite struct SearchAttributeValueTests {
    private func payload(_ json: String, encoding: String = "json/plain") -> APIPayload {
        var payload = APIPayload()
        payload.metadata["encoding"] = Data(encoding.utf8)
        payload.data = Data(json.utf8)
        return payload
    }

    @Test(arguments: [
        (APIIndexedValueType.keyword, "\"x\"", true), (.keyword, "1", false), (.keyword, "[\"x\"]", true),
        (.keyword, "null", true), (.int, "1", true), (.int, "1.5", false), (.int, "\"1\"", false),
        (.double, "1", true), (.double, "1.5", true), (.bool, "true", true), (.bool, "\"true\"", false),
        (.datetime, "\"2024-01-02T03:04:05Z\"", true), (.datetime, "\"yesterday\"", false),
        (.keywordList, "[\"a\",\"b\"]", true), (.keywordList, "\"a\"", false), (.keywordList, "[]", true),
    ])
    func valuesFitTheirType(_ type: APIIndexedValueType, _ json: String, _ fits: Bool) {
        #expect(SearchAttributeValue.isValid(payload(json), type) == fits)
    }

    @Test func onlyJSONIsRead() {
        #expect(!SearchAttributeValue.isValid(payload("\"x\"", encoding: "binary/plain"), .keyword))
        #expect(SearchAttributeValue.isValid(payload("", encoding: "binary/null"), .keyword))
    }
}
