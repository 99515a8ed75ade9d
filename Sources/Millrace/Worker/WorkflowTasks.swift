import Logging
import WireAPI
import WireRPC
import WorkerCore

/// Works on workflow tasks: finds or makes the run, lets history and code meet in the core, answers the server.
final class WorkflowTasks: Sendable {
    let context: WorkerContext
    let host: WorkflowHost
    let cache: RunCache
    private let coreOptions: WorkerCoreOptions
    private let usesSticky: Bool
    /// Takes activities that the server hands out together with an answer.
    private let eagerActivities: ActivityTasks?

    init(context: WorkerContext, host: WorkflowHost, eagerActivities: ActivityTasks?) {
        self.context = context
        self.host = host
        self.eagerActivities = eagerActivities
        cache = RunCache(capacity: context.options.maximumCachedRuns)
        usesSticky = context.options.maximumCachedRuns > 0
        coreOptions = WorkerCoreOptions(
            namespace: context.namespace,
            onNondeterminism: context.options.onNondeterminism == .failRun ? .failRun : .failTask)
    }

    /// Works on a task, and on those that follow from it for the same run.
    func work(on task: APIPollWorkflowTaskQueueResponse) async {
        var next: APIPollWorkflowTaskQueueResponse? = task
        while let task = next {
            switch cache.admit(task, make: makeRun) {
            case .wait: return
            case .process(let run, let surplus):
                for old in surplus { await evict(old, .cacheFull) }
                next = await process(run, task)
            }
        }
    }

    private func makeRun(_ runID: String) -> CachedRun {
        CachedRun(
            runID: runID, instance: host.makeInstance(runID: runID),
            state: WorkflowRunState(runID: runID, options: coreOptions))
    }

    /// - Returns: a task that has to be admitted, because it came for a run that was let go.
    private func process(
        _ first: CachedRun, _ task: APIPollWorkflowTaskQueueResponse
    ) async -> APIPollWorkflowTaskQueueResponse? {
        var run = first
        var task = task
        while true {
            let outcome = await drive(&run, task)
            if let more = outcome.next, outcome.keep {
                task = more
                continue
            }
            let keep = outcome.keep && usesSticky
            if outcome.keep, !keep { await evict(run, .cacheFull) }
            guard let waiting = cache.finish(run, keep: keep) else { return nil }
            guard keep else { return waiting }
            task = waiting
        }
    }

    /// Whether a run stays in memory after a task, and what is to be done next.
    private struct Outcome {
        var keep: Bool
        var next: APIPollWorkflowTaskQueueResponse?
    }

    private func drive(_ run: inout CachedRun, _ task: APIPollWorkflowTaskQueueResponse) async -> Outcome {
        let type = task.workflowType.name
        context.report(.workflowTaskStarted(type: type, runID: run.runID))
        let start = ContinuousClock.now
        var restarts = 0
        var step = run.state.accept(task)
        while true {
            switch step {
            case .activate(let activation):
                let result = await activate(run.instance, activation)
                step = run.state.complete(with: result)
            case .fetchHistory(let fetch):
                guard let page = await history(task, fetch) else {
                    return await letGo(run, .historyUnavailable("the server did not give it"))
                }
                step = run.state.append(events: page.history.events, nextPageToken: page.nextPageToken)
            case .completeTask(let completion):
                let outcome = await complete(run, completion)
                if outcome.keep || completion.closesRun {
                    context.report(.workflowTaskCompleted(type: type, runID: run.runID, duration: .now - start))
                }
                return outcome
            case .failTask(let failure):
                await fail(failure, of: run, type: type)
                return await letGo(run, .taskFailed(failure.failure.message))
            case .answerQuery(let answer):
                var request = answer.request
                request.namespace = context.namespace
                _ = await context.answer(WorkflowService.respondQueryTaskCompleted, request)
                return Outcome(keep: true)
            case .restart(let reason):
                restarts += 1
                await evict(run, reason)
                run = makeRun(run.runID)
                cache.replace(run)
                // Once is enough for a fresh state; more would be a fault of ours, and must not become a busy loop.
                guard restarts < 3 else { return Outcome(keep: false) }
                step = run.state.accept(task)
            case .replayed: return await letGo(run, .requested)
            }
        }
    }

    // MARK: - Running code

    private func activate(_ instance: WorkflowInstance, _ activation: Activation) async -> ActivationResult {
        guard context.converter.codec != nil else { return await host.activate(instance, with: activation) }
        do {
            let decoded = try await PayloadWalk.decoding(context.converter).map(activation)
            let result = await host.activate(instance, with: decoded)
            return try await PayloadWalk.encoding(context.converter).map(result)
        } catch {
            // The run is not to blame, and the codec may work again for the next attempt.
            var failure = APIFailureFailure()
            failure.message = "the payload codec failed: \(error)"
            failure.source = FailureMessage.source
            failure.applicationFailureInfo.type = "PayloadCodecError"
            return .failure(failure)
        }
    }

    private func letGo(_ run: CachedRun, _ reason: EvictionReason) async -> Outcome {
        await evict(run, reason)
        return Outcome(keep: false)
    }

