import Millrace
import WireAPI
import WorkerCore

/// Plays server and core for one run: answers its commands until it has ended or nothing is left to answer.
package final class Player {
    /// Which of the pending things ends first.
    package enum Order: String, CaseIterable, Sendable {
        case oldestFirst, newestFirst
        /// All that is pending ends in one activation.
        case together
    }

    private enum Pending {
        case timer(Int)
        case activity(Int, String)
    }

    package let instance: WorkflowInstance
    /// What happened: `>` is what the run was told, the rest is what it wanted.
    package private(set) var lines: [String] = []
    package private(set) var isOver = false
    private var pending: [Pending] = []
    private let type: any WorkflowDefinition.Type
    private var time: Int64 = 1_700_000_000_000_000_000

    package init(_ type: any WorkflowDefinition.Type, services: WorkflowServices = WorkflowServices()) throws {
        self.type = type
        instance = WorkflowInstance(runID: "run-1", types: try WorkflowTypes([type]), services: services)
    }

    /// Plays a whole run.
    package static func play(
        _ type: any WorkflowDefinition.Type, _ arguments: BoundaryValue..., order: Order,
        then extra: [Int: [ActivationJob]] = [:]
    ) throws -> [String] {
        let player = try Player(type)
        try player.start(arguments)
        var step = 0
        while !player.isOver, step < 500 {
            step += 1
            if let jobs = extra[step] {
                player.activate(jobs)
            } else if !player.step(order) {
                break
            }
        }
        player.evict()
        return player.lines
    }

    package func start(_ arguments: [BoundaryValue] = [], with jobs: [ActivationJob] = []) throws {
        activate([.start(try Self.start(type, arguments))] + jobs)
    }

    package static func start(
        _ type: any WorkflowDefinition.Type, _ arguments: [BoundaryValue] = []
    ) throws -> WorkflowStart {
        var attributes = APIWorkflowExecutionStartedEventAttributes()
        attributes.input = try DefaultPayloadConverter().payloads(from: arguments)
        attributes.taskQueue.name = "queue"
        return WorkflowStart(
            workflowID: "workflow-1", workflowType: name(of: type), randomSeed: 42,
            startTime: 1_700_000_000_000_000_000, attributes: attributes)
    }

    private static func name<Definition: WorkflowDefinition>(of type: Definition.Type) -> String {
        type.workflowDefinition.name
    }

    /// Ends what is pending, as the order says. Answers whether there was anything.
    package func step(_ order: Order) -> Bool {
        guard !pending.isEmpty else { return false }
        switch order {
        case .oldestFirst: activate([job(pending.removeFirst())])
        case .newestFirst: activate([job(pending.removeLast())])
        case .together:
            let all = pending
            pending = []
            activate(all.map(job))
        }
        return true
    }

    /// An activity answers with its input; timers fire.
    private func job(_ thing: Pending) -> ActivationJob {
        switch thing {
        case .timer(let seq): return .fireTimer(seq: seq)
        case .activity(let seq, let input):
            var payloads = APIPayloads()
            payloads.payloads = [
                .with {
                    $0.metadata = ["encoding": .init("json/plain".utf8)]; $0.data = .init(input.utf8)
                }
            ]
            return .resolveActivity(seq: seq, .completed(payloads))
        }
    }

    @discardableResult
    package func activate(_ jobs: [ActivationJob], isReplaying: Bool = false) -> ActivationResult {
        for job in jobs { lines.append("> " + text(job)) }
        time += 1_000_000_000
        let result = instance.activate(
            Activation(runID: "run-1", workflowTime: time, isReplaying: isReplaying, historyLength: 3, jobs: jobs))
        lines += CommandText.lines(result)
        guard case .success(let commands) = result else {
            isOver = true
            return result
        }
        var cancelled: [Int] = []
        for command in commands { take(command, &cancelled) }
        if !cancelled.isEmpty, !isOver { activate(cancelled.map(Self.cancelledActivity)) }
        return result
    }

    private func take(_ command: WorkflowCommand, _ cancelled: inout [Int]) {
        switch command {
        case .startTimer(let timer): pending.append(.timer(timer.seq))
        case .cancelTimer(let seq): pending.removeAll { if case .timer(seq) = $0 { true } else { false } }
        case .scheduleActivity(let activity):
            let input = activity.attributes.input.payloads.first.map { String(decoding: $0.data, as: UTF8.self) }
            pending.append(.activity(activity.seq, input ?? "null"))
        case .requestCancelActivity(let seq):
            pending.removeAll { if case .activity(seq, _) = $0 { true } else { false } }
            cancelled.append(seq)
        case .completeWorkflow, .failWorkflow, .cancelWorkflow, .continueAsNew: isOver = true
        default: break
        }
    }

    private static func cancelledActivity(_ seq: Int) -> ActivationJob {
        var failure = APIFailureFailure()
        failure.message = "activity cancelled"
        failure.activityFailureInfo = .init()
        failure.cause = .with {
            $0.message = "cancelled"
            $0.canceledFailureInfo = .init()
        }
        return .resolveActivity(seq: seq, .canceled(failure))
    }

    package func evict() {
        activate([.evict(.requested)])
    }

    private func text(_ job: ActivationJob) -> String {
        switch job {
        case .start(let start): "start\(CommandText.text(start.attributes.input))"
        case .notifyHasPatch(let id): "has patch \(id)"
        case .updateRandomSeed(let seed): "seed \(seed)"
        case .signal(let signal): "signal \(signal.name)"
        case .update(let update): "update \(update.name)"
        case .cancelWorkflow: "cancel"
        case .fireTimer(let seq): "fire #\(seq)"
        case .resolveActivity(let seq, .completed): "completed #\(seq)"
        case .resolveActivity(let seq, .failed): "failed #\(seq)"
        case .resolveActivity(let seq, .canceled): "cancelled #\(seq)"
        case .resolveChildStart(let seq, _): "child started #\(seq)"
        case .resolveChild(let seq, _): "child ended #\(seq)"
        case .resolveSignalExternal(let seq, _): "signalled #\(seq)"
        case .resolveCancelExternal(let seq, _): "cancel sent #\(seq)"
        case .query(let query): "query \(query.name)"
        case .evict: "evict"
        }
    }
}

extension ActivationJob {
    package static func signal(_ name: String, _ arguments: BoundaryValue...) throws -> ActivationJob {
        let payloads = try DefaultPayloadConverter().payloads(from: arguments)
        return .signal(SignalReceived(name: name, input: payloads.payloads, headers: [:], identity: "test"))
    }
}
