import APIJSON
import SwiftProtobuf
import WireAPI
import WireRPC

/// An error as a `google.rpc.Status` in JSON.
enum ErrorAnswer {
    /// The HTTP status for a gRPC code.
    static func httpStatus(_ code: RPCError.Code) -> Int {
        switch code {
        case .ok: 200
        case .cancelled: 499
        case .invalidArgument, .failedPrecondition, .outOfRange: 400
        case .unauthenticated: 401
        case .permissionDenied: 403
        case .notFound: 404
        case .alreadyExists, .aborted: 409
        case .resourceExhausted: 429
        case .unimplemented: 501
        case .unavailable: 503
        case .deadlineExceeded: 504
        case .unknown, .internal, .dataLoss: 500
        }
    }

    static func value(_ error: RPCError, shorthand: Bool) -> JSONValue {
        var members: [JSONValue.Member] = [.init("code", .integer(error.code.rawValue))]
        if !error.message.isEmpty { members.append(.init("message", .string(error.message))) }
        if !error.details.isEmpty {
            members.append(.init("details", .array(error.details.map { detail($0, shorthand: shorthand) })))
        }
        return .object(members)
    }

    private static func detail(_ detail: Google_Protobuf_Any, shorthand: Bool) -> JSONValue {
        _ = knowsDetails
        // A detail of a type that is not known here still says its type.
        return (try? ProtoJSON.value(of: detail, shorthand: shorthand))
            ?? .object([.init("@type", .string(detail.typeURL))])
    }

    /// `Any` can only be written as JSON if the types that may be in it have been announced.
    private static let knowsDetails: Bool = {
        let types: [any Message.Type] = [
            APINotFoundFailure.self, APIWorkflowExecutionAlreadyStartedFailure.self, APINamespaceNotActiveFailure.self,
            APINamespaceUnavailableFailure.self, APINamespaceInvalidStateFailure.self,
            APINamespaceNotFoundFailure.self, APINamespaceAlreadyExistsFailure.self,
            APIClientVersionNotSupportedFailure.self, APIServerVersionNotSupportedFailure.self,
            APICancellationAlreadyRequestedFailure.self, APIQueryFailedFailure.self, APIPermissionDeniedFailure.self,
            APIResourceExhaustedFailure.self, APISystemWorkflowFailure.self, APIWorkflowNotReadyFailure.self,
            APINewerBuildExistsFailure.self, APIMultiOperationExecutionFailure.self,
            APIActivityExecutionAlreadyStartedFailure.self, APINexusOperationExecutionAlreadyStartedFailure.self,
            APIWorkflowTaskCompletionBufferLostFailure.self,
        ]
        return types.allSatisfy { Google_Protobuf_Any.register(messageType: $0) }
    }()
}
