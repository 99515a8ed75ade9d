import ArgumentParser
import WireAPI

/// What happens when a run is due while an earlier one is still open.
enum OverlapPolicy: String, ExpressibleByArgument, CaseIterable, Sendable {
    case skip = "Skip"
    case bufferOne = "BufferOne"
    case bufferAll = "BufferAll"
    case cancelOther = "CancelOther"
    case terminateOther = "TerminateOther"
    case allowAll = "AllowAll"

    var wire: APIScheduleOverlapPolicy {
        switch self {
        case .skip: .skip
        case .bufferOne: .bufferOne
        case .bufferAll: .bufferAll
        case .cancelOther: .cancelOther
        case .terminateOther: .terminateOther
        case .allowAll: .allowAll
        }
    }
}

struct OverlapPolicyOption: ParsableArguments, Sendable {
    @Option(parsing: .unconditional, help: "What to do if an earlier run is still open.")
    var overlapPolicy: OverlapPolicy = .skip
}

/// How a schedule acts, and the state it begins with.
struct SchedulePolicyOptions: ParsableArguments, Sendable {
    @OptionGroup var overlap: OverlapPolicyOption

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "How late a run may start if the server was not there at its time. One year by default.",
            valueName: "duration"),
        transform: DurationText.parse)
    var catchupWindow: Duration?

    @Flag(help: "Pause the schedule when a run has failed.")
    var pauseOnFailure = false

    @Option(parsing: .unconditional, help: "Notes for people.")
    var notes: String?

    @Flag(help: "Begin paused.")
    var paused = false

    @Option(parsing: .unconditional, help: "Runs the schedule may start in all. 0: no limit.")
    var remainingActions: Int64 = 0

    var policies: APISchedulePolicies {
        var policies = APISchedulePolicies()
        policies.overlapPolicy = overlap.overlapPolicy.wire
        if let catchupWindow, catchupWindow != .zero { policies.catchupWindow = .init(catchupWindow) }
        policies.pauseOnFailure = pauseOnFailure
        return policies
    }

    func state() throws -> APIScheduleState {
        guard remainingActions >= 0 else { throw UsageError("remaining actions must not be negative") }
        var state = APIScheduleState()
        state.notes = notes ?? ""
        state.paused = paused
        state.limitedActions = remainingActions > 0
        state.remainingActions = remainingActions
        return state
    }
}
