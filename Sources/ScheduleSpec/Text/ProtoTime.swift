import SwiftProtobuf

extension Google_Protobuf_Duration {
    init(_ nanoseconds: Int64) {
        self.init()
        seconds = nanoseconds / 1_000_000_000
        nanos = Int32(nanoseconds % 1_000_000_000)
    }

    /// Durations beyond what 64 bits hold are clamped.
    var nanoseconds: Int64 { clampedNanoseconds(seconds: seconds, nanos: nanos) }
}

extension Google_Protobuf_Timestamp {
    /// Since 1970; times beyond what 64 bits hold are clamped.
    var nanoseconds: Int64 { clampedNanoseconds(seconds: seconds, nanos: nanos) }
}

private func clampedNanoseconds(seconds: Int64, nanos: Int32) -> Int64 {
    let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    if overflow { return seconds < 0 ? .min : .max }
    let (sum, carried) = product.addingReportingOverflow(Int64(nanos))
    guard carried else { return sum }
    return nanos < 0 ? .min : .max
}
