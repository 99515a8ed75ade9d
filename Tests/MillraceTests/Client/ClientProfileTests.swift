import Foundation
import Testing

@testable import Millrace

@Suite struct ClientProfileTests {
    private func parse(_ text: String, name: String = "default", isRequired: Bool = true) throws -> ClientProfile {
        try ClientProfile.parse(text, name: name, file: "f", isRequired: isRequired)
    }

    @Test func aProfileIsRead() throws {
        let profile = try parse(
            """
            # a comment
            [profile.default]
            address = "localhost:1"     # another
            namespace = 'n\\s'
            api_key = \"""
            a\\
              b\"""
            [profile.default.tls]
            server_name = "s"
            client_cert_path = "/c"
            client_key_data = "k\\n\\u00e9"
            disable_host_verification = true
            [profile.default.grpc_meta]
            some_header = "v"
            "other-header" = "w"
            [profile.other]
            address = "elsewhere:2"
            tls = { disabled = true, server_name = "x" }
            """)
        #expect(profile.address == "localhost:1")
        #expect(profile.namespace == "n\\s")
        #expect(profile.apiKey == "ab")
        #expect(profile.tls?.serverName == "s")
        #expect(profile.tls?.clientCertificate == .path("/c"))
        #expect(profile.tls?.clientKey == .text("k\né"))
        #expect(profile.tls?.skipsVerification == true)
        #expect(profile.metadata == ["some-header": "v", "other-header": "w"])
    }

    @Test func anotherProfileAndInlineTables() throws {
        let profile = try parse(
            "[profile.other]\naddress = \"e:2\"\napi_key = \"k\"\ntls = { disabled = true, server_name = \"x\" }\n",
            name: "other")
        #expect(profile.address == "e:2")
        #expect(profile.isTLSDisabled)
        #expect(profile.effectiveTLS == nil)
    }

    @Test func anAPIKeyMeansEncryption() throws {
        #expect(try parse("[profile.default]\napi_key = \"k\"").effectiveTLS == ClientProfile.TLS())
        #expect(try parse("[profile.default]").effectiveTLS == nil)
        #expect(try parse("[profile.default.tls]").effectiveTLS == ClientProfile.TLS())
    }

    @Test func problemsNameTheLine() throws {
        for (text, line) in [
            ("a = 1\nb = [1]", 2), ("\n\n[profile", 3), ("x = \"open", 1), ("a = 1 2", 1), ("a = 1\na = 2", 2),
        ] {
            let error = try #require(throws: InvalidOptions.self) { try parse(text) }
            #expect(error.problem.contains("line \(line)"), "\(error)")
        }
    }

    @Test func aMissingProfileIsAnErrorOnlyIfItWasNamed() throws {
        #expect(throws: InvalidOptions.self) { try parse("[profile.a]", name: "b") }
        #expect(try parse("[profile.a]", name: "b", isRequired: false) == ClientProfile())
    }

    @Test func theEnvironmentWins() throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let path = directory.appendingPathComponent("t.toml").path
        try "[profile.p]\naddress = \"file:1\"\nnamespace = \"file\"\n".write(
            toFile: path, atomically: true, encoding: .utf8)
        let profile = try ClientProfile.load(environment: [
            "TEMPORAL_CONFIG_FILE": path, "TEMPORAL_PROFILE": "p", "TEMPORAL_NAMESPACE": "env",
            "TEMPORAL_API_KEY": "k", "TEMPORAL_TLS": "false", "TEMPORAL_GRPC_META_X_Y": "z",
            "TEMPORAL_TLS_SERVER_CA_CERT_DATA": "pem",
        ])
        #expect(profile.address == "file:1")
        #expect(profile.namespace == "env")
        #expect(profile.apiKey == "k")
        #expect(profile.isTLSDisabled)
        #expect(profile.tls?.serverCA == .text("pem"))
        #expect(profile.metadata == ["x-y": "z"])
    }

    @Test func withoutFileAndEnvironmentThereIsNothing() throws {
        #expect(try ClientProfile.load(environment: ["HOME": "/nonexistent"]) == ClientProfile())
        #expect(throws: InvalidOptions.self) {
            try ClientProfile.load(environment: ["TEMPORAL_CONFIG_FILE": "/nonexistent/t.toml"])
        }
        #expect(throws: InvalidOptions.self) {
            try ClientProfile.load(name: "p", environment: ["HOME": "/nonexistent"])
        }
    }
}
