import ArgumentParser
import WireRPC

/// A command of `millrace`: parsed by ArgumentParser, run in a ``Session``.
protocol MillraceCommand: ParsableCommand, Sendable {
    var global: GlobalOptions { get }
    func run(in session: Session) async throws
}

extension MillraceCommand {
    /// Commands are run by ``CommandLineTool``, which gives them their session.
    func run() throws {
        throw CleanExit.helpRequest(self)
    }
}

/// Parses the arguments, runs the command and turns what happens into an exit code:
/// 0 for success, 1 if the operation failed, 2 if the command was written wrongly.
struct CommandLineTool: Sendable {
    var context: CommandContext

    static let normalizer = ArgumentNormalizer(
        flags: [
            "archived", "detail", "detailed", "disable-config-env", "disable-config-file", "disable-stats",
            "ephemeral", "fail-existing", "follow", "global", "headless", "help", "help-hidden", "input-base64",
            "legacy-mode", "log-config", "long",
            "no-json-shorthand-payloads", "no-tls", "pause", "pause-on-failure", "paused", "promote-global", "raw",
            "really-long", "report-config", "report-reachability",
            "reset-points", "reverse", "select-all-active", "select-unversioned", "signal-input-base64", "tls",
            "tls-disable-host-verification", "ui-disable-news-fetch", "unpause", "yes",
        ],
        negations: ["tls": "no-tls"])

    /// - Parameter arguments: without the program's name.
    func run(_ arguments: [String]) async -> Int32 {
        do {
            var command = try Self.parse(Self.normalizer.normalize(arguments))
            guard let command = command as? any MillraceCommand else {
                try command.run()
                return 0
            }
            try await run(command)
            return 0
        } catch {
            return report(error)
        }
    }

    private static let serverPath = ["server", "start-dev"]

    /// A server is parsed by itself if it can be: setting up all the other commands would cost it some milliseconds at
    /// its start, and megabytes for as long as it runs.
    private static func parse(_ arguments: [String]) throws -> any ParsableCommand {
        if arguments.starts(with: serverPath),
            let server = try? StartDevCommand.parse(Array(arguments.dropFirst(serverPath.count)))
        {
            return server
        }
        return try MillraceTool.parseAsRoot(arguments)
    }

    private func run(_ command: some MillraceCommand) async throws {
        let session = try Session(command.global, context)
        guard let limit = command.global.commandTimeout, limit > .zero else {
            return try await command.run(in: session)
        }
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await Task.sleep(for: limit)
                return false
            }
            group.addTask {
                try await command.run(in: session)
                return true
            }
            defer { group.cancelAll() }
            guard try await group.next() == true else {
                throw OperationError("the command took longer than --command-timeout \(DurationText.format(limit))")
            }
        }
    }

    private func report(_ error: any Error) -> Int32 {
        switch error {
        case let error as UsageError:
            context.standardError.write("Error: \(error.description)\n")
            return 2
        case let error as OperationError:
            context.standardError.write("Error: \(error.description)\n")
            return 1
        case let error as RPCError:
            context.standardError.write("Error: \(error.message)\n")
            return 1
        default:
            return MillraceTool.exitCode(for: error) == .success ? answer(error) : complain(error)
        }
    }

    /// Help and version were asked for.
    private func answer(_ error: any Error) -> Int32 {
        context.standardOutput.write(MillraceTool.fullMessage(for: error) + "\n")
        return 0
    }

    private func complain(_ error: any Error) -> Int32 {
        let isUsage = MillraceTool.exitCode(for: error) == .validationFailure
        let text = isUsage ? MillraceTool.fullMessage(for: error) : "Error: \(error)"
        context.standardError.write(text + "\n")
        return isUsage ? 2 : 1
    }
}
