import Synchronization
import WireAPI

/// The standard health check, `grpc.health.v1.Health/Check`, that load balancers and `grpc_health_probe` ask.
///
///     let health = HealthService(services: [WorkflowService.name])
///     health.register(in: &table)
///     ...
///     health.setAll(.notServing)   // before shutting down
public final class HealthService: Sendable {
    public typealias Status = HealthCheckResponse.ServingStatus

    /// The method that is served.
    public static let check = RPCMethod<HealthCheckRequest, HealthCheckResponse>(
        service: "grpc.health.v1.Health", name: "Check")

    private let statuses: Mutex<[String: Status]>

    /// - Parameter services: Full names of the services that are reported, besides the server as a whole.
    public init(services: [String], status: Status = .serving) {
        var statuses = ["": status]
        for service in services { statuses[service] = status }
        self.statuses = Mutex(statuses)
    }

    /// Adds the health check to a table.
    public func register(in table: inout ServiceTable) {
        table.register(Self.check) { [self] request, _ in
            guard let status = statuses.withLock({ $0[request.service] }) else {
                throw RPCError(.notFound, "unknown service")
            }
            return .with { $0.status = status }
        }
    }

    /// Sets the status of one service; the empty name is the server as a whole.
    public func set(_ status: Status, for service: String) {
        statuses.withLock { $0[service] = status }
    }

    /// Sets the status of every service and of the server as a whole.
    public func setAll(_ status: Status) {
        statuses.withLock { $0 = $0.mapValues { _ in status } }
    }
}
