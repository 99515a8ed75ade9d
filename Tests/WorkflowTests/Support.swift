import DeterminismPrograms
import Logging
import Millrace
import Synchronization
import WireAPI
import WorkerCore

extension Player {
    /// Starts a run and answers the player together with what the first activation wanted.
    static func started(
        _ type: any WorkflowDefinition.Type, _ arguments: [BoundaryValue] = [], with jobs: [ActivationJob] = [],
        services: WorkflowServices = WorkflowServices()
    ) throws -> Player {
        let player = try Player(type, services: services)
        try player.start(arguments, with: jobs)
        return player
    }

    /// The lines since the last call to this run.
    func wants(_ jobs: ActivationJob..., isReplaying: Bool = false) -> [String] {
        let result = activate(jobs, isReplaying: isReplaying)
        return CommandText.lines(result)
    }
}

extension ActivationJob {
    static func completed(_ seq: Int, _ json: String = "null") -> ActivationJob {
        var payloads = APIPayloads()
        payloads.payloads = [
            .with {
                $0.metadata = ["encoding": .init("json/plain".utf8)]
                $0.data = .init(json.utf8)
            }
        ]
        return .resolveActivity(seq: seq, .completed(payloads))
    }

    static func failed(_ seq: Int, _ message: String) -> ActivationJob {
        var failure = APIFailureFailure()
        failure.message = "Activity task failed"
        failure.activityFailureInfo = .with { $0.activityType.name = "step" }
        failure.cause = .with {
            $0.message = message
            $0.applicationFailureInfo = .with { $0.type = "Broken" }
        }
        return .resolveActivity(seq: seq, .failed(failure))
    }

    static func query(_ name: String, _ arguments: BoundaryValue...) throws -> ActivationJob {
        let payloads = try DefaultPayloadConverter().payloads(from: arguments)
        return .query(QueryReceived(id: "q", name: name, input: payloads.payloads, headers: [:]))
    }

    static func update(
        _ name: String, _ arguments: BoundaryValue..., runValidator: Bool = true
    ) throws -> ActivationJob {
        let payloads = try DefaultPayloadConverter().payloads(from: arguments)
        return .update(
            UpdateReceived(
                id: "u", protocolInstanceID: "u1", name: name, input: payloads.payloads, headers: [:],
                identity: "test", runValidator: runValidator))
    }
}

/// Collects what is logged.
struct LogRecorder: LogHandler {
    final class Lines: Sendable {
        private let lines = Mutex<[String]>([])
        var all: [String] { lines.withLock { $0 } }
        func append(_ line: String) { lines.withLock { $0.append(line) } }
    }

    let lines: Lines
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { lines.append("\(event.message)") }

    static func services() -> (WorkflowServices, Lines) {
        let lines = Lines()
        let logger = Logger(label: "test") { _ in LogRecorder(lines: lines) }
        return (WorkflowServices(logger: logger), lines)
    }
}

/// Counts objects that are alive, to see that nothing is leaked.
final class Alive: Sendable {
    private let count: Counter

    final class Counter: Sendable {
        private let value = Mutex(0)
        var current: Int { value.withLock { $0 } }
        func add(_ number: Int) { value.withLock { $0 += number } }
    }

    init(_ counter: Counter) {
        count = counter
        counter.add(1)
    }

    deinit { count.add(-1) }
}
