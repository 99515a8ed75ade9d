import DeterminismPrograms
import Millrace
import Testing
import WireAPI
import WorkerCore

@Suite struct HandlerTests {
    private func cart(_ items: [String] = ["a"], with jobs: [ActivationJob] = []) throws -> Player {
        try Player.started(Cart.self, [BoundaryValue(items)], with: jobs)
    }

    @Test func initTakesTheArgumentsOfRun() throws {
        let player = try cart(["a", "b"])
        #expect(player.lines == [#"> start(["a","b"])"#])
        #expect(player.wants(try .signal("pay")) == [#"complete({"count":2,"item":"a+b"})"#])
    }

    @Test func initThatThrowsFailsTheTask() throws {
        let player = try cart(Array(repeating: "x", count: 10))
        #expect(player.lines.last?.contains("too many") == true)
    }

    @Test func signalsThatComeWithTheStartAreHandledFirst() throws {
        let player = try cart(with: [.signal("pay")])
        #expect(player.lines.last == #"complete({"count":1,"item":"a"})"#)
    }

    @Test func asynchronousSignalHandlersWait() throws {
        let player = try cart(["a", "b"])
        #expect(player.wants(try .signal("drop-item", BoundaryValue("a"))) == [#"activity #1 step("drop a")"#])
        #expect(player.wants(.completed(1, #""x""#), try .query("items")) == [#"answer q(["b"])"#])
    }

    @Test func unknownSignalsGoToTheDynamicHandler() throws {
        let player = try cart()
        #expect(player.wants(try .signal("hello", BoundaryValue(1))).isEmpty)
        #expect(player.wants(try .query("otherSignals")) == [#"answer q(["hello"])"#])
    }

    @Test func unknownSignalsAreLoggedAndIgnored() throws {
        let (services, log) = LogRecorder.services()
        let player = try Player.started(Plain.self, services: services)
        #expect(player.wants(try .signal("hello")).isEmpty)
        #expect(log.all == ["a signal without a handler arrived and was kept aside"])
        #expect(player.wants(.completed(1, #""x""#)) == [#"complete("x")"#])
    }

    @Test func signalsWithWrongArgumentsAreDropped() throws {
        let (services, log) = LogRecorder.services()
        let player = try Player.started(Cart.self, [BoundaryValue(["a"])], services: services)
        #expect(player.wants(try .signal("drop-item", BoundaryValue(7))).isEmpty)
        #expect(log.all.first?.hasPrefix("signal dropped: argument 1 is not a String") == true)
    }

    @Test func queriesReadPropertiesAndMethods() throws {
        let player = try cart(["a", "b", "a"])
        #expect(player.wants(try .query("state")) == [#"answer q("open")"#])
        #expect(player.wants(try .query("count", BoundaryValue("a"))) == ["answer q(2)"])
        #expect(
            player.wants(try .query("what")) == [
                "answer q failed: unknown query 'what'; this workflow knows 'items', 'state', 'count', 'otherSignals'"
            ])
        #expect(player.wants(try .query("count"))[0].contains("argument 1 of type String is missing"))
    }

    @Test func updatesAreValidatedAcceptedAndAnswered() throws {
        let player = try cart()
        #expect(player.wants(try .update("add", BoundaryValue(""))) == ["update u1 rejected: an item needs a name"])
        #expect(
            player.wants(try .update("add", BoundaryValue("b"), BoundaryValue(2)))
                == ["update u1 accepted", "update u1 completed(3)"])
        #expect(
            player.wants(try .update("add", BoundaryValue(""), runValidator: false))
                == ["update u1 accepted", "update u1 completed(4)"], "validators do not run at replay")
        #expect(player.wants(try .update("clear")) == ["update u1 accepted", "update u1 completed()"])
        #expect(
            player.wants(try .update("what")) == [
                "update u1 rejected: unknown update 'what'; this workflow knows 'add', 'clear'"
            ])
    }

    @Test func dynamicWorkflowsTakeAnyType() throws {
        let instance = WorkflowInstance(
            runID: "r", types: try WorkflowTypes([AnyType.self, Plain.self]), services: WorkflowServices())
        var start = try Player.start(AnyType.self, [BoundaryValue("x")])
        start.workflowType = "Whatever"
        let result = instance.activate(Activation(runID: "r", jobs: [.start(start)]))
        #expect(CommandText.lines(result) == [#"complete("Whatever x")"#])
    }

    @Test func unknownTypesFailTheTask() throws {
        let instance = WorkflowInstance(
            runID: "r", types: try WorkflowTypes([Plain.self]), services: WorkflowServices())
        var start = try Player.start(Plain.self)
        start.workflowType = "Whatever"
        let result = instance.activate(Activation(runID: "r", jobs: [.start(start)]))
        #expect(
            CommandText.lines(result) == [
                "TASK FAILED workflow type 'Whatever' is not registered on this worker, which knows 'Plain'"
            ])
    }

    @Test func wrongArgumentsFailTheTask() throws {
        let player = try Player.started(Cart.self, [BoundaryValue(7)])
        #expect(player.lines.last?.hasPrefix("TASK FAILED argument 1 is not a Array<String>") == true)
    }

    @Test func twoTypesOfOneNameAreRefused() {
        #expect(throws: InvalidOptions.self) { try WorkflowTypes([Plain.self, Plain.self]) }
    }

    @Test func definitionsSayWhatTheSourceSays() {
        let definition = Cart.workflowDefinition
        #expect(definition.name == "cart")
        #expect(definition.signals.map(\.name) == ["pay", "drop-item", nil])
        #expect(definition.queries.map(\.name) == ["items", "state", "count", "otherSignals"])
        #expect(definition.queries.first?.summary == "What is in the cart.")
        #expect(definition.updates.map(\.name) == ["add", "clear"])
        #expect(Cart.run(items: ["a"]).workflowType == "cart")
        #expect(Cart.run(items: ["a"]).arguments.count == 2)
        #expect(Cart.drop("x").name == "drop-item")
        #expect(Cart.stage.name == "state")
        #expect(Cart.add("x", count: 2).arguments.count == 2)
    }
}
