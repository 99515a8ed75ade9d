import Logging
import NIOCore

extension RPCClient {
    /// How a client connects and calls.
    public struct Configuration: Sendable {
        /// TLS, or plain text if `nil`.
        public var tls: TLS?
        /// Metadata sent with every call, before the call's own; replaceable later with ``RPCClient/setMetadata(_:)``.
        public var metadata: [(key: String, value: String)] = []
        /// Sent as `user-agent`.
        public var userAgent = "millrace-rpc"
        /// Longest answer in bytes, after expansion: 128 MiB.
        public var maxResponseBytes = 128 << 20
        /// Requests at least this long are compressed; `nil` (the default) means none.
        public var compressionThreshold: Int?
        /// How long connecting, with the TLS handshake, may take: 10 s.
        public var connectTimeout: Duration = .seconds(10)
        /// The server is probed with a ping this often: 30 s.
        public var keepaliveInterval: Duration = .seconds(30)
        /// How long its answer may take before the connection counts as dead: 15 s.
        public var keepaliveTimeout: Duration = .seconds(15)
        /// Pause before the next attempt to connect after the first failure: 50 ms; grows by 1.6 each time.
        public var firstBackoff: Duration = .milliseconds(50)
        /// Longest pause between attempts to connect: 2 s.
        public var maxBackoff: Duration = .seconds(2)
        /// Connections opened at most, when each has as many calls in flight as the server allows: 16.
        public var maxConnections = 16
        /// The loops the client runs on; by default the process-wide ones.
        public var eventLoopGroup: (any EventLoopGroup)?
        public var logger = Logger(label: "millrace.rpc.client")

        public init() {}
    }
}

/// Where a client connects to.
struct RPCTarget: Sendable, Equatable {
    var host: String
    var port: Int

    /// Reads `host:port`, `host` (port 7233) or `[IPv6]:port`.
    init(_ text: String) throws {
        func port(_ digits: Substring) throws -> Int {
            guard let port = Int(digits), (1...65_535).contains(port) else {
                throw RPCError(.invalidArgument, "the target \(text) has no valid port; it should read host:port")
            }
            return port
        }
        let defaultPort = 7233
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            host = String(text[text.index(after: text.startIndex)..<end])
            let rest = text[text.index(after: end)...]
            self.port = rest.isEmpty ? defaultPort : try port(rest.dropFirst())
        } else if let colon = text.lastIndex(of: ":") {
            host = String(text[..<colon])
            self.port = try port(text[text.index(after: colon)...])
        } else {
            host = text
            self.port = defaultPort
        }
        guard !host.isEmpty, !host.contains("/") else {
            throw RPCError(.invalidArgument, "the target \(text) should read host:port")
        }
    }

    /// The `:authority` of calls.
    var authority: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
