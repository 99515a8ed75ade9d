import Foundation
import Millrace
import Testing
import WireAPI

/// What a schedule starts and its rules, on their way to the server and back.
@Suite struct ScheduleActionTests {
    private let everything = WorkflowOptions(
        executionTimeout: .hours(3), runTimeout: .hours(2), taskTimeout: .seconds(5), retry: .upTo(3),
        memo: ["note": "x"], searchAttributes: [.keyword("Stage", "one")], summary: "sum", details: "det",
        priority: Priority(2, fairnessKey: "t"))

    @Test func everyOptionOfTheActionTravels() async throws {
        let header = Payload(encoding: "binary/plain", data: Data([1]))
        let action = ScheduleAction.run(
            workflow: "W", "a", 2, id: "w", taskQueue: "q", options: everything, headers: ["trace": header])
        let wire = try await action.wire(.default)
        #expect(wire.workflowType.name == "W")
        #expect(wire.workflowID == "w")
        #expect(wire.taskQueue.name == "q")
        #expect(wire.input.payloads.map { String(decoding: $0.data, as: UTF8.self) } == ["\"a\"", "2"])
        #expect(wire.workflowExecutionTimeout.seconds == 3 * 3600)
        #expect(wire.workflowRunTimeout.seconds == 2 * 3600)
        #expect(wire.workflowTaskTimeout.seconds == 5)
        #expect(wire.retryPolicy.maximumAttempts == 3)
        #expect(wire.searchAttributes.indexedFields["Stage"]?.metadata["type"] == Data("Keyword".utf8))
        #expect(wire.priority.fairnessKey == "t")
        #expect(wire.header.fields["trace"]?.data == Data([1]))

        let back = ScheduleAction(wire: wire, converter: .default)
        #expect(back.executionTimeout == .hours(3))
        #expect(back.runTimeout == .hours(2))
        #expect(back.taskTimeout == .seconds(5))
        #expect(back.retry == .some(.upTo(3)))
        #expect(back.priority == Priority(2, fairnessKey: "t"))
        #expect(back.searchAttributes[.keyword("Stage")] == "one")
        #expect(try await back.memo.value(String.self, "note") == "x")
        #expect(try await back.summary == "sum")
        #expect(try await back.details == "det")
        #expect(try await back.headers == ["trace": header])
        #expect(try await back.arguments.decode(String.self, at: 0) == "a")
        #expect(try await back.arguments.decode(Int.self, at: 1) == 2)
        #expect(try await back.wire(.default) == wire)
    }

    @Test func whatIsSetAnewReplacesWhatCame() async throws {
        let wire = try await ScheduleAction.run(workflow: "W", 1, id: "w", taskQueue: "q", options: everything)
            .wire(.default)
        var action = ScheduleAction(wire: wire, converter: .default)
        action.replace(workflow: "V", "new")
        action.set(memo: [:])
        action.set(summary: nil)
        action.set(details: "other")
        action.set(headers: [:])
        action.runTimeout = nil
        action.retry = nil
        action.priority = nil
        action.searchAttributes = []
        let changed = try await action.wire(.default)
        #expect(changed.workflowType.name == "V")
        #expect(changed.input.payloads.map(\.data) == [Data("\"new\"".utf8)])
        #expect(!changed.hasMemo && !changed.hasHeader && !changed.hasRetryPolicy && !changed.hasPriority)
        #expect(!changed.hasWorkflowRunTimeout && changed.hasWorkflowExecutionTimeout)
        #expect(!changed.hasSearchAttributes)
        #expect(!changed.userMetadata.hasSummary)
        #expect(changed.userMetadata.details.data == Data("\"other\"".utf8))
        #expect(try await action.arguments.decode(String.self, at: 0) == "new")
        #expect(try await action.details == "other")
    }

    @Test func payloadsThatNobodyTouchesStayAsTheyAre() async throws {
        let foreign = APIPayload.with {
            $0.metadata = ["encoding": Data("binary/secret".utf8)]
            $0.data = Data([9, 9])
        }
        let wire = APINewWorkflowExecutionInfo.with {
            $0.workflowID = "w"
            $0.workflowType.name = "W"
            $0.taskQueue.name = "q"
            $0.taskQueue.kind = .normal
            $0.input.payloads = [foreign]
            $0.memo.fields = ["m": foreign]
            $0.header.fields = ["h": foreign]
            $0.userMetadata.summary = foreign
            $0.versioningOverride.autoUpgrade = true
        }
        let converter = DataConverter(codec: Refusing())
        var action = ScheduleAction(wire: wire, converter: converter)
        #expect(try await action.wire(converter) == wire)
        action.taskQueue = "other"
        var expected = wire
        expected.taskQueue.name = "other"
        #expect(try await action.wire(converter) == expected)
        await #expect(throws: ConversionError.self) { try await action.arguments }
        await #expect(throws: ConversionError.self) { try await action.memo }
    }

