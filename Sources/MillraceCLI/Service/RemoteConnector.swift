import WireRPC

/// Opens connections over the network.
enum RemoteConnector {
    /// Nothing is connected before the first call.
    static func connect(_ settings: ConnectionSettings) async throws -> any ServiceConnection {
        guard settings.authority == nil else { throw OperationError("--client-authority is not supported") }
        var configuration = RPCClient.Configuration()
        configuration.userAgent = "millrace-cli/\(millraceVersion)"
        if let timeout = settings.connectTimeout, timeout > .zero { configuration.connectTimeout = timeout }
        configuration.tls = settings.tls.map(tls)
        do {
            return try RPCClient(target: settings.address, configuration: configuration)
        } catch let error as RPCError {
            throw UsageError("invalid --address: \(error.message)")
        } catch let error as RPCTLSError {
            throw OperationError(error.description)
        }
    }

    private static func tls(_ settings: ConnectionSettings.TLS) -> RPCClient.TLS {
        var tls = RPCClient.TLS(
            roots: pem(settings.serverCA), certificateChain: pem(settings.clientCertificate),
            privateKey: pem(settings.clientKey), serverName: settings.serverName)
        tls.skipsVerification = !settings.verifiesHost
        return tls
    }

    private static func pem(_ bytes: [UInt8]?) -> PEMSource? {
        bytes.map { .text(String(decoding: $0, as: UTF8.self)) }
    }
}
