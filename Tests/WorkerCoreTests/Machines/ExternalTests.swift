import Foundation
import Testing
import WireAPI

@testable import WorkerCore

struct ExternalTests {
    /// The first task, then one with what `fill` adds after it. Returns the jobs of the second.
    private func jobs(
        _ body: @escaping (TestWorkflow) -> Void, _ fill: (inout TestHistory) -> Void
    ) throws -> [ActivationJob] {
        var (shell, history) = (TestShell(body), TestHistory.started())
        _ = shell.work(on: history.poll())
        history.taskCompleted()
        fill(&history)
        history.taskStarted()
        _ = try #require(shell.work(on: history.poll(previous: 3, from: 4)).completion)
        return shell.activations.dropFirst().flatMap(\.jobs)
    }

    @Test func signalIsDelivered() throws {
        let jobs = try jobs(
            { $0.signal("hello", to: "other") }, { $0.signalDelivered($0.signalInitiated("hello", to: "other")) })
        #expect(jobs == [.resolveSignalExternal(seq: 1, failure: nil)])
    }

    @Test func signalFails() throws {
        let jobs = try jobs(
            { $0.signal("hello", to: "other") }, { $0.signalFailed($0.signalInitiated("hello", to: "other")) })
        guard case .resolveSignalExternal(seq: 1, let failure?)? = jobs.first else {
            Issue.record("not failed")
            return
        }
        #expect(failure.applicationFailureInfo.type == "ExternalWorkflowExecutionNotFound")
    }

    @Test func signalCanBeTakenBackUntilItIsSent() throws {
        var failures: [APIFailureFailure?] = []
        var shell = TestShell { workflow in
            let signal = workflow.signal("hello", to: "other") { failures.append($0) }
            workflow.emit(.cancelSignalExternal(seq: signal))
        }
        let completion = try #require(shell.work(on: TestHistory.started().poll()).completion)
        #expect(completion.request.commands.isEmpty)
        #expect(failures.map { $0?.canceledFailureInfo } == [APICanceledFailureInfo()])
    }

    @Test func signalThatWasSentGoesItsWay() throws {
        let jobs = try jobs(
            { workflow in
                let signal = workflow.signal("hello", to: "other")
                workflow.onSignal = { _ in workflow.emit(.cancelSignalExternal(seq: signal)) }
            },
            { history in
                let initiated = history.signalInitiated("hello", to: "other")
                history.signal("take back")
                history.signalDelivered(initiated)
            })
        #expect(jobs.count == 2)
        #expect(jobs.last == .resolveSignalExternal(seq: 1, failure: nil))
    }

    @Test func cancelIsDelivered() throws {
        let jobs = try jobs({ $0.cancelOther("other") }, { $0.cancelDelivered($0.cancelInitiated("other")) })
        #expect(jobs == [.resolveCancelExternal(seq: 1, failure: nil)])
    }

    @Test func cancelFails() throws {
        let jobs = try jobs({ $0.cancelOther("other") }, { $0.cancelFailed($0.cancelInitiated("other")) })
        guard case .resolveCancelExternal(seq: 1, let failure?)? = jobs.first else {
            Issue.record("not failed")
            return
        }
        #expect(failure.message == "Unable to cancel external workflow because it was not found")
        #expect(failure.applicationFailureInfo.type == "ExternalWorkflowExecutionNotFound")
    }
}
