import Testing
import WireRPC

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@testable import MillraceCLI

/// Settings in a home directory of the test's own.
@Suite struct SettingsTests {
    private let home = FileManager.default.temporaryDirectory.path + "/millrace-cli-\(UUID().uuidString)"
    private var world: TestWorld {
        var world = TestWorld()
        world.environment = ["HOME": home, "USER": "ada"]
        return world
    }

    private func context(_ environment: [String: String] = [:]) -> CommandContext {
        CommandContext(
            environment: ["HOME": home, "USER": "ada"].merging(environment) { $1 }, standardOutput: MemorySink(),
            standardError: MemorySink(), terminal: .none, readLine: { nil }, now: { .init() },
            connect: { _ in throw OperationError("not here") })
    }

    private func resolve(
        _ arguments: [String] = [], _ environment: [String: String] = [:]
    ) throws -> ConnectionSettings {
        let options = try ConnectionOptions.parse(arguments.filter { !$0.hasPrefix("--profile=") })
        let global = try GlobalOptions.parse(arguments.filter { $0.hasPrefix("--profile=") })
        return try ConnectionResolver(options, global, context(environment)).resolve()
    }

    @Test func defaults() throws {
        let settings = try resolve()
        #expect(settings.address == "localhost:7233")
        #expect(settings.namespace == "default")
        #expect(settings.tls == nil)
        #expect(settings.identity.hasPrefix("millrace-cli:ada@"))
    }

    @Test func optionsBeatEnvironmentFileBeatsVariablesBeatProfile() async throws {
        defer { try? FileManager.default.removeItem(atPath: home) }
        _ = await world.run("config", "set", "-p", "address", "-v", "profile:1")
        #expect(try resolve().address == "profile:1")
        #expect(try resolve([], ["TEMPORAL_ADDRESS": "variable:1"]).address == "variable:1")
        _ = await world.run("env", "set", "-k", "address", "-v", "file:1")
        #expect(try resolve([], ["TEMPORAL_ADDRESS": "variable:1"]).address == "file:1")
        #expect(try resolve(["--address", "option:1"]).address == "option:1")
    }

    @Test func profilesAreChosenByName() async throws {
        defer { try? FileManager.default.removeItem(atPath: home) }
        _ = await world.run("config", "set", "--profile", "prod", "-p", "namespace", "-v", "reports")
        #expect(try resolve().namespace == "default")
        #expect(try resolve(["--profile=prod"]).namespace == "reports")
        #expect(try resolve([], ["TEMPORAL_PROFILE": "prod"]).namespace == "reports")
        #expect(throws: OperationError.self) { try resolve(["--profile=nope"]) }
    }

    @Test func tlsIsOnWithAKeyOrAnyOption() throws {
        #expect(try resolve(["--tls"]).tls == .init())
        #expect(try resolve(["--api-key", "k"]).tls == .init())
        #expect(try resolve(["--tls-server-name", "x"]).tls?.serverName == "x")
        #expect(try resolve(["--api-key", "k", "--no-tls"]).tls == nil)
        #expect(try resolve([], ["TEMPORAL_TLS": "true"]).tls == .init())
        #expect(try resolve(["--tls-ca-data", "pem"]).tls?.serverCA == Array("pem".utf8))
        #expect(try resolve(["--tls-disable-host-verification"]).tls?.verifiesHost == false)
        #expect(throws: UsageError.self) { try resolve(["--tls-ca-data", "a", "--tls-ca-path", "b"]) }
        #expect(throws: OperationError.self) { try resolve([], ["TEMPORAL_TLS": "maybe"]) }
    }

    @Test func metadataIsMerged() throws {
        let settings = try resolve(["--grpc-meta", "B=2"], ["TEMPORAL_GRPC_META_SOME_KEY": "1"])
        #expect(settings.metadata == [.init(key: "b", value: "2"), .init(key: "some-key", value: "1")])
    }

    @Test func propertiesComeAndGo() async {
        defer { try? FileManager.default.removeItem(atPath: home) }
        #expect(await world.run("config", "get").code == 1)
        for (property, value) in [("tls", "true"), ("tls.server_name", "x"), ("grpc_meta.Foo", "bar")] {
            #expect(await world.run("config", "set", "-p", property, "-v", value).code == 0)
        }
        let shown = await world.run("config", "get", "-o", "jsonl")
        #expect(shown.output == #"{"grpc_meta":{"foo":"bar"},"tls":{"server_name":"x"}}"# + "\n")
        #expect(await world.run("config", "delete", "-p", "grpc_meta.foo").code == 0)
        #expect(await world.run("config", "delete", "-p", "grpc_meta.foo").code == 1)
        #expect(await world.run("config", "set", "-p", "tls", "-v", "false").code == 0)
        #expect(await world.run("config", "get", "-o", "jsonl").output == "{}\n")
        #expect(await world.run("config", "set", "-p", "tls", "-v", "maybe").code == 2)
    }

    @Test func settingsAreReadableByTheirOwnerOnly() async throws {
        defer { try? FileManager.default.removeItem(atPath: home) }
        _ = await world.run("config", "set", "-p", "api_key", "-v", "secret")
        let path = SettingsFile.defaultFolder(home: home) + "/temporal.toml"
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions].map { "\($0)" } == "\(0o600)")
    }
}
