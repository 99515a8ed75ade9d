import Foundation
import WireAPI

// From one workflow task in history to the next.
//
// For each: *settle* the one before (its commands meet the events that record them), *gather* what has happened up to
// this one's started event, *look ahead* at what it recorded, activate the code, take its commands.

extension WorkflowRunState {
    /// Goes on as far as history and the code allow.
    mutating func advance(_ task: TaskAtHand) -> WorkflowStep {
        do {
            while true {
                if let fetch = try missingHistory() { return awaitHistory(task, fetch) }
                if unsettled {
                    switch try records(task) {
                    case .here: try settle()
                    case .partlyMissing: return try awaitMore(task)
                    case .notGiven: return try finishHistory(task)
                    }
                }
                switch history.nextBoundary(newest: task.newest) {
                case .unknown:
                    return try awaitMore(task)
                case .none:
                    return try finishHistory(task)
                case .started(let eventID, let isCompleted):
                    if let activation = try gather(to: eventID, isCompleted: isCompleted, task) {
                        phase = .activation(task, isNewest: !isCompleted)
                        return .activate(activation)
                    }
                    if let step = try endTurn(task, isNewest: !isCompleted) { return step }
                }
            }
        } catch {
            return fail(task, error)
        }
    }

    // MARK: Fetching

    private func missingHistory() throws(CoreError) -> HistoryFetch? {
        if history.rest == .start { return .fromStart }
        if history.hasGap {
            throw .badHistory("events are missing after event \(history.lastKnown).")
        }
        return nil
    }

    private mutating func awaitMore(_ task: TaskAtHand) throws(CoreError) -> WorkflowStep {
        guard case .page(let token) = history.rest else {
            throw .badHistory("it ends at event \(history.lastKnown), in the middle of what a task recorded.")
        }
        return awaitHistory(task, .page(token))
    }

    private mutating func awaitHistory(_ task: TaskAtHand, _ fetch: HistoryFetch) -> WorkflowStep {
        phase = .fetching(task)
        return .fetchHistory(fetch)
    }

    // MARK: Settling

    private enum Records {
        case here
        case partlyMissing
        /// The task at hand is a query that came without history: what the last task recorded comes with the next.
        case notGiven
    }

    /// Whether all is here that the last task recorded.
    private func records(_ task: TaskAtHand) throws(CoreError) -> Records {
        if let completed = history.events.firstIndex(where: { $0.eventType == .workflowTaskCompleted }) {
            return history.recordsEnd(after: completed) ? .here : .partlyMissing
        }
        guard history.rest == .complete else { return .partlyMissing }
        guard task.isQuery else {
            throw .badHistory("the task started by event \(lastStarted) was completed, but has no event that says so.")
        }
        return .notGiven
    }

    /// The commands of the last task meet the events that record them.
    private mutating func settle() throws(CoreError) {
        unsettled = false
        while let event = history.popFirst() {
            try machines.apply(event)
            if event.eventType == .workflowTaskCompleted { break }
        }
        while let event = history.events.first, event.standsAmongRecords {
            _ = history.popFirst()
            try take(event)
        }
        machines.skipsNextPatchUpsert = false
        try machines.checkNothingIsLeft(before: history.events.first)
    }

    // MARK: Gathering

    /// Applies what happened up to the started event. Returns what the code must hear, if anything.
    private mutating func gather(
        to started: Int64, isCompleted: Bool, _ task: TaskAtHand
    ) throws(CoreError) -> Activation? {
        machines.isReplaying = isCompleted
        while let event = history.events.first, event.eventID <= started {
            _ = history.popFirst()
            try take(event)
            if event.eventID == started { setClock(event) }
        }
        lastStarted = started
        if isCompleted {
            machines.lookAhead(history.records(ofTaskStartedBy: started))
        } else {
            machines.lookAhead([])
            machines.deliverAdmitted()
            for message in task.messages {
                if let request = UpdateRequest(message) { machines.receive(request, runValidator: true) }
            }
        }
        return nextActivation()
    }

    private mutating func take(_ event: APIHistoryEvent) throws(CoreError) {
        if event.recordsCommand {
            try machines.match(event)
        } else {
            try machines.apply(event)
        }
    }

    private mutating func setClock(_ event: APIHistoryEvent) {
        let attributes = event.workflowTaskStartedEventAttributes
        // Clocks of different servers differ a little; a workflow's must not go back.
        clock.workflowTime = max(clock.workflowTime, event.nanoseconds)
        clock.historyLength = event.eventID
        clock.historySize = attributes.historySizeBytes
        clock.continueAsNewSuggested = attributes.suggestContinueAsNew
        clock.scheduledEvent = attributes.scheduledEventID
    }

    /// What the code must hear now, if anything.
    mutating func nextActivation() -> Activation? {
        let jobs = machines.jobs.drain()
        // Whatever comes after its end is of no use to the code.
        guard !jobs.isEmpty, !machines.isClosed else { return nil }
        return activation(jobs, isReplaying: machines.isReplaying)
    }

    func activation(_ jobs: [ActivationJob], isReplaying: Bool) -> Activation {
        Activation(
            runID: runID, workflowTime: clock.workflowTime, isReplaying: isReplaying,
            historyLength: clock.historyLength, historySize: clock.historySize,
            continueAsNewSuggested: clock.continueAsNewSuggested, jobs: jobs)
    }
}
