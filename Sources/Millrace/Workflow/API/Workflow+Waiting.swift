import SwiftProtobuf
import WireAPI
import WorkerCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension Workflow {
    /// Waits, for milliseconds or for years; restarts of workers and servers do not matter.
    ///
    /// - Parameters:
    ///   - duration: how long; zero or less does not wait.
    ///   - summary: one line that user interfaces show with the timer.
    /// - Throws: `CancellationError` if the task is cancelled.
    public nonisolated(nonsending) static func sleep(for duration: Duration, summary: String? = nil) async throws {
        let context = try await RunContext.entered(waitingIn: "Workflow.sleep")
        guard duration > .zero else { return }
        let seq = context.startTimer(duration, owner: { .timer($0) }, summary: summary)
        _ = try await RunContext.wait(.timer(seq)) { context in
            context.cancelTimer(seq)
            context.resolve(.timer(seq), .failure(CancellationError()))
        }
    }

    /// Waits until a point in time; does not wait if that has passed.
    ///
    /// - Throws: `CancellationError` if the task is cancelled.
    public nonisolated(nonsending) static func sleep(until deadline: Date, summary: String? = nil) async throws {
        try await sleep(for: .seconds(deadline.timeIntervalSince(now)), summary: summary)
    }

    /// Waits until a condition is true.
    ///
    /// The condition is looked at whenever the workflow has done something. It must be quick and must not change
    /// anything. If several conditions are true, those who have waited longest go on first.
    ///
    /// - Throws: `CancellationError` if the task is cancelled.
    public nonisolated(nonsending) static func wait(_ condition: @escaping () -> Bool) async throws {
        let context = try await RunContext.entered(waitingIn: "Workflow.wait")
        if context.reading("a condition of Workflow.wait", condition) { return }
        let number = context.number(.condition)
        context.addCondition(number, condition)
        _ = try await RunContext.wait(.condition(number)) { $0.cancelCondition(number, timer: nil) }
    }

    /// Waits until a condition is true, but not for ever.
    ///
    /// - Parameters:
    ///   - limit: how long to wait at most.
    ///   - summary: one line that user interfaces show with the timer.
    ///   - condition: see ``wait(_:)``.
    /// - Throws: ``WaitTimedOut`` when the time is up; `CancellationError` if the task is cancelled.
    public nonisolated(nonsending) static func wait(
        upTo limit: Duration, summary: String? = nil, _ condition: @escaping () -> Bool
    ) async throws {
        let context = try await RunContext.entered(waitingIn: "Workflow.wait")
        if context.reading("a condition of Workflow.wait", condition) { return }
        guard limit > .zero else { throw WaitTimedOut(after: limit) }
        let number = context.number(.condition)
        let seq = context.startTimer(limit, owner: { _ in .condition(number) }, summary: summary)
        context.addCondition(number, condition)
        let outcome = try await RunContext.wait(.condition(number)) { $0.cancelCondition(number, timer: seq) }
        if case .timedOut = outcome { throw WaitTimedOut(after: limit) }
        // Nothing to cancel if the run is being let go meanwhile.
        DrainThread.context?.cancelTimer(seq)
    }
}

extension RunContext {
    /// Asks for a timer. `owner` says which wait it ends.
    func startTimer(_ duration: Duration, owner: (Int) -> Key, summary: String?) -> Int {
        let seq = number(.timer)
        timerOwners[seq] = owner(seq)
        emit(
            .startTimer(
                StartTimer(seq: seq, duration: .init(duration), metadata: userMetadata(summary: summary))))
        return seq
    }

    fileprivate func cancelCondition(_ number: Int, timer: Int?) {
        guard isAwaited(.condition(number)) else { return }
        removeCondition(number)
        if let timer { cancelTimer(timer) }
        resolve(.condition(number), .failure(CancellationError()))
    }

    /// What user interfaces show with a command.
    func userMetadata(summary: String?, details: String? = nil) -> APIUserMetadata? {
        guard summary != nil || details != nil else { return nil }
        var metadata = APIUserMetadata()
        // Text always has an encoding, unless the program's own converter refuses it; then there is nothing to show.
        if let summary, let payload = try? services.payloadConverter.payload(from: summary) {
            metadata.summary = payload.wire
        }
        if let details, let payload = try? services.payloadConverter.payload(from: details) {
            metadata.details = payload.wire
        }
        return metadata
    }
}
