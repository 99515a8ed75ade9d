import SwiftProtobuf
import WireAPI
import WorkerCore

/// Workflow code for tests, in callbacks: what a real workflow awaits is a closure here.
final class TestWorkflow {
    private(set) var now: Int64 = 0
    private(set) var isReplaying = false
    /// Every activation, in order.
    private(set) var activations: [Activation] = []
    private(set) var isEvicted = false

    var onSignal: (SignalReceived) -> Void = { _ in }
    var onCancel: (String) -> Void = { _ in }
    var onUpdate: (UpdateReceived) -> Void = { _ in }
    var onQuery: (QueryReceived) -> QueryAnswer = { _ in .answered(APIPayloads()) }
    var onSeed: (UInt64) -> Void = { _ in }
    /// Fails the next activation with this message.
    var failure: String?

    private let body: (TestWorkflow) -> Void
    private var commands: [WorkflowCommand] = []
    private var numbers: [String: Int] = [:]
    private var timers: [Int: () -> Void] = [:]
    private var activities: [Int: (ActivityResolution) -> Void] = [:]
    private var childStarts: [Int: (ChildStartResolution) -> Void] = [:]
    private var children: [Int: (ChildResolution) -> Void] = [:]
    private var externals: [String: (APIFailureFailure?) -> Void] = [:]
    private var announced: Set<String> = []
    private var patches: [String: Bool] = [:]

    init(_ body: @escaping (TestWorkflow) -> Void) {
        self.body = body
    }

    // MARK: What the code may ask

    func emit(_ command: WorkflowCommand) { commands.append(command) }

    @discardableResult
    func timer(milliseconds: Int = 1000, _ then: @escaping () -> Void = {}) -> Int {
        let seq = next("timer")
        timers[seq] = then
        emit(.startTimer(StartTimer(seq: seq, duration: .milliseconds(milliseconds))))
        return seq
    }

    func cancelTimer(_ seq: Int) {
        timers[seq] = nil
        emit(.cancelTimer(seq: seq))
    }

    @discardableResult
    func activity(
        _ type: String, _ cancellation: ActivityCancellation = .tryCancel,
        _ then: @escaping (ActivityResolution) -> Void = { _ in }
    ) -> Int {
        let seq = next("activity")
        activities[seq] = then
        var attributes = APIScheduleActivityTaskCommandAttributes()
        attributes.activityType.name = type
        emit(.scheduleActivity(ScheduleActivity(seq: seq, attributes: attributes, cancellation: cancellation)))
        return seq
    }

    @discardableResult
    func child(
        _ type: String, id: String, _ cancellation: ChildCancellation = .waitCompletion,
        started: @escaping (ChildStartResolution) -> Void = { _ in },
        ended: @escaping (ChildResolution) -> Void = { _ in }
    ) -> Int {
        let seq = next("child")
        childStarts[seq] = started
        children[seq] = ended
        var attributes = APIStartChildWorkflowExecutionCommandAttributes()
        attributes.workflowType.name = type
        attributes.workflowID = id
        emit(.startChild(StartChild(seq: seq, attributes: attributes, cancellation: cancellation)))
        return seq
    }

    @discardableResult
    func signal(_ name: String, to workflowID: String, _ then: @escaping (APIFailureFailure?) -> Void = { _ in })
        -> Int
    {
        let seq = next("signal")
        externals["signal\(seq)"] = then
        var attributes = APISignalExternalWorkflowExecutionCommandAttributes()
        attributes.signalName = name
        attributes.execution.workflowID = workflowID
        emit(.signalExternal(seq: seq, attributes))
        return seq
    }

    func cancelOther(_ workflowID: String, _ then: @escaping (APIFailureFailure?) -> Void = { _ in }) {
        let seq = next("cancel")
        externals["cancel\(seq)"] = then
        var attributes = APIRequestCancelExternalWorkflowExecutionCommandAttributes()
        attributes.workflowID = workflowID
        emit(.requestCancelExternal(seq: seq, attributes))
    }

    func patched(_ id: String) -> Bool {
        if let answer = patches[id] { return answer }
        let answer = !isReplaying || announced.contains(id)
        patches[id] = answer
        if answer { emit(.setPatchMarker(id: id, deprecated: false)) }
        return answer
    }

    func deprecatePatch(_ id: String) {
        patches[id] = true
        emit(.setPatchMarker(id: id, deprecated: true))
    }

    func complete() { emit(.completeWorkflow(APIPayloads())) }

    // MARK: Running

    func run(_ activation: Activation) -> ActivationResult {
        activations.append(activation)
        now = activation.workflowTime
        isReplaying = activation.isReplaying
        commands = []
        // The code may ask for a patch as soon as it starts.
        for case .notifyHasPatch(let id) in activation.jobs { announced.insert(id) }
        for job in activation.jobs { apply(job) }
        if let failure {
            var wire = APIFailureFailure()
            wire.message = failure
            return .failure(wire)
        }
        return .success(commands)
    }

    private func apply(_ job: ActivationJob) {
        switch job {
        case .start: body(self)
        case .notifyHasPatch: break
        case .updateRandomSeed(let seed): onSeed(seed)
        case .signal(let signal): onSignal(signal)
        case .update(let update): onUpdate(update)
        case .cancelWorkflow(let reason): onCancel(reason)
        case .fireTimer(let seq): timers.removeValue(forKey: seq)?()
        case .resolveActivity(let seq, let resolution): activities.removeValue(forKey: seq)?(resolution)
        case .resolveChildStart(let seq, let resolution): childStarts.removeValue(forKey: seq)?(resolution)
        case .resolveChild(let seq, let resolution): children.removeValue(forKey: seq)?(resolution)
        case .resolveSignalExternal(let seq, let failure): externals.removeValue(forKey: "signal\(seq)")?(failure)
        case .resolveCancelExternal(let seq, let failure): externals.removeValue(forKey: "cancel\(seq)")?(failure)
        case .query(let query): emit(.queryResult(id: query.id, onQuery(query)))
        case .evict: isEvicted = true
        }
    }

    private func next(_ kind: String) -> Int {
        numbers[kind, default: 0] += 1
        return numbers[kind, default: 0]
    }
}

extension Google_Protobuf_Duration {
    static func milliseconds(_ count: Int) -> Google_Protobuf_Duration {
        .init(seconds: Int64(count / 1000), nanos: Int32(count % 1000) * 1_000_000)
    }
}

extension APIPayloads {
    static func text(_ text: String) -> APIPayloads {
        var payload = APIPayload()
        payload.data = .init(text.utf8)
        var payloads = APIPayloads()
        payloads.payloads = [payload]
        return payloads
    }
}
