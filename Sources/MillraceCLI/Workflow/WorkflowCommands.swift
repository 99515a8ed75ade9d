import ArgumentParser

/// `millrace workflow`
struct WorkflowCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "workflow",
        abstract: "Start, list and operate on workflows.",
        subcommands: [
            CancelCommand.self, CountCommand.self, DeleteCommand.self, DescribeCommand.self, ExecuteCommand.self,
            ListCommand.self, MetadataCommand.self, QueryCommand.self, ResultCommand.self, ShowCommand.self,
            SignalCommand.self, SignalWithStartCommand.self, StackCommand.self, StartCommand.self,
            TerminateCommand.self,
        ])
}
