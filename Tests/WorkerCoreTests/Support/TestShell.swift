import Foundation
import WireAPI

@testable import WorkerCore

/// Drives a `WorkflowRunState` as a worker's shell does, with a server that tests stand in for.
struct TestShell {
    enum Outcome {
        case completed(WorkflowTaskCompletion)
        case failed(WorkflowTaskFailure)
        case answered(QueryTaskAnswer)
        case replayed

        var completion: WorkflowTaskCompletion? {
            if case .completed(let completion) = self { completion } else { nil }
        }

        var failure: WorkflowTaskFailure? {
            if case .failed(let failure) = self { failure } else { nil }
        }

        var query: QueryTaskAnswer? {
            if case .answered(let answer) = self { answer } else { nil }
        }
    }

    typealias Page = (events: [APIHistoryEvent], token: Data)

    /// What is cached.
    private(set) var state: WorkflowRunState?
    private(set) var workflow: TestWorkflow?
    /// All fetches, in order.
    private(set) var fetches: [HistoryFetch] = []
    private(set) var restarts: [EvictionReason] = []
    /// Every activation of every instance, in order.
    private(set) var activations: [Activation] = []
    var options = WorkerCoreOptions()
    let makeWorkflow: () -> TestWorkflow
    var fetch: (HistoryFetch) -> Page = { _ in ([], Data()) }

    init(_ body: @escaping (TestWorkflow) -> Void) {
        makeWorkflow = { TestWorkflow(body) }
    }

    init(make: @escaping () -> TestWorkflow) {
        makeWorkflow = make
    }

    /// Works on one task, and says that its completion was accepted.
    mutating func work(on task: APIPollWorkflowTaskQueueResponse, resetTo: Int64 = 0) -> Outcome {
        var state = self.state ?? WorkflowRunState(runID: "run", options: options)
        var step = state.accept(task)
        if case .restart(let reason) = step {
            restarts.append(reason)
            evict(reason)
            state = WorkflowRunState(runID: "run", options: options)
            step = state.accept(task)
        }
        return drive(&state, step, resetTo: resetTo)
    }

    mutating func replay(_ history: APIHistory, nextPageToken: Data = Data()) -> Outcome {
        evict(.requested)
        var state = WorkflowRunState.replay(history: history, nextPageToken: nextPageToken, options: options)
        let step = state.begin()
        return drive(&state, step, resetTo: 0)
    }

    mutating func evict(_ reason: EvictionReason = .requested) {
        if let state, let workflow { _ = workflow.run(state.evictionActivation(reason)) }
        state = nil
        workflow = nil
    }

    private mutating func drive(_ state: inout WorkflowRunState, _ first: WorkflowStep, resetTo: Int64) -> Outcome {
        var step = first
        while true {
            switch step {
            case .activate(let activation):
                let instance = workflow ?? makeWorkflow()
                workflow = instance
                activations.append(activation)
                step = state.complete(with: instance.run(activation))
            case .fetchHistory(let what):
                fetches.append(what)
                let page = fetch(what)
                step = state.append(events: page.events, nextPageToken: page.token)
            case .completeTask(let completion):
                var answer = APIRespondWorkflowTaskCompletedResponse()
                answer.resetHistoryEventID = resetTo
                state.taskAccepted(answer)
                self.state = state
                if completion.closesRun { evict(.runClosed) }
                return .completed(completion)
            case .failTask(let failure):
                evict(.taskFailed(failure.failure.message))
                return .failed(failure)
            case .answerQuery(let answer):
                self.state = state
                return .answered(answer)
            case .restart(let reason):
                restarts.append(reason)
                evict(reason)
                return .replayed
            case .replayed:
                self.state = state
                return .replayed
            }
        }
    }
}
