import WireAPI

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What the server knows of a schedule.
public struct ScheduleDescription: Sendable {
    public var id: String
    /// As it is now. A server may have put it in other words: cron expressions become calendars and intervals.
    public var schedule: Schedule
    public var info: ScheduleInfo
    public var memo: Memo
    public var searchAttributes: SearchAttributes

    init(id: String, wire: APIDescribeScheduleResponse, converter: DataConverter) async throws {
        self.id = id
        schedule = Schedule(wire: wire.schedule, converter: converter)
        info = ScheduleInfo(wire: wire.info)
        memo = try await Memo(decoding: wire.memo, with: converter)
        searchAttributes = SearchAttributes(wire: wire.searchAttributes)
    }
}

/// What a schedule has done, and will do.
public struct ScheduleInfo: Sendable, Hashable {
    /// How many runs it has started.
    public var actionCount: Int
    /// How many starts were left out because they were too late (``SchedulePolicy/catchUpWindow``).
    public var missedCatchUpCount: Int
    /// How many starts were left out because a run was open (``SchedulePolicy/overlap``).
    public var skippedOverlapCount: Int
    /// How many starts were dropped because too many were waiting.
    public var droppedCount: Int
    /// How many starts wait for a run to close.
    public var waitingCount: Int
    /// Runs that were open when the schedule last looked. Those that run beside others anyway
    /// (``ScheduleOverlap/allowAll``) do not count.
    public var running: [WorkflowInfo.Reference]
    /// The newest starts, oldest first, ten at most.
    public var recent: [ScheduleStart]
    /// The next times, ten at most. Those of a paused schedule pass without a start.
    public var upcoming: [Date]
    public var createTime: Date
    /// `nil` if it was never updated.
    public var updateTime: Date?
    /// Why the schedule does nothing, if its spec turned out not to work.
    public var problem: String?

    init(wire: APIScheduleInfo) {
        actionCount = Int(wire.actionCount)
        missedCatchUpCount = Int(wire.missedCatchupWindow)
        skippedOverlapCount = Int(wire.overlapSkipped)
        droppedCount = Int(wire.bufferDropped)
        waitingCount = Int(wire.bufferSize)
        running = wire.runningWorkflows.map { .init(workflowID: $0.workflowID, runID: $0.runID) }
        recent = wire.recentActions.map(ScheduleStart.init(wire:))
        upcoming = wire.futureActionTimes.map(\.foundationDate)
        createTime = wire.createTime.foundationDate
        updateTime = wire.hasUpdateTime ? wire.updateTime.foundationDate : nil
        problem = wire.invalidScheduleError.isEmpty ? nil : wire.invalidScheduleError
    }
}

/// A start that a schedule has made.
public struct ScheduleStart: Sendable, Hashable {
    /// The time it was meant for, jitter included.
    public var scheduledTime: Date
    /// When it was made.
    public var actualTime: Date
    public var workflowID: String
    public var runID: String
    /// How the run stood when the schedule last looked; `nil` if the server did not say.
    public var status: RunStatus?

    init(wire: APIScheduleActionResult) {
        scheduledTime = wire.scheduleTime.foundationDate
        actualTime = wire.actualTime.foundationDate
        workflowID = wire.startWorkflowResult.workflowID
        runID = wire.startWorkflowResult.runID
        status = wire.startWorkflowStatus == .unspecified ? nil : RunStatus(wire: wire.startWorkflowStatus)
    }
}

/// A schedule, as lists show it.
public struct ScheduleSummary: Sendable {
    public var id: String
    public var spec: ScheduleSpec
    public var workflowType: String
    public var note: String?
    public var isPaused: Bool
    /// The newest starts, oldest first, five at most.
    public var recent: [ScheduleStart]
    /// The next times, five at most.
    public var upcoming: [Date]
    public var memo: Memo
    public var searchAttributes: SearchAttributes

    init(wire: APIScheduleListEntry, converter: DataConverter) async throws {
        id = wire.scheduleID
        spec = ScheduleSpec(wire: wire.info.spec)
        workflowType = wire.info.workflowType.name
        note = wire.info.notes.isEmpty ? nil : wire.info.notes
        isPaused = wire.info.paused
        recent = wire.info.recentActions.map(ScheduleStart.init(wire:))
        upcoming = wire.info.futureActionTimes.map(\.foundationDate)
        memo = try await Memo(decoding: wire.memo, with: converter)
        searchAttributes = SearchAttributes(wire: wire.searchAttributes)
    }
}
