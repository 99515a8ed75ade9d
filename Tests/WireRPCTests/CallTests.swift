import NIOCore
import Testing
import WireAPI

@testable import WireRPC

/// What every call must do, over the network and in this process alike.
@Suite struct CallTests {
    enum Way: CaseIterable { case network, inProcess }

    private func with(_ way: Way, _ body: (EchoService, any ServiceConnection) async throws -> Void) async throws {
        switch way {
        case .network: try await withEcho { service, _, client in try await body(service, client) }
        case .inProcess:
            let service = EchoService()
            try await body(service, InProcessConnection(service.table))
        }
    }

    @Test(arguments: Way.allCases) func answers(_ way: Way) async throws {
        try await with(way) { _, connection in
            for method in [Echo.echo, Echo.raw] {
                for count in [0, 1, 500, 16_379, 16_384, 70_000, 1_000_000] {
                    let answer = try await connection.call(method, bytes(count))
                    #expect(answer == bytes(count))
                }
            }
        }
    }

    @Test(arguments: Way.allCases) func errorsCarryCodeMessageAndDetails(_ way: Way) async throws {
        try await with(way) { _, connection in
            let message = "nothing called “a/b%20c”\nhere"
            let error = await rpcError { try await connection.call(Echo.fail, text(message)) }
            #expect(error.code == .notFound)
            #expect(error.message == message)
            #expect(error.detail(Text.self)?.value == "detail of \(message)")
            #expect(error.detail(Bytes.self) == nil)
        }
    }

    @Test(arguments: Way.allCases) func otherErrorsBecomeInternalOrCancelled(_ way: Way) async throws {
        try await with(way) { _, connection in
            let plain = await rpcError { try await connection.call(Echo.fail, text("plain")) }
            #expect(plain.code == .internal)
            #expect(plain.message == "a plain error")
            let cancelled = await rpcError { try await connection.call(Echo.fail, text("cancellation")) }
            #expect(cancelled.code == .cancelled)
        }
    }

    @Test(arguments: Way.allCases) func unknownMethodIsUnimplemented(_ way: Way) async throws {
        try await with(way) { _, connection in
            let error = await rpcError { try await connection.call(Echo.absent, text("")) }
            #expect(error.code == .unimplemented)
            #expect(error.message.contains("/millrace.test.Echo/Absent"))
        }
    }

    @Test(arguments: Way.allCases) func metadataArrives(_ way: Way) async throws {
        try await with(way) { _, connection in
            let options = CallOptions(metadata: [("client-name", "test"), ("token-bin", "AAEC")])
            let name = try await connection.call(Echo.metadata, text("client-name"), options: options)
            #expect(name.value == "test")
            let token = try await connection.call(Echo.metadata, text("token-bin"), options: options)
            #expect(token.value == "AAEC")
        }
    }

    @Test(arguments: Way.allCases) func deadlineEndsTheCallAndCancelsTheHandler(_ way: Way) async throws {
        try await with(way) { service, connection in
            // On a busy machine a short deadline may pass before the server has even seen the call.
            for timeout in [Duration.milliseconds(100), .seconds(1), .seconds(10)] {
                let name = "\(timeout)"
                let start = ContinuousClock.now
                let error = await rpcError { try await connection.call(Echo.park, text(name), timeout: timeout) }
                #expect(error.code == .deadlineExceeded)
                #expect(start.duration(to: .now) >= timeout)
                guard service.hasParked(name) else { continue }
                return await service.next(.cancelled(name))
            }
            Issue.record("no call reached the server in time")
        }
    }

    @Test(arguments: Way.allCases) func cancellationReachesTheHandler(_ way: Way) async throws {
        try await with(way) { service, connection in
            let call = Task { await rpcError { try await connection.call(Echo.park, text("gone")) } }
            await service.next(.parked("gone"))
            call.cancel()
            #expect(await call.value.code == .cancelled)
            await service.next(.cancelled("gone"))
        }
    }

    @Test(arguments: Way.allCases) func cancelledBeforeItStarts(_ way: Way) async throws {
        try await with(way) { _, connection in
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return await rpcError { try await connection.call(Echo.echo, bytes(5)) }
            }
            #expect(await task.value.code == .cancelled)
        }
    }

    @Test(arguments: Way.allCases) func parkedCallAnswersWhenReleased(_ way: Way) async throws {
        try await with(way) { service, connection in
            async let answer = connection.call(Echo.park, text("a"))
            await service.next(.parked("a"))
            service.release("a")
            let value = try await answer.value
            #expect(value == "a")
        }
    }

    @Test(arguments: Way.allCases) func manyAtOnce(_ way: Way) async throws {
        try await with(way) { _, connection in
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for index in 0..<500 {
                    group.addTask { try await connection.call(Echo.echo, bytes(index * 7)) == bytes(index * 7) }
                }
                for try await isEqual in group { #expect(isEqual) }
            }
        }
    }
}
