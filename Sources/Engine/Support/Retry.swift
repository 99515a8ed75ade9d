import Foundation
import WireAPI

/// Retry policies: defaults, limits and the time of the next attempt.
extension RetryRecord {
    /// A policy as a caller gave it, with the defaults filled in: first wait 1 s, doubling, at most 100 times the
    /// first wait, attempts without end.
    init(_ policy: APIRetryPolicy) {
        self.init()
        initialInterval = policy.hasInitialInterval ? policy.initialInterval.nanoseconds : 0
        if initialInterval == 0 { initialInterval = .second }
        backoffCoefficient = policy.backoffCoefficient == 0 ? 2 : policy.backoffCoefficient
        maximumInterval = policy.hasMaximumInterval ? policy.maximumInterval.nanoseconds : 0
        if maximumInterval == 0 {
            let (product, overflow) = initialInterval.multipliedReportingOverflow(by: 100)
            maximumInterval = overflow ? .max : product
        }
        maximumAttempts = policy.maximumAttempts
        nonRetryableTypes = policy.nonRetryableErrorTypes
    }

    var policy: APIRetryPolicy {
        var policy = APIRetryPolicy()
        policy.initialInterval = .init(initialInterval)
        policy.backoffCoefficient = backoffCoefficient
        policy.maximumInterval = .init(maximumInterval)
        policy.maximumAttempts = maximumAttempts
        policy.nonRetryableErrorTypes = nonRetryableTypes
        return policy
    }

    /// What is wrong with a policy, in the reference's words; `nil` if nothing is. A single attempt needs no more.
    static func problem(_ policy: APIRetryPolicy) -> String? {
        if policy.maximumAttempts == 1 { return nil }
        if policy.hasInitialInterval, let problem = policy.initialInterval.problem {
            return "invalid InitialInterval set on retry policy: \(problem)"
        }
        if policy.backoffCoefficient != 0 && policy.backoffCoefficient < 1 {
            return "BackoffCoefficient cannot be less than 1 on retry policy."
        }
        if policy.hasMaximumInterval, let problem = policy.maximumInterval.problem {
            return "invalid MaximumInterval set on retry policy: \(problem)"
        }
        let maximum = policy.maximumInterval.nanoseconds
        if maximum > 0 && maximum < policy.initialInterval.nanoseconds {
            return "MaximumInterval cannot be less than InitialInterval on retry policy."
        }
        if policy.maximumAttempts < 0 { return "MaximumAttempts cannot be negative on retry policy." }
        return badTimeoutName(policy)
    }

    private static func badTimeoutName(_ policy: APIRetryPolicy) -> String? {
        let prefix = "TemporalTimeout:"
        let known = ["StartToClose", "ScheduleToStart", "ScheduleToClose", "Heartbeat"]
        for type in policy.nonRetryableErrorTypes where type.hasPrefix(prefix) {
            let name = String(type.dropFirst(prefix.count))
            if !known.contains(name) { return "Invalid timeout type value: \(name)." }
        }
        return nil
    }

    /// How long to wait after attempt number `attempt` failed.
    func interval(afterAttempt attempt: Int32) -> Nanoseconds {
        let grown = Double(initialInterval) * pow(backoffCoefficient, Double(attempt - 1))
        if !grown.isFinite || grown >= Double(maximumInterval) { return maximumInterval }
        return Nanoseconds(grown)
    }
}

/// Whether, and when, a failed attempt is tried again.
enum RetryDecision: Equatable {
    case again(at: Nanoseconds, interval: Nanoseconds)
    case no(APIRetryState)

    /// - Parameters:
    ///   - expiry: nothing may be tried at or after this time; 0 means no such time.
    ///   - override: a delay that the failure itself asks for.
    static func make(
        policy: RetryRecord?, attempt: Int32, failure: APIFailureFailure, now: Nanoseconds, expiry: Nanoseconds,
        override: Nanoseconds? = nil
    ) -> RetryDecision {
        guard let policy else { return .no(.retryPolicyNotSet) }
        if !Retryability.isRetryable(failure, nonRetryable: policy.nonRetryableTypes) {
            return .no(.nonRetryableFailure)
        }
        if policy.maximumAttempts > 0 && attempt >= policy.maximumAttempts { return .no(.maximumAttemptsReached) }
        let interval = override ?? policy.interval(afterAttempt: attempt)
        let next = ProtoTime.after(now, interval)
        if expiry > 0 && next > expiry { return .no(.timeout) }
        return .again(at: next, interval: interval)
    }
}

enum Retryability {
    static func isRetryable(_ failure: APIFailureFailure, nonRetryable: [String]) -> Bool {
        switch failure.failureInfo {
        case .terminatedFailureInfo, .canceledFailureInfo: return false
        case .timeoutFailureInfo(let info):
            guard info.timeoutType == .startToClose || info.timeoutType == .heartbeat else { return false }
            let name = info.timeoutType == .startToClose ? "StartToClose" : "Heartbeat"
            return !nonRetryable.contains("TemporalTimeout:\(name)")
        case .serverFailureInfo(let info): return !info.nonRetryable
        case .applicationFailureInfo(let info): return !info.nonRetryable && !nonRetryable.contains(info.type)
        default: return true
        }
    }

    /// The delay that a failure itself asks for, if it does.
    static func delayOverride(_ failure: APIFailureFailure) -> Nanoseconds? {
        guard case .applicationFailureInfo(let info) = failure.failureInfo, info.hasNextRetryDelay else { return nil }
        return info.nextRetryDelay.nanoseconds
    }
}
