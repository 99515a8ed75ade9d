import Logging

extension WebServer {
    /// How the web UI is served.
    public struct Configuration: Sendable {
        /// Where to listen: an address or a name of this machine. `localhost` means 127.0.0.1.
        public var host: String
        /// 0 for any port that is free.
        public var port: Int
        /// What all paths begin with, such as `/millrace`, behind a proxy that passes paths on as they are.
        public var publicPath = ""
        /// Names the pages are reached by besides those of this machine. A server on a loopback address refuses all
        /// others; one on another address refuses others only if this is not empty.
        public var allowedHosts: [String] = []
        /// Sent with every call to the service, such as an API key.
        public var metadata: [(key: String, value: String)] = []
        /// Who acts, as histories record it.
        public var identity = "millrace-ui"
        /// How many pages are kept up to date at the same time.
        public var maximumLiveFeeds = 64
        /// How many bytes a form may have.
        public var maximumFormSize = 4 << 20
        /// How many bytes a form with a file may have, such as a history that is looked at.
        public var maximumFileSize = 64 << 20
        public var logger = Logger(label: "millrace.web")

        public init(host: String = "127.0.0.1", port: Int = 8233) {
            self.host = host
            self.port = port
        }
    }
}
