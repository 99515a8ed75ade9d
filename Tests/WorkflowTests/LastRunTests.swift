import DeterminismPrograms
import Millrace
import Testing
import WireAPI
import WorkerCore

@Workflow
private actor Following {
    func run() async throws -> String {
        let last = try Workflow.lastResult(as: [Int].self)
        let failure = Workflow.lastFailure as? ApplicationFailure
        return "\(last ?? []) \(failure?.message ?? "no failure")"
    }
}

/// What a run sees of the one before it.
@Suite struct LastRunTests {
    private func wanted(
        after change: (inout APIWorkflowExecutionStartedEventAttributes) throws -> Void
    ) throws -> [String] {
        var start = try Player.start(Following.self)
        try change(&start.attributes)
        return try Player(Following.self).wants(.start(start))
    }

    @Test func theFirstRunSeesNothing() throws {
        #expect(try wanted { _ in } == [#"complete("[] no failure")"#])
    }

    @Test func aRunSeesTheLastResultAndTheFailureSince() throws {
        let lines = try wanted { attributes in
            attributes.lastCompletionResult = try DefaultPayloadConverter().payloads(from: [BoundaryValue([1, 2])])
            attributes.continuedFailure.message = "broken"
            attributes.continuedFailure.applicationFailureInfo.type = "Broken"
        }
        #expect(lines == [#"complete("[1, 2] broken")"#])
    }

    @Test func aResultOfAnotherTypeIsSaidToBe() throws {
        let lines = try wanted { attributes in
            attributes.lastCompletionResult = try DefaultPayloadConverter().payloads(from: [BoundaryValue("text")])
        }
        #expect(lines.count == 1 && lines[0].hasPrefix("TASK FAILED"))
    }

    @Test func outsideOfWorkflowsThereIsNoRunBefore() throws {
        #expect(try Workflow.lastResult(as: Int.self) == nil)
        #expect(Workflow.lastFailure == nil)
    }
}
