import WireAPI

/// Colours with a meaning, the same everywhere.
enum Tone: String, Sendable {
    case running, completed, failed, timedOut = "timed-out", canceled, terminated, continued, paused, plain

    /// The class that sets the colour.
    var className: HTML {
        switch self {
        case .running: "tone-running"
        case .completed: "tone-completed"
        case .failed: "tone-failed"
        case .timedOut: "tone-timed-out"
        case .canceled: "tone-canceled"
        case .terminated: "tone-terminated"
        case .continued: "tone-continued"
        case .paused: "tone-paused"
        case .plain: "tone-plain"
        }
    }

    /// A sign of its own for each, so that colour alone says nothing.
    var glyph: HTML {
        switch self {
        case .running: "<path class=\"spin\" d=\"M6 1.5A4.5 4.5 0 1 1 1.5 6\"/>"
        case .completed: "<path d=\"M2 6.5L4.8 9.2 10 3\"/>"
        case .failed: "<path d=\"M2.5 2.5l7 7M9.5 2.5l-7 7\"/>"
        case .timedOut: "<circle cx=\"6\" cy=\"6\" r=\"4.5\"/><path d=\"M6 3.5V6l1.6 1\"/>"
        case .canceled: "<circle cx=\"6\" cy=\"6\" r=\"4.5\"/><path d=\"M3 9l6-6\"/>"
        case .terminated: "<path d=\"M3 3h6v6H3z\"/>"
        case .continued: "<path d=\"M1.5 6h8M6.5 3l3 3-3 3\"/>"
        case .paused: "<path d=\"M4 2.5v7M8 2.5v7\"/>"
        case .plain: "<circle cx=\"6\" cy=\"6\" r=\"2\"/>"
        }
    }
}

/// A state as a coloured sign with its name.
struct StatusBadge: Component {
    var title: String
    var tone: Tone
    var isLarge = false

    init(_ title: String, _ tone: Tone, isLarge: Bool = false) {
        self.title = title
        self.tone = tone
        self.isLarge = isLarge
    }

    init(_ status: APIWorkflowExecutionStatus, isLarge: Bool = false) {
        self.init(status.title, status.tone, isLarge: isLarge)
    }

    var html: HTML {
        """
        <span class="status \(tone.className)\(if: tone == .running, " status-running")\(if: isLarge, " status-large")">\
        <svg viewBox="0 0 12 12" aria-hidden="true">\(tone.glyph)</svg>\(title)</span>
        """
    }
}

/// A word in a box.
struct Tag: Component {
    var text: String
    var tone: Tone?

    init(_ text: String, _ tone: Tone? = nil) {
        self.text = text
        self.tone = tone
    }

    var html: HTML {
        "<span class=\"tag\(tone.map { " tone \($0.className)" as HTML })\">\(text)</span>"
    }
}

extension APIWorkflowExecutionStatus {
    /// All that a list can be filtered by, in the order they are shown.
    static let shown: [APIWorkflowExecutionStatus] = [
        .running, .completed, .failed, .timedOut, .canceled, .terminated, .continuedAsNew, .paused,
    ]

    /// The name in queries and counts.
    var queryName: String {
        switch self {
        case .running: "Running"
        case .completed: "Completed"
        case .failed: "Failed"
        case .canceled: "Canceled"
        case .terminated: "Terminated"
        case .continuedAsNew: "ContinuedAsNew"
        case .timedOut: "TimedOut"
        case .paused: "Paused"
        case .unspecified, .UNRECOGNIZED: "Unspecified"
        }
    }

    init?(queryName: String) {
        guard let status = Self.shown.first(where: { $0.queryName == queryName }) else { return nil }
        self = status
    }

    /// The name for people.
    var title: String {
        switch self {
        case .continuedAsNew: "Continued as new"
        case .timedOut: "Timed out"
        case .canceled: "Cancelled"
        case .unspecified, .UNRECOGNIZED: "Unknown"
        default: queryName
        }
    }

    var tone: Tone {
        switch self {
        case .running: .running
        case .completed: .completed
        case .failed: .failed
        case .canceled: .canceled
        case .terminated: .terminated
        case .continuedAsNew: .continued
        case .timedOut: .timedOut
        case .paused: .paused
        case .unspecified, .UNRECOGNIZED: .plain
        }
    }

    var isOpen: Bool { self == .running || self == .paused }
}
