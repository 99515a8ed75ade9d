import Foundation
import Millrace
import MillraceTesting
import Testing

/// What activities report, lose and return, on a real server.
@Suite(.timeLimit(.minutes(2)))
struct ActivityLifeTests {
    private func call(
        _ what: String, bytes: Int = 0, activities: SampleActivities = SampleActivities(),
        while working: @Sendable @escaping (Client, Calling.Handle) async throws -> Void = { _, _ in },
        _ check: @Sendable (Result<String, any Error>) throws -> Void
    ) async throws {
        try await Target.run { client, queue in
            let worker = Worker(client, taskQueue: queue) {
                Calling.self
                activities
            }
            let result = try await worker.running { () -> Result<String, any Error> in
                let run = try await client.start(
                    Calling.run(what: what, bytes: bytes), id: Target.id(), taskQueue: queue)
                try await working(client, run)
                do { return .success(try await run.result) } catch { return .failure(error) }
            }
            try check(result)
        }
    }

    /// What the activity that the workflow called failed with.
    private func cause(_ result: Result<String, any Error>) throws -> any Error {
        let failure = try #require(throws: WorkflowFailure.self) { try result.get() }
        return try #require((failure.cause as? ActivityFailure)?.cause)
    }

    @Test func anAttemptGoesOnWhereTheLastOneStopped() async throws {
        try await call("resumes") { result in
            let value = try result.get()
            #expect(value == "42")
        }
    }

    @Test func silenceIsATimeoutThatKeepsTheLastReport() async throws {
        try await call("silent") { result in
            let timeout = try #require(try cause(result) as? TimeoutFailure)
            #expect(timeout.kind == .heartbeat)
            #expect(try timeout.lastHeartbeatDetails.value(String.self) == "last word")
        }
    }

    @Test func anActivityIsCompletedFromOutside() async throws {
        let activities = SampleActivities()
        try await call("elsewhere", activities: activities) { client, run in
            var token: Data?
            while token == nil {
                try await Task.sleep(for: .milliseconds(20))
                token = activities.calls.token.withLock { $0 }
            }
            try await client.activity(taskToken: #require(token)).complete("from outside")
        } _: { result in
            let value = try result.get()
            #expect(value == "from outside")
        }
    }

    @Test func anUnregisteredActivityFailsAndSaysWhatIsKnown() async throws {
        try await call("unregistered") { result in
            let failure = try #require(try cause(result) as? ApplicationFailure)
            #expect(failure.type == "NotFoundError")
            #expect(failure.message.contains("'unheardOf' is not registered"))
        }
    }

    @Test(arguments: [100_000, 3_000_000])
    func resultsThatAreTooLargeFailTheActivity(bytes: Int) async throws {
        try await call("large", bytes: bytes) { result in
            if bytes < 1_000_000 {
                #expect(try result.get() == "\(bytes)")
            } else {
                let message = "\(try cause(result))".lowercased()
                #expect(message.contains("large") || message.contains("exceed"), "\(message)")
            }
        }
    }
}
