import WireAPI

// What history says has happened: events that come from outside, and those that name an event of ours as their origin.

extension RunMachines {
    /// Applies an event that does not record a command.
    mutating func apply(_ event: APIHistoryEvent) throws(CoreError) {
        let eventID = event.eventID
        switch event.attributes {
        case .workflowExecutionStartedEventAttributes(let it)?: started(it, event)
        case .workflowTaskScheduledEventAttributes?, .workflowTaskStartedEventAttributes?,
            .workflowTaskTimedOutEventAttributes?:
            break
        case .workflowTaskCompletedEventAttributes(let it)?: flags.note(it.sdkMetadata)
        case .workflowTaskFailedEventAttributes(let it)?:
            if it.cause == .resetWorkflow { jobs.append(.updateRandomSeed(RandomSeed.seed(from: it.newRunID))) }
        case .workflowExecutionSignaledEventAttributes(let it)?:
            jobs.append(
                .signal(
                    SignalReceived(
                        name: it.signalName, input: it.input.payloads, headers: it.header.fields,
                        identity: it.identity)))
        case .workflowExecutionCancelRequestedEventAttributes(let it)?:
            jobs.append(.cancelWorkflow(reason: it.cause))
        case .workflowExecutionUpdateAdmittedEventAttributes(let it)?:
            let request = UpdateRequest(it, eventID: eventID)
            admitted[request.protocolInstanceID] = request
        case .workflowExecutionTerminatedEventAttributes?, .workflowExecutionTimedOutEventAttributes?:
            closingEventSeen = true
        case .timerFiredEventAttributes(let it)?:
            let seq = try timer(of: it.startedEventID, event)
            try nondeterminism { () throws(Nondeterminism) in try timers[seq]?.fired(eventID: eventID) }
            forget(it.startedEventID)
            timers[seq] = nil
            jobs.append(.fireTimer(seq: seq))
        case .nexusOperationScheduledEventAttributes?, .nexusOperationStartedEventAttributes?,
            .nexusOperationCompletedEventAttributes?, .nexusOperationFailedEventAttributes?,
            .nexusOperationCanceledEventAttributes?, .nexusOperationTimedOutEventAttributes?:
            throw .badHistory("it uses Nexus operations (\(event.summary)), which this version does not know.")
        case .workflowExecutionOptionsUpdatedEventAttributes?, .workflowExecutionPausedEventAttributes?,
            .workflowExecutionUnpausedEventAttributes?, .workflowPropertiesModifiedExternallyEventAttributes?,
            .activityPropertiesModifiedExternallyEventAttributes?,
            .workflowExecutionTimeSkippingTransitionedEventAttributes?:
            break
        default:
            if try applyToActivity(event) { return }
            if try applyToChild(event) { return }
            if try applyToExternal(event) { return }
            guard event.workerMayIgnore else {
                throw .badHistory("event \(eventID), \(event.summary), is not known to this version.")
            }
        }
    }

    private mutating func started(_ attributes: APIWorkflowExecutionStartedEventAttributes, _ event: APIHistoryEvent) {
        if taskQueue.isEmpty { taskQueue = attributes.taskQueue.name }
        if !attributes.workflowID.isEmpty { workflowID = attributes.workflowID }
        jobs.append(
            .start(
                WorkflowStart(
                    workflowID: workflowID, workflowType: attributes.workflowType.name,
                    randomSeed: RandomSeed.seed(from: attributes.originalExecutionRunID),
                    startTime: event.nanoseconds, attributes: attributes)))
    }

    // MARK: Activities

    /// Whether the event was an activity's.
    private mutating func applyToActivity(_ event: APIHistoryEvent) throws(CoreError) -> Bool {
        switch event.attributes {
        case .activityTaskStartedEventAttributes(let it)?:
            let seq = try activity(of: it.scheduledEventID, event)
            activities[seq]?.started(eventID: event.eventID)
        case .activityTaskCompletedEventAttributes(let it)?:
            let seq = try activity(of: it.scheduledEventID, event)
            endActivity(seq, it.scheduledEventID, activities[seq]?.completed(it))
        case .activityTaskFailedEventAttributes(let it)?:
            let seq = try activity(of: it.scheduledEventID, event)
            endActivity(seq, it.scheduledEventID, activities[seq]?.failed(it))
        case .activityTaskTimedOutEventAttributes(let it)?:
            let seq = try activity(of: it.scheduledEventID, event)
            endActivity(seq, it.scheduledEventID, activities[seq]?.timedOut(it))
        case .activityTaskCanceledEventAttributes(let it)?:
            let seq = try activity(of: it.scheduledEventID, event)
            let machine = activities[seq]
            let resolution = try nondeterminism { () throws(Nondeterminism) in
                try machine?.canceled(it, eventID: event.eventID)
            }
            endActivity(seq, it.scheduledEventID, resolution)
        default:
            return false
        }
        return true
    }

    private mutating func endActivity(_ seq: Int, _ scheduledEvent: Int64, _ resolution: ActivityResolution?) {
        forget(scheduledEvent)
        activities[seq] = nil
        if let resolution { jobs.append(.resolveActivity(seq: seq, resolution)) }
    }

    // MARK: Children

