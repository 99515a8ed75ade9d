import WireAPI

/// Everything that a run waits for or has asked for, and the rules by which history and code move it on.
///
/// Events are applied in order, then the code's commands, then the events that record those commands, and so on. What
/// the code must hear of gathers in `jobs`.
struct RunMachines: Sendable {
    let options: WorkerCoreOptions
    /// Where commands without a task queue of their own go.
    var taskQueue = ""
    var workflowID = ""
    /// Whether the commands that come now were given before, and are only compared with history.
    var isReplaying = false

    var jobs = JobList()
    var queue = CommandQueue()
    /// Answers to updates that go out with the task's completion.
    var outbox: [APIMessage] = []
    var flags = SDKFlags()
    var patches = PatchLedger()
    /// The command that ends the run. It goes last, so that it waits here until the workflow task is over.
    var closing: APICommand.OneOf_Attributes?

    var timers: [Int: TimerMachine] = [:]
    var activities: [Int: ActivityMachine] = [:]
    var children: [Int: ChildMachine] = [:]
    var signals: [Int: SignalExternalMachine] = [:]
    var cancels: [Int: CancelExternalMachine] = [:]
    var updates: [String: UpdateMachine] = [:]
    /// Updates that history has admitted; the code hears of them when they are accepted, or with the newest task.
    var admitted: [String: UpdateRequest] = [:]
    /// Who waits for events that name the event with this id as their origin.
    var initiators: [Int64: CommandOwner] = [:]
    /// The highest number the code has given for each kind of command: lower ones have ended if they are not found.
    var highest = HighestNumbers()
    /// The event before this one was a patch's marker that the code does not know any more: its upsert goes with it.
    var skipsNextPatchUpsert = false

    init(options: WorkerCoreOptions) {
        self.options = options
    }

    /// The code gave the command that ends the run, or history has its event.
    var isClosed: Bool { closing != nil || closingEventSeen }
    var closingEventSeen = false

    /// What history records for the workflow task that is about to be replayed.
    mutating func lookAhead(_ events: some Sequence<APIHistoryEvent>) {
        var markers: [(marker: PatchMarker, hasUpsert: Bool)] = []
        var followsMarker = false
        for event in events {
            if followsMarker, event.upsertsPatchVersions { markers[markers.count - 1].hasUpsert = true }
            followsMarker = false
            if let marker = event.patchMarker {
                markers.append((marker, false))
                followsMarker = true
            } else if case .workflowExecutionUpdateAcceptedEventAttributes(let accepted)? = event.attributes {
                receive(
                    admitted.removeValue(forKey: accepted.protocolInstanceID) ?? UpdateRequest(accepted),
                    runValidator: false)
            }
        }
        for job in patches.lookAhead(markers) { jobs.append(job) }
    }

    /// An update has come, from a message or from history.
    mutating func receive(_ request: UpdateRequest, runValidator: Bool) {
        // The server may send again what history has admitted already.
        guard updates[request.protocolInstanceID] == nil else { return }
        updates[request.protocolInstanceID] = UpdateMachine(request)
        jobs.append(request.job(runValidator: runValidator))
    }

    /// The newest task has been reached: updates that history admitted and nobody has seen yet are due.
    mutating func deliverAdmitted() {
        for request in admitted.values.sorted(by: { $0.sequencingEventID < $1.sequencingEventID }) {
            receive(request, runValidator: true)
        }
        admitted.removeAll()
    }

    /// The workflow task is over: the command that ends the run takes its place behind all others.
    mutating func finishTask() {
        guard let closing, !closingEventSeen else { return }
        _ = queue.append(.closing, closing)
    }

    /// History has no more events that record commands of the last workflow task: none may be left.
    mutating func checkNothingIsLeft(before event: APIHistoryEvent?) throws(CoreError) {
        while let head = queue.head() {
            switch head.owner {
            case .patch, .patchVersions:
                queue.dropHead()
            default:
                throw .nondeterminism(
                    Nondeterminism(
                        eventID: event?.eventID ?? 0,
                        history: event.map { "history goes on with \($0.summary)" } ?? "history has nothing more",
                        code: head.clause))
            }
        }
    }
}

/// The highest sequence number that the code has used, for each kind of command.
struct HighestNumbers: Sendable {
    var timer = 0
    var activity = 0
    var child = 0
    var signal = 0
    var cancel = 0
}
