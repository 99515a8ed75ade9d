import NIOCore
import Synchronization

/// The connections of one client, and the calls that wait for one.
///
/// One connection carries everything until the server's limit of concurrent streams is reached; then a second one is
/// opened, and so on. A connection that is going away takes no more calls. Calls made while there is no connection wait
/// for the attempt to connect, and fail if it fails.
final class ClientPool: Sendable {
    private struct Ready {
        let connection: ClientConnection
        var inFlight = 0
        var maxStreams: Int
    }

    private struct State {
        var ready: [Ready] = []
        var connecting: ClientConnection?
        var draining: [ClientConnection] = []
        var waiting: [ClientCall] = []
        var failures = 0
        var notBefore: ContinuousClock.Instant?
        var isClosed = false
    }

    let target: RPCTarget
    private let connector: ClientConnector
    private let configuration: RPCClient.Configuration
    private let state = Mutex(State())

    init(target: RPCTarget, connector: ClientConnector, configuration: RPCClient.Configuration) {
        self.target = target
        self.connector = connector
        self.configuration = configuration
    }

    /// Connections that take calls.
    var readyCount: Int { state.withLock { $0.ready.count } }
    var isClosed: Bool { state.withLock { $0.isClosed } }

    // MARK: Calls

    private enum Placement {
        case open(ClientConnection)
        case wait
        case closed
    }

    /// Sends a call as soon as there is a connection for it.
    func submit(_ call: ClientCall) {
        let placement = state.withLock { state -> Placement in
            if state.isClosed { return .closed }
            if let index = state.ready.firstIndex(where: { $0.inFlight < $0.maxStreams }) {
                state.ready[index].inFlight += 1
                return .open(state.ready[index].connection)
            }
            state.waiting.append(call)
            return .wait
        }
        switch placement {
        case .open(let connection): connection.open(call)
        case .wait: connectIfNeeded()
        case .closed: call.finish(.failure(RPCError(.cancelled, "the client was closed")))
        }
    }

    /// Forgets a call that ended while it waited.
    func withdraw(_ call: ClientCall) {
        state.withLock { $0.waiting.removeAll { $0 === call } }
    }

    /// Gives the place of a call that has ended to one that waits.
    func callEnded(on connection: ClientConnection) {
        let next = state.withLock { state -> ClientCall? in
            guard let index = state.ready.firstIndex(where: { $0.connection === connection }) else { return nil }
            state.ready[index].inFlight -= 1
            guard !state.waiting.isEmpty, state.ready[index].inFlight < state.ready[index].maxStreams else {
                return nil
            }
            state.ready[index].inFlight += 1
            return state.waiting.removeFirst()
        }
        if let next { connection.open(next) }
    }

    // MARK: Connections

    /// Opens a connection if calls wait and none is on its way.
    private func connectIfNeeded() {
        let attempt = state.withLock { state -> (ClientConnection, Duration)? in
            guard !state.isClosed, state.connecting == nil, !state.waiting.isEmpty,
                state.ready.count < configuration.maxConnections
            else { return nil }
            let connection = ClientConnection(eventLoop: connector.nextLoop())
            state.connecting = connection
            let delay = state.notBefore.map { max(.zero, ContinuousClock.now.duration(to: $0)) } ?? .zero
            return (connection, delay)
        }
        guard let (connection, delay) = attempt else { return }
        connector.connect(connection, pool: self, after: delay)
    }

    /// The server's settings have come: calls can go out.
    func connectionReady(_ connection: ClientConnection, maxStreams: Int) {
        let calls = state.withLock { state -> [ClientCall]? in
            guard state.connecting === connection, !state.isClosed else { return nil }
            state.connecting = nil
            state.failures = 0
            state.notBefore = nil
            let count = min(maxStreams, state.waiting.count)
            state.ready.append(Ready(connection: connection, inFlight: count, maxStreams: maxStreams))
            defer { state.waiting.removeFirst(count) }
            return Array(state.waiting.prefix(count))
        }
        guard let calls else { return connection.close(drain: false) }
        for call in calls { connection.open(call) }
        connectIfNeeded()
    }

    func streamLimitChanged(_ connection: ClientConnection, maxStreams: Int) {
        state.withLock { state in
            guard let index = state.ready.firstIndex(where: { $0.connection === connection }) else { return }
            state.ready[index].maxStreams = maxStreams
        }
    }

    /// The connection takes no more calls; those it has go on.
    func connectionDrains(_ connection: ClientConnection) {
        state.withLock { state in
            state.ready.removeAll { $0.connection === connection }
            state.draining.append(connection)
        }
        connectIfNeeded()
    }

    func connectionClosed(_ connection: ClientConnection, _ error: RPCError) {
        let wasConnecting = state.withLock { state in
            state.ready.removeAll { $0.connection === connection }
            state.draining.removeAll { $0 === connection }
            return state.connecting === connection
        }
        if wasConnecting {
            connectFailed(connection, error)
        } else {
            connectIfNeeded()
        }
    }

    /// Whether this connection is still on its way.
    func isConnecting(_ connection: ClientConnection) -> Bool {
        state.withLock { $0.connecting === connection }
    }

    func connectFailed(_ connection: ClientConnection, _ error: RPCError) {
        let calls = state.withLock { state -> [ClientCall] in
            guard state.connecting === connection else { return [] }
            state.connecting = nil
            state.notBefore = ContinuousClock.now.advanced(by: backoff(failures: state.failures))
            state.failures += 1
            defer { state.waiting = [] }
            return state.waiting
        }
        for call in calls { call.finish(.failure(error)) }
    }

    private func backoff(failures: Int) -> Duration {
        var pause = configuration.firstBackoff
        for _ in 0..<min(failures, 30) where pause < configuration.maxBackoff {
            pause = pause * 8 / 5
        }
        // Clients that lost the same server should not all come back in the same instant.
        return min(pause, configuration.maxBackoff) * Double.random(in: 0.8...1.2)
    }

    /// Ends all calls and connections.
    func close() {
        let last = state.withLock { state in
            defer { state = State(isClosed: true) }
            return state
        }
        for call in last.waiting { call.finish(.failure(RPCError(.cancelled, "the client was closed"))) }
        let connections = last.ready.map(\.connection) + last.draining + (last.connecting.map { [$0] } ?? [])
        for connection in connections { connection.close(drain: false) }
    }
}
