import Engine
import Foundation
import SwiftProtobuf
import WireAPI

/// A worker that caches runs as the real ones do: it never rebuilds a cached run, skips events it has already
/// processed, and evicts a run only when an answer of its is refused.
final class SimulatedWorker {
    private let world: World
    private let server: SimulatedServer
    private let ledger: Ledger
    private let seed: UInt64
    private let name: String
    private var life = 0
    private var cache: [String: [APIHistoryEvent]] = [:]
    private var parked: Set<CallID> = []

    init(world: World, server: SimulatedServer, ledger: Ledger, seed: UInt64, name: String) {
        self.world = world
        self.server = server
        self.ledger = ledger
        self.seed = seed
        self.name = name
        start()
    }

    private var stickyQueue: String { "\(name)-\(life)-sticky" }

    private func start() {
        life += 1
        cache = [:]
        pollWorkflow(sticky: false, life)
        pollWorkflow(sticky: true, life)
        pollActivity(life)
        pollActivity(life)
    }

    /// The worker dies with all it was doing. Its connections end now or, on a bad network, never.
    func crash() {
        world.note("\(name) dies")
        checkCache()
        life += 1
        let polls = parked
        parked = []
        if !world.random.oneIn(4) { for poll in polls.sorted() { server.cancel(poll) } }
        world.after(world.random.milliseconds(0...5_000)) { [self] in start() }
    }

    /// Whatever a worker has been shown must be history.
    func checkCache() {
        for (runID, events) in cache {
            guard let truth = server.shadow.run(withID: runID) else { continue }
            // The two events of a task that is still being worked on may be shown before they are written.
            for event in events.dropLast(2) where event.eventID <= truth.events.count {
                if truth.events[Int(event.eventID) - 1].eventType != event.eventType {
                    world.violation(
                        "\(name) was shown \(event.eventType) as event \(event.eventID) of \(runID), which never was")
                }
            }
        }
    }

    // MARK: Workflow tasks

    private func pollWorkflow(sticky: Bool, _ life: Int) {
        guard life == self.life else { return }
        var request = APIPollWorkflowTaskQueueRequest()
        request.namespace = "default"
        request.taskQueue.name = sticky ? stickyQueue : "queue"
        request.taskQueue.kind = sticky ? .sticky : .normal
        request.identity = name
        var id = CallID(0)
        id = server.call(.pollWorkflowTask(request), deadline: world.now + 20 * .second) { [self] answer in
            parked.remove(id)
            guard life == self.life else { return }
            if case .message(let message) = answer, let task = message as? APIPollWorkflowTaskQueueResponse,
                !task.taskToken.isEmpty
            {
                handle(task, life)
            }
            world.after(world.random.milliseconds(0...20)) { [self] in pollWorkflow(sticky: sticky, life) }
        }
        parked.insert(id)
    }

    private func handle(_ task: APIPollWorkflowTaskQueueResponse, _ life: Int) {
        if task.hasQuery { return answerQuery(task, life) }
        let runID = task.workflowExecution.runID
        let isWhole = task.history.events.first?.eventID == 1
        if !isWhole && cache[runID] == nil { return fetchHistory(of: task, life) }
        process(task, task.history.events, life)
    }

    private func fetchHistory(of task: APIPollWorkflowTaskQueueResponse, _ life: Int) {
        var request = APIGetWorkflowExecutionHistoryRequest()
        request.namespace = "default"
        request.execution = task.workflowExecution
        server.call(.getHistory(request)) { [self] answer in
            guard life == self.life, case .message(let message) = answer,
                let page = message as? APIGetWorkflowExecutionHistoryResponse, page.nextPageToken.isEmpty
            else { return }
            // The history may have grown since the task was made; what belongs to the task ends with its start.
            process(task, page.history.events.filter { $0.eventID <= task.startedEventID }, life)
        }
    }

