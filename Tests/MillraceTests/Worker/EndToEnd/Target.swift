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

    /// An id that no other test and no earlier run has used.
    static func id(_ name: String = "test") -> String { "\(name)-\(UUID().uuidString)" }
}
