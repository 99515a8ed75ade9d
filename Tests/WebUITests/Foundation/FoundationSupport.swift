import Hummingbird
import HummingbirdTesting
import NIOCore
import NIOPosix
import SwiftProtobuf
import WireAPI
import WireRPC

@testable import WebUI

/// A server that refuses every call with the same error.
struct RefusingConnection: ServiceConnection {
    var error = RPCError(.unimplemented, "not here")

    func call<Request: Message, Response: Message>(
        _ method: RPCMethod<Request, Response>, _ request: Request, options: CallOptions
    ) async throws -> Response {
        throw error
    }
}

/// Pages of the tests' own, answered without a socket.
struct TestPages {
    let client: any TestClientProtocol

    static func run(
        _ routes: RouteTable, configuration: WebServer.Configuration = WebServer.Configuration(),
        connection: any ServiceConnection = RefusingConnection(),
        _ body: @Sendable (TestPages) async throws -> Void
    ) async throws {
        let app = WebServer.application(configuration, connection: connection, routes: routes)
        try await app.test(.router) { try await body(TestPages(client: $0)) }
    }

    func get(_ path: String, headers: HTTPFields = [:]) async throws -> TestResponse {
        try await client.execute(uri: path, method: .get, headers: headers)
    }

    func post(_ path: String, _ body: String, headers: HTTPFields = [:]) async throws -> TestResponse {
        var headers = headers
        if headers[.contentType] == nil { headers[.contentType] = "application/x-www-form-urlencoded" }
        return try await client.execute(
            uri: path, method: .post, headers: headers, body: ByteBuffer(string: body))
    }
}

extension TestResponse {
    var text: String { String(buffer: body) }
}

/// A page with nothing but the given text.
func plainPage(_ text: String) -> Page {
    Page("Test", in: nil, namespace: "default", body: "<p>\(text)</p>")
}

/// One connection over which bytes are sent as they are, for what no client would send.
struct RawHTTP {
    let channel: any Channel
    private let lines: AsyncStream<String>

    static func connect(port: Int) async throws -> RawHTTP {
        let (stream, continuation) = AsyncStream.makeStream(of: String.self)
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Collector(continuation))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        return RawHTTP(channel: channel, lines: stream)
    }

    func send(_ text: String) async throws {
        try await channel.writeAndFlush(ByteBuffer(string: text))
    }

    /// Everything that has come once it contains `text`, or when the connection has ended.
    func receive(until text: String? = nil) async -> String {
        var all = ""
        for await part in lines {
            all += part
            if let text, all.contains(text) { break }
        }
        return all
    }

    private final class Collector: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let continuation: AsyncStream<String>.Continuation

        init(_ continuation: AsyncStream<String>.Continuation) {
            self.continuation = continuation
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            continuation.yield(String(buffer: unwrapInboundIn(data)))
        }

        func channelInactive(context: ChannelHandlerContext) {
            continuation.finish()
        }
    }
}

/// Finds what is wrong with markup: tags that do not match, attributes without quotes, what the content policy forbids.
enum MarkupCheck {
    private static let void: Set<Substring> = [
        "meta", "link", "input", "br", "img", "hr", "!doctype",
    ]

    static func problems(_ html: String) -> [String] {
        var problems: [String] = []
        var open: [Substring] = []
        var rest = html[...]
        while let start = rest.firstIndex(of: "<") {
            guard let end = tagEnd(rest[start...]) else { return problems + ["a tag has no end"] }
            let tag = rest[rest.index(after: start)..<end]
            rest = rest[rest.index(after: end)...]
            let name = tag.drop { $0 == "/" }.prefix { !$0.isWhitespace && $0 != "/" && $0 != ">" }
            if tag.hasPrefix("/") {
                if open.popLast() != name { problems.append("</\(name)> closes something else") }
            } else if !tag.hasSuffix("/"), !void.contains(name) {
                open.append(name)
            }
            problems += attributeProblems(tag)
        }
        return problems + open.map { "<\($0)> is not closed" }
    }

    private static func tagEnd(_ text: Substring) -> Substring.Index? {
        var isQuoted = false
        for index in text.indices {
            if text[index] == "\"" { isQuoted.toggle() }
            if text[index] == ">", !isQuoted { return index }
        }
        return nil
    }

    private static func attributeProblems(_ tag: Substring) -> [String] {
        let attributes = tag.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
            .filter { $0.offset % 2 == 0 }.map { $0.element }.joined(separator: " ")
        var problems: [String] = []
        if attributes.contains(" style=") { problems.append("inline style in <\(tag)>") }
        if attributes.split(separator: " ").contains(where: { $0.hasPrefix("on") && $0.hasSuffix("=") }) {
            problems.append("inline script in <\(tag)>")
        }
        if attributes.contains("='") { problems.append("quotes in <\(tag)>") }
        return problems
    }
}
