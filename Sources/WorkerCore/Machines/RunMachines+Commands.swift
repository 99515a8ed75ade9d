import SwiftProtobuf
import WireAPI

// What the workflow's code asks for.

extension RunMachines {
    mutating func apply(_ command: WorkflowCommand) throws(CoreError) {
        switch command {
        case .startTimer(let command): try startTimer(command)
        case .cancelTimer(let seq): try cancelTimer(seq)
        case .scheduleActivity(let command): try scheduleActivity(command)
        case .requestCancelActivity(let seq): try cancelActivity(seq)
        case .startChild(let command): try startChild(command)
        case .cancelChild(let seq, let reason): try cancelChild(seq, reason: reason)
        case .signalExternal(let seq, let attributes): try signalExternal(seq, attributes)
        case .cancelSignalExternal(let seq): try cancelSignal(seq)
        case .requestCancelExternal(let seq, let attributes): try cancelExternal(seq, attributes)
        case .setPatchMarker(let id, let isDeprecated): askForPatch(PatchMarker(id: id, isDeprecated: isDeprecated))
        case .upsertSearchAttributes(let attributes): upsert(attributes)
        case .modifyProperties(let attributes):
            _ = queue.append(.properties, .modifyWorkflowPropertiesCommandAttributes(attributes))
        case .queryResult(let id, _):
            throw .badCommand("An answer to query \"\(id)\" was given when none had been asked.")
        case .updateResponse(let instance, let answer): try answerUpdate(instance, answer)
        case .completeWorkflow(let result): close(with: completion(result))
        case .failWorkflow(let failure): close(with: Self.failing(failure))
        case .cancelWorkflow(let details): close(with: cancellation(details))
        case .continueAsNew(let attributes): close(with: continuation(attributes))
        }
    }

    // MARK: Timers

    private mutating func startTimer(_ command: StartTimer) throws(CoreError) {
        try number(command.seq, "timer", \.timer)
        let attributes = TimerMachine.attributes(command)
        let ticket = queue.append(
            .timer(command.seq), .startTimerCommandAttributes(attributes), metadata: command.metadata)
        timers[command.seq] = TimerMachine(id: attributes.timerID, ticket: ticket)
    }

    private mutating func cancelTimer(_ seq: Int) throws(CoreError) {
        guard timers[seq] != nil else { return try ended(seq, "timer", highest.timer) }
        switch timers[seq]?.cancel() {
        case .withdraw(let ticket):
            queue.withdraw(ticket)
            timers[seq] = nil
        case .send(let attributes):
            _ = queue.append(.timerCancel(seq), .cancelTimerCommandAttributes(attributes))
        case .nothing, nil:
            break
        }
    }

    // MARK: Activities

    private mutating func scheduleActivity(_ command: ScheduleActivity) throws(CoreError) {
        try number(command.seq, "activity", \.activity)
        var attributes = command.attributes
        if attributes.activityID.isEmpty { attributes.activityID = String(command.seq) }
        if attributes.taskQueue.name.isEmpty { attributes.taskQueue.name = taskQueue }
        let ticket = queue.append(
            .activity(command.seq), .scheduleActivityTaskCommandAttributes(attributes), metadata: command.metadata)
        activities[command.seq] = ActivityMachine(
            attributes: attributes, cancellation: command.cancellation, ticket: ticket)
    }

    private mutating func cancelActivity(_ seq: Int) throws(CoreError) {
        guard activities[seq] != nil else { return try ended(seq, "activity", highest.activity) }
        switch activities[seq]?.cancel() {
        case .withdraw(let ticket, let resolution):
            queue.withdraw(ticket)
            activities[seq] = nil
            jobs.append(.resolveActivity(seq: seq, resolution))
        case .send(let attributes, let resolution):
            _ = queue.append(.activityCancel(seq), .requestCancelActivityTaskCommandAttributes(attributes))
            if let resolution { jobs.append(.resolveActivity(seq: seq, resolution)) }
        case .abandon(let resolution):
            jobs.append(.resolveActivity(seq: seq, resolution))
        case .nothing, nil:
            break
        }
    }

    // MARK: Other workflows

    private mutating func startChild(_ command: StartChild) throws(CoreError) {
        try number(command.seq, "child workflow", \.child)
        var attributes = command.attributes
        if attributes.namespace.isEmpty { attributes.namespace = options.namespace }
        if attributes.taskQueue.name.isEmpty { attributes.taskQueue.name = taskQueue }
        let ticket = queue.append(
            .child(command.seq), .startChildWorkflowExecutionCommandAttributes(attributes),
            metadata: command.metadata)
        children[command.seq] = ChildMachine(
            seq: command.seq, attributes: attributes, cancellation: command.cancellation, ticket: ticket)
    }

    private mutating func cancelChild(_ seq: Int, reason: String) throws(CoreError) {
        guard children[seq] != nil else { return try ended(seq, "child workflow", highest.child) }
        switch children[seq]?.cancel(reason: reason) {
        case .withdraw(let ticket, let job):
            queue.withdraw(ticket)
            children[seq] = nil
            jobs.append(job)
        case .act(let request, let job):
            if let request {
                _ = queue.append(
                    .childCancel(seq), .requestCancelExternalWorkflowExecutionCommandAttributes(request))
            }
            if let job { jobs.append(job) }
        case nil:
            break
        }
    }

