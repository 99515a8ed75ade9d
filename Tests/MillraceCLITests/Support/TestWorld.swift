import Synchronization
import SwiftProtobuf
import WireAPI
import WireRPC

@testable import MillraceCLI

/// A world without files, network or terminal, and a server that is a table of closures.
struct TestWorld {
    var services = ServiceTable()
    var environment: [String: String] = ["USER": "ada", "HOME": "/nonexistent/home"]
    var terminal = Terminal.none
    var answers: [String] = []
    var now = Google_Protobuf_Timestamp(seconds: 1_000_000, nanos: 0)
    /// Thrown instead of connecting.
    var connectError: RPCError?

    struct Outcome {
        var code: Int32
        var output: String
        var errors: String
    }

    /// Runs `millrace` with these arguments.
    func run(_ arguments: String...) async -> Outcome {
        await run(arguments)
    }

    func run(_ arguments: [String]) async -> Outcome {
        let output = MemorySink()
        let errors = MemorySink()
        let answers = AnswerQueue(answers)
        let services = services
        let now = now
        let connectError = connectError
        let context = CommandContext(
            environment: environment, standardOutput: output, standardError: errors, terminal: terminal,
            readLine: { answers.next() }, now: { now },
            connect: { _ in
                if let connectError { throw connectError }
                return InProcessConnection(services)
            })
        let code = await CommandLineTool(context: context).run(arguments)
        return Outcome(code: code, output: output.text, errors: errors.text)
    }
}

/// Lines a user types, one after the other.
private final class AnswerQueue: Sendable {
    private let lines: Mutex<[String]>

    init(_ lines: [String]) {
        self.lines = Mutex(lines)
    }

    func next() -> String? {
        lines.withLock { $0.isEmpty ? nil : $0.removeFirst() }
    }
}

/// Keeps the requests a service got.
final class Recorder<Request: Sendable>: Sendable {
    private let storage = Mutex<[Request]>([])

    var requests: [Request] { storage.withLock { $0 } }

    func record(_ request: Request) {
        storage.withLock { $0.append(request) }
    }
}

/// An event with its number, time and type.
func event(
    _ id: Int64, _ type: APIEventType, at seconds: Int64 = 0,
    _ attributes: APIHistoryEvent.OneOf_Attributes? = nil
) -> APIHistoryEvent {
    var event = APIHistoryEvent()
    event.eventID = id
    event.eventType = type
    event.eventTime = Google_Protobuf_Timestamp(seconds: seconds, nanos: 0)
    event.attributes = attributes
    return event
}
