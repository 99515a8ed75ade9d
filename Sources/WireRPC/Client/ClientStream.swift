import NIOCore
import NIOHPACK

/// One call on a client's connection. Belongs to the connection's event loop.
final class ClientStream {
    let call: ClientCall
    private let limit: Int
    private var assembler: MessageAssembler
    private var hasHeaders = false
    private var usesGzip = false

    /// What the caller of ``ClientStream`` has to do with the call.
    enum Outcome {
        case success(ByteBuffer)
        case failure(RPCError)
    }

    init(call: ClientCall, limit: Int) {
        self.call = call
        self.limit = limit
        assembler = MessageAssembler(limit: limit)
    }

    /// Takes headers or trailers; an outcome ends the call.
    func receive(_ headers: HPACKHeaders, endStream: Bool) -> Outcome? {
        if !hasHeaders {
            let status = headers.first(name: ":status") ?? "missing"
            // Interim answers say nothing.
            if status.utf8.count == 3, status.utf8.first == UInt8(ascii: "1"), !endStream { return nil }
            hasHeaders = true
            let contentType = headers.first(name: HeaderNames.contentType)
            guard status == "200", let contentType, HeaderNames.isGRPC(contentType) else {
                if headers.contains(name: HeaderNames.status), let error = StatusTrailers.error(in: headers) {
                    return .failure(error)
                }
                return .failure(StatusTrailers.error(httpStatus: status, contentType: contentType))
            }
            switch headers.first(name: HeaderNames.encoding) ?? HeaderNames.identity {
            case HeaderNames.identity: break
            case HeaderNames.gzip: usesGzip = true
            case let other: return .failure(RPCError(.internal, "the answer is encoded with \(other)"))
            }
        }
        return endStream ? outcome(headers) : nil
    }

    /// Takes a piece of the answer; an outcome ends the call.
    func receive(_ piece: ByteBuffer, endStream: Bool) -> Outcome? {
        guard hasHeaders else { return .failure(RPCError(.internal, "the answer has a body but no headers")) }
        do throws(MessageAssembler.Fault) {
            if piece.readableBytes > 0 { try assembler.append(piece) }
        } catch {
            return .failure(RPCError(error))
        }
        return endStream ? .failure(RPCError(.unknown, "the answer ended without a status")) : nil
    }

    private func outcome(_ trailers: HPACKHeaders) -> Outcome {
        if let error = StatusTrailers.error(in: trailers) { return .failure(error) }
        do throws(MessageAssembler.Fault) {
            guard let answer = try assembler.finish() else {
                return .failure(RPCError(.internal, "the answer carries no message"))
            }
            return answer.isCompressed ? expand(answer.message) : .success(answer.message)
        } catch {
            return .failure(RPCError(error))
        }
    }

    private func expand(_ message: ByteBuffer) -> Outcome {
        guard usesGzip else {
            return .failure(RPCError(.internal, "the answer is compressed, but grpc-encoding does not say how"))
        }
        do throws(Gzip.Fault) {
            return .success(try Gzip.expand(message, limit: limit))
        } catch .tooLong(let limit) {
            return .failure(.tooLong(limit: limit))
        } catch {
            return .failure(RPCError(.internal, "the answer is not valid gzip"))
        }
    }
}
