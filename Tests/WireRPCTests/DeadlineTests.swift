import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import WireRPC

@Suite struct DeadlineTests {
    @Test func heapKeepsOrderWhateverLeaves() {
        var generator = SystemRandomNumberGenerator()
        let start = ContinuousClock.now
        for _ in 0..<50 {
            var heap = DeadlineHeap()
            var model: [DeadlineEntry] = []
            for _ in 0..<200 {
                if model.isEmpty || Bool.random(using: &generator) {
                    let deadline = start.advanced(by: .milliseconds(Int.random(in: 0..<100, using: &generator)))
                    let entry = DeadlineEntry(deadline: deadline) {}
                    heap.insert(entry)
                    model.append(entry)
                } else {
                    heap.remove(model.remove(at: Int.random(in: 0..<model.count, using: &generator)))
                }
                #expect(heap.count == model.count)
                #expect(heap.earliest == model.map(\.deadline).min())
            }
            let limit = start.advanced(by: .milliseconds(50))
            let due = heap.popDue(at: limit).map(\.deadline)
            #expect(due == model.map(\.deadline).filter { $0 <= limit }.sorted())
            #expect(heap.count == model.count - due.count)
        }
    }

    @Test func removingTwiceIsHarmless() {
        var heap = DeadlineHeap()
        let entries = (0..<5).map { DeadlineEntry(deadline: .now.advanced(by: .seconds($0))) {} }
        for entry in entries { heap.insert(entry) }
        heap.remove(entries[1])
        heap.remove(entries[1])
        #expect(heap.count == 4)
    }

    @Test func firesInOrderAndNotEarly() async {
        let timer = DeadlineTimer(eventLoop: MultiThreadedEventLoopGroup.singleton.next())
        let (fired, sink) = AsyncStream<(Int, ContinuousClock.Instant)>.makeStream()
        let start = ContinuousClock.now
        for delay in [90, 30, 60] {
            _ = timer.schedule(at: start.advanced(by: .milliseconds(delay))) { sink.yield((delay, .now)) }
        }
        let dropped = timer.schedule(at: start.advanced(by: .milliseconds(45))) { sink.yield((45, .now)) }
        timer.cancel(dropped)
        var order: [Int] = []
        for await (delay, instant) in fired {
            #expect(instant >= start.advanced(by: .milliseconds(delay)))
            order.append(delay)
            if order.count == 3 { break }
        }
        #expect(order == [30, 60, 90])
        #expect(timer.pendingCount(in: start...start.advanced(by: .seconds(1))) == 0)
    }

    @Test func callsLeaveNothingBehind() async throws {
        let timer = DeadlineTimer.shared
        try await withEcho { service, _, client in
            let inProcess = InProcessConnection(service.table)
            let long = CallOptions(timeout: .seconds(86_400))
            for _ in 0..<200 {
                _ = try await client.call(Echo.echo, bytes(1), options: long)
                _ = try await inProcess.call(Echo.echo, bytes(1), options: long)
            }
            // Other tests run at the same time, but their deadlines are sooner, or later by years.
            let hours = ContinuousClock.now.advanced(by: .seconds(80_000))
            let days = ContinuousClock.now.advanced(by: .seconds(90_000))
            #expect(timer.pendingCount(in: hours...days) == 0)
        }
    }

    @Test func deadlinesFarAwayAreFine() async throws {
        try await withEcho { service, _, client in
            let far = CallOptions(timeout: .seconds(359_999_996_400))
            _ = try await client.call(Echo.echo, bytes(1), options: far)
            _ = try await InProcessConnection(service.table).call(Echo.echo, bytes(1), options: far)
            async let answer = client.call(Echo.park, text("far"), options: far)
            await service.next(.parked("far"))
            service.release("far")
            _ = try await answer
        }
    }
}
