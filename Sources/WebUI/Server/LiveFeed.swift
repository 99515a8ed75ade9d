import Hummingbird
import ServiceLifecycle
import Synchronization

/// Updates of a page, sent as server-sent events for as long as its reader looks.
///
/// Each update is a piece of markup with an id that replaces the element of that id. A feed ends when its body returns,
/// when the reader goes away, or when the server stops.
struct LiveFeed: Sendable {
    let body: @Sendable (LiveSender) async throws -> Void

    init(_ body: @escaping @Sendable (LiveSender) async throws -> Void) {
        self.body = body
    }

    /// How often a sign of life is sent, which also finds out if the reader has gone.
    private static let heartbeat = Duration.seconds(15)

    func response(_ limit: LiveLimit) -> Response {
        var headers = HTTPFields()
        headers[.contentType] = "text/event-stream; charset=utf-8"
        headers[.cacheControl] = "no-store"
        let body = ResponseBody { writer in
            let sender = LiveSender()
            if limit.enter() {
                defer { limit.leave() }
                try await send(sender, to: &writer)
            } else {
                try await writer.write(ByteBuffer(string: LiveSender.finish))
            }
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: headers, body: body)
    }

    private func send(_ sender: LiveSender, to writer: inout any ResponseBodyWriter) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { sender.end() }
                try await cancelWhenGracefulShutdown { try await body(sender) }
            }
            group.addTask {
                while true {
                    try await Task.sleep(for: Self.heartbeat)
                    sender.beat()
                }
            }
            defer { group.cancelAll() }
            for await _ in sender.signals {
                if let text = sender.take() { try await writer.write(ByteBuffer(bytes: text)) }
            }
        }
    }
}

/// Collects the updates of one feed until they can be sent.
///
/// Holds each piece of the page once, whatever the reader's speed, and leaves out what has not changed.
final class LiveSender: Sendable {
    private struct State {
        var waiting: [(id: String, html: HTML)] = []
        var sent: [String: HTML] = [:]
        var beats = false
        var finishes = false
    }

    /// Says that there is something to ``take()``; ends with the feed.
    let signals: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation
    private let state = Mutex(State())

    static let finish = "event: finish\ndata:\n\n"

    init() {
        (signals, signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Replaces the element `id` of the page, unless it is already like that.
    func replace(_ id: String, _ html: HTML) {
        let isNew = state.withLock { state in
            state.waiting.removeAll { $0.id == id }
            guard state.sent[id] != html else { return false }
            state.waiting.append((id, html))
            return true
        }
        if isNew { signal.yield() }
    }

    /// What the page already shows, so that it is not sent again.
    func assume(_ id: String, _ html: HTML) {
        state.withLock { $0.sent[id] = html }
    }

    /// Says that nothing more will come; the page stops asking.
    func finish() {
        state.withLock { $0.finishes = true }
        signal.yield()
    }

    func beat() {
        state.withLock { $0.beats = true }
        signal.yield()
    }

    fileprivate func end() { signal.finish() }

    /// What is to be sent now.
    fileprivate func take() -> [UInt8]? {
        let (waiting, finishes, beats) = state.withLock { state in
            defer {
                for piece in state.waiting { state.sent[piece.id] = piece.html }
                state.waiting = []
                state.finishes = false
                state.beats = false
            }
            return (state.waiting, state.finishes, state.beats)
        }
        var text: [UInt8] = []
        for piece in waiting { Self.append(piece.id, piece.html, to: &text) }
        if finishes { text += Array(Self.finish.utf8) }
        if text.isEmpty, beats { text += Array(": \n\n".utf8) }
        return text.isEmpty ? nil : text
    }

    private static func append(_ id: String, _ html: HTML, to text: inout [UInt8]) {
        text += Array("event: replace\ndata: \(id)\n".utf8)
        for line in html.bytes.split(omittingEmptySubsequences: false, whereSeparator: { $0 == 10 || $0 == 13 }) {
            text += Array("data: ".utf8)
            text += line
            text.append(10)
        }
        text.append(10)
    }
}

/// How many feeds are open; each costs a connection and calls to the server.
final class LiveLimit: Sendable {
    private let limit: Int
    private let count = Mutex(0)

    init(_ limit: Int) {
        self.limit = limit
    }

    func enter() -> Bool {
        count.withLock { count in
            guard count < limit else { return false }
            count += 1
            return true
        }
    }

    func leave() { count.withLock { $0 -= 1 } }
}
