import WireAPI

/// Why a workflow task cannot go on.
enum CoreError: Error {
    /// The code does not do what the history says it did.
    case nondeterminism(Nondeterminism)
    /// The history contradicts itself, or holds something this version does not know.
    case badHistory(String)
    /// Whoever runs the workflow's code gave a command that makes no sense.
    case badCommand(String)

    var cause: APIWorkflowTaskFailedCause {
        switch self {
        case .nondeterminism: .nonDeterministicError
        case .badHistory, .badCommand: .workflowWorkerUnhandledFailure
        }
    }

    var failure: APIFailureFailure {
        switch self {
        case .nondeterminism(let mismatch):
            .application(type: "NondeterminismError", message: mismatch.message)
        case .badHistory(let message):
            .application(type: "InvalidHistoryError", message: "The workflow's history cannot be used: \(message)")
        case .badCommand(let message):
            .application(type: "InvalidCommandError", message: message)
        }
    }
}

/// One disagreement between a workflow's code and its history.
struct Nondeterminism: Error {
    /// The event at which it came to light; 0 if it was not an event that brought it to light.
    var eventID: Int64
    /// What the history has, as a clause: "history has ActivityTaskScheduled (…)".
    var history: String
    /// What the code did instead, as a clause: "the code started timer 3".
    var code: String

    var message: String {
        let place = eventID > 0 ? "At event \(eventID) " : "At this point "
        return """
            [TMPRL1100] Nondeterminism: the workflow's code and its history disagree. \
            \(place)\(history), but \(code). \
            A run in progress must take the same steps each time its code is run: ask \
            Workflow.patched("a-name-for-the-change") before the changed steps and keep the old ones for when it \
            answers false; or let workers with the old code finish the runs that have begun. If nothing was changed, \
            look for what differs from one run of the code to the next: the clock, random numbers, the order of a \
            Set or Dictionary, state outside the workflow.
            """
    }
}
