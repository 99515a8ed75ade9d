import ArgumentParser
import SwiftProtobuf
import WireAPI

/// `millrace task-queue`
struct TaskQueueCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "task-queue", abstract: "Look at task queues and who polls them.",
        subcommands: [TaskQueueDescribeCommand.self])
}

enum TaskQueueKind: String, ExpressibleByArgument, CaseIterable, Sendable {
    case workflow, activity, nexus

    var wire: APITaskQueueType {
        switch self {
        case .workflow: .workflow
        case .activity: .activity
        case .nexus: .nexus
        }
    }
}

/// `millrace task-queue describe`
struct TaskQueueDescribeCommand: MillraceCommand {
    static let configuration = CommandConfiguration(
        commandName: "describe", abstract: "Show the backlog of a task queue and the workers that poll it.")

    @Option(
        name: [.customShort("t", allowingJoined: true), .long], parsing: .unconditional,
        help: "Name of the task queue.")
    var taskQueue: String

    @Option(parsing: .unconditionalSingleValue, help: "Type of the task queue; workflow and activity by default.")
    var taskQueueType: [TaskQueueKind] = []

    @Flag(help: "Leave out the statistics.")
    var disableStats = false

    @Flag(help: "Say whether new tasks can reach each build ID.")
    var reportReachability = false

    @Flag(help: "Show the configuration of the task queue.")
    var reportConfig = false

    @Option(parsing: .unconditionalSingleValue, help: "Only this build ID; repeatable.")
    var selectBuildId: [String] = []

    @Flag(help: "Include the workers without a version.")
    var selectUnversioned = false

    @Flag(help: "Include all active versions.")
    var selectAllActive = false

    @Flag(help: .hidden)
    var legacyMode = false

    @OptionGroup(title: "Connection options") var connection: ConnectionOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in session: Session) async throws {
        guard !legacyMode else { throw OperationError("--legacy-mode is not supported") }
        let client = try await session.client(connection)
        let response = try await during("unable to describe task queue") {
            try await client.call(WorkflowService.describeTaskQueue, request(client))
        }
        let report = TaskQueueReport(response)
        session.json(report.json(showsReachability: reportReachability, showsStats: !disableStats))
        report.print(session, showsReachability: reportReachability, showsStats: !disableStats)
        guard reportConfig, session.format == .text, response.hasConfig else { return }
        session.heading("Task Queue Configuration:")
        session.line("  " + JSONPrinter.compact(try session.protoJSON(response.config)))
    }

    private func request(_ client: ServiceClient) -> APIDescribeTaskQueueRequest {
        var request = APIDescribeTaskQueueRequest()
        request.namespace = client.namespace
        request.taskQueue.name = taskQueue
        request.apiMode = .enhanced
        let kinds: [TaskQueueKind] = taskQueueType.isEmpty ? [.workflow, .activity] : taskQueueType
        request.taskQueueTypes = kinds.map(\.wire)
        request.reportPollers = true
        request.reportStats = !disableStats
        request.reportTaskReachability = reportReachability
        request.reportConfig = reportConfig
        if !selectBuildId.isEmpty || selectUnversioned || selectAllActive {
            request.versions.buildIds = selectBuildId
            request.versions.unversioned = selectUnversioned
            request.versions.allActive = selectAllActive
        }
        return request
    }
}
