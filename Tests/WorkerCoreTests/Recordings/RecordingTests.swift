import Foundation
import Testing
import WireAPI

@testable import WorkerCore

/// The worker core hears what a real server told the Python SDK, and must say what the Python SDK said.
struct RecordingTests {
    @Test(arguments: Recording.names)
    func saysWhatThePythonSDKSaid(name: String) throws {
        let recording = try Recording(name)
        var shell = TestShell(RecordedPrograms.program(name))
        try #require(!recording.tasks.isEmpty)
        for (index, task) in recording.tasks.enumerated() where !task.kind.isEmpty {
            let comment = Comment(rawValue: "task \(index) of \(name)")
            if task.kind == "failed" {
                // The program failed here on purpose; its instance is gone.
                #expect(task.failedCause == .workflowWorkerUnhandledFailure, comment)
                shell.evict()
                continue
            }
            let outcome = shell.work(on: task.poll, resetTo: task.resetTo)
            if task.kind == "query" {
                #expect(outcome.query != nil, comment)
                continue
            }
            let completion = try #require(outcome.completion, comment)
            #expect(completion.request.taskToken == task.poll.taskToken)
            #expect(completion.request.commands.map(\.summary) == task.commands.map(\.summary), comment)
            #expect(completion.request.messages.map(\.id) == task.messages.map(\.id), comment)
            for (ours, theirs) in zip(completion.request.messages, task.messages) {
                #expect(ours.protocolInstanceID == theirs.protocolInstanceID, comment)
                #expect(ours.body.typeURL == theirs.body.typeURL, comment)
            }
            if name.hasSuffix("-uncached") { shell.evict() }
        }
        #expect(shell.restarts.isEmpty)
        #expect(shell.fetches.isEmpty)
    }

    @Test(arguments: Recording.names)
    func replaysWhatThePythonSDKWrote(name: String) throws {
        let recording = try Recording(name)
        var shell = TestShell(RecordedPrograms.program(name))
        guard case .replayed = shell.replay(recording.history) else {
            Issue.record("\(name) did not replay")
            return
        }
        #expect(shell.state?.isClosed == true)
        #expect(shell.activations.allSatisfy { $0.isReplaying })
        let whole = shell.activations

        for size in [1, 2, 3, 7] {
            var paged = TestShell(RecordedPrograms.program(name))
            let events = recording.history.events
            paged.fetch = { fetch in
                guard case .page(let token) = fetch, let first = Int(String(decoding: token, as: UTF8.self)) else {
                    return ([], Data())
                }
                let page = Array(events.dropFirst(first).prefix(size))
                let isLast = first + page.count >= events.count
                return (page, isLast ? Data() : Data("\(first + page.count)".utf8))
            }
            var first = APIHistory()
            first.events = Array(events.prefix(size))
            guard case .replayed = paged.replay(first, nextPageToken: Data("\(size)".utf8)) else {
                Issue.record("\(name) did not replay in pages of \(size)")
                continue
            }
            #expect(paged.activations == whole, "pages of \(size)")
        }
    }

    /// A sticky task that reaches a worker which has nothing cached makes it fetch the history.
    @Test(arguments: Recording.names)
    func rebuildsOnACacheMiss(name: String) throws {
        let recording = try Recording(name)
        for (index, task) in recording.tasks.enumerated() where task.kind == "completed" {
            var poll = task.poll
            let all = poll.history.events
            // As if it were sticky: only what is new since the last completed task.
            let previous = poll.previousStartedEventID
            let events =
                all.first?.eventID == 1 ? all : recording.history.events.filter { $0.eventID <= previous } + all
            poll.history.events = all.filter { $0.eventID > previous }
            var shell = TestShell(RecordedPrograms.program(name))
            shell.fetch = { _ in (events, Data()) }
            let completion = try #require(shell.work(on: poll).completion, "task \(index)")
            #expect(completion.request.commands.map(\.summary) == task.commands.map(\.summary), "task \(index)")
            #expect(shell.fetches == (previous > 0 ? [.fromStart] : []), "task \(index)")
        }
    }
}
