import SwiftProtobuf
import WireAPI

/// Which steps followed on which: from left to right, what ran side by side one above the other. Pure.
///
/// A workflow task begins steps after it has heard that others ended; those are what the new ones followed on.
struct StepGraph: Sendable, Equatable {
    struct Node: Sendable, Equatable {
        enum Kind: Sendable, Equatable {
            case start, end
            case step(Step.Kind)
        }

        var kind: Kind
        var name: String
        /// More than one if steps of one name that began together are shown as one.
        var steps: [Step]
        var state: Step.State
        var column = 0
        /// Within its column, from the top.
        var row = 0
    }

    struct Edge: Sendable, Equatable {
        var from: [Int]
        var to: [Int]
    }

    private(set) var nodes: [Node] = []
    /// From all that ended before a workflow task to all that it began.
    private(set) var edges: [Edge] = []
    /// Steps that are left out.
    private(set) var omitted = 0

    /// Steps of one name that began together are shown one by one up to this many.
    static let separate = 3

    init(_ history: RunHistory, limit: Int) {
        var builder = Builder(history, limit: limit)
        builder.run()
        nodes = builder.nodes
        edges = builder.edges
        omitted = builder.omitted
        place()
    }

    var columnCount: Int { (nodes.map(\.column).max() ?? 0) + 1 }

    /// The nodes of each column, from the top.
    var columns: [[Int]] {
        var columns = [[Int]](repeating: [], count: columnCount)
        for (index, node) in nodes.enumerated() { columns[node.column].append(index) }
        return columns
    }

    /// Each node comes one column after the last that it followed on. Edges lead from earlier nodes to later ones
    /// only, so one pass over them in order is enough.
    private mutating func place() {
        for edge in edges {
            let column = 1 + (edge.from.map { nodes[$0].column }.max() ?? -1)
            for index in edge.to { nodes[index].column = max(nodes[index].column, column) }
        }
        var filled: [Int: Int] = [:]
        for index in nodes.indices {
            nodes[index].row = filled[nodes[index].column, default: 0]
            filled[nodes[index].column, default: 0] += 1
        }
    }

    private struct Builder {
        var history: RunHistory
        var limit: Int
        var nodes: [Node] = []
        var edges: [Edge] = []
        var omitted = 0
        private var nodeByStep: [Int64: Int] = [:]
        private var hasSuccessor: Set<Int> = []
        /// What has ended since steps were last begun.
        private var waiting: [Int] = []
        private var last: [Int] = [0]

        init(_ history: RunHistory, limit: Int) {
            self.history = history
            self.limit = limit
        }

        mutating func run() {
            nodes.append(Node(kind: .start, name: "Start", steps: [], state: .completed))
            waiting = [0]
            let begun = Dictionary(grouping: history.steps.filter(\.isShownInGraph)) { $0.task }
            var arrivals = history.steps.filter {
                $0.kind == .signal || $0.kind == .update || $0.kind == .cancelRequest
            }[...]
            var ended = history.steps.filter { $0.endID != nil && $0.isShownInGraph }
                .sorted { ($0.endID ?? 0) < ($1.endID ?? 0) }[...]
            for task in history.tasks where task.isCompleted {
                guard let started = task.startedID, let completed = task.endID else { continue }
                while let step = ended.first, let end = step.endID, end <= started {
                    ended.removeFirst()
                    if let node = nodeByStep[step.id], !waiting.contains(node) { waiting.append(node) }
                }
                while let step = arrivals.first, step.id <= started {
                    arrivals.removeFirst()
                    addArrival(step)
                }
                if let steps = begun[completed] { add(steps) }
            }
            addEnd()
        }

        /// Signals come from outside, at the side of what is under way; something may follow on them.
        private mutating func addArrival(_ step: Step) {
            guard nodes.count < limit else { return }
            nodes.append(Node(kind: .step(step.kind), name: step.name, steps: [step], state: step.state))
            nodeByStep[step.id] = nodes.count - 1
            edges.append(Edge(from: last, to: [nodes.count - 1]))
            hasSuccessor.formUnion(last)
            waiting.append(nodes.count - 1)
        }

