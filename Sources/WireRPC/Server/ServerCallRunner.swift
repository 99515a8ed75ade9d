import NIOCore

/// Everything between a request's bytes and the answer's bytes: expansion, the handler, compression.
struct ServerCallRunner: Sendable {
    let entry: ServiceTable.Entry
    let context: RPCContext
    let maxRequestBytes: Int
    /// Answers at least this long are compressed; `nil` means never.
    let compressionThreshold: Int?

    func run(_ request: ByteBuffer, isCompressed: Bool) async -> ServerAnswer {
        do {
            let message = isCompressed ? try expand(request) : request
            let answer = try await entry.callBytes(message, context)
            if let compressionThreshold, answer.readableBytes >= compressionThreshold,
                let compressed = Gzip.compress(answer)
            {
                return .message(compressed, compressed: true)
            }
            return .message(answer, compressed: false)
        } catch {
            let error = RPCError(describing: error)
            // An error that claims success would leave the caller without an answer.
            return .failure(error.code == .ok ? RPCError(.internal, "the handler failed with status ok") : error)
        }
    }

    private func expand(_ request: ByteBuffer) throws -> ByteBuffer {
        do {
            return try Gzip.expand(request, limit: maxRequestBytes)
        } catch .tooLong(let limit) {
            throw RPCError.tooLong(limit: limit)
        } catch .malformed {
            throw RPCError(.internal, "the request is not valid gzip")
        }
    }
}

extension RPCError {
    static func tooLong(length: Int? = nil, limit: Int) -> RPCError {
        let found = length.map { " (\($0) vs. \(limit))" } ?? " (limit \(limit) bytes)"
        return RPCError(.resourceExhausted, "grpc: received message larger than max\(found)")
    }

    init(_ fault: MessageAssembler.Fault) {
        switch fault {
        case .tooLong(let length, let limit): self = .tooLong(length: length, limit: limit)
        case .badFlag(let flag): self.init(.internal, "invalid compression flag \(flag) in the message frame")
        case .incomplete: self.init(.internal, "the body ended in the middle of a message frame")
        case .moreThanOneMessage: self.init(.internal, "more than one message in a unary call")
        }
    }
}
