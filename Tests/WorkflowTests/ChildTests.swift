import DeterminismPrograms
import Millrace
import Testing
import WireAPI
import WorkerCore

@Workflow
private actor Child {
    func run(name: String) async throws -> String { name }
    @Signal func poke(_ text: String) {}
}

@Workflow
private actor Parent {
    func run(kind: String) async throws -> String {
        switch kind {
        case "execute": return try await Workflow.executeChild(Child.run(name: "a"), id: "child")
        case "twice":
            let child = try await Workflow.startChild(Child.run(name: "a"))
            async let first = child.result
            async let second = child.result
            return try await first + second + child.result
        case "signal":
            let child = try await Workflow.startChild(Child.run(name: "a"), id: "child")
            try await child.signal(Child.poke("x"))
            try child.cancel(reason: "enough")
            return try await child.result
        case "external":
            let other = Workflow.external(Child.self, id: "other")
            try await other.signal(Child.poke("x"))
            try await other.cancel()
            try await Workflow.signal("poke", 1, "two", workflowID: "third")
        default: break
        }
        return "end"
    }
}

@Suite struct ChildTests {
    private func parent(_ kind: String) throws -> Player {
        try Player.started(Parent.self, [BoundaryValue(kind)])
    }

    private func started(_ seq: Int) -> ActivationJob { .resolveChildStart(seq: seq, .started(runID: "child-run")) }

    private func completed(_ seq: Int) throws -> ActivationJob {
        .resolveChild(seq: seq, .completed(try DefaultPayloadConverter().payloads(from: [BoundaryValue("r")])))
    }

    @Test func startAndResult() throws {
        let player = try parent("execute")
        #expect(player.lines.last == #"child #1 Child("a")"#)
        #expect(player.wants(started(1)).isEmpty)
        #expect(try player.wants(completed(1)) == [#"complete("r")"#])
    }

    @Test func startAndEndInOneActivation() throws {
        #expect(try parent("execute").wants(started(1), completed(1)) == [#"complete("r")"#])
    }

    @Test func severalMayWaitForTheResult() throws {
        #expect(try parent("twice").wants(started(1), completed(1)) == [#"complete("rrr")"#])
    }

    @Test func refusedStartFailsTheRun() throws {
        let refusal = ActivationJob.resolveChildStart(
            seq: 1, .failed(cause: .workflowAlreadyExists, workflowID: "child", workflowType: "Child"))
        #expect(
            try parent("execute").wants(refusal)
                == ["fail a workflow with the id is running or may not be started again"])
    }

    @Test func cancellingTheParentCancelsTheChild() throws {
        let waiting = try parent("execute")
        _ = waiting.wants(started(1))
        #expect(waiting.wants(.cancelWorkflow(reason: "")) == ["cancel child #1"])
        var failure = APIFailureFailure()
        failure.childWorkflowExecutionFailureInfo = .init()
        failure.cause = .with { $0.canceledFailureInfo = .init() }
        #expect(waiting.wants(.resolveChild(seq: 1, .canceled(failure))) == ["cancelled"])
    }

    @Test func signalAndCancel() throws {
        let player = try parent("signal")
        #expect(player.wants(started(1)) == [#"signal #1 poke("x") to child"#])
        #expect(player.wants(.resolveSignalExternal(seq: 1, failure: nil)) == ["cancel child #1"])
    }

    @Test func externalWorkflows() throws {
        let player = try parent("external")
        #expect(player.lines.last == #"signal #1 poke("x") to other"#)
        #expect(player.wants(.resolveSignalExternal(seq: 1, failure: nil)) == ["cancel workflow #1 other"])
        #expect(
            player.wants(.resolveCancelExternal(seq: 1, failure: nil)) == [#"signal #2 poke(1, "two") to third"#])
        var failure = APIFailureFailure()
        failure.message = "not found"
        #expect(player.wants(.resolveSignalExternal(seq: 2, failure: failure)) == ["fail not found"])
    }
}
