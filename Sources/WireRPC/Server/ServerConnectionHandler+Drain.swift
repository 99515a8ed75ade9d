import NIOCore
import NIOHTTP2

/// Keepalive, and the way a connection is told to go without losing a call.
///
/// First a GOAWAY that refuses nothing and a ping; when the ping is answered the peer has seen it, and a second GOAWAY
/// names the last call that will be served. The connection closes when that last call has ended.
extension ServerConnectionHandler {
    /// Carries out what is due and sets the alarm for the rest.
    func runTimers() {
        guard let context else { return }
        for action in timers.actions(at: .now()) {
            switch action {
            case .sendPing:
                write(.ping(Self.probePing, ack: false), stream: .rootStream)
                context.flush()
            case .drain: startDrain(grace: nil)
            case .finishDrain: finishDrain()
            case .close(let reason): return close(because: reason)
            }
        }
        guard self.context != nil else { return }
        setAlarm(context)
    }

    private func setAlarm(_ context: ChannelHandlerContext) {
        // The times mostly move away while calls come in; an alarm that rings too early just looks again.
        let next = max(timers.next, .now() + .milliseconds(1))
        if let wakeUpAt, wakeUpAt <= next, wakeUpAt > .now() { return }
        wakeUp?.cancel()
        wakeUpAt = next
        wakeUp = context.eventLoop.assumeIsolated().scheduleTask(deadline: next) { [weak self] in
            self?.runTimers()
        }
    }

    /// Begins to tell the peer to go.
    func startDrain(grace: Duration?) {
        guard drain == .none, let context else { return }
        drain = .announced
        timers.didStartDrain(.now(), grace: grace)
        writeAdvanceNotice(context)
        write(.ping(Self.drainPing, ack: false), stream: .rootStream)
        context.flush()
        setAlarm(context)
    }

    /// Writes the GOAWAY that refuses nothing, past the HTTP/2 handler: that one would from then on treat every new
    /// stream as a protocol error, and end the connection with the calls the peer had sent in the meantime.
    private func writeAdvanceNotice(_ context: ChannelHandlerContext) {
        guard let http2 = try? context.pipeline.syncOperations.context(handlerType: NIOHTTP2Handler.self) else {
            return
        }
        var frame = ByteBuffer()
        let payloadLength: UInt8 = 8
        let goAwayType: UInt8 = 7
        frame.writeBytes([0, 0, payloadLength, goAwayType, 0])
        frame.writeInteger(UInt32(0))
        frame.writeInteger(UInt32(Int32.max))
        frame.writeInteger(UInt32(0))
        http2.write(NIOAny(IOData.byteBuffer(frame)), promise: nil)
    }

    /// The peer has seen the advance notice: nothing but the calls that have already come can still come.
    func drainWasNoticed() {
        drainIsNoticed = true
        finishDrain()
        closeIfDrained()
    }

    /// Names the last call that will be served.
    func finishDrain() {
        guard drain == .announced, let context else { return }
        drain = .final
        timers.didFinishDrain()
        write(
            .goAway(lastStreamID: HTTP2StreamID(lastStream), errorCode: .noError, opaqueData: nil), stream: .rootStream)
        context.flush()
    }

    func closeIfDrained() {
        // A peer that may still be sending calls would lose them, and the GOAWAY as well, to a closed socket.
        guard drain == .final, drainIsNoticed, streams.isEmpty else { return }
        close(because: "drained")
    }
}
