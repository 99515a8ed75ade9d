import Foundation
import SwiftProtobuf
import WireAPI

@testable import Engine

/// What clients and workers do, in one line each.
extension Bench {
    static func startRequest(
        _ id: String = "wf", _ change: (inout APIStartWorkflowExecutionRequest) -> Void = { _ in }
    ) -> APIStartWorkflowExecutionRequest {
        var request = APIStartWorkflowExecutionRequest()
        request.namespace = "default"
        request.workflowID = id
        request.workflowType.name = "Flow"
        request.taskQueue.name = "queue"
        request.requestID = "start-\(id)"
        change(&request)
        return request
    }

    @discardableResult
    func start(
        _ id: String = "wf", _ change: (inout APIStartWorkflowExecutionRequest) -> Void = { _ in }
    ) throws -> APIStartWorkflowExecutionResponse {
        try answer(.startWorkflow(Self.startRequest(id, change)))
    }

    func pollTask(queue: String = "queue", sticky: Bool = false) -> CallID {
        var request = APIPollWorkflowTaskQueueRequest()
        request.namespace = "default"
        request.taskQueue.name = queue
        request.taskQueue.kind = sticky ? .sticky : .normal
        request.identity = "worker"
        return send(.pollWorkflowTask(request))
    }

    func task(queue: String = "queue", sticky: Bool = false) throws -> APIPollWorkflowTaskQueueResponse {
        try message(pollTask(queue: queue, sticky: sticky))
    }

    @discardableResult
    func complete(
        _ task: APIPollWorkflowTaskQueueResponse, _ commands: [APICommand] = [],
        _ change: (inout APIRespondWorkflowTaskCompletedRequest) -> Void = { _ in }
    ) throws -> APIRespondWorkflowTaskCompletedResponse {
        try answer(.completeWorkflowTask(completion(task, commands, change)))
    }

    func completion(
        _ task: APIPollWorkflowTaskQueueResponse, _ commands: [APICommand] = [],
        _ change: (inout APIRespondWorkflowTaskCompletedRequest) -> Void = { _ in }
    ) -> APIRespondWorkflowTaskCompletedRequest {
        var request = APIRespondWorkflowTaskCompletedRequest()
        request.namespace = "default"
        request.taskToken = task.taskToken
        request.commands = commands
        request.identity = "worker"
        change(&request)
        return request
    }

    func pollActivity(queue: String = "queue") -> CallID {
        var request = APIPollActivityTaskQueueRequest()
        request.namespace = "default"
        request.taskQueue.name = queue
        request.identity = "worker"
        return send(.pollActivityTask(request))
    }

    func activity(queue: String = "queue") throws -> APIPollActivityTaskQueueResponse {
        try message(pollActivity(queue: queue))
    }

    func completeActivity(_ task: APIPollActivityTaskQueueResponse) throws {
        var request = APIRespondActivityTaskCompletedRequest()
        request.namespace = "default"
        request.taskToken = task.taskToken
        request.identity = "worker"
        _ = try answer(.completeActivity(request), as: APIRespondActivityTaskCompletedResponse.self)
    }

    func failActivity(_ task: APIPollActivityTaskQueueResponse, _ type: String = "Oops", retryable: Bool = true) throws
    {
        var request = APIRespondActivityTaskFailedRequest()
        request.namespace = "default"
        request.taskToken = task.taskToken
        request.failure.message = "broken"
        request.failure.applicationFailureInfo.type = type
        request.failure.applicationFailureInfo.nonRetryable = !retryable
        _ = try answer(.failActivity(request), as: APIRespondActivityTaskFailedResponse.self)
    }

    func signal(_ id: String = "wf", name: String = "go", requestID: String = "") throws {
        var request = APISignalWorkflowExecutionRequest()
        request.namespace = "default"
        request.workflowExecution.workflowID = id
        request.signalName = name
        request.requestID = requestID
        _ = try answer(.signalWorkflow(request), as: APISignalWorkflowExecutionResponse.self)
    }

    func history(_ id: String = "wf", run: String = "", isSDK: Bool = false) throws -> [APIHistoryEvent] {
        var request = APIGetWorkflowExecutionHistoryRequest()
        request.namespace = "default"
        request.execution.workflowID = id
        request.execution.runID = run
        let call = send(.getHistory(request), isSDK: isSDK)
        return try message(call, as: APIGetWorkflowExecutionHistoryResponse.self).history.events
    }

    func types(_ id: String = "wf", run: String = "") throws -> [APIEventType] {
        try history(id, run: run).map(\.eventType)
    }

    func describe(_ id: String = "wf", run: String = "") throws -> APIDescribeWorkflowExecutionResponse {
        var request = APIDescribeWorkflowExecutionRequest()
        request.namespace = "default"
        request.execution.workflowID = id
        request.execution.runID = run
        return try answer(.describeWorkflow(request))
    }

    func status(_ id: String = "wf", run: String = "") throws -> APIWorkflowExecutionStatus {
        try describe(id, run: run).workflowExecutionInfo.status
    }
}

/// Commands in one line each.
enum Commands {
    static func complete(_ text: String? = nil) -> APICommand {
        var command = APICommand()
        command.commandType = .completeWorkflowExecution
        command.completeWorkflowExecutionCommandAttributes = .init()
        if let text { command.completeWorkflowExecutionCommandAttributes.result = Engine.textPayloads(text) }
        return command
    }

    static func fail(_ type: String = "Trouble") -> APICommand {
        var command = APICommand()
        command.commandType = .failWorkflowExecution
        command.failWorkflowExecutionCommandAttributes.failure.message = "failed"
        command.failWorkflowExecutionCommandAttributes.failure.applicationFailureInfo.type = type
        return command
    }

    static func activity(
        _ id: String = "a", _ change: (inout APIScheduleActivityTaskCommandAttributes) -> Void = { _ in }
    ) -> APICommand {
        var attributes = APIScheduleActivityTaskCommandAttributes()
        attributes.activityID = id
        attributes.activityType.name = "work"
        attributes.taskQueue.name = "queue"
        attributes.startToCloseTimeout = Google_Protobuf_Duration(10 * .second)
        change(&attributes)
        var command = APICommand()
        command.commandType = .scheduleActivityTask
        command.scheduleActivityTaskCommandAttributes = attributes
        return command
    }

    static func cancelActivity(_ scheduledEventID: Int64) -> APICommand {
        var command = APICommand()
        command.commandType = .requestCancelActivityTask
        command.requestCancelActivityTaskCommandAttributes.scheduledEventID = scheduledEventID
        return command
    }

    static func timer(_ id: String = "t", seconds: Int64 = 5) -> APICommand {
        var command = APICommand()
        command.commandType = .startTimer
        command.startTimerCommandAttributes.timerID = id
        command.startTimerCommandAttributes.startToFireTimeout.seconds = seconds
        return command
    }

    static func cancelTimer(_ id: String = "t") -> APICommand {
        var command = APICommand()
        command.commandType = .cancelTimer
        command.cancelTimerCommandAttributes.timerID = id
        return command
    }

    static func continueAsNew(_ type: String = "Flow") -> APICommand {
        var command = APICommand()
        command.commandType = .continueAsNewWorkflowExecution
        command.continueAsNewWorkflowExecutionCommandAttributes.workflowType.name = type
        command.continueAsNewWorkflowExecutionCommandAttributes.taskQueue.name = "queue"
        return command
    }
}
