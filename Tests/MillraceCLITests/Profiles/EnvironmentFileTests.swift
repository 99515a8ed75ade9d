import Testing

@testable import MillraceCLI

@Suite struct EnvironmentFileTests {
    @Test func readsEnvironments() throws {
        var file = EnvironmentFile(path: "x")
        try file.parse(
            "# c\nenv:\n    default:\n        address: localhost:1\n    prod: {}\n    'q r':\n        k: \"a: b\"\n")
        #expect(file["default"] == ["address": "localhost:1"])
        #expect(file["prod"] == [:])
        #expect(file["q r"] == ["k": "a: b"])
    }

    @Test func writesWhatItReads() throws {
        var file = EnvironmentFile(path: "x")
        file["a"] = ["k": "v: # \"x\"", "empty": "", "true": "true", "url": "https://x:1"]
        file["b c"] = [:]
        var again = EnvironmentFile(path: "x")
        try again.parse(file.text)
        #expect(again.environments == file.environments)
        #expect(EnvironmentFile(path: "x").text == "env: {}\n")
    }

    @Test func refusesWhatIsNoEnvironment() {
        var file = EnvironmentFile(path: "x")
        #expect(throws: OperationError.self) { try file.parse("env:\n  nonsense\n") }
        #expect(throws: OperationError.self) { try file.parse("env:\n  a: b\n") }
    }
}
