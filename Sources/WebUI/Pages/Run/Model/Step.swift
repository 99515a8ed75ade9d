import SwiftProtobuf
import WireAPI

/// One thing a run did or was told: an activity with all its attempts, a timer, a child, a signal.
struct Step: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
        case activity, localActivity, timer, child, nexus
        case signal, update, cancelRequest
        case externalSignal, externalCancel
        case marker
        /// A workflow task that failed or timed out; those that went well are no steps.
        case workflowTask
    }

    enum State: Sendable, Equatable {
        /// Not yet taken by a worker.
        case waiting
        /// An attempt failed, the next is yet to come.
        case backingOff
        case running, completed, failed, timedOut, canceled, terminated, paused
    }

    var kind: Kind
    /// The event it began with.
    var id: Int64
    /// The event it ended with.
    var endID: Int64?
    /// All its events, in their order.
    var events: [Int64]
    /// The type of an activity or a child, the name of a signal.
    var name: String
    /// What tells it from others of its name: an activity's id, a child's workflow id.
    var label = ""
    /// What its author wrote about it.
    var summary: String?
    var state: State
    var scheduled: Google_Protobuf_Timestamp
    /// When its last attempt began.
    var started: Google_Protobuf_Timestamp?
    var ended: Google_Protobuf_Timestamp?
    var attempt: Int32 = 1
    var maximumAttempts: Int32 = 0
    /// When the next attempt begins, or when a timer fires.
    var due: Google_Protobuf_Timestamp?
    /// The completion of the workflow task that began it; 0 for what came from outside.
    var task: Int64 = 0
    var input: [APIPayload] = []
    var result: [APIPayload] = []
    /// Why it failed, or why its last attempt did.
    var failure: APIFailureFailure?
    /// Who worked on it, or who sent it.
    var identity = ""
    /// Another run that it is about: a child or the target of a signal.
    var other: RunReference?

    /// Whether it is a point in time rather than something that takes a while.
    var isMoment: Bool {
        switch kind {
        case .signal, .cancelRequest, .marker: true
        default: false
        }
    }

    var isOpen: Bool {
        switch state {
        case .waiting, .backingOff, .running, .paused: true
        default: false
        }
    }
}

/// A run of a namespace.
struct RunReference: Sendable, Equatable {
    /// Empty for that of the run it is seen from.
    var namespace = ""
    var workflowID: String
    /// Empty for the latest.
    var runID: String
    var type = ""
}

/// A workflow task: one turn of the workflow's code.
struct WorkflowTaskSpan: Sendable, Equatable {
    var scheduledID: Int64
    var startedID: Int64?
    /// Its completion, failure or timeout.
    var endID: Int64?
    var scheduled: Google_Protobuf_Timestamp
    var started: Google_Protobuf_Timestamp?
    var ended: Google_Protobuf_Timestamp?
    var isCompleted = false
}

extension Step.State {
    var tone: Tone {
        switch self {
        case .waiting: .plain
        case .backingOff: .timedOut
        case .running: .running
        case .completed: .completed
        case .failed: .failed
        case .timedOut: .timedOut
        case .canceled: .canceled
        case .terminated: .terminated
        case .paused: .paused
        }
    }
}

extension Step {
    /// Its state in words.
    var stateTitle: String {
        switch (kind, state) {
        case (.timer, .running): "Waiting"
        case (.timer, .completed): "Fired"
        case (.signal, _): "Received"
        case (.cancelRequest, _): "Requested"
        case (.marker, _): "Recorded"
        case (.externalSignal, .completed), (.externalCancel, .completed): "Delivered"
        case (_, .waiting): "Queued"
        case (_, .backingOff): "Retrying"
        case (_, .running): "Running"
        case (_, .completed): "Completed"
        case (_, .failed): "Failed"
        case (_, .timedOut): "Timed out"
        case (_, .canceled): "Cancelled"
        case (_, .terminated): "Terminated"
        case (_, .paused): "Paused"
        }
    }

    var icon: Icon {
        switch kind {
        case .activity, .localActivity: .activity
        case .timer: .timer
        case .child: .child
        case .nexus: .nexus
        case .signal, .externalSignal: .signal
        case .update: .update
        case .cancelRequest, .externalCancel: .signal
        case .marker: .marker
        case .workflowTask: .task
        }
    }

    /// What kind of step it is, in words.
    var kindTitle: String {
        switch kind {
        case .activity: "Activity"
        case .localActivity: "Local activity"
        case .timer: "Timer"
        case .child: "Child workflow"
        case .nexus: "Nexus operation"
        case .signal: "Signal"
        case .update: "Update"
        case .cancelRequest: "Cancellation"
        case .externalSignal: "Signal sent"
        case .externalCancel: "Cancellation sent"
        case .marker: "Marker"
        case .workflowTask: "Workflow task"
        }
    }

    /// How long it has taken, waiting and all attempts included.
    func duration(now: Google_Protobuf_Timestamp) -> Double {
        max(0, (ended ?? now).seconds(since: scheduled))
    }
}

extension DurationText {
    /// A length of time that somebody has chosen: `1 s` rather than `1.00 s`.
    static func chosen(_ duration: Google_Protobuf_Duration) -> String {
        let text = short(duration)
        for zeros in [".00 s", ".0 s"] where text.hasSuffix(zeros) {
            return String(text.dropLast(zeros.count)) + " s"
        }
        return text
    }
}
