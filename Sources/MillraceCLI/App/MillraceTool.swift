import ArgumentParser
import Server

@main
enum Main {
    static func main() async {
        let arguments = Array(CommandLine.arguments.dropFirst())
        let code = await CommandLineTool(context: .system()).run(arguments)
        SystemExit.exit(code)
    }
}

/// The root of the command tree.
struct MillraceTool: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "millrace",
        abstract: "Run, watch and operate durable data pipelines.",
        discussion: """
            Start a server:        millrace server start-dev
            Start a workflow:      millrace workflow start -t my-queue --type MyPipeline --input '{"n": 30}'
            Watch it work:         millrace workflow execute -t my-queue --type MyPipeline
            Run it every hour:     millrace schedule create -s hourly --interval 1h -t my-queue --type MyPipeline
            Output for scripts:    millrace workflow list -o json
            """,
        version: "millrace \(millraceVersion)",
        subcommands: [
            ServerCommands.self, WorkflowCommands.self, ScheduleCommands.self, TaskQueueCommands.self,
            OperatorCommands.self, UICommand.self, ConfigCommands.self, EnvCommands.self, CompletionCommand.self,
        ])
}

/// The version of this build, as the server reports it too.
let millraceVersion = MillraceServer.version
