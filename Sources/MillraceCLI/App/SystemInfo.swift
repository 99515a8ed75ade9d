#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

enum SystemInfo {
    static func environment() -> [String: String] {
        ProcessInfo.processInfo.environment
    }

    static func userName(_ environment: [String: String]) -> String {
        environment["USER"].nonEmpty ?? environment["LOGNAME"].nonEmpty ?? ProcessInfo.processInfo.userName
    }

    static func hostName() -> String {
        ProcessInfo.processInfo.hostName
    }

    static func uniqueID() -> String {
        UUID().uuidString.lowercased()
    }
}

extension String? {
    /// The text unless it is missing or empty.
    var nonEmpty: String? {
        guard let self, !self.isEmpty else { return nil }
        return self
    }
}
