import Foundation
import Testing
import WireAPI

@testable import WorkerCore

/// However a history reaches the worker (sticky or whole, in pages of any size, evicted at any moment), the code hears
/// the same and the server is told the same.
struct SplitTests {
    struct Life {
        var history: TestHistory
        var polls: [APIPollWorkflowTaskQueueResponse]
        /// What was answered to each poll.
        var commands: [[String]]
        /// What the code heard, from its beginning, as of each poll.
        var heard: [Activation]
    }

    /// A run's whole life on one worker with a sticky cache.
    private func live(seed: UInt64, tasks: Int) throws -> Life {
        var server = SimulatedServer(seed: seed &* 31)
        var shell = TestShell(RandomProgram.body(seed: seed))
        var life = Life(history: TestHistory(), polls: [], commands: [], heard: [])
        for index in 0..<tasks where !server.isClosed {
            if index > 0 { server.letTimePass() }
            let poll = try server.task(sticky: index > 0, page: nil)
            let completion = try #require(shell.work(on: poll).completion, "seed \(seed), task \(index)")
            life.polls.append(poll)
            life.commands.append(completion.request.commands.map(\.summary))
            server.complete(completion.request)
        }
        life.history = server.history
        life.heard = shell.activations
        return life
    }

    /// What the code heard, without what tells a replay from the first time.
    private func normalized(_ activations: [Activation]) -> [Activation] {
        activations.map { activation in
            var activation = activation
            activation.isReplaying = false
            activation.runID = ""
            activation.jobs = activation.jobs.compactMap { job in
                switch job {
                case .notifyHasPatch: return nil
                case .update(var update):
                    update.runValidator = true
                    // A rejected update leaves no trace: at replay the code never hears of it.
                    return update.name == "bad" ? nil : .update(update)
                default: return job
                }
            }
            return activation
        }.filter { !$0.jobs.isEmpty }
    }

    @Test(arguments: 1...60)
    func anySplitGivesTheSame(seed: UInt64) throws {
        let life = try live(seed: seed, tasks: 25)
        var dice = Dice(seed: seed &+ 1_000_000)
        for _ in 0..<3 {
            try check(life, seed: seed, &dice)
        }
    }

    private func check(_ life: Life, seed: UInt64, _ dice: inout Dice) throws {
        var shell = TestShell(RandomProgram.body(seed: seed))
        let history = life.history
        for (index, original) in life.polls.enumerated() {
            if dice.once(in: 4) { shell.evict() }
            var poll = original
            let last = poll.startedEventID
            let isSticky = dice.once(in: 2)
            let from = isSticky ? poll.previousStartedEventID + 1 : 1
            let size = 1 + dice.roll(dice.once(in: 2) ? 6 : 60)
            let whole = history.poll(started: last, previous: poll.previousStartedEventID, from: from, page: size)
            poll.history = whole.history
            poll.nextPageToken = whole.nextPageToken
            let sizes = dice
            shell.fetch = { fetch in
                var sizes = sizes
                switch fetch {
                case .fromStart: return history.page(.start, size: 1 + sizes.roll(20), last: last)
                case .page(let token): return history.page(.token(token), size: 1 + sizes.roll(20), last: last)
                }
            }
            let wasCached = shell.state != nil
            let before = shell.activations.count
            let completion = try #require(shell.work(on: poll).completion, "seed \(seed), task \(index)")
            #expect(completion.request.commands.map(\.summary) == life.commands[index], "seed \(seed), task \(index)")
            let heard = normalized(Array(shell.activations.dropFirst(before)))
            let until = normalized(life.heard.filter { $0.historyLength <= last })
            #expect(heard == Array(until.suffix(heard.count)), "seed \(seed), task \(index)")
            if !wasCached { #expect(heard.count == until.count, "seed \(seed), task \(index)") }
        }
        #expect(shell.restarts.isEmpty)
    }

    @Test(arguments: 1...60)
    func everyLifeReplays(seed: UInt64) throws {
        let life = try live(seed: seed, tasks: 25)
        var shell = TestShell(RandomProgram.body(seed: seed))
        if let failure = shell.replay(life.history.wire).failure {
            Issue.record("seed \(seed): \(failure.failure.message)")
        }
        #expect(normalized(shell.activations) == normalized(life.heard), "seed \(seed)")
    }

    /// Code with another seed does something else, and that is found, unless it happens to do the same.
    @Test(arguments: 1...30)
    func otherCodeDoesNotReplay(seed: UInt64) throws {
        let life = try live(seed: seed, tasks: 25)
        let other = RandomProgram.body(seed: seed + 1)
        var shell = TestShell(other)
        let outcome = shell.replay(life.history.wire)
        if outcome.failure == nil {
            #expect(normalized(shell.activations) == normalized(life.heard), "seed \(seed)")
        } else {
            #expect(outcome.failure?.cause != .unspecified)
        }
    }
}
