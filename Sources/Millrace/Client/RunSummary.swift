import SwiftProtobuf
import WireAPI

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Where a run stands.
public enum RunStatus: String, Sendable, Hashable, CaseIterable {
    case running, completed, failed, canceled, terminated, continuedAsNew, timedOut, paused
    /// Something that this version does not know.
    case unknown

    package init(wire: APIWorkflowExecutionStatus) {
        self =
            switch wire {
            case .running: .running
            case .completed: .completed
            case .failed: .failed
            case .canceled: .canceled
            case .terminated: .terminated
            case .continuedAsNew: .continuedAsNew
            case .timedOut: .timedOut
            case .paused: .paused
            case .unspecified, .UNRECOGNIZED: .unknown
            }
    }

    public var isOpen: Bool { self == .running || self == .paused }
}

/// One run, as lists show it.
public struct RunSummary: Sendable {
    public var workflowID: String
    public var runID: String
    public var workflowType: String
    public var taskQueue: String
    public var status: RunStatus
    public var startTime: Date
    /// When it could first run; later than ``startTime`` if it was started with a delay, by cron or as a retry.
    public var executionTime: Date
    /// `nil` while it is open.
    public var closeTime: Date?
    /// In events.
    public var historyLength: Int
    /// In bytes.
    public var historySize: Int
    public var parentWorkflowID: String?
    public var parentRunID: String?
    public var memo: Memo
    public var searchAttributes: SearchAttributes

    init(wire: APIWorkflowExecutionInfo, converter: DataConverter) async throws {
        workflowID = wire.execution.workflowID
        runID = wire.execution.runID
        workflowType = wire.type.name
        taskQueue = wire.taskQueue
        status = RunStatus(wire: wire.status)
        startTime = wire.startTime.foundationDate
        executionTime = wire.hasExecutionTime ? wire.executionTime.foundationDate : wire.startTime.foundationDate
        closeTime = wire.hasCloseTime ? wire.closeTime.foundationDate : nil
        historyLength = Int(wire.historyLength)
        historySize = Int(wire.historySizeBytes)
        parentWorkflowID = wire.hasParentExecution ? wire.parentExecution.workflowID : nil
        parentRunID = wire.hasParentExecution ? wire.parentExecution.runID : nil
        memo = try await Memo(decoding: wire.memo, with: converter)
        searchAttributes = SearchAttributes(wire: wire.searchAttributes)
    }
}

/// What the server knows of one run.
public struct RunDescription: Sendable {
    public var summary: RunSummary
    public var executionTimeout: Duration?
    public var runTimeout: Duration?
    public var taskTimeout: Duration
    /// Whether someone has asked for the run to be cancelled.
    public var isCancelRequested: Bool
    public var pendingActivities: [PendingActivity]
    public var pendingChildren: [PendingChild]
    /// Which attempt the next step of the workflow is at; `nil` if no step is due.
    public var workflowTaskAttempt: Int?

    public var workflowID: String { summary.workflowID }
    public var runID: String { summary.runID }
    public var status: RunStatus { summary.status }

    init(wire: APIDescribeWorkflowExecutionResponse, converter: DataConverter) async throws {
        summary = try await RunSummary(wire: wire.workflowExecutionInfo, converter: converter)
        executionTimeout = Self.timeout(wire.executionConfig.workflowExecutionTimeout)
        runTimeout = Self.timeout(wire.executionConfig.workflowRunTimeout)
        taskTimeout = wire.executionConfig.defaultWorkflowTaskTimeout.duration
        isCancelRequested = wire.workflowExtendedInfo.cancelRequested
        pendingActivities = []
        for activity in wire.pendingActivities {
            pendingActivities.append(try await PendingActivity(wire: activity, converter: converter))
        }
        pendingChildren = wire.pendingChildren.map {
            PendingChild(workflowID: $0.workflowID, runID: $0.runID, workflowType: $0.workflowTypeName)
        }
        workflowTaskAttempt = wire.hasPendingWorkflowTask ? Int(wire.pendingWorkflowTask.attempt) : nil
    }

    private static func timeout(_ wire: Google_Protobuf_Duration) -> Duration? {
        wire.duration == .zero ? nil : wire.duration
    }
}

/// An activity that has not come to its end.
public struct PendingActivity: Sendable {
    public enum State: String, Sendable, Hashable {
        case scheduled, started, cancelRequested, paused, pauseRequested, unknown
    }

    public var id: String
    public var type: String
    public var state: State
    /// Which attempt it is at, from 1.
    public var attempt: Int
    /// How many attempts there may be; `nil` means no limit.
    public var maximumAttempts: Int?
    /// Why the attempt before failed.
    public var lastFailure: (any Error)?
    public var lastHeartbeat: Date?
    public var lastStarted: Date?
    /// When the next attempt is due, while it waits for one.
    public var nextAttempt: Date?
    public var heartbeatDetails: FailureDetails
    /// Who ran, or runs, the newest attempt.
    public var workerIdentity: String

    init(wire: APIPendingActivityInfo, converter: DataConverter) async throws {
        id = wire.activityID
        type = wire.activityType.name
        state =
            switch wire.state {
            case .scheduled: .scheduled
            case .started: .started
            case .cancelRequested: .cancelRequested
            case .paused: .paused
            case .pauseRequested: .pauseRequested
            case .unspecified, .UNRECOGNIZED: .unknown
            }
        attempt = Int(wire.attempt)
        maximumAttempts = wire.maximumAttempts == 0 ? nil : Int(wire.maximumAttempts)
        lastFailure = wire.hasLastFailure ? try await converter.error(from: wire.lastFailure) : nil
        lastHeartbeat = wire.hasLastHeartbeatTime ? wire.lastHeartbeatTime.foundationDate : nil
        lastStarted = wire.hasLastStartedTime ? wire.lastStartedTime.foundationDate : nil
        nextAttempt = wire.hasNextAttemptScheduleTime ? wire.nextAttemptScheduleTime.foundationDate : nil
        let details = try await converter.decoded(wire.heartbeatDetails)
        heartbeatDetails =
            details.payloads.isEmpty ? .none : FailureDetails(details, converter: converter.payloadConverter)
        workerIdentity = wire.lastWorkerIdentity
    }
}

/// A child workflow that has not come to its end.
public struct PendingChild: Sendable, Hashable {
    public var workflowID: String
    public var runID: String
    public var workflowType: String
}
