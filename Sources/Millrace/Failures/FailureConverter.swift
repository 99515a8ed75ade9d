import WireAPI

/// A failure as it travels, opaque outside converters.
public struct FailureMessage: Sendable {
    package var wire: APIFailureFailure

    package init(wire: APIFailureFailure) {
        self.wire = wire
    }
}

/// Turns errors into failures and back.
public protocol FailureConverter: Sendable {
    func failure(from error: any Error, payloadConverter: any PayloadConverter) -> FailureMessage
    func error(from failure: FailureMessage, payloadConverter: any PayloadConverter) -> any Error
}

/// The mapping that every program has unless it says otherwise.
public struct DefaultFailureConverter: FailureConverter {
    /// Whether messages and stack traces travel as a payload, so that a codec can encrypt them. The server then sees
    /// "Encoded failure" instead.
    public var encodesCommonAttributes: Bool

    public init(encodesCommonAttributes: Bool = false) {
        self.encodesCommonAttributes = encodesCommonAttributes
    }

    public func failure(from error: any Error, payloadConverter: any PayloadConverter) -> FailureMessage {
        let encoder = FailureEncoder(converter: payloadConverter, encodesCommonAttributes: encodesCommonAttributes)
        return FailureMessage(wire: encoder.failure(error, depth: 0))
    }

    public func error(from failure: FailureMessage, payloadConverter: any PayloadConverter) -> any Error {
        FailureDecoder(converter: payloadConverter).error(failure.wire)
    }
}

/// What travels in `encoded_attributes`; the keys are those of the other SDKs.
struct CommonAttributes: Codable, Sendable {
    var message: String?
    var stackTrace: String?

    enum CodingKeys: String, CodingKey {
        case message
        case stackTrace = "stack_trace"
    }
}

extension FailureMessage {
    static let source = "SwiftSDK"
    static let encodedMessage = "Encoded failure"
    /// Chains longer than this are cut; nothing real is that deep, and a cycle would not end.
    static let maximumDepth = 50
}
