import Foundation
import Millrace
import MillraceTesting
import Server
import Testing

/// Swift and Python on the same server, calling each other. Runs if `MILLRACE_PEER_PYTHON` names a Python that has the
/// `temporalio` package.
@Suite(.enabled(if: PythonPeer.python != nil), .timeLimit(.minutes(2)))
struct PythonPeerTests {
    @Workflow actor SwiftCallsPython {
        struct Outcome: Codable, Sendable {
            var greeting: String
            var story: Story
            var bytes: Data
            var failureType: String?
            var failureDetail: [String: Int]
            var inner: String?
        }

        func run(queue: String, story: Story) async throws -> Outcome {
            let options = ActivityOptions(startToClose: .seconds(15), taskQueue: queue)
            let greeting = try await Workflow.execute(
                activity: "pyGreet", "bob", 2, returning: String.self, options: options)
            let changed = try await Workflow.execute(
                activity: "pyStory", story, returning: Story.self, options: options)
            let bytes = try await Workflow.execute(
                activity: "pyBytes", Data([1, 2, 3]), returning: Data.self, options: options)
            let nothing = try await Workflow.execute(
                activity: "pyNothing", String?.none, returning: String?.self, options: options)
            precondition(nothing == nil)
            do {
                let never = try await Workflow.execute(activity: "pyFails", returning: Int.self, options: options)
                throw ApplicationFailure("got \(never)")
            } catch let failure as ActivityFailure {
                let cause = failure.cause as? ApplicationFailure
                return Outcome(
                    greeting: greeting, story: changed, bytes: bytes, failureType: cause?.type,
                    failureDetail: try cause?.details.value([String: Int].self) ?? [:],
                    inner: (cause?.cause as? ApplicationFailure)?.message)
            }
        }
    }

    private struct FromPython: Codable, Sendable {
        struct Failure: Codable, Sendable, Equatable {
            var activity: String
            var type: String
            var message: String
            var details: [String]
            var inner: String
        }

        var ids: [Int]
        var title: String
        var posted: Date
        var failure: Failure
    }

    @Test func aSwiftWorkflowCallsPythonActivities() async throws {
        try await PythonPeer.run { client, pythonQueue in
            let queue = Target.id("swift")
            let posted = Date(timeIntervalSince1970: 1_700_000_000.123456)
            let outcome = try await Worker(client, taskQueue: queue) { SwiftCallsPython.self }.running {
                try await client.execute(
                    SwiftCallsPython.run(queue: pythonQueue, story: Story(title: "title", posted: posted)),
                    id: Target.id(), taskQueue: queue)
            }
            #expect(outcome.greeting == "hello bob hello bob")
            #expect(outcome.story.title == "TITLE")
            #expect(abs(outcome.story.posted.timeIntervalSince(posted) - 1e-6) < 2e-7)
            #expect(outcome.bytes == Data([3, 2, 1]))
            #expect(outcome.failureType == "PyError")
            #expect(outcome.failureDetail == ["code": 7])
            #expect(outcome.inner == "inner")
        }
    }

    @Test func aPythonWorkflowCallsSwiftActivities() async throws {
        try await PythonPeer.run { client, pythonQueue in
            let queue = Target.id("swift")
            let answer = try await Worker(client, taskQueue: queue) { SampleActivities() }.running {
                try await client.execute(
                    workflow: "PyCallsSwift", queue, returning: FromPython.self, id: Target.id(),
                    taskQueue: pythonQueue)
            }
            #expect(answer.ids == [1, 2, 3])
            #expect(answer.title == "story 7")
            #expect(answer.posted == Date(timeIntervalSince1970: 7.25))
            #expect(
                answer.failure
                    == .init(
                        activity: "refuses", type: "Refused", message: "refused", details: ["detail"],
                        inner: "Inner: inner"))
        }
    }
}

/// A Python worker in a process of its own.
enum PythonPeer {
    static let python = ProcessInfo.processInfo.environment["MILLRACE_PEER_PYTHON"]

    /// Runs a test with a client and the task queue of the Python worker.
    static func run(_ body: @Sendable (Client, String) async throws -> Void) async throws {
        let queue = Target.id("python")
        if let address = Target.address {
            let client = try await Client.connect(address, namespace: "default")
            try await withWorker(address, queue) { try await body(client, queue) }
            return
        }
        var configuration = MillraceServer.Configuration()
        configuration.port = 0
        let server = try await MillraceServer.start(configuration)
        do {
            let address = "127.0.0.1:\(server.port ?? 0)"
            try await withWorker(address, queue) { try await body(Client(connection: server.connection), queue) }
        } catch {
            await server.stop()
            throw error
        }
        await server.stop()
    }

    private static func withWorker(_ address: String, _ queue: String, _ body: () async throws -> Void) async throws {
        let script = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../../Peers/sdk/python_peer.py").standardizedFileURL
        let process = Process()
        process.executableURL = URL(filePath: try #require(python))
        process.arguments = [script.path, address, queue]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        defer {
            try? input.fileHandleForWriting.close()
            process.waitUntilExit()
        }
        for await line in lines(output) where line.contains("ready") { break }
        try await body()
    }

    private static func lines(_ pipe: Pipe) -> AsyncStream<String> {
        AsyncStream { continuation in
            pipe.fileHandleForReading.readabilityHandler = { handle in
                let data = handle.availableData
                if data.isEmpty { return continuation.finish() }
                continuation.yield(String(decoding: data, as: UTF8.self))
            }
            continuation.onTermination = { _ in pipe.fileHandleForReading.readabilityHandler = nil }
        }
    }
}
