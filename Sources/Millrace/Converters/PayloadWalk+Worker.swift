import WireAPI
import WorkerCore

extension PayloadWalk {
    // MARK: - What goes into workflow code

    func map(_ activation: Activation) async throws -> Activation {
        var mapped = activation
        for (index, job) in activation.jobs.enumerated() { mapped.jobs[index] = try await map(job) }
        return mapped
    }

    private func map(_ job: ActivationJob) async throws -> ActivationJob {
        switch job {
        case .start(var start):
            start.attributes = try await map(start.attributes)
            return .start(start)
        case .signal(var signal):
            signal.input = try await map(signal.input)
            signal.headers = try await map(signal.headers)
            return .signal(signal)
        case .update(var update):
            update.input = try await map(update.input)
            update.headers = try await map(update.headers)
            return .update(update)
        case .query(var query):
            query.input = try await map(query.input)
            query.headers = try await map(query.headers)
            return .query(query)
        case .resolveActivity(let seq, let resolution): return .resolveActivity(seq: seq, try await map(resolution))
        case .resolveChild(let seq, let resolution): return .resolveChild(seq: seq, try await map(resolution))
        case .resolveChildStart(let seq, .canceled(let failure)):
            return .resolveChildStart(seq: seq, .canceled(try await map(failure)))
        case .resolveSignalExternal(let seq, let failure?):
            return .resolveSignalExternal(seq: seq, failure: try await map(failure))
        case .resolveCancelExternal(let seq, let failure?):
            return .resolveCancelExternal(seq: seq, failure: try await map(failure))
        default: return job
        }
    }

    private func map(_ payloads: [APIPayload]) async throws -> [APIPayload] {
        try await map(APIPayloads.with { $0.payloads = payloads }).payloads
    }

    private func map(
        _ attributes: APIWorkflowExecutionStartedEventAttributes
    ) async throws -> APIWorkflowExecutionStartedEventAttributes {
        var mapped = attributes
        if attributes.hasInput { mapped.input = try await map(attributes.input) }
        if attributes.hasLastCompletionResult {
            mapped.lastCompletionResult = try await map(attributes.lastCompletionResult)
        }
        if attributes.hasContinuedFailure { mapped.continuedFailure = try await map(attributes.continuedFailure) }
        if attributes.hasMemo { mapped.memo = try await map(attributes.memo) }
        if attributes.hasHeader { mapped.header = try await map(attributes.header) }
        return mapped
    }

    private func map(_ resolution: ActivityResolution) async throws -> ActivityResolution {
        switch resolution {
        case .completed(let payloads): .completed(try await map(payloads))
        case .failed(let failure): .failed(try await map(failure))
        case .canceled(let failure): .canceled(try await map(failure))
        }
    }

    private func map(_ resolution: ChildResolution) async throws -> ChildResolution {
        switch resolution {
        case .completed(let payloads): .completed(try await map(payloads))
        case .failed(let failure): .failed(try await map(failure))
        case .canceled(let failure): .canceled(try await map(failure))
        }
    }

    // MARK: - What comes out of workflow code

    func map(_ result: ActivationResult) async throws -> ActivationResult {
        switch result {
        case .success(let commands):
            var mapped: [WorkflowCommand] = []
            for command in commands { mapped.append(try await map(command)) }
            return .success(mapped)
        case .failure(let failure, let cause): return .failure(try await map(failure), cause: cause)
        }
    }

    private func map(_ command: WorkflowCommand) async throws -> WorkflowCommand {
        switch command {
        case .startTimer(var timer):
            if let metadata = timer.metadata { timer.metadata = try await map(metadata) }
            return .startTimer(timer)
        case .scheduleActivity(var activity):
            activity.attributes.input = try await map(activity.attributes.input)
            if activity.attributes.hasHeader { activity.attributes.header = try await map(activity.attributes.header) }
            if let metadata = activity.metadata { activity.metadata = try await map(metadata) }
            return .scheduleActivity(activity)
        case .startChild(var child):
            child.attributes.input = try await map(child.attributes.input)
            if child.attributes.hasHeader { child.attributes.header = try await map(child.attributes.header) }
            if child.attributes.hasMemo { child.attributes.memo = try await map(child.attributes.memo) }
            if let metadata = child.metadata { child.metadata = try await map(metadata) }
            return .startChild(child)
        case .signalExternal(let seq, var attributes):
            attributes.input = try await map(attributes.input)
            if attributes.hasHeader { attributes.header = try await map(attributes.header) }
            return .signalExternal(seq: seq, attributes)
        case .modifyProperties(var attributes):
            if attributes.hasUpsertedMemo { attributes.upsertedMemo = try await map(attributes.upsertedMemo) }
            return .modifyProperties(attributes)
        case .queryResult(let id, let answer): return .queryResult(id: id, try await map(answer))
        case .updateResponse(let id, let answer):
            return .updateResponse(protocolInstanceID: id, try await map(answer))
        case .completeWorkflow(let payloads): return .completeWorkflow(try await map(payloads))
        case .failWorkflow(let failure): return .failWorkflow(try await map(failure))
        case .cancelWorkflow(let details): return .cancelWorkflow(details: try await map(details))
        case .continueAsNew(let attributes): return .continueAsNew(try await map(attributes))
        default: return command
        }
    }

    private func map(
        _ attributes: APIContinueAsNewWorkflowExecutionCommandAttributes
    ) async throws -> APIContinueAsNewWorkflowExecutionCommandAttributes {
        var mapped = attributes
        if attributes.hasInput { mapped.input = try await map(attributes.input) }
        if attributes.hasLastCompletionResult {
            mapped.lastCompletionResult = try await map(attributes.lastCompletionResult)
        }
        if attributes.hasFailure { mapped.failure = try await map(attributes.failure) }
        if attributes.hasMemo { mapped.memo = try await map(attributes.memo) }
        if attributes.hasHeader { mapped.header = try await map(attributes.header) }
        return mapped
    }

    private func map(_ answer: QueryAnswer) async throws -> QueryAnswer {
        switch answer {
        case .answered(let payloads): .answered(try await map(payloads))
        case .failed(let failure): .failed(try await map(failure))
        }
    }

    private func map(_ answer: UpdateAnswer) async throws -> UpdateAnswer {
        switch answer {
        case .accepted: .accepted
        case .rejected(let failure): .rejected(try await map(failure))
        case .completed(.success(let payloads)): .completed(.success(try await map(payloads)))
        case .completed(.failure(let failure)): .completed(.failure(try await map(failure)))
        }
    }
}
