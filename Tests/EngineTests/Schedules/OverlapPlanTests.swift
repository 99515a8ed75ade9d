import Testing
import WireAPI

@testable import Engine

@Suite struct OverlapPlanTests {
    private func plan(
        _ policies: [APIScheduleOverlapPolicy], isRunning: Bool, default defaultPolicy: APIScheduleOverlapPolicy = .skip
    ) -> OverlapPlan {
        let starts = policies.enumerated().map { OverlapPlan.Start(number: Int64($0 + 1), policy: $1) }
        return OverlapPlan(starts, isRunning: isRunning, default: defaultPolicy)
    }

    @Test func withNothingRunningTheFirstStarts() {
        for policy: APIScheduleOverlapPolicy in [.skip, .bufferOne, .bufferAll, .cancelOther, .terminateOther] {
            let found = plan([policy], isRunning: false)
            #expect(found.starts == [1] && found.exclusive == 1 && found.kept.isEmpty && found.skipped.isEmpty)
        }
    }

    @Test func skippedWhileAnotherRuns() {
        #expect(plan([.skip, .skip], isRunning: true).skipped == [1, 2])
        #expect(plan([.skip, .skip], isRunning: false).skipped == [2])
    }

    @Test func oneWaitsAndTheOthersAreSkipped() {
        let found = plan([.bufferOne, .bufferOne, .bufferOne], isRunning: true)
        #expect(found.kept == [1] && found.skipped == [2, 3])
    }

    @Test func allWait() {
        #expect(plan([.bufferAll, .bufferAll, .bufferAll], isRunning: true).kept == [1, 2, 3])
        #expect(plan([.bufferAll, .bufferAll], isRunning: false).kept == [2])
    }

    @Test func theOtherIsToEnd() {
        let cancel = plan([.cancelOther, .cancelOther], isRunning: true)
        #expect(cancel.cancels && !cancel.terminates && cancel.kept == [1, 2] && cancel.starts.isEmpty)
        #expect(plan([.cancelOther, .terminateOther], isRunning: true).terminates)
    }

    @Test func whatHasNotBegunIsReplaced() {
        let found = plan([.cancelOther, .cancelOther, .terminateOther], isRunning: false)
        #expect(found.starts == [3] && found.exclusive == 3 && found.replaced == [1, 2])
        #expect(!found.cancels && !found.terminates)
    }

    @Test func allowAllAlwaysStartsAndDoesNotCount() {
        let found = plan([.allowAll, .skip, .allowAll], isRunning: false)
        #expect(found.starts == [1, 2, 3] && found.exclusive == 2)
        #expect(plan([.allowAll], isRunning: true).starts == [1])
    }

    @Test func theSchedulesOwnPolicyHoldsUnlessAStartHasOne() {
        #expect(plan([.unspecified], isRunning: true, default: .bufferAll).kept == [1])
        #expect(plan([.skip], isRunning: true, default: .bufferAll).skipped == [1])
    }
}
