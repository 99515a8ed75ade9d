import DeterminismPrograms
import Millrace
import Testing
import WireAPI
import WorkerCore

@Workflow
private actor Caller {
    func run(kind: String) async throws -> String {
        switch kind {
        case "noTimeout":
            return try await Workflow.execute(activity: "x", returning: String.self, options: ActivityOptions())
        case "catch":
            do { return try await step("a") } catch let failure as ActivityFailure { return "caught \(failure)" }
        case "wrongType":
            let number: Int = try await Workflow.execute(
                activity: "x", options: ActivityOptions(startToClose: .seconds(1)))
            return "\(number)"
        case "void":
            try await Workflow.execute(activity: "x", 1, "two", options: ActivityOptions(scheduleToClose: .seconds(1)))
            return "done"
        default: return try await step("a")
        }
    }
}

@Suite struct ActivityCallTests {
    private func attributes(_ result: ActivationResult) -> APIScheduleActivityTaskCommandAttributes? {
        guard case .success(let commands) = result else { return nil }
        for case .scheduleActivity(let activity) in commands { return activity.attributes }
        return nil
    }

    @Test func stubsCarryNamesArgumentsAndLayeredOptions() throws {
        let player = try Player(Asker.self)
        let start = try Player.start(Asker.self, [BoundaryValue(["q"])])
        let price = try #require(attributes(player.activate([.start(start)])))
        #expect(price.activityType.name == "price")
        #expect(CommandText.text(price.input) == #"("tea", 2)"#)
        #expect(price.startToCloseTimeout.seconds == 15)
        #expect(!price.hasRetryPolicy)
        #expect(price.requestEagerExecution)
        let buy = try #require(attributes(player.activate([.completed(1, "40")])))
        #expect(buy.activityType.name == "shop.buy")
        #expect(buy.startToCloseTimeout.seconds == 1)
        #expect(buy.retryPolicy.maximumAttempts == 1, "what a call says wins over the declaration")
        let close = try #require(attributes(player.activate([.completed(2, #""bought""#)])))
        #expect(close.activityType.name == "close")
        #expect(player.wants(.completed(3)) == ["complete([40,6])"])
    }

    @Test func containersRunTheirMethods() async throws {
        let activities = Shop(name: "corner").registeredActivities
        #expect(activities.map(\.name) == ["price", "shop.buy", "close", nil])
        let converter = DefaultPayloadConverter()
        func call(_ index: Int, _ values: BoundaryValue...) async throws -> String {
            let arguments = Arguments(try converter.payloads(from: values), converter: converter)
            let result = try await activities[index].run("name", arguments)
            return CommandText.text(try converter.payloads(from: [result]))
        }
        #expect(try await call(0, BoundaryValue("tea"), BoundaryValue(3)) == "(9)")
        #expect(try await call(0, BoundaryValue("tea")) == "(3)", "a default argument stands in for a missing one")
        #expect(try await call(1, BoundaryValue(Order(item: "tea", count: 1))) == #"("corner: tea")"#)
        #expect(try await call(2) == "()")
        #expect(try await call(3, BoundaryValue(1), BoundaryValue(2)) == "(2)")
        await #expect(throws: ArgumentError.self) { try await call(0) }
    }

    @Test func aTimeoutMustBeSet() throws {
        let player = try Player.started(Caller.self, [BoundaryValue("noTimeout")])
        #expect(player.lines.last?.contains("startToClose or scheduleToClose must be set for activity 'x'") == true)
        #expect(player.lines.last?.hasPrefix("TASK FAILED") == true)
    }

    @Test func failuresFailTheRunUnlessCaught() throws {
        let failing = try Player.started(Caller.self, [BoundaryValue("plain")])
        #expect(failing.wants(.failed(1, "no")) == ["fail Activity task failed"])
        let catching = try Player.started(Caller.self, [BoundaryValue("catch")])
        #expect(
            catching.wants(.failed(1, "no")) == [#"complete("caught activity 'step' failed: Broken: no")"#])
    }

    @Test func resultsOfAnotherTypeFailTheTask() throws {
        let player = try Player.started(Caller.self, [BoundaryValue("wrongType")])
        #expect(player.wants(.completed(1, #""text""#))[0].hasPrefix("TASK FAILED expected Int, got \"text\""))
    }

    @Test func activitiesWithoutResult() throws {
        let player = try Player.started(Caller.self, [BoundaryValue("void")])
        #expect(player.lines.last == #"activity #1 x(1, "two")"#)
        #expect(player.wants(.completed(1)) == [#"complete("done")"#])
    }
}
