import NIOCore
import NIOHPACK
import NIOHTTP2

/// One HTTP/2 connection of a client: turns calls into frames and frames into outcomes. See
/// ``ServerConnectionHandler`` for why it works on the connection's frames. Belongs to the connection's event loop.
final class ClientConnectionHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTP2Frame
    typealias InboundOut = Never
    typealias OutboundIn = Never
    typealias OutboundOut = HTTP2Frame

    private let connection: ClientConnection
    private let pool: ClientPool
    private let configuration: RPCClient.Configuration
    private var context: ChannelHandlerContext?
    private var streams: [Int: ClientStream] = [:]
    private var streamOfCall: [ObjectIdentifier: Int] = [:]
    private var nextStream = 1
    private var isReady = false
    private var isDraining = false
    private var isReading = false
    private var sentGoAwayForError = false
    private var failure: RPCError?
    private var lastRead = NIODeadline.now()
    private var pingSentAt: NIODeadline?
    private var keepalive: Scheduled<Void>?

    static let streamWindow = 4 << 20
    static let connectionWindow = 32 << 20
    /// Stream numbers end at 2^31 - 1; a new connection is due some time before.
    private static let lastStream = (1 << 31) - 10_001

    init(connection: ClientConnection, pool: ClientPool, configuration: RPCClient.Configuration) {
        self.connection = connection
        self.pool = pool
        self.configuration = configuration
    }

    // MARK: Life of the connection

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        connection.attach(self)
        if context.channel.isActive { begin(context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        begin(context)
        context.fireChannelActive()
    }

    private func begin(_ context: ChannelHandlerContext) {
        guard keepalive == nil else { return }
        write(.windowUpdate(windowSizeIncrement: Self.connectionWindow - 65_535), stream: 0)
        context.flush()
        scheduleKeepalive(in: TimeAmount(configuration.keepaliveInterval))
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        end()
    }

    private func end() {
        guard context != nil else { return }
        context = nil
        // Never connected: whoever opened the channel knows why, and reports it.
        let hasBegun = keepalive != nil
        keepalive?.cancel()
        let error = failure ?? RPCError(.unavailable, "the connection to \(pool.target.authority) was closed")
        let open = streams.values
        streams = [:]
        streamOfCall = [:]
        // First no more calls, then those that are on their way: in the other order a call could come back here forever.
        if hasBegun { pool.connectionClosed(connection, error) }
        let unsent = connection.detach()
        for stream in open { stream.call.finish(.failure(error)) }
        for call in unsent { call.retry(after: error) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // The HTTP/2 layer has already dealt with an error of one stream; one of the connection comes with a GOAWAY.
        if error is NIOHTTP2Errors.StreamError { return }
        if error is any NIOHTTP2Error, !sentGoAwayForError { return }
        close(RPCError(.unavailable, "the connection to \(pool.target.authority) failed: \(error)"))
    }

    private func close(_ error: RPCError) {
        failure = failure ?? error
        context?.close(promise: nil)
    }

    /// Ends the connection: at once, or when its calls have ended.
    func shutDown(drain: Bool) {
        isDraining = true
        if !drain || streams.isEmpty {
            close(RPCError(.cancelled, "the client was closed"))
        }
    }

    // MARK: Calls

    func open(_ call: ClientCall) {
        guard context != nil, !isDraining else {
            pool.callEnded(on: connection)
            return call.retry(after: RPCError(.unavailable, "the connection is going away"))
        }
        guard call.assign(connection) else { return pool.callEnded(on: connection) }
        let id = nextStream
        nextStream += 2
        if id >= Self.lastStream { drain() }
        streams[id] = ClientStream(call: call, limit: configuration.maxResponseBytes)
        streamOfCall[ObjectIdentifier(call)] = id
        write(.headers(.init(headers: call.headers)), stream: id)
        if let second = call.body.second {
            write(.data(.init(data: .byteBuffer(call.body.first))), stream: id)
            write(.data(.init(data: .byteBuffer(second), endStream: true)), stream: id)
        } else {
            write(.data(.init(data: .byteBuffer(call.body.first), endStream: true)), stream: id)
        }
    }

    func cancel(_ call: ClientCall) {
        guard let id = streamOfCall[ObjectIdentifier(call)] else { return }
        take(id)
        write(.rstStream(.cancel), stream: id)
        released()
    }

    func flush() {
        context?.flush()
    }

    /// Forgets a call before anything is written for it: the HTTP/2 layer reports a reset stream as closed at once.
    @discardableResult
    private func take(_ id: Int) -> ClientStream? {
        guard let stream = streams.removeValue(forKey: id) else { return nil }
        streamOfCall[ObjectIdentifier(stream.call)] = nil
        return stream
    }

    /// Gives the place of a forgotten call away.
    private func released() {
        pool.callEnded(on: connection)
        if isDraining, streams.isEmpty {
            close(RPCError(.unavailable, "the connection was drained"))
        }
    }

    private func finish(_ id: Int, _ outcome: ClientStream.Outcome, streamIsOver: Bool) {
        guard let stream = take(id) else { return }
        if !streamIsOver { write(.rstStream(.cancel), stream: id) }
        released()
        switch outcome {
        case .success(let answer): stream.call.finish(.success(answer))
        case .failure(let error): stream.call.finish(.failure(error))
        }
    }

    /// Takes no more calls and closes when those it has are over.
    private func drain() {
        guard !isDraining else { return }
        isDraining = true
        pool.connectionDrains(connection)
    }

    // MARK: Frames

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if !isReading {
            isReading = true
            lastRead = .now()
        }
        let frame = unwrapInboundIn(data)
        let id = Int(frame.streamID)
        switch frame.payload {
        case .headers(let headers):
            if let outcome = streams[id]?.receive(headers.headers, endStream: headers.endStream) {
                finish(id, outcome, streamIsOver: headers.endStream)
            }
        case .data(let data):
            guard case .byteBuffer(let piece) = data.data else { return }
            if let outcome = streams[id]?.receive(piece, endStream: data.endStream) {
                finish(id, outcome, streamIsOver: data.endStream)
            }
        case .rstStream(let code):
            receiveReset(id, code)
        case .goAway(let last, let code, let data):
            receiveGoAway(lastStream: Int(last), code, data)
        case .settings(.settings(let settings)):
            receiveSettings(settings)
        case .ping(_, let ack):
            if ack { pingSentAt = nil }
        case .settings(.ack), .windowUpdate, .priority, .pushPromise, .alternativeService, .origin:
            break
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        isReading = false
        context.flush()
        context.fireChannelReadComplete()
    }

    private func receiveSettings(_ settings: HTTP2Settings) {
        let limit = settings.last { $0.parameter == .maxConcurrentStreams }?.value
        if !isReady {
            isReady = true
            pool.connectionReady(connection, maxStreams: limit ?? Int.max)
        } else if let limit {
            pool.streamLimitChanged(connection, maxStreams: limit)
        }
    }

    private func receiveReset(_ id: Int, _ code: HTTP2ErrorCode) {
        let error = StatusTrailers.error(reset: code)
        guard code == .refusedStream else { return finish(id, .failure(error), streamIsOver: true) }
        guard let stream = take(id) else { return }
        released()
        stream.call.retry(after: error)
    }

    private func receiveGoAway(lastStream: Int, _ code: HTTP2ErrorCode, _ data: ByteBuffer?) {
        let reason = data.map { " (\(String(decoding: $0.readableBytesView.prefix(200), as: UTF8.self)))" } ?? ""
        let error = RPCError(
            .unavailable, "\(pool.target.authority) closes the connection: HTTP/2 error \(code.networkCode)\(reason)")
        drain()
        if code != .noError { failure = failure ?? error }
        // The server promises not to have looked at later calls: they can safely go elsewhere.
        for id in streams.keys.filter({ $0 > lastStream }) {
            take(id)?.call.retry(after: error)
        }
        if streams.isEmpty { close(error) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? NIOHTTP2WindowUpdatedEvent {
            refillWindow(event)
        } else if let event = event as? StreamClosedEvent {
            let error = event.reason.map { StatusTrailers.error(reset: $0) }
            finish(
                Int(event.streamID), .failure(error ?? RPCError(.unavailable, "the call's stream was closed")),
                streamIsOver: true)
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }

    private func refillWindow(_ event: NIOHTTP2WindowUpdatedEvent) {
        guard let size = event.inboundWindowSize else { return }
        let isRoot = event.streamID == .rootStream
        let target = isRoot ? Self.connectionWindow : Self.streamWindow
        guard size <= target / 2, isRoot || streams[Int(event.streamID)] != nil else { return }
        write(.windowUpdate(windowSizeIncrement: target - size), stream: Int(event.streamID))
        if !isReading { context?.flush() }
    }

    private func write(_ payload: HTTP2Frame.FramePayload, stream id: Int) {
        context?.write(wrapOutboundOut(HTTP2Frame(streamID: HTTP2StreamID(id), payload: payload)), promise: nil)
    }

    // MARK: Keepalive

    private func scheduleKeepalive(in delay: TimeAmount) {
        guard let context else { return }
        keepalive = context.eventLoop.assumeIsolated().scheduleTask(in: delay) { [weak self] in
            self?.keepaliveIsDue()
        }
    }

    private func keepaliveIsDue() {
        guard let context else { return }
        if let pingSentAt {
            if lastRead > pingSentAt {
                self.pingSentAt = nil
            } else {
                return close(
                    RPCError(.unavailable, "\(pool.target.authority) does not answer: the keepalive timed out"))
            }
            scheduleKeepalive(in: TimeAmount(configuration.keepaliveInterval))
        } else {
            pingSentAt = .now()
            write(.ping(HTTP2PingData(withInteger: 0x6B65_6570), ack: false), stream: 0)
            context.flush()
            scheduleKeepalive(in: TimeAmount(configuration.keepaliveTimeout))
        }
    }
}

extension ClientConnectionHandler: NIOHTTP2FrameDelegate {
    func wroteFrame(_ frame: HTTP2Frame) {
        if case .goAway(_, let code, _) = frame.payload, code != .noError { sentGoAwayForError = true }
    }
}
