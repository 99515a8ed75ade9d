import APIJSON
import SwiftProtobuf
import WireAPI
import WireRPC

/// One method with its types erased: JSON in, message out.
struct HTTPCall: Sendable {
    /// Full name of the request's type, for the schema.
    let requestName: String
    let perform: @Sendable (any ServiceConnection, JSONValue, CallOptions) async throws -> any Message

    init<Request: Message, Response: Message>(_ method: RPCMethod<Request, Response>) {
        requestName = Request.protoMessageName
        perform = { connection, json, options in
            let request: Request
            do {
                request = try Request(jsonString: JSONPrinter.compact(json))
            } catch {
                throw RPCError(.invalidArgument, "the request is not a valid \(Request.protoMessageName): \(error)")
            }
            return try await connection.call(method, request, options: options)
        }
    }
}
