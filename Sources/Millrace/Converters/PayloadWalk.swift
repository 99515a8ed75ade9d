import WireAPI

/// Sends every payload of a message through the codec.
///
/// One case for each message that carries payloads, instead of reflection: it is the list of what is encrypted.
/// Search attributes are left out, because the server has to read them.
struct PayloadWalk: Sendable {
    private let transform: @Sendable ([Payload]) async throws -> [Payload]

    private init(_ transform: @escaping @Sendable ([Payload]) async throws -> [Payload]) {
        self.transform = transform
    }

    static func encoding(_ converter: DataConverter) -> PayloadWalk {
        PayloadWalk { [codec = converter.codec] payloads in try await codec?.encode(payloads) ?? payloads }
    }

    static func decoding(_ converter: DataConverter) -> PayloadWalk {
        PayloadWalk { [codec = converter.codec] payloads in try await codec?.decode(payloads) ?? payloads }
    }

    func map(_ payloads: APIPayloads) async throws -> APIPayloads {
        guard !payloads.payloads.isEmpty else { return payloads }
        var mapped = payloads
        mapped.payloads = try await transform(payloads.payloads.map(Payload.init(wire:))).map(\.wire)
        return mapped
    }

    func map(_ payload: APIPayload) async throws -> APIPayload {
        let mapped = try await transform([Payload(wire: payload)])
        guard let only = mapped.first, mapped.count == 1 else {
            throw ConversionError("the codec made \(mapped.count) payloads of a single one, which has to stay single")
        }
        return only.wire
    }

    func map(_ fields: [String: APIPayload]) async throws -> [String: APIPayload] {
        var mapped: [String: APIPayload] = [:]
        for (key, payload) in fields { mapped[key] = try await map(payload) }
        return mapped
    }

    func map(_ memo: APIMemo) async throws -> APIMemo {
        var mapped = memo
        mapped.fields = try await map(memo.fields)
        return mapped
    }

    func map(_ header: APIHeader) async throws -> APIHeader {
        var mapped = header
        mapped.fields = try await map(header.fields)
        return mapped
    }

    func map(_ metadata: APIUserMetadata) async throws -> APIUserMetadata {
        var mapped = metadata
        if metadata.hasSummary { mapped.summary = try await map(metadata.summary) }
        if metadata.hasDetails { mapped.details = try await map(metadata.details) }
        return mapped
    }

    func map(_ failure: APIFailureFailure) async throws -> APIFailureFailure {
        var mapped = failure
        if failure.hasEncodedAttributes { mapped.encodedAttributes = try await map(failure.encodedAttributes) }
        switch failure.failureInfo {
        case .applicationFailureInfo(var info):
            if info.hasDetails { info.details = try await map(info.details) }
            mapped.failureInfo = .applicationFailureInfo(info)
        case .timeoutFailureInfo(var info):
            if info.hasLastHeartbeatDetails { info.lastHeartbeatDetails = try await map(info.lastHeartbeatDetails) }
            mapped.failureInfo = .timeoutFailureInfo(info)
        case .canceledFailureInfo(var info):
            if info.hasDetails { info.details = try await map(info.details) }
            mapped.failureInfo = .canceledFailureInfo(info)
        case .resetWorkflowFailureInfo(var info):
            if info.hasLastHeartbeatDetails { info.lastHeartbeatDetails = try await map(info.lastHeartbeatDetails) }
            mapped.failureInfo = .resetWorkflowFailureInfo(info)
        default: break
        }
        if failure.hasCause { mapped.cause = try await map(failure.cause) }
        return mapped
    }
}
