import NIOCore
import Testing

@testable import WireRPC

@Suite struct FramingTests {
    @Test(arguments: [
        (Duration.seconds(30), "30S"), (.milliseconds(1500), "1500m"), (.microseconds(7), "7u"),
        (.nanoseconds(1), "1u"), (.zero, "1n"), (.seconds(-4), "1n"), (.seconds(99_999_999), "99999999S"),
        (.seconds(360_000_000_000), "99999999H"), (.seconds(3_600_000_000), "1000001H"),
    ])
    func timeoutsAreWritten(_ timeout: Duration, _ text: String) {
        #expect(GRPCTimeout.encode(timeout) == text)
    }

    @Test(arguments: [
        ("1H", Duration.seconds(3600)), ("2M", .seconds(120)), ("3S", .seconds(3)), ("4m", .milliseconds(4)),
        ("5u", .microseconds(5)), ("6n", .nanoseconds(6)), ("99999999H", .seconds(359_999_996_400)), ("0S", .zero),
    ])
    func timeoutsAreRead(_ text: String, _ timeout: Duration) {
        #expect(GRPCTimeout.decode(text) == timeout)
    }

    @Test(arguments: ["", "S", "1", "1s", "-1S", "+1S", "123456789S", "1.5S", "１S", " 1S"])
    func malformedTimeouts(_ text: String) {
        #expect(GRPCTimeout.decode(text) == nil)
    }

    @Test(arguments: ["", "plain text", "100%", "line\nbreak", "žluťoučký 🐎", "%41", "tab\u{7f}\u{0}"])
    func percentCodingGoesRound(_ text: String) {
        let encoded = PercentCoding.encode(text)
        #expect(encoded.utf8.allSatisfy { (0x20...0x7E).contains($0) })
        #expect(PercentCoding.decode(encoded) == text)
    }

    @Test func brokenEscapesAreKept() {
        #expect(PercentCoding.decode("50% of %zz and %4") == "50% of %zz and %4")
        #expect(PercentCoding.decode("%e2%82%ac") == "€")
    }

    @Test func base64() {
        #expect(Base64.encode(Array("any carnal pleas".utf8)) == "YW55IGNhcm5hbCBwbGVhcw")
        #expect(Base64.decode("YW55IGNhcm5hbCBwbGVhcw==") == Array("any carnal pleas".utf8))
        #expect(Base64.decode("YQ") == [97])
        #expect(Base64.decode("") == [])
        #expect(Base64.decode("A") == nil)
        #expect(Base64.decode("YW-5") == nil)
        var generator = SystemRandomNumberGenerator()
        for count in 0..<200 {
            let bytes = (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
            #expect(Base64.decode(Base64.encode(bytes)) == bytes)
        }
    }

    @Test func gzipGoesRound() throws {
        for count in [0, 1, 1000, 300_000] {
            let message = ByteBuffer(bytes: (0..<count).map { UInt8(truncatingIfNeeded: $0 / 7) })
            let compressed = try #require(Gzip.compress(message))
            #expect(compressed.readerIndex == MessageBytes.headroom)
            let expanded = try Gzip.expand(compressed, limit: count)
            #expect(expanded == message)
        }
    }

    @Test func gzipIsBounded() throws {
        let bomb = try #require(Gzip.compress(ByteBuffer(repeating: 0, count: 50 << 20)))
        #expect(bomb.readableBytes < 1 << 20)
        #expect(throws: Gzip.Fault.tooLong(limit: 1 << 20)) { try Gzip.expand(bomb, limit: 1 << 20) }
        #expect(throws: Gzip.Fault.malformed) { try Gzip.expand(ByteBuffer(string: "not gzip"), limit: 100) }
        #expect(throws: Gzip.Fault.malformed) { try Gzip.expand(ByteBuffer(), limit: 100) }
        var cut = bomb
        cut.moveWriterIndex(to: cut.writerIndex - 9)
        #expect(throws: Gzip.Fault.malformed) { try Gzip.expand(cut, limit: 60 << 20) }
        var tail = try #require(Gzip.compress(ByteBuffer(string: "hello")))
        tail.writeInteger(UInt8(1))
        #expect(throws: Gzip.Fault.malformed) { try Gzip.expand(tail, limit: 100) }
    }

    @Test func framesComeTogetherHoweverTheyAreCut() throws {
        let message = ByteBuffer(bytes: (0..<100).map { UInt8($0) })
        let (frame, second) = MessageFrame.wrap(message, compressed: true)
        #expect(second == nil)
        for piece in 1...frame.readableBytes {
            var rest = frame
            var assembler = MessageAssembler(limit: 100)
            while rest.readableBytes > 0 {
                let next = rest.readSlice(length: min(piece, rest.readableBytes))
                try assembler.append(#require(next))
            }
            let assembled = try #require(try assembler.finish())
            #expect(assembled.isCompressed)
            #expect(assembled.message == message)
        }
    }

    @Test func badFramesAreNamed() throws {
        func fault(_ bytes: [UInt8], limit: Int = 10) -> MessageAssembler.Fault? {
            var assembler = MessageAssembler(limit: limit)
            do throws(MessageAssembler.Fault) {
                try assembler.append(ByteBuffer(bytes: bytes))
                _ = try assembler.finish()
                return nil
            } catch {
                return error
            }
        }
        #expect(fault([0, 0, 0, 0, 2, 1, 2]) == nil)
        #expect(fault([0, 0, 0, 0, 2, 1]) == .incomplete)
        #expect(fault([0, 0, 0]) == .incomplete)
        #expect(fault([0, 0, 0, 0, 2, 1, 2, 3]) == .moreThanOneMessage)
        #expect(fault([2, 0, 0, 0, 2, 1, 2]) == .badFlag(2))
        #expect(fault([0, 0, 0, 0, 11]) == .tooLong(length: 11, limit: 10))
        #expect(fault([0, 255, 255, 255, 255]) == .tooLong(length: 4_294_967_295, limit: 10))
        let empty = try MessageAssembler(limit: 10).finish()
        #expect(empty == nil)
    }

    @Test func longMessagesAreNotCopiedBehindTheirPrefix() {
        let long = ByteBuffer(repeating: 1, count: 20_000)
        let (prefix, body) = MessageFrame.wrap(long, compressed: false)
        #expect(prefix == ByteBuffer(bytes: [0, 0, 0, 0x4E, 0x20]))
        #expect(body == long)
    }

    @Test(
        arguments: [
            ("a:1", "a", 1, "a:1"), ("[::1]:7233", "::1", 7233, "[::1]:7233"), ("localhost", "localhost", 7233, nil),
            ("[fe80::1]", "fe80::1", 7233, "[fe80::1]:7233"), ("h:65535", "h", 65_535, "h:65535"),
        ] as [(String, String, Int, String?)])
    func targets(_ text: String, _ host: String, _ port: Int, _ authority: String?) throws {
        let target = try RPCTarget(text)
        #expect(target.host == host)
        #expect(target.port == port)
        if let authority { #expect(target.authority == authority) }
    }

    @Test(arguments: ["", ":7233", "a:", "a:0", "a:65536", "a:b", "http://a:7233"])
    func badTargets(_ text: String) {
        #expect(throws: RPCError.self) { try RPCTarget(text) }
    }
}
