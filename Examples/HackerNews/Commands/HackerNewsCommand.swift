import ArgumentParser
import Millrace

/// The data pipeline of the example: worker, runner and a demo of both.
@main
struct HackerNewsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hackernews",
        abstract: "Fetches the top stories of Hacker News with a durable pipeline.",
        subcommands: [
            WorkerCommand.self, RunCommand.self, ScheduleCommand.self, DemoCommand.self, SampleCommand.self,
        ])

    static let taskQueue = "hackernews"
}

/// Where the server is.
struct ServerOptions: ParsableArguments {
    @Option(help: "Host and port of the server; otherwise TEMPORAL_ADDRESS or localhost:7233.")
    var address: String?

    @Option(help: "The namespace.")
    var namespace: String?

    func client() async throws -> Client { try await Client.connect(address, namespace: namespace) }
}

/// Where the server and the stories are.
struct CommonOptions: ParsableArguments {
    enum Source: String, ExpressibleByArgument, CaseIterable { case live, sample }

    @OptionGroup var server: ServerOptions

    @Option(help: "Where the stories come from: the real site, or a sample that is bundled.")
    var source: Source = .live

    @Option(help: "Address of an API to use instead, such as http://127.0.0.1:8080.")
    var api: String?

    @Option(help: "With --source sample: how many requests fail at first.")
    var failFirst = 0

    func client() async throws -> Client { try await server.client() }

    /// The API to read from; starts the sample if that is wanted.
    func storySource() async throws -> (api: HackerNewsAPI, sample: SampleAPI?) {
        if let api { return (HackerNewsAPI(address: api), nil) }
        guard source == .sample else { return (HackerNewsAPI(), nil) }
        let sample = try await SampleAPI.start(failures: failFirst)
        return (HackerNewsAPI(address: sample.address), sample)
    }
}

struct WorkerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker", abstract: "Runs the pipeline's steps until it is stopped.")

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let client = try await common.client()
        let (api, _) = try await common.storySource()
        let queue = HackerNewsCommand.taskQueue
        Output.line("Working on task queue '\(queue)', stories from \(api.address). Ctrl-C stops.")
        let worker = Worker(client, taskQueue: queue) {
            TopStories.self
            HackerNews(api: api)
        }
        try await Interruption.run { try await worker.run() }
    }
}

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Runs the pipeline once and prints the table. Needs a worker.")

    @OptionGroup var common: CommonOptions

    @Option(name: [.customShort("w"), .customLong("workflow-id")], help: "The workflow's id.")
    var workflowID = "hackernews-workflow"

    @Option(help: "How many stories.")
    var limit = 10

    func run() async throws {
        try await PipelineRun.perform(try await common.client(), id: workflowID, limit: limit)
    }
}

struct SampleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sample-api", abstract: "Serves the bundled sample of the Hacker News API on loopback.")

    @Option(help: "The port, 0 for any that is free.")
    var port = 0

    @Option(help: "How many requests fail at first.")
    var failFirst = 0

    func run() async throws {
        let sample = try await SampleAPI.start(port: port, failures: failFirst)
        Output.line(sample.address)
        try await Interruption.run { try await sample.wait() }
    }
}
