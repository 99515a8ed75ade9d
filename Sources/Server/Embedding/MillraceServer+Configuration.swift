import Engine
import Logging
import Store
import WireRPC

extension MillraceServer {
    /// How a server is run.
    public struct Configuration: Sendable {
        public enum Storage: Sendable, Equatable {
            /// One database file; made if there is none. Everything that is acknowledged is in it.
            case file(String)
            /// Nothing survives the server.
            case memory
        }

        /// Where to listen: an address or a name of this machine. `localhost` means 127.0.0.1.
        public var host: String
        /// The gRPC port, 0 for any that is free, `nil` to listen nowhere: then only ``MillraceServer/connection``
        /// reaches the server.
        public var port: Int?
        public var storage: Storage
        /// What an acknowledgement means, for a file: `.full` (the default) survives a power failure, `.normal` the
        /// death of the process.
        public var durability: SQLiteStore.Durability = .full
        /// Makes the folder of the file if there is none. Off: a missing folder is an error.
        public var createsFolder = false
        /// Made at the start if they do not exist.
        public var namespaces: [String] = ["default"]
        /// Added at the start to each of ``namespaces`` that does not have them.
        public var searchAttributes: [String: SearchAttributeType] = [:]
        /// The time the server goes by.
        public var clock = ServerClock()
        /// Sizes, counts and times; the defaults are the reference's.
        public var limits = Limits()
        /// TLS for the socket; plain text if `nil`.
        public var tls: RPCServer.TLS?
        /// How long calls in flight may take when the server stops: 5 s. Long polls are ended at once.
        public var stopGrace: Duration = .seconds(5)
        public var logger = Logger(label: "millrace.server")

        /// The defaults: in memory, without a socket.
        public init(host: String = "127.0.0.1", port: Int? = nil, storage: Storage = .memory) {
            self.host = host
            self.port = port
            self.storage = storage
        }
    }
}
