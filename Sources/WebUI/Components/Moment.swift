import SwiftProtobuf

/// A point in time, as the settings say; where they say the browser's zone, the server writes UTC and the script the
/// rest.
struct Moment: Component {
    enum Style: String, Sendable {
        /// As the settings say: absolute or relative.
        case preferred
        /// The time of day alone.
        case clock
        case relative
        /// Always with its date.
        case full
    }

    var time: Google_Protobuf_Timestamp
    var style: Style
    /// Whether milliseconds matter.
    var hasFraction: Bool

    init(_ time: Google_Protobuf_Timestamp, _ style: Style = .preferred, hasFraction: Bool = false) {
        self.time = time
        self.style = style
        self.hasFraction = hasFraction
    }

    var html: HTML {
        """
        <time datetime="\(TimeText.iso(time))"\(attribute: "data-style", style == .preferred ? nil : style.rawValue)\
        \(attribute: "data-fraction", hasFraction ? "3" : nil)>\(text)</time>
        """
    }

    private var text: String {
        let manner = TimeManner.current
        let isRelative = style == .relative || style == .preferred && manner.isRelative
        if isRelative, let now = manner.now { return TimeText.relative(time, to: now) }
        return style == .clock ? TimeText.clock(time, hasFraction) : TimeText.civil(time, hasFraction)
    }
}

/// The time left until a moment, ticking with the script, as a fixed time without.
struct Countdown: Component {
    var until: Google_Protobuf_Timestamp
    /// What stands before the time that is left.
    var before: String
    /// What is shown once it is over.
    var after: String

    var html: HTML {
        """
        <span class="countdown" role="timer" data-until="\(TimeText.iso(until))" data-before="\(before)" \
        data-after="\(after)">\(before)at \(TimeText.clock(until, false)) \
        \(TimeManner.current.zoneText(until.seconds))</span>
        """
    }
}

/// The time passed since a moment, ticking with the script.
struct Elapsed: Component {
    var since: Google_Protobuf_Timestamp
    var now: Google_Protobuf_Timestamp

    var html: HTML {
        """
        <span class="nowrap" data-since="\(TimeText.iso(since))">\(DurationText.short(now.seconds(since: since)))</span>
        """
    }
}
