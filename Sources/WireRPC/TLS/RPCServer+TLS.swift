import NIOSSL

extension RPCServer {
    /// TLS on the server's side.
    public struct TLS: Sendable {
        /// The server's certificate, followed by the intermediate ones.
        public var certificateChain: PEMSource
        public var privateKey: PEMSource
        /// Clients must show a certificate signed by one of these (mutual TLS); `nil` means they need none.
        public var clientRoots: PEMSource?

        public init(certificateChain: PEMSource, privateKey: PEMSource, clientRoots: PEMSource? = nil) {
            self.certificateChain = certificateChain
            self.privateKey = privateKey
            self.clientRoots = clientRoots
        }

        func makeContext() throws -> NIOSSLContext { try makeSSLContext(configuration(["h2"])) }

        /// The settings for a server that speaks the given protocols (ALPN).
        package func configuration(_ protocols: [String]) throws -> TLSConfiguration {
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: try certificateChain.certificates("certificate").map { .certificate($0) },
                privateKey: .privateKey(try privateKey.privateKey()))
            configuration.applicationProtocols = protocols
            configuration.minimumTLSVersion = .tlsv12
            if let clientRoots {
                configuration.trustRoots = .certificates(try clientRoots.certificates("client roots"))
                // Clients have no host name to verify.
                configuration.certificateVerification = .noHostnameVerification
            }
            return configuration
        }
    }
}
