import Logging
import WireAPI
import WorkerCore

/// How a run begins, what tasks it has, and how it ends.
extension RunContext {
    /// Takes over what an activation says of the run as a whole.
    func begin(_ activation: Activation) {
        time = activation.workflowTime
        isReplaying = activation.isReplaying
        historyLength = activation.historyLength
        historySize = activation.historySize
        isContinueAsNewSuggested = activation.continueAsNewSuggested
        commands = []
    }

    func begin(_ start: WorkflowStart) {
        self.start = start
        executor.workflowType = start.workflowType
        random = SeededGenerator(seed: start.randomSeed)
        searchAttributes = SearchAttributes(wire: start.attributes.searchAttributes)
        memo = Memo(wire: start.attributes.memo, converter: services.payloadConverter)
        var logger = services.logger
        let base = logger.handler
        logger = Logger(label: logger.label) { _ in RunLogHandler(base: base) }
        logger[metadataKey: "workflow_id"] = "\(start.workflowID)"
        logger[metadataKey: "run_id"] = "\(runID)"
        logger[metadataKey: "workflow_type"] = "\(start.workflowType)"
        self.logger = logger
    }

    // MARK: Tasks

    /// Starts a task on the run's executor.
    func launch(_ body: @escaping @Sendable () async -> Void) -> Task<Void, Never> {
        let executor = executor
        return RunBlame.$executor.withValue(executor) {
            Task(executorPreference: executor, operation: body)
        }
    }

    /// Starts a task that ends with the run.
    func launchTracked(_ body: @escaping @Sendable () async -> Void) {
        let number = nextTaskNumber()
        let task = launch {
            await body()
            DrainThread.context?.forgetTask(number)
        }
        trackedTasks[number] = { task.cancel() }
    }

    func nextTaskNumber() -> Int {
        taskCount += 1
        return taskCount
    }

    func forgetTask(_ number: Int) { trackedTasks[number] = nil }

    /// Cancels handlers and `Workflow.task`s, oldest first.
    func cancelTrackedTasks() {
        for (_, cancel) in trackedTasks.sorted(by: { $0.key < $1.key }) { cancel() }
        trackedTasks = [:]
    }

    // MARK: Handlers

    struct Handler {
        var kind: String
        var name: String
        var policy: UnfinishedHandlers
    }

    func handlerBegins(kind: String, name: String, policy: UnfinishedHandlers) -> Int {
        handlerCount += 1
        handlers[handlerCount] = Handler(kind: kind, name: name, policy: policy)
        return handlerCount
    }

    func signalHandlerEnded(_ number: Int, signal: String, _ error: (any Error)?) {
        handlers[number] = nil
        switch error {
        case nil: break
        case let error as ArgumentError:
            // Anyone may send a signal; one with the wrong arguments must not stop the workflow.
            logger.error("signal dropped: \(error)", metadata: ["signal": "\(signal)"])
        case let error?: close(with: error)
        }
    }

    func updateHandlerEnded(_ number: Int, protocolInstanceID: String, _ result: Result<BoundaryValue, any Error>) {
        handlers[number] = nil
        do {
            let payloads = try services.payloads(result.get())
            emit(.updateResponse(protocolInstanceID: protocolInstanceID, .completed(.success(payloads))))
        } catch let error as ContinueAsNew {
            close(with: error)
        } catch let error where failsRun(error) || error is ArgumentError || error is ConversionError {
            let failure = services.failure(from: error)
            emit(.updateResponse(protocolInstanceID: protocolInstanceID, .completed(.failure(failure))))
        } catch {
            fail(error)
        }
    }

    func reject(_ protocolInstanceID: String, _ error: any Error) {
        emit(.updateResponse(protocolInstanceID: protocolInstanceID, .rejected(services.failure(from: error))))
    }

    // MARK: The end

    /// `run` has returned or thrown.
    func finish(_ result: Result<BoundaryValue, any Error>) {
        do {
            let payloads = try services.payloads(result.get())
            end(with: .completeWorkflow(payloads))
        } catch {
            close(with: error)
        }
    }

    /// Ends the run as an error that left its code says, or fails the workflow task.
    func close(with error: any Error) {
        if let next = error as? ContinueAsNew {
            do {
                end(with: .continueAsNew(try next.command(in: self)))
            } catch {
                fail(error)
            }
        } else if isCancelRequested, error.isCancellation {
            end(with: .cancelWorkflow(details: APIPayloads()))
        } else if failsRun(error) {
            end(with: .failWorkflow(services.failure(from: error)))
        } else {
            fail(error)
        }
    }

    /// Whether an error is about the workflow's business and not a bug in its code.
    private func failsRun(_ error: any Error) -> Bool {
        error is any DurableFailure || error is CancellationError || services.failsRun(error)
    }

    private func end(with command: WorkflowCommand) {
        guard mode != .evicting, !isFinished else { return }
        isFinished = true
        emit(command)
        let unfinished = handlers.sorted { $0.key < $1.key }.map(\.value).filter { $0.policy == .warn }
        if !unfinished.isEmpty {
            logger.warning(
                """
                the workflow ended while handlers were running, which are cut off. Wait for them with \
                `try await Workflow.wait { Workflow.allHandlersFinished }` before the end.
                """,
                metadata: ["handlers": "\(unfinished.map { "\($0.kind) \($0.name)" }.joined(separator: ", "))"])
        }
    }
}

extension Error {
    /// Whether the error says, by itself or at the end of its causes, that something was cancelled.
    var isCancellation: Bool {
        switch self {
        case is CancellationError, is CanceledFailure: true
        case let failure as ActivityFailure: failure.cause?.isCancellation ?? false
        case let failure as ChildWorkflowFailure: failure.cause?.isCancellation ?? false
        case let failure as NexusOperationFailure: failure.cause?.isCancellation ?? false
        default: false
        }
    }
}
