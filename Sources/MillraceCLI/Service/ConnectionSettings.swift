/// How to reach a server, resolved from options, environment file, environment variables and config file.
struct ConnectionSettings: Equatable, Sendable {
    struct TLS: Equatable, Sendable {
        /// PEM bytes.
        var serverCA: [UInt8]?
        var clientCertificate: [UInt8]?
        var clientKey: [UInt8]?
        var serverName: String?
        var verifiesHost = true
    }

    struct Metadata: Equatable, Sendable {
        var key: String
        var value: String
    }

    var address = "localhost:7233"
    var namespace = "default"
    var apiKey: String?
    var metadata: [Metadata] = []
    var identity = ""
    var authority: String?
    /// `nil` for a connection in the clear.
    var tls: TLS?
    /// How long a connection may take to come up; `nil` for the default.
    var connectTimeout: Duration?
}
