import SwiftProtobuf
import WireRPC

/// The world a command runs in. Tests replace it piece by piece.
struct CommandContext: Sendable {
    var environment: [String: String]
    var standardOutput: any TextSink
    var standardError: any TextSink
    var terminal: Terminal
    /// Reads one line of standard input without its end; `nil` at the end of input.
    var readLine: @Sendable () -> String?
    var now: @Sendable () -> Google_Protobuf_Timestamp
    /// Opens a connection; called once, when a command makes its first call.
    var connect: @Sendable (ConnectionSettings) async throws -> any ServiceConnection

    static func system() -> CommandContext {
        let environment = SystemInfo.environment()
        return CommandContext(
            environment: environment,
            standardOutput: DescriptorSink.standardOutput,
            standardError: DescriptorSink.standardError,
            terminal: .current(environment: environment),
            readLine: { Swift.readLine() },
            now: { .now() },
            connect: { try await RemoteConnector.connect($0) })
    }

    /// The user's home directory; empty if the environment does not say.
    var home: String { environment["HOME"] ?? "" }
}
