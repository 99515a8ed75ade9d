import Testing

@testable import MillraceMacros

@Suite struct WorkflowMacroTests {
    private func members(_ body: String, head: String = "@Workflow actor Test") throws -> String {
        let expansion = try Expansion("\(head) {\n\(body)\n}")
        #expect(expansion.messages.isEmpty)
        return expansion.members.joined(separator: "\n")
    }

    @Test func executorCallsAndEntryPoints() throws {
        let text = try members("func run(limit: Int, _ name: String = \"x\") async throws -> [String] { [] }")
        #expect(text.contains("nonisolated let millraceExecutor = Millrace.InstanceExecutor()"))
        #expect(text.contains("nonisolated var unownedExecutor: UnownedSerialExecutor"))
        #expect(text.contains("typealias Output = [String]"))
        #expect(
            text.contains(
                "nonisolated static func run(limit: Int, _ name: String = \"x\") -> Millrace.WorkflowCall<Test>"))
        #expect(text.contains("[Millrace.BoundaryValue(limit), Millrace.BoundaryValue(name)]"))
        #expect(text.contains("let value0 = try arguments.decode((Int).self, at: 0)"))
        #expect(
            text.contains("arguments.count > 1 ? try arguments.decode((String).self, at: 1) : \"x\""))
        #expect(text.contains("return Millrace.BoundaryValue(try await workflow.run(limit: value0, value1))"))
    }

    @Test func conformance() throws {
        let expansion = try Expansion("@Workflow actor Test { func run() {} }")
        #expect(expansion.extensions == ["extension Test: Millrace.WorkflowDefinition {}"])
    }

    @Test func namesAndAccess() throws {
        let text = try members(
            "public func run() async throws {}\n@Signal(\"go-on\") public func goOn() {}",
            head: "@Workflow(\"other\") public actor Test")
        #expect(text.contains("public nonisolated static func run() -> Millrace.WorkflowCall<Test>"))
        #expect(text.contains("Millrace.WorkflowCall(\"other\", [])"))
        #expect(text.contains("public nonisolated struct Handle"))
        #expect(text.contains(".init(\"go-on\", [])"))
        #expect(!text.contains("internal "))
    }

    @Test func queriesOfProperties() throws {
        let text = try members(
            """
            func run() {}
            @Query var a = 1
            @Query private(set) var b: [String: Int] = [:]
            @Query var c = [Story]()
            @Query var d: Int { 3 }
            """)
        #expect(text.contains("static var a: Millrace.QueryCall<Test, Int>"))
        #expect(text.contains("static var b: Millrace.QueryCall<Test, [String: Int]>"))
        #expect(text.contains("static var c: Millrace.QueryCall<Test, [Story]>"))
        #expect(text.contains("static var d: Millrace.QueryCall<Test, Int>"))
        #expect(text.contains("get async throws"))
    }

    @Test func effectsAreThoseOfTheMethods() throws {
        let text = try members("func run() {}\n@Signal func a() throws {}\n@Update func b() async -> Int { 1 }")
        #expect(text.contains("        workflow.run()\n"))
        #expect(text.contains("try workflow.a()"))
        #expect(text.contains("Millrace.BoundaryValue(await workflow.b())"))
    }

    @Test func whatAWorkflowMustBe() throws {
        #expect(
            try Expansion("@Workflow struct Test { func run() {} }").messages
                == ["1: @Workflow belongs on an actor: a workflow is state that one task at a time may touch"])
        #expect(try Expansion.message("") == "a workflow needs a method 'run'")
        #expect(try Expansion.message("func run() {}\nfunc run(a: Int) {}") == "a workflow has one method 'run'")
        #expect(
            try Expansion.message("func run<T>(a: T) {}") == "'run' is called by name and cannot be generic")
        #expect(
            try Expansion.message("func run(a: Int...) {}")
                == "'run' is called from far away: its parameters cannot be inout or variadic")
        #expect(
            try Expansion.message("func run() {}", attribute: "@Workflow(dynamic: true)")
                == "'run' of a dynamic workflow has the one parameter '_ arguments: Arguments'")
    }

    @Test func initialisers() throws {
        #expect(
            try Expansion.message("init(a: String) {}\nfunc run(a: Int) {}")
                == "the initialiser of a workflow has the parameters of 'run', or none")
        #expect(
            try Expansion.message("init() async {}\nfunc run() {}")
                == "the initialiser of a workflow cannot wait; do that in 'run'")
        let text = try members("init(with a: Int) throws {}\ninit() {}\nfunc run(a: Int) {}")
        #expect(text.contains("return try Test(with: value0)"))
    }

    @Test func handlers() throws {
        let run = "func run() {}\n"
        #expect(
            try Expansion.message(run + "@Signal func a() -> Int { 1 }")
                == "nobody waits for a signal: it cannot return anything; use @Update")
        #expect(
            try Expansion.message(run + "@Query func a() async -> Int { 1 }")
                == "a query only reads, and cannot be async")
        #expect(try Expansion.message(run + "@Query func a() {}") == "a query must return something")
        #expect(
            try Expansion.message(run + "@Query var a = make()")
                == "the macro cannot see the type of 'a'; write it: 'var a: …'")
        #expect(try Expansion.message(run + "@Signal var a = 1") == "@Signal belongs on a method")
        #expect(
            try Expansion.message(run + "@Signal(\"x\") func a() {}\n@Signal func x() {}")
                == "there are two signal handlers for \"x\"")
        #expect(
            try Expansion.message(run + "@Signal(dynamic: true) func a(b: Int) {}")
                == "a dynamic handler has the parameters 'name: String, arguments: Arguments'")
        #expect(
            try Expansion.message(run + "@Validator func validateB() throws {}\n@Update func a() {}")?
                .hasPrefix("'validateB' belongs to no update") == true)
        #expect(
            try Expansion.message(run + "@Validator func validateA() throws {}\n@Update func a(b: Int) {}")
                == "'validateA' must have the parameters of 'a'")
    }
}