    private mutating func signalExternal(
        _ seq: Int, _ attributes: APISignalExternalWorkflowExecutionCommandAttributes
    ) throws(CoreError) {
        try number(seq, "signal", \.signal)
        var attributes = attributes
        if attributes.namespace.isEmpty { attributes.namespace = options.namespace }
        let ticket = queue.append(
            .signalExternal(seq), .signalExternalWorkflowExecutionCommandAttributes(attributes))
        signals[seq] = SignalExternalMachine(attributes, ticket: ticket)
    }

    private mutating func cancelSignal(_ seq: Int) throws(CoreError) {
        guard let machine = signals[seq] else { return try ended(seq, "signal", highest.signal) }
        guard let ticket = machine.cancel() else { return }
        queue.withdraw(ticket)
        signals[seq] = nil
        jobs.append(.resolveSignalExternal(seq: seq, failure: SignalExternalMachine.canceledFailure))
    }

    private mutating func cancelExternal(
        _ seq: Int, _ attributes: APIRequestCancelExternalWorkflowExecutionCommandAttributes
    ) throws(CoreError) {
        try number(seq, "cancellation", \.cancel)
        var attributes = attributes
        if attributes.namespace.isEmpty { attributes.namespace = options.namespace }
        _ = queue.append(
            .cancelExternal(seq), .requestCancelExternalWorkflowExecutionCommandAttributes(attributes))
        cancels[seq] = CancelExternalMachine(attributes)
    }

    // MARK: Markers, attributes, updates

    private mutating func askForPatch(_ marker: PatchMarker) {
        guard case .record(let upsert) = patches.ask(marker.id, isReplaying: isReplaying) else { return }
        _ = queue.append(
            .patch(CommandOwner.PatchKey(id: marker.id)), .recordMarkerCommandAttributes(marker.command))
        if let upsert { _ = queue.append(.patchVersions, .upsertWorkflowSearchAttributesCommandAttributes(upsert)) }
    }

    private mutating func upsert(_ attributes: APISearchAttributes) {
        var command = APIUpsertWorkflowSearchAttributesCommandAttributes()
        command.searchAttributes = attributes
        // The list of patches is ours alone to write.
        command.searchAttributes.indexedFields[PatchMarker.versionAttribute] = nil
        _ = queue.append(.searchAttributes, .upsertWorkflowSearchAttributesCommandAttributes(command))
    }

    private mutating func answerUpdate(_ instance: String, _ answer: UpdateAnswer) throws(CoreError) {
        guard updates[instance] != nil else {
            throw .badCommand("An answer was given to update \"\(instance)\", which is not in progress.")
        }
        switch answer {
        case .accepted:
            guard let message = try updates[instance]?.accept() else { return }
            send(message, owner: .updateAcceptance(instance))
        case .rejected(let failure):
            guard let message = try updates[instance]?.reject(failure) else { return }
            updates[instance] = nil
            if isReplaying {
                throw .nondeterminism(
                    Nondeterminism(
                        eventID: 0, history: "history accepts update \"\(message.protocolInstanceID)\"",
                        code: "the code rejected it"))
            }
            outbox.append(message)
        case .completed(let outcome):
            guard let message = try updates[instance]?.complete(outcome) else { return }
            send(message, owner: .updateOutcome(instance))
        }
    }

    private mutating func send(_ message: APIMessage, owner: CommandOwner) {
        var attributes = APIProtocolMessageCommandAttributes()
        attributes.messageID = message.id
        _ = queue.append(owner, .protocolMessageCommandAttributes(attributes))
        if !isReplaying { outbox.append(message) }
    }

    // MARK: Ends

    private mutating func close(with attributes: APICommand.OneOf_Attributes) {
        if closing == nil { closing = attributes }
    }

    private func completion(_ result: APIPayloads) -> APICommand.OneOf_Attributes {
        var attributes = APICompleteWorkflowExecutionCommandAttributes()
        attributes.result = result
        return .completeWorkflowExecutionCommandAttributes(attributes)
    }

    static func failing(_ failure: APIFailureFailure) -> APICommand.OneOf_Attributes {
        var attributes = APIFailWorkflowExecutionCommandAttributes()
        attributes.failure = failure
        return .failWorkflowExecutionCommandAttributes(attributes)
    }

    private func cancellation(_ details: APIPayloads) -> APICommand.OneOf_Attributes {
        var attributes = APICancelWorkflowExecutionCommandAttributes()
        if !details.payloads.isEmpty { attributes.details = details }
        return .cancelWorkflowExecutionCommandAttributes(attributes)
    }

    private func continuation(
        _ attributes: APIContinueAsNewWorkflowExecutionCommandAttributes
    ) -> APICommand.OneOf_Attributes {
        var attributes = attributes
        if attributes.taskQueue.name.isEmpty { attributes.taskQueue.name = taskQueue }
        return .continueAsNewWorkflowExecutionCommandAttributes(attributes)
    }

    // MARK: Numbers

    /// A new command of some kind takes its number.
    private mutating func number(
        _ seq: Int, _ kind: String, _ highestNumber: WritableKeyPath<HighestNumbers, Int>
    ) throws(CoreError) {
        guard seq > highest[keyPath: highestNumber] else {
            throw .badCommand("The number \(seq) was used for a second \(kind).")
        }
        highest[keyPath: highestNumber] = seq
    }

    /// Nothing is to be done for a command that has ended; one that never was is an error.
    private func ended(_ seq: Int, _ kind: String, _ highestNumber: Int) throws(CoreError) {
        guard seq <= highestNumber else { throw .badCommand("There is no \(kind) with the number \(seq).") }
    }
}
