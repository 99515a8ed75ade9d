import WireAPI
import WireRPC

extension Client {
    /// Connects to a server.
    ///
    /// What is not given comes from the environment (`TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`, `TEMPORAL_API_KEY`, …),
    /// then from the profile file `temporal.toml`, and at last is `localhost:7233` and namespace `default`.
    ///
    /// - Parameters:
    ///   - address: `host:port`.
    ///   - profile: what to use instead of environment and file; see ``ClientProfile/load(name:file:environment:)``.
    ///   - lazy: whether to connect with the first call only; otherwise the server is asked for its version now.
    /// - Throws: ``InvalidOptions`` for settings that cannot work, ``ServiceError`` if the server cannot be reached.
    public static func connect(
        _ address: String? = nil, namespace: String? = nil, profile: ClientProfile? = nil, identity: String? = nil,
        dataConverter: DataConverter = .default, lazy: Bool = false
    ) async throws -> Client {
        let profile = try profile ?? ClientProfile.load()
        let target = address ?? profile.address ?? "localhost:7233"
        let client = Client(
            connection: try remote(target, profile), namespace: namespace ?? profile.namespace ?? "default",
            identity: identity, dataConverter: dataConverter)
        if !lazy { try await client.checkServer(target) }
        return client
    }

    private static func remote(_ target: String, _ profile: ClientProfile) throws -> RPCClient {
        var configuration = RPCClient.Configuration()
        configuration.userAgent = "millrace-swift/\(SDK.version)"
        configuration.metadata = [("client-name", SDK.name), ("client-version", SDK.version)]
        for (key, value) in profile.metadata.sorted(by: { $0.key < $1.key }) {
            configuration.metadata.append((key, value))
        }
        if let key = profile.apiKey { configuration.metadata.append(("authorization", "Bearer \(key)")) }
        if let tls = profile.effectiveTLS { configuration.tls = wire(tls) }
        do {
            return try RPCClient(target: target, configuration: configuration)
        } catch {
            throw InvalidOptions("address", "'\(target)' cannot be used: \(error)")
        }
    }

    private static func wire(_ tls: ClientProfile.TLS) -> RPCClient.TLS {
        func source(_ pem: ClientProfile.PEM?) -> PEMSource? {
            switch pem {
            case .path(let path): .file(path)
            case .text(let text): .text(text)
            case nil: nil
            }
        }
        var configuration = RPCClient.TLS(
            roots: source(tls.serverCA), certificateChain: source(tls.clientCertificate),
            privateKey: source(tls.clientKey), serverName: tls.serverName)
        configuration.skipsVerification = tls.skipsVerification
        return configuration
    }

    private func checkServer(_ target: String) async throws {
        do {
            _ = try await service.call(WorkflowService.getSystemInfo, APIGetSystemInfoRequest())
        } catch let error as RPCError {
            if error.code == .unimplemented { return }
            if error.code == .unavailable {
                throw ServiceError(
                    .unavailable,
                    "no server answers at \(target) (\(error.message)). Start one with `millrace server start-dev`, or "
                        + "set TEMPORAL_ADDRESS.")
            }
            throw await translate(error, about: ErrorSubject())
        }
    }
}

/// How this SDK names itself to servers.
enum SDK {
    static let name = "millrace-swift"
    static let version = "0.1.0"
}
