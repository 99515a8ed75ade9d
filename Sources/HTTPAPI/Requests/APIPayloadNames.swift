import WireAPI

/// The messages that have a short form.
enum APIPayloadNames {
    static let payload = APIPayload.protoMessageName
    static let payloads = APIPayloads.protoMessageName
}
