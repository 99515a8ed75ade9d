import CZlib
import NIOCore

/// Compresses and expands whole messages in the gzip format.
enum Gzip {
    /// What went wrong in expanding a message.
    enum Fault: Error, Equatable {
        case malformed
        case tooLong(limit: Int)
    }

    /// Adding this to zlib's window bits selects the gzip format.
    private static let windowBits: Int32 = 15 + 16
    private static let streamSize = Int32(MemoryLayout<z_stream>.size)

    /// The message in gzip format, with room in front of it for the frame prefix; `nil` if zlib has no memory for it.
    static func compress(_ message: ByteBuffer) -> ByteBuffer? {
        var stream = z_stream()
        guard
            deflateInit2_(
                &stream, Z_BEST_SPEED, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, streamSize) == Z_OK
        else { return nil }
        defer { deflateEnd(&stream) }
        let bound = Int(deflateBound(&stream, UInt(message.readableBytes)))
        var output = MessageBytes(repeating: 0, count: 0).buffer
        var input = message
        output.reserveCapacity(minimumWritableBytes: bound)
        let finished = input.withUnsafeMutableReadableBytes { source in
            output.writeWithUnsafeMutableBytes(minimumWritableBytes: bound) { target in
                stream.next_in = source.bindMemory(to: UInt8.self).baseAddress
                stream.avail_in = UInt32(source.count)
                stream.next_out = target.bindMemory(to: UInt8.self).baseAddress
                stream.avail_out = UInt32(min(target.count, Int(UInt32.max)))
                let offered = Int(stream.avail_out)
                guard deflate(&stream, Z_FINISH) == Z_STREAM_END else { return 0 }
                return offered - Int(stream.avail_out)
            }
        }
        return finished > 0 ? output : nil
    }

    /// The message behind its gzip form.
    ///
    /// Memory grows with what comes out, at most to `limit` bytes, so that a small message cannot expand without end.
    static func expand(_ message: ByteBuffer, limit: Int) throws(Fault) -> ByteBuffer {
        var stream = z_stream()
        guard inflateInit2_(&stream, windowBits, ZLIB_VERSION, streamSize) == Z_OK else { throw .malformed }
        defer { inflateEnd(&stream) }
        var output = ByteBufferAllocator().buffer(capacity: min(limit, max(1024, message.readableBytes * 4)))
        var input = message
        let status = input.withUnsafeMutableReadableBytes { source in
            stream.next_in = source.bindMemory(to: UInt8.self).baseAddress
            stream.avail_in = UInt32(source.count)
            return inflateAll(&stream, into: &output, limit: limit)
        }
        if output.readableBytes > limit { throw .tooLong(limit: limit) }
        // Bytes behind the end of the gzip member would be silently lost.
        guard status == Z_STREAM_END, stream.avail_in == 0 else { throw .malformed }
        return output
    }

    private static func inflateAll(_ stream: inout z_stream, into output: inout ByteBuffer, limit: Int) -> Int32 {
        var status = Z_OK
        while status == Z_OK, output.readableBytes <= limit {
            let chunk = min(max(16 * 1024, output.readableBytes), 1 << 20)
            let written = output.writeWithUnsafeMutableBytes(minimumWritableBytes: chunk) { target in
                let offered = min(target.count, chunk)
                stream.next_out = target.bindMemory(to: UInt8.self).baseAddress
                stream.avail_out = UInt32(offered)
                status = inflate(&stream, Z_NO_FLUSH)
                return offered - Int(stream.avail_out)
            }
            if written == 0, status == Z_OK { return Z_BUF_ERROR }
        }
        return status
    }
}
