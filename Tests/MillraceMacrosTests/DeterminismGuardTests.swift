import Testing

@testable import MillraceMacros

@Suite struct DeterminismGuardTests {
    /// The messages for a statement inside `run`, and the statement after its fix-its.
    private func check(_ statement: String, members: String = "") throws -> (messages: [String], fixed: String) {
        let head = "@Workflow actor Test {\n\(members)\nfunc run() async throws {\n"
        let expansion = try Expansion(head + statement + "\n}\n}")
        let messages = expansion.messages.map { $0.split(separator: ": ", maxSplits: 1).last.map(String.init) ?? "" }
        return (messages, String(expansion.fixed.dropFirst(head.count).dropLast(4)))
    }

    @Test(arguments: [
        ("let now = Date()", "let now = Workflow.now"),
        ("let now = Date.now", "let now = Workflow.now"),
        ("let id = UUID()", "let id = Workflow.uuid()"),
        ("try await Task.sleep(for: .seconds(5))", "try await Workflow.sleep(for: .seconds(5))"),
        ("try await Task.sleep(nanoseconds: 5)", "try await Workflow.sleep(for: .nanoseconds(5))"),
        ("Task { try await work() }", "Workflow.task { try await work() }"),
        ("let task = Task.detached { 1 }", "let task = Workflow.task { 1 }"),
        ("Task.immediate { 1 }", "Workflow.task { 1 }"),
        ("let dice = Int.random(in: 1...6)", "let dice = Int.random(in: 1...6, using: &random)"),
        ("let coin = Bool.random()", "let coin = Bool.random(using: &random)"),
        ("names.shuffle()", "names.shuffle(using: &random)"),
        ("let name = names.randomElement()", "let name = names.randomElement(using: &random)"),
        ("group.addImmediateTask { 1 }", "group.addTask { 1 }"),
        ("var random = SystemRandomNumberGenerator()", "var random = Workflow.random"),
    ])
    func isReportedAndFixed(_ source: String, _ fixed: String) throws {
        let result = try check(source)
        #expect(result.messages.count == 1, "\(result.messages)")
        #expect(result.fixed == fixed)
        #expect(try check(fixed).messages.isEmpty, "the fix is accepted")
    }

    @Test(arguments: [
        "await Task.yield()", "let data = try await URLSession.shared.data(from: url)",
        "DispatchQueue.main.async { }", "Thread.sleep(forTimeInterval: 1)", "usleep(5)",
        "let clock = ContinuousClock()", "let now = ContinuousClock.now", "try await Task.sleep(until: x)",
        "await MainActor.run { }", "let files = FileManager.default", "Task { @MainActor in }",
        "let soon = Date(timeIntervalSinceNow: 5)",
    ])
    func isReported(_ source: String) throws {
        #expect(try !check(source).messages.isEmpty)
    }

    @Test(arguments: [
        "let now = Workflow.now", "let date = Date(timeIntervalSince1970: 0)", "try Task.checkCancellation()",
        "if Task.isCancelled { }", "let id = UUID(uuidString: text)", "group.addTask { 1 }",
        "let dice = Int.random(in: 1...6, using: &random)", "let task: Task<Int, Never>", "struct A { let a = Date() }",
        "model.random(seed: 3)", "async let a = work()",
    ])
    func isLeftAlone(_ source: String) throws {
        #expect(try check(source).messages == [])
    }

    @Test func mainActorMembers() throws {
        #expect(
            try Expansion.message("func run() {}\n@MainActor func a() {}")?.hasPrefix("@MainActor would take") == true)
    }

    @Test func unorderedLoopsThatSchedule() throws {
        let members = "var counts: [String: Int] = [:]\nlet names = Set<String>()\nlet list: [Int] = []"
        #expect(
            try check("for (a, b) in counts { try await work(a) }", members: members).fixed
                == "for (a, b) in counts.sorted { $0.key < $1.key } { try await work(a) }")
        #expect(
            try check("for name in self.names { group.addTask { 1 } }", members: members).fixed
                == "for name in self.names.sorted() { group.addTask { 1 } }")
        #expect(
            try check("for key in counts.keys { Workflow.task { 1 } }", members: members).fixed
                == "for key in counts.keys.sorted() { Workflow.task { 1 } }")
        #expect(try check("for key in counts.keys { print(key) }", members: members).messages == [])
        #expect(try check("for a in list { try await work(a) }", members: members).messages == [])
        #expect(try check("for a in counts.sorted(by: <) { try await work(a) }", members: members).messages == [])
    }
}
