import Foundation
import SwiftProtobuf
import WireAPI

/// `RespondWorkflowTaskCompleted`.
extension Engine {
    func respondTaskCompleted(
        _ request: APIRespondWorkflowTaskCompletedRequest
    ) throws -> APIRespondWorkflowTaskCompletedResponse {
        let (run, task) = try startedTask(token: request.taskToken)
        touch(run)
        run.requestIdentity = request.identity
        try checkSequence(request.commands)
        let checked: [APICommand]
        do throws(CommandError) {
            checked = try check(request.commands, of: run, task)
        } catch {
            throw refuse(error, run, task, request)
        }
        if isHeartbeatTooLong(request, task) {
            try endHeartbeats(run, task)
        }
        let completedEventID = complete(run, task, request)
        answerQueries(of: run, request.queryResults)
        let applied = apply(checked, to: run, completedEventID: completedEventID)
        var response = APIRespondWorkflowTaskCompletedResponse()
        if run.isOpen {
            response.activityTasks = try startEagerly(applied.eagerActivities, of: run, for: request)
            let isHeartbeat = request.forceCreateNewWorkflowTask && request.commands.isEmpty
            if request.forceCreateNewWorkflowTask || !run.buffered.isEmpty || applied.needsTask {
                try scheduleNext(run, task, request, isHeartbeat: isHeartbeat, &response)
            } else {
                releaseQueries(of: run)
            }
        }
        return response
    }

    private func check(
        _ commands: [APICommand], of run: Run, _ task: WorkflowTaskRecord
    ) throws(CommandError) -> [APICommand] {
        // A transient task writes its scheduled and started events together with the completed one.
        let completedEventID = run.header.nextEventID + (task.transient ? 2 : 0)
        var check = CommandCheck(run: run, completedEventID: completedEventID, limits: limits) {
            self.searchAttributeProblem($0, namespace: run.namespace)
        }
        return try check.accepted(commands)
    }

    /// A list of commands that no program can have meant is refused as it is: the task goes on.
    private func checkSequence(_ commands: [APICommand]) throws {
        for command in commands {
            if case .unspecified = command.commandType {
                throw EngineError.invalid("unknown command type: Unspecified")
            }
        }
        for (index, command) in commands.enumerated() where index < commands.count - 1 {
            guard Self.closing[command.commandType] != nil else { continue }
            let names = commands.map { Self.name($0.commandType) }.joined(separator: ", ")
            throw EngineError.invalid(
                "invalid command sequence: [\(names)], command \(Self.name(command.commandType)) must be the last command."
            )
        }
    }

    private static let closing: [APICommandType: String] = [
        .completeWorkflowExecution: "CompleteWorkflowExecution", .failWorkflowExecution: "FailWorkflowExecution",
        .cancelWorkflowExecution: "CancelWorkflowExecution",
        .continueAsNewWorkflowExecution: "ContinueAsNewWorkflowExecution",
    ]

    private static func name(_ type: APICommandType) -> String {
        let name = "\(type)"
        return closing[type] ?? name.prefix(1).uppercased() + name.dropFirst()
    }

    /// A command is bad: the task fails and none of its commands takes effect.
    private func refuse(
        _ error: CommandError, _ run: Run, _ task: WorkflowTaskRecord, _ request: APIRespondWorkflowTaskCompletedRequest
    ) -> EngineError {
        let answer = EngineError.invalid(error.message)
        // From the second attempt on the task is left to time out, which slows its attempts down.
        if task.attempt > 1 && error.cause != .unhandledCommand { return answer }
        failTask(
            run, task, cause: error.cause, failure: error.failure, identity: request.identity)
        if error.terminates {
            flushBuffered(run)
            terminate(run, reason: error.message, details: nil, identity: "history-service")
        } else {
            scheduleTaskIfNeeded(run)
        }
        return answer
    }

    private func isHeartbeatTooLong(_ request: APIRespondWorkflowTaskCompletedRequest, _ task: WorkflowTaskRecord)
        -> Bool
    {
        guard request.forceCreateNewWorkflowTask, request.commands.isEmpty, request.messages.isEmpty else {
            return false
        }
        return now > ProtoTime.after(task.originalScheduledTime, limits.workflowTaskHeartbeatLimit)
    }

    private func endHeartbeats(_ run: Run, _ task: WorkflowTaskRecord) throws {
        if !task.transient { run.append(timedOutEvent(task, .startToClose)) }
        run.setTask(nil)
        run.update { header in
            header.taskAttempt = 1
            header.stickyQueue = ""
        }
        scheduleTaskIfNeeded(run)
        throw EngineError.notFound("workflow task heartbeat timeout")
    }

    /// Writes the completed event and takes over what the answer says of the worker. Returns the event's id.
    private func complete(
        _ run: Run, _ task: WorkflowTaskRecord, _ request: APIRespondWorkflowTaskCompletedRequest
    ) -> Int64 {
        let task = materialize(run, task)
        var event = newEvent(.workflowTaskCompleted)
        var attributes = APIWorkflowTaskCompletedEventAttributes()
        attributes.scheduledEventID = task.scheduledEventID
        attributes.startedEventID = task.startedEventID
        attributes.identity = request.identity
        attributes.binaryChecksum = request.binaryChecksum
        if let stamp = Self.stamp(of: request) { attributes.workerVersion = stamp }
        if request.hasSdkMetadata { attributes.sdkMetadata = request.sdkMetadata }
        if request.hasMeteringMetadata { attributes.meteringMetadata = request.meteringMetadata }
        event.workflowTaskCompletedEventAttributes = attributes
        let id = run.append(event)
        run.setTask(nil)
        withdrawProblems(of: run)
        run.update { header in
            header.closeAttempted = false
            header.taskFailures = 0
            header.previousStartedEventID = task.startedEventID
            header.taskAttempt = 1
            header.completedTasks += 1
            let sticky = request.stickyAttributes
            header.stickyQueue = sticky.hasWorkerTaskQueue ? sticky.workerTaskQueue.name : ""
            header.stickyTimeout = sticky.scheduleToStartTimeout.nanoseconds
            header.stickyEpoch = epoch
            if header.stickyTimeout <= 0 { header.stickyTimeout = 5 * .second }
        }
        noteBuild(run, request, completedEventID: id)
        return id
    }

    static func stamp(of request: APIRespondWorkflowTaskCompletedRequest) -> APIWorkerVersionStamp? {
        if request.hasWorkerVersionStamp { return request.workerVersionStamp }
        guard request.hasDeploymentOptions, !request.deploymentOptions.buildID.isEmpty else { return nil }
        var stamp = APIWorkerVersionStamp()
        stamp.buildID = request.deploymentOptions.buildID
        return stamp
    }

    /// Schedules the next task; if the worker asked for it, it gets it in this very answer.
    private func scheduleNext(
        _ run: Run, _ former: WorkflowTaskRecord, _ request: APIRespondWorkflowTaskCompletedRequest, isHeartbeat: Bool,
        _ response: inout APIRespondWorkflowTaskCompletedResponse
    ) throws {
        let original = isHeartbeat ? former.originalScheduledTime : nil
        scheduleTask(run, originalTime: original, handsOut: !request.returnNewWorkflowTask)
        guard request.returnNewWorkflowTask else { return }
        begin(
            run, identity: request.identity, requestID: "request-from-RespondWorkflowTaskCompleted",
            version: Self.stamp(of: request))
        response.workflowTask = try taskAnswer(for: run, isSticky: true)
    }
}
