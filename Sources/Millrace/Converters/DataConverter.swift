import WireAPI

/// Transforms payloads on their way out and in: encryption, compression, storing large values elsewhere.
///
/// Codecs run outside workflows, so they may wait for the network. What `encode` makes, `decode` must undo.
public protocol PayloadCodec: Sendable {
    func encode(_ payloads: [Payload]) async throws -> [Payload]
    func decode(_ payloads: [Payload]) async throws -> [Payload]
}

/// Everything that stands between a program's values and the bytes that the server keeps.
public struct DataConverter: Sendable {
    /// Values to payloads and back.
    public var payloadConverter: any PayloadConverter
    /// Errors to failures and back.
    public var failureConverter: any FailureConverter
    /// What payloads go through on their way out and in; `nil` leaves them as they are.
    public var codec: (any PayloadCodec)?

    public init(
        payloadConverter: any PayloadConverter = DefaultPayloadConverter(),
        failureConverter: any FailureConverter = DefaultFailureConverter(), codec: (any PayloadCodec)? = nil
    ) {
        self.payloadConverter = payloadConverter
        self.failureConverter = failureConverter
        self.codec = codec
    }

    /// No codec, and encodings that every SDK reads.
    public static let `default` = DataConverter()
}

extension PayloadConverter {
    /// Named apart from the protocol's own method, which would take the wrapper for the value.
    package func boundaryPayload(_ value: BoundaryValue) throws -> Payload {
        guard let content = value.value else { return Payload(encoding: Payload.Encoding.null) }
        return try payload(from: content)
    }

    /// Encodes several values as one list; the error says which one it was.
    package func payloads(from values: [BoundaryValue]) throws -> APIPayloads {
        var payloads = APIPayloads()
        for (index, value) in values.enumerated() {
            do {
                payloads.payloads.append(try boundaryPayload(value).wire)
            } catch let error as ConversionError {
                let place = values.count == 1 ? "" : "value \(index + 1): "
                throw ConversionError(place + error.message)
            }
        }
        return payloads
    }

    /// Decodes what a call answered: no payload at all counts as null.
    package func result<Value: Sendable>(from payloads: APIPayloads, as type: Value.Type) throws -> Value {
        let payload = payloads.payloads.first.map(Payload.init(wire:)) ?? Payload(encoding: Payload.Encoding.null)
        return try value(from: payload, as: type)
    }
}

extension DataConverter {
    /// Arguments and results on their way out, codec included.
    package func encode(_ values: [BoundaryValue]) async throws -> APIPayloads {
        try await encoded(payloadConverter.payloads(from: values))
    }

    package func encode(_ value: BoundaryValue) async throws -> APIPayload {
        try await encoded(payloadConverter.boundaryPayload(value).wire)
    }

    /// Undoes the codec; the result still has to go through the payload converter.
    package func decoded(_ payloads: APIPayloads) async throws -> APIPayloads {
        guard codec != nil, !payloads.payloads.isEmpty else { return payloads }
        return try await PayloadWalk.decoding(self).map(payloads)
    }

    package func encoded(_ payloads: APIPayloads) async throws -> APIPayloads {
        guard codec != nil, !payloads.payloads.isEmpty else { return payloads }
        return try await PayloadWalk.encoding(self).map(payloads)
    }

    package func encoded(_ payload: APIPayload) async throws -> APIPayload {
        guard codec != nil else { return payload }
        return try await PayloadWalk.encoding(self).map(payload)
    }

    package func decoded(_ payload: APIPayload) async throws -> APIPayload {
        guard codec != nil else { return payload }
        return try await PayloadWalk.decoding(self).map(payload)
    }

    /// Turns an error into a failure that may leave the process.
    package func failure(from error: any Error) async throws -> APIFailureFailure {
        let failure = failureConverter.failure(from: error, payloadConverter: payloadConverter)
        guard codec != nil else { return failure.wire }
        return try await PayloadWalk.encoding(self).map(failure.wire)
    }

    /// Turns a failure that came from outside into an error.
    package func error(from failure: APIFailureFailure) async throws -> any Error {
        let plain = codec == nil ? failure : try await PayloadWalk.decoding(self).map(failure)
        return failureConverter.error(from: FailureMessage(wire: plain), payloadConverter: payloadConverter)
    }
}

/// The arguments of a call, or any list of values, as they came from the server (codec already undone).
package struct EncodedValues: ArgumentSource {
    package var payloads: [APIPayload]
    package var converter: any PayloadConverter

    package init(_ payloads: APIPayloads, converter: any PayloadConverter) {
        self.payloads = payloads.payloads
        self.converter = converter
    }

    package var count: Int { payloads.count }

    package func decode<Value: Sendable>(_ type: Value.Type, at index: Int) throws -> Value {
        try converter.value(from: Payload(wire: payloads[index]), as: type)
    }
}

extension Arguments {
    package init(_ payloads: APIPayloads, converter: any PayloadConverter) {
        self.init(EncodedValues(payloads, converter: converter))
    }

    /// One argument without decoding it.
    public func raw(at index: Int) throws -> Payload {
        try decode(unchecked: RawValue.self, at: index).payload
    }
}
