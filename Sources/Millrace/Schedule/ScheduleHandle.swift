import WireAPI
import WireRPC

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A schedule, seen by a client: `client.schedules["nightly"]`.
///
/// Everything here throws ``ScheduleNotFound`` if there is no such schedule (any more).
public struct ScheduleHandle: Sendable {
    public let client: Client
    public let id: String

    var subject: ErrorSubject { ErrorSubject(scheduleID: id) }
}

extension ScheduleHandle {
    /// What the server knows of the schedule.
    public func describe() async throws -> ScheduleDescription {
        try await ScheduleDescription(id: id, wire: fetch(), converter: client.dataConverter)
    }

    /// The schedule starts nothing by itself until it goes on again.
    /// - Parameter note: why, for people; replaces the schedule's note.
    public func pause(note: String? = nil) async throws {
        try await patch { $0.pause = Self.note(note, "Paused via Swift SDK") }
    }

    /// Lets a paused schedule go on.
    /// - Parameter note: why, for people; replaces the schedule's note.
    public func unpause(note: String? = nil) async throws {
        try await patch { $0.unpause = Self.note(note, "Unpaused via Swift SDK") }
    }

    /// Starts a run now, besides the schedule's times, also if it is paused.
    /// - Parameter overlap: what happens if a run is open; `nil` means the schedule's own rule.
    public func trigger(overlap: ScheduleOverlap? = nil) async throws {
        try await patch { $0.triggerImmediately.overlapPolicy = overlap?.wire ?? .unspecified }
    }

    /// Acts on the times of a stretch of time now, both ends included, also if the schedule is paused.
    /// - Parameter overlap: what happens while a run is open; `nil` means the schedule's own rule, which for `.skip`
    ///   leaves out all but the first.
    public func backfill(from start: Date, to end: Date, overlap: ScheduleOverlap? = nil) async throws {
        try await backfill([ScheduleBackfill(from: start, to: end, overlap: overlap)])
    }

    /// Acts on the times of several stretches of time now.
    public func backfill(_ backfills: [ScheduleBackfill]) async throws {
        if backfills.isEmpty { throw InvalidOptions("backfills", "must not be empty") }
        for backfill in backfills { try backfill.validate() }
        try await patch { $0.backfillRequest = backfills.map(\.wire) }
    }

    /// Deletes the schedule. Runs that it has started go on.
    public func delete() async throws {
        var request = APIDeleteScheduleRequest()
        request.namespace = client.namespace
        request.scheduleID = id
        request.identity = client.identity
        _ = try await client.call(WorkflowService.deleteSchedule, request, about: subject)
    }

    /// The schedule's times within a stretch of time, past or future, jitter included. Whether it is paused or limited
    /// makes no difference.
    public func matchingTimes(from start: Date, to end: Date) async throws -> [Date] {
        if end < start { throw InvalidOptions("to", "(\(end)) is before from (\(start))") }
        var request = APIListScheduleMatchingTimesRequest()
        request.namespace = client.namespace
        request.scheduleID = id
        request.startTime = .init(date: start)
        request.endTime = .init(date: end)
        return try await client.call(WorkflowService.listScheduleMatchingTimes, request, about: subject)
            .startTime.map(\.foundationDate)
    }

    /// The empty text would mean that nothing is to be done.
    private static func note(_ note: String?, _ otherwise: String) -> String {
        note.flatMap { $0.isEmpty ? nil : $0 } ?? otherwise
    }

    private func patch(_ change: (inout APISchedulePatch) -> Void) async throws {
        var request = APIPatchScheduleRequest()
        request.namespace = client.namespace
        request.scheduleID = id
        change(&request.patch)
        request.identity = client.identity
        request.requestID = Identity.requestID()
        _ = try await client.call(WorkflowService.patchSchedule, request, about: subject)
    }

    private func fetch() async throws -> APIDescribeScheduleResponse {
        var request = APIDescribeScheduleRequest()
        request.namespace = client.namespace
        request.scheduleID = id
        return try await client.call(WorkflowService.describeSchedule, request, about: subject)
    }
}

// MARK: - Updating

extension ScheduleHandle {
    /// How often an update begins anew because somebody else was faster.
    static let updateAttempts = 10

    /// Changes the schedule.
    ///
    ///     try await handle.update { schedule in
    ///         schedule.spec = .every(.hours(2))
    ///         schedule.policy.overlap = .bufferOne
    ///     }
    ///
    /// The closure gets the schedule as it is. It is called again, with the newest schedule, if that changed before the
    /// update arrived, so it should do nothing else. What it does not touch stays as it is; arguments and memo of the
    /// action are not even decoded.
    ///
    /// - Parameters:
    ///   - searchAttributes: what the schedule is found by from now on, in place of what was; `nil` leaves them.
    ///   - memo: the schedule's own memo; `nil` leaves it. Some servers cannot change it and say so.
    ///   - change: throws to leave the schedule as it is.
    /// - Throws: what `change` throws, ``ScheduleNotFound``, ``InvalidOptions``, ``ConversionError``,
    ///   ``ServiceError`` (`aborted` if others changed the schedule each time).
    public func update(
        searchAttributes: SearchAttributes? = nil, memo: Memo? = nil,
        _ change: @Sendable (inout Schedule) async throws -> Void
    ) async throws {
        for _ in 1...Self.updateAttempts {
            let current = try await fetch()
            var schedule = Schedule(wire: current.schedule, converter: client.dataConverter)
            try await change(&schedule)
            try schedule.validate()
            var request = APIUpdateScheduleRequest()
            request.namespace = client.namespace
            request.scheduleID = id
            request.schedule = try await schedule.wire(client.dataConverter)
            request.conflictToken = current.conflictToken
            request.identity = client.identity
            request.requestID = Identity.requestID()
            if let searchAttributes { request.searchAttributes = searchAttributes.wire }
            if let memo { request.memo = try await memo.encoded(with: client.dataConverter) }
            if try await apply(request, after: current) { return }
        }
        throw ServiceError(
            .aborted,
            "schedule '\(id)' was not updated: it was changed by others \(Self.updateAttempts) times meanwhile")
    }

    /// Sends an update and says whether it was made, or came too late.
    private func apply(
        _ request: APIUpdateScheduleRequest, after current: APIDescribeScheduleResponse
    ) async throws -> Bool {
        do {
            _ = try await client.call(WorkflowService.updateSchedule, request, about: subject)
        } catch let error as ServiceError
            where error.code == .failedPrecondition && error.message.contains("conflict token")
        {
            return false
        }
        // Servers whose schedules are workflows accept an update that came too late, and drop it without a word. Every
        // update that is made moves the update time, so one that has not moved tells.
        let updated = try await fetch()
        return updated.info.updateTime != current.info.updateTime || updated.conflictToken == current.conflictToken
    }
}
