import NIOCore
import NIOHPACK
import NIOHTTP2

/// One HTTP/2 connection of a server: turns frames into calls of handlers and their answers into frames.
///
/// It works on the connection's frames instead of one NIO channel for each stream: a unary call needs two frames in and
/// three out, and a channel would cost several times as much. Everything here happens on the event loop; handlers
/// report back through the ``ServerOutbox``.
final class ServerConnectionHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTP2Frame
    typealias InboundOut = Never
    typealias OutboundIn = Never
    typealias OutboundOut = HTTP2Frame

    let shared: ServerShared
    let outbox: ServerOutbox
    var context: ChannelHandlerContext?
    var streams: [ServerCallID: ServerStream] = [:]
    var peer = "unknown"
    var timers: ServerConnectionTimers
    var pings: PingPolicy
    var drain = Drain.none
    /// The peer has answered the ping behind the first GOAWAY.
    var drainIsNoticed = false
    var wakeUp: Scheduled<Void>?
    var wakeUpAt: NIODeadline?
    private var heldBytes = 0
    /// Bytes of long answers that the peer has not taken yet.
    private var waitingAnswerBytes = 0
    /// Handlers that have not returned, whether or not their call is over.
    private var runningHandlers = 0
    private var highestStream = 0
    private var isReading = false
    private var wantsRead = false
    private var sentGoAwayForError = false

    enum Drain: Equatable {
        case none, announced, final
    }

    init(shared: ServerShared, outbox: ServerOutbox) {
        self.shared = shared
        self.outbox = outbox
        let rules = shared.configuration.keepalive
        timers = ServerConnectionTimers(rules, now: .now(), jitter: .random(in: -1...1))
        pings = PingPolicy(interval: rules.minPingInterval)
    }

    // MARK: Life of the connection

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        peer = context.remoteAddress.map { String(describing: $0) } ?? "unknown"
        outbox.attach(self)
        if context.channel.isActive { begin(context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        begin(context)
        context.fireChannelActive()
    }

    private func begin(_ context: ChannelHandlerContext) {
        guard wakeUp == nil else { return }
        // Credit for the connection as a whole starts at 64 KiB and can only be raised by a frame.
        let increment = RPCServer.Configuration.connectionWindow - 65_535
        write(.windowUpdate(windowSizeIncrement: increment), stream: .rootStream)
        context.flush()
        runTimers()
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
        wakeUp?.cancel()
        for id in Array(streams.keys) { abandon(id) }
        outbox.detach()
        shared.unregister(outbox)
    }

    func close(because reason: String) {
        guard let context else { return }
        shared.logger.debug("closing connection", metadata: ["peer": "\(peer)", "reason": "\(reason)"])
        context.close(promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // The HTTP/2 layer has already dealt with an error of one stream; one of the connection comes with a GOAWAY.
        if error is NIOHTTP2Errors.StreamError { return }
        if error is any NIOHTTP2Error, !sentGoAwayForError { return }
        close(because: "\(error)")
    }

    // MARK: Frames

    /// A peer that does not read its answers is not read from either: what is queued for it stays bounded.
    func read(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            context.read()
        } else {
            wantsRead = true
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if wantsRead, context.channel.isWritable {
            wantsRead = false
            context.read()
        }
        context.fireChannelWritabilityChanged()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if !isReading {
            isReading = true
            timers.didRead(.now())
        }
        let frame = unwrapInboundIn(data)
        switch frame.payload {
        case .headers(let headers):
            receiveHeaders(headers, stream: frame.streamID)
        case .data(let data):
            receiveData(data, stream: Int(frame.streamID))
        case .rstStream:
            abandon(Int(frame.streamID))
        case .ping(let data, let ack):
            receivePing(data, ack: ack)
        case .settings:
            timers.didHandshake()
        case .goAway, .windowUpdate, .priority, .pushPromise, .alternativeService, .origin:
            break
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        isReading = false
        context.flush()
        closeIfDrained()
        context.fireChannelReadComplete()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? NIOHTTP2WindowUpdatedEvent {
            refillWindow(event)
        } else if let event = event as? StreamClosedEvent {
            abandon(Int(event.streamID))
        } else if let event = event as? ChannelShouldQuiesceEvent {
            startDrain(grace: nil)
            context.fireUserInboundEventTriggered(event)
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }

    private func refillWindow(_ event: NIOHTTP2WindowUpdatedEvent) {
        guard let size = event.inboundWindowSize else { return }
        let isRoot = event.streamID == .rootStream
        let target = isRoot ? RPCServer.Configuration.connectionWindow : RPCServer.Configuration.streamWindow
        guard size <= target / 2, isRoot || streams[Int(event.streamID)] != nil else { return }
        write(.windowUpdate(windowSizeIncrement: target - size), stream: event.streamID)
        if !isReading { context?.flush() }
    }

    private func receivePing(_ data: HTTP2PingData, ack: Bool) {
        if ack {
            if data == Self.drainPing { drainWasNoticed() }
        } else if !pings.allows(pingAt: .now()) {
            let reason = ByteBuffer(string: "too_many_pings")
            write(
                .goAway(
                    lastStreamID: HTTP2StreamID(highestStream), errorCode: .enhanceYourCalm, opaqueData: reason),
                stream: .rootStream)
            context?.flush()
            close(because: "too many pings")
        }
    }

    static let drainPing = HTTP2PingData(withInteger: 0x6D69_6C6C_7261_6365)
    static let probePing = HTTP2PingData(withInteger: 0x6B65_6570_616C_6976)

    // MARK: Requests

    private func receiveHeaders(_ frame: HTTP2Frame.FramePayload.Headers, stream streamID: HTTP2StreamID) {
        let id = Int(streamID)
        if streams[id] != nil {
            // Trailers: a unary request has none, but their end of stream counts.
            if frame.endStream { requestEnded(id) }
            return
        }
        guard id > highestStream else { return }
        highestStream = id
        do {
            let head = try RequestHead(frame.headers)
            guard let entry = shared.table.entries[head.path] else {
                throw RequestHead.Refusal.call(shared.table.unknownMethod(head.path))
            }
            guard runningHandlers < 2 * shared.configuration.maxConcurrentStreams else {
                throw RequestHead.Refusal.call(RPCError(.resourceExhausted, "too many calls of this connection"))
            }
            accept(id, head, entry)
            if frame.endStream { requestEnded(id) }
        } catch RequestHead.Refusal.call(let error) {
            writeFailure(error, id, requestIsComplete: frame.endStream)
        } catch RequestHead.Refusal.http(let status) {
            let headers: HPACKHeaders = [":status": status]
            write(.headers(.init(headers: headers, endStream: true)), stream: streamID)
            if !frame.endStream { write(.rstStream(.noError), stream: streamID) }
        } catch {
            write(.rstStream(.internalError), stream: streamID)
        }
    }

    private func accept(_ id: ServerCallID, _ head: RequestHead, _ entry: ServiceTable.Entry) {
        let stream = ServerStream(head: head, entry: entry, limit: shared.configuration.maxRequestBytes)
        streams[id] = stream
        timers.didChangeCalls(count: streams.count, .now())
    }

    private func receiveData(_ frame: HTTP2Frame.FramePayload.Data, stream id: ServerCallID) {
        guard let stream = streams[id], case .byteBuffer(let piece) = frame.data else { return }
        do throws(MessageAssembler.Fault) {
            let count = piece.readableBytes
            if count > 0 {
                guard hold(count, for: stream) else {
                    return fail(id, RPCError(.resourceExhausted, "too many bytes of requests in flight"))
                }
                try stream.assembler.append(piece)
            }
        } catch {
            return fail(id, RPCError(error))
        }
        if frame.endStream { requestEnded(id) }
    }

    private func hold(_ count: Int, for stream: ServerStream) -> Bool {
        guard heldBytes + count <= shared.configuration.maxHeldBytesPerConnection, shared.hold(count) else {
            return false
        }
        heldBytes += count
        stream.heldBytes += count
        return true
    }

    private func requestEnded(_ id: ServerCallID) {
        guard let stream = streams[id] else { return }
        do throws(MessageAssembler.Fault) {
            guard let request = try stream.assembler.finish() else {
                return fail(id, RPCError(.internal, "the request carries no message"))
            }
            guard !request.isCompressed || stream.head.usesGzip else {
                return fail(id, RPCError(.internal, "the message is compressed, but grpc-encoding does not say how"))
            }
            start(id, stream, request)
        } catch {
            fail(id, RPCError(error))
        }
    }

    private func start(_ id: ServerCallID, _ stream: ServerStream, _ request: MessageAssembler.Assembled) {
        let deadline = stream.head.timeout.map { ContinuousClock.now.advanced(by: $0) }
        let compresses = stream.head.acceptsGzip && request.isCompressed
        let runner = ServerCallRunner(
            entry: stream.entry, context: RPCContext(metadata: stream.head.metadata, deadline: deadline, peer: peer),
            maxRequestBytes: shared.configuration.maxRequestBytes,
            compressionThreshold: compresses ? shared.configuration.compressionThreshold : nil)
        let outbox = outbox
        let message = request.message
        let isCompressed = request.isCompressed
        runningHandlers += 1
        let task = startImmediately {
            let answer = await runner.run(message, isCompressed: isCompressed)
            outbox.post(.answer(id, answer))
        }
        // A handler that answered at once needs neither.
        guard streams[id] != nil else { return }
        stream.setTask(task)
        if let deadline {
            stream.setDeadline(DeadlineTimer.shared.schedule(at: deadline) { outbox.post(.deadline(id)) })
        }
    }

    // MARK: Answers

    /// Takes what a handler or timer left in the outbox.
    func receive(_ item: ServerOutbox.Item) {
        guard context != nil else { return }
        switch item {
        case .answer(let id, let answer):
            runningHandlers -= 1
            guard let stream = streams[id] else { return }
            forget(id, stream)
            write(answer, id)
        case .deadline(let id):
            guard let stream = streams[id] else { return }
            stream.cancelHandler()
            fail(id, .deadlinePassed, requestIsComplete: true)
        case .drain:
            startDrain(grace: nil)
        case .closeNow:
            close(because: "the server stops")
        }
    }

    /// Sends what was written since the last time. During a read, the flush at its end takes everything along.
    func flushUnlessReading() {
        guard !isReading else { return }
        context?.flush()
        closeIfDrained()
    }

    private func write(_ answer: ServerAnswer, _ id: ServerCallID) {
        switch answer {
        case .failure(let error):
            writeFailure(error, id, requestIsComplete: true)
        case .message(let message, let compressed):
            let streamID = HTTP2StreamID(id)
            let size = message.readableBytes
            guard size < Self.longAnswer || holdAnswer(size) else {
                let error = RPCError(.resourceExhausted, "too many bytes of answers wait for the client to read them")
                return writeFailure(error, id, requestIsComplete: true)
            }
            let headers = compressed ? shared.gzipHeaders : shared.plainHeaders
            write(.headers(.init(headers: headers)), stream: streamID)
            let (first, second) = MessageFrame.wrap(message, compressed: compressed)
            write(.data(.init(data: .byteBuffer(first))), stream: streamID)
            if let second { write(.data(.init(data: .byteBuffer(second))), stream: streamID) }
            let trailers = HTTP2Frame(
                streamID: streamID, payload: .headers(.init(headers: StatusTrailers.ok, endStream: true)))
            context?.write(wrapOutboundOut(trailers), promise: size < Self.longAnswer ? nil : answerTaken(size))
            pings.didSendAnswer()
        }
    }

    /// Answers from this length on are counted until the peer has taken them; shorter ones are bounded by their number.
    private static let longAnswer = 64 << 10

    private func holdAnswer(_ size: Int) -> Bool {
        guard waitingAnswerBytes + size <= shared.configuration.maxWaitingAnswerBytesPerConnection, shared.hold(size)
        else { return false }
        waitingAnswerBytes += size
        return true
    }

    /// A promise that gives the bytes of an answer back when it has been sent, or never will be.
    private func answerTaken(_ size: Int) -> EventLoopPromise<Void>? {
        guard let context else { return nil }
        let promise = context.eventLoop.makePromise(of: Void.self)
        let shared = shared
        promise.futureResult.assumeIsolated().whenComplete { [weak self] _ in
            shared.release(size)
            self?.waitingAnswerBytes -= size
        }
        return promise
    }

    private func fail(_ id: ServerCallID, _ error: RPCError, requestIsComplete: Bool = false) {
        guard let stream = streams[id] else { return }
        forget(id, stream)
        writeFailure(error, id, requestIsComplete: requestIsComplete)
    }

    private func writeFailure(_ error: RPCError, _ id: ServerCallID, requestIsComplete: Bool) {
        var headers = shared.plainHeaders
        StatusTrailers.add(error, to: &headers)
        if error.code == .unimplemented {
            headers.add(name: HeaderNames.acceptEncoding, value: HeaderNames.acceptedEncodings)
        }
        write(.headers(.init(headers: headers, endStream: true)), stream: HTTP2StreamID(id))
        // The peer need not send the rest of a request that is already answered.
        if !requestIsComplete { write(.rstStream(.noError), stream: HTTP2StreamID(id)) }
        pings.didSendAnswer()
    }

    /// Ends a call that nobody waits for any more.
    private func abandon(_ id: ServerCallID) {
        guard let stream = streams[id] else { return }
        stream.cancelHandler()
        forget(id, stream)
    }

    private func forget(_ id: ServerCallID, _ stream: ServerStream) {
        stream.clearDeadline()
        streams[id] = nil
        if stream.heldBytes > 0 {
            heldBytes -= stream.heldBytes
            shared.release(stream.heldBytes)
            stream.heldBytes = 0
        }
        if streams.isEmpty { timers.didChangeCalls(count: 0, .now()) }
    }

    func write(_ payload: HTTP2Frame.FramePayload, stream: HTTP2StreamID) {
        context?.write(wrapOutboundOut(HTTP2Frame(streamID: stream, payload: payload)), promise: nil)
    }

    var lastStream: Int { highestStream }
}

extension ServerConnectionHandler: NIOHTTP2FrameDelegate {
    func wroteFrame(_ frame: HTTP2Frame) {
        if case .goAway(_, let code, _) = frame.payload, code != .noError { sentGoAwayForError = true }
    }
}
