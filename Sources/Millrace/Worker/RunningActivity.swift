import Logging
import Synchronization
import WireAPI
import WireRPC

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// One attempt of one activity on this worker.
final class RunningActivity: Sendable {
    private let task: APIPollActivityTaskQueueResponse
    private let worker: WorkerContext
    private let info: ActivityInfo
    private let heartbeats: Mutex<Heartbeats?> = Mutex(nil)
    private let activity: Mutex<ActivityContext?> = Mutex(nil)
    private let pendingCancel: Mutex<ActivityCancellationReason?> = Mutex(nil)
    private let begin = ContinuousClock.now

    /// The server's timeouts decide; ours only free the place when the server's answer does not come.
    private static let timeoutAllowance = Duration.seconds(5)

    init(_ task: APIPollActivityTaskQueueResponse, context: WorkerContext) {
        self.task = task
        worker = context
        info = ActivityInfo(task, namespace: context.namespace, taskQueue: context.taskQueue)
    }

    /// Runs the attempt and answers the server. Never throws: what goes wrong is the attempt's failure.
    func run(_ handler: RegisteredActivity?, known: [String]) async {
        worker.report(.activityStarted(type: info.activityType, attempt: info.attempt))
        guard let handler else {
            await fail(unregistered(known))
            return
        }
        let context: ActivityContext
        let arguments: Arguments
        do {
            context = try await makeContext()
            arguments = Arguments(
                try await worker.converter.decoded(task.input), converter: worker.converter.payloadConverter)
        } catch {
            await fail(
                ApplicationFailure("the activity's input cannot be decoded: \(error)", type: "PayloadCodecError"))
            return
        }
        let name = info.activityType
        let work = Task { try await Activity.$current.withValue(context) { try await handler.run(name, arguments) } }
        context.onCancel { work.cancel() }
        if let reason = pendingCancel.withLock({ $0 }) { context.cancel(reason) }
        let result = await work.result
        await answer(result, context)
    }

    private func unregistered(_ known: [String]) -> ApplicationFailure {
        let list = known.isEmpty ? "none" : known.map { "'\($0)'" }.joined(separator: ", ")
        // Retryable: another worker of the queue, or the next version of this one, may well know it.
        return ApplicationFailure(
            "activity '\(info.activityType)' is not registered on this worker, which knows \(list)",
            type: "NotFoundError")
    }

    private func makeContext() async throws -> ActivityContext {
        let converter = worker.converter.payloadConverter
        let last = try await worker.converter.decoded(task.heartbeatDetails)
        let heartbeats = Heartbeats(
            interval: Heartbeats.interval(
                timeout: info.heartbeatTimeout, longest: worker.options.maximumHeartbeatInterval,
                withoutTimeout: worker.options.defaultHeartbeatInterval)
        ) { [self] details in
            await send(details)
        }
        self.heartbeats.withLock { $0 = heartbeats }
        let context = ActivityContext(
            info: info, heartbeatDetails: last.payloads.isEmpty ? .none : FailureDetails(last, converter: converter),
            logger: logger, client: worker.client
        ) { heartbeats.record($0) }
        activity.withLock { $0 = context }
        return context
    }

    private var logger: Logger {
        var logger = worker.logger
        logger[metadataKey: "activityType"] = "\(info.activityType)"
        logger[metadataKey: "activityID"] = "\(info.activityID)"
        logger[metadataKey: "attempt"] = "\(info.attempt)"
        logger[metadataKey: "workflowID"] = "\(info.workflowID)"
        logger[metadataKey: "workflowRunID"] = "\(info.workflowRunID)"
        return logger
    }

    // MARK: - Cancellation

    func cancel(_ reason: ActivityCancellationReason) {
        pendingCancel.withLock { if $0 == nil { $0 = reason } }
        activity.withLock { $0 }?.cancel(reason)
    }

    /// Whether a timeout of the attempt has passed a while ago.
    func isOverdue(_ now: ContinuousClock.Instant) -> Bool {
        let elapsed = begin.duration(to: now)
        if let limit = info.startToClose, elapsed > limit + Self.timeoutAllowance { return true }
        if let limit = info.scheduleToClose {
            let waited = Duration.seconds(info.startedTime.timeIntervalSince(info.scheduledTime))
            if elapsed + waited > limit + Self.timeoutAllowance { return true }
        }
        if let limit = info.heartbeatTimeout {
            let last = heartbeats.withLock { $0 }?.lastRecorded ?? begin
            if last.duration(to: now) > limit + Self.timeoutAllowance { return true }
        }
        return false
    }

    // MARK: - Heartbeats

