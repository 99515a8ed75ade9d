import WireAPI

// Events that record commands: each must meet the command at the head of the queue.

extension RunMachines {
    /// Applies an event that records a command.
    mutating func match(_ event: APIHistoryEvent) throws(CoreError) {
        if try skipsForPatch(event) { return }
        guard let command = queue.takeHead() else { throw noCommand(for: event) }
        guard command.fits(event) else { throw mismatch(event, command) }
        do { try record(event, as: command.owner) } catch { throw .nondeterminism(error) }
    }

    // MARK: Patches

    /// Lines up patches with their markers. Returns whether the event is to be passed over.
    private mutating func skipsForPatch(_ event: APIHistoryEvent) throws(CoreError) -> Bool {
        if skipsNextPatchUpsert {
            skipsNextPatchUpsert = false
            if event.upsertsPatchVersions { return true }
        }
        guard let marker = event.patchMarker else {
            try dropUnrecordedPatches(before: event)
            return false
        }
        if case .patch(let key)? = queue.head()?.owner, key.id == marker.id { return false }
        guard marker.isDeprecated else {
            let head = queue.head()
            throw .nondeterminism(
                Nondeterminism(
                    eventID: event.eventID, history: "history has patch \"\(marker.id)\"",
                    code: (head?.clause ?? "the code gave no command") + " and does not ask for that patch here"))
        }
        // A deprecated patch may vanish from the code.
        skipsNextPatchUpsert = true
        return true
    }

    /// Patches that the code asks for at another place than history has them can only be deprecated ones: their
    /// commands are dropped here, and their markers skipped there.
    private mutating func dropUnrecordedPatches(before event: APIHistoryEvent) throws(CoreError) {
        while let head = queue.head() {
            switch head.owner {
            case .patch:
                queue.dropHead()
            case .patchVersions where !event.upsertsPatchVersions:
                queue.dropHead()
            default:
                return
            }
        }
    }

    // MARK: Records

    private mutating func record(_ event: APIHistoryEvent, as owner: CommandOwner) throws(Nondeterminism) {
        let eventID = event.eventID
        switch (owner, event.attributes) {
        case (.timer(let seq), .timerStartedEventAttributes(let it)?):
            try timers[seq]?.started(it, eventID: eventID)
            initiators[eventID] = owner
        case (.timerCancel(let seq), .timerCanceledEventAttributes(let it)?):
            try timers[seq]?.canceled(it, eventID: eventID)
            timers[seq] = nil
            forget(it.startedEventID)
        case (.activity(let seq), .activityTaskScheduledEventAttributes(let it)?):
            try activities[seq]?.scheduled(it, eventID: eventID)
            initiators[eventID] = owner
        case (.activityCancel(let seq), .activityTaskCancelRequestedEventAttributes(let it)?):
            try activities[seq]?.cancelRequested(it, eventID: eventID)
        case (.child(let seq), .startChildWorkflowExecutionInitiatedEventAttributes(let it)?):
            try children[seq]?.initiated(it, eventID: eventID)
            initiators[eventID] = owner
        case (.signalExternal(let seq), .signalExternalWorkflowExecutionInitiatedEventAttributes(let it)?):
            try signals[seq]?.initiated(it, eventID: eventID)
            initiators[eventID] = owner
        case (.cancelExternal(let seq), .requestCancelExternalWorkflowExecutionInitiatedEventAttributes(let it)?):
            try cancels[seq]?.initiated(it, eventID: eventID)
            initiators[eventID] = owner
        case (.childCancel, .requestCancelExternalWorkflowExecutionInitiatedEventAttributes?):
            initiators[eventID] = owner
        case (.updateAcceptance(let instance), .workflowExecutionUpdateAcceptedEventAttributes(let it)?):
            try check(it.protocolInstanceID == instance, event, "the code accepted update \"\(instance)\"")
        case (.updateOutcome(let instance), .workflowExecutionUpdateCompletedEventAttributes(let it)?):
            let updateID = updates[instance]?.request.body.meta.updateID ?? instance
            try check(it.meta.updateID == updateID, event, "the code completed update \"\(updateID)\"")
            updates[instance] = nil
        case (.closing, _):
            closingEventSeen = true
        default:
            break
        }
    }

    private func check(_ isFitting: Bool, _ event: APIHistoryEvent, _ code: String) throws(Nondeterminism) {
        guard isFitting else {
            throw Nondeterminism(eventID: event.eventID, history: "history has \(event.summary)", code: code)
        }
    }

    // MARK: Errors

    private func mismatch(_ event: APIHistoryEvent, _ command: ExpectedCommand) -> CoreError {
        .nondeterminism(
            Nondeterminism(
                eventID: event.eventID, history: "history has \(event.summary)", code: command.clause))
    }

    private func noCommand(for event: APIHistoryEvent) -> CoreError {
        if case .markerRecordedEventAttributes(let marker)? = event.attributes {
            return .badHistory(
                "event \(event.eventID) is the marker \"\(marker.markerName)\", which this version does not know.")
        }
        return .nondeterminism(
            Nondeterminism(
                eventID: event.eventID, history: "history has \(event.summary)",
                code: "the code gave no further command"))
    }
}
