/// Why a server cannot start.
public enum ServerError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Something else listens on the port.
    case portInUse(host: String, port: Int)
    /// The address cannot be listened on.
    case cannotListen(host: String, port: Int, reason: String)
    /// Another server has the database file open.
    case fileInUse(path: String)
    /// The database file cannot be used.
    case cannotOpen(path: String, reason: String)
    /// The system has no thread left; the number is its error code.
    case threadFailed(Int32)

    public var description: String {
        switch self {
        case .portInUse(let host, let port):
            "\(host):\(port) is already in use: stop the server that listens there, or choose another port"
        case .cannotListen(let host, let port, let reason):
            "cannot listen on \(host):\(port): \(reason)"
        case .fileInUse(let path):
            "\(path) is already open in another server: stop that server, or choose another file"
        case .cannotOpen(let path, let reason):
            "cannot open the database \(path): \(reason)"
        case .threadFailed(let code):
            "cannot start a thread (system error \(code))"
        }
    }
}
