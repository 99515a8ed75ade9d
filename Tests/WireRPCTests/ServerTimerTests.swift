import NIOCore
import Testing

@testable import WireRPC

/// The rules of a server's connections, on invented time.
@Suite struct ServerTimerTests {
    let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)

    private func timers(jitter: Double = 0) -> ServerConnectionTimers {
        var timers = ServerConnectionTimers(RPCServer.Keepalive(), now: start, jitter: jitter)
        timers.didHandshake()
        return timers
    }

    @Test func silentPeersAreProbedThenClosed() {
        var timers = timers()
        timers.didChangeCalls(count: 1, start)
        #expect(timers.next == start + .seconds(60))
        #expect(timers.actions(at: start + .seconds(59)) == [])
        #expect(timers.actions(at: start + .seconds(60)) == [.sendPing])
        #expect(timers.actions(at: start + .seconds(69)) == [])
        #expect(timers.next == start + .seconds(70))
        #expect(timers.actions(at: start + .seconds(70)) == [.close("keepalive timed out")])
    }

    @Test func anythingReadAnswersTheProbe() {
        var timers = timers()
        timers.didChangeCalls(count: 1, start)
        #expect(timers.actions(at: start + .seconds(60)) == [.sendPing])
        timers.didRead(start + .seconds(65))
        #expect(timers.actions(at: start + .seconds(70)) == [])
        #expect(timers.next == start + .seconds(125))
    }

    @Test func idleConnectionsAreToldToGo() {
        var timers = timers()
        timers.didChangeCalls(count: 1, start)
        timers.didChangeCalls(count: 0, start + .seconds(30))
        timers.didRead(start + .seconds(149))
        #expect(timers.actions(at: start + .seconds(149)) == [])
        #expect(timers.actions(at: start + .seconds(150)) == [.drain])
    }

    @Test(arguments: [(-1.0, 270), (0, 300), (1, 330)])
    func oldConnectionsAreToldToGoAndCutOff(_ jitter: Double, _ age: Int64) {
        var timers = timers(jitter: jitter)
        timers.didChangeCalls(count: 1, start)
        let old = start + .seconds(age)
        timers.didRead(old - .seconds(1))
        #expect(timers.actions(at: old - .milliseconds(1)) == [])
        #expect(timers.actions(at: old) == [.drain])
        timers.didStartDrain(old)
        #expect(timers.next == old + .seconds(5))
        #expect(timers.actions(at: old + .seconds(5)) == [.finishDrain])
        timers.didFinishDrain()
        timers.didRead(old + .seconds(60))
        #expect(timers.actions(at: old + .seconds(69)) == [])
        #expect(timers.actions(at: old + .seconds(70)) == [.close("grace period is over")])
    }

    @Test func handshakeMustCome() {
        var timers = ServerConnectionTimers(RPCServer.Keepalive(), now: start, jitter: 0)
        #expect(timers.next == start + .seconds(20))
        #expect(timers.actions(at: start + .seconds(20)) == [.close("no HTTP/2 handshake")])
    }

    @Test func pingsTooOftenAreNotAllowed() {
        var pings = PingPolicy(interval: .seconds(10))
        var now = start
        for _ in 0..<100 {
            let isAllowed = pings.allows(pingAt: now)
            #expect(isAllowed)
            now = now + .seconds(10)
        }
        let verdicts = (1...4).map { pings.allows(pingAt: now + .seconds($0)) }
        #expect(verdicts == [true, true, true, false])
    }

    @Test func answersForgivePings() {
        var pings = PingPolicy(interval: .seconds(10))
        for _ in 0..<100 {
            let isAllowed = pings.allows(pingAt: start)
            #expect(isAllowed)
            pings.didSendAnswer()
        }
    }
}