    /// Whether the event was a child workflow's.
    private mutating func applyToChild(_ event: APIHistoryEvent) throws(CoreError) -> Bool {
        switch event.attributes {
        case .childWorkflowExecutionStartedEventAttributes(let it)?:
            let seq = try child(of: it.initiatedEventID, event)
            if let job = children[seq]?.started(it, eventID: event.eventID) { jobs.append(job) }
        case .startChildWorkflowExecutionFailedEventAttributes(let it)?:
            let seq = try child(of: it.initiatedEventID, event)
            endChild(seq, it.initiatedEventID, children[seq]?.startFailed(it.cause))
        case .childWorkflowExecutionCompletedEventAttributes(let it)?:
            let seq = try child(of: it.initiatedEventID, event)
            endChild(seq, it.initiatedEventID, children[seq]?.completed(it.result))
        case .childWorkflowExecutionFailedEventAttributes(let it)?:
            let seq = try child(of: it.initiatedEventID, event)
            endChild(seq, it.initiatedEventID, children[seq]?.failed(it.failure, retryState: it.retryState))
        case .childWorkflowExecutionTimedOutEventAttributes(let it)?:
            let seq = try child(of: it.initiatedEventID, event)
            endChild(seq, it.initiatedEventID, children[seq]?.timedOut(retryState: it.retryState))
        case .childWorkflowExecutionTerminatedEventAttributes(let it)?:
            let seq = try child(of: it.initiatedEventID, event)
            endChild(seq, it.initiatedEventID, children[seq]?.terminated())
        case .childWorkflowExecutionCanceledEventAttributes(let it)?:
            let seq = try child(of: it.initiatedEventID, event)
            endChild(seq, it.initiatedEventID, children[seq]?.canceled(details: it.hasDetails ? it.details : nil))
        default:
            return false
        }
        return true
    }

    private mutating func endChild(_ seq: Int, _ initiatedEvent: Int64, _ job: ActivationJob?) {
        forget(initiatedEvent)
        children[seq] = nil
        if let job { jobs.append(job) }
    }

    // MARK: Other workflows

    /// Whether the event says what became of a signal or of a request to cancel.
    private mutating func applyToExternal(_ event: APIHistoryEvent) throws(CoreError) -> Bool {
        switch event.attributes {
        case .externalWorkflowExecutionSignaledEventAttributes(let it)?:
            try endSignal(it.initiatedEventID, event, failure: nil)
        case .signalExternalWorkflowExecutionFailedEventAttributes(let it)?:
            try endSignal(it.initiatedEventID, event, failure: SignalExternalMachine.failure(it.cause))
        case .externalWorkflowExecutionCancelRequestedEventAttributes(let it)?:
            try endCancel(it.initiatedEventID, event, failure: nil)
        case .requestCancelExternalWorkflowExecutionFailedEventAttributes(let it)?:
            try endCancel(it.initiatedEventID, event, failure: CancelExternalMachine.failure(it.cause))
        default:
            return false
        }
        return true
    }

    private mutating func endSignal(
        _ origin: Int64, _ event: APIHistoryEvent, failure: APIFailureFailure?
    ) throws(CoreError) {
        guard case .signalExternal(let seq)? = initiators[origin] else { throw unknownOrigin(origin, event) }
        forget(origin)
        signals[seq] = nil
        jobs.append(.resolveSignalExternal(seq: seq, failure: failure))
    }

    private mutating func endCancel(
        _ origin: Int64, _ event: APIHistoryEvent, failure: APIFailureFailure?
    ) throws(CoreError) {
        switch initiators[origin] {
        case .cancelExternal(let seq)?:
            cancels[seq] = nil
            jobs.append(.resolveCancelExternal(seq: seq, failure: failure))
        case .childCancel(let seq)?:
            if failure == nil, let job = children[seq]?.cancelDelivered() { jobs.append(job) }
        default:
            throw unknownOrigin(origin, event)
        }
        forget(origin)
    }

    // MARK: Origins

    private func timer(of origin: Int64, _ event: APIHistoryEvent) throws(CoreError) -> Int {
        guard case .timer(let seq)? = initiators[origin] else { throw unknownOrigin(origin, event) }
        return seq
    }

    private func activity(of origin: Int64, _ event: APIHistoryEvent) throws(CoreError) -> Int {
        guard case .activity(let seq)? = initiators[origin] else { throw unknownOrigin(origin, event) }
        return seq
    }

    private func child(of origin: Int64, _ event: APIHistoryEvent) throws(CoreError) -> Int {
        guard case .child(let seq)? = initiators[origin] else { throw unknownOrigin(origin, event) }
        return seq
    }

    private func unknownOrigin(_ origin: Int64, _ event: APIHistoryEvent) -> CoreError {
        .nondeterminism(
            Nondeterminism(
                eventID: event.eventID, history: "history has \(event.summary), which goes back to event \(origin)",
                code: "the code gave no command that event \(origin) records, or that command has ended"))
    }

    mutating func forget(_ origin: Int64) {
        initiators[origin] = nil
    }

    /// Runs what can find the code and its history at odds.
    func nondeterminism<Result>(_ body: () throws(Nondeterminism) -> Result) throws(CoreError) -> Result {
        do { return try body() } catch { throw .nondeterminism(error) }
    }
}
