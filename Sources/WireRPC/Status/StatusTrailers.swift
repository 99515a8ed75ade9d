import NIOHPACK
import NIOHTTP2
import SwiftProtobuf
import WireAPI

/// How an outcome travels in HTTP/2 trailers, both ways.
enum StatusTrailers {
    static let ok: HPACKHeaders = [HeaderNames.status: "0"]
    /// Longest message and details that are sent: more would not fit into the header list a peer accepts.
    private static let longestMessage = 4 * 1024
    private static let longestDetails = 8 * 1024

    /// Adds an error to a header block.
    static func add(_ error: RPCError, to headers: inout HPACKHeaders) {
        headers.add(name: HeaderNames.status, value: String(error.code.rawValue))
        if !error.message.isEmpty {
            let message = error.message.utf8.count <= longestMessage ? error.message : shortened(error.message)
            // Not indexed: messages differ, and would only push useful entries out of the compression table.
            headers.add(name: HeaderNames.message, value: PercentCoding.encode(message), indexing: .nonIndexable)
        }
        guard !error.details.isEmpty else { return }
        let status = APIRPCStatus.with {
            $0.code = Int32(error.code.rawValue)
            $0.message = error.message
            $0.details = error.details
        }
        guard let bytes: [UInt8] = try? status.serializedBytes(), bytes.count <= longestDetails else { return }
        headers.add(name: HeaderNames.details, value: Base64.encode(bytes), indexing: .nonIndexable)
    }

    private static func shortened(_ text: String) -> String {
        String(decoding: text.utf8.prefix(longestMessage), as: UTF8.self) + "…"
    }

    /// The outcome that trailers state: `nil` for success.
    static func error(in trailers: HPACKHeaders) -> RPCError? {
        guard let text = trailers.first(name: HeaderNames.status) else {
            return RPCError(.unknown, "the server's answer carries no grpc-status")
        }
        // A code this version does not know is "unknown", as the protocol asks.
        let code = Int(text).map { RPCError.Code(rawValue: $0) ?? .unknown } ?? .unknown
        guard code != .ok else { return nil }
        var error = RPCError(code, PercentCoding.decode(trailers.first(name: HeaderNames.message) ?? ""))
        if let encoded = trailers.first(name: HeaderNames.details), let bytes = Base64.decode(encoded),
            let status = try? APIRPCStatus(serializedBytes: bytes)
        {
            error.details = status.details
            if error.message.isEmpty { error.message = status.message }
        }
        return error
    }

    /// The outcome of an answer that is not gRPC at all, from its HTTP status.
    static func error(httpStatus: String, contentType: String?) -> RPCError {
        let code: RPCError.Code =
            switch httpStatus {
            case "400": .internal
            case "401": .unauthenticated
            case "403": .permissionDenied
            case "404": .unimplemented
            case "429", "502", "503", "504": .unavailable
            default: .unknown
            }
        return RPCError(
            code, "the answer is not gRPC: HTTP status \(httpStatus), content type \(contentType ?? "missing")")
    }

    /// The outcome of a stream that the peer reset.
    static func error(reset code: HTTP2ErrorCode) -> RPCError {
        let status: RPCError.Code =
            switch code {
            case .refusedStream: .unavailable
            case .cancel: .cancelled
            case .enhanceYourCalm: .resourceExhausted
            case .inadequateSecurity: .permissionDenied
            default: .internal
            }
        return RPCError(status, "the server reset the call (HTTP/2 error \(code.networkCode))")
    }
}

extension RPCError {
    /// Any error as one that can be sent: a cancelled task is `.cancelled`, what is not an ``RPCError`` is `.internal`.
    init(describing error: any Error) {
        switch error {
        case let error as RPCError: self = error
        case is CancellationError: self.init(.cancelled, "the call was cancelled")
        default: self.init(.internal, String(describing: error))
        }
    }

    static var callCancelled: RPCError { RPCError(.cancelled, "the call was cancelled") }
    static var deadlinePassed: RPCError { RPCError(.deadlineExceeded, "the call's deadline passed") }
}
