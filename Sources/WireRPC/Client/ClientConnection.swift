import NIOCore
import Synchronization

/// The thread-safe side of one connection of a client: brings calls and cancellations to its event loop.
final class ClientConnection: Sendable {
    private enum Item {
        case open(ClientCall)
        case cancel(ClientCall)
        case close(drain: Bool)
    }

    private struct State {
        var items: [Item] = []
        var handler: NIOLoopBound<ClientConnectionHandler>?
        var isClosed = false
    }

    let eventLoop: any EventLoop
    private let state = Mutex(State())

    init(eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    func attach(_ handler: ClientConnectionHandler) {
        let bound = NIOLoopBound(handler, eventLoop: eventLoop)
        state.withLock { $0.handler = bound }
    }

    /// Lets go of the handler, whose channel has closed, and hands back the calls that never reached it.
    func detach() -> [ClientCall] {
        let items = state.withLock { state in
            defer { state = State(isClosed: true) }
            return state.items
        }
        return items.compactMap { item in
            if case .open(let call) = item { return call }
            return nil
        }
    }

    func open(_ call: ClientCall) {
        post(.open(call)) { call.retry(after: RPCError(.unavailable, "the connection was closed")) }
    }

    func cancel(_ call: ClientCall) {
        post(.cancel(call)) {}
    }

    /// Closes the connection: at once, or when the calls it carries have ended.
    func close(drain: Bool) {
        post(.close(drain: drain)) {}
    }

    private func post(_ item: Item, ifClosed: () -> Void) {
        let (isFirst, isClosed) = state.withLock { state in
            if state.isClosed { return (false, true) }
            state.items.append(item)
            return (state.items.count == 1, false)
        }
        if isClosed { return ifClosed() }
        if isFirst { eventLoop.execute { self.deliver() } }
    }

    private func deliver() {
        let (items, bound) = state.withLock { state in
            defer { state.items = [] }
            return (state.items, state.handler)
        }
        guard let handler = bound?.value else { return }
        for item in items {
            switch item {
            case .open(let call): handler.open(call)
            case .cancel(let call): handler.cancel(call)
            case .close(let drain): handler.shutDown(drain: drain)
            }
        }
        handler.flush()
    }
}
