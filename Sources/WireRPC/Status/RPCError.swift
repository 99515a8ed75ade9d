import SwiftProtobuf
import WireAPI

/// The outcome of a call that did not succeed: what gRPC calls a status.
public struct RPCError: Error, Sendable, CustomStringConvertible {
    /// gRPC status codes; the raw values are the numbers on the wire.
    public enum Code: Int, Sendable, Hashable, CaseIterable {
        case ok = 0
        case cancelled, unknown, invalidArgument, deadlineExceeded, notFound, alreadyExists, permissionDenied
        case resourceExhausted, failedPrecondition, aborted, outOfRange, unimplemented, `internal`, unavailable
        case dataLoss, unauthenticated
    }

    public var code: Code
    public var message: String
    /// Typed details as they travel in `grpc-status-details-bin` (the `details` of a `google.rpc.Status`).
    public var details: [Google_Protobuf_Any]

    public init(_ code: Code, _ message: String, details: [Google_Protobuf_Any] = []) {
        self.code = code
        self.message = message
        self.details = details
    }

    /// An error with one typed detail, such as `NotFoundFailure`.
    public init(_ code: Code, _ message: String, detail: some Message) {
        self.init(code, message, details: (try? Google_Protobuf_Any(message: detail)).map { [$0] } ?? [])
    }

    /// The first detail of the given type, if the error carries one.
    public func detail<M: Message>(_ type: M.Type) -> M? {
        for detail in details where detail.isA(M.self) {
            return try? M(unpackingAny: detail)
        }
        return nil
    }

    public var description: String { "\(code): \(message)" }
}
