import Foundation
import Millrace
import MillraceTesting

/// The server that the end-to-end tests run against: the one at `MILLRACE_TEST_ADDRESS`, or one of our own in this
/// process.
enum Target {
    static let address: String? = ProcessInfo.processInfo.environment["MILLRACE_TEST_ADDRESS"]

    /// Updates and child workflows are not in our own server yet; their tests need the one at the address.
    static let hasUpdatesAndChildren = address != nil

    /// Runs a test with a client and a task queue of its own.
    static func run(
        dataConverter: DataConverter = .default, _ body: @Sendable (Client, String) async throws -> Void
    ) async throws {
        let queue = "queue-\(UUID().uuidString)"
        guard let address else {
            try await TestServer.run(dataConverter: dataConverter) { try await body($0, queue) }
            return
        }
        try await body(try await Client.connect(address, namespace: "default", dataConverter: dataConverter), queue)
    }

    /// Waits until something is so. Servers show what has happened with some delay; there is no event to wait for.
    /// - Throws: ``TimedOut`` after 30 s.
    static func until(_ what: String, _ isSo: () async throws -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(30)
        while try await !isSo() {
            guard ContinuousClock.now < deadline else { throw TimedOut(what: what) }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    struct TimedOut: Error { var what: String }

    /// An id that no other test and no earlier run has used.
    static func id(_ name: String = "test") -> String { "\(name)-\(UUID().uuidString)" }
}
