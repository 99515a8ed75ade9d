import Foundation
import Testing
import WireAPI

@testable import Millrace

@Suite struct FailureConverterTests {
    let converter = DefaultPayloadConverter()
    let failures = DefaultFailureConverter()

    private func wire(_ error: any Error) -> APIFailureFailure {
        failures.failure(from: error, payloadConverter: converter).wire
    }

    private func error(_ wire: APIFailureFailure) -> any Error {
        failures.error(from: FailureMessage(wire: wire), payloadConverter: converter)
    }

    enum PlainError: Error { case outOfPaper(tray: Int) }
    struct Spoken: LocalizedError { var errorDescription: String? { "the printer burns" } }

    @Test func anApplicationFailureKeepsEverything() throws {
        let wire = wire(
            ApplicationFailure(
                "no", type: "Refused", nonRetryable: true, details: FailureDetails(.init("a"), .init(2)),
                nextRetryDelay: .milliseconds(1500), category: .benign))
        #expect(wire.message == "no")
        #expect(wire.applicationFailureInfo.type == "Refused")
        #expect(wire.applicationFailureInfo.nonRetryable)
        #expect(wire.applicationFailureInfo.details.payloads.count == 2)
        #expect(wire.applicationFailureInfo.nextRetryDelay.nanos == 500_000_000)
        #expect(wire.applicationFailureInfo.category == .benign)
        let back = try #require(error(wire) as? ApplicationFailure)
        #expect(back.type == "Refused")
        #expect(back.nonRetryable)
        #expect(back.nextRetryDelay == .milliseconds(1500))
        #expect(back.category == .benign)
        #expect(try back.details.value(String.self, at: 0) == "a")
        #expect(try back.details.value(Int.self, at: 1) == 2)
        #expect(throws: ArgumentError.self) { try back.details.value(Int.self, at: 2) }
    }

    @Test func otherErrorsAreNamedAfterTheirType() {
        let plain = wire(PlainError.outOfPaper(tray: 2))
        #expect(plain.applicationFailureInfo.type == "PlainError")
        #expect(plain.message == "outOfPaper(tray: 2)")
        #expect(!plain.applicationFailureInfo.nonRetryable)
        #expect(wire(Spoken()).message == "the printer burns")
    }

    @Test func swiftCancellationIsACancelledFailure() {
        let cancelled = wire(CancellationError())
        guard case .canceledFailureInfo = cancelled.failureInfo else {
            Issue.record("\(cancelled)")
            return
        }
    }

    @Test func chainsOfCausesComeThrough() throws {
        let activity = ActivityFailure(
            activityType: "print", activityID: "3", identity: "w", retryState: .maximumAttemptsReached,
            scheduledEventID: 5, startedEventID: 6, cause: ApplicationFailure("jam", type: "Jam"))
        let child = ChildWorkflowFailure(
            namespace: "n", workflowID: "c", runID: "r", workflowType: "T", retryState: .timeout,
            initiatedEventID: 1, startedEventID: 2, cause: activity)
        let back = try #require(error(wire(child)) as? ChildWorkflowFailure)
        #expect(back.workflowID == "c")
        #expect(back.retryState == .timeout)
        let backActivity = try #require(back.cause as? ActivityFailure)
        #expect(backActivity.activityID == "3")
        #expect(backActivity.scheduledEventID == 5)
        #expect(backActivity.retryState == .maximumAttemptsReached)
        let backCause = try #require(backActivity.cause as? ApplicationFailure)
        #expect(backCause.type == "Jam")
        #expect(back.chain.count == 3)
        #expect(back.description.contains("activity 'print' failed: Jam: jam"))
    }

    @Test func whatTheServerSaysComesThrough() throws {
        let details = FailureDetails(.init(7))
        let timeout = try #require(
            error(wire(TimeoutFailure("late", kind: .heartbeat, lastHeartbeatDetails: details))) as? TimeoutFailure)
        #expect(timeout.kind == .heartbeat)
        #expect(try timeout.lastHeartbeatDetails.value(Int.self) == 7)
        let cancelled = try #require(error(wire(CanceledFailure("c", details: details))) as? CanceledFailure)
        #expect(try cancelled.details.value(Int.self) == 7)
        #expect(error(wire(TerminatedFailure("t"))) is TerminatedFailure)
        let server = try #require(error(wire(ServerFailure("s", nonRetryable: true))) as? ServerFailure)
        #expect(server.nonRetryable)
    }

    @Test func aFailureWithoutKindIsAnApplicationFailure() throws {
        let back = try #require(error(APIFailureFailure.with { $0.message = "m" }) as? ApplicationFailure)
        #expect(back.message == "m")
        #expect(back.type == nil)
    }

    @Test func stackTracesOfOtherSDKsAreKept() throws {
        var wire = APIFailureFailure()
        wire.stackTrace = "at line 3"
        wire.applicationFailureInfo.type = "X"
        let back = try #require(error(wire) as? ApplicationFailure)
        #expect(back.stackTrace == "at line 3")
        #expect(self.wire(back).stackTrace == "at line 3")
    }

    @Test func detailsThatCannotBeEncodedDoNotHideTheFailure() {
        let wire = wire(ApplicationFailure("real", details: FailureDetails(.init(Double.nan))))
        #expect(wire.message == "real")
        #expect(
            String(decoding: wire.applicationFailureInfo.details.payloads[0].data, as: UTF8.self).contains("could not"))
    }

    @Test func endlessChainsAreCut() {
        var failure = ApplicationFailure("0")
        for number in 1...200 { failure = ApplicationFailure("\(number)", cause: failure) }
        var depth = 0
        var wire = wire(failure)
        while wire.hasCause {
            wire = wire.cause
            depth += 1
        }
        #expect(depth == 50)
    }
}