    private func process(_ task: APIPollWorkflowTaskQueueResponse, _ shown: [APIHistoryEvent], _ life: Int) {
        let runID = task.workflowExecution.runID
        var events = cache[runID] ?? []
        for event in shown where event.eventID > events.count {
            if event.eventID != Int64(events.count) + 1 {
                return world.violation("\(name): events \(events.count) and \(event.eventID) of \(runID) leave a gap")
            }
            events.append(event)
        }
        if Int64(events.count) != task.startedEventID {
            // A cached run that is ahead of the task it is given: what it saw beyond was never history.
            if events.count > task.startedEventID { ledger.aheadOfHistory += 1 }
            cache[runID] = nil
            return
        }
        guard let started = events.first?.workflowExecutionStartedEventAttributes else { return }
        let script = Script(
            seed: seed, workflowID: task.workflowExecution.workflowID,
            generation: Script.generation(started.input))
        guard let commands = script.commands(after: events) else {
            return world.violation("\(name): the history of \(runID) does not belong to its program")
        }
        cache[runID] = events
        if world.mishap(20) {
            // It hangs: the task times out, and the run is given up.
            cache[runID] = nil
            return
        }
        if world.mishap(15) { return failTask(task) }
        answer(task, commands, queries: answers(to: task, events), life)
    }

    private func failTask(_ task: APIPollWorkflowTaskQueueResponse) {
        var request = APIRespondWorkflowTaskFailedRequest()
        request.namespace = "default"
        request.taskToken = task.taskToken
        request.cause = .workflowWorkerUnhandledFailure
        cache[task.workflowExecution.runID] = nil
        server.call(.failWorkflowTask(request)) { _ in }
    }

    private func answer(
        _ task: APIPollWorkflowTaskQueueResponse, _ commands: [APICommand],
        queries: [String: APIWorkflowQueryResult], _ life: Int
    ) {
        var request = APIRespondWorkflowTaskCompletedRequest()
        request.namespace = "default"
        request.taskToken = task.taskToken
        request.commands = commands
        request.queryResults = queries
        request.identity = name
        request.returnNewWorkflowTask = true
        request.forceCreateNewWorkflowTask = world.mishap(30)
        request.stickyAttributes.workerTaskQueue.name = stickyQueue
        request.stickyAttributes.scheduleToStartTimeout.seconds = 3
        let until = world.now + 10 * .second
        world.after(world.random.milliseconds(0...200)) { [self] in
            send(request, for: task, until: until, life)
        }
    }

    private func send(
        _ request: APIRespondWorkflowTaskCompletedRequest, for task: APIPollWorkflowTaskQueueResponse,
        until: Nanoseconds, _ life: Int
    ) {
        let runID = task.workflowExecution.runID
        server.call(.completeWorkflowTask(request)) { [self] answer in
            guard life == self.life else { return }
            switch answer {
            case .message(let message):
                if let next = (message as? APIRespondWorkflowTaskCompletedResponse)?.workflowTask,
                    !next.taskToken.isEmpty
                {
                    handle(next, life)
                }
            case .refused: cache[runID] = nil
            case .lost:
                guard world.now < until else {
                    cache[runID] = nil
                    return
                }
                world.after(100 * .millisecond) { [self] in send(request, for: task, until: until, life) }
            }
            if cache.count > 3, let oldest = cache.keys.min() { cache[oldest] = nil }
        }
    }

    // MARK: Queries

    /// Answers with the number of signals seen; now and then it overlooks that it was asked.
    private func answers(
        to task: APIPollWorkflowTaskQueueResponse, _ events: [APIHistoryEvent]
    ) -> [String: APIWorkflowQueryResult] {
        if task.queries.isEmpty || world.mishap(5) { return [:] }
        var result = APIWorkflowQueryResult()
        result.resultType = .answered
        result.answer = Script.input(generation: Script.signals(in: events))
        return task.queries.mapValues { _ in result }
    }

