import Hummingbird
import NIOCore
import Synchronization

/// A request context that knows the connection, so that calls end when their client hangs up.
public protocol ConnectedRequestContext: RequestContext {
    var channel: any Channel { get }
}

/// The context of the HTTP API's own server.
public struct HTTPAPIContext: ConnectedRequestContext {
    public var coreContext: CoreRequestContextStorage
    public let channel: any Channel

    public init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }
}

/// Cancels what is done for a connection when its client sends no more.
enum Disconnection {
    static func cancelling<Value: Sendable>(
        _ channel: (any Channel)?, _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        guard let channel, let watcher = try? await watcher(channel) else { return try await body() }
        let task = Task { try await body() }
        watcher.watch { task.cancel() }
        defer { watcher.stopWatching() }
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }

    private static func watcher(_ channel: any Channel) async throws -> DisconnectionHandler {
        if let handler = try? await channel.pipeline.handler(type: DisconnectionHandler.self).get() { return handler }
        let handler = DisconnectionHandler()
        try await channel.pipeline.addHandler(handler, position: .first).get()
        return handler
    }
}

/// Sees the end of a connection's input. A connection answers one request at a time, so it has one listener at most.
final class DisconnectionHandler: ChannelInboundHandler, Sendable {
    typealias InboundIn = NIOAny

    private struct State {
        var isClosed = false
        var listener: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    func watch(_ listener: @escaping @Sendable () -> Void) {
        let isClosed = state.withLock { state in
            if !state.isClosed { state.listener = listener }
            return state.isClosed
        }
        if isClosed { listener() }
    }

    func stopWatching() { state.withLock { $0.listener = nil } }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed = event { close() }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        close()
        context.fireChannelInactive()
    }

    private func close() {
        let listener = state.withLock { state in
            state.isClosed = true
            return state.listener.take()
        }
        listener?()
    }
}