    private func evict(_ run: CachedRun, _ reason: EvictionReason) async {
        _ = await host.activate(run.instance, with: run.state.evictionActivation(reason))
        context.report(.runEvicted(runID: run.runID, reason: "\(reason)"))
    }

    /// Lets go of every run that is not being worked on.
    func evictAll() async {
        for run in cache.removeAll() { await evict(run, .shutdown) }
    }

    // MARK: - Talking to the server

    private func history(
        _ task: APIPollWorkflowTaskQueueResponse, _ fetch: HistoryFetch
    ) async -> APIGetWorkflowExecutionHistoryResponse? {
        var request = APIGetWorkflowExecutionHistoryRequest()
        request.namespace = context.namespace
        request.execution = task.workflowExecution
        if case .page(let token) = fetch { request.nextPageToken = token }
        return try? await context.answer(WorkflowService.getWorkflowExecutionHistory, request).get()
    }

    private func complete(_ run: CachedRun, _ completion: WorkflowTaskCompletion) async -> Outcome {
        var request = completion.request
        request.namespace = context.namespace
        request.identity = context.identity
        request.workerVersionStamp.buildID = context.buildID
        request.binaryChecksum = context.buildID
        request.workerInstanceKey = context.instanceKey
        request.returnNewWorkflowTask = true
        if usesSticky, !completion.closesRun {
            request.stickyAttributes.workerTaskQueue.name = context.stickyQueue
            request.stickyAttributes.workerTaskQueue.kind = .sticky
            request.stickyAttributes.workerTaskQueue.normalName = context.taskQueue
            request.stickyAttributes.scheduleToStartTimeout = .init(context.options.stickyTimeout)
        }
        let reserved = reserveEagerActivities(&request)
        switch await context.answer(WorkflowService.respondWorkflowTaskCompleted, request) {
        case .success(let response):
            run.state.taskAccepted(response)
            eagerActivities?.take(response.activityTasks, reserved: reserved)
            if completion.closesRun {
                await evict(run, .runClosed)
                return Outcome(keep: false)
            }
            return Outcome(keep: true, next: response.hasWorkflowTask ? response.workflowTask : nil)
        case .failure(let refusal):
            eagerActivities?.take([], reserved: reserved)
            if refusal.isMessageTooLarge { await reportTooLarge(completion, refusal) }
            return await letGo(run, .taskNotAccepted)
        }
    }

    /// The answer is too large to be sent; without a word the server would wait for it until the task times out, and
    /// then give the same task out again.
    private func reportTooLarge(_ completion: WorkflowTaskCompletion, _ refusal: RPCError) async {
        var request = APIRespondWorkflowTaskFailedRequest()
        request.taskToken = completion.request.taskToken
        request.cause = .grpcMessageTooLarge
        request.failure.message =
            "the answer to the workflow task is larger than the server takes (\(refusal.message)): pass less data "
            + "to activities at once, or keep it elsewhere and pass a reference"
        request.failure.source = FailureMessage.source
        request.failure.applicationFailureInfo.type = "GrpcMessageTooLarge"
        request.namespace = context.namespace
        request.identity = context.identity
        _ = await context.answer(WorkflowService.respondWorkflowTaskFailed, request)
    }

    private func fail(_ failure: WorkflowTaskFailure, of run: CachedRun, type: String) async {
        let message = failure.failure.message
        context.logger.warning(
            "workflow task failed",
            metadata: [
                "workflowType": "\(type)", "runID": "\(run.runID)", "cause": "\(failure.cause)", "error": "\(message)",
            ])
        context.report(.workflowTaskFailed(type: type, runID: run.runID, cause: message))
        if failure.isQuery {
            var request = failure.queryRequest
            request.namespace = context.namespace
            _ = await context.answer(WorkflowService.respondQueryTaskCompleted, request)
        } else if failure.shouldReport {
            var request = failure.request
            request.namespace = context.namespace
            request.identity = context.identity
            request.binaryChecksum = context.buildID
            request.workerVersion.buildID = context.buildID
            _ = await context.answer(WorkflowService.respondWorkflowTaskFailed, request)
        }
    }
}

extension WorkflowTasks {
    /// How many activities the server may hand out with one answer.
    private static let eagerLimit = 3

    /// Asks for activities to come with the answer, as far as places for them are free; refuses the rest.
    /// - Returns: how many places were taken.
    private func reserveEagerActivities(_ request: inout APIRespondWorkflowTaskCompletedRequest) -> Int {
        var reserved = 0
        for index in request.commands.indices {
            guard case .scheduleActivityTaskCommandAttributes(var attributes) = request.commands[index].attributes,
                attributes.requestEagerExecution
            else { continue }
            let isOurs = attributes.taskQueue.name == context.taskQueue
            if isOurs, reserved < Self.eagerLimit, let eagerActivities,
                eagerActivities.reserve(attributes.activityType.name)
            {
                reserved += 1
            } else {
                attributes.requestEagerExecution = false
                request.commands[index].attributes = .scheduleActivityTaskCommandAttributes(attributes)
            }
        }
        return reserved
    }
}
