import DeterminismPrograms
import Foundation
import Millrace
import Testing
import WireAPI
import WorkerCore

@Workflow
private actor Various {
    private var done = false

    func run(kind: String) async throws -> String {
        switch kind {
        case "bug": throw Bug()
        case "failure": throw ApplicationFailure("no", type: "Refused", nonRetryable: true)
        case "cancelled": throw CancellationError()
        case "continue": throw Workflow.continueAsNew(Various.run(kind: "next"), options: .init(runTimeout: .hours(1)))
        case "other": throw Workflow.continueAsNew(Plain.run())
        case "patch":
            let first = Workflow.patched("one")
            let again = Workflow.patched("one")
            Workflow.deprecatePatch("two")
            return "\(first) \(again) \(Workflow.patched("two"))"
        case "late patch":
            _ = try await step("before")
            return "\(Workflow.patched("one"))"
        case "info":
            let info = Workflow.info
            return [
                info.workflowID, info.runID, info.workflowType, info.taskQueue, info.namespace, "\(info.attempt)",
                "\(info.historyLength)", "\(info.startTime.timeIntervalSince1970)",
            ].joined(separator: " ")
        case "log":
            Workflow.logger.info("one")
            _ = try await step("a")
            Workflow.logger.info("two")
        case "upsert":
            try Workflow.upsert(searchAttributes: [.keyword("Stage", "done"), .int("Count", 2)])
            try Workflow.upsert(memo: ["note": "nearly there"])
            let note: String? = try Workflow.memo.value(String.self, "note")
            return "\(Workflow.searchAttributes[.keyword("Stage")] ?? "") \(note ?? "")"
        case "unfinished":
            try await Workflow.wait { self.done }
        case "finished":
            try await Workflow.wait { self.done }
            try await Workflow.wait { Workflow.allHandlersFinished }
        case "random":
            var random = Workflow.random
            return "\(random.next()) \(Workflow.uuid())"
        default: break
        }
        return "end"
    }

    @Signal func slow() async throws {
        done = true
        _ = try await step("slow")
    }

    @Signal func next() throws { throw Workflow.continueAsNew(Various.run(kind: "signalled")) }
    @Signal func broken() throws { throw Bug() }
    @Signal func refuse() throws { throw ApplicationFailure("refused") }
    @Update func brokenUpdate() async throws { throw Bug() }
    @Update func refusedUpdate() async throws { throw ApplicationFailure("refused") }
}

@Suite struct LifeTests {
    private func various(_ kind: String, services: WorkflowServices = WorkflowServices()) throws -> Player {
        try Player.started(Various.self, [BoundaryValue(kind)], services: services)
    }

    @Test func unknownErrorsFailTheTaskAndNotTheRun() throws {
        #expect(try various("bug").lines.last == "TASK FAILED Bug()")
        #expect(try various("unfinished").wants(.signal("broken")) == ["TASK FAILED Bug()"])
        #expect(try various("unfinished").wants(.update("brokenUpdate")) == ["TASK FAILED Bug()"])
    }

    @Test func errorTypesMayBeDeclaredToFailTheRun() throws {
        let services = WorkflowServices(failsRun: { $0 is Bug })
        #expect(try various("bug", services: services).lines.last == "fail Bug()")
    }

    @Test func failuresFailTheRun() throws {
        #expect(try various("failure").lines.last == "fail no")
        #expect(try various("cancelled").lines.last == "fail Cancelled")
        #expect(try various("unfinished").wants(.signal("refuse")) == ["fail refused"])
        #expect(
            try various("unfinished").wants(.update("refusedUpdate"))
                == ["update u1 accepted", "update u1 failed: refused"])
    }

    @Test func continueAsNew() throws {
        #expect(try various("continue").lines.last == #"continue as Various("next")"#)
        #expect(try various("other").lines.last == "continue as Plain()")
        #expect(try various("unfinished").wants(.signal("next")) == [#"continue as Various("signalled")"#])
    }

    @Test func patchesOfANewRun() throws {
        #expect(
            try various("patch").lines.suffix(3)
                == ["patch one", "patch two deprecated", #"complete("true true true")"#])
    }

    @Test func patchesAtReplay() throws {
        let start = try Player.start(Various.self, [BoundaryValue("late patch")])
        let old = try Player(Various.self)
        _ = old.wants(.start(start), isReplaying: true)
        #expect(old.wants(.completed(1, #""x""#), isReplaying: true) == [#"complete("false")"#])
        let new = try Player(Various.self)
        _ = new.wants(.start(start), .notifyHasPatch(id: "one"), isReplaying: true)
        #expect(new.wants(.completed(1, #""x""#), isReplaying: true) == ["patch one", #"complete("true")"#])
    }

    @Test func info() throws {
        #expect(
            try various("info").lines.last
                == #"complete("workflow-1 run-1 Various queue default 1 3 1700000000.0")"#)
    }

    @Test func loggingIsSilentAtReplay() throws {
        let (services, log) = LogRecorder.services()
        let player = try Player(Various.self, services: services)
        _ = player.wants(.start(try Player.start(Various.self, [BoundaryValue("log")])), isReplaying: true)
        #expect(log.all.isEmpty)
        _ = player.wants(.completed(1, #""x""#))
        #expect(log.all == ["two"])
    }

    @Test func upserts() throws {
        #expect(
            try various("upsert").lines.suffix(3) == [
                "attributes Count,Stage", "memo note", #"complete("done nearly there")"#,
            ])
    }

    @Test func unfinishedHandlersAreReported() throws {
        let (services, log) = LogRecorder.services()
        let player = try various("unfinished", services: services)
        #expect(try player.wants(.signal("slow")) == [#"activity #1 step("slow")"#, #"complete("end")"#])
        #expect(log.all.first?.hasPrefix("the workflow ended while handlers were running") == true)
    }

    @Test func handlersMayBeWaitedFor() throws {
        let player = try various("finished")
        #expect(try player.wants(.signal("slow")) == [#"activity #1 step("slow")"#])
        #expect(player.wants(.completed(1, #""x""#)) == [#"complete("end")"#])
    }

    @Test func chanceComesFromTheSeed() throws {
        let (first, second) = (try various("random").lines, try various("random").lines)
        #expect(first == second)
        let reset = try Player(Various.self)
        let start = try Player.start(Various.self, [BoundaryValue("random")])
        _ = reset.wants(.start(start), .updateRandomSeed(7))
        #expect(reset.lines.last != first.last)
    }

    @Test func aFailedInstanceTakesNothingMore() throws {
        let player = try various("bug")
        #expect(player.wants(.fireTimer(seq: 1))[0].hasPrefix("TASK FAILED"))
    }
}

@Suite struct PlainInstanceTests {
    /// Outside of a worker the actor is an ordinary one.
    @Test func aUnitTestMayUseTheActor() async throws {
        let cart = try Cart(items: ["a"])
        await cart.pay()
        #expect(await cart.stage == "paid")
        #expect(await cart.count(of: "a") == 1)
        await #expect(throws: WorkflowMisuse.self) { try await cart.drop("a") }
    }

    @Test func readingFunctionsAnswerAsTheSystemDoes() {
        #expect(abs(Workflow.now.timeIntervalSinceNow) < 60)
        #expect(Workflow.uuid() != Workflow.uuid())
        #expect(Workflow.info.workflowID.isEmpty)
        #expect(Workflow.patched("x"))
    }
}
