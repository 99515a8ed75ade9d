import WireAPI

/// What becomes of the starts that wait, given whether a run is still under way.
///
///     let plan = OverlapPlan(starts, isRunning: true, default: .bufferOne)
///
/// Starts are looked at in order. At most one run that counts for the policies is under way at a time; those started
/// with `allowAll` do not count.
struct OverlapPlan: Equatable {
    /// To be started now, in this order.
    var starts: [Int64] = []
    /// The one of `starts` that counts as running from now on.
    var exclusive: Int64?
    /// To be kept for later.
    var kept: [Int64] = []
    /// To be dropped: another run is in the way.
    var skipped: [Int64] = []
    /// To be dropped: a later start takes their place.
    var replaced: [Int64] = []
    /// The run that is under way is to be ended.
    var cancels = false
    var terminates = false

    struct Start: Equatable {
        var number: Int64
        /// `unspecified` for the schedule's own.
        var policy: APIScheduleOverlapPolicy
    }

    init(_ waiting: [Start], isRunning: Bool, default defaultPolicy: APIScheduleOverlapPolicy) {
        for start in waiting {
            let policy = start.policy == .unspecified ? defaultPolicy : start.policy
            if policy == .allowAll {
                starts.append(start.number)
            } else if !isRunning && exclusive == nil {
                exclusive = start.number
                starts.append(start.number)
            } else {
                overlap(start.number, policy, isRunning: isRunning)
            }
        }
    }

    private mutating func overlap(_ number: Int64, _ policy: APIScheduleOverlapPolicy, isRunning: Bool) {
        switch policy {
        case .bufferOne: if kept.isEmpty { kept.append(number) } else { skipped.append(number) }
        case .bufferAll: kept.append(number)
        case .cancelOther, .terminateOther:
            if isRunning {
                if policy == .cancelOther { cancels = true } else { terminates = true }
                kept.append(number)
            } else {
                replaceExclusive(with: number)
            }
        default: skipped.append(number)
        }
    }

    /// What was to be started would be ended at once: it need not begin.
    private mutating func replaceExclusive(with number: Int64) {
        if let former = exclusive {
            starts.removeAll { $0 == former }
            replaced.append(former)
        }
        exclusive = number
        starts.append(number)
    }
}
