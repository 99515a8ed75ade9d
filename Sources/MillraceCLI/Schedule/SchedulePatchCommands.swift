import ArgumentParser
import SwiftProtobuf
import WireAPI

/// `millrace schedule toggle`
struct ScheduleToggleCommand: MillraceCommand {
    static let configuration = CommandConfiguration(
        commandName: "toggle", abstract: "Pause a schedule, or let it go on.",
        discussion: "millrace schedule toggle -s reports --pause --reason 'the source is down'")

    private static let noReason = "(no reason provided)"

    @OptionGroup var reference: ScheduleReferenceOptions

    @Flag(help: "Pause the schedule.")
    var pause = false

    @Flag(help: "Let the schedule go on.")
    var unpause = false

    @Option(parsing: .unconditional, help: "Reason; it becomes the schedule's notes.")
    var reason: String = noReason

    @OptionGroup(title: "Connection options") var connection: ConnectionOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in session: Session) async throws {
        guard pause != unpause else { throw UsageError("exactly one of --pause or --unpause is required") }
        var patch = APISchedulePatch()
        // The text itself says that there is something to do, so it must not be empty.
        let reason = reason.isEmpty ? Self.noReason : reason
        if pause { patch.pause = reason } else { patch.unpause = reason }
        try await session.client(connection).patchSchedule(reference.scheduleId, patch)
        session.remark(pause ? "Schedule paused" : "Schedule unpaused")
    }
}

/// `millrace schedule trigger`
struct ScheduleTriggerCommand: MillraceCommand {
    static let configuration = CommandConfiguration(
        commandName: "trigger", abstract: "Start what a schedule starts, now.")

    @OptionGroup var reference: ScheduleReferenceOptions
    @OptionGroup var overlap: OverlapPolicyOption
    @OptionGroup(title: "Connection options") var connection: ConnectionOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in session: Session) async throws {
        var patch = APISchedulePatch()
        patch.triggerImmediately.overlapPolicy = overlap.overlapPolicy.wire
        try await session.client(connection).patchSchedule(reference.scheduleId, patch)
        session.line("Trigger request sent")
    }
}

/// A range of time, both ends needed.
struct TimeRangeOptions: ParsableArguments, Sendable {
    @Option(
        parsing: .unconditional, help: ArgumentHelp("Begin of the range of time.", valueName: "time"),
        transform: TimeParser.parse)
    var startTime: Google_Protobuf_Timestamp

    @Option(
        parsing: .unconditional, help: ArgumentHelp("End of the range of time.", valueName: "time"),
        transform: TimeParser.parse)
    var endTime: Google_Protobuf_Timestamp
}

/// `millrace schedule backfill`
struct ScheduleBackfillCommand: MillraceCommand {
    static let configuration = CommandConfiguration(
        commandName: "backfill", abstract: "Start what was due in a range of time, as if it passed now.",
        discussion: """
            millrace schedule backfill -s reports --start-time 2026-05-01T00:00:00Z --end-time 2026-05-31T23:59:59Z \
            --overlap-policy BufferAll

            Runs that are due while an earlier one is open are left out by default: BufferAll starts all of them, one \
            after the other, AllowAll all at once.
            """)

    @OptionGroup var reference: ScheduleReferenceOptions
    @OptionGroup var range: TimeRangeOptions
    @OptionGroup var overlap: OverlapPolicyOption
    @OptionGroup(title: "Connection options") var connection: ConnectionOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in session: Session) async throws {
        var backfill = APIBackfillRequest()
        backfill.startTime = range.startTime
        backfill.endTime = range.endTime
        backfill.overlapPolicy = overlap.overlapPolicy.wire
        var patch = APISchedulePatch()
        patch.backfillRequest = [backfill]
        try await session.client(connection).patchSchedule(reference.scheduleId, patch)
        session.line("Backfill request sent")
    }
}

extension ServiceClient {
    fileprivate func patchSchedule(_ id: String, _ patch: APISchedulePatch) async throws {
        var request = APIPatchScheduleRequest()
        request.namespace = namespace
        request.scheduleID = id
        request.patch = patch
        request.identity = identity
        request.requestID = SystemInfo.uniqueID()
        _ = try await call(WorkflowService.patchSchedule, request)
    }
}