    /// A query by itself: about the run as it is cached, or as its history shows it.
    private func answerQuery(_ task: APIPollWorkflowTaskQueueResponse, _ life: Int) {
        let shown = task.history.events
        let known = shown.isEmpty ? cache[task.workflowExecution.runID] : shown
        if let known, task.nextPageToken.isEmpty { return sendAnswer(task, Script.signals(in: known)) }
        var request = APIGetWorkflowExecutionHistoryRequest()
        request.namespace = "default"
        request.execution = task.workflowExecution
        server.call(.getHistory(request)) { [self] answer in
            guard life == self.life, case .message(let message) = answer,
                let page = message as? APIGetWorkflowExecutionHistoryResponse, page.nextPageToken.isEmpty
            else { return }
            sendAnswer(task, Script.signals(in: page.history.events))
        }
    }

    private func sendAnswer(_ task: APIPollWorkflowTaskQueueResponse, _ signals: Int) {
        var request = APIRespondQueryTaskCompletedRequest()
        request.namespace = "default"
        request.taskToken = task.taskToken
        request.completedType = .answered
        request.queryResult = Script.input(generation: signals)
        world.after(world.random.milliseconds(0...200)) { [self] in server.call(.completeQuery(request)) { _ in } }
    }

    // MARK: Activities

    private func pollActivity(_ life: Int) {
        guard life == self.life else { return }
        var request = APIPollActivityTaskQueueRequest()
        request.namespace = "default"
        request.taskQueue.name = "queue"
        request.identity = name
        var id = CallID(0)
        id = server.call(.pollActivityTask(request), deadline: world.now + 20 * .second) { [self] answer in
            parked.remove(id)
            guard life == self.life else { return }
            if case .message(let message) = answer, let task = message as? APIPollActivityTaskQueueResponse,
                !task.taskToken.isEmpty
            {
                ledger.began(task, world)
                perform(task, life)
            }
            world.after(world.random.milliseconds(0...20)) { [self] in pollActivity(life) }
        }
        parked.insert(id)
    }

    private func perform(_ task: APIPollActivityTaskQueueResponse, _ life: Int) {
        let fate = world.random.next() % 20
        if world.isHostile && fate == 0 { return }
        world.after(world.random.milliseconds(0...2_500)) { [self] in
            guard life == self.life else { return }
            if fate < 5 && world.isHostile { fail(task) } else { heartbeat(task, life) }
        }
    }

    private func fail(_ task: APIPollActivityTaskQueueResponse) {
        var request = APIRespondActivityTaskFailedRequest()
        request.namespace = "default"
        request.taskToken = task.taskToken
        request.failure.message = "bad luck"
        request.failure.applicationFailureInfo.type = "BadLuck"
        server.call(.failActivity(request)) { _ in }
    }

    private func heartbeat(_ task: APIPollActivityTaskQueueResponse, _ life: Int) {
        var request = APIRecordActivityTaskHeartbeatRequest()
        request.namespace = "default"
        request.taskToken = task.taskToken
        server.call(.heartbeat(request)) { [self] answer in
            guard life == self.life else { return }
            var isCancelled = false
            if case .message(let message) = answer {
                isCancelled = (message as? APIRecordActivityTaskHeartbeatResponse)?.cancelRequested ?? false
            }
            world.after(world.random.milliseconds(0...1_500)) { [self] in
                if isCancelled { cancel(task) } else { complete(task, until: world.now + 10 * .second, life) }
            }
        }
    }

    private func cancel(_ task: APIPollActivityTaskQueueResponse) {
        var request = APIRespondActivityTaskCanceledRequest()
        request.namespace = "default"
        request.taskToken = task.taskToken
        server.call(.cancelActivity(request)) { _ in }
    }

    private func complete(_ task: APIPollActivityTaskQueueResponse, until: Nanoseconds, _ life: Int) {
        var request = APIRespondActivityTaskCompletedRequest()
        request.namespace = "default"
        request.taskToken = task.taskToken
        server.call(.completeActivity(request)) { [self] answer in
            switch answer {
            case .message: ledger.completed(task)
            case .refused: break
            case .lost:
                guard life == self.life, world.now < until else { return }
                world.after(200 * .millisecond) { [self] in complete(task, until: until, life) }
            }
        }
    }
}
