import DeterminismPrograms
import Foundation
import Millrace
import Testing
import WorkerCore

@Workflow
private actor Waiter {
    @Query private var count = 0
    @Query private var notes: [String] = []

    func run(kind: String) async throws -> [String] {
        switch kind {
        case "sleep":
            let before = Workflow.now
            try await Workflow.sleep(for: .seconds(90))
            try await Workflow.sleep(for: .zero)
            try await Workflow.sleep(until: before)
            notes.append("\(Workflow.now.timeIntervalSince(before))")
        case "until": try await Workflow.sleep(until: Workflow.now.addingTimeInterval(60))
        case "timeout":
            do {
                try await Workflow.wait(upTo: .seconds(5)) { self.count > 0 }
                notes.append("met")
            } catch let error as WaitTimedOut { notes.append("\(error)") }
        case "uncaught": try await Workflow.wait(upTo: .seconds(5)) { self.count > 0 }
        case "true": try await Workflow.wait(upTo: .seconds(5)) { true }
        case "order":
            for index in 0..<5 {
                Workflow.task {
                    try await Workflow.wait { self.count > 0 }
                    self.notes.append("\(index)")
                }
            }
            try await Workflow.wait { self.notes.count == 5 }
        case "chain":
            for index in (0..<3).reversed() {
                Workflow.task {
                    try await Workflow.wait { self.count > index }
                    self.count += 1
                    self.notes.append("\(index)")
                }
            }
            try await Workflow.wait { self.notes.count == 3 }
        default: break
        }
        return notes
    }

    @Signal func increment() { count += 1 }
}

@Suite struct WaitingTests {
    private func waiter(_ kind: String) throws -> Player {
        try Player.started(Waiter.self, [BoundaryValue(kind)])
    }

    @Test func timers() throws {
        let player = try waiter("sleep")
        #expect(player.lines.last == "timer #1 90s")
        #expect(player.wants(.fireTimer(seq: 1)) == [#"complete(["1.0"])"#])
    }

    @Test func sleepUntil() throws {
        #expect(try waiter("until").lines.last == "timer #1 60s")
    }

    @Test func conditionInTime() throws {
        let player = try waiter("timeout")
        #expect(player.lines.last == "timer #1 5s")
        #expect(try player.wants(.signal("increment")) == ["cancel timer #1", #"complete(["met"])"#])
    }

    @Test func conditionTooLate() throws {
        let player = try waiter("timeout")
        #expect(
            player.wants(.fireTimer(seq: 1))
                == [#"complete(["the condition did not come true within 5 s"])"#])
    }

    @Test func conditionAndTimeoutInOneActivation() throws {
        let player = try waiter("timeout")
        #expect(
            try player.wants(.signal("increment"), .fireTimer(seq: 1)) == ["cancel timer #1", #"complete(["met"])"#])
    }

    @Test func timeoutThatIsNotCaughtFailsTheRun() throws {
        let player = try waiter("uncaught")
        #expect(
            player.wants(.fireTimer(seq: 1)) == ["fail the condition did not come true within 5 s"])
    }

    @Test func conditionThatIsTrueNeedsNoTimer() throws {
        let lines = try waiter("true").lines
        #expect(lines.last == "complete([])", "\(lines)")
    }

    @Test func conditionsGoOnInTheOrderOfTheirWaits() throws {
        let player = try waiter("order")
        #expect(try player.wants(.signal("increment")) == [#"complete(["0","1","2","3","4"])"#])
    }

    @Test func oneConditionMakesTheNextTrue() throws {
        let player = try waiter("chain")
        #expect(try player.wants(.signal("increment")) == [#"complete(["0","1","2"])"#])
    }
}

@Workflow
private actor Stopping {
    func run(kind: String) async throws -> String {
        switch kind {
        case "sleep": try await Workflow.sleep(for: .hours(1))
        case "wait": try await Workflow.wait { false }
        case "waitUpTo": try await Workflow.wait(upTo: .hours(1)) { false }
        case "activity": return try await step("a")
        case "swallow":
            try? await Workflow.sleep(for: .hours(1))
            return "went on, cancelled: \(Task.isCancelled), \(Workflow.isCancelRequested)"
        case "shield":
            do { try await Workflow.sleep(for: .hours(1)) } catch {
                return try await Workflow.shield { try await step("clean up") }
            }
        case "alone":
            let task = Workflow.task { try await step("a") }
            task.cancel()
            do { return try await task.value } catch { return "\(type(of: error))" }
        case "self":
            let task = Workflow.task { try await Workflow.sleep(for: .hours(1)) }
            async let other = step("b")
            _ = try await other
            task.cancel()
            try await task.value
        default: break
        }
        return "end"
    }

    @Signal func late() async throws {
        let result = try await step("late")
        Workflow.logger.info("\(result) \(Task.isCancelled)")
    }
}

@Suite struct CancellationTests {
    private func stopping(_ kind: String, services: WorkflowServices = WorkflowServices()) throws -> Player {
        try Player.started(Stopping.self, [BoundaryValue(kind)], services: services)
    }

    @Test func cancelEndsWaits() throws {
        #expect(try stopping("sleep").wants(.cancelWorkflow(reason: "")) == ["cancel timer #1", "cancelled"])
        #expect(try stopping("wait").wants(.cancelWorkflow(reason: "")) == ["cancelled"])
        #expect(try stopping("waitUpTo").wants(.cancelWorkflow(reason: "")) == ["cancel timer #1", "cancelled"])
    }

    @Test func cancelledActivitiesAreAskedToStop() throws {
        let player = try stopping("activity")
        // The player answers the request as the core does.
        #expect(player.wants(.cancelWorkflow(reason: "")) == ["cancel activity #1"])
        #expect(player.lines.suffix(2) == ["> cancelled #1", "cancelled"])
    }

    @Test func cancellationMayBeSwallowed() throws {
        #expect(
            try stopping("swallow").wants(.cancelWorkflow(reason: "")).last
                == #"complete("went on, cancelled: true, true")"#)
    }

    @Test func shieldedCodeGoesOn() throws {
        let player = try stopping("shield")
        #expect(
            player.wants(.cancelWorkflow(reason: "")) == ["cancel timer #1", #"activity #1 step("clean up")"#])
        #expect(player.wants(.completed(1, #""clean""#)) == [#"complete("clean")"#])
    }

    @Test func taskThatIsCancelledBeforeItStartsSchedulesNothing() throws {
        #expect(try stopping("alone").lines.last == #"complete("CancellationError")"#)
    }

    @Test func cancellingOneTaskDoesNotCancelTheWorkflow() throws {
        let player = try stopping("self")
        #expect(player.wants(.completed(1, #""b""#)) == ["cancel timer #1", "fail Cancelled"])
    }

    @Test func handlersOfACancelledWorkflowAreNotBornCancelled() throws {
        let (services, log) = LogRecorder.services()
        let player = try stopping("shield", services: services)
        _ = player.wants(.cancelWorkflow(reason: ""))
        #expect(try player.wants(.signal("late")) == [#"activity #2 step("late")"#])
        #expect(player.wants(.completed(2, #""answer""#)).isEmpty)
        #expect(log.all == ["answer false"])
    }

    @Test func cancelWithTheStart() throws {
        let player = try Player(Stopping.self)
        let start = try Player.start(Stopping.self, [BoundaryValue("sleep")])
        #expect(
            player.wants(.start(start), .cancelWorkflow(reason: ""))
                == ["timer #1 3600s", "cancel timer #1", "cancelled"])
    }
}
