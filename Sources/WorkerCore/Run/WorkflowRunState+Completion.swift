import WireAPI

// What comes of the code's turn: further activations, the next task in history, or the answer to the server.

extension WorkflowRunState {
    /// The code has worked on an activation.
    mutating func complete(_ task: TaskAtHand, isNewest: Bool, _ result: ActivationResult) -> WorkflowStep {
        switch result {
        case .failure(let failure, let cause):
            return fail(task, failure, cause)
        case .success(let commands):
            do {
                for command in commands { try machines.apply(command) }
                if let activation = nextActivation() {
                    phase = .activation(task, isNewest: isNewest)
                    return .activate(activation)
                }
                if let step = try endTurn(task, isNewest: isNewest) { return step }
                return advance(task)
            } catch {
                return fail(task, error)
            }
        }
    }

    /// The code has nothing more to do in this workflow task. Returns the step that answers the server, or nil if
    /// there is history to go on with.
    mutating func endTurn(_ task: TaskAtHand, isNewest: Bool) throws(CoreError) -> WorkflowStep? {
        machines.finishTask()
        guard isNewest, case .workflow(_, let queries) = task.kind else {
            unsettled = true
            return nil
        }
        guard queries.isEmpty else { return ask(task, queries) }
        return completeTask(task, queryResults: [:])
    }

    /// History has no further task.
    mutating func finishHistory(_ task: TaskAtHand) throws(CoreError) -> WorkflowStep {
        switch task.kind {
        case .query(let query):
            return ask(task, [query])
        case .replay:
            phase = .over
            return .replayed
        case .workflow(let started, _):
            throw .badHistory("it has no event \(started), with which the task at hand began.")
        }
    }

    // MARK: Queries

    private mutating func ask(_ task: TaskAtHand, _ queries: [QueryReceived]) -> WorkflowStep {
        phase = .queries(task, queries)
        return .activate(activation(queries.map { .query($0) }, isReplaying: false))
    }

    /// The code has answered queries.
    mutating func answer(_ task: TaskAtHand, _ queries: [QueryReceived], _ result: ActivationResult) -> WorkflowStep {
        var answers: [String: QueryAnswer] = [:]
        switch result {
        case .failure(let failure, let cause):
            return fail(task, failure, cause)
        case .success(let commands):
            for command in commands {
                guard case .queryResult(let id, let answer) = command else {
                    return fail(
                        task,
                        .badCommand("A query's handler tried to do more than answer: it must not change anything."))
                }
                answers[id] = answer
            }
        }
        if case .query = task.kind {
            phase = .idle
            return .answerQuery(
                QueryTaskAnswer(taskToken: task.token, answer: answers[TaskAtHand.queryID] ?? Self.noAnswer))
        }
        var results: [String: APIWorkflowQueryResult] = [:]
        for query in queries { results[query.id] = APIWorkflowQueryResult(answers[query.id] ?? Self.noAnswer) }
        return completeTask(task, queryResults: results)
    }

    private static var noAnswer: QueryAnswer {
        .failed(.application(type: "QueryError", message: "The workflow gave no answer to the query."))
    }

    // MARK: Answers to the server

    private mutating func completeTask(
        _ task: TaskAtHand, queryResults: [String: APIWorkflowQueryResult]
    ) -> WorkflowStep {
        var request = APIRespondWorkflowTaskCompletedRequest()
        request.taskToken = task.token
        request.commands = machines.queue.commands
        request.messages = machines.outbox
        request.queryResults = queryResults
        request.capabilities.discardSpeculativeWorkflowTaskWithEvents = true
        if let metadata = machines.flags.delta(name: options.sdkName, version: options.sdkVersion) {
            request.sdkMetadata = metadata
            machines.flags.note(metadata)
        }
        machines.outbox.removeAll()
        phase = .accepting(startedEvent: lastStarted, scheduledEvent: clock.scheduledEvent)
        return .completeTask(WorkflowTaskCompletion(request: request, closesRun: machines.isClosed))
    }

    /// Ends the run as failed, in place of what its code asked for.
    mutating func failRun(_ task: TaskAtHand, started: Int64, _ failure: APIFailureFailure) -> WorkflowStep {
        var request = APIRespondWorkflowTaskCompletedRequest()
        request.taskToken = task.token
        request.commands = [ExpectedCommand(owner: .closing, attributes: RunMachines.failing(failure)).command]
        phase = .accepting(startedEvent: started, scheduledEvent: clock.scheduledEvent)
        return .completeTask(WorkflowTaskCompletion(request: request, closesRun: true))
    }
}

extension APIWorkflowQueryResult {
    init(_ answer: QueryAnswer) {
        self.init()
        switch answer {
        case .answered(let payloads):
            resultType = .answered
            self.answer = payloads
        case .failed(let failure):
            resultType = .failed
            errorMessage = failure.message
            self.failure = failure
        }
    }
}