    private func send(_ details: [BoundaryValue]) async {
        var request = APIRecordActivityTaskHeartbeatRequest()
        request.taskToken = task.taskToken
        request.identity = worker.identity
        request.namespace = worker.namespace
        do {
            if !details.isEmpty { request.details = try await worker.converter.encode(details) }
            let response = try await worker.service.call(WorkflowService.recordActivityTaskHeartbeat, request)
            if response.cancelRequested {
                cancel(.requested)
            } else if response.activityReset {
                cancel(.reset)
            } else if response.activityPaused {
                cancel(.paused)
            }
        } catch let error as RPCError where error.code == .notFound {
            cancel(.gone)
        } catch {
            logger.warning("a heartbeat was not sent", metadata: ["error": "\(error)"])
        }
    }

    // MARK: - Answers

    private func answer(_ result: Result<BoundaryValue, any Error>, _ context: ActivityContext) async {
        let heartbeats = heartbeats.withLock { $0 }
        let unsent = await heartbeats?.close()
        switch result {
        case .success(let value): await complete(value)
        case .failure(let error):
            if error is CompletesElsewhere { return }
            let isCancellation = error is CancellationError || error is CanceledFailure
            guard isCancellation, let reason = context.cancellationReason else {
                await fail(error, lastDetails: unsent)
                return
            }
            await stopped(reason, error, lastDetails: unsent)
        }
    }

    private func complete(_ value: BoundaryValue) async {
        var request = APIRespondActivityTaskCompletedRequest()
        do {
            request.result.payloads = [try await worker.converter.encode(value)]
        } catch {
            await fail(error)
            return
        }
        request.taskToken = task.taskToken
        request.identity = worker.identity
        request.namespace = worker.namespace
        let answer = await worker.answer(WorkflowService.respondActivityTaskCompleted, request)
        if case .failure(let refusal) = answer, refusal.isMessageTooLarge {
            let size = request.result.payloads.reduce(0) { $0 + $1.data.count }
            await fail(
                ApplicationFailure(
                    "the activity's result of \(size) bytes is larger than the server takes: keep it elsewhere and "
                        + "return a reference", type: "PayloadsTooLarge"), cause: .payloadsTooLarge)
            return
        }
        worker.report(.activityCompleted(type: info.activityType, duration: begin.duration(to: .now)))
    }

    private func fail(
        _ error: any Error, lastDetails: [BoundaryValue]? = nil, cause: APIActivityTaskFailedCause = .unspecified
    ) async {
        log(error)
        var request = APIRespondActivityTaskFailedRequest()
        request.taskToken = task.taskToken
        request.identity = worker.identity
        request.namespace = worker.namespace
        request.cause = cause
        do {
            request.failure = try await worker.converter.failure(from: error)
        } catch {
            request.failure.message = "the activity failed, and its failure could not be encoded: \(error)"
            request.failure.applicationFailureInfo.type = "PayloadCodecError"
        }
        if let lastDetails, let payloads = try? await worker.converter.encode(lastDetails) {
            request.lastHeartbeatDetails = payloads
        }
        _ = await worker.answer(WorkflowService.respondActivityTaskFailed, request)
        worker.report(.activityFailed(type: info.activityType, duration: begin.duration(to: .now)))
    }

    private func log(_ error: any Error) {
        let isBenign = (error as? ApplicationFailure)?.category == .benign
        logger.log(level: isBenign ? .debug : .warning, "activity failed", metadata: ["error": "\(error)"])
    }

    /// The attempt ended because it was asked to.
    private func stopped(
        _ reason: ActivityCancellationReason, _ error: any Error, lastDetails: [BoundaryValue]?
    ) async {
        switch reason {
        case .requested: await reportCancelled(error)
        case .paused:
            await fail(ApplicationFailure("the activity was paused", type: "ActivityPause"), lastDetails: lastDetails)
        case .reset: await fail(ApplicationFailure("the activity was reset", type: "ActivityReset"))
        case .workerShutdown:
            await fail(
                ApplicationFailure("the worker is shutting down", type: "WorkerShutdown"), lastDetails: lastDetails)
        // Nobody waits for the answer.
        case .timedOut, .gone: worker.report(.activityCancelled(type: info.activityType))
        }
    }

    private func reportCancelled(_ error: any Error) async {
        var request = APIRespondActivityTaskCanceledRequest()
        request.taskToken = task.taskToken
        request.identity = worker.identity
        request.namespace = worker.namespace
        if let details = (error as? CanceledFailure)?.details, !details.isEmpty,
            let payloads = try? details.payloads(with: worker.converter.payloadConverter),
            let encoded = try? await worker.converter.encoded(payloads)
        {
            request.details = encoded
        }
        _ = await worker.answer(WorkflowService.respondActivityTaskCanceled, request)
        worker.report(.activityCancelled(type: info.activityType))
    }
}
