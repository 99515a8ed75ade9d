import WireAPI

/// One timer.
///
///     created ──TimerStarted──▶ running ──TimerFired──▶ (gone, code is told)
///        │                         └─cancel─▶ canceling ──TimerCanceled──▶ (gone)
///        └─cancel─▶ (gone, never sent)
struct TimerMachine: Sendable {
    enum State: Sendable {
        case created(CommandQueue.Ticket)
        case running(startedEvent: Int64)
        case canceling
    }

    enum Cancellation {
        case withdraw(CommandQueue.Ticket)
        case send(APICancelTimerCommandAttributes)
        case nothing
    }

    let id: String
    private(set) var state: State

    init(id: String, ticket: CommandQueue.Ticket) {
        self.id = id
        state = .created(ticket)
    }

    static func attributes(_ command: StartTimer) -> APIStartTimerCommandAttributes {
        var attributes = APIStartTimerCommandAttributes()
        attributes.timerID = String(command.seq)
        attributes.startToFireTimeout = command.duration
        return attributes
    }

    /// The command was recorded.
    mutating func started(_ event: APITimerStartedEventAttributes, eventID: Int64) throws(Nondeterminism) {
        guard event.timerID == id else {
            throw Nondeterminism(
                eventID: eventID, history: "history starts timer \"\(event.timerID)\"",
                code: "the code started timer \"\(id)\"")
        }
        state = .running(startedEvent: eventID)
    }

    mutating func cancel() -> Cancellation {
        switch state {
        case .created(let ticket):
            return .withdraw(ticket)
        case .running:
            state = .canceling
            var attributes = APICancelTimerCommandAttributes()
            attributes.timerID = id
            return .send(attributes)
        case .canceling:
            return .nothing
        }
    }

    func fired(eventID: Int64) throws(Nondeterminism) {
        guard case .running = state else {
            throw Nondeterminism(
                eventID: eventID, history: "history has timer \"\(id)\" fire",
                code: "the code had cancelled that timer")
        }
    }

    func canceled(_ event: APITimerCanceledEventAttributes, eventID: Int64) throws(Nondeterminism) {
        guard event.timerID == id else {
            throw Nondeterminism(
                eventID: eventID, history: "history cancels timer \"\(event.timerID)\"",
                code: "the code cancelled timer \"\(id)\"")
        }
    }
}
