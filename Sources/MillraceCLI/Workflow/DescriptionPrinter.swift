import SwiftProtobuf
import WireAPI

/// The text of `workflow describe`.
struct DescriptionPrinter {
    let session: Session
    let namespace: String

    func print(_ response: APIDescribeWorkflowExecutionResponse, _ outcome: ExecutionOutcome?) throws {
        try printInfo(response.workflowExecutionInfo)
        printExtended(response.workflowExtendedInfo)
        try printMetadata(response.executionConfig.userMetadata)
        session.line()
        if let outcome {
            let info = response.workflowExecutionInfo
            try outcome.printResults(session, runTime: info.closeTime.since(info.startTime))
            return
        }
        try printActivities(response.pendingActivities)
        printChildren(response.pendingChildren)
        printNexusOperations(response.pendingNexusOperations)
    }

    private func printInfo(_ info: APIWorkflowExecutionInfo) throws {
        session.heading("Execution Info:")
        var card = Card()
        card.add("WorkflowId", info.execution.workflowID)
        card.add("RunId", info.execution.runID)
        card.add("Type", info.type.name)
        card.add("Namespace", namespace)
        card.add("TaskQueue", info.taskQueue)
        card.add("AssignedBuildId", info.assignedBuildID)
        card.add("StartTime", session.time(info.startTime))
        if info.hasCloseTime { card.add("CloseTime", session.time(info.closeTime)) }
        if info.hasExecutionTime { card.add("ExecutionTime", session.time(info.executionTime)) }
        if !info.memo.fields.isEmpty { card.add("Memo", try Self.text(info.memo.fields)) }
        if !info.searchAttributes.indexedFields.isEmpty {
            card.add("SearchAttributes", try Self.text(info.searchAttributes.indexedFields))
        }
        card.add("StateTransitionCount", "\(info.stateTransitionCount)")
        card.add("HistoryLength", "\(info.historyLength)")
        card.add("HistorySize", "\(info.historySizeBytes)")
        card.addUnlessEmpty("ParentWorkflowId", info.parentExecution.workflowID)
        card.addUnlessEmpty("ParentRunId", info.parentExecution.runID)
        card.addUnlessEmpty("RootWorkflowId", info.rootExecution.workflowID)
        card.addUnlessEmpty("RootRunId", info.rootExecution.runID)
        session.card(card)
    }

    /// Named payloads as one JSON object, values shown whatever metadata they carry.
    private static func text(_ fields: [String: APIPayload]) throws -> String {
        let members = try fields.sorted { $0.key < $1.key }.map { key, payload in
            let value = payload.encoding == "json/plain" ? try? JSONParser.parse([UInt8](payload.data)) : nil
            return JSONValue.Member(key, try value ?? PayloadShorthand.value(of: payload))
        }
        return JSONPrinter.compact(.object(members))
    }

    private func printExtended(_ info: APIWorkflowExecutionExtendedInfo) {
        session.heading("Extended Execution Info:")
        var card = Card()
        card.add("CancelRequested", "\(info.cancelRequested)")
        addTime(&card, "ExecutionExpirationTime", info.executionExpirationTime)
        addTime(&card, "RunExpirationTime", info.runExpirationTime)
        addTime(&card, "LastResetTime", info.lastResetTime)
        addTime(&card, "OriginalStartTime", info.originalStartTime)
        card.addUnlessEmpty("ResetRunId", info.resetRunID)
        session.card(card)
    }

    /// Servers say "never" with a time before 1970.
    private func addTime(_ card: inout Card, _ name: String, _ time: Google_Protobuf_Timestamp) {
        if time.seconds > 0 { card.add(name, session.time(time)) }
    }

    private func printMetadata(_ metadata: APIUserMetadata) throws {
        var card = Card()
        if metadata.hasSummary { card.add("StaticSummary", try text(metadata.summary)) }
        if metadata.hasDetails { card.add("StaticDetails", try text(metadata.details)) }
        guard !card.rows.isEmpty else { return }
        session.line()
        session.heading("Metadata:")
        session.card(card)
    }

    private func text(_ payload: APIPayload) throws -> String {
        JSONPrinter.compact(try PayloadShorthand.value(of: payload))
    }

    private func printActivities(_ activities: [APIPendingActivityInfo]) throws {
        session.heading("Pending Activities: \(activities.count)")
        for (index, activity) in activities.enumerated() {
            session.line()
            session.card(try card(activity))
            if index == activities.count - 1 { session.line() }
        }
    }

    private func card(_ activity: APIPendingActivityInfo) throws -> Card {
        var card = Card()
        card.add("ActivityId", activity.activityID)
        card.add("Type", activity.activityType.name)
        card.add("State", EnumText.short(activity.state))
        card.add("Attempt", "\(activity.attempt)")
        card.add("MaximumAttempts", "\(activity.maximumAttempts)")
        if activity.hasScheduledTime { card.add("ScheduledTime", session.time(activity.scheduledTime)) }
        if activity.hasLastStartedTime { card.add("LastStartedTime", session.time(activity.lastStartedTime)) }
        if activity.hasLastHeartbeatTime { card.add("LastHeartbeatTime", session.time(activity.lastHeartbeatTime)) }
        if activity.hasHeartbeatDetails {
            let details = try ProtoJSON.value(of: activity.heartbeatDetails, shorthand: true)
            card.add("HeartbeatDetails", JSONPrinter.compact(details))
        }
        if activity.hasExpirationTime { card.add("ExpirationTime", session.time(activity.expirationTime)) }
        if activity.hasLastFailure {
            let failure = try ProtoJSON.value(of: activity.lastFailure, shorthand: true)
            card.add("LastFailure", JSONPrinter.compact(failure), .red)
        }
        if activity.hasNextAttemptScheduleTime {
            card.add("NextAttempt", session.time(activity.nextAttemptScheduleTime))
        }
        card.addUnlessEmpty("LastWorkerIdentity", activity.lastWorkerIdentity)
        if activity.paused { card.add("Paused", "true") }
        return card
    }

    private func printChildren(_ children: [APIPendingChildExecutionInfo]) {
        session.heading("Pending Child Workflows: \(children.count)")
        for child in children {
            session.line()
            session.card(
                Card([
                    ("WorkflowId", child.workflowID), ("RunId", child.runID), ("TypeName", child.workflowTypeName),
                    ("ParentClosePolicy", EnumText.short(child.parentClosePolicy)),
                ]))
        }
    }

    private func printNexusOperations(_ operations: [APIPendingNexusOperationInfo]) {
        session.heading("Pending Nexus Operations: \(operations.count)")
        for operation in operations {
            session.line()
            session.card(
                Card([
                    ("Endpoint", operation.endpoint), ("Service", operation.service),
                    ("Operation", operation.operation), ("State", EnumText.short(operation.state)),
                    ("Attempt", "\(operation.attempt)"),
                ]))
        }
    }
}
