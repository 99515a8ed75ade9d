import NIOSSL

extension RPCClient {
    /// TLS on the client's side.
    public struct TLS: Sendable {
        /// Who may sign the server's certificate; `nil` means the system's roots.
        public var roots: PEMSource?
        /// The client's own certificate chain and key, for servers that ask for them (mutual TLS).
        public var certificateChain: PEMSource?
        public var privateKey: PEMSource?
        /// The name the server's certificate must be for; by default the target's host.
        public var serverName: String?
        /// Accepts any certificate: for experiments only.
        public var skipsVerification = false

        public init(
            roots: PEMSource? = nil, certificateChain: PEMSource? = nil, privateKey: PEMSource? = nil,
            serverName: String? = nil
        ) {
            self.roots = roots
            self.certificateChain = certificateChain
            self.privateKey = privateKey
            self.serverName = serverName
        }

        func makeContext() throws -> NIOSSLContext {
            var configuration = TLSConfiguration.makeClientConfiguration()
            configuration.applicationProtocols = ["h2"]
            configuration.minimumTLSVersion = .tlsv12
            if let roots { configuration.trustRoots = .certificates(try roots.certificates("roots")) }
            if let certificateChain {
                configuration.certificateChain = try certificateChain.certificates("certificate").map {
                    .certificate($0)
                }
            }
            if let privateKey { configuration.privateKey = .privateKey(try privateKey.privateKey()) }
            if skipsVerification { configuration.certificateVerification = .none }
            return try makeSSLContext(configuration)
        }
    }
}