@Suite struct ActivitiesMacroTests {
    @Test func stubsAndEntryPoints() throws {
        let expansion = try Expansion(
            """
            @Activities(startToClose: .seconds(15))
            public struct Shop {
                public func price(of item: String) async throws -> Int { 1 }
                @Activity("buy-it", retry: .upTo(5)) public func buy() {}
                private func helper() {}
                static func make() {}
            }
            """)
        #expect(expansion.messages.isEmpty)
        let text = expansion.members.joined(separator: "\n")
        #expect(text.contains("public nonisolated struct Stub: Millrace.ActivityStub"))
        #expect(
            text.contains("public nonisolated(nonsending) func price(of item: String) async throws -> Int"))
        #expect(
            text.contains("options: self.options.overriding(Millrace.ActivityOptions(startToClose: .seconds(15)))"))
        #expect(
            text.contains(
                "Millrace.ActivityOptions(retry: .upTo(5)).overriding(Millrace.ActivityOptions(startToClose: .seconds(15)))"
            ))
        #expect(text.contains("activity: \"buy-it\""))
        #expect(!text.contains("helper"))
        #expect(!text.contains("make"))
        #expect(expansion.extensions == ["extension Shop: Millrace.ActivityContainer {}"])
    }

    @Test func aTimeoutMustBeSet() throws {
        let source = """
            @Activities(retry: .never)
            struct Shop {
                @Activity(startToClose: .seconds(1)) func good() {}
                func bad() {}
            }
            """
        let messages = try Expansion(source).messages
        #expect(messages.count == 1)
        #expect(messages[0].hasPrefix("4: set startToClose or scheduleToClose"))
    }

    @Test func actorsAreAwaited() throws {
        let text = try Expansion("@Activities(startToClose: .seconds(1)) actor Shop { func count() -> Int { 1 } }")
            .members.joined()
        #expect(text.contains("await container.count()"))
    }

    @Test func whatContainersMustBe() throws {
        func messages(_ source: String) throws -> [String] { try Expansion(source).messages }
        #expect(
            try messages("@Activities enum Shop {}")
                == ["1: @Activities belongs on a struct, a final class or an actor"])
        #expect(
            try messages("@Activities struct Shop<T> {}")
                == ["1: activities are called by name, so their type cannot be generic"])
        #expect(
            try messages("@Activities struct Shop {}")
                == ["1: warning: there is no activity: every method is private or static"])
        #expect(
            try messages(
                "@Activities(startToClose: .seconds(1)) struct Shop { func a() {}; @Activity(\"a\") func b() {} }")
                == ["1: there are two activities named 'a'; give one a name with @Activity(\"…\")"])
        #expect(
            try messages("@Activities(startToClose: .seconds(1)) struct Shop { mutating func a() {} }")
                == ["1: activities run side by side, so one cannot change its struct; use an actor"])
    }
}
