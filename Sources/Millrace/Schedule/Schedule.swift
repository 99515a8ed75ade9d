import WireAPI

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A schedule: what it starts, when, and under which rules.
///
///     var nightly = Schedule(.daily(at: "02:00"), start: .run(Import.run(), id: "import", taskQueue: "imports"))
///     nightly.policy.overlap = .bufferOne
///     try await client.schedules.create("nightly", nightly)
public struct Schedule: Sendable {
    public var spec: ScheduleSpec
    public var action: ScheduleAction
    public var policy: SchedulePolicy
    /// For people; the server writes here too, when it pauses the schedule after a failure.
    public var note: String?
    /// A paused schedule starts nothing by itself.
    public var isPaused: Bool
    /// How many starts are left, those that someone triggers not counted; `nil` means no limit.
    public var remainingActions: Int?

    /// What the type has no words for, kept so that an update does not lose it.
    private var unspoken = APISchedule()

    public init(
        _ spec: ScheduleSpec, start action: ScheduleAction, policy: SchedulePolicy = SchedulePolicy(),
        note: String? = nil, isPaused: Bool = false, remainingActions: Int? = nil
    ) {
        self.spec = spec
        self.action = action
        self.policy = policy
        self.note = note
        self.isPaused = isPaused
        self.remainingActions = remainingActions
    }

    /// Checks what the server would refuse, as far as that can be known here.
    /// - Throws: ``InvalidOptions``.
    public func validate() throws(InvalidOptions) {
        try spec.validate()
        try action.validate()
        try policy.validate()
        if let remainingActions, remainingActions < 0 {
            throw InvalidOptions("remainingActions", "must not be negative, is \(remainingActions); nil means no limit")
        }
    }

    package func wire(_ converter: DataConverter) async throws -> APISchedule {
        var wire = unspoken
        wire.spec = spec.wire
        wire.action.startWorkflow = try await action.wire(converter)
        wire.policies = policy.wire
        wire.state.notes = note ?? ""
        wire.state.paused = isPaused
        wire.state.limitedActions = remainingActions != nil
        wire.state.remainingActions = Int64(remainingActions ?? 0)
        return wire
    }

    package init(wire: APISchedule, converter: DataConverter) {
        self.init(
            ScheduleSpec(wire: wire.spec),
            start: ScheduleAction(wire: wire.action.startWorkflow, converter: converter),
            policy: SchedulePolicy(wire: wire.policies), note: wire.state.notes.isEmpty ? nil : wire.state.notes,
            isPaused: wire.state.paused,
            remainingActions: wire.state.limitedActions ? Int(wire.state.remainingActions) : nil)
        unspoken = wire
    }
}

/// The rules of a schedule.
public struct SchedulePolicy: Sendable, Hashable {
    /// What happens when it is time for a start and a run of the schedule is open.
    public var overlap: ScheduleOverlap
    /// How late a start may be that was missed because the server was down or the schedule could not be served; `nil`
    /// means the server's default, a year. Servers take at least 10 s.
    public var catchUpWindow: Duration?
    /// Whether the schedule pauses once a run has failed or timed out, with all its retries.
    public var pausesOnFailure: Bool
    /// Whether all runs have the workflow id as it is, instead of the id with the time of the start behind it.
    public var keepsWorkflowID: Bool

    private var unspoken = APISchedulePolicies()

    public init(
        overlap: ScheduleOverlap = .skip, catchUpWindow: Duration? = nil, pausesOnFailure: Bool = false,
        keepsWorkflowID: Bool = false
    ) {
        self.overlap = overlap
        self.catchUpWindow = catchUpWindow
        self.pausesOnFailure = pausesOnFailure
        self.keepsWorkflowID = keepsWorkflowID
    }

    func validate() throws(InvalidOptions) {
        if let catchUpWindow, catchUpWindow < .zero {
            throw InvalidOptions("policy.catchUpWindow", "must not be negative, is \(catchUpWindow)")
        }
    }

    package var wire: APISchedulePolicies {
        var wire = unspoken
        wire.overlapPolicy = overlap.wire
        if let catchUpWindow { wire.catchupWindow = .init(catchUpWindow) } else { wire.clearCatchupWindow() }
        wire.pauseOnFailure = pausesOnFailure
        wire.keepOriginalWorkflowID = keepsWorkflowID
        return wire
    }

    package init(wire: APISchedulePolicies) {
        self.init(
            overlap: ScheduleOverlap(wire: wire.overlapPolicy) ?? .skip,
            catchUpWindow: wire.hasCatchupWindow ? wire.catchupWindow.duration : nil,
            pausesOnFailure: wire.pauseOnFailure, keepsWorkflowID: wire.keepOriginalWorkflowID)
        unspoken.unknownFields = wire.unknownFields
    }
}

/// What happens when it is time for a start and a run of the same schedule is open.
public enum ScheduleOverlap: Sendable, Hashable {
    /// The start is left out. The default.
    case skip
    /// One start waits until the run has closed; further ones are left out.
    case bufferOne
    /// Every start waits its turn.
    case bufferAll
    /// The run is asked to cancel; the start follows once it has closed.
    case cancelOther
    /// The run is terminated, and the start follows.
    case terminateOther
    /// Runs go on beside each other.
    case allowAll
    /// A rule of a newer server, by its number.
    case other(Int)

    package var wire: APIScheduleOverlapPolicy {
        switch self {
        case .skip: .skip
        case .bufferOne: .bufferOne
        case .bufferAll: .bufferAll
        case .cancelOther: .cancelOther
        case .terminateOther: .terminateOther
        case .allowAll: .allowAll
        case .other(let number): APIScheduleOverlapPolicy(rawValue: number) ?? .unspecified
        }
    }

    package init?(wire: APIScheduleOverlapPolicy) {
        switch wire {
        case .skip: self = .skip
        case .bufferOne: self = .bufferOne
        case .bufferAll: self = .bufferAll
        case .cancelOther: self = .cancelOther
        case .terminateOther: self = .terminateOther
        case .allowAll: self = .allowAll
        case .UNRECOGNIZED(let number): self = .other(number)
        case .unspecified: return nil
        }
    }
}

/// A stretch of the past, or of the future, whose times a schedule acts on now.
public struct ScheduleBackfill: Sendable, Hashable {
    public var start: Date
    public var end: Date
    /// `nil` means the schedule's own rule.
    public var overlap: ScheduleOverlap?

    public init(from start: Date, to end: Date, overlap: ScheduleOverlap? = nil) {
        self.start = start
        self.end = end
        self.overlap = overlap
    }

    func validate() throws(InvalidOptions) {
        if end < start { throw InvalidOptions("backfill", "must not end (\(end)) before it starts (\(start))") }
    }

    var wire: APIBackfillRequest {
        .with {
            $0.startTime = .init(date: start)
            $0.endTime = .init(date: end)
            $0.overlapPolicy = overlap?.wire ?? .unspecified
        }
    }
}
