import ArgumentParser

/// `millrace schedule`
struct ScheduleCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schedule",
        abstract: "Start workflows again and again, at times or in intervals.",
        subcommands: [
            ScheduleBackfillCommand.self, ScheduleCreateCommand.self, ScheduleDeleteCommand.self,
            ScheduleDescribeCommand.self, ScheduleListCommand.self, ScheduleListMatchingTimesCommand.self,
            ScheduleToggleCommand.self, ScheduleTriggerCommand.self, ScheduleUpdateCommand.self,
        ])
}

/// One schedule, which must be named.
struct ScheduleReferenceOptions: ParsableArguments, Sendable {
    @Option(
        name: [.customShort("s", allowingJoined: true), .long], parsing: .unconditional,
        help: "Schedule ID.")
    var scheduleId: String
}

extension Session {
    /// A line for the person who watches: what went well without output that a script could read.
    func remark(_ text: String) {
        if isLive { line(text) }
    }
}