        private mutating func add(_ steps: [Step]) {
            guard nodes.count < limit else {
                omitted += steps.count
                return
            }
            let before = waiting.isEmpty ? last : waiting
            var added: [Int] = []
            for group in Self.groups(steps) {
                for step in group { nodeByStep[step.id] = nodes.count }
                added.append(nodes.count)
                let first = group[0]
                nodes.append(
                    Node(kind: .step(first.kind), name: first.name, steps: group, state: Self.state(group)))
            }
            edges.append(Edge(from: before, to: added))
            hasSuccessor.formUnion(before)
            last = before
            waiting = []
        }

        private mutating func addEnd() {
            guard let close = history.close else { return }
            let before = nodes.indices.filter { !hasSuccessor.contains($0) }
            let outcome = RunOutcome(close)
            nodes.append(Node(kind: .end, name: outcome.title, steps: [], state: outcome.state))
            edges.append(Edge(from: Array(before), to: [nodes.count - 1]))
        }

        /// Steps one by one, those of which there are many together.
        private static func groups(_ steps: [Step]) -> [[Step]] {
            var groups: [[Step]] = []
            for step in steps {
                if let index = groups.firstIndex(where: { $0[0].kind == step.kind && $0[0].name == step.name }) {
                    groups[index].append(step)
                } else {
                    groups.append([step])
                }
            }
            return groups.flatMap { $0.count > StepGraph.separate ? [$0] : $0.map { [$0] } }
        }

        /// The state that most needs a look.
        private static func state(_ steps: [Step]) -> Step.State {
            let order: [Step.State] = [
                .failed, .timedOut, .backingOff, .running, .waiting, .paused, .terminated, .canceled,
            ]
            return order.first { state in steps.contains { $0.state == state } } ?? .completed
        }
    }
}

extension Step {
    fileprivate var isShownInGraph: Bool {
        switch kind {
        case .activity, .localActivity, .timer, .child, .nexus, .externalSignal, .externalCancel: true
        case .signal, .update, .cancelRequest, .marker, .workflowTask: false
        }
    }
}

/// How a run ended.
struct RunOutcome: Sendable {
    var status: APIWorkflowExecutionStatus
    var result: [APIPayload] = []
    var failure: APIFailureFailure?
    /// What was said when it was terminated.
    var reason = ""
    var details: [APIPayload] = []
    var identity = ""
    /// The run that goes on where this one ended.
    var nextRunID = ""

    init(_ close: APIHistoryEvent) {
        switch close.attributes {
        case .workflowExecutionCompletedEventAttributes(let completed):
            status = .completed
            result = completed.result.payloads
            nextRunID = completed.newExecutionRunID
        case .workflowExecutionFailedEventAttributes(let failed):
            status = .failed
            failure = failed.failure
            nextRunID = failed.newExecutionRunID
        case .workflowExecutionTimedOutEventAttributes(let timedOut):
            status = .timedOut
            nextRunID = timedOut.newExecutionRunID
        case .workflowExecutionCanceledEventAttributes(let canceled):
            status = .canceled
            details = canceled.details.payloads
        case .workflowExecutionTerminatedEventAttributes(let terminated):
            status = .terminated
            reason = terminated.reason
            details = terminated.details.payloads
            identity = terminated.identity
        case .workflowExecutionContinuedAsNewEventAttributes(let continued):
            status = .continuedAsNew
            result = continued.input.payloads
            nextRunID = continued.newExecutionRunID
            if continued.hasFailure { failure = continued.failure }
        default: status = .unspecified
        }
    }

    var title: String { status.title }

    var state: Step.State {
        switch status {
        case .failed: .failed
        case .timedOut: .timedOut
        case .canceled: .canceled
        case .terminated: .terminated
        default: .completed
        }
    }
}
