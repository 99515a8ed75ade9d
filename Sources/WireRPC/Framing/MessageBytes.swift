import NIOCore
import SwiftProtobuf

/// Lets SwiftProtobuf read from and write into a `ByteBuffer` without a copy.
///
/// A buffer made for writing keeps ``headroom`` bytes free in front of the message, where the frame prefix goes later.
struct MessageBytes: SwiftProtobufContiguousBytes {
    /// Bytes kept free in front of an encoded message: the length of the gRPC frame prefix.
    static let headroom = 5

    var buffer: ByteBuffer

    init(_ buffer: ByteBuffer) {
        self.buffer = buffer
    }

    init(repeating byte: UInt8, count: Int) {
        buffer = ByteBufferAllocator().buffer(capacity: Self.headroom + count)
        buffer.writeRepeatingByte(0, count: Self.headroom)
        buffer.writeRepeatingByte(byte, count: count)
        buffer.moveReaderIndex(forwardBy: Self.headroom)
    }

    init<Bytes: Sequence>(_ bytes: Bytes) where Bytes.Element == UInt8 {
        buffer = ByteBufferAllocator().buffer(capacity: Self.headroom + bytes.underestimatedCount)
        buffer.writeRepeatingByte(0, count: Self.headroom)
        buffer.writeBytes(bytes)
        buffer.moveReaderIndex(forwardBy: Self.headroom)
    }

    var count: Int { buffer.readableBytes }

    func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try buffer.withUnsafeReadableBytes(body)
    }

    mutating func withUnsafeMutableBytes<Result>(
        _ body: (UnsafeMutableRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        try buffer.withUnsafeMutableReadableBytes(body)
    }
}

extension Message {
    /// The encoded message, with room in front of it for the frame prefix.
    func encodedBuffer() throws -> ByteBuffer {
        let bytes: MessageBytes = try serializedBytes()
        return bytes.buffer
    }

    /// Decodes a message from the readable bytes of a buffer.
    init(decoding buffer: ByteBuffer) throws {
        try self.init(serializedBytes: MessageBytes(buffer))
    }
}
