import Foundation
import SwiftProtobuf

extension Google_Protobuf_Timestamp {
    /// Nanoseconds since 1970; times outside of what 64 bits hold are clamped.
    init(_ nanoseconds: Nanoseconds) {
        self.init()
        var whole = nanoseconds / .second
        var rest = nanoseconds % .second
        if rest < 0 {
            whole -= 1
            rest += .second
        }
        seconds = whole
        nanos = Int32(rest)
    }

    var nanoseconds: Nanoseconds { ProtoTime.clamped(seconds: seconds, nanos: nanos) }

    /// What the reference shows where there is no time: the first moment of year 1.
    static var noTime: Self {
        var time = Self()
        time.seconds = -62_135_596_800
        return time
    }
}

extension Google_Protobuf_Duration {
    init(_ nanoseconds: Nanoseconds) {
        self.init()
        seconds = nanoseconds / .second
        nanos = Int32(nanoseconds % .second)
    }

    var nanoseconds: Nanoseconds { ProtoTime.clamped(seconds: seconds, nanos: nanos) }

    /// What is wrong with the duration, in the reference's words; `nil` if nothing is.
    var problem: String? {
        if seconds < 0 || nanos < 0 { return "negative duration" }
        if seconds > 315_576_000_000 { return "duration out of range" }
        return nil
    }
}

enum ProtoTime {
    static func clamped(seconds: Int64, nanos: Int32) -> Nanoseconds {
        let (product, overflow) = seconds.multipliedReportingOverflow(by: .second)
        if overflow { return seconds < 0 ? .min : .max }
        let (sum, carried) = product.addingReportingOverflow(Int64(nanos))
        return carried ? .max : sum
    }

    /// `time + duration`, staying at the largest value instead of overflowing.
    static func after(_ time: Nanoseconds, _ duration: Nanoseconds) -> Nanoseconds {
        let (sum, overflow) = time.addingReportingOverflow(duration)
        return overflow ? .max : sum
    }
}
