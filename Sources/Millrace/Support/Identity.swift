#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// How this process names itself to the server.
enum Identity {
    /// `process@host`.
    static let ofProcess = "\(ProcessInfo.processInfo.processIdentifier)@\(hostName)"

    private static var hostName: String {
        let name = ProcessInfo.processInfo.hostName
        return name.isEmpty ? "localhost" : name
    }

    /// A random id for requests that may be sent more than once.
    static func requestID() -> String { UUID().uuidString.lowercased() }
}
