import NIOCore

/// Writes the frame around a message: one byte that says whether it is compressed, four bytes of length, the message.
enum MessageFrame {
    static let prefixLength = 5
    /// Above this size a message that has no headroom is sent behind its prefix instead of being copied.
    private static let copyLimit = 16 * 1024

    /// The frame as one or two buffers to be sent one after the other.
    static func wrap(_ message: ByteBuffer, compressed: Bool) -> (first: ByteBuffer, second: ByteBuffer?) {
        let length = UInt32(truncatingIfNeeded: message.readableBytes)
        var message = message
        if message.readerIndex >= MessageBytes.headroom {
            message.moveReaderIndex(to: message.readerIndex - prefixLength)
            message.setInteger(compressed ? 1 : 0, at: message.readerIndex, as: UInt8.self)
            message.setInteger(length, at: message.readerIndex + 1)
            return (message, nil)
        }
        let copies = message.readableBytes <= copyLimit
        var frame = ByteBufferAllocator().buffer(capacity: prefixLength + (copies ? message.readableBytes : 0))
        frame.writeInteger(compressed ? 1 : 0, as: UInt8.self)
        frame.writeInteger(length)
        guard copies else { return (frame, message) }
        frame.writeBuffer(&message)
        return (frame, nil)
    }
}

/// Puts the one message of a unary call together from the pieces in which it arrives.
///
/// Refuses what is too long as soon as its prefix is there, so that no more than the limit is ever held.
struct MessageAssembler {
    /// The message of a complete call.
    struct Assembled {
        var isCompressed: Bool
        var message: ByteBuffer
    }

    /// What is wrong with a body.
    enum Fault: Error, Equatable {
        case tooLong(length: Int, limit: Int)
        case badFlag(UInt8)
        case incomplete
        case moreThanOneMessage
    }

    private let limit: Int
    private var buffer = ByteBuffer()
    private var expected: Int?

    init(limit: Int) {
        self.limit = limit
    }

    /// Bytes held so far.
    var heldBytes: Int { buffer.readableBytes }

    /// Takes the next piece of the body.
    mutating func append(_ piece: ByteBuffer) throws(Fault) {
        var piece = piece
        if buffer.readableBytes == 0 {
            buffer = piece
        } else {
            if let expected { buffer.reserveCapacity(minimumWritableBytes: min(expected, 1 << 20)) }
            buffer.writeBuffer(&piece)
        }
        try readPrefix()
        if let expected, buffer.readableBytes > expected { throw .moreThanOneMessage }
    }

    private mutating func readPrefix() throws(Fault) {
        guard expected == nil, let flag = buffer.getInteger(at: buffer.readerIndex, as: UInt8.self),
            let length = buffer.getInteger(at: buffer.readerIndex + 1, as: UInt32.self),
            buffer.readableBytes >= MessageFrame.prefixLength
        else { return }
        guard flag <= 1 else { throw .badFlag(flag) }
        guard Int(length) <= limit else { throw .tooLong(length: Int(length), limit: limit) }
        expected = MessageFrame.prefixLength + Int(length)
    }

    /// The message, once the body has ended; `nil` if there was none at all.
    func finish() throws(Fault) -> Assembled? {
        guard buffer.readableBytes > 0 else { return nil }
        guard let expected, buffer.readableBytes == expected else { throw .incomplete }
        var message = buffer
        let flag = message.readInteger(as: UInt8.self)
        message.moveReaderIndex(forwardBy: MessageFrame.prefixLength - 1)
        return Assembled(isCompressed: flag == 1, message: message)
    }
}
