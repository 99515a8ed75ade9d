import SwiftProtobuf
import WireAPI

/// The call of the standard health service, `grpc.health.v1.Health/Check`.
enum HealthCheck {
    // On the wire the request is a message with one string in field 1, the answer one with an enum in field 1: the
    // same bytes as these well-known types.
    static let method = RPCMethod<Google_Protobuf_StringValue, Google_Protobuf_Int32Value>(
        service: "grpc.health.v1.Health", name: "Check")

    /// The service whose health stands for the whole server's.
    static let service = "temporal.api.workflowservice.v1.WorkflowService"

    static func text(_ status: Int32) -> String {
        switch status {
        case 1: "SERVING"
        case 2: "NOT_SERVING"
        case 3: "SERVICE_UNKNOWN"
        default: "UNKNOWN"
        }
    }
}
