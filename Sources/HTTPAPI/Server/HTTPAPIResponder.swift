import APIJSON
import Hummingbird
import NIOCore
import WireRPC

/// Answers every request of the API.
struct HTTPAPIResponder<Context: RequestContext>: HTTPResponder {
    let connection: any ServiceConnection
    /// What paths begin with before those of the API.
    let pathPrefix: String
    let requestGuard: RequestGuard
    private let routes = RouteTable.api
    private let schema = RequestSchema.api

    init(connection: any ServiceConnection, pathPrefix: String, requestGuard: RequestGuard) {
        self.connection = connection
        self.pathPrefix = pathPrefix
        self.requestGuard = requestGuard
    }

    func respond(to request: Request, context: Context) async throws -> Response {
        var format = AnswerFormat()
        do {
            try requestGuard.check(request)
            let target = try RequestTarget(path(of: request))
            format = Self.answerFormat(request, target)
            let (route, values) = try route(request, target)
            let json = try await json(request, target, route, values)
            let options = CallOptions(
                timeout: try ForwardedHeaders.timeout(request.headers),
                metadata: ForwardedHeaders.metadata(request.headers))
            let channel = (context as? any ConnectedRequestContext)?.channel
            let text = try await Disconnection.cancelling(channel) { [connection, format] in
                try format.text(of: try await route.call.perform(connection, json, options))
            }
            return Self.response(request, .ok, format, text)
        } catch let error as RPCError {
            return Self.response(request, error, format)
        } catch is CancellationError {
            return Self.response(request, RPCError(.cancelled, "the call was cancelled"), format)
        }
    }

    private func path(of request: Request) -> String {
        let path = request.head.path ?? "/"
        return path.hasPrefix(pathPrefix) ? String(path.dropFirst(pathPrefix.count)) : path
    }

    private func route(
        _ request: Request, _ target: RequestTarget
    ) throws(RPCError) -> (RouteTable.Route, [String]) {
        switch routes.match(verb: request.method.rawValue, segments: target.segments) {
        case .route(let route, let values): return (route, values)
        case .otherVerb: throw RPCError(.unimplemented, "Method Not Allowed")
        case .nothing: throw RPCError(.notFound, "Not Found")
        }
    }

    /// The request's message: from the body or the query, with what the path says put over it.
    private func json(
        _ request: Request, _ target: RequestTarget, _ route: RouteTable.Route, _ values: [String]
    ) async throws -> JSONValue {
        let name = route.call.requestName
        var json: JSONValue
        if route.hasBody {
            let format = AnswerFormat(mediaType: request.headers[.contentType]) ?? AnswerFormat()
            let body = try await Self.body(request)
            json = try BodyReader(schema: schema, shorthand: format.shorthand).request(name, body)
        } else {
            json = try QueryReader(schema: schema, reserved: route.variables).request(name, target.parameters)
        }
        for (variable, value) in zip(route.variables, values) {
            json.set(.string(value), at: schema.jsonPath(variable, of: name)[...])
        }
        return json
    }

    private static func body(_ request: Request) async throws -> [UInt8] {
        do {
            return Array(buffer: try await request.body.collect(upTo: HTTPAPI.maximumBodySize))
        } catch let error as RPCError {
            throw error
        } catch is NIOTooManyBytesError {
            throw RPCError(.invalidArgument, "http: request body too large")
        }
    }

    private static func answerFormat(_ request: Request, _ target: RequestTarget) -> AnswerFormat {
        let isPretty = target.hasParameter("pretty")
        let isFull = target.hasParameter("noPayloadShorthand")
        if isPretty || isFull { return AnswerFormat(isPretty: isPretty, shorthand: !isFull) }
        return AnswerFormat(mediaType: request.headers[.accept])
            ?? AnswerFormat(mediaType: request.headers[.contentType]) ?? AnswerFormat()
    }

    private static func response(_ request: Request, _ error: RPCError, _ format: AnswerFormat) -> Response {
        let status = HTTPResponse.Status(code: ErrorAnswer.httpStatus(error.code))
        return response(request, status, format, format.text(ErrorAnswer.value(error, shorthand: format.shorthand)))
    }

    private static func response(
        _ request: Request, _ status: HTTPResponse.Status, _ format: AnswerFormat, _ text: String
    ) -> Response {
        let headers: HTTPFields = [
            .contentType: format.mediaType, .xContentTypeOptions: "nosniff", .cacheControl: "no-store",
        ]
        guard request.method != .head else { return Response(status: status, headers: headers) }
        return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(string: text)))
    }
}

extension RequestSchema {
    /// A path of fields as JSON spells it.
    func jsonPath(_ path: [String], of message: String) -> [String] {
        var names: [String] = []
        var message = message
        for name in path {
            guard let field = field(name, of: message) else { return path }
            names.append(field.jsonName)
            if case .message(let next) = field.type { message = next }
        }
        return names
    }
}
