import Testing

@testable import MillraceCLI

@Suite struct DevServerSettingsTests {
    private func settings(
        _ arguments: [String], _ environment: [String: String] = ["HOME": "/home/ada"]
    ) throws -> DevServerSettings {
        let context = CommandContext(
            environment: environment, standardOutput: MemorySink(), standardError: MemorySink(), terminal: .none,
            readLine: { nil }, now: { .init() }, connect: { _ in throw OperationError("not here") })
        return try DevServerSettings(try StartDevCommand.parse(arguments), context)
    }

    @Test func durableByDefault() throws {
        let plain = try settings([])
        #if os(Linux)
            #expect(plain.storage == .file(path: "/home/ada/.local/share/millrace/default.db", .full))
        #endif
        #expect(plain.makesFolder)
        #expect(plain.port == 7233)
        #expect(plain.uiPort == 8233)
        #expect(plain.host == "localhost")
        #expect(plain.logLevel == .warn)
        #expect(
            try settings([], ["HOME": "/h", "XDG_DATA_HOME": "/d"]).storage
                == .file(path: "/d/millrace/default.db", .full))
        #expect(throws: OperationError.self) { try settings([], [:]) }
    }

    @Test func takesTheFlagsOfTheReference() throws {
        let given = try settings([
            "-f", "x.db", "--durability", "normal", "-p", "7000", "-n", "a", "-n", "default", "--headless",
            "--search-attribute", "A=keyword", "--search-attribute", "B=KeywordList", "--log-level", "debug",
            "--dynamic-config-value", "a=1", "--sqlite-pragma", "b=2",
        ])
        #expect(given.storage == .file(path: "x.db", .normal))
        #expect(!given.makesFolder)
        #expect(given.uiPort == nil)
        #expect(given.namespaces == ["a"])
        #expect(given.searchAttributes == ["A": .keyword, "B": .keywordList])
        #expect(given.ignoredOptions == ["--dynamic-config-value", "--sqlite-pragma"])
        #expect(try settings(["--port", "0"]).uiPort == 0)
        let pages = try settings([
            "--ui-port", "9000", "--ui-ip", "0.0.0.0", "--ui-public-path", "/some//path/", "--ui-allowed-host",
            "a.example",
        ])
        #expect(pages.uiPort == 9000)
        #expect(pages.uiHost == "0.0.0.0")
        #expect(pages.uiPublicPath == "/some/path")
        #expect(pages.uiAllowedHosts == ["a.example"])
        #expect(try settings(["--ip", "127.0.0.2"]).uiHost == "127.0.0.2")
        #expect(try settings(["--ui-public-path", "/"]).uiPublicPath == "")
        #expect(try settings(["--ephemeral"]).storage == .memory)
    }

    @Test(arguments: [
        ["--ephemeral", "-f", "x"], ["--port", "70000"], ["--port", "65000"], ["--ui-port", "-1"],
        ["--search-attribute", "A"], ["--search-attribute", "A=Foo"], ["--tls-cert-path", "x"],
        ["--tls-client-ca-path", "x"],
    ])
    func refuses(_ arguments: [String]) {
        #expect(throws: UsageError.self) { try settings(arguments) }
    }
}
