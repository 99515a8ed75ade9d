import Testing
import WireAPI
import WireRPC

@testable import Millrace

@Suite struct RPCRetryTests {
    @Test func callsBackOffAndGiveUpAfterTenSeconds() async {
        let service = FakeService()
        service.on(WorkflowService.getSystemInfo) { _, _ in throw RPCError(.unavailable, "down") }
        let clock = SkippingClock()
        let caller = ServiceCaller(connection: service, clock: clock)
        await #expect(throws: RPCError.self) {
            try await caller.call(WorkflowService.getSystemInfo, APIGetSystemInfoRequest())
        }
        let sleeps = clock.sleeps.map(\.inSeconds)
        #expect(sleeps.reduce(0, +) <= 10)
        #expect(sleeps.count >= 6)
        for (index, sleep) in sleeps.enumerated() {
            var expected = 0.1
            for _ in 0..<index { expected *= 1.7 }
            expected = min(expected, 5)
            #expect((expected * 0.8 - 1e-6...expected * 1.2 + 1e-6).contains(sleep), "pause \(index) was \(sleep)")
        }
    }

    @Test func theSameRequestIsRepeatedUntilItSucceeds() async throws {
        let service = FakeService()
        service.on(WorkflowService.startWorkflowExecution) { _, count in
            if count < 3 { throw RPCError(.internal, "hiccup") }
            return .with { $0.runID = "r" }
        }
        let client = Client(service: ServiceCaller(connection: service, clock: SkippingClock()), namespace: "n")
        let run = try await client.start(workflow: "W", id: "w", taskQueue: "q")
        #expect(run.resultRunID == "r")
        let requests = service.requests(WorkflowService.startWorkflowExecution)
        #expect(requests.count == 4)
        #expect(Set(requests.map(\.requestID)).count == 1)
        #expect(requests.allSatisfy { !$0.requestID.isEmpty })
    }

    @Test(arguments: [
        RPCError.Code.invalidArgument, .notFound, .alreadyExists, .permissionDenied, .failedPrecondition,
        .unimplemented, .unauthenticated, .deadlineExceeded, .cancelled,
    ])
    func othersAreNotRepeated(_ code: RPCError.Code) {
        #expect(RPCRetry.calls.pause(after: RPCError(code, ""), attempt: 1, elapsed: .zero, random: 0.5) == nil)
    }

    @Test(arguments: [
        RPCError.Code.dataLoss, .internal, .unknown, .resourceExhausted, .aborted, .outOfRange, .unavailable,
    ])
    func theseAreRepeated(_ code: RPCError.Code) {
        #expect(RPCRetry.calls.pause(after: RPCError(code, ""), attempt: 1, elapsed: .zero, random: 0.5) != nil)
    }

    @Test func anExhaustedServerIsLeftAloneForASecond() {
        let pause = RPCRetry.calls.pause(
            after: RPCError(.resourceExhausted, "busy"), attempt: 1, elapsed: .zero, random: 0)
        #expect(pause == .seconds(1))
        let tooLarge = RPCError(.resourceExhausted, "grpc: received message larger than max (5 vs. 4)")
        #expect(RPCRetry.calls.pause(after: tooLarge, attempt: 1, elapsed: .zero, random: 0) == nil)
    }

    @Test func pollsNeverGiveUp() {
        for attempt in [1, 2, 10, 1000] {
            let pause = RPCRetry.polls.pause(
                after: RPCError(.unavailable, ""), attempt: attempt, elapsed: .seconds(86_400), random: 0.5)
            let expected = attempt == 1 ? 0.2 : attempt == 2 ? 0.4 : 10
            #expect(pause == .seconds(expected))
        }
        #expect(
            RPCRetry.polls.pause(after: RPCError(.deadlineExceeded, ""), attempt: 1, elapsed: .zero, random: 0.5)
                != nil)
        #expect(
            RPCRetry.polls.pause(after: RPCError(.invalidArgument, ""), attempt: 1, elapsed: .zero, random: 0.5)
                == nil)
    }

    @Test func aCancelledTaskDoesNotGoOn() async {
        let service = FakeService()
        service.on(WorkflowService.getSystemInfo) { _, _ in throw RPCError(.unavailable, "down") }
        let caller = ServiceCaller(connection: service)
        let task = Task { try await caller.poll(WorkflowService.getSystemInfo, APIGetSystemInfoRequest()) }
        await service.calls(of: WorkflowService.getSystemInfo)
        task.cancel()
        let result = await task.result
        #expect(throws: RPCError.self) { try result.get() }
    }
}

@Suite struct RetryPolicyTests {
    @Test func theDefaultsAreTheServers() {
        let wire = RetryPolicy.default.wire
        #expect(wire.initialInterval.seconds == 1)
        #expect(wire.backoffCoefficient == 2)
        #expect(!wire.hasMaximumInterval)
        #expect(wire.maximumAttempts == 0)
        #expect(RetryPolicy(wire: wire) == .default)
    }

    @Test func pausesGrowUpToAHundredTimesTheFirst() {
        let policy = RetryPolicy.default
        #expect(policy.pause(afterAttempt: 1) == .seconds(1))
        #expect(policy.pause(afterAttempt: 4) == .seconds(8))
        #expect(policy.pause(afterAttempt: 8) == .seconds(100))
        #expect(policy.pause(afterAttempt: 1_000_000) == .seconds(100))
        #expect(RetryPolicy.every(.seconds(3)).pause(afterAttempt: 1_000_000) == .seconds(3))
    }

    @Test func whatTheServerWouldRefuseIsFoundEarly() throws {
        try RetryPolicy.upTo(5).validate()
        let bad = [
            RetryPolicy(initialInterval: .seconds(-1)), RetryPolicy(backoffCoefficient: 0.5),
            RetryPolicy(backoffCoefficient: .nan), RetryPolicy(maximumInterval: .milliseconds(1)),
            RetryPolicy(maximumAttempts: -1),
        ]
        for policy in bad { #expect(throws: InvalidOptions.self) { try policy.validate() } }
    }

    @Test func activitiesNeedATimeout() {
        #expect(throws: InvalidOptions.self) { try ActivityOptions().validate(activity: "a") }
        #expect(throws: Never.self) { try ActivityOptions(scheduleToClose: .seconds(1)).validate(activity: "a") }
        #expect(throws: InvalidOptions.self) {
            try ActivityOptions(startToClose: .seconds(1), heartbeatTimeout: .seconds(-1)).validate(activity: "a")
        }
    }

    @Test func optionsLayer() {
        let container = ActivityOptions(startToClose: .seconds(1), retry: .never, taskQueue: "a")
        let call = ActivityOptions(startToClose: .seconds(2), summary: "s")
        let merged = call.overriding(container)
        #expect(merged == ActivityOptions(startToClose: .seconds(2), retry: .never, taskQueue: "a", summary: "s"))
    }
}
