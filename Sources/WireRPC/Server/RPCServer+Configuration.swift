import Logging
import NIOCore
import NIOHTTP2

extension RPCServer {
    /// Limits and habits of a server. The defaults are those of the Temporal server where it has them.
    public struct Configuration: Sendable {
        /// Longest request message in bytes, after expansion: 4 MiB.
        public var maxRequestBytes = 4 << 20
        /// Requests held in memory for one connection, in bytes: 64 MiB. A call beyond that gets `.resourceExhausted`.
        public var maxHeldBytesPerConnection = 64 << 20
        /// Long answers held in memory until one connection's client reads them, in bytes: 256 MiB.
        public var maxWaitingAnswerBytesPerConnection = 256 << 20
        /// Requests and answers held in memory for all connections, in bytes: 1 GiB.
        public var maxHeldBytes = 1 << 30
        /// Longest header list of a request in bytes: 64 KiB.
        public var maxHeaderListBytes = 64 << 10
        /// Calls in flight on one connection: 2,000 (workers park a poll in each).
        public var maxConcurrentStreams = 2_000
        /// Open connections: 10,000. One more is closed as soon as it is accepted.
        public var maxConnections = 10_000
        /// Answers at least this long are compressed if the request was: 1 KiB.
        public var compressionThreshold = 1 << 10
        /// What every answer carries besides gRPC's own headers, such as who answers. Names are in lower case.
        public var answerHeaders: [(name: String, value: String)] = []
        /// Keepalive, idle and age rules.
        public var keepalive = Keepalive()
        /// TLS, or plain text if `nil`.
        public var tls: TLS?
        /// The loops the server runs on; by default the process-wide ones.
        public var eventLoopGroup: (any EventLoopGroup)?
        public var logger = Logger(label: "millrace.rpc.server")

        public init() {}
    }

    /// When a connection is probed, told to go, and closed.
    public struct Keepalive: Sendable {
        /// Silence after which the peer is probed with a ping: 60 s.
        public var interval: Duration = .seconds(60)
        /// How long an answer to that ping may take: 10 s.
        public var timeout: Duration = .seconds(10)
        /// A connection without calls is told to go after 2 min.
        public var maxIdle: Duration = .seconds(120)
        /// A connection is told to go at this age, 5 min, give or take 10 % so that not all of them go at once.
        public var maxAge: Duration = .seconds(300)
        /// How long calls may go on once their connection was told to go: 70 s, as long as a long poll.
        public var grace: Duration = .seconds(70)
        /// Pings of the client must not come more often than this: 10 s. Answers sent in between are forgiven.
        public var minPingInterval: Duration = .seconds(10)
        /// How long the peer may take to open with a proper HTTP/2 preface (and TLS handshake): 20 s.
        public var handshakeTimeout: Duration = .seconds(20)

        public init() {}
    }

    /// Why a server could not start.
    public enum StartError: Error, Sendable, Equatable, CustomStringConvertible {
        /// Another process (or server) listens there.
        case addressInUse(host: String, port: Int)
        /// The address is not one of this machine, the port needs rights, and so on.
        case cannotBind(host: String, port: Int, reason: String)

        public var description: String {
            switch self {
            case .addressInUse(let host, let port): "\(host):\(port) is already in use by another server"
            case .cannotBind(let host, let port, let reason): "cannot listen on \(host):\(port): \(reason)"
            }
        }
    }
}

extension RPCServer.Configuration {
    /// Bytes a peer may send on one stream, and on one connection, before it has to wait for more credit.
    static let streamWindow = 1 << 20
    static let connectionWindow = 8 << 20

    /// The HTTP/2 layer's own settings and its defences against floods.
    var http2: NIOHTTP2Handler.ConnectionConfiguration {
        var http2 = NIOHTTP2Handler.ConnectionConfiguration()
        http2.initialSettings = [
            HTTP2Setting(parameter: .maxConcurrentStreams, value: maxConcurrentStreams),
            HTTP2Setting(parameter: .maxHeaderListSize, value: maxHeaderListBytes),
            HTTP2Setting(parameter: .initialWindowSize, value: Self.streamWindow),
        ]
        http2.maximumRecentlyResetStreams = 256
        // Some clients estimate bandwidth with a ping for every round trip under load.
        http2.controlFrameRateLimit.maximumCount = 10_000
        http2.controlFrameRateLimit.windowLength = .seconds(1)
        return http2
    }

    var http2Streams: NIOHTTP2Handler.StreamConfiguration {
        var streams = NIOHTTP2Handler.StreamConfiguration()
        // A worker that stops cancels all its polls at once.
        streams.streamResetFrameRateLimit.maximumCount = max(2_000, 2 * maxConcurrentStreams)
        streams.streamResetFrameRateLimit.windowLength = .seconds(1)
        return streams
    }
}
