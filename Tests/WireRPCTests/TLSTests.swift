import Foundation
import Testing

@testable import WireRPC

/// Certificates made for one test with the `openssl` tool.
private struct Certificates {
    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "millrace-tls-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try authority("ca")
        try authority("other-ca")
        try leaf("server", signedBy: "ca", names: "DNS:localhost,IP:127.0.0.1,DNS:millrace.test")
        try leaf("named", signedBy: "ca", names: "DNS:millrace.test")
        try leaf("client", signedBy: "ca", names: "DNS:client")
        try leaf("stranger", signedBy: "other-ca", names: "DNS:client")
    }

    func remove() { try? FileManager.default.removeItem(at: folder) }

    func file(_ name: String) -> PEMSource { .file(folder.appending(path: name).path) }

    private func authority(_ name: String) throws {
        try openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-keyout", "\(name).key", "-out", "\(name).pem", "-subj", "/CN=\(name)")
    }

    private func leaf(_ name: String, signedBy ca: String, names: String) throws {
        let extensions = folder.appending(path: "\(name).ext")
        try "subjectAltName=\(names)\n".write(to: extensions, atomically: true, encoding: .utf8)
        try openssl(
            "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-keyout", "\(name).key", "-out", "\(name).csr", "-subj", "/CN=\(name)")
        try openssl(
            "x509", "-req", "-in", "\(name).csr", "-CA", "\(ca).pem", "-CAkey", "\(ca).key", "-CAcreateserial",
            "-days", "2", "-extfile", "\(name).ext", "-out", "\(name).pem")
    }

    private func openssl(_ arguments: String...) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        process.currentDirectoryURL = folder
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "openssl \(arguments)")
    }
}

@Suite struct TLSTests {
    private func withServer(
        _ certificate: String = "server", mutual: Bool, _ body: (Certificates, Int) async throws -> Void
    ) async throws {
        let certificates = try Certificates()
        defer { certificates.remove() }
        var configuration = RPCServer.Configuration()
        configuration.keepalive.handshakeTimeout = .seconds(300)
        configuration.tls = RPCServer.TLS(
            certificateChain: certificates.file("\(certificate).pem"),
            privateKey: certificates.file("\(certificate).key"),
            clientRoots: mutual ? certificates.file("ca.pem") : nil)
        let server = try await RPCServer.start(port: 0, table: EchoService().table, configuration: configuration)
        do {
            try await body(certificates, server.port)
        } catch {
            await server.shutdownGracefully(grace: .zero)
            throw error
        }
        await server.shutdownGracefully(grace: .zero)
    }

    /// How one call ends; `.ok` if the answer is right.
    private func outcome(_ target: String, _ tls: RPCClient.TLS?) async throws -> RPCError.Code {
        var configuration = RPCClient.Configuration()
        configuration.tls = tls
        // Other tests may keep both of the loops busy for a while.
        configuration.connectTimeout = .seconds(60)
        let client = try RPCClient(target: target, configuration: configuration)
        defer { client.close() }
        do {
            return try await client.call(Echo.echo, bytes(100_000)) == bytes(100_000) ? .ok : .dataLoss
        } catch let error as RPCError {
            return error.code
        }
    }

    @Test func serverCertificatesAreVerified() async throws {
        try await withServer(mutual: false) { certificates, port in
            let roots = RPCClient.TLS(roots: certificates.file("ca.pem"))
            let accepted1 = try await outcome("localhost:\(port)", roots)
            #expect(accepted1 == .ok)
            let accepted2 = try await outcome("127.0.0.1:\(port)", roots)
            #expect(accepted2 == .ok)
            var named = roots
            named.serverName = "millrace.test"
            let accepted3 = try await outcome("127.0.0.1:\(port)", named)
            #expect(accepted3 == .ok)
            let stranger = RPCClient.TLS(roots: certificates.file("other-ca.pem"))
            let untrusted = try await outcome("localhost:\(port)", stranger)
            #expect(untrusted == .unavailable)
            let systemRoots = try await outcome("localhost:\(port)", RPCClient.TLS())
            #expect(systemRoots == .unavailable)
            var careless = RPCClient.TLS()
            careless.skipsVerification = true
            let accepted4 = try await outcome("localhost:\(port)", careless)
            #expect(accepted4 == .ok)
            let plain = try await outcome("localhost:\(port)", nil)
            #expect(plain == .unavailable)
        }
    }

    @Test(arguments: [nil, "someone.else", "test", "127.0.0.1"])
    func theNameMustBeRight(_ name: String?) async throws {
        try await withServer("named", mutual: false) { certificates, port in
            var tls = RPCClient.TLS(roots: certificates.file("ca.pem"), serverName: name)
            let wrong = try await outcome("localhost:\(port)", tls)
            #expect(wrong == .unavailable)
            tls.serverName = "millrace.test"
            let right = try await outcome("localhost:\(port)", tls)
            #expect(right == .ok)
        }
    }

    @Test func clientCertificatesAreVerified() async throws {
        try await withServer(mutual: true) { certificates, port in
            func tls(_ name: String?) -> RPCClient.TLS {
                RPCClient.TLS(
                    roots: certificates.file("ca.pem"), certificateChain: name.map { certificates.file("\($0).pem") },
                    privateKey: name.map { certificates.file("\($0).key") })
            }
            let accepted5 = try await outcome("localhost:\(port)", tls("client"))
            #expect(accepted5 == .ok)
            for name in [nil, "stranger"] {
                let error = try await outcome("localhost:\(port)", tls(name))
                #expect(error == .unavailable)
            }
        }
    }

    @Test func tlsClientOnAPlainPort() async throws {
        try await withEcho { _, server, _ in
            let error = try await outcome("localhost:\(server.port)", RPCClient.TLS())
            #expect(error == .unavailable)
        }
    }

    @Test func unusableFilesAreNamed() throws {
        var configuration = RPCClient.Configuration()
        configuration.tls = RPCClient.TLS(roots: .file("/nowhere/ca.pem"))
        let error = #expect(throws: RPCTLSError.self) {
            try RPCClient(target: "localhost:1", configuration: configuration)
        }
        #expect(error?.description.contains("/nowhere/ca.pem") == true)
    }
}
