import WireAPI
import WireRPC

/// What a caller of a method that is not served is told: always the method's name.
enum UnknownMethods {
    private static let services: Set<String> = [
        WorkflowService.name, OperatorService.name, HealthService.check.service,
    ]

    static func error(path: String) -> RPCError {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].isEmpty else {
            return RPCError(.unimplemented, "malformed method name: \"\(path)\"")
        }
        guard services.contains(String(parts[1])) else {
            return RPCError(.unimplemented, "unknown service \(parts[1])")
        }
        return RPCError(.unimplemented, "unknown method \(parts[2]) for service \(parts[1])")
    }
}
