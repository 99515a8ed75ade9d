import ArgumentParser
import Foundation
import Millrace

/// The pipeline again and again.
struct ScheduleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schedule", abstract: "Runs the pipeline again and again. Needs a worker.",
        subcommands: [
            ScheduleCreateCommand.self, ScheduleDescribeCommand.self, ScheduleListCommand.self,
            SchedulePauseCommand.self, ScheduleUnpauseCommand.self, ScheduleTriggerCommand.self,
            ScheduleBackfillCommand.self, ScheduleUpdateCommand.self, ScheduleDeleteCommand.self,
        ])
}

/// Which schedule, and where.
struct ScheduleOptions: ParsableArguments {
    @OptionGroup var server: ServerOptions

    @Option(name: [.customShort("s"), .customLong("schedule-id")], help: "The schedule's id.")
    var scheduleID = "workflow-schedule-id"

    func handle() async throws -> ScheduleHandle { try await server.client().schedules[scheduleID] }
}

/// When a schedule starts the pipeline.
struct TimesOptions: ParsableArguments {
    @Option(help: "Time between two runs, such as 10h, 1h30m, 1m or 20s.")
    var every: Length?

    @Option(help: "A cron expression instead, such as '0 12 * * MON-FRI'.")
    var cron: String?

    @Option(help: "With --cron: the time zone, such as Europe/Berlin; UTC otherwise.")
    var timeZone: String?

    /// `nil` if nothing is said.
    var spec: ScheduleSpec? {
        if let cron { return .cron(cron, in: timeZone) }
        return every.map { .every($0.duration) }
    }

    func validate() throws {
        if every != nil, cron != nil { throw ValidationError("--every and --cron cannot both be given") }
        if timeZone != nil, cron == nil { throw ValidationError("--time-zone needs --cron") }
    }
}

struct ScheduleCreateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Creates a schedule; every 10 hours unless something else is said.")

    @OptionGroup var options: ScheduleOptions
    @OptionGroup var times: TimesOptions

    @Option(name: [.customShort("w"), .customLong("workflow-id")], help: "What the ids of the runs begin with.")
    var workflowID = "hackernews-workflow"

    @Option(help: "How many stories.")
    var limit = 10

    @Flag(help: "Also run once now.")
    var runNow = false

    func run() async throws {
        let client = try await options.server.client()
        let handle = try await client.schedules.create(
            options.scheduleID, times.spec ?? .every(.hours(10)), start: TopStories.run(limit: limit), id: workflowID,
            taskQueue: HackerNewsCommand.taskQueue, options: WorkflowOptions(summary: "The \(limit) top stories"),
            triggersImmediately: runNow)
        Output.line("Created.\n\n\(try await ScheduleText.description(of: handle, at: Date()))")
    }
}

struct ScheduleDescribeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "describe", abstract: "Shows a schedule, its newest runs and its next times.")

    @OptionGroup var options: ScheduleOptions

    func run() async throws {
        Output.line(try await ScheduleText.description(of: options.handle(), at: Date()))
    }
}

struct ScheduleListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists the schedules of the namespace.")

    @OptionGroup var server: ServerOptions

    func run() async throws {
        var schedules: [ScheduleSummary] = []
        for try await schedule in try await server.client().schedules.list() { schedules.append(schedule) }
        Output.line(ScheduleText.list(schedules, at: Date(), width: Terminal.width))
    }
}

struct SchedulePauseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause", abstract: "Lets a schedule start nothing until it goes on.")

    @OptionGroup var options: ScheduleOptions

    @Option(help: "Why, for people.")
    var note: String?

    func run() async throws {
        try await options.handle().pause(note: note)
        Output.line("Paused. 'hackernews schedule unpause' lets it go on.")
    }
}

struct ScheduleUnpauseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unpause", abstract: "Lets a paused schedule go on.")

    @OptionGroup var options: ScheduleOptions

    @Option(help: "Why, for people.")
    var note: String?

    func run() async throws {
        let handle = try await options.handle()
        try await handle.unpause(note: note)
        Output.line("Goes on.\n\n\(try await ScheduleText.description(of: handle, at: Date()))")
    }
}

struct ScheduleTriggerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trigger", abstract: "Runs the pipeline once now.")

    @OptionGroup var options: ScheduleOptions

    @Flag(help: "Also if a run is open.")
    var beside = false

    func run() async throws {
        try await options.handle().trigger(overlap: beside ? .allowAll : nil)
        Output.line("Asked for a run now. 'hackernews schedule describe' shows it.")
    }
}

struct ScheduleBackfillCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backfill", abstract: "Runs the pipeline for all times of a stretch of time, one after the other.")

    @OptionGroup var options: ScheduleOptions

    @Option(help: "The first time, such as 2026-08-01T00:00:00Z.")
    var from: Moment

    @Option(help: "The last time.")
    var to: Moment

    func run() async throws {
        let handle = try await options.handle()
        let times = try await handle.matchingTimes(from: from.date, to: to.date)
        // Within its own rule the schedule would leave out all but the first.
        try await handle.backfill(from: from.date, to: to.date, overlap: .bufferAll)
        Output.line("Asked for the runs of \(times.count) \(times.count == 1 ? "time" : "times").")
    }
}

struct ScheduleUpdateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update", abstract: "Changes when a schedule runs, or how many stories it fetches.")

    @OptionGroup var options: ScheduleOptions
    @OptionGroup var times: TimesOptions

    @Option(help: "How many stories.")
    var limit: Int?

    func validate() throws {
        guard times.spec != nil || limit != nil else {
            throw ValidationError("Say what is to change: --every, --cron or --limit")
        }
    }

    func run() async throws {
        let handle = try await options.handle()
        try await handle.update { schedule in
            if let spec = times.spec { schedule.spec = spec }
            guard let limit else { return }
            schedule.action.replace(with: TopStories.run(limit: limit))
            schedule.action.set(summary: "The \(limit) top stories")
        }
        Output.line("Updated.\n\n\(try await ScheduleText.description(of: handle, at: Date()))")
    }
}

struct ScheduleDeleteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Deletes a schedule. Runs that it has started go on.")

    @OptionGroup var options: ScheduleOptions

    func run() async throws {
        try await options.handle().delete()
        Output.line("Schedule \(options.scheduleID) is deleted.")
    }
}
