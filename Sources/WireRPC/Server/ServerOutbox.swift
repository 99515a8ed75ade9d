import NIOCore
import Synchronization

/// Brings outcomes from handlers, which end on any thread, to the connection's event loop.
///
/// What piles up while the loop is busy is handed over, and flushed, in one go.
final class ServerOutbox: Sendable {
    enum Item: Sendable {
        case answer(ServerCallID, ServerAnswer)
        case deadline(ServerCallID)
        case drain
        case closeNow
    }

    private struct State {
        var items: [Item] = []
        var connection: NIOLoopBound<ServerConnectionHandler>?
    }

    private let eventLoop: any EventLoop
    private let state = Mutex(State())

    init(eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    /// Connects the outbox with its connection; on the event loop.
    func attach(_ connection: ServerConnectionHandler) {
        let bound = NIOLoopBound(connection, eventLoop: eventLoop)
        state.withLock { $0.connection = bound }
    }

    /// Lets go of the connection, which has closed.
    func detach() {
        state.withLock { $0 = State() }
    }

    func post(_ item: Item) {
        if eventLoop.inEventLoop {
            guard let connection = state.withLock({ $0.connection })?.value else { return }
            connection.receive(item)
            return connection.flushUnlessReading()
        }
        let isFirst = state.withLock { state in
            guard state.connection != nil else { return false }
            state.items.append(item)
            return state.items.count == 1
        }
        if isFirst { eventLoop.execute { self.deliver() } }
    }

    private func deliver() {
        let (items, connection) = state.withLock { state in
            let items = state.items
            state.items = []
            return (items, state.connection)
        }
        guard let connection = connection?.value else { return }
        for item in items { connection.receive(item) }
        connection.flushUnlessReading()
    }
}

/// A call's HTTP/2 stream number.
typealias ServerCallID = Int

/// What a handler came to.
enum ServerAnswer: Sendable {
    case message(ByteBuffer, compressed: Bool)
    case failure(RPCError)
}
