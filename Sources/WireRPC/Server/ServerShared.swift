import Logging
import NIOCore
import NIOHPACK
import Synchronization

/// What all connections of a server share.
final class ServerShared: Sendable {
    let table: ServiceTable
    let configuration: RPCServer.Configuration
    /// The headers of every answer, made once.
    let plainHeaders: HPACKHeaders
    let gzipHeaders: HPACKHeaders
    private let heldBytes = Atomic<Int>(0)
    private let state = Mutex(State())

    private struct State {
        var connections: [ObjectIdentifier: ServerOutbox] = [:]
        var isStopping = false
        var whenEmpty: EventLoopPromise<Void>?
    }

    init(table: ServiceTable, configuration: RPCServer.Configuration) {
        self.table = table
        self.configuration = configuration
        var headers: HPACKHeaders = [":status": "200", HeaderNames.contentType: HeaderNames.grpcContentType]
        for (name, value) in configuration.answerHeaders { headers.add(name: name, value: value) }
        plainHeaders = headers
        headers.add(name: HeaderNames.encoding, value: HeaderNames.gzip)
        gzipHeaders = headers
    }

    var logger: Logger { configuration.logger }
    var connectionCount: Int { state.withLock { $0.connections.count } }

    /// Adds a connection; false means that it must be closed because there are too many, or the server stops.
    func register(_ outbox: ServerOutbox) -> Bool {
        state.withLock { state in
            guard !state.isStopping, state.connections.count < configuration.maxConnections else { return false }
            state.connections[ObjectIdentifier(outbox)] = outbox
            return true
        }
    }

    func unregister(_ outbox: ServerOutbox) {
        let promise = state.withLock { state -> EventLoopPromise<Void>? in
            state.connections[ObjectIdentifier(outbox)] = nil
            guard state.connections.isEmpty else { return nil }
            defer { state.whenEmpty = nil }
            return state.whenEmpty
        }
        promise?.succeed()
    }

    /// Refuses new connections from now on and has `promise` succeed once the last one is gone.
    func stop(whenEmpty promise: EventLoopPromise<Void>) -> [ServerOutbox] {
        let connections = state.withLock { state in
            state.isStopping = true
            if !state.connections.isEmpty { state.whenEmpty = promise }
            return Array(state.connections.values)
        }
        if connections.isEmpty { promise.succeed() }
        return connections
    }

    /// Counts bytes of requests held in memory; false means there is no room for them (they are not counted then).
    func hold(_ bytes: Int) -> Bool {
        let (_, total) = heldBytes.add(bytes, ordering: .relaxed)
        if total <= configuration.maxHeldBytes { return true }
        release(bytes)
        return false
    }

    func release(_ bytes: Int) {
        heldBytes.subtract(bytes, ordering: .relaxed)
    }
}
