import SwiftProtobuf
import WireAPI

/// What happens when a run is due while an earlier one is open, in words.
enum OverlapText {
    static let all: [APIScheduleOverlapPolicy] = [
        .skip, .bufferOne, .bufferAll, .cancelOther, .terminateOther, .allowAll,
    ]

    /// The name in forms: that of the API.
    static func name(_ policy: APIScheduleOverlapPolicy) -> String {
        switch policy {
        case .bufferOne: "BufferOne"
        case .bufferAll: "BufferAll"
        case .cancelOther: "CancelOther"
        case .terminateOther: "TerminateOther"
        case .allowAll: "AllowAll"
        default: "Skip"
        }
    }

    static func policy(named name: String) -> APIScheduleOverlapPolicy? { all.first { Self.name($0) == name } }

    static func title(_ policy: APIScheduleOverlapPolicy) -> String {
        switch policy {
        case .bufferOne: "Wait for it, then start one"
        case .bufferAll: "Wait for it, then start all, one after the other"
        case .cancelOther: "Cancel the open run, then start"
        case .terminateOther: "Terminate the open run and start"
        case .allowAll: "Start beside it"
        default: "Leave this one out"
        }
    }

    static let choices: [(value: String, title: String)] = all.map { (name($0), "\(title($0)) (\(name($0)))") }
}

/// Durations of a schedule as text.
enum ScheduleDuration {
    /// Unset and zero both mean what the server takes by default.
    static func text(_ duration: Google_Protobuf_Duration, _ isSet: Bool, default standard: String) -> String {
        isSet && (duration.seconds != 0 || duration.nanos != 0) ? DurationText.short(duration) : standard
    }
}
