import Foundation
import Testing
import WireAPI

@testable import WorkerCore

/// Every row of the table in `PatchLedger`.
struct PatchTests {
    /// Asks for a patch with a timer on each side.
    private func asking(_ ask: @escaping (TestWorkflow) -> Bool?) -> (TestWorkflow) -> Void {
        { workflow in
            let answer = ask(workflow)
            if answer == true { workflow.activity("new way") { _ in workflow.complete() } }
            if answer == false { workflow.activity("old way") { _ in workflow.complete() } }
            if answer == nil { workflow.activity("only way") { _ in workflow.complete() } }
        }
    }

    private func patched(_ workflow: TestWorkflow) -> Bool? { workflow.patched("change") }

    private func deprecated(_ workflow: TestWorkflow) -> Bool? {
        workflow.deprecatePatch("change")
        return true
    }

    private func absent(_: TestWorkflow) -> Bool? { true }

    /// A finished run. `fill` adds what stands before the activity.
    private func history(_ activity: String, _ fill: (inout TestHistory) -> Void) -> APIHistory {
        var history = TestHistory.started()
        history.taskCompleted()
        fill(&history)
        let scheduled = history.activityScheduled("1", activity)
        history.activityStarted(scheduled)
        history.activityCompleted(scheduled)
        history.task()
        history.completed()
        return history.wire
    }

    private func replays(_ history: APIHistory, _ ask: @escaping (TestWorkflow) -> Bool?) -> WorkflowTaskFailure? {
        var shell = TestShell(asking(ask))
        return shell.replay(history).failure
    }

    @Test(arguments: [false, true])
    func newRunsGetTheMarkerAndTheUpsert(isDeprecated: Bool) throws {
        var shell = TestShell { workflow in
            if isDeprecated { workflow.deprecatePatch("change") } else { _ = workflow.patched("change") }
            workflow.activity("new way")
        }
        let commands = try #require(shell.work(on: TestHistory.started().poll()).completion).request.commands
        #expect(
            commands.map(\.summary) == [
                #"marker core_patch {"deprecated":\#(isDeprecated),"id":"change"}"#,
                #"upsert TemporalChangeVersion=["change"]"#, "activity 1 new way",
            ])
        let payload = try #require(
            commands[1].upsertWorkflowSearchAttributesCommandAttributes.searchAttributes
                .indexedFields["TemporalChangeVersion"])
        #expect(payload.metadata["encoding"] == Data("json/plain".utf8))
        #expect(payload.metadata["type"] == Data("KeywordList".utf8))
    }

    @Test func askingTwiceSendsOneMarker() throws {
        var shell = TestShell { workflow in
            workflow.deprecatePatch("change")
            workflow.deprecatePatch("change")
        }
        let commands = try #require(shell.work(on: TestHistory.started().poll()).completion).request.commands
        #expect(commands.count == 2)
    }

    @Test func theUpsertListsAllPatchesOfTheRun() throws {
        var history = TestHistory.started()
        history.taskCompleted()
        history.patchMarker("zebra")
        history.upserted("TemporalChangeVersion")
        let timer = history.timerStarted("1")
        history.timerFired("1", from: timer)
        history.taskStarted()
        var shell = TestShell { workflow in
            if workflow.patched("zebra") { workflow.timer { _ = workflow.patched("ant") } }
        }
        let commands = try #require(shell.work(on: history.poll(previous: 3)).completion).request.commands
        #expect(commands.last?.summary == #"upsert TemporalChangeVersion=["ant","zebra"]"#)
    }

    @Test func tooManyPatchesLeaveOutTheUpsert() throws {
        var shell = TestShell { workflow in
            for index in 0..<30 { _ = workflow.patched(String(repeating: "x", count: 100) + "\(index)") }
        }
        let commands = try #require(shell.work(on: TestHistory.started().poll()).completion).request.commands
        let upserts = commands.filter { $0.commandType == .upsertWorkflowSearchAttributes }
        #expect(commands.count - upserts.count == 30)
        #expect((15..<25).contains(upserts.count))
    }

    @Test(arguments: [false, true], [false, true])
    func markerInHistory(isDeprecated: Bool, hasUpsert: Bool) {
        let history = history("new way") { history in
            history.patchMarker("change", deprecated: isDeprecated)
            if hasUpsert { history.upserted("TemporalChangeVersion") }
        }
        #expect(replays(history, patched) == nil)
        #expect(replays(history, deprecated) == nil)
        let failure = replays(history, absent)
        if isDeprecated {
            #expect(failure == nil)
        } else {
            #expect(failure?.cause == .nonDeterministicError)
            #expect(failure?.failure.message.contains(#"patch "change""#) == true)
        }
    }

    @Test func noMarkerInHistory() {
        let old = history("old way") { _ in }
        #expect(replays(old, patched) == nil)
        let new = history("new way") { _ in }
        #expect(replays(new, deprecated) == nil)
        #expect(replays(new, patched)?.cause == .nonDeterministicError)
    }

    @Test func theAnnouncementComesRightAfterTheStart() throws {
        var shell = TestShell(asking(patched))
        _ = shell.replay(history("new way") { $0.patchMarker("change") })
        let first = try #require(shell.activations.first)
        #expect(first.jobs.count == 2)
        #expect(first.jobs.last == .notifyHasPatch(id: "change"))
    }

    /// The patch stands behind the timer; the marker of another, deprecated one is passed over.
    @Test func anotherDeprecatedMarkerIsSkipped() {
        let history = history("new way") { history in
            history.patchMarker("gone", deprecated: true)
            history.upserted("TemporalChangeVersion")
            history.patchMarker("change")
            history.upserted("TemporalChangeVersion")
        }
        #expect(replays(history, patched) == nil)
    }

    @Test func anotherMarkerIsNondeterminism() {
        let history = history("new way") { history in
            history.patchMarker("other")
            history.patchMarker("change")
        }
        #expect(replays(history, patched)?.cause == .nonDeterministicError)
    }

    @Test func aDeprecatedPatchMayMove() {
        var history = TestHistory.started()
        history.taskCompleted()
        let timer = history.timerStarted("1")
        history.patchMarker("change", deprecated: true)
        history.upserted("TemporalChangeVersion")
        history.timerFired("1", from: timer)
        history.task()
        history.completed()
        var shell = TestShell { workflow in
            workflow.deprecatePatch("change")
            workflow.timer { workflow.complete() }
        }
        #expect(shell.replay(history.wire).failure == nil)
        #expect(shell.state?.isClosed == true)
    }

    @Test func theListOfPatchesCannotBeWrittenByTheWorkflow() throws {
        var shell = TestShell { workflow in
            var attributes = APISearchAttributes()
            attributes.indexedFields = ["TemporalChangeVersion": APIPayload(), "Stars": APIPayload()]
            workflow.emit(.upsertSearchAttributes(attributes))
        }
        let commands = try #require(shell.work(on: TestHistory.started().poll()).completion).request.commands
        #expect(commands.map(\.summary) == ["upsert Stars="])
    }
}
