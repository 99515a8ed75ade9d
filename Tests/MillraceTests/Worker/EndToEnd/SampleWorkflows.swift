import Foundation
import Millrace
import Synchronization

struct Story: Codable, Sendable, Equatable {
    var title: String
    var posted: Date
}

/// Counts what was called, so that tests can see what ran and how often.
final class Calls: Sendable {
    private let counts = Mutex<[String: Int]>([:])
    /// What an activity that is completed elsewhere has left here.
    let token = Mutex<Data?>(nil)

    @discardableResult
    func note(_ name: String) -> Int {
        counts.withLock { counts in
            counts[name, default: 0] += 1
            return counts[name] ?? 0
        }
    }

    func count(_ name: String) -> Int { counts.withLock { $0[name] ?? 0 } }
}

@Activities(startToClose: .seconds(15))
struct SampleActivities {
    let calls = Calls()

    func storyIDs(limit: Int) async throws -> [Int] { Array(1...limit) }

    func story(id: Int) async throws -> Story {
        Story(title: "story \(id)", posted: Date(timeIntervalSince1970: Double(id) + 0.25))
    }

    @Activity(retry: RetryPolicy(initialInterval: .milliseconds(50)))
    func flaky(failures: Int) async throws -> Int {
        let attempt = calls.note("flaky")
        if attempt <= failures { throw ApplicationFailure("attempt \(attempt) failed", type: "Flaky") }
        return Activity.info.attempt
    }

    @Activity(retry: .never)
    func refuses() async throws {
        throw ApplicationFailure(
            "refused", type: "Refused", details: FailureDetails(.init("detail")),
            cause: ApplicationFailure("inner", type: "Inner"))
    }

    @Activity(heartbeatTimeout: .seconds(1))
    func endless() async throws -> String {
        calls.note("endless")
        while true {
            Activity.heartbeat(calls.count("endless"))
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    @Activity(heartbeatTimeout: .milliseconds(500), retry: .never)
    func falls(silent: String) async throws {
        Activity.heartbeat(silent)
        while true { try await Task.sleep(for: .milliseconds(50)) }
    }

    @Activity(retry: .never)
    func large(bytes: Int) async throws -> Data { Data(repeating: 7, count: bytes) }

    /// The first attempt reports where it is and fails; the second goes on from there.
    @Activity(heartbeatTimeout: .seconds(10), retry: .every(.milliseconds(50)))
    func resumes() async throws -> Int {
        if let done = try Activity.heartbeatDetails(as: Int.self) { return done + Activity.info.attempt }
        Activity.heartbeat(40)
        throw ApplicationFailure("not yet")
    }

    @Activity(startToClose: .seconds(30))
    func elsewhere() async throws -> String {
        calls.token.withLock { $0 = Activity.info.taskToken }
        throw Activity.completesElsewhere
    }

    @Activity(startToClose: .milliseconds(300), retry: .never)
    func slow() async throws { try await Task.sleep(for: .seconds(30)) }
}

/// Two activities, one after the other.
@Workflow actor TwoSteps {
    func run(limit: Int) async throws -> [Story] {
        let ids = try await SampleActivities.stub.storyIDs(limit: limit)
        var stories: [Story] = []
        for id in ids { stories.append(try await SampleActivities.stub.story(id: id)) }
        return stories
    }
}

/// Many activities at once.
@Workflow actor FanOut {
    func run(count: Int) async throws -> [String] {
        try await withThrowingTaskGroup(of: (Int, Story).self) { group in
            for id in 1...count { group.addTask { (id, try await SampleActivities.stub.story(id: id)) } }
            var titles = [String](repeating: "", count: count)
            for try await (id, story) in group { titles[id - 1] = story.title }
            return titles
        }
    }
}

@Workflow actor Approval {
    @Query private(set) var stage = "waiting"
    private var names: [String] = []

    func run() async throws -> [String] {
        try await Workflow.wait { self.names.count >= 2 }
        stage = "sleeping"
        try await Workflow.sleep(for: .milliseconds(100))
        stage = "done"
        return names
    }

    @Signal func approve(by name: String) { names.append(name) }

    @Update func add(_ name: String) async throws -> Int {
        names.append(name)
        return names.count
    }

    @Validator func validateAdd(_ name: String) throws {
        if name.isEmpty { throw ApplicationFailure("a name is needed", type: "NoName") }
    }
}

/// Waits for an activity that never ends, until it is cancelled.
@Workflow actor Cancellable {
    func run() async throws -> String {
        do {
            return try await SampleActivities.stub.endless()
        } catch  where Task.isCancelled {
            let cleaned = try await Workflow.shield { try await SampleActivities.stub.storyIDs(limit: 1) }
            throw CanceledFailure("cleaned \(cleaned.count)")
        }
    }
}

@Workflow actor Failing {
    func run(how: String) async throws -> Int {
        switch how {
        case "own": throw ApplicationFailure("own failure", type: "Own", nonRetryable: true)
        case "activity": try await SampleActivities.stub.refuses()
        case "slow": try await SampleActivities.stub.slow()
        case "flaky": return try await SampleActivities.stub.flaky(failures: 2)
        default: throw ApplicationFailure("?")
        }
        return 0
    }
}

/// Calls one activity and returns what it says, as text.
@Workflow actor Calling {
    func run(what: String, bytes: Int) async throws -> String {
        let activities = SampleActivities.stub
        switch what {
        case "resumes": return "\(try await activities.resumes())"
        case "elsewhere": return try await activities.elsewhere()
        case "silent":
            try await activities.falls(silent: "last word")
            return ""
        case "large": return "\(try await activities.large(bytes: bytes).count)"
        case "unregistered":
            let options = ActivityOptions(startToClose: .seconds(5), retry: .never)
            return try await Workflow.execute(activity: "unheardOf", returning: String.self, options: options)
        default: return what
        }
    }
}

@Workflow actor Counting {
    func run(from: Int, to: Int) async throws -> Int {
        try await Workflow.sleep(for: .milliseconds(1))
        if from < to { throw Workflow.continueAsNew(Counting.run(from: from + 1, to: to)) }
        return from
    }
}

/// Counts its signals until there are twenty.
@Workflow actor Tally {
    @Query private(set) var count = 0

    func run() async throws { try await Workflow.wait { self.count >= 20 } }

    @Signal func add() { count += 1 }
}

@Workflow actor Parent {
    func run(limit: Int) async throws -> Int {
        try await Workflow.executeChild(TwoSteps.run(limit: limit)).count
    }
}
