import ArgumentParser
import Testing

@testable import MillraceCLI

@Suite struct ArgumentTests {
    private let normalizer = CommandLineTool.normalizer

    @Test func optionsInFrontMoveBehindTheCommand() {
        #expect(
            normalizer.normalize(["--address", "x:1", "-n", "ns", "--tls", "workflow", "list"])
                == ["workflow", "list", "--address", "x:1", "-n", "ns", "--tls"])
        #expect(normalizer.normalize(["-o=json", "workflow", "count"]) == ["workflow", "count", "-o", "json"])
        #expect(normalizer.normalize(["--help"]) == ["--help"])
        #expect(normalizer.normalize(["-v"]) == ["--version"])
    }

    @Test func flagsTakeValues() {
        #expect(normalizer.normalize(["x", "--detailed=true", "--yes=false"]) == ["x", "--detailed"])
        #expect(normalizer.normalize(["x", "--tls=false"]) == ["x", "--no-tls"])
        #expect(normalizer.normalize(["x", "--memo=a=1", "--query=b=c"]) == ["x", "--memo=a=1", "--query=b=c"])
    }

    @Test func valuesMayBeginWithDashes() throws {
        #expect(
            normalizer.normalize(["x", "--input", "-5", "--follow", "-f"]) == ["x", "--input=-5", "--follow", "-f"])
        #expect(normalizer.normalize(["x", "--input", "a", "--help"]) == ["x", "--input", "a", "--help"])
        #expect(normalizer.normalize(["x", "--input"]) == ["x", "--input"])
        let pem = "-----BEGIN CERTIFICATE-----\nabc="
        let command = try parse("workflow", "list", "--tls-ca-data", pem, "-q", "-5", as: ListCommand.self)
        #expect(command.connection.tlsCaData == pem)
        #expect(command.query == "-5")
    }

    @Test func nothingChangesAfterTwoDashes() {
        #expect(normalizer.normalize(["x", "--", "--yes=false"]) == ["x", "--", "--yes=false"])
    }

    private func parse<Command>(_ arguments: String..., as type: Command.Type) throws -> Command {
        let parsed = try MillraceTool.parseAsRoot(normalizer.normalize(arguments))
        return try #require(parsed as? Command)
    }

    @Test func startTakesShortAndLongForms() throws {
        let command = try parse(
            "workflow", "start", "-tq", "--name", "T", "-w=id", "-i", "-5", "--input", "{}", "--memo", "a=1",
            "--run-timeout", "1h", "--id-reuse-policy", "RejectDuplicate", "-o", "json", as: StartCommand.self)
        #expect(command.start.workflow.taskQueue == "q")
        #expect(command.start.workflow.type == "T")
        #expect(command.start.workflow.workflowId == "id")
        #expect(command.input.input == ["-5", "{}"])
        #expect(command.start.workflow.runTimeout == .seconds(3600))
        #expect(command.start.workflow.taskTimeout == .seconds(10))
        #expect(command.start.idReusePolicy == .rejectDuplicate)
        #expect(command.global.output == .json)
    }

    @Test func theLastOfTwoWins() throws {
        let command = try parse("workflow", "list", "-n", "a", "-n", "b", as: ListCommand.self)
        #expect(command.connection.namespace == "b")
    }

    @Test func tlsHasThreeStates() throws {
        #expect(try parse("workflow", "list", as: ListCommand.self).connection.tls == nil)
        #expect(try parse("workflow", "list", "--tls", as: ListCommand.self).connection.tls == true)
        #expect(try parse("workflow", "list", "--tls=false", as: ListCommand.self).connection.tls == false)
    }

    @Test(arguments: [
        ["workflow", "start"], ["workflow", "bogus"], ["bogus"], ["workflow", "list", "--bogus"],
        ["workflow", "list", "-o", "xml"], ["workflow", "list", "--limit", "x"], ["workflow", "list", "extra"],
        ["workflow", "terminate"], ["workflow", "terminate", "-w", ""], ["workflow", "cancel", "-w", "a", "-q", "b"],
        ["workflow", "cancel", "-w", "a", "--reason", "b"], ["workflow", "cancel", "-w", "a", "-y"],
        ["workflow", "signal", "-w", "a"], ["workflow", "show", "-w", "a", "--reverse", "--follow"],
        ["workflow", "list", "--command-timeout", "5"], ["config", "set", "-p", "bogus", "-v", "x"],
        ["config", "delete-profile"], ["env", "set"],
        ["server", "start-dev", "--port", "70000"], ["server", "start-dev", "--search-attribute", "a=Foo"],
        ["workflow", "list", "--grpc-meta", "foo"], ["workflow", "delete", "-w", "a", "-o", "json"],
    ])
    func wrongUsageExitsWith2(_ arguments: [String]) async {
        let outcome = await TestWorld().run(arguments)
        #expect(outcome.code == 2)
        #expect(outcome.errors.hasPrefix("Error: "))
        #expect(outcome.output.isEmpty)
    }

    @Test func helpAndVersionExitWith0() async {
        for arguments in [["--help"], ["workflow", "--help"], ["workflow", "start", "-h"], ["workflow"], []] {
            let outcome = await TestWorld().run(arguments)
            #expect(outcome.code == 0)
            #expect(outcome.output.contains("USAGE: millrace"))
            #expect(outcome.errors.isEmpty)
        }
        #expect(await TestWorld().run("--version").output == "millrace \(millraceVersion)\n")
    }

    @Test func completionScriptsArePrinted() async {
        let outcome = await TestWorld().run("completion", "bash")
        #expect(outcome.code == 0)
        #expect(outcome.output.contains("millrace"))
    }
}
