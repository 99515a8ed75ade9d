import Foundation
import Millrace

/// How a program crosses from one isolation to another between its steps. The crossings must not show in what it does.
package enum Hop: String, CaseIterable, Codable, Sendable {
    case none, nonisolated, concurrent, otherActor

    /// Crosses and comes back.
    func cross() async {
        switch self {
        case .none: break
        case .nonisolated: await nonisolatedHop()
        case .concurrent: await concurrentHop()
        case .otherActor: await Elsewhere().visit()
        }
    }
}

func nonisolatedHop() async {}

@concurrent func concurrentHop() async {}

actor Elsewhere {
    private var visits = 0

    func visit() { visits += 1 }

    /// Awaits an activity in another isolation than the workflow's.
    func call(_ name: String) async throws -> String { try await step(name) }
}

/// An activity whose result is its argument.
func step(_ name: String) async throws -> String {
    try await Workflow.execute(
        activity: "step", name, returning: String.self, options: ActivityOptions(startToClose: .seconds(10)))
}

@concurrent func concurrentStep(_ name: String) async throws -> String { try await step(name) }

/// `async let`, started in program order and ending in any order.
@Workflow
package actor AsyncLets {
    func run(hop: Hop) async throws -> [String] {
        async let a = three("a", hop)
        async let b = three("b", hop)
        await hop.cross()
        let c = try await step("c")
        await hop.cross()
        async let d = concurrentStep("d")
        return try await [a, b, c, d]
    }

    private func three(_ name: String, _ hop: Hop) async throws -> String {
        _ = try await step(name + "1")
        await hop.cross()
        _ = try await step(name + "2")
        await hop.cross()
        return try await step(name + "3")
    }
}

/// A task group that fans out, with children that go on in several steps.
@Workflow
package actor Groups {
    private var seen: [String] = []

    func run(hop: Hop) async throws -> [String] {
        try await withThrowingTaskGroup(of: String.self) { group in
            for index in 0..<5 {
                group.addTask {
                    await hop.cross()
                    let first = try await step("first\(index)")
                    await hop.cross()
                    await self.note(first)
                    return try await step("second\(index)")
                }
            }
            await hop.cross()
            for try await result in group { seen.append(result) }
        }
        return seen
    }

    private func note(_ name: String) { seen.append(name) }
}

/// `Workflow.task`, conditions and timers that wake each other.
@Workflow
package actor Conditions {
    private var count = 0

    func run(hop: Hop) async throws -> [String] {
        var tasks: [Task<String, any Error>] = []
        for goal in [3, 1, 2, 2] {
            tasks.append(
                Workflow.task {
                    try await Workflow.wait { self.count >= goal }
                    await hop.cross()
                    return try await step("goal\(goal)")
                })
        }
        let ticks = Workflow.task {
            for tick in 1...3 {
                try await Workflow.sleep(for: .seconds(tick))
                await hop.cross()
                self.count += 1
            }
        }
        await hop.cross()
        try await Workflow.wait(upTo: .minutes(5)) { self.count == 3 }
        var results: [String] = []
        for task in tasks { results.append(try await task.value) }
        try await ticks.value
        return results
    }
}

/// Work that takes turns through streams and continuations of the program's own.
@Workflow
package actor Streams {
    func run(hop: Hop) async throws -> [String] {
        let (stream, continuation) = AsyncStream<Int>.makeStream()
        async let produced: Void = {
            for index in 0..<3 {
                _ = try await step("make\(index)")
                await hop.cross()
                continuation.yield(index)
            }
            continuation.finish()
        }()
        var results: [String] = []
        for await index in stream {
            await hop.cross()
            results.append(try await step("use\(index)"))
        }
        try await produced
        return results
    }
}

/// Awaits inside another actor, and calls back from it.
@Workflow
package actor OtherActors {
    private let elsewhere = Elsewhere()
    private var notes: [String] = []

    func run(hop: Hop) async throws -> [String] {
        async let a = elsewhere.call("a")
        async let b = elsewhere.call("b")
        async let c = both("c", hop)
        await hop.cross()
        notes += try await [a, b, c]
        return notes
    }

    private func both(_ name: String, _ hop: Hop) async throws -> String {
        let first = try await elsewhere.call(name + "1")
        await hop.cross()
        notes.append(first)
        return try await elsewhere.call(name + "2")
    }
}

/// A child of a group fails and its siblings are cancelled; then a shield runs to its end although it is cancelled.
@Workflow
package actor Cancellations {
    private var notes: [String] = []

    func run(hop: Hop) async throws -> [String] {
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<3 {
                    group.addTask {
                        do {
                            await hop.cross()
                            if index == 0 { try await Workflow.sleep(for: .hours(1)) }
                            _ = try await step("work\(index)")
                        } catch {
                            await hop.cross()
                            await self.note("stopped\(index)")
                            throw error
                        }
                    }
                }
                group.addTask {
                    try await Workflow.sleep(for: .seconds(5))
                    await hop.cross()
                    throw ApplicationFailure("enough")
                }
                // The first error leaves the group, which cancels the others.
                for try await _ in group {}
            }
        } catch {
            notes.append("caught")
        }
        let cleaned = Workflow.task {
            try await Workflow.shield { [notes] in
                for note in notes { _ = try await step("clean-\(note)") }
                return notes.count
            }
        }
        cleaned.cancel()
        await hop.cross()
        notes.append("\(try await cleaned.value)")
        return notes
    }

    private func note(_ text: String) { notes.append(text) }
}

/// A workflow that is cancelled from outside while it does several things.
@Workflow
package actor Stopped {
    func run(hop: Hop) async throws -> String {
        async let slow = step("slow")
        async let timer: Void = Workflow.sleep(for: .hours(1))
        await hop.cross()
        do {
            try await timer
            return try await slow
        } catch  where Task.isCancelled {
            await hop.cross()
            let undone = try await Workflow.shield { try await step("undo") }
            _ = undone
            throw error
        }
    }
}

/// Signal handlers that run beside `run` and beside each other.
@Workflow
package actor Signalled {
    private var names: [String] = []

    func run(hop: Hop) async throws -> [String] {
        try await Workflow.wait { self.names.count >= 4 }
        await hop.cross()
        try await Workflow.wait { Workflow.allHandlersFinished }
        return names
    }

    @Signal func add(_ name: String, hop: Hop) async throws {
        names.append(name)
        await hop.cross()
        let result = try await step(name)
        await hop.cross()
        names.append(result + "!")
    }
}

/// Random numbers, ids and time.
@Workflow
package actor Chances {
    func run(hop: Hop) async throws -> [String] {
        var random = Workflow.random
        var results = ["\(Int.random(in: 1...1_000_000, using: &random))"]
        await hop.cross()
        results.append("\(Workflow.uuid())")
        _ = try await step("between")
        results.append("\(["a", "b", "c", "d", "e"].shuffled(using: &random))")
        results.append("\(Workflow.now.timeIntervalSince1970)")
        return results
    }
}