    @Test func theCodecGoesOverEveryPayloadButSearchAttributes() async throws {
        let converter = DataConverter(codec: Flipping())
        let action = ScheduleAction.run(
            workflow: "W", "a", id: "w", taskQueue: "q", options: everything,
            headers: ["h": Payload(encoding: "binary/plain", data: Data([1]))])
        let wire = try await action.wire(converter)
        let payloads = [
            wire.input.payloads[0], wire.memo.fields["note"], wire.header.fields["h"], wire.userMetadata.summary,
            wire.userMetadata.details,
        ]
        #expect(payloads.allSatisfy { $0?.metadata["flipped"] != nil })
        #expect(wire.searchAttributes.indexedFields["Stage"]?.metadata["flipped"] == nil)
        let back = ScheduleAction(wire: wire, converter: converter)
        #expect(try await back.arguments.decode(String.self, at: 0) == "a")
        #expect(try await back.memo.value(String.self, "note") == "x")
        #expect(try await back.summary == "sum")
        #expect(try await back.headers["h"]?.data == Data([1]))
    }

    @Test func rulesAndStateSurviveTheWire() async throws {
        let overlaps: [ScheduleOverlap] = [
            .skip, .bufferOne, .bufferAll, .cancelOther, .terminateOther, .allowAll, .other(77),
        ]
        for overlap in overlaps {
            let policy = SchedulePolicy(
                overlap: overlap, catchUpWindow: .minutes(5), pausesOnFailure: true, keepsWorkflowID: true)
            #expect(SchedulePolicy(wire: policy.wire) == policy)
        }
        #expect(SchedulePolicy(wire: .init()) == SchedulePolicy())
        let action = ScheduleAction.run(workflow: "W", id: "w", taskQueue: "q")
        let schedule = Schedule(.daily(), start: action, note: "n", isPaused: true, remainingActions: 0)
        let back = Schedule(wire: try await schedule.wire(.default), converter: .default)
        #expect(back.spec == schedule.spec)
        #expect(back.policy == schedule.policy)
        #expect(back.note == "n")
        #expect(back.isPaused)
        #expect(back.remainingActions == 0)
        let unlimited = Schedule(wire: try await Schedule(.daily(), start: action).wire(.default), converter: .default)
        #expect(unlimited.remainingActions == nil && unlimited.note == nil && !unlimited.isPaused)
    }

    @Test func schedulesThatCannotWorkAreRefused() throws {
        func problem(_ schedule: Schedule) throws -> String {
            try #require(throws: InvalidOptions.self) { try schedule.validate() }.description
        }
        func action(_ options: WorkflowOptions) -> ScheduleAction {
            .run(workflow: "W", id: "w", taskQueue: "q", options: options)
        }
        let refused = [
            WorkflowOptions(cronSchedule: "@daily"), WorkflowOptions(startDelay: .seconds(1)),
            WorkflowOptions(idReusePolicy: .rejectDuplicate), WorkflowOptions(idConflictPolicy: .useExisting),
        ]
        for options in refused {
            #expect(try problem(Schedule(.daily(), start: action(options))).contains("the schedule's spec and policy"))
        }
        let timeout = WorkflowOptions(runTimeout: .seconds(-1))
        #expect(try problem(Schedule(.daily(), start: action(timeout))).contains("runTimeout"))
        let good = action(WorkflowOptions())
        #expect(try problem(Schedule(.daily(), start: good, remainingActions: -1)).contains("remainingActions"))
        let late = SchedulePolicy(catchUpWindow: .seconds(-1))
        #expect(try problem(Schedule(.daily(), start: good, policy: late)).contains("catchUpWindow"))
        let nameless = ScheduleAction.run(workflow: "W", id: "", taskQueue: "q")
        #expect(try problem(Schedule(.daily(), start: nameless)).contains("id of the scheduled workflow"))
    }
}

/// A codec whose key is lost.
private struct Refusing: PayloadCodec {
    func encode(_ payloads: [Payload]) async throws -> [Payload] { throw ConversionError("no key") }
    func decode(_ payloads: [Payload]) async throws -> [Payload] { throw ConversionError("no key") }
}

/// A codec that turns every byte over.
struct Flipping: PayloadCodec {
    func encode(_ payloads: [Payload]) async throws -> [Payload] {
        payloads.map { payload in
            var flipped = payload
            flipped.data = Data(payload.data.map { ~$0 })
            flipped.metadata["flipped"] = Data([1])
            return flipped
        }
    }

    func decode(_ payloads: [Payload]) async throws -> [Payload] {
        payloads.map { payload in
            guard payload.metadata["flipped"] != nil else { return payload }
            var plain = payload
            plain.data = Data(payload.data.map { ~$0 })
            plain.metadata["flipped"] = nil
            return plain
        }
    }
}
